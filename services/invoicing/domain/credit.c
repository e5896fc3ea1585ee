/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/credit.h"

/* Taxes that stand together on lines or adjustments of the invoice. */
struct tax_set {
    Invoicing__Tax *const *taxes;
    size_t count;
    bool named; /* by a request */
};

struct tax_sets {
    struct tax_set *items;
    size_t count;
};

static bool left_of(struct fault *fault, struct money billed, const Common__Money *credited,
                    const char *currency, struct money *left)
{
    return check_amount(fault, NULL, "groups",
                        money_sub(left, billed, invoice_amount(credited, currency), NULL));
}

bool credit_open(struct credit *credit, const Invoicing__InvoiceState *invoice, struct fault *fault)
{
    const Invoicing__InvoiceIssued *document = invoice->document;
    const char *currency = document->currency;
    struct money zero = invoice_amount(NULL, currency);
    *credit =
        (struct credit){.count = document->n_tax_lines, .net = zero, .tax = zero, .gross = zero};
    credit->groups = arena_get(fault->arena, credit->count * sizeof *credit->groups);
    for (size_t i = 0; i < credit->count; i++) {
        const Invoicing__TaxLine *original = document->tax_lines[i];
        struct credit_group *group = &credit->groups[i];
        *group = (struct credit_group){.original = original, .base = zero, .tax = zero};
        group->left_base = invoice_amount(original->taxable_amount, currency);
        group->left_tax = invoice_amount(original->amount, currency);
        for (size_t at = 0; at < invoice->n_credited; at++) {
            const Invoicing__CreditedGroup *credited = invoice->credited[at];
            if (credited->category != original->category ||
                credited->rate_ppm != original->rate_ppm ||
                !text_equal(credited->authority, original->authority))
                continue;
            if (!left_of(fault, group->left_base, credited->taxable_amount, currency,
                         &group->left_base) ||
                !left_of(fault, group->left_tax, credited->tax, currency, &group->left_tax))
                return false;
        }
    }
    return left_of(fault, invoice_amount(document->totals->gross, currency),
                   invoice->credited_total, currency, &credit->left);
}

bool credit_rest(struct credit *credit, struct fault *fault)
{
    for (size_t i = 0; i < credit->count; i++) {
        struct credit_group *group = &credit->groups[i];
        group->base = group->left_base;
        group->tax = group->left_tax;
        if (!check_amount(fault, NULL, "groups",
                          money_add(&credit->tax, credit->tax, group->tax, NULL)))
            return false;
    }
    credit->gross = credit->left;
    return check_amount(fault, NULL, "groups",
                        money_sub(&credit->net, credit->gross, credit->tax, NULL));
}

/* ---- by request ---- */

static void tax_set_add(struct tax_sets *sets, Invoicing__Tax *const *taxes, size_t count)
{
    for (size_t i = 0; i < sets->count; i++)
        if (taxes_equal(sets->items[i].taxes, sets->items[i].count, taxes, count))
            return;
    sets->items[sets->count++] = (struct tax_set){.taxes = taxes, .count = count};
}

static struct tax_sets tax_sets_of(struct arena *arena, const Invoicing__InvoiceIssued *document)
{
    struct tax_sets sets = {.items =
                                arena_get(arena, (document->n_lines + document->n_adjustments) *
                                                     sizeof(struct tax_set))};
    for (size_t i = 0; i < document->n_lines; i++)
        tax_set_add(&sets, document->lines[i]->taxes, document->lines[i]->n_taxes);
    for (size_t i = 0; i < document->n_adjustments; i++)
        tax_set_add(&sets, document->adjustments[i]->taxes, document->adjustments[i]->n_taxes);
    return sets;
}

static bool tax_is(const Invoicing__Tax *tax, const char *authority,
                   Invoicing__TaxCategory category, int32_t rate_ppm)
{
    return tax->category == category && tax->rate_ppm == rate_ppm &&
           text_equal(tax->authority, authority);
}

/* The one set that has the tax of the request. */
static struct tax_set *tax_set_named(struct tax_sets *sets, const Invoicing__CreditRequest *request,
                                     const struct place *place, struct fault *fault)
{
    struct tax_set *found = NULL;
    for (size_t i = 0; i < sets->count; i++) {
        struct tax_set *set = &sets->items[i];
        size_t tax = 0;
        while (tax < set->count &&
               !tax_is(set->taxes[tax], request->authority, request->category, request->rate_ppm))
            tax++;
        if (tax == set->count)
            continue;
        if (found) {
            fault_set(fault, &REFUSAL_CREDIT_GROUP_AMBIGUOUS, place, "authority", NULL);
            return NULL;
        }
        found = set;
    }
    if (!found) {
        fault_set(fault, &REFUSAL_CREDIT_GROUP_NOT_FOUND, place, "rate_ppm", NULL);
        return NULL;
    }
    if (found->named) {
        fault_set(fault, &REFUSAL_CREDIT_GROUP_TWICE, place, "authority", NULL);
        return NULL;
    }
    found->named = true;
    return found;
}

static bool group_credit(struct credit *credit, const Invoicing__Tax *tax, struct money net,
                         const struct place *place, struct fault *fault)
{
    for (size_t i = 0; i < credit->count; i++) {
        struct credit_group *group = &credit->groups[i];
        const Invoicing__TaxLine *original = group->original;
        if (!tax_is(tax, original->authority, original->category, original->rate_ppm))
            continue;
        int order;
        if (!check_amount(fault, place, "net", money_add(&group->base, group->base, net, NULL)) ||
            !check_amount(fault, place, "net",
                          money_compare(&order, group->base, group->left_base, NULL)))
            return false;
        char left[MONEY_TEXT_SIZE];
        money_format(left, group->left_base);
        return order <= 0 || fault_set(fault, &REFUSAL_CREDIT_EXCEEDS_INVOICE, place, "net",
                                       "%s is left in the group", left);
    }
    return fault_set(fault, &REFUSAL_CREDIT_GROUP_NOT_FOUND, place, "rate_ppm", NULL);
}

/* At the rate of the original supply. The last of a group takes the tax that is left, and no part
 * takes more: the parts of a tax that were rounded one by one must not exceed what was billed. */
static bool group_tax(struct credit_group *group, struct fault *fault)
{
    if (money_equal(group->base, group->left_base)) {
        group->tax = group->left_tax;
        return true;
    }
    return check_amount(fault, NULL, "groups",
                        money_percent(&group->tax, group->base, group->original->rate_ppm,
                                      ROUND_HALF_AWAY, NULL)) &&
           check_amount(fault, NULL, "groups",
                        money_min(&group->tax, group->tax, group->left_tax, NULL));
}

static bool credit_total(struct credit *credit, struct fault *fault)
{
    int order;
    for (size_t i = 0; i < credit->count; i++) {
        struct credit_group *group = &credit->groups[i];
        if (money_is_zero(group->base))
            continue;
        if (!group_tax(group, fault) ||
            !check_amount(fault, NULL, "groups",
                          money_add(&credit->tax, credit->tax, group->tax, NULL)))
            return false;
    }
    if (!check_amount(fault, NULL, "groups",
                      money_add(&credit->gross, credit->net, credit->tax, NULL)) ||
        !check_amount(fault, NULL, "groups",
                      money_compare(&order, credit->gross, credit->left, NULL)))
        return false;
    char left[MONEY_TEXT_SIZE];
    money_format(left, credit->left);
    return order <= 0 || fault_set(fault, &REFUSAL_CREDIT_EXCEEDS_INVOICE, NULL, "groups",
                                   "%s is left of the invoice", left);
}

bool credit_asked(struct credit *credit, const Invoicing__InvoiceIssued *document,
                  Invoicing__CreditRequest *const *requests, size_t count, struct fault *fault)
{
    struct tax_sets sets = tax_sets_of(fault->arena, document);
    for (size_t i = 0; i < count; i++) {
        const struct place here = place_at(NULL, "groups", i);
        struct money net;
        if (!check_money(fault, &here, "net", requests[i]->net, credit->net.currency, &net))
            return false;
        if (money_sign(net) <= 0)
            return fault_set(fault, &REFUSAL_CREDIT_NOT_POSITIVE, &here, "net", NULL);
        const struct tax_set *set = tax_set_named(&sets, requests[i], &here, fault);
        if (!set ||
            !check_amount(fault, &here, "net", money_add(&credit->net, credit->net, net, NULL)))
            return false;
        for (size_t tax = 0; tax < set->count; tax++)
            if (!group_credit(credit, set->taxes[tax], net, &here, fault))
                return false;
    }
    return credit_total(credit, fault);
}
