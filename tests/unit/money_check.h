/* SPDX-License-Identifier: Apache-2.0
 * Money check: amounts, decimals and dates written in tests as people write them. */
#pragma once
#include "check.h"

#include "common/money/calendar.h"
#include "common/money/money.h"

static inline struct currency currency_of(const char *code)
{
    struct currency currency;
    assert_ok(currency_parse(&currency, code, NULL));
    return currency;
}

static inline struct money money_read(const char *text)
{
    struct money money;
    assert_ok(money_parse(&money, text, NULL));
    return money;
}

static inline struct decimal decimal_read(const char *text)
{
    struct decimal decimal;
    assert_ok(decimal_parse(&decimal, text, DECIMAL_SCALE_MAX, NULL));
    return decimal;
}

static inline struct date date_read(const char *text)
{
    struct date date;
    assert_ok(date_parse(&date, text, NULL));
    return date;
}

#define assert_money(money_, expected_)                                                            \
    do {                                                                                           \
        char came_[MONEY_TEXT_SIZE];                                                               \
        money_format(came_, (money_));                                                             \
        assert_string_equal(came_, (expected_));                                                   \
    } while (0)

#define assert_date(date_, expected_)                                                              \
    do {                                                                                           \
        char came_[DATE_TEXT_SIZE];                                                                \
        date_format(came_, (date_));                                                               \
        assert_string_equal(came_, (expected_));                                                   \
    } while (0)
