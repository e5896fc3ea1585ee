/* SPDX-License-Identifier: Apache-2.0 */
#include "common/money/rounding.h"

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

enum error rounding_divide(int64_t *quotient, __int128 numerator, __int128 denominator,
                           enum rounding rounding, struct problem *problem)
{
    assert(denominator > 0);
    __int128 whole = numerator / denominator, rest = numerator % denominator;
    __int128 distance = rest < 0 ? -rest : rest;
    /* Doubling the rest might not fit, so it is compared with what is missing to the next integer.
     */
    __int128 missing = denominator - distance;
    bool away = false;
    switch (rounding) {
    case ROUND_HALF_AWAY:
        away = distance >= missing;
        break;
    case ROUND_HALF_EVEN:
        away = distance > missing || (distance == missing && whole % 2 != 0);
        break;
    }
    if (away)
        whole += numerator < 0 ? -1 : 1;
    if (whole < INT64_MIN || whole > INT64_MAX)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-1", "the result does not fit 64 bits");
    *quotient = (int64_t)whole;
    return OK;
}
