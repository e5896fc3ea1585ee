/* SPDX-License-Identifier: Apache-2.0
 * What holds amounts together: sums, order, text and messages. The rounded arithmetic is in
 * money_rounded.c. */
#include "common/money/money.h"

#include <string.h>

#include "common/base/text.h"

static enum error same_currency(struct money left, struct money right, struct problem *problem)
{
    if (currency_equal(left.currency, right.currency))
        return OK;
    return problem_set(problem, ERR_RANGE, NULL, "GEN-1",
                       "currency mismatch: %.3s and %.3s are never added or compared",
                       left.currency.code, right.currency.code);
}

static enum error overflow_refuse(struct problem *problem)
{
    return problem_set(problem, ERR_RANGE, NULL, "GEN-1", "the amount does not fit 64 bits");
}

enum error money_add(struct money *sum, struct money left, struct money right,
                     struct problem *problem)
{
    enum error error = same_currency(left, right, problem);
    int64_t minor;
    if (error == OK && __builtin_add_overflow(left.minor, right.minor, &minor))
        error = overflow_refuse(problem);
    if (error == OK)
        *sum = money_of(minor, left.currency);
    return error;
}

enum error money_sub(struct money *difference, struct money left, struct money right,
                     struct problem *problem)
{
    enum error error = same_currency(left, right, problem);
    int64_t minor;
    if (error == OK && __builtin_sub_overflow(left.minor, right.minor, &minor))
        error = overflow_refuse(problem);
    if (error == OK)
        *difference = money_of(minor, left.currency);
    return error;
}

enum error money_negate(struct money *negated, struct money money, struct problem *problem)
{
    if (money.minor == INT64_MIN)
        return overflow_refuse(problem);
    *negated = money_of(-money.minor, money.currency);
    return OK;
}

enum error money_absolute(struct money *absolute, struct money money, struct problem *problem)
{
    if (money.minor < 0)
        return money_negate(absolute, money, problem);
    *absolute = money;
    return OK;
}

enum error money_compare(int *order, struct money left, struct money right, struct problem *problem)
{
    enum error error = same_currency(left, right, problem);
    if (error == OK)
        *order = (left.minor > right.minor) - (left.minor < right.minor);
    return error;
}

enum error money_min(struct money *smaller, struct money left, struct money right,
                     struct problem *problem)
{
    int order;
    enum error error = money_compare(&order, left, right, problem);
    if (error == OK)
        *smaller = order <= 0 ? left : right;
    return error;
}

/* Summed in 128 bits, so that only the sum must fit, in whatever order the items come. */
enum error money_sum(struct money *sum, const struct money *items, size_t count,
                     struct currency currency, struct problem *problem)
{
    __int128 minor = 0;
    for (size_t i = 0; i < count; i++) {
        enum error error = same_currency(items[i], money_zero(currency), problem);
        if (error != OK)
            return error;
        minor += items[i].minor;
    }
    if (minor < INT64_MIN || minor > INT64_MAX)
        return overflow_refuse(problem);
    *sum = money_of((int64_t)minor, currency);
    return OK;
}

int money_sign(struct money money)
{
    return (money.minor > 0) - (money.minor < 0);
}

bool money_is_zero(struct money money)
{
    return money.minor == 0;
}

bool money_equal(struct money left, struct money right)
{
    return left.minor == right.minor && currency_equal(left.currency, right.currency);
}

enum error money_parse_amount(struct money *money, const char *amount, struct currency currency,
                              struct problem *problem)
{
    static const char *const examples[] = {"1234", "1234.5", "1234.56", "1234.567", "1234.5678"};
    unsigned exponent = currency_exponent(currency);
    struct decimal decimal;
    struct problem reason = {0};
    enum error error = decimal_parse(&decimal, amount, DECIMAL_SCALE_MAX, &reason);
    /* A digit that the currency does not have is a wrong form, whatever its value. */
    const char *point = strchr(amount, '.');
    if (error == ERR_MALFORMED || (point ? strlen(point + 1) : 0) != exponent)
        return problem_set(problem, ERR_MALFORMED, NULL, "GEN-1",
                           "%s amounts have exactly %u decimals, as in %s", currency.code, exponent,
                           examples[exponent]);
    if (error != OK)
        return overflow_refuse(problem);
    *money = money_of(decimal.unscaled, currency);
    return OK;
}

enum error money_parse(struct money *money, const char *text, struct problem *problem)
{
    char code[4] = {0};
    struct currency currency;
    if (strlen(text) < 5 || text[3] != ' ')
        return problem_set(problem, ERR_MALFORMED, NULL, "GEN-1",
                           "expected a currency and an amount, as in EUR 1234.56");
    memcpy(code, text, 3);
    enum error error = currency_parse(&currency, code, problem);
    return error == OK ? money_parse_amount(money, text + 4, currency, problem) : error;
}

enum error money_from_decimal(struct money *money, struct decimal amount, struct currency currency,
                              struct problem *problem)
{
    unsigned exponent = currency_exponent(currency);
    amount = decimal_reduced(amount);
    if (amount.scale > exponent)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-1", "%s has only %u decimals",
                           currency.code, exponent);
    int64_t minor = amount.unscaled;
    for (; amount.scale < exponent; amount.scale++)
        if (__builtin_mul_overflow(minor, INT64_C(10), &minor))
            return overflow_refuse(problem);
    *money = money_of(minor, currency);
    return OK;
}

void money_format_amount(char text[MONEY_TEXT_SIZE], struct money money)
{
    _Static_assert((int)MONEY_TEXT_SIZE >= (int)DECIMAL_TEXT_SIZE, "an amount is a decimal");
    decimal_format(text, decimal_of(money.minor, currency_exponent(money.currency)));
}

void money_format(char text[MONEY_TEXT_SIZE], struct money money)
{
    memcpy(text, money.currency.code, 3);
    text[3] = ' ';
    decimal_format(text + 4, decimal_of(money.minor, currency_exponent(money.currency)));
}

enum error money_from_message(struct money *money, const Common__Money *message,
                              struct problem *problem)
{
    if (!message)
        return problem_set(problem, ERR_MISSING, NULL, "GEN-1", "an amount of money is required");
    struct currency currency;
    enum error error = currency_parse(&currency, message->currency, problem);
    if (error == OK)
        *money = money_of(message->minor, currency);
    return error;
}

Common__Money *money_to_message(struct arena *arena, struct money money)
{
    Common__Money *message = arena_new(arena, Common__Money, COMMON__MONEY__INIT);
    char *code = arena_copy_text(arena, money.currency.code);
    if (!message || !code)
        return NULL;
    message->minor = money.minor;
    message->currency = code;
    return message;
}
