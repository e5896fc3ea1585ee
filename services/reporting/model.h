/* SPDX-License-Identifier: Apache-2.0
 * Model: reporting as data for the loop. It has no streams and decides nothing: it only hears. */
#pragma once
#include "common/eventlog/model.h"

#define REPORTED_TOPICS "billing.invoicing.events", "billing.reconciliation.events"

extern const struct service_model reporting_model;
