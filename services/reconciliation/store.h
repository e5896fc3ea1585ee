/* SPDX-License-Identifier: Apache-2.0
 * Store: how events and states become index entries and rows. Decides nothing. */
#pragma once
#include "common/eventlog/model.h"

void reconciliation_index(const struct indexing *indexing, struct stream_ref stream,
                          const ProtobufCMessage *event, const ProtobufCMessage *state);
void reconciliation_project_event(struct projecting *projecting, const struct record *record,
                                  const ProtobufCMessage *event);
void reconciliation_project_state(struct projecting *projecting, struct stream_ref stream,
                                  int64_t version, const ProtobufCMessage *state);
