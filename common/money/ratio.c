/* SPDX-License-Identifier: Apache-2.0 */
#include "common/money/ratio.h"

#include <assert.h>
#include <stdbool.h>

typedef __int128 wide;
typedef unsigned __int128 uwide;

static enum error overflow_refuse(struct problem *problem)
{
    return problem_set(problem, ERR_RANGE, NULL, "GEN-1", "the exact result does not fit 128 bits");
}

static uwide magnitude(wide number)
{
    return number < 0 ? 0 - (uwide)number : (uwide)number;
}

static int trailing_zeros(uwide number)
{
    uint64_t low = (uint64_t)number;
    return low ? __builtin_ctzll(low) : 64 + __builtin_ctzll((uint64_t)(number >> 64));
}

/* Stein's algorithm: 128-bit division is the slow part of Euclid's. gcd(0, b) = b. */
static uwide greatest_divisor(uwide a, uwide b)
{
    if (a == 0 || b == 0)
        return a | b;
    int shared = trailing_zeros(a | b);
    a >>= trailing_zeros(a);
    while (b) {
        b >>= trailing_zeros(b);
        if (a > b) {
            uwide swap = a;
            a = b;
            b = swap;
        }
        b -= a;
    }
    return a << shared;
}

/* Reduced, with a positive denominator. Neither part may be the smallest number, which has no
 * negative. */
static struct ratio reduced(wide numerator, wide denominator)
{
    assert(denominator != 0);
    uwide divisor = greatest_divisor(magnitude(numerator), magnitude(denominator));
    uwide n = magnitude(numerator) / divisor, d = magnitude(denominator) / divisor;
    bool negative = (numerator < 0) != (denominator < 0);
    return (struct ratio){negative ? -(wide)n : (wide)n, (wide)d};
}

enum error ratio_make(struct ratio *ratio, int64_t numerator, int64_t denominator,
                      struct problem *problem)
{
    if (denominator == 0)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-1", "division by zero");
    *ratio = reduced(numerator, denominator);
    return OK;
}

struct ratio ratio_of_integer(int64_t number)
{
    return (struct ratio){number, 1};
}

struct ratio ratio_of_decimal(struct decimal decimal)
{
    wide denominator = 1;
    assert(decimal.scale <= DECIMAL_SCALE_MAX);
    for (uint32_t i = 0; i < decimal.scale; i++)
        denominator *= 10;
    return reduced(decimal.unscaled, denominator);
}

struct ratio ratio_of_ppm(int64_t rate_ppm)
{
    return reduced(rate_ppm, 1000000);
}

static bool smallest(wide number)
{
    return magnitude(number) >> 127;
}

/* Cross-cancelled first, so that what fits at the end also fits on the way. */
enum error ratio_multiply(struct ratio *product, struct ratio left, struct ratio right,
                          struct problem *problem)
{
    struct ratio first = reduced(left.numerator, right.denominator);
    struct ratio second = reduced(right.numerator, left.denominator);
    wide numerator, denominator;
    if (__builtin_mul_overflow(first.numerator, second.numerator, &numerator) ||
        __builtin_mul_overflow(first.denominator, second.denominator, &denominator) ||
        smallest(numerator))
        return overflow_refuse(problem);
    *product = (struct ratio){numerator, denominator};
    return OK;
}

enum error ratio_divide(struct ratio *quotient, struct ratio left, struct ratio right,
                        struct problem *problem)
{
    if (right.numerator == 0)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-1", "division by zero");
    bool negative = right.numerator < 0;
    struct ratio inverse = {negative ? -right.denominator : right.denominator,
                            negative ? -right.numerator : right.numerator};
    return ratio_multiply(quotient, left, inverse, problem);
}

enum error ratio_add(struct ratio *sum, struct ratio left, struct ratio right,
                     struct problem *problem)
{
    wide shared = (wide)greatest_divisor((uwide)left.denominator, (uwide)right.denominator);
    wide left_factor = right.denominator / shared, right_factor = left.denominator / shared;
    wide l, r, numerator, denominator;
    if (__builtin_mul_overflow(left.numerator, left_factor, &l) ||
        __builtin_mul_overflow(right.numerator, right_factor, &r) ||
        __builtin_add_overflow(l, r, &numerator) ||
        __builtin_mul_overflow(left.denominator, left_factor, &denominator) || smallest(numerator))
        return overflow_refuse(problem);
    *sum = reduced(numerator, denominator);
    return OK;
}

enum error ratio_sub(struct ratio *difference, struct ratio left, struct ratio right,
                     struct problem *problem)
{
    right.numerator = -right.numerator;
    return ratio_add(difference, left, right, problem);
}

/* By whole parts, then by the inverses of the rests, as Euclid would: no product is ever made. */
int ratio_compare(struct ratio left, struct ratio right)
{
    for (int flip = 1;; flip = -flip) {
        wide left_whole = left.numerator / left.denominator;
        wide right_whole = right.numerator / right.denominator;
        wide left_rest = left.numerator % left.denominator;
        wide right_rest = right.numerator % right.denominator;
        if (left_rest < 0) {
            left_rest += left.denominator;
            left_whole--;
        }
        if (right_rest < 0) {
            right_rest += right.denominator;
            right_whole--;
        }
        if (left_whole != right_whole)
            return left_whole > right_whole ? flip : -flip;
        if (left_rest == 0 || right_rest == 0)
            return left_rest == right_rest ? 0 : left_rest ? flip : -flip;
        left = (struct ratio){left.denominator, left_rest};
        right = (struct ratio){right.denominator, right_rest};
    }
}

enum error ratio_round(int64_t *number, struct ratio ratio, enum rounding rounding,
                       struct problem *problem)
{
    return rounding_divide(number, ratio.numerator, ratio.denominator, rounding, problem);
}

enum error ratio_round_decimal(struct decimal *decimal, struct ratio ratio, uint32_t scale,
                               enum rounding rounding, struct problem *problem)
{
    assert(scale <= DECIMAL_SCALE_MAX);
    int64_t unit = 1, unscaled;
    for (uint32_t i = 0; i < scale; i++)
        unit *= 10;
    struct ratio scaled = {0, 1};
    enum error error = ratio_multiply(&scaled, ratio, ratio_of_integer(unit), problem);
    if (error == OK)
        error = ratio_round(&unscaled, scaled, rounding, problem);
    if (error == OK)
        *decimal = decimal_of(unscaled, scale);
    return error;
}
