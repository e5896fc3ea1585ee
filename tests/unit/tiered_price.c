/* SPDX-License-Identifier: Apache-2.0
 * Tiered price: handbook INV-7. */
#include "money_check.h"

#include "common/money/tiered_price.h"

static void rated(const char *quantity, enum tier_mode mode, const char *expected)
{
    const struct tier tiers[] = {{decimal_read("100"), decimal_read("1.00")},
                                 {{0, 0}, decimal_read("0.80")}};
    struct money price;
    assert_ok(tiered_price(&price, decimal_read(quantity), tiers, 2, mode, currency_of("EUR"),
                           ROUND_HALF_AWAY, NULL));
    assert_money(price, expected);
}

static void vectors(void **state)
{
    (void)state;
    rated("150", TIERS_GRADUATED, "EUR 140.00");
    rated("150", TIERS_VOLUME, "EUR 120.00");
    rated("100", TIERS_GRADUATED, "EUR 100.00");
    rated("100", TIERS_VOLUME, "EUR 100.00");
    rated("100.000001", TIERS_VOLUME, "EUR 80.00");
    rated("0", TIERS_GRADUATED, "EUR 0.00");
    rated("0.5", TIERS_VOLUME, "EUR 0.50");
}

static void rounded_once(void **state)
{
    (void)state;
    /* 0.333 + 0.333 + 0.339: parts rounded on their own would give 0.99. */
    const struct tier tiers[] = {{decimal_read("1"), decimal_read("0.333")},
                                 {decimal_read("2"), decimal_read("0.333")},
                                 {{0, 0}, decimal_read("0.339")}};
    struct money price;
    assert_ok(tiered_price(&price, decimal_read("3"), tiers, 3, TIERS_GRADUATED, currency_of("EUR"),
                           ROUND_HALF_AWAY, NULL));
    assert_money(price, "EUR 1.01");
}

static void wrong_tiers_are_refused(void **state)
{
    (void)state;
    const struct tier tiers[] = {{decimal_read("100"), decimal_read("1")},
                                 {decimal_read("100.0"), decimal_read("1")},
                                 {{0, 0}, decimal_read("1")}};
    struct money price;
    struct currency euro = currency_of("EUR");
    assert_refused(tiered_price(&price, decimal_read("1"), tiers, 3, TIERS_VOLUME, euro,
                                ROUND_HALF_AWAY, NULL),
                   ERR_RANGE);
    assert_refused(tiered_price(&price, decimal_read("1"), tiers, 0, TIERS_VOLUME, euro,
                                ROUND_HALF_AWAY, NULL),
                   ERR_RANGE);
    assert_refused(tiered_price(&price, decimal_read("-1"), tiers, 1, TIERS_VOLUME, euro,
                                ROUND_HALF_AWAY, NULL),
                   ERR_RANGE);
    const struct tier dear = {{0, 0}, decimal_read("9223372036854775807")};
    assert_refused(tiered_price(&price, decimal_read("9223372036854775807"), &dear, 1,
                                TIERS_GRADUATED, euro, ROUND_HALF_AWAY, NULL),
                   ERR_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(vectors), cmocka_unit_test(rounded_once),
                                       cmocka_unit_test(wrong_tiers_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
