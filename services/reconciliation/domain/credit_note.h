/* SPDX-License-Identifier: Apache-2.0
 * Credit note: takes back a part of an invoice (J2). The open part of its item is reduced first;
 * the rest is money on the account, refunded on request only (architecture, section 5). So 1100
 * stays the sum of open items and 1190 the money on account: the rest is posted again from 1100 to
 * 1190. */
#pragma once
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "services/reconciliation/domain/refusals.h"

extern const char *const credit_note_required[];
void credit_note_declare(struct declaring *declaring, const Invoicing__CreditNoteIssued *event);
void credit_note_decide(struct deciding *deciding, const Invoicing__CreditNoteIssued *event);

/* True: the note reduced its own invoice when it was issued; false: its rest was applied later, as
 * money is. */
bool credit_note_applied(const Reconciliation__CreditApplied *event);
