/* SPDX-License-Identifier: Apache-2.0 */
#include "common/money/business_day.h"

enum { STEPS_MAX = 366, BUSINESS_DAYS_MAX = 36600 };

static bool is_holiday(struct date date, const struct holiday_list *holidays)
{
    size_t low = 0, high = holidays ? holidays->count : 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = date_compare(date, holidays->days[middle]);
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

bool date_is_business_day(struct date date, const struct holiday_list *holidays)
{
    return date_weekday(date) < SATURDAY && !is_holiday(date, holidays);
}

static enum error date_seek(struct date *result, struct date date, int step,
                            const struct holiday_list *holidays, struct problem *problem)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        if (date_is_business_day(date, holidays)) {
            *result = date;
            return OK;
        }
        enum error error = date_add_days(&date, date, step, problem);
        if (error != OK)
            return error;
    }
    return problem_set(problem, ERR_RANGE, NULL, "INV-9", "no business day within a year");
}

enum error date_roll(struct date *result, struct date date, enum day_roll roll,
                     const struct holiday_list *holidays, struct problem *problem)
{
    switch (roll) {
    case ROLL_NONE:
        *result = date;
        return OK;
    case ROLL_FOLLOWING:
        return date_seek(result, date, 1, holidays, problem);
    case ROLL_PRECEDING:
        return date_seek(result, date, -1, holidays, problem);
    case ROLL_MODIFIED_FOLLOWING: {
        struct date following;
        if (date_seek(&following, date, 1, holidays, NULL) != OK ||
            date_compare(following, date_month_end(date)) > 0)
            return date_seek(result, date, -1, holidays, problem);
        *result = following;
        return OK;
    }
    }
    return problem_set(problem, ERR_RANGE, NULL, "INV-9", "there is no such way to roll a date");
}

enum error date_add_business_days(struct date *result, struct date date, int32_t count,
                                  const struct holiday_list *holidays, struct problem *problem)
{
    if (count < -BUSINESS_DAYS_MAX || count > BUSINESS_DAYS_MAX)
        return problem_set(problem, ERR_RANGE, NULL, "INV-9", "at most %d business days",
                           BUSINESS_DAYS_MAX);
    int step = count < 0 ? -1 : 1;
    for (int32_t left = count * step; left > 0; left--) {
        enum error error = date_add_days(&date, date, step, problem);
        if (error == OK)
            error = date_seek(&date, date, step, holidays, problem);
        if (error != OK)
            return error;
    }
    *result = date;
    return OK;
}
