/* SPDX-License-Identifier: Apache-2.0
 * Inbound: what comes in and what it means here: events of invoicing and payments, work handed over
 * between shards, commands of people and of the tie-out's job. The decisions are in domain/. */
#pragma once
#include "common/eventlog/model.h"

enum { RECONCILIATION_HANDLERS = 13, RECONCILIATION_HEARD = 5, RECONCILIATION_IGNORED = 20 };

extern const struct handler reconciliation_handlers[RECONCILIATION_HANDLERS];
/* Foreign events that are only projected. */
extern const ProtobufCMessageDescriptor *const reconciliation_heard[RECONCILIATION_HEARD];
/* Foreign events that are known and not needed. */
extern const char *const reconciliation_ignored[RECONCILIATION_IGNORED];
