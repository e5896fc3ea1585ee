/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/document.h"

#include "common/money/allocation.h"

struct computing {
    const struct document_request *request;
    struct document *document;
    struct tax_breakdown breakdown;
    struct money *line_nets;
    struct money line_net, allowances, charges;
    struct fault *fault;
};

/* Lines of the same taxes: what a document adjustment without taxes of its own is split over
 * (INV-6). */
struct tax_set {
    Invoicing__Tax **taxes;
    size_t n_taxes;
    struct money net;
};

/* ---- lines ---- */

/* Ids of lines in a small table of slots, because a thousand lines compared with each other are
 * half a million texts. */
static bool line_ids_check(Invoicing__InvoiceLine *const *lines, size_t count, struct fault *fault)
{
    size_t mask = 1;
    while (mask < 2 * count)
        mask *= 2;
    const char **slots = arena_zero(fault->arena, mask * sizeof *slots);
    mask--;
    for (size_t i = 0; i < count; i++) {
        uint32_t hash = UINT32_C(2166136261);
        for (const char *at = lines[i]->line_id; *at; at++)
            hash = (hash ^ (uint8_t)*at) * UINT32_C(16777619);
        size_t slot = hash & mask;
        for (; slots[slot]; slot = (slot + 1) & mask) {
            const struct place here = place_at(NULL, "lines", i);
            if (text_equal(slots[slot], lines[i]->line_id))
                return fault_set(fault, &REFUSAL_LINE_ID_TWICE, &here, "line_id", NULL);
        }
        slots[slot] = lines[i]->line_id;
    }
    return true;
}

static void period_widen(struct document *document, const Invoicing__InvoiceLine *line)
{
    if (!line->period_start)
        return;
    if (!document->period_start || line->period_start->days < document->period_start->days)
        document->period_start = line->period_start;
    if (!document->period_end || line->period_end->days > document->period_end->days)
        document->period_end = line->period_end;
}

static bool lines_compute(struct computing *computing)
{
    const struct document_request *request = computing->request;
    struct document *document = computing->document;
    struct fault *fault = computing->fault;
    bool ids_given = false;
    document->n_lines = request->n_lines;
    document->lines = arena_get(fault->arena, request->n_lines * sizeof *document->lines);
    computing->line_nets = arena_get(fault->arena, request->n_lines * sizeof(struct money));
    for (size_t i = 0; i < request->n_lines; i++) {
        const struct place here = place_at(NULL, "lines", i);
        const Invoicing__LineRequest *line = request->lines[i];
        struct money *net = &computing->line_nets[i];
        if (!document_line_compute(&document->lines[i], line, i, request->currency, net, &here,
                                   fault) ||
            !tax_breakdown_add(&computing->breakdown, *net, line->taxes, line->n_taxes, &here,
                               fault) ||
            !check_amount(fault, &here, "net",
                          money_add(&computing->line_net, computing->line_net, *net, NULL)))
            return false;
        period_widen(document, document->lines[i]);
        ids_given |= *line->line_id != 0;
    }
    return !ids_given || line_ids_check(document->lines, document->n_lines, fault);
}

/* ---- adjustments of the document ---- */

static bool adjustment_book(struct computing *computing, const Invoicing__Adjustment *adjustment,
                            struct money amount, const struct place *place)
{
    struct fault *fault = computing->fault;
    struct money effect;
    struct money *sum = adjustment->charge ? &computing->charges : &computing->allowances;
    return check_amount(fault, place, "amount", money_add(sum, *sum, amount, NULL)) &&
           adjustment_effect(&effect, adjustment, amount, place, fault) &&
           tax_breakdown_add(&computing->breakdown, effect, adjustment->taxes, adjustment->n_taxes,
                             place, fault);
}

static bool tax_sets_gather(struct computing *computing, struct tax_set *sets, size_t *count)
{
    *count = 0;
    for (size_t i = 0; i < computing->document->n_lines; i++) {
        const Invoicing__InvoiceLine *line = computing->document->lines[i];
        size_t set = 0;
        while (set < *count &&
               !taxes_equal(sets[set].taxes, sets[set].n_taxes, line->taxes, line->n_taxes))
            set++;
        if (set == *count)
            sets[(*count)++] = (struct tax_set){line->taxes, line->n_taxes,
                                                money_zero(computing->request->currency)};
        if (!check_amount(computing->fault, NULL, "lines",
                          money_add(&sets[set].net, sets[set].net, computing->line_nets[i], NULL)))
            return false;
    }
    return true;
}

/* One entry per set of taxes, in proportion to what the lines of the set come to (GEN-4, INV-6). */
static bool adjustment_split(struct computing *computing, const Invoicing__Adjustment *adjustment,
                             struct money amount, const struct place *place)
{
    struct fault *fault = computing->fault;
    struct document *document = computing->document;
    struct tax_set *sets = arena_get(fault->arena, document->n_lines * sizeof *sets);
    int64_t *weights = arena_get(fault->arena, document->n_lines * sizeof *weights);
    struct money *parts = arena_get(fault->arena, document->n_lines * sizeof *parts);
    size_t count;
    if (!tax_sets_gather(computing, sets, &count))
        return false;
    for (size_t i = 0; i < count; i++)
        weights[i] = sets[i].net.minor; /* raw: only the proportion of the weights counts */
    if (count == 1)
        weights[0] = 1;
    if (money_allocate(parts, amount, weights, count, NULL) != OK)
        return fault_set(fault, &REFUSAL_ADJUSTMENT_NOT_SPLITTABLE, place, "taxes", NULL);
    for (size_t i = 0; i < count; i++) {
        if (money_is_zero(parts[i]) && count > 1)
            continue;
        Invoicing__Adjustment *entry =
            arena_new(fault->arena, Invoicing__Adjustment, INVOICING__ADJUSTMENT__INIT);
        entry->charge = adjustment->charge;
        entry->reason = adjustment->reason;
        entry->amount = money_to_message(fault->arena, parts[i]);
        entry->taxes = sets[i].taxes;
        entry->n_taxes = sets[i].n_taxes;
        if (count == 1) {
            entry->percent_ppm = adjustment->percent_ppm;
            entry->base_amount = adjustment->base_amount;
        }
        if (!adjustment_book(computing, entry, parts[i], place))
            return false;
        arena_append(fault->arena, document->n_adjustments, document->adjustments, entry);
    }
    return true;
}

static bool adjustments_compute(struct computing *computing)
{
    const struct document_request *request = computing->request;
    struct document *document = computing->document;
    struct fault *fault = computing->fault;
    for (size_t i = 0; i < request->n_adjustments; i++) {
        const struct place here = place_at(NULL, "adjustments", i);
        Invoicing__Adjustment *adjustment;
        struct money amount;
        if (!adjustment_compute(&adjustment, request->adjustments[i], request->currency, NULL,
                                &amount, &here, fault))
            return false;
        if (!adjustment->n_taxes) {
            if (!adjustment_split(computing, adjustment, amount, &here))
                return false;
            continue;
        }
        if (!taxes_check(fault, &here, adjustment->taxes, adjustment->n_taxes) ||
            !adjustment_book(computing, adjustment, amount, &here))
            return false;
        arena_append(fault->arena, document->n_adjustments, document->adjustments, adjustment);
    }
    return true;
}

/* ---- totals ---- */

static bool outside_scope_check(struct computing *computing)
{
    const struct tax_breakdown *breakdown = &computing->breakdown;
    for (size_t i = 0; i < breakdown->count; i++) {
        const Invoicing__Tax *tax = breakdown->groups[i].tax;
        if (tax->category != TAX_CATEGORY_O &&
            tax_breakdown_has(breakdown, tax->authority, TAX_CATEGORY_O))
            return fault_set(computing->fault, &REFUSAL_TAX_OUTSIDE_SCOPE_MIXED, NULL, "tax_lines",
                             "%s of %s stands beside O", tax_category_name(tax->category),
                             tax->authority);
    }
    computing->document->vat_outside_scope =
        tax_breakdown_has(breakdown, AUTHORITY_VAT, TAX_CATEGORY_O);
    return true;
}

static void tax_lines_fill(struct computing *computing)
{
    struct arena *arena = computing->fault->arena;
    struct document *document = computing->document;
    document->n_tax_lines = computing->breakdown.count;
    document->tax_lines = arena_get(arena, document->n_tax_lines * sizeof *document->tax_lines);
    for (size_t i = 0; i < document->n_tax_lines; i++) {
        const struct tax_group *group = &computing->breakdown.groups[i];
        Invoicing__TaxLine *line = arena_new(arena, Invoicing__TaxLine, INVOICING__TAX_LINE__INIT);
        line->authority = group->tax->authority;
        line->category = group->tax->category;
        line->rate_ppm = group->tax->rate_ppm;
        line->taxable_amount = money_to_message(arena, group->base);
        line->amount = money_to_message(arena, group->amount);
        line->exemption_reason = group->tax->exemption_reason;
        document->tax_lines[i] = line;
    }
}

static Common__Money *money_unless_zero(struct arena *arena, struct money money)
{
    return money_is_zero(money) ? NULL : money_to_message(arena, money);
}

static bool totals_compute(struct computing *computing)
{
    struct document *document = computing->document;
    struct fault *fault = computing->fault;
    struct money prepaid = money_zero(computing->request->currency);
    if (!tax_breakdown_close(&computing->breakdown, &document->tax, fault) ||
        !check_amount(
            fault, NULL, "totals.net",
            money_sub(&document->net, computing->line_net, computing->allowances, NULL)) ||
        !check_amount(fault, NULL, "totals.net",
                      money_add(&document->net, document->net, computing->charges, NULL)) ||
        !check_amount(fault, NULL, "totals.gross",
                      money_add(&document->gross, document->net, document->tax, NULL)))
        return false;
    if (money_sign(document->gross) < 0 || money_sign(document->net) < 0)
        return fault_set(fault, &REFUSAL_TOTAL_NEGATIVE, NULL, "lines", NULL);
    if (computing->request->prepaid &&
        !check_money(fault, NULL, "prepaid", computing->request->prepaid,
                     computing->request->currency, &prepaid))
        return false;
    if (!check_amount(fault, NULL, "prepaid",
                      money_sub(&document->payable, document->gross, prepaid, NULL)))
        return false;
    if (money_sign(prepaid) < 0 || money_sign(document->payable) < 0)
        return fault_set(fault, &REFUSAL_PREPAID_OUT_OF_RANGE, NULL, "prepaid", NULL);

    Invoicing__Totals *totals = arena_new(fault->arena, Invoicing__Totals, INVOICING__TOTALS__INIT);
    totals->line_net = money_to_message(fault->arena, computing->line_net);
    totals->allowances = money_unless_zero(fault->arena, computing->allowances);
    totals->charges = money_unless_zero(fault->arena, computing->charges);
    totals->net = money_to_message(fault->arena, document->net);
    totals->tax = money_to_message(fault->arena, document->tax);
    totals->gross = money_to_message(fault->arena, document->gross);
    totals->prepaid = money_unless_zero(fault->arena, prepaid);
    totals->payable = money_to_message(fault->arena, document->payable);
    document->totals = totals;
    return true;
}

static size_t taxes_named(const struct document_request *request)
{
    size_t count = 0;
    for (size_t i = 0; i < request->n_lines; i++)
        count += request->lines[i]->n_taxes;
    for (size_t i = 0; i < request->n_adjustments; i++)
        count += request->adjustments[i]->n_taxes;
    return count;
}

bool document_compute(struct document *document, const struct document_request *request,
                      struct fault *fault)
{
    *document = (struct document){0};
    if (!request->n_lines)
        return fault_set(fault, &REFUSAL_NO_LINES, NULL, "lines", NULL);
    if (request->n_lines > DOCUMENT_LINES_MAX)
        return fault_set(fault, &REFUSAL_TOO_MANY_LINES, NULL, "lines", "%zu lines",
                         request->n_lines);
    if (request->n_adjustments > DOCUMENT_ADJUSTMENTS_MAX)
        return fault_set(fault, &REFUSAL_TOO_MANY_ELEMENTS, NULL, "adjustments", "at most %d",
                         DOCUMENT_ADJUSTMENTS_MAX);
    struct computing computing = {
        .request = request,
        .document = document,
        .breakdown = tax_breakdown_new(fault->arena, request->currency, request->tax_rounding,
                                       taxes_named(request)),
        .line_net = money_zero(request->currency),
        .allowances = money_zero(request->currency),
        .charges = money_zero(request->currency),
        .fault = fault,
    };
    if (!lines_compute(&computing) || !adjustments_compute(&computing) ||
        !outside_scope_check(&computing) || !totals_compute(&computing))
        return false;
    tax_lines_fill(&computing);
    return true;
}

bool document_parties_check(const struct document *document, const char *seller_vat_id,
                            const char *buyer_vat_id, struct fault *fault)
{
    for (size_t i = 0; i < document->n_tax_lines; i++) {
        const Invoicing__TaxLine *tax = document->tax_lines[i];
        if (!text_equal(tax->authority, AUTHORITY_VAT) || tax->category == TAX_CATEGORY_O)
            continue;
        const struct place here = place_at(NULL, "tax_lines", i);
        if (!*seller_vat_id)
            return fault_set(fault, &REFUSAL_SELLER_VAT_ID_MISSING, &here, "category", NULL);
        bool buyer_owes = tax->category == TAX_CATEGORY_AE || tax->category == TAX_CATEGORY_K;
        if (buyer_owes && !*buyer_vat_id)
            return fault_set(fault, &REFUSAL_BUYER_VAT_ID_MISSING, &here, "category", NULL);
        if (tax->category == TAX_CATEGORY_K && !document->period_start)
            return fault_set(fault, &REFUSAL_SUPPLY_PERIOD_MISSING, NULL, "lines", NULL);
    }
    return true;
}
