/* SPDX-License-Identifier: Apache-2.0
 * Tax: the taxes of a line or adjustment, and the breakdown of a document: one group per
 * (authority, category, rate) (BG-23; INV-2, INV-4; UNTDID 5305). */
#pragma once
#include "billing/invoicing/v1/document.pb-c.h"
#include "services/invoicing/domain/check.h"

enum { TAXES_MAX = 8, TAX_GROUPS_MAX = 100, TAX_RATE_PPM_MAX = 1000000, AUTHORITY_BYTES_MAX = 16 };

/* Whom EN 16931 speaks of: its rules about VAT ids concern this authority alone. */
#define AUTHORITY_VAT "VAT"

/* "S", "Z", …; "?" for what is none. */
const char *tax_category_name(Invoicing__TaxCategory category);

/* At least one, each of a known category with the rate and reason that it asks for, no authority
 * twice. */
bool taxes_check(struct fault *fault, const struct place *place, Invoicing__Tax *const *taxes,
                 size_t count);
/* Same authorities, categories and rates in the same order. */
bool taxes_equal(Invoicing__Tax *const *left, size_t left_count, Invoicing__Tax *const *right,
                 size_t right_count);

struct tax_group {
    const Invoicing__Tax *tax;
    struct money base, amount;
};

struct tax_breakdown {
    struct tax_group *groups; /* in the order of first appearance */
    size_t count, count_max;
    struct currency currency;
    Invoicing__TaxRounding rounding;
};

/* count_max: how many groups there may be at all, say one per tax that is named; more than
 * TAX_GROUPS_MAX are refused. */
struct tax_breakdown tax_breakdown_new(struct arena *arena, struct currency currency,
                                       Invoicing__TaxRounding rounding, size_t count_max);
/* A net amount (negative for an allowance) that bears these taxes. */
bool tax_breakdown_add(struct tax_breakdown *breakdown, struct money net,
                       Invoicing__Tax *const *taxes, size_t count, const struct place *place,
                       struct fault *fault);
/* Tax of each group, rounded where the document says (INV-4), and their sum. */
bool tax_breakdown_close(struct tax_breakdown *breakdown, struct money *tax, struct fault *fault);
bool tax_breakdown_has(const struct tax_breakdown *breakdown, const char *authority,
                       Invoicing__TaxCategory category);
