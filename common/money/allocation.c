/* SPDX-License-Identifier: Apache-2.0 */
#include "common/money/allocation.h"

#include <assert.h>

typedef unsigned __int128 uwide;

/* |total| split by weights; `weights` NULL means 1 each. */
struct split {
    uint64_t total;
    const int64_t *weights;
    size_t count;
    uint64_t weight_sum;
};

static uint64_t weight_of(const struct split *split, size_t i)
{
    return split->weights ? (uint64_t)split->weights[i] : 1;
}

static uint64_t floor_of(const struct split *split, size_t i)
{
    return (uint64_t)((uwide)split->total * weight_of(split, i) / split->weight_sum);
}

static uint64_t remainder_of(const struct split *split, size_t i)
{
    return (uint64_t)((uwide)split->total * weight_of(split, i) % split->weight_sum);
}

static size_t count_at_least(const struct split *split, uint64_t remainder)
{
    size_t count = 0;
    for (size_t i = 0; i < split->count; i++)
        count += remainder_of(split, i) >= remainder;
    return count;
}

/* The smallest remainder of which at most `units` parts have as much or more: all those get a unit.
 * Found by halving the range of remainders, so that no list needs to be sorted or kept. */
static uint64_t remainder_served(const struct split *split, uint64_t units)
{
    uint64_t low = 0, high = split->weight_sum; /* no remainder is as large as high */
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (count_at_least(split, middle) <= units)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static enum error split_make(struct split *split, struct money total, const int64_t *weights,
                             size_t count, struct problem *problem)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t weight = weights ? weights[i] : 1;
        if (weight < 0)
            return problem_set(problem, ERR_RANGE, NULL, "GEN-4", "a weight is not negative");
        if (__builtin_add_overflow(sum, weight, &sum))
            return problem_set(problem, ERR_RANGE, NULL, "GEN-4",
                               "the sum of the weights does not fit 64 bits");
    }
    if (sum == 0)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-4", "no part has a weight");
    *split = (struct split){
        .total = total.minor < 0 ? 0 - (uint64_t)total.minor : (uint64_t)total.minor,
        .weights = weights,
        .count = count,
        .weight_sum = (uint64_t)sum,
    };
    return OK;
}

enum error money_allocate(struct money *parts, struct money total, const int64_t *weights,
                          size_t count, struct problem *problem)
{
    struct split split = {0};
    enum error error = split_make(&split, total, weights, count, problem);
    if (error != OK)
        return error;
    uint64_t units = split.total;
    for (size_t i = 0; i < count; i++)
        units -= floor_of(&split, i);
    uint64_t served = remainder_served(&split, units);
    uint64_t tied = units - (served < split.weight_sum ? count_at_least(&split, served) : 0);
    for (size_t i = 0; i < count; i++) {
        uint64_t remainder = remainder_of(&split, i), part = floor_of(&split, i);
        if (remainder >= served) {
            part++;
        } else if (tied > 0 && remainder + 1 == served) {
            part++;
            tied--;
        }
        parts[i] = money_of((int64_t)(total.minor < 0 ? 0 - part : part), total.currency);
    }
    assert(tied == 0);
    return OK;
}

enum error money_split(struct money *parts, struct money total, size_t count,
                       struct problem *problem)
{
    return money_allocate(parts, total, NULL, count, problem);
}
