/* SPDX-License-Identifier: Apache-2.0
 * Payment return: a row of the bank that takes an earlier receipt back (handbook PAY-10). It is
 * decided twice: where the row belongs, the original is looked for among all payments; then the
 * work is handed over to the original's shard, which reads the facts again. Idempotent per payment
 * and return; together never more than came in. What fits no payment is recorded as a movement that
 * names it. */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/decision.h"

void payment_return_declare(struct declaring *declaring, const Payments__IngestEntry *command);
void payment_return_declare_more(struct declaring *declaring, const Payments__IngestEntry *command);
void payment_return_decide(struct deciding *deciding, const Payments__IngestEntry *command);
