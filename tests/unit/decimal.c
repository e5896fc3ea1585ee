/* SPDX-License-Identifier: Apache-2.0
 * Decimal: handbook GEN-2. */
#include "money_check.h"

static void texts_go_there_and_back(void **state)
{
    (void)state;
    static const char *const texts[] = {"0",
                                        "0.0",
                                        "1",
                                        "-1",
                                        "12.345",
                                        "-0.000001",
                                        "1.50",
                                        "100",
                                        "0.0000000001",
                                        "9223372036854775807",
                                        "-9223372036854775808",
                                        "922337203.6854775807",
                                        "-922337203.6854775808",
                                        "-0.5"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[DECIMAL_TEXT_SIZE];
        decimal_format(text, decimal_read(texts[i]));
        assert_string_equal(text, texts[i]);
    }
    assert_int_equal(decimal_read("12.345").unscaled, 12345);
    assert_int_equal(decimal_read("12.345").scale, 3);
}

static void other_forms_are_refused(void **state)
{
    (void)state;
    struct decimal decimal = {7, 7};
    static const char *const malformed[] = {
        "",    "-",     ".",   "1.",   ".5",   "01",    "00",   "+1",          " 1",
        "1 ",  "1,5",   "1e5", "1E5",  "0x10", "1.2.3", "-0",   "-0.0",        "NaN",
        "inf", "1_000", "--1", "1.-2", "1-2",  "- 1",   "1. 5", "\xef\xbc\x91"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_refused(decimal_parse(&decimal, malformed[i], 10, NULL), ERR_MALFORMED);
    static const char *const outside[] = {"0.1234567", "9223372036854775808",
                                          "-9223372036854775809", "9223372036854775807.1",
                                          "100000000000000000000000000"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_refused(decimal_parse(&decimal, outside[i], DECIMAL_QUANTITY_SCALE_MAX, NULL),
                       ERR_RANGE);
    assert_refused(decimal_parse(&decimal, "0.12345678901", 10, NULL), ERR_RANGE);
    assert_refused(decimal_parse(&decimal, "1.5", 0, NULL), ERR_RANGE);
    assert_int_equal(decimal.unscaled, 7);
}

static void order_is_by_value(void **state)
{
    (void)state;
    assert_int_equal(decimal_compare(decimal_read("1.50"), decimal_read("1.5")), 0);
    assert_int_equal(decimal_compare(decimal_read("-1.5"), decimal_read("1.5")), -1);
    assert_int_equal(
        decimal_compare(decimal_read("9223372036854775807"), decimal_read("922337203.6854775807")),
        1);
    assert_int_equal(decimal_compare(decimal_read("-9223372036854775808"),
                                     decimal_read("-922337203.6854775807")),
                     -1);
    assert_int_equal(decimal_sign(decimal_read("-0.1")), -1);
    assert_int_equal(decimal_sign(decimal_read("0.000")), 0);
    assert_int_equal(decimal_reduced(decimal_read("1.500")).scale, 1);
    assert_int_equal(decimal_reduced(decimal_read("0.000")).scale, 0);
    assert_int_equal(decimal_reduced(decimal_read("100")).unscaled, 100);
}

static void sums_are_exact(void **state)
{
    (void)state;
    struct decimal sum;
    char text[DECIMAL_TEXT_SIZE];
    assert_ok(decimal_add(&sum, decimal_read("1.5"), decimal_read("-0.123"), NULL));
    decimal_format(text, sum);
    assert_string_equal(text, "1.377");
    assert_ok(decimal_sub(&sum, decimal_read("1"), decimal_read("0.0000000001"), NULL));
    decimal_format(text, sum);
    assert_string_equal(text, "0.9999999999");
    assert_refused(decimal_add(&sum, decimal_read("9223372036854775807"), decimal_read("1"), NULL),
                   ERR_RANGE);
    assert_refused(
        decimal_add(&sum, decimal_read("9223372036854775807"), decimal_read("0.1"), NULL),
        ERR_RANGE);
}

static void messages_carry_decimals(void **state)
{
    (void)state;
    struct arena arena;
    struct decimal decimal;
    arena_init(&arena, 1 << 12);
    Common__Decimal *message = decimal_to_message(&arena, decimal_read("-12.345"));
    assert_ok(decimal_from_message(&decimal, message, DECIMAL_QUANTITY_SCALE_MAX, NULL));
    assert_int_equal(decimal.unscaled, -12345);
    message->scale = 7;
    assert_refused(decimal_from_message(&decimal, message, DECIMAL_QUANTITY_SCALE_MAX, NULL),
                   ERR_RANGE);
    assert_refused(decimal_from_message(&decimal, NULL, DECIMAL_QUANTITY_SCALE_MAX, NULL),
                   ERR_MISSING);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_go_there_and_back), cmocka_unit_test(other_forms_are_refused),
        cmocka_unit_test(order_is_by_value), cmocka_unit_test(sums_are_exact),
        cmocka_unit_test(messages_carry_decimals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
