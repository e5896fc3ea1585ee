/* SPDX-License-Identifier: Apache-2.0
 * Inbound: what collections makes of other services' events. Facts about debt come from reconciliation alone, so that
 * nobody joins two topics in an uncertain order; invoicing gives legal entities (their zones) and tokens. */
#pragma once
#include "common/eventlog/model.h"

enum { INBOUND_HANDLERS = 5 };
extern const struct handler inbound_handlers[INBOUND_HANDLERS];

/* Only projected. */
extern const ProtobufCMessageDescriptor *const inbound_heard[];
extern const size_t inbound_heard_count;
/* Known and not needed; a type that stands nowhere is parked, so that nobody overlooks it. */
extern const char *const inbound_ignored[];
extern const size_t inbound_ignored_count;
