/* SPDX-License-Identifier: Apache-2.0
 * The part of money.h that rounds: exact in between, once at the end (handbook GEN-3). */
#include "common/money/money.h"

enum { PPM = 1000000 };

static enum error from_quotient(struct money *money, __int128 numerator, __int128 denominator,
                                struct currency currency, enum rounding rounding,
                                struct problem *problem)
{
    int64_t minor;
    enum error error = rounding_divide(&minor, numerator, denominator, rounding, problem);
    if (error == OK)
        *money = money_of(minor, currency);
    return error;
}

enum error money_multiply(struct money *product, struct decimal price, struct decimal quantity,
                          struct decimal base_quantity, struct currency currency,
                          enum rounding rounding, struct problem *problem)
{
    if (decimal_sign(base_quantity) <= 0)
        return problem_set(problem, ERR_RANGE, NULL, "INV-1", "the base quantity must be positive");
    struct ratio units;
    enum error error =
        ratio_multiply(&units, ratio_of_decimal(price), ratio_of_decimal(quantity), problem);
    if (error == OK)
        error = ratio_divide(&units, units, ratio_of_decimal(base_quantity), problem);
    return error == OK ? money_from_ratio(product, units, currency, rounding, problem) : error;
}

enum error money_percent(struct money *part, struct money base, int64_t rate_ppm,
                         enum rounding rounding, struct problem *problem)
{
    return from_quotient(part, (__int128)base.minor * rate_ppm, PPM, base.currency, rounding,
                         problem);
}

enum error money_scale(struct money *scaled, struct money money, int64_t numerator,
                       int64_t denominator, enum rounding rounding, struct problem *problem)
{
    if (denominator == 0)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-1", "division by zero");
    __int128 product = (__int128)money.minor * numerator, divisor = denominator;
    return from_quotient(scaled, divisor < 0 ? -product : product, divisor < 0 ? -divisor : divisor,
                         money.currency, rounding, problem);
}

enum error money_divide(struct money *quotient, struct money money, int64_t divisor,
                        enum rounding rounding, struct problem *problem)
{
    return money_scale(quotient, money, 1, divisor, rounding, problem);
}

enum error money_from_ratio(struct money *money, struct ratio units, struct currency currency,
                            enum rounding rounding, struct problem *problem)
{
    struct ratio minor;
    enum error error =
        ratio_multiply(&minor, units, ratio_of_integer(currency_unit_minor(currency)), problem);
    if (error != OK)
        return error;
    return from_quotient(money, minor.numerator, minor.denominator, currency, rounding, problem);
}

struct ratio money_to_ratio(struct money money)
{
    return ratio_of_decimal(decimal_of(money.minor, currency_exponent(money.currency)));
}

enum error money_net_from_gross(struct money *net, struct money *tax, struct money gross,
                                int64_t rate_ppm, enum rounding rounding, struct problem *problem)
{
    if (rate_ppm < 0)
        return problem_set(problem, ERR_RANGE, NULL, "INV-5", "a tax rate is not negative");
    struct money rounded;
    enum error error = from_quotient(&rounded, (__int128)gross.minor * PPM,
                                     (__int128)PPM + rate_ppm, gross.currency, rounding, problem);
    if (error == OK)
        error = money_sub(tax, gross, rounded, problem);
    if (error == OK)
        *net = rounded;
    return error;
}

enum error money_discount(struct money *rest, struct money *discounts, struct money base,
                          const int64_t *rates_ppm, size_t count, enum rounding rounding,
                          struct problem *problem)
{
    struct money left = base;
    for (size_t i = 0; i < count; i++) {
        if (rates_ppm[i] < 0 || rates_ppm[i] > PPM)
            return problem_set(problem, ERR_RANGE, NULL, "INV-6",
                               "a discount is from 0 to 100 percent");
        struct money part;
        enum error error = money_percent(&part, left, rates_ppm[i], rounding, problem);
        if (error == OK)
            error = money_sub(&left, left, part, problem);
        if (error != OK)
            return error;
        if (discounts)
            discounts[i] = part;
    }
    *rest = left;
    return OK;
}

enum error money_cash_round(struct money *payable, struct money *difference, struct money amount,
                            int64_t unit_minor, struct problem *problem)
{
    if (unit_minor <= 0)
        return problem_set(problem, ERR_RANGE, NULL, "INV-8", "the cash unit must be positive");
    int64_t coins, minor;
    enum error error = rounding_divide(&coins, amount.minor, unit_minor, ROUND_HALF_AWAY, problem);
    if (error != OK)
        return error;
    if (__builtin_mul_overflow(coins, unit_minor, &minor))
        return problem_set(problem, ERR_RANGE, NULL, "GEN-1", "the amount does not fit 64 bits");
    struct money rounded = money_of(minor, amount.currency);
    error = money_sub(difference, rounded, amount, problem);
    if (error == OK)
        *payable = rounded;
    return error;
}
