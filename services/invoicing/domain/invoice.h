/* SPDX-License-Identifier: Apache-2.0
 * Invoice: a document that takes its number when it is issued and never changes afterwards (INV-16,
 * INV-17, INV-26). */
#pragma once
#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "services/invoicing/domain/document.h"

/* Key of INDEX_SOURCE_REFERENCE (INV-26: duplicates by account and source reference). */
enum { INVOICE_SOURCE_KEY_SIZE = 144 };
/* Empty for an invoice without one; cut if the text is too long. */
void invoice_source_key(char key[INVOICE_SOURCE_KEY_SIZE], const char *account_id,
                        const char *source_reference);

void invoice_issue_declare(struct declaring *declaring, const Invoicing__IssueInvoice *command);
void invoice_issue_decide(struct deciding *deciding, const Invoicing__IssueInvoice *command);

/* What an invoice is made of, for whoever makes one: a command, or the bill of a cycle. Borrowed.
 */
struct invoice_draft {
    const char *invoice_id;
    const Invoicing__AccountState *account;
    const Invoicing__LegalEntity *entity;
    const Invoicing__CustomerState *customer;
    Invoicing__LineRequest *const *lines;
    size_t n_lines;
    Invoicing__Adjustment *const *adjustments;
    size_t n_adjustments;
    const Common__Money *prepaid;
    Invoicing__Terms *terms;                 /* NULL: the account's */
    const Common__Date *issue_date;          /* NULL: today */
    Common__Date *period_start, *period_end; /* NULL: from the lines */
    const char *source_reference, *note, *bill_run_id, *cycle_key;
};

/* Computes the document, sets the books and takes its number, in that order: after true the event
 * must be emitted. */
bool invoice_compose(struct fault *fault, struct deciding *deciding,
                     const struct invoice_draft *draft, Invoicing__InvoiceIssued **issued);

/* Entity and customer named by the command are the account's: they were declared before the account
 * was read. */
bool invoice_parties(struct fault *fault, const struct deciding *deciding,
                     const Invoicing__AccountState *account, const char *entity_id,
                     const char *customer_id, struct invoice_draft *draft);

void invoice_evolve_issued(struct arena *arena, Invoicing__InvoiceState *state,
                           const Invoicing__InvoiceIssued *event);
void invoice_evolve_credited(struct arena *arena, Invoicing__InvoiceState *state,
                             const Invoicing__InvoiceCredited *event);
void invoice_evolve_cancelled(struct arena *arena, Invoicing__InvoiceState *state,
                              const Invoicing__InvoiceCancelled *event);

/* An amount of our own state; absent: zero. */
struct money invoice_amount(const Common__Money *message, const char *currency);
