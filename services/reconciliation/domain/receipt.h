/* SPDX-License-Identifier: Apache-2.0
 * Receipt: a payment arrives at the account that it belongs to, in that account's shard, where the
 * facts are read again (architecture, section 4). It becomes money on the account (J4; J7 if it
 * stood in suspense), then settles what the payer named, then, if asked, the oldest debts (PAY-3);
 * what is left stays on account (PAY-5). A debt that was closed meanwhile takes nothing. */
#pragma once
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "services/reconciliation/domain/refusals.h"

extern const char *const receipt_place_required[];
void receipt_place_declare(struct declaring *declaring,
                           const Reconciliation__PlaceReceipt *command);
void receipt_place_decide(struct deciding *deciding, const Reconciliation__PlaceReceipt *command);
