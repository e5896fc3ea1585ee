/* SPDX-License-Identifier: Apache-2.0
 * Document: from what is asked for to lines, tax breakdown and totals, exact to the minor unit (EN
 * 16931-1; INV-1 to INV-6). A pure function: the same request gives the same document for ever.
 * What depends on who sells and who buys is document_parties_check. */
#pragma once
#include "services/invoicing/domain/document_line.h"

enum { DOCUMENT_LINES_MAX = 1000, DOCUMENT_ADJUSTMENTS_MAX = 100 };

struct document_request {
    struct currency currency;
    Invoicing__TaxRounding tax_rounding;
    Invoicing__LineRequest *const *lines;
    size_t n_lines;
    Invoicing__Adjustment *const *adjustments;
    size_t n_adjustments;
    const Common__Money *prepaid; /* BT-113; NULL: nothing */
};

/* In the arena of the fault; quantities, prices, texts and taxes are shared with the request. */
struct document {
    Invoicing__InvoiceLine **lines;
    size_t n_lines;
    Invoicing__Adjustment **adjustments;
    size_t n_adjustments;
    Invoicing__TaxLine **tax_lines;
    size_t n_tax_lines;
    Invoicing__Totals *totals; /* BT-107, 108, 113 and 114 are absent when they are zero */
    struct money net, tax, gross, payable;
    Common__Date *period_start, *period_end; /* from the lines; NULL: no line has one */
    bool vat_outside_scope; /* category O of VAT: no VAT id may stand on it (BR-O-02) */
};

bool document_compute(struct document *document, const struct document_request *request,
                      struct fault *fault);

/* BR-S-02 and kin, BR-AE-02, BR-IC-02, BR-IC-11: VAT ids and period that the categories of VAT
 * demand. */
bool document_parties_check(const struct document *document, const char *seller_vat_id,
                            const char *buyer_vat_id, struct fault *fault);
