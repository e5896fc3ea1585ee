/* SPDX-License-Identifier: Apache-2.0
 * Proration: handbook INV-13. */
#include "money_check.h"

#include "common/money/proration.h"

static void a_price_changes_within_the_cycle(void **state)
{
    (void)state;
    struct price_change change;
    assert_ok(proration_change(&change, money_read("EUR 100.00"), money_read("EUR 160.00"),
                               date_read("2026-01-01"), date_read("2026-02-01"),
                               date_read("2026-01-11"), PRORATION_ACTUAL, ROUND_HALF_AWAY, NULL));
    assert_money(change.used_old, "EUR 32.26");
    assert_money(change.credit_old, "EUR 67.74");
    assert_money(change.charge_new, "EUR 108.39");
    assert_refused(proration_change(&change, money_read("EUR 1.00"), money_read("EUR 1.00"),
                                    date_read("2026-01-01"), date_read("2026-02-01"),
                                    date_read("2026-02-02"), PRORATION_ACTUAL, ROUND_HALF_AWAY,
                                    NULL),
                   ERR_RANGE);
    assert_refused(proration_change(&change, money_read("EUR 1.00"), money_read("EUR 1.00"),
                                    date_read("2026-01-01"), date_read("2026-01-01"),
                                    date_read("2026-01-01"), PRORATION_ACTUAL, ROUND_HALF_AWAY,
                                    NULL),
                   ERR_RANGE);
}

static void segments_sum_to_the_price(void **state)
{
    (void)state;
    static const char *const expected[] = {"EUR 11.29", "EUR 11.29", "EUR 11.28", "EUR 16.13"};
    const int32_t days[] = {7, 7, 7, 10};
    struct money amounts[4], sum;
    assert_ok(
        proration_segments(amounts, money_read("EUR 49.99"), days, 4, 31, ROUND_HALF_AWAY, NULL));
    for (size_t i = 0; i < 4; i++)
        assert_money(amounts[i], expected[i]);
    assert_ok(money_sum(&sum, amounts, 4, currency_of("EUR"), NULL));
    assert_money(sum, "EUR 49.99");
    const int32_t too_long[] = {7, 25};
    assert_refused(
        proration_segments(amounts, money_read("EUR 1.00"), too_long, 2, 31, ROUND_HALF_AWAY, NULL),
        ERR_RANGE);
    const int32_t negative[] = {7, -1};
    assert_refused(
        proration_segments(amounts, money_read("EUR 1.00"), negative, 2, 31, ROUND_HALF_AWAY, NULL),
        ERR_RANGE);
}

static void parts_of_a_cycle(void **state)
{
    (void)state;
    struct money amount;
    int32_t days =
        proration_days(PRORATION_ACTUAL, date_read("2026-02-15"), date_read("2026-03-01"));
    assert_int_equal(days, 14);
    assert_ok(proration_amount(&amount, money_read("EUR 29.99"), days, 28, ROUND_HALF_AWAY, NULL));
    assert_money(amount, "EUR 15.00");
    assert_ok(proration_amount(&amount, money_read("EUR 100.00"), 20, 30, ROUND_HALF_AWAY, NULL));
    assert_money(amount, "EUR 66.67");
    /* INV-14: 16 of 31 days of 31.00. */
    days = proration_days(PRORATION_ACTUAL, date_read("2026-01-16"), date_read("2026-02-01"));
    assert_ok(proration_amount(&amount, money_read("EUR 31.00"), days, 31, ROUND_HALF_AWAY, NULL));
    assert_money(amount, "EUR 16.00");
    assert_refused(proration_amount(&amount, money_read("EUR 1.00"), -1, 30, ROUND_HALF_AWAY, NULL),
                   ERR_RANGE);
    assert_refused(proration_amount(&amount, money_read("EUR 1.00"), 1, 0, ROUND_HALF_AWAY, NULL),
                   ERR_RANGE);
}

static void months_of_30_add_up(void **state)
{
    (void)state;
    struct date start = date_read("2025-12-01"), end = date_read("2026-04-01");
    for (struct date cut = start; date_compare(cut, end) <= 0; cut.days++)
        assert_int_equal(
            proration_days(PRORATION_30, start, cut) + proration_days(PRORATION_30, cut, end), 120);
    assert_int_equal(proration_days(PRORATION_30, date_read("2026-02-01"), date_read("2026-03-01")),
                     30);
    assert_int_equal(proration_days(PRORATION_30, date_read("2026-01-11"), date_read("2026-02-01")),
                     20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_price_changes_within_the_cycle),
                                       cmocka_unit_test(segments_sum_to_the_price),
                                       cmocka_unit_test(parts_of_a_cycle),
                                       cmocka_unit_test(months_of_30_add_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
