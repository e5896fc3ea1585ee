/* SPDX-License-Identifier: Apache-2.0 */
#include "common/money/proration.h"

/* Days since a fixed point if every month had 30 days. Its differences add up, whatever periods are
 * cut. */
static int32_t days_of_30(struct date date)
{
    struct civil civil = date_civil(date);
    return civil.year * 360 + civil.month * 30 + (civil.day < 30 ? civil.day : 30);
}

int32_t proration_days(enum proration_basis basis, struct date start, struct date end)
{
    switch (basis) {
    case PRORATION_ACTUAL:
        break;
    case PRORATION_30:
        return days_of_30(end) - days_of_30(start);
    }
    return date_days_between(start, end);
}

enum error proration_amount(struct money *amount, struct money price, int32_t days,
                            int32_t cycle_days, enum rounding rounding, struct problem *problem)
{
    if (days < 0 || cycle_days <= 0)
        return problem_set(problem, ERR_RANGE, NULL, "INV-13",
                           "a cycle has days, and a part of it no fewer than 0");
    return money_scale(amount, price, days, cycle_days, rounding, problem);
}

enum error proration_segments(struct money *amounts, struct money price,
                              const int32_t *segment_days, size_t count, int32_t cycle_days,
                              enum rounding rounding, struct problem *problem)
{
    int32_t cumulative = 0;
    struct money before = money_zero(price.currency);
    for (size_t i = 0; i < count; i++) {
        if (segment_days[i] < 0 || segment_days[i] > cycle_days - cumulative)
            return problem_set(problem, ERR_RANGE, NULL, "INV-13",
                               "the segments are longer than their cycle");
        cumulative += segment_days[i];
        struct money now;
        enum error error = proration_amount(&now, price, cumulative, cycle_days, rounding, problem);
        if (error == OK)
            error = money_sub(&amounts[i], now, before, problem);
        if (error != OK)
            return error;
        before = now;
    }
    return OK;
}

enum error proration_change(struct price_change *result, struct money old_price,
                            struct money new_price, struct date start, struct date end,
                            struct date change, enum proration_basis basis, enum rounding rounding,
                            struct problem *problem)
{
    if (date_compare(start, end) >= 0 || date_compare(change, start) < 0 ||
        date_compare(change, end) > 0)
        return problem_set(problem, ERR_RANGE, NULL, "INV-13", "a price changes within its cycle");
    int32_t cycle_days = proration_days(basis, start, end);
    int32_t used_days = proration_days(basis, start, change);
    struct price_change found;
    enum error error =
        proration_amount(&found.used_old, old_price, used_days, cycle_days, rounding, problem);
    if (error == OK)
        error = money_sub(&found.credit_old, old_price, found.used_old, problem);
    if (error == OK)
        error = proration_amount(&found.charge_new, new_price, cycle_days - used_days, cycle_days,
                                 rounding, problem);
    if (error == OK)
        *result = found;
    return error;
}
