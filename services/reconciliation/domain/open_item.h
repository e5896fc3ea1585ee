/* SPDX-License-Identifier: Apache-2.0
 * Open item: what one document leaves to be paid (BT-115), and everything that was applied to it.
 * Its balance = amount
 * - applications - credits + reversals, never of the opposite sign (GEN-9 b). Partial payment
 * leaves the due date of the rest as it is (PAY-4); a reversal brings the debt back with its
 * original one (PAY-10).
 *
 * J1 debits 1100 with BT-115, so that 1100 is the sum of the open items: what BT-113 says was paid
 * in advance had been booked as a customer's deposit and is debited to 2100, and a rounding of the
 * payable (BT-114) goes to 6110. */
#pragma once
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "services/reconciliation/domain/amount.h"

extern const char *const open_item_required[];
void open_item_declare(struct declaring *declaring, const Invoicing__InvoiceIssued *event);
void open_item_decide(struct deciding *deciding, const Invoicing__InvoiceIssued *event);

/* NULL: not born, or not declared. */
const Reconciliation__ItemState *open_item_find(const struct deciding *deciding,
                                                const char *item_id);
struct money open_item_open(const Reconciliation__ItemState *item);
/* Without what is in dispute (PAY-3, REC-12); not below zero. */
struct money open_item_undisputed(const Reconciliation__ItemState *item);
const Reconciliation__Application *open_item_application(const Reconciliation__ItemState *item,
                                                         const char *application_id);

void open_item_evolve_opened(struct arena *arena, Reconciliation__ItemState *state,
                             const Reconciliation__ItemOpened *event);
void open_item_evolve_applied(struct arena *arena, Reconciliation__ItemState *state,
                              const Reconciliation__PaymentApplied *event);
void open_item_evolve_credited(struct arena *arena, Reconciliation__ItemState *state,
                               const Reconciliation__CreditApplied *event);
void open_item_evolve_reversed(struct arena *arena, Reconciliation__ItemState *state,
                               const Reconciliation__ApplicationReversed *event);
