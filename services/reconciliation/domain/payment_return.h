/* SPDX-License-Identifier: Apache-2.0
 * Payment return: the bank took a payment back (PAY-10). In the payment's shard it leaves suspense,
 * or is handed over to the account that the payment belongs to. There unused money goes first, then
 * the latest applications, whose debts come back with their original due date (J9). Idempotent per
 * payment and return reference; never more than the payment. */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "services/reconciliation/domain/refusals.h"

extern const char *const payment_return_required[];
void payment_return_declare(struct declaring *declaring, const Payments__PaymentReturned *event);
void payment_return_decide(struct deciding *deciding, const Payments__PaymentReturned *event);

extern const char *const receipt_return_required[];
void receipt_return_declare(struct declaring *declaring,
                            const Reconciliation__ReturnReceipt *command);
void receipt_return_declare_more(struct declaring *declaring,
                                 const Reconciliation__ReturnReceipt *command);
void receipt_return_decide(struct deciding *deciding, const Reconciliation__ReturnReceipt *command);
