/* SPDX-License-Identifier: Apache-2.0
 * EN 16931: the vectors of handbook INV-1 to INV-6 with their exact numbers, and what the rules
 * about lines, adjustments and tax categories refuse. */
#include "invoicing_world.h"

struct computed {
    struct world *world;
    struct document_request request;
    struct document document;
    struct fault fault;
};

static struct computed begin(void)
{
    struct computed computed = {.world = world_new("2026-01-15")};
    assert_int_equal(currency_parse(&computed.request.currency, "EUR", NULL), OK);
    return computed;
}

static void add_line(struct computed *computed, Invoicing__LineRequest *request)
{
    Invoicing__LineRequest **lines = (Invoicing__LineRequest **)computed->request.lines;
    arena_append(&computed->world->arena, computed->request.n_lines, lines, request);
    computed->request.lines = lines;
}

static void add_adjustment(struct computed *computed, Invoicing__Adjustment *request,
                           Invoicing__Tax *bears)
{
    Invoicing__Adjustment **adjustments = (Invoicing__Adjustment **)computed->request.adjustments;
    if (bears)
        arena_append(&computed->world->arena, request->n_taxes, request->taxes, bears);
    arena_append(&computed->world->arena, computed->request.n_adjustments, adjustments, request);
    computed->request.adjustments = adjustments;
}

static void compute(struct computed *computed)
{
    computed->fault = fault_none(&computed->world->arena);
    if (!document_compute(&computed->document, &computed->request, &computed->fault))
        fail_msg("expected a document, came %s at %s: %s", computed->fault.refusal->code,
                 computed->fault.field, computed->fault.detail);
}

static void refuse(struct computed *computed, const struct refusal *refusal, const char *field)
{
    computed->fault = fault_none(&computed->world->arena);
    if (document_compute(&computed->document, &computed->request, &computed->fault))
        fail_msg("expected %s at %s, came a document", refusal->code, field);
    assert_string_equal(computed->fault.refusal->code, refusal->code);
    assert_string_equal(computed->fault.field, field);
}

static void end(struct computed *computed)
{
    world_free(computed->world);
}

/* INV-1, INV-2, INV-3 */
static void totals_of_the_handbook(void **state)
{
    (void)state;
    struct computed computed = begin();
    struct world *world = computed.world;

    Invoicing__LineRequest *first =
        line(world, number(world, 7, 0), number(world, 12345, 3), vat(world, 200000));
    arena_append(&world->arena, first->n_adjustments, first->adjustments,
                 adjustment(world, false, NULL, 50000, eur(world, 8642)));
    Invoicing__LineRequest *second =
        line(world, number(world, 1500, 0), number(world, 1999, 2), vat(world, 200000));
    second->base_quantity = number(world, 1000, 0);
    Invoicing__LineRequest *third =
        line(world, number(world, 3, 0), number(world, 33333, 3), vat(world, 100000));
    arena_append(&world->arena, third->n_adjustments, third->adjustments,
                 adjustment(world, true, eur(world, 150), 0, NULL));
    add_line(&computed, first);
    add_line(&computed, second);
    add_line(&computed, third);
    add_adjustment(&computed, adjustment(world, false, eur(world, 1000), 0, NULL),
                   vat(world, 200000));
    add_adjustment(&computed, adjustment(world, true, eur(world, 750), 0, NULL),
                   vat(world, 200000));
    computed.request.prepaid = eur(world, 5000);
    compute(&computed);

    const struct document *document = &computed.document;
    assert_money(document->lines[0]->adjustments[0]->amount, "EUR 4.32");
    assert_money(document->lines[0]->net, "EUR 82.10");
    assert_money(document->lines[1]->net, "EUR 29.99");
    assert_money(document->lines[2]->net, "EUR 101.50");
    assert_string_equal(document->lines[2]->line_id, "3");
    assert_money(document->totals->line_net, "EUR 213.59");
    assert_money(document->totals->allowances, "EUR 10.00");
    assert_money(document->totals->charges, "EUR 7.50");
    assert_money(document->totals->net, "EUR 211.09");
    assert_int_equal(document->n_tax_lines, 2);
    assert_int_equal(document->tax_lines[0]->rate_ppm, 200000);
    assert_money(document->tax_lines[0]->taxable_amount, "EUR 109.59");
    assert_money(document->tax_lines[0]->amount, "EUR 21.92");
    assert_money(document->tax_lines[1]->taxable_amount, "EUR 101.50");
    assert_money(document->tax_lines[1]->amount, "EUR 10.15");
    assert_money(document->totals->tax, "EUR 32.07");
    assert_money(document->totals->gross, "EUR 243.16");
    assert_money(document->totals->prepaid, "EUR 50.00");
    assert_money(document->totals->payable, "EUR 193.16");
    end(&computed);
}

static void assert_tax(Invoicing__TaxRounding rounding, int lines, int64_t price_minor,
                       int32_t rate_ppm, const char *expected)
{
    struct computed computed = begin();
    computed.request.tax_rounding = rounding;
    for (int i = 0; i < lines; i++)
        add_line(&computed,
                 line(computed.world, number(computed.world, 1, 0),
                      number(computed.world, price_minor, 2), vat(computed.world, rate_ppm)));
    compute(&computed);
    assert_money(computed.document.totals->tax, expected);
    end(&computed);
}

/* INV-4 */
static void tax_is_rounded_per_document_or_per_line(void **state)
{
    (void)state;
    assert_tax(TAX_ROUNDING_LINE, 5, 1003, 190000, "EUR 9.55");
    assert_tax(TAX_ROUNDING_DOCUMENT, 5, 1003, 190000, "EUR 9.53");
    assert_tax(TAX_ROUNDING_UNSPECIFIED, 5, 1003, 190000, "EUR 9.53");
    assert_tax(TAX_ROUNDING_LINE, 3, 33, 200000, "EUR 0.21");
    assert_tax(TAX_ROUNDING_DOCUMENT, 3, 33, 200000, "EUR 0.20");
}

/* INV-5 */
static void price_with_tax_inside(void **state)
{
    (void)state;
    struct currency euro;
    struct money net, tax_inside;
    assert_int_equal(currency_parse(&euro, "EUR", NULL), OK);
    assert_int_equal(money_net_from_gross(&net, &tax_inside, money_of(10000, euro), 190000,
                                          ROUND_HALF_AWAY, NULL),
                     OK);
    assert_int_equal(net.minor, 8403);
    assert_int_equal(tax_inside.minor, 1597);
}

/* INV-6: 200.00 less 10 % less 5 % is 171.00, and never 170.00. */
static void percentages_compound(void **state)
{
    (void)state;
    struct computed computed = begin();
    struct world *world = computed.world;
    Invoicing__LineRequest *asked =
        line(world, number(world, 1, 0), number(world, 20000, 2), vat(world, 200000));
    arena_append(&world->arena, asked->n_adjustments, asked->adjustments,
                 adjustment(world, false, NULL, 100000, eur(world, 20000)));
    arena_append(&world->arena, asked->n_adjustments, asked->adjustments,
                 adjustment(world, false, NULL, 50000, eur(world, 18000)));
    add_line(&computed, asked);
    compute(&computed);
    assert_money(computed.document.lines[0]->net, "EUR 171.00");

    asked->adjustments[1]->base_amount = eur(world, 20000);
    refuse(&computed, &REFUSAL_ADJUSTMENT_BASE_NOT_LEFT, "lines[0].adjustments[1].base_amount");
    asked->adjustments[1]->base_amount = NULL;
    refuse(&computed, &REFUSAL_ADJUSTMENT_INCOMPLETE, "lines[0].adjustments[1].base_amount");
    asked->adjustments[1]->base_amount = eur(world, 18000);
    asked->adjustments[1]->percent_ppm = 0;
    refuse(&computed, &REFUSAL_ADJUSTMENT_INCOMPLETE, "lines[0].adjustments[1].percent_ppm");
    end(&computed);
}

/* INV-6, GEN-4: one entry per group, in proportion to the bases; nothing is lost. */
static void document_discount_is_split_over_the_groups(void **state)
{
    (void)state;
    struct computed computed = begin();
    struct world *world = computed.world;
    add_line(&computed,
             line(world, number(world, 1, 0), number(world, 20000, 2), vat(world, 200000)));
    add_line(&computed,
             line(world, number(world, 1, 0), number(world, 10000, 2), vat(world, 100000)));
    add_line(&computed,
             line(world, number(world, 1, 0), number(world, 5000, 2), vat(world, 50000)));
    add_adjustment(&computed, adjustment(world, false, eur(world, 1000), 0, NULL), NULL);
    compute(&computed);
    const struct document *document = &computed.document;
    assert_int_equal(document->n_adjustments, 3);
    assert_money(document->adjustments[0]->amount, "EUR 5.71");
    assert_money(document->adjustments[1]->amount, "EUR 2.86");
    assert_money(document->adjustments[2]->amount, "EUR 1.43");
    assert_int_equal(document->adjustments[2]->taxes[0]->rate_ppm, 50000);
    assert_money(document->totals->allowances, "EUR 10.00");
    assert_money(document->totals->net, "EUR 340.00");
    end(&computed);
}

static void several_taxes_on_one_line(void **state)
{
    (void)state;
    struct computed computed = begin();
    struct world *world = computed.world;
    Invoicing__LineRequest *asked = line(world, number(world, 1, 0), number(world, 10000, 2),
                                         tax(world, "CGST", TAX_CATEGORY_S, 90000));
    arena_append(&world->arena, asked->n_taxes, asked->taxes,
                 tax(world, "SGST", TAX_CATEGORY_S, 90000));
    add_line(&computed, asked);
    compute(&computed);
    assert_int_equal(computed.document.n_tax_lines, 2);
    assert_string_equal(computed.document.tax_lines[1]->authority, "SGST");
    assert_money(computed.document.totals->net, "EUR 100.00");
    assert_money(computed.document.totals->tax, "EUR 18.00");
    assert_money(computed.document.totals->gross, "EUR 118.00");
    asked->taxes[1]->authority = "CGST";
    refuse(&computed, &REFUSAL_TAX_TWICE, "lines[0].taxes[1].authority");
    end(&computed);
}

/* INV-24: an advance is taken back with a negative quantity, the price stays positive (BR-27). */
static void advance_is_taken_back(void **state)
{
    (void)state;
    struct computed computed = begin();
    struct world *world = computed.world;
    add_line(&computed,
             line(world, number(world, 1, 0), number(world, 100000, 2), vat(world, 200000)));
    add_line(&computed,
             line(world, number(world, -1, 0), number(world, 30000, 2), vat(world, 200000)));
    compute(&computed);
    assert_money(computed.document.totals->net, "EUR 700.00");
    assert_money(computed.document.totals->tax, "EUR 140.00");
    assert_money(computed.document.totals->payable, "EUR 840.00");
    assert_null(computed.document.totals->prepaid);
    end(&computed);
}

/* Which rates and reasons each category allows. */
static void categories(void **state)
{
    (void)state;
    static const struct {
        Invoicing__TaxCategory category;
        int32_t rate_ppm;
        const char *reason;
        const struct refusal *refusal;
        const char *field;
    } cases[] = {
        {TAX_CATEGORY_S, 200000, "", NULL, ""},
        {TAX_CATEGORY_S, 0, "", &REFUSAL_TAX_RATE_REQUIRED, "rate_ppm"},
        {TAX_CATEGORY_S, 200000, "why", &REFUSAL_EXEMPTION_REASON_FORBIDDEN, "exemption_reason"},
        {TAX_CATEGORY_Z, 0, "", NULL, ""},
        {TAX_CATEGORY_Z, 1, "", &REFUSAL_TAX_RATE_FORBIDDEN, "rate_ppm"},
        {TAX_CATEGORY_E, 0, "medical", NULL, ""},
        {TAX_CATEGORY_E, 0, "", &REFUSAL_EXEMPTION_REASON_MISSING, "exemption_reason"},
        {TAX_CATEGORY_E, 50000, "medical", &REFUSAL_TAX_RATE_FORBIDDEN, "rate_ppm"},
        {TAX_CATEGORY_AE, 0, "reverse charge", NULL, ""},
        {TAX_CATEGORY_AE, 0, "", &REFUSAL_EXEMPTION_REASON_MISSING, "exemption_reason"},
        {TAX_CATEGORY_K, 0, "intra-Community", NULL, ""},
        {TAX_CATEGORY_G, 0, "export", NULL, ""},
        {TAX_CATEGORY_G, 0, "", &REFUSAL_EXEMPTION_REASON_MISSING, "exemption_reason"},
        {TAX_CATEGORY_O, 0, "outside scope", NULL, ""},
        {TAX_CATEGORY_O, 0, "", &REFUSAL_EXEMPTION_REASON_MISSING, "exemption_reason"},
        {TAX_CATEGORY_L, 70000, "", NULL, ""},
        {TAX_CATEGORY_M, 0, "", NULL, ""},
        {TAX_CATEGORY_UNSPECIFIED, 0, "", &REFUSAL_TAX_CATEGORY_UNKNOWN, "category"},
        {(Invoicing__TaxCategory)99, 0, "", &REFUSAL_TAX_CATEGORY_UNKNOWN, "category"},
        {TAX_CATEGORY_S, -1, "", &REFUSAL_RATE_OUT_OF_RANGE, "rate_ppm"},
        {TAX_CATEGORY_S, 1000001, "", &REFUSAL_RATE_OUT_OF_RANGE, "rate_ppm"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct computed computed = begin();
        struct world *world = computed.world;
        Invoicing__Tax *bears = tax(world, "VAT", cases[i].category, cases[i].rate_ppm);
        bears->exemption_reason = cases[i].reason;
        add_line(&computed, line(world, number(world, 1, 0), number(world, 100, 2), bears));
        char field[64];
        snprintf(field, sizeof field, "lines[0].taxes[0].%s", cases[i].field);
        if (cases[i].refusal)
            refuse(&computed, cases[i].refusal, field);
        else
            compute(&computed);
        end(&computed);
    }
}

/* BR-O-11; and BR-O-02: no VAT id stands on such a document. */
static void outside_scope_is_not_mixed(void **state)
{
    (void)state;
    struct computed computed = begin();
    struct world *world = computed.world;
    Invoicing__Tax *outside = tax(world, "VAT", TAX_CATEGORY_O, 0);
    outside->exemption_reason = "not a supply";
    add_line(&computed, line(world, number(world, 1, 0), number(world, 100, 2), outside));
    compute(&computed);
    assert_true(computed.document.vat_outside_scope);
    add_line(&computed,
             line(world, number(world, 1, 0), number(world, 100, 2), vat(world, 200000)));
    refuse(&computed, &REFUSAL_TAX_OUTSIDE_SCOPE_MIXED, "tax_lines");
    end(&computed);
}

/* BR-S-02, BR-AE-02, BR-IC-02, BR-IC-11 */
static void vat_ids_that_the_categories_demand(void **state)
{
    (void)state;
    struct computed computed = begin();
    struct world *world = computed.world;
    Invoicing__Tax *intra = tax(world, "VAT", TAX_CATEGORY_K, 0);
    intra->exemption_reason = "intra-Community supply";
    Invoicing__LineRequest *asked = line(world, number(world, 1, 0), number(world, 100, 2), intra);
    add_line(&computed, asked);
    compute(&computed);
    assert_false(document_parties_check(&computed.document, "", "FR40303265045", &computed.fault));
    assert_ptr_equal(computed.fault.refusal, &REFUSAL_SELLER_VAT_ID_MISSING);
    computed.fault = fault_none(&world->arena);
    assert_false(document_parties_check(&computed.document, "DE123456789", "", &computed.fault));
    assert_ptr_equal(computed.fault.refusal, &REFUSAL_BUYER_VAT_ID_MISSING);
    computed.fault = fault_none(&world->arena);
    assert_false(document_parties_check(&computed.document, "DE123456789", "FR40303265045",
                                        &computed.fault));
    assert_ptr_equal(computed.fault.refusal, &REFUSAL_SUPPLY_PERIOD_MISSING);
    asked->period_start = day(world, "2026-01-01");
    asked->period_end = day(world, "2026-02-01");
    compute(&computed);
    assert_true(document_parties_check(&computed.document, "DE123456789", "FR40303265045",
                                       &computed.fault));
    assert_day(computed.document.period_end, "2026-02-01");
    end(&computed);
}

static void lines_that_are_refused(void **state)
{
    (void)state;
    struct computed computed = begin();
    struct world *world = computed.world;
    refuse(&computed, &REFUSAL_NO_LINES, "lines");

    Invoicing__LineRequest *asked =
        line(world, number(world, 1, 0), number(world, -1, 2), vat(world, 200000));
    add_line(&computed, asked);
    refuse(&computed, &REFUSAL_PRICE_NEGATIVE, "lines[0].price");
    asked->price = NULL;
    refuse(&computed, &REFUSAL_FIELD_REQUIRED, "lines[0].price");
    asked->price = number(world, 1, 7);
    refuse(&computed, &REFUSAL_DECIMAL_OUT_OF_RANGE, "lines[0].price");
    asked->price = number(world, 100, 2);
    asked->base_quantity = number(world, 0, 0);
    refuse(&computed, &REFUSAL_BASE_QUANTITY_NOT_POSITIVE, "lines[0].base_quantity");
    asked->base_quantity = NULL;
    asked->unit_code = "piece";
    refuse(&computed, &REFUSAL_UNIT_MALFORMED, "lines[0].unit_code");
    asked->unit_code = "C62";
    asked->description = "";
    refuse(&computed, &REFUSAL_FIELD_REQUIRED, "lines[0].description");
    asked->description = "bell \a";
    refuse(&computed, &REFUSAL_TEXT_MALFORMED, "lines[0].description");
    asked->description = "Service";
    asked->n_taxes = 0;
    refuse(&computed, &REFUSAL_TAX_MISSING, "lines[0].taxes");
    asked->n_taxes = 1;
    asked->quantity = number(world, INT64_MAX, 0);
    asked->price = number(world, INT64_MAX, 0);
    refuse(&computed, &REFUSAL_AMOUNT_OUT_OF_RANGE, "lines[0].price");
    asked->quantity = number(world, -1, 0);
    asked->price = number(world, 100, 2);
    refuse(&computed, &REFUSAL_TOTAL_NEGATIVE, "lines");
    asked->quantity = number(world, 1, 0);
    asked->period_start = day(world, "2026-02-01");
    refuse(&computed, &REFUSAL_PERIOD_MALFORMED, "lines[0].period_end");
    asked->period_end = day(world, "2026-02-01");
    refuse(&computed, &REFUSAL_PERIOD_MALFORMED, "lines[0].period_end");
    asked->period_end = day(world, "2026-03-01");
    computed.request.prepaid = eur(world, 121);
    refuse(&computed, &REFUSAL_PREPAID_OUT_OF_RANGE, "prepaid");
    Common__Money *dollars = eur(world, 1);
    dollars->currency = "USD";
    computed.request.prepaid = dollars;
    refuse(&computed, &REFUSAL_CURRENCY_MISMATCH, "prepaid");
    computed.request.prepaid = eur(world, 120);
    compute(&computed);
    assert_money(computed.document.totals->payable, "EUR 0.00");
    end(&computed);
}

static void adjustments_that_are_refused(void **state)
{
    (void)state;
    struct computed computed = begin();
    struct world *world = computed.world;
    Invoicing__LineRequest *asked =
        line(world, number(world, 1, 0), number(world, 10000, 2), vat(world, 200000));
    Invoicing__Adjustment *allowance = adjustment(world, false, eur(world, 100), 0, NULL);
    arena_append(&world->arena, asked->n_adjustments, asked->adjustments, allowance);
    add_line(&computed, asked);
    allowance->reason = "";
    refuse(&computed, &REFUSAL_ADJUSTMENT_REASON_MISSING, "lines[0].adjustments[0].reason");
    allowance->reason = "agreed";
    allowance->amount = eur(world, -100);
    refuse(&computed, &REFUSAL_ADJUSTMENT_NEGATIVE, "lines[0].adjustments[0].amount");
    allowance->amount = NULL;
    refuse(&computed, &REFUSAL_ADJUSTMENT_INCOMPLETE, "lines[0].adjustments[0].amount");
    allowance->percent_ppm = 100000;
    allowance->base_amount = eur(world, 10000);
    allowance->amount = eur(world, 999);
    refuse(&computed, &REFUSAL_ADJUSTMENT_AMOUNT_DIFFERS, "lines[0].adjustments[0].amount");
    allowance->amount = eur(world, 1000);
    compute(&computed);
    assert_money(computed.document.lines[0]->net, "EUR 90.00");
    arena_append(&world->arena, allowance->n_taxes, allowance->taxes, vat(world, 200000));
    refuse(&computed, &REFUSAL_FIELD_FORBIDDEN, "lines[0].adjustments[0].taxes");
    end(&computed);
}

static void limits(void **state)
{
    (void)state;
    struct computed computed = begin();
    struct world *world = computed.world;
    for (int i = 0; i < DOCUMENT_LINES_MAX; i++)
        add_line(&computed,
                 line(world, number(world, 1, 0), number(world, 1, 2), vat(world, 200000)));
    compute(&computed);
    assert_money(computed.document.totals->net, "EUR 10.00");
    assert_string_equal(computed.document.lines[999]->line_id, "1000");

    ((Invoicing__LineRequest *)computed.request.lines[7])->line_id = "1000";
    refuse(&computed, &REFUSAL_LINE_ID_TWICE, "lines[999].line_id");
    ((Invoicing__LineRequest *)computed.request.lines[7])->line_id = "";
    add_line(&computed, line(world, number(world, 1, 0), number(world, 1, 2), vat(world, 200000)));
    refuse(&computed, &REFUSAL_TOO_MANY_LINES, "lines");
    computed.request.n_lines = TAX_GROUPS_MAX + 1;
    for (size_t i = 0; i < computed.request.n_lines; i++)
        computed.request.lines[i]->taxes[0]->rate_ppm = (int32_t)i + 1;
    refuse(&computed, &REFUSAL_TOO_MANY_TAX_GROUPS, "lines[100].taxes");
    end(&computed);
}

/* The amount of a document never depends on the order of its lines. */
static void order_of_lines_does_not_matter(void **state)
{
    (void)state;
    static const int32_t rates[] = {200000, 100000, 70000};
    unsigned seed = 20260115;
    for (int round = 0; round < 200; round++) {
        struct computed forward = begin(), backward = begin();
        int64_t prices[40];
        int32_t rate[40];
        for (int i = 0; i < 40; i++) {
            seed = seed * 1103515245u + 12345u;
            prices[i] = (int64_t)(seed >> 8) % 1000000;
            rate[i] = rates[(seed >> 16) % 3];
        }
        for (int i = 0; i < 40; i++) {
            int j = 39 - i;
            add_line(&forward,
                     line(forward.world, number(forward.world, 3, 1),
                          number(forward.world, prices[i], 4), vat(forward.world, rate[i])));
            add_line(&backward,
                     line(backward.world, number(backward.world, 3, 1),
                          number(backward.world, prices[j], 4), vat(backward.world, rate[j])));
        }
        compute(&forward);
        compute(&backward);
        assert_int_equal(forward.document.gross.minor, backward.document.gross.minor);
        int64_t groups = 0;
        for (size_t i = 0; i < forward.document.n_tax_lines; i++)
            groups += forward.document.tax_lines[i]->taxable_amount->minor;
        assert_int_equal(groups, forward.document.net.minor);
        end(&forward);
        end(&backward);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(totals_of_the_handbook),
        cmocka_unit_test(tax_is_rounded_per_document_or_per_line),
        cmocka_unit_test(price_with_tax_inside),
        cmocka_unit_test(percentages_compound),
        cmocka_unit_test(document_discount_is_split_over_the_groups),
        cmocka_unit_test(several_taxes_on_one_line),
        cmocka_unit_test(advance_is_taken_back),
        cmocka_unit_test(categories),
        cmocka_unit_test(outside_scope_is_not_mixed),
        cmocka_unit_test(vat_ids_that_the_categories_demand),
        cmocka_unit_test(lines_that_are_refused),
        cmocka_unit_test(adjustments_that_are_refused),
        cmocka_unit_test(limits),
        cmocka_unit_test(order_of_lines_does_not_matter),
    };
    return cmocka_run_group_tests_name("en16931", tests, NULL, NULL);
}
