/* SPDX-License-Identifier: Apache-2.0
 * Model: collections as data for the loop: its streams, handlers and tables, and what it hears of
 * others. */
#pragma once
#include "common/eventlog/model.h"

/* The one feed that says what is open; an evaluation waits until it is complete up to its date. */
#define DEBT_TOPIC "billing.reconciliation.events"

extern const struct service_model collections_model;
