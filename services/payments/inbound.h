/* SPDX-License-Identifier: Apache-2.0
 * Inbound: what the events of other services mean here. Payments listens to invoicing alone: who may call, and on which
 * accounts a legal entity is paid. */
#pragma once
#include "common/eventlog/model.h"

enum { INBOUND_TOPICS = 1, INBOUND_HANDLERS = 2, INBOUND_HEARD = 2, INBOUND_IGNORED = 2 };

extern const char *const inbound_topics[INBOUND_TOPICS];
extern const struct handler inbound_handlers[INBOUND_HANDLERS];
extern const ProtobufCMessageDescriptor *const inbound_heard[INBOUND_HEARD];
extern const char *const inbound_ignored[INBOUND_IGNORED];

/* The copy of the tokens, and all rows of our own events. */
void inbound_project_event(struct projecting *projecting, const struct record *record,
                           const ProtobufCMessage *event);
