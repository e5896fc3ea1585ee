/* SPDX-License-Identifier: Apache-2.0
 * Credit: how much of each tax group of an invoice a credit note takes back (INV-16). */
#pragma once
#include "services/invoicing/domain/invoice.h"

struct credit_group {
    const Invoicing__TaxLine *original;
    struct money left_base, left_tax; /* billed and not yet credited */
    struct money base, tax;           /* credited now */
};

struct credit {
    struct credit_group *groups; /* one per tax group of the invoice, in its order */
    size_t count;
    struct money left;            /* gross that is not yet credited */
    struct money net, tax, gross; /* credited now */
};

/* What is left to be credited. */
bool credit_open(struct credit *credit, const Invoicing__InvoiceState *invoice,
                 struct fault *fault);
/* Everything that is left. */
bool credit_rest(struct credit *credit, struct fault *fault);
/* What is asked for. Lines that bear several taxes are credited in all of them: naming one is
 * enough, if only lines of the same taxes bear it. */
bool credit_asked(struct credit *credit, const Invoicing__InvoiceIssued *document,
                  Invoicing__CreditRequest *const *requests, size_t count, struct fault *fault);
