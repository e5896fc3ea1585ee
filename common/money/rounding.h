/* SPDX-License-Identifier: Apache-2.0
 * Rounding: the two ways of handbook GEN-3. Round once, at the points that the rules name, never in
 * between. */
#pragma once
#include <stdint.h>

#include "common/base/error.h"

enum rounding {
    ROUND_HALF_AWAY, /* 2.345 -> 2.35, -2.345 -> -2.35; the default */
    ROUND_HALF_EVEN, /* 2.345 -> 2.34; policy of a legal entity */
};

/* The integer nearest to numerator / denominator. ERR_RANGE if it is no int64. Asserts a positive
 * denominator. */
MUST_USE enum error rounding_divide(int64_t *quotient, __int128 numerator, __int128 denominator,
                                    enum rounding rounding, struct problem *problem);
