/* SPDX-License-Identifier: Apache-2.0
 * Store: how the events that reporting hears become rows. The SQL of reports is in store_aging.h
 * and store_items.h. */
#pragma once
#include "common/eventlog/model.h"

/* Leaves events that it does not know alone. */
void reporting_project_event(struct projecting *projecting, const struct record *record,
                             const ProtobufCMessage *event);
