/* SPDX-License-Identifier: Apache-2.0
 * Document terms: the payment terms of an account or a document, checked, and the due date that
 * they give (INV-9). */
#pragma once
#include "billing/invoicing/v1/document.pb-c.h"
#include "services/invoicing/domain/check.h"

/* `terms` must be given and within bounds. */
bool document_terms_check(struct fault *fault, const char *name, const Invoicing__Terms *terms);
/* Of terms that were checked. Weekends are the only holidays as long as no calendar is registered
 * for the entity. */
bool document_terms_due(struct fault *fault, const Invoicing__Terms *terms, struct date issue,
                        struct date *due);

enum { DOCUMENT_TERMS_TEXT_SIZE = 48 };
/* "NET 30", "PROX 10 CUTOFF 25"; empty for what is no terms. */
void document_terms_text(char text[DOCUMENT_TERMS_TEXT_SIZE], const Invoicing__Terms *terms);
