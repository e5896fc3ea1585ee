/* SPDX-License-Identifier: Apache-2.0
 * Calendar: civil dates, which have no zone and no hour (handbook GEN-5), from 0001-01-01 to
 * 9999-12-31 in the Gregorian calendar. Results outside are ERR_RANGE. Periods are half-open:
 * [start, end). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "billing/common/v1/scalar.pb-c.h"
#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/base/zone.h"

/* Days since 1970-01-01, by value. */
struct date {
    int32_t days;
};

struct civil {
    int32_t year;
    int month, day; /* from 1 */
};

enum { DATE_TEXT_SIZE = 11, DATE_DAYS_MIN = -719162, DATE_DAYS_MAX = 2932896 };

enum weekday { MONDAY = 1, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY }; /* ISO 8601 */

/* ERR_RANGE unless such a day exists. */
MUST_USE enum error date_make(struct date *date, int32_t year, int month, int day,
                              struct problem *problem);
struct civil date_civil(struct date date);
enum weekday date_weekday(struct date date);
int month_length(int32_t year, int month);
struct date date_month_start(struct date date);
struct date date_month_end(struct date date);

static inline int date_compare(struct date left, struct date right)
{
    return (left.days > right.days) - (left.days < right.days);
}

/* From 2026-03-01 to 2026-03-02 is 1; negative if `to` is earlier. */
static inline int32_t date_days_between(struct date from, struct date to)
{
    return to.days - from.days;
}

MUST_USE enum error date_add_days(struct date *result, struct date date, int64_t days,
                                  struct problem *problem);
/* The day of `anchor`, `months` later (or earlier), at most the month's last. Always start from the
 * original anchor: 01-31 gives 02-28, then 03-31; a chain of results would give 03-28 (handbook
 * GEN-5). */
MUST_USE enum error date_add_months(struct date *result, struct date anchor, int64_t months,
                                    struct problem *problem);

/* "2026-01-31", exactly. ERR_MALFORMED for the form, ERR_RANGE for a day that does not exist. */
MUST_USE enum error date_parse(struct date *date, const char *text, struct problem *problem);
void date_format(char text[DATE_TEXT_SIZE], struct date date);

/* ERR_MISSING for NULL, ERR_RANGE outside the calendar. */
MUST_USE enum error date_from_message(struct date *date, const Common__Date *message,
                                      struct problem *problem);
Common__Date *date_to_message(struct arena *arena, struct date date);

/* The date that a wall calendar in the zone shows at the instant. The instant is clamped to the
 * calendar's range. */
struct date date_of_instant(const struct zone *zone, int64_t instant_us);
/* The first instant of the date in the zone. */
int64_t date_start_us(const struct zone *zone, struct date date);
