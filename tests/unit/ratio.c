/* SPDX-License-Identifier: Apache-2.0
 * Ratio: exact fractions, rounded once (handbook GEN-3), and refused rather than wrapped. */
#include "money_check.h"

static struct ratio ratio_of(int64_t numerator, int64_t denominator)
{
    struct ratio ratio;
    assert_ok(ratio_make(&ratio, numerator, denominator, NULL));
    return ratio;
}

#define assert_ratio(ratio_, numerator_, denominator_)                                             \
    do {                                                                                           \
        struct ratio came_ = (ratio_);                                                             \
        assert_true(came_.numerator == (numerator_));                                              \
        assert_true(came_.denominator == (denominator_));                                          \
    } while (0)

static void fractions_are_reduced(void **state)
{
    (void)state;
    struct ratio ratio;
    assert_ratio(ratio_of(6, -4), -3, 2);
    assert_ratio(ratio_of(0, -4), 0, 1);
    assert_ratio(ratio_of(INT64_MIN, INT64_MIN), 1, 1);
    assert_ratio(ratio_of_ppm(200000), 1, 5);
    assert_ratio(ratio_of_decimal(decimal_read("12.50")), 25, 2);
    assert_refused(ratio_make(&ratio, 1, 0, NULL), ERR_RANGE);
}

static void arithmetic_is_exact(void **state)
{
    (void)state;
    struct ratio ratio;
    assert_ok(ratio_add(&ratio, ratio_of(1, 6), ratio_of(1, 10), NULL));
    assert_ratio(ratio, 4, 15);
    assert_ok(ratio_sub(&ratio, ratio_of(1, 6), ratio_of(1, 10), NULL));
    assert_ratio(ratio, 1, 15);
    assert_ok(ratio_multiply(&ratio, ratio_of(-2, 3), ratio_of(9, 4), NULL));
    assert_ratio(ratio, -3, 2);
    assert_ok(ratio_divide(&ratio, ratio_of(1, 2), ratio_of(-3, 4), NULL));
    assert_ratio(ratio, -2, 3);
    assert_refused(ratio_divide(&ratio, ratio_of(1, 2), ratio_of(0, 4), NULL), ERR_RANGE);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct ratio large, larger;
    assert_ok(ratio_multiply(&large, ratio_of(INT64_MAX, 1), ratio_of(INT64_MAX, 1), NULL));
    assert_refused(ratio_multiply(&larger, large, ratio_of(3, 1), NULL), ERR_RANGE);
    /* Cancelled before it is multiplied. */
    assert_ok(ratio_multiply(&larger, large, ratio_of(3, INT64_MAX), NULL));
    assert_ratio(larger, (__int128)INT64_MAX * 3, 1);
    struct ratio small = {1, large.numerator};
    assert_refused(ratio_add(&larger, small, ratio_of(1, INT64_MAX - 1), NULL), ERR_RANGE);
    int64_t number;
    assert_refused(ratio_round(&number, large, ROUND_HALF_AWAY, NULL), ERR_RANGE);
    assert_ok(ratio_round(&number, (struct ratio){INT64_MIN, 1}, ROUND_HALF_AWAY, NULL));
    assert_true(number == INT64_MIN);
}

static void order_needs_no_product(void **state)
{
    (void)state;
    __int128 largest = (__int128)(((unsigned __int128)1 << 127) - 1);
    struct ratio a = {largest, largest - 1}, b = {largest - 1, largest - 2};
    assert_int_equal(ratio_compare(a, b), -1);
    assert_int_equal(ratio_compare(b, a), 1);
    assert_int_equal(ratio_compare(a, a), 0);
    assert_int_equal(ratio_compare(ratio_of(-1, 3), ratio_of(-1, 2)), 1);
    assert_int_equal(ratio_compare(ratio_of(-1, 3), ratio_of(0, 1)), -1);
    assert_int_equal(ratio_compare(ratio_of(7, 2), ratio_of(3, 1)), 1);
    assert_int_equal(ratio_compare(ratio_of(3, 1), ratio_of(7, 2)), -1);
    for (int64_t i = -20; i <= 20; i++)
        for (int64_t j = 1; j <= 9; j++)
            for (int64_t k = -20; k <= 20; k++) {
                int64_t difference = i * 7 - k * j;
                assert_int_equal(ratio_compare(ratio_of(i, j), ratio_of(k, 7)),
                                 (difference > 0) - (difference < 0));
            }
}

/* INV-20 shows the use: segments are summed exactly and rounded once. */
static void interest_is_rounded_once(void **state)
{
    (void)state;
    struct ratio sum = ratio_of_integer(0), part;
    static const int64_t principal_days[][2] = {{5000, 15}, {3000, 30}};
    for (size_t i = 0; i < 2; i++) {
        assert_ok(ratio_multiply(&part, ratio_of_ppm(120000),
                                 ratio_of(principal_days[i][0] * principal_days[i][1], 365), NULL));
        assert_ok(ratio_add(&sum, sum, part, NULL));
    }
    struct money interest;
    assert_ok(money_from_ratio(&interest, sum, currency_of("EUR"), ROUND_HALF_AWAY, NULL));
    assert_money(interest, "EUR 54.25");
    struct decimal rate;
    char text[DECIMAL_TEXT_SIZE];
    /* INV-10: 2/10 net 30 forgone. */
    assert_ok(ratio_multiply(&part, ratio_of(2, 98), ratio_of(36500, 20), NULL));
    assert_ok(ratio_round_decimal(&rate, part, 2, ROUND_HALF_AWAY, NULL));
    decimal_format(text, rate);
    assert_string_equal(text, "37.24");
}

static void rounding_agrees_with_the_formula(void **state)
{
    (void)state;
    /* GEN-3: q = (2*|n| + d) / (2*d), then the sign. */
    for (int64_t n = -200; n <= 200; n++)
        for (int64_t d = 1; d <= 40; d++) {
            int64_t away, even, size = n < 0 ? -n : n, expected = (2 * size + d) / (2 * d);
            assert_ok(rounding_divide(&away, n, d, ROUND_HALF_AWAY, NULL));
            assert_int_equal(away, n < 0 ? -expected : expected);
            assert_ok(rounding_divide(&even, n, d, ROUND_HALF_EVEN, NULL));
            int64_t tie = 2 * size % (2 * d) == d;
            int64_t expected_even = tie && expected % 2 ? expected - 1 : expected;
            assert_int_equal(even, n < 0 ? -expected_even : expected_even);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(fractions_are_reduced),
                                       cmocka_unit_test(arithmetic_is_exact),
                                       cmocka_unit_test(what_does_not_fit_is_refused),
                                       cmocka_unit_test(order_needs_no_product),
                                       cmocka_unit_test(interest_is_rounded_once),
                                       cmocka_unit_test(rounding_agrees_with_the_formula)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
