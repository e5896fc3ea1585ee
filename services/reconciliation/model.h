/* SPDX-License-Identifier: Apache-2.0
 * Model: reconciliation as data for the loop: its streams, handlers, indexes and tables. */
#pragma once
#include "common/eventlog/model.h"

extern const struct service_model reconciliation_model;
