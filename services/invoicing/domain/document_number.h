/* SPDX-License-Identifier: Apache-2.0
 * Document number: taken at issue from the series of (legal entity, class, fiscal year), so that it
 * has no gap (INV-17);
 * `<PREFIX>INV<year><7 digits>`, letters and digits only, since it stands inside an ISO 11649
 * reference (REC-3) and is searched as one word in what payers write. */
#pragma once
#include "billing/invoicing/v1/customer.pb-c.h"
#include "services/invoicing/domain/check.h"

/* 21 characters fit a creditor reference: prefix + "INV" + year + 7 digits. */
enum { NUMBER_PREFIX_BYTES_MAX = 7 };

/* The year in which the fiscal year of the date began. */
int32_t document_fiscal_year(const Invoicing__LegalEntity *entity, struct date issue);

/* The issue date: what is asked for, else today in the entity's zone; never in the future. */
bool document_issue_date(struct fault *fault, const struct deciding *deciding,
                         const Invoicing__LegalEntity *entity, const Common__Date *asked,
                         struct date *issue);

/* Takes the next number of a declared series. Everything else must have been checked before: a
 * number that is taken is spent with the decision. `creditor_reference` may be NULL (credit notes
 * are not paid). */
bool document_number_take(struct fault *fault, struct deciding *deciding,
                          const Invoicing__LegalEntity *entity, const char *document_class,
                          struct date issue, const char **number, const char **creditor_reference);
