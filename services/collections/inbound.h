/* SPDX-License-Identifier: Apache-2.0
 * Inbound: what collections makes of other services' events. Facts about debt come from
 * reconciliation alone, so that nobody joins two topics in an uncertain order; invoicing gives
 * legal entities (their zones) and tokens. */
#pragma once
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/eventlog/model.h"

#define INBOUND_FACTS(X)                                                                           \
    X(item_opened, opened)                                                                         \
    X(payment_applied, applied)                                                                    \
    X(credit_applied, applied)                                                                     \
    X(application_reversed, applied)                                                               \
    X(item_settled, settled)

#define X(name, paths)                                                                             \
    void collections_inbound_##name##_declare(struct declaring *declaring,                         \
                                              const ProtobufCMessage *event);                      \
    void collections_inbound_##name##_declare_more(struct declaring *declaring,                    \
                                                   const ProtobufCMessage *event);                 \
    void collections_inbound_##name##_decide(struct deciding *deciding,                            \
                                             const ProtobufCMessage *event);
INBOUND_FACTS(X)
#undef X

extern const char *const collections_inbound_opened_required[],
    *const collections_inbound_applied_required[], *const collections_inbound_settled_required[];

#define INBOUND_HANDLER(name, paths)                                                               \
    {.message = &reconciliation__##name##__descriptor,                                             \
     .declare = collections_inbound_##name##_declare,                                              \
     .declare_more = collections_inbound_##name##_declare_more,                                    \
     .decide = collections_inbound_##name##_decide,                                                \
     .required = collections_inbound_##paths##_required},
/* For the model's table of handlers; ends with a comma. */
#define INBOUND_HANDLERS INBOUND_FACTS(INBOUND_HANDLER)

enum { INBOUND_HEARD = 4, INBOUND_IGNORED = 30 };
/* Only projected. */
extern const ProtobufCMessageDescriptor *const collections_inbound_heard[INBOUND_HEARD];
/* Known and not needed; a type that stands nowhere is parked, so that nobody overlooks it. */
extern const char *const collections_inbound_ignored[INBOUND_IGNORED];
