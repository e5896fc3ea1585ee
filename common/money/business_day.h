/* SPDX-License-Identifier: Apache-2.0
 * Business day: neither Saturday or Sunday nor a listed holiday, and how a date rolls to one
 * (handbook INV-9). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "common/money/calendar.h"

/* Borrowed, ascending. NULL where allowed means: weekends only. */
struct holiday_list {
    const struct date *days;
    size_t count;
};

enum day_roll {
    ROLL_NONE,
    ROLL_FOLLOWING,          /* the next business day */
    ROLL_MODIFIED_FOLLOWING, /* the next, unless that is in the next month: then the one before */
    ROLL_PRECEDING,          /* the one before */
};

bool date_is_business_day(struct date date, const struct holiday_list *holidays);
/* A business day stays where it is. ERR_RANGE at the end of the calendar or if 366 days in a row
 * are holidays. */
MUST_USE enum error date_roll(struct date *result, struct date date, enum day_roll roll,
                              const struct holiday_list *holidays, struct problem *problem);
/* `count` business days later (earlier if negative); 0 is the date itself. */
MUST_USE enum error date_add_business_days(struct date *result, struct date date, int32_t count,
                                           const struct holiday_list *holidays,
                                           struct problem *problem);
