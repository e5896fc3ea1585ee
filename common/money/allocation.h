/* SPDX-License-Identifier: Apache-2.0
 * Allocation: splitting an amount by weights so that nothing is lost: largest remainder, ties to
 * the lowest index; a negative amount is split as its absolute value and negated (handbook GEN-4).
 */
#pragma once
#include "common/money/money.h"

/* Writes `count` parts (the caller's) that sum to `total`. Weights are not negative and their sum
 * is positive and fits int64, else ERR_RANGE; a weight of 0 gets nothing. Uses no memory: count has
 * no bound. */
MUST_USE enum error money_allocate(struct money *parts, struct money total, const int64_t *weights,
                                   size_t count, struct problem *problem);
/* Equal weights. */
MUST_USE enum error money_split(struct money *parts, struct money total, size_t count,
                                struct problem *problem);
