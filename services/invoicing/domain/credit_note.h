/* SPDX-License-Identifier: Apache-2.0
 * Credit note: takes back what an invoice billed, in its tax groups and at the rate of the original
 * supply, never more than was billed, also when two are issued at the same moment: both stand under
 * the invoice's head (INV-16). */
#pragma once
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "common/base/decision.h"

void credit_note_issue_declare(struct declaring *declaring,
                               const Invoicing__IssueCreditNote *command);
void credit_note_issue_decide(struct deciding *deciding, const Invoicing__IssueCreditNote *command);

void credit_note_evolve_issued(struct arena *arena, Invoicing__CreditNoteState *state,
                               const Invoicing__CreditNoteIssued *event);
