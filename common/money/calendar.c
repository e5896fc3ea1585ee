/* SPDX-License-Identifier: Apache-2.0 */
#include "common/money/calendar.h"

#include <assert.h>
#include <string.h>

#include "common/base/text.h"
#include "common/base/time.h"

static enum error date_of_days(struct date *date, int64_t days, struct problem *problem)
{
    if (days < DATE_DAYS_MIN || days > DATE_DAYS_MAX)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-5",
                           "must be from 0001-01-01 to 9999-12-31");
    date->days = (int32_t)days;
    return OK;
}

static bool year_is_leap(int32_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int month_length(int32_t year, int month)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    assert(month >= 1 && month <= 12);
    return lengths[month - 1] + (month == 2 && year_is_leap(year));
}

enum error date_make(struct date *date, int32_t year, int month, int day, struct problem *problem)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 ||
        day > month_length(year, month))
        return problem_set(problem, ERR_RANGE, NULL, "GEN-5", "there is no such day");
    date->days = (int32_t)days_from_civil(year, month, day);
    return OK;
}

struct civil date_civil(struct date date)
{
    struct civil civil;
    int64_t year;
    civil_from_days(date.days, &year, &civil.month, &civil.day);
    civil.year = (int32_t)year;
    return civil;
}

enum weekday date_weekday(struct date date)
{
    /* 1970-01-01 was a Thursday. */
    return (enum weekday)(((date.days + 3) % 7 + 7) % 7 + 1);
}

struct date date_month_start(struct date date)
{
    return (struct date){date.days - date_civil(date).day + 1};
}

struct date date_month_end(struct date date)
{
    struct civil civil = date_civil(date);
    return (struct date){date.days - civil.day + month_length(civil.year, civil.month)};
}

enum error date_add_days(struct date *result, struct date date, int64_t days,
                         struct problem *problem)
{
    int64_t sum;
    if (__builtin_add_overflow(days, (int64_t)date.days, &sum))
        sum = INT64_MAX;
    return date_of_days(result, sum, problem);
}

enum error date_add_months(struct date *result, struct date anchor, int64_t months,
                           struct problem *problem)
{
    const int64_t months_max = 12 * 9999;
    struct civil civil = date_civil(anchor);
    int64_t index = (int64_t)civil.year * 12 + civil.month - 1;
    if (months < -months_max || months > months_max || index + months < 12)
        return date_of_days(result, INT64_MAX, problem);
    index += months;
    int32_t year = (int32_t)(index / 12);
    int month = (int)(index % 12) + 1;
    if (year > 9999)
        return date_of_days(result, INT64_MAX, problem);
    int length = month_length(year, month);
    return date_make(result, year, month, civil.day < length ? civil.day : length, problem);
}

enum error date_parse(struct date *date, const char *text, struct problem *problem)
{
    static const char form[] = "dddd-dd-dd";
    int numbers[3] = {0}, part = 0;
    bool well_formed = strlen(text) == sizeof form - 1;
    for (size_t i = 0; well_formed && form[i]; i++) {
        if (form[i] == '-') {
            well_formed = text[i] == '-';
            part++;
        } else {
            well_formed = character_is_digit(text[i]);
            numbers[part] = numbers[part] * 10 + (text[i] - '0');
        }
    }
    if (!well_formed)
        return problem_set(problem, ERR_MALFORMED, NULL, "GEN-5",
                           "expected a date such as 2026-01-31");
    return date_make(date, numbers[0], numbers[1], numbers[2], problem);
}

void date_format(char text[DATE_TEXT_SIZE], struct date date)
{
    assert(date.days >= DATE_DAYS_MIN && date.days <= DATE_DAYS_MAX);
    struct civil civil = date_civil(date);
    struct text_buffer buffer = text_buffer_on(text, DATE_TEXT_SIZE);
    text_buffer_add_format(&buffer, "%04d-%02d-%02d", (int)civil.year, civil.month, civil.day);
    assert(!buffer.overflowed);
}

enum error date_from_message(struct date *date, const Common__Date *message,
                             struct problem *problem)
{
    if (!message)
        return problem_set(problem, ERR_MISSING, NULL, "GEN-5", "a date is required");
    return date_of_days(date, message->days, problem);
}

Common__Date *date_to_message(struct arena *arena, struct date date)
{
    Common__Date *message = arena_new(arena, Common__Date, COMMON__DATE__INIT);
    if (message)
        message->days = date.days;
    return message;
}

struct date date_of_instant(const struct zone *zone, int64_t instant_us)
{
    if (instant_us < INSTANT_MIN_US)
        instant_us = INSTANT_MIN_US;
    if (instant_us > INSTANT_MAX_US)
        instant_us = INSTANT_MAX_US;
    int64_t local_us = instant_us + zone_offset_s(zone, instant_us) * SECOND_US;
    int64_t days = local_us / DAY_US - (local_us % DAY_US < 0);
    if (days < DATE_DAYS_MIN)
        days = DATE_DAYS_MIN;
    if (days > DATE_DAYS_MAX)
        days = DATE_DAYS_MAX;
    return (struct date){(int32_t)days};
}

int64_t date_start_us(const struct zone *zone, struct date date)
{
    return zone_instant_us(zone, (int64_t)date.days * DAY_US);
}
