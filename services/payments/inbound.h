/* SPDX-License-Identifier: Apache-2.0
 * Inbound: what the events of other services mean here. Payments listens to invoicing alone: who
 * may call, and on which accounts a legal entity is paid. */
#pragma once
#include "billing/invoicing/v1/customer.pb-c.h"
#include "common/eventlog/model.h"

enum { INBOUND_TOPICS = 1, INBOUND_HEARD = 2, INBOUND_IGNORED = 1 };

extern const char *const inbound_topics[INBOUND_TOPICS];
extern const ProtobufCMessageDescriptor *const inbound_heard[INBOUND_HEARD];
extern const char *const inbound_ignored[INBOUND_IGNORED];

/* LegalEntityRegistered and LegalEntityChanged: rows for the model's table of handlers. */
void inbound_entity_registered_declare(struct declaring *declaring,
                                       const ProtobufCMessage *message);
void inbound_entity_registered_decide(struct deciding *deciding, const ProtobufCMessage *message);
void inbound_entity_changed_declare(struct declaring *declaring, const ProtobufCMessage *message);
void inbound_entity_changed_decide(struct deciding *deciding, const ProtobufCMessage *message);
extern const char *const inbound_entity_required[];

#define INBOUND_HANDLERS                                                                           \
    {.message = &invoicing__legal_entity_registered__descriptor,                                   \
     .declare = inbound_entity_registered_declare,                                                 \
     .decide = inbound_entity_registered_decide,                                                   \
     .required = inbound_entity_required},                                                         \
    {                                                                                              \
        .message = &invoicing__legal_entity_changed__descriptor,                                   \
        .declare = inbound_entity_changed_declare, .decide = inbound_entity_changed_decide,        \
        .required = inbound_entity_required                                                        \
    }

/* The copy of the tokens, and all rows of our own events. */
void inbound_project_event(struct projecting *projecting, const struct record *record,
                           const ProtobufCMessage *event);
