/* SPDX-License-Identifier: Apache-2.0
 * Ratio: an exact fraction of 128-bit integers, for everything that is rounded only once at the end
 * (handbook GEN-1, GEN-3). What does not fit after cancelling is ERR_RANGE: nothing ever wraps. */
#pragma once
#include <stdint.h>

#include "common/base/error.h"
#include "common/money/decimal.h"
#include "common/money/rounding.h"

/* Always reduced; the denominator is positive. */
struct ratio {
    __int128 numerator, denominator;
};

/* Denominator 0 is ERR_RANGE. */
MUST_USE enum error ratio_make(struct ratio *ratio, int64_t numerator, int64_t denominator,
                               struct problem *problem);
struct ratio ratio_of_integer(int64_t number);
struct ratio ratio_of_decimal(struct decimal decimal);
/* Parts per million: 20 % is 200000 (handbook GEN-2). */
struct ratio ratio_of_ppm(int64_t rate_ppm);

MUST_USE enum error ratio_add(struct ratio *sum, struct ratio left, struct ratio right,
                              struct problem *problem);
MUST_USE enum error ratio_sub(struct ratio *difference, struct ratio left, struct ratio right,
                              struct problem *problem);
MUST_USE enum error ratio_multiply(struct ratio *product, struct ratio left, struct ratio right,
                                   struct problem *problem);
MUST_USE enum error ratio_divide(struct ratio *quotient, struct ratio left, struct ratio right,
                                 struct problem *problem);
/* -1, 0 or 1; exact for all values, also where a product would not fit. */
int ratio_compare(struct ratio left, struct ratio right);

/* To the nearest integer, ties as `rounding` says. */
MUST_USE enum error ratio_round(int64_t *number, struct ratio ratio, enum rounding rounding,
                                struct problem *problem);
/* To the nearest multiple of 10^-scale. */
MUST_USE enum error ratio_round_decimal(struct decimal *decimal, struct ratio ratio, uint32_t scale,
                                        enum rounding rounding, struct problem *problem);
