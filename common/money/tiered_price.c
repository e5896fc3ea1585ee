/* SPDX-License-Identifier: Apache-2.0 */
#include "common/money/tiered_price.h"

static enum error tiers_check(struct decimal quantity, const struct tier *tiers, size_t count,
                              struct problem *problem)
{
    if (count == 0)
        return problem_set(problem, ERR_RANGE, NULL, "INV-7", "a tiered price needs a tier");
    if (decimal_sign(quantity) < 0)
        return problem_set(problem, ERR_RANGE, NULL, "INV-7", "usage is not negative");
    struct decimal below = decimal_of(0, 0);
    for (size_t i = 0; i + 1 < count; i++) {
        if (decimal_compare(tiers[i].up_to, below) <= 0)
            return problem_set(problem, ERR_RANGE, NULL, "INV-7", "the bounds of tiers ascend");
        below = tiers[i].up_to;
    }
    return OK;
}

/* The first tier whose bound is not below the quantity; the last has no bound. */
static size_t tier_reached(struct decimal quantity, const struct tier *tiers, size_t count)
{
    size_t i = 0;
    while (i + 1 < count && decimal_compare(quantity, tiers[i].up_to) > 0)
        i++;
    return i;
}

/* *sum += price * quantity, exactly. */
static enum error part_add(struct ratio *sum, struct decimal price, struct ratio quantity,
                           struct problem *problem)
{
    struct ratio part;
    enum error error = ratio_multiply(&part, ratio_of_decimal(price), quantity, problem);
    return error == OK ? ratio_add(sum, *sum, part, problem) : error;
}

static enum error graduated_sum(struct ratio *sum, struct decimal quantity,
                                const struct tier *tiers, size_t reached, struct problem *problem)
{
    struct ratio below = ratio_of_integer(0);
    for (size_t i = 0; i <= reached; i++) {
        struct ratio upper = ratio_of_decimal(i == reached ? quantity : tiers[i].up_to), width;
        enum error error = ratio_sub(&width, upper, below, problem);
        if (error == OK)
            error = part_add(sum, tiers[i].price, width, problem);
        if (error != OK)
            return error;
        below = upper;
    }
    return OK;
}

enum error tiered_price(struct money *price, struct decimal quantity, const struct tier *tiers,
                        size_t count, enum tier_mode mode, struct currency currency,
                        enum rounding rounding, struct problem *problem)
{
    enum error error = tiers_check(quantity, tiers, count, problem);
    if (error != OK)
        return error;
    size_t reached = tier_reached(quantity, tiers, count);
    struct ratio sum = ratio_of_integer(0);
    switch (mode) {
    case TIERS_GRADUATED:
        error = graduated_sum(&sum, quantity, tiers, reached, problem);
        break;
    case TIERS_VOLUME:
        error = part_add(&sum, tiers[reached].price, ratio_of_decimal(quantity), problem);
        break;
    }
    return error == OK ? money_from_ratio(price, sum, currency, rounding, problem) : error;
}
