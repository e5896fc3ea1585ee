/* SPDX-License-Identifier: Apache-2.0
 * Money: handbook GEN-1, GEN-3, INV-1, INV-5, INV-6, INV-8. */
#include "money_check.h"

static void amounts_are_minor_units(void **state)
{
    (void)state;
    /* GEN-1 Vector */
    assert_int_equal(money_read("EUR 0.10").minor, 10);
    assert_int_equal(money_read("JPY 1000").minor, 1000);
    assert_int_equal(money_read("KWD 1.234").minor, 1234);
    assert_int_equal(money_read("CLF 1.2345").minor, 12345);
    assert_int_equal(money_read("EUR -0.01").minor, -1);
    assert_true(money_read("EUR 92233720368547758.07").minor == INT64_MAX);
    assert_true(money_read("EUR -92233720368547758.08").minor == INT64_MIN);
}

static void other_forms_are_refused(void **state)
{
    (void)state;
    struct money money;
    static const char *const malformed[] = {
        "EUR 1.2",   "EUR 1.234", "JPY 1.0",   "EUR 1",        "EUR",        "",
        "EUR ",      "1.20",      "eur 1.20",  "EUR  1.20",    "EUR 1.20 ",  "EUR +1.20",
        "EUR 01.20", "EUR -0.00", "EUR .20",   "EUR 1.",       "EUR 1,20",   "EUR 1e2.00",
        "ABC 1.20",  "XAU 1.20",  "DEM 1.20",  "EUR1.20",      "EUR 1.2 0",  "EUR NaN",
        "EUR 1..20", "EUR 1.2.0", "EURO 1.20", "EUR 1 000.00", "EUR --1.20", "EUR 0x1.20"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_refused(money_parse(&money, malformed[i], NULL), ERR_MALFORMED);
    assert_refused(money_parse(&money, "EUR 92233720368547758.08", NULL), ERR_RANGE);
    assert_refused(money_parse(&money, "EUR 99999999999999999999999.00", NULL), ERR_RANGE);
    struct problem problem;
    assert_refused(money_parse(&money, "EUR 1.2", &problem), ERR_MALFORMED);
    assert_string_equal(problem.detail, "EUR amounts have exactly 2 decimals, as in 1234.56");
    assert_string_equal(problem.rule, "GEN-1");
}

static void amounts_are_written_with_their_decimals(void **state)
{
    (void)state;
    static const char *const texts[] = {"EUR 1234.56",
                                        "EUR 0.00",
                                        "EUR -0.05",
                                        "JPY -1000",
                                        "JPY 0",
                                        "KWD 0.001",
                                        "CLF -0.0001",
                                        "EUR 92233720368547758.07",
                                        "EUR -92233720368547758.08",
                                        "JPY -9223372036854775808",
                                        "KWD -9223372036854775.808"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_money(money_read(texts[i]), texts[i]);
    char text[MONEY_TEXT_SIZE];
    money_format_amount(text, money_read("EUR -1.05"));
    assert_string_equal(text, "-1.05");
}

static void sums_are_checked(void **state)
{
    (void)state;
    struct money sum = money_read("EUR 7.00"), largest = money_of(INT64_MAX, currency_of("EUR"));
    struct money smallest = money_of(INT64_MIN, currency_of("EUR")), cent = money_read("EUR 0.01");
    assert_ok(money_add(&sum, money_read("EUR 1.20"), money_read("EUR -3.00"), NULL));
    assert_money(sum, "EUR -1.80");
    assert_ok(money_sub(&sum, money_read("EUR 1.20"), money_read("EUR -3.00"), NULL));
    assert_money(sum, "EUR 4.20");
    assert_refused(money_add(&sum, largest, cent, NULL), ERR_RANGE);
    assert_refused(money_sub(&sum, smallest, cent, NULL), ERR_RANGE);
    assert_refused(money_negate(&sum, smallest, NULL), ERR_RANGE);
    assert_refused(money_absolute(&sum, smallest, NULL), ERR_RANGE);
    assert_money(sum, "EUR 4.20");
    assert_ok(money_absolute(&sum, money_read("EUR -2.00"), NULL));
    assert_money(sum, "EUR 2.00");
    const struct money items[] = {largest, cent, smallest, cent};
    assert_ok(money_sum(&sum, items, 4, currency_of("EUR"), NULL));
    assert_money(sum, "EUR 0.01");
    assert_refused(money_sum(&sum, items, 2, currency_of("EUR"), NULL), ERR_RANGE);
    assert_ok(money_sum(&sum, NULL, 0, currency_of("JPY"), NULL));
    assert_money(sum, "JPY 0");
}

static void currencies_never_mix(void **state)
{
    (void)state;
    struct money euro = money_read("EUR 1.00"), dollar = money_read("USD 1.00"), result = euro;
    struct problem problem;
    int order = 7;
    assert_refused(money_add(&result, euro, dollar, &problem), ERR_RANGE);
    assert_string_equal(problem.detail,
                        "currency mismatch: EUR and USD are never added or compared");
    assert_refused(money_sub(&result, euro, dollar, NULL), ERR_RANGE);
    assert_refused(money_compare(&order, euro, dollar, NULL), ERR_RANGE);
    assert_refused(money_min(&result, euro, dollar, NULL), ERR_RANGE);
    assert_refused(money_sum(&result, &dollar, 1, currency_of("EUR"), NULL), ERR_RANGE);
    assert_int_equal(order, 7);
    assert_false(money_equal(euro, dollar));
    assert_ok(money_compare(&order, euro, money_read("EUR 1.01"), NULL));
    assert_int_equal(order, -1);
    assert_ok(money_min(&result, euro, money_read("EUR -1.01"), NULL));
    assert_money(result, "EUR -1.01");
    assert_int_equal(money_sign(result), -1);
    assert_true(money_is_zero(money_zero(currency_of("EUR"))));
}

static void rounded(int64_t unscaled, enum rounding rounding, const char *expected)
{
    struct money money;
    assert_ok(money_from_ratio(&money, ratio_of_decimal(decimal_of(unscaled, 3)),
                               currency_of("EUR"), rounding, NULL));
    assert_money(money, expected);
}

static void ties_go_as_the_rule_says(void **state)
{
    (void)state;
    /* GEN-3 Vector */
    rounded(2345, ROUND_HALF_AWAY, "EUR 2.35");
    rounded(-2345, ROUND_HALF_AWAY, "EUR -2.35");
    rounded(1005, ROUND_HALF_AWAY, "EUR 1.01");
    rounded(86415, ROUND_HALF_AWAY, "EUR 86.42");
    rounded(29985, ROUND_HALF_AWAY, "EUR 29.99");
    rounded(2344, ROUND_HALF_AWAY, "EUR 2.34");
    rounded(-2344, ROUND_HALF_AWAY, "EUR -2.34");
    rounded(2345, ROUND_HALF_EVEN, "EUR 2.34");
    rounded(2355, ROUND_HALF_EVEN, "EUR 2.36");
    rounded(-2345, ROUND_HALF_EVEN, "EUR -2.34");
    rounded(-2355, ROUND_HALF_EVEN, "EUR -2.36");
    rounded(2346, ROUND_HALF_EVEN, "EUR 2.35");
    rounded(5, ROUND_HALF_AWAY, "EUR 0.01");
    rounded(5, ROUND_HALF_EVEN, "EUR 0.00");
    rounded(-5, ROUND_HALF_AWAY, "EUR -0.01");
}

static void line(const char *price, const char *quantity, const char *base, const char *expected)
{
    struct money product;
    assert_ok(money_multiply(&product, decimal_read(price), decimal_read(quantity),
                             decimal_read(base), currency_of("EUR"), ROUND_HALF_AWAY, NULL));
    assert_money(product, expected);
}

static void prices_multiply_exactly(void **state)
{
    (void)state;
    /* INV-1, the lines of INV-3 */
    line("12.345", "7", "1", "EUR 86.42");
    line("19.99", "1500", "1000", "EUR 29.99");
    line("33.333", "3", "1", "EUR 100.00");
    line("0.2150", "465", "1", "EUR 99.98");
    line("12.60", "45", "1", "EUR 567.00");
    line("-1.00", "2.5", "1", "EUR -2.50");
    line("1", "1", "3", "EUR 0.33");
    line("9223372036854.775807", "1000000", "100", "EUR 92233720368547758.07");
    struct money money;
    assert_refused(money_multiply(&money, decimal_read("9223372036854775807"), decimal_read("1"),
                                  decimal_read("1"), currency_of("EUR"), ROUND_HALF_AWAY, NULL),
                   ERR_RANGE);
    assert_refused(money_multiply(&money, decimal_read("1"), decimal_read("1"), decimal_read("0"),
                                  currency_of("EUR"), ROUND_HALF_AWAY, NULL),
                   ERR_RANGE);
    assert_ok(money_percent(&money, money_read("EUR 86.42"), 50000, ROUND_HALF_AWAY, NULL));
    assert_money(money, "EUR 4.32");
    assert_ok(money_percent(&money, money_read("EUR 109.59"), 200000, ROUND_HALF_AWAY, NULL));
    assert_money(money, "EUR 21.92");
    /* INV-4 Vector */
    assert_ok(money_percent(&money, money_read("EUR 10.03"), 190000, ROUND_HALF_AWAY, NULL));
    assert_money(money, "EUR 1.91");
    assert_ok(money_percent(&money, money_read("EUR 50.15"), 190000, ROUND_HALF_AWAY, NULL));
    assert_money(money, "EUR 9.53");
    assert_refused(money_percent(&money, money_of(INT64_MAX, currency_of("EUR")), 1000001,
                                 ROUND_HALF_AWAY, NULL),
                   ERR_RANGE);
    assert_ok(money_divide(&money, money_read("EUR -100.00"), 3, ROUND_HALF_AWAY, NULL));
    assert_money(money, "EUR -33.33");
    assert_ok(money_scale(&money, money_read("EUR 1.00"), -1, -8, ROUND_HALF_EVEN, NULL));
    assert_money(money, "EUR 0.12");
    assert_ok(money_scale(&money, money_of(INT64_MIN, currency_of("EUR")), INT64_MIN, INT64_MIN,
                          ROUND_HALF_AWAY, NULL));
    assert_true(money.minor == INT64_MIN);
    assert_refused(
        money_divide(&money, money_of(INT64_MIN, currency_of("EUR")), -1, ROUND_HALF_AWAY, NULL),
        ERR_RANGE);
    assert_refused(money_divide(&money, money_read("EUR 1.00"), 0, ROUND_HALF_AWAY, NULL),
                   ERR_RANGE);
}

static void tax_inside_the_price(void **state)
{
    (void)state;
    struct money net, tax;
    /* INV-5 Vector */
    assert_ok(
        money_net_from_gross(&net, &tax, money_read("EUR 100.00"), 190000, ROUND_HALF_AWAY, NULL));
    assert_money(net, "EUR 84.03");
    assert_money(tax, "EUR 15.97");
    assert_ok(
        money_net_from_gross(&net, &tax, money_read("EUR 24.00"), 200000, ROUND_HALF_AWAY, NULL));
    assert_money(net, "EUR 20.00");
    assert_money(tax, "EUR 4.00");
    assert_refused(
        money_net_from_gross(&net, &tax, money_read("EUR 1.00"), -1, ROUND_HALF_AWAY, NULL),
        ERR_RANGE);
}

static void discounts_compound(void **state)
{
    (void)state;
    /* INV-6 Vector */
    const int64_t rates[] = {100000, 50000};
    struct money rest, discounts[2];
    assert_ok(money_discount(&rest, discounts, money_read("EUR 200.00"), rates, 2, ROUND_HALF_AWAY,
                             NULL));
    assert_money(rest, "EUR 171.00");
    assert_money(discounts[0], "EUR 20.00");
    assert_money(discounts[1], "EUR 9.00");
    const int64_t wrong[] = {1000001};
    assert_refused(
        money_discount(&rest, NULL, money_read("EUR 1.00"), wrong, 1, ROUND_HALF_AWAY, NULL),
        ERR_RANGE);
}

static void cash(const char *amount, int64_t unit, const char *payable, const char *difference)
{
    struct money rounded_amount, rest;
    assert_ok(money_cash_round(&rounded_amount, &rest, money_read(amount), unit, NULL));
    assert_money(rounded_amount, payable);
    assert_money(rest, difference);
}

static void payables_are_rounded_to_coins(void **state)
{
    (void)state;
    /* INV-8 Vector */
    cash("CHF 12.43", 5, "CHF 12.45", "CHF 0.02");
    cash("CHF 12.42", 5, "CHF 12.40", "CHF -0.02");
    cash("CHF -12.43", 5, "CHF -12.45", "CHF -0.02");
    cash("SEK 12.50", 100, "SEK 13.00", "SEK 0.50");
    cash("EUR 12.43", 1, "EUR 12.43", "EUR 0.00");
    struct money money;
    assert_refused(money_cash_round(&money, &money, money_read("EUR 1.00"), 0, NULL), ERR_RANGE);
    assert_refused(
        money_cash_round(&money, &money, money_of(INT64_MAX, currency_of("EUR")), 10, NULL),
        ERR_RANGE);
}

static void amounts_of_files_are_exact(void **state)
{
    (void)state;
    struct money money;
    static const char *const same[] = {"1.2", "1.20", "1.200", "1.2000000000"};
    for (size_t i = 0; i < 4; i++) {
        assert_ok(money_from_decimal(&money, decimal_read(same[i]), currency_of("EUR"), NULL));
        assert_money(money, "EUR 1.20");
    }
    assert_refused(money_from_decimal(&money, decimal_read("1.201"), currency_of("EUR"), NULL),
                   ERR_RANGE);
    assert_refused(money_from_decimal(&money, decimal_read("1.5"), currency_of("JPY"), NULL),
                   ERR_RANGE);
    assert_refused(money_from_decimal(&money, decimal_of(INT64_MAX, 0), currency_of("EUR"), NULL),
                   ERR_RANGE);
}

static void messages_carry_money(void **state)
{
    (void)state;
    struct arena arena;
    struct money money;
    arena_init(&arena, 1 << 16);
    Common__Money *message = money_to_message(&arena, money_read("KWD -1.234"));
    assert_string_equal(message->currency, "KWD");
    assert_int_equal(message->minor, -1234);
    assert_ok(money_from_message(&money, message, NULL));
    assert_money(money, "KWD -1.234");
    message->currency = "kwd";
    assert_refused(money_from_message(&money, message, NULL), ERR_MALFORMED);
    message->currency = "";
    assert_refused(money_from_message(&money, message, NULL), ERR_MALFORMED);
    assert_refused(money_from_message(&money, NULL, NULL), ERR_MISSING);
    arena_fini(&arena);
}

static void the_currency_table_is_sound(void **state)
{
    (void)state;
    size_t count;
    const struct currency_entry *table = currency_table(&count);
    assert_true(count > 150);
    for (size_t i = 0; i < count; i++) {
        struct currency currency;
        if (i > 0)
            assert_true(strcmp(table[i - 1].code, table[i].code) < 0);
        assert_in_range(table[i].exponent + 1, 0, 5);
        if (table[i].exponent < 0) {
            assert_refused(currency_parse(&currency, table[i].code, NULL), ERR_MALFORMED);
            continue;
        }
        assert_ok(currency_parse(&currency, table[i].code, NULL));
        assert_int_equal(currency_exponent(currency), table[i].exponent);
        assert_int_equal(currency_numeric(currency), table[i].numeric);
    }
    assert_int_equal(currency_numeric(currency_of("EUR")), 978);
    assert_int_equal(currency_unit_minor(currency_of("EUR")), 100);
    assert_int_equal(currency_unit_minor(currency_of("JPY")), 1);
}

/* Every active row of the public list is in our table, and with the same decimals. */
static void the_currency_table_is_the_public_list(void **state)
{
    (void)state;
    FILE *file = sample_open("codes/iso4217.csv");
    if (!file)
        skip();
    char row[512];
    int seen = 0;
    while (fgets(row, sizeof row, file)) {
        /* From the end, since names may hold commas: code, number, decimals, withdrawal. */
        char *cells[4] = {0};
        row[strcspn(row, "\r\n")] = 0;
        for (int i = 3; i >= 0; i--) {
            char *comma = strrchr(row, ',');
            assert_non_null(comma);
            *comma = 0;
            cells[i] = comma + 1;
        }
        struct currency currency;
        if (strlen(cells[0]) != 3 || *cells[3] || *cells[2] < '0' || *cells[2] > '9')
            continue;
        assert_ok(currency_parse(&currency, cells[0], NULL));
        assert_int_equal(currency_exponent(currency), *cells[2] - '0');
        assert_int_equal(currency_numeric(currency), strtol(cells[1], NULL, 10));
        seen++;
    }
    fclose(file);
    assert_true(seen > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(amounts_are_minor_units),
                                       cmocka_unit_test(other_forms_are_refused),
                                       cmocka_unit_test(amounts_are_written_with_their_decimals),
                                       cmocka_unit_test(sums_are_checked),
                                       cmocka_unit_test(currencies_never_mix),
                                       cmocka_unit_test(ties_go_as_the_rule_says),
                                       cmocka_unit_test(prices_multiply_exactly),
                                       cmocka_unit_test(tax_inside_the_price),
                                       cmocka_unit_test(discounts_compound),
                                       cmocka_unit_test(payables_are_rounded_to_coins),
                                       cmocka_unit_test(amounts_of_files_are_exact),
                                       cmocka_unit_test(messages_carry_money),
                                       cmocka_unit_test(the_currency_table_is_sound),
                                       cmocka_unit_test(the_currency_table_is_the_public_list)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
