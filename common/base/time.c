/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/time.h"

#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

#include "common/base/text.h"

/* Days of the years before `year`, counted from year 0 of the era; the year begins in March, so
 * that the leap day is its last. After Howard Hinnant, "chrono-compatible low-level date
 * algorithms" (public domain). */
int64_t days_from_civil(int64_t year, int month, int day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t of_era = year - era * 400;
    int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int shifted = (int)((5 * day_of_year + 2) / 153);
    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = shifted < 10 ? shifted + 3 : shifted - 9;
    *year = year_of_era + era * 400 + (*month <= 2);
}

static bool fixed_read(int *number, const char **at, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        if (!character_is_digit((*at)[i]))
            return false;
        value = value * 10 + ((*at)[i] - '0');
    }
    *at += digits;
    *number = value;
    return true;
}

static bool literal_read(const char **at, char literal)
{
    if (**at != literal)
        return false;
    (*at)++;
    return true;
}

/* Empty or '.' and 1 to 9 digits, of which those after the sixth say nothing. */
static bool fraction_read(int64_t *fraction_us, const char **at)
{
    *fraction_us = 0;
    if (!literal_read(at, '.'))
        return true;
    int digits = 0;
    for (; character_is_digit(**at); (*at)++, digits++) {
        if (digits >= 9 || (digits >= 6 && **at != '0'))
            return false;
        if (digits < 6)
            *fraction_us = *fraction_us * 10 + (**at - '0');
    }
    for (int i = digits; i < 6; i++)
        *fraction_us *= 10;
    return digits > 0;
}

static bool offset_read(int *offset_minutes, const char **at)
{
    *offset_minutes = 0;
    if (literal_read(at, 'Z'))
        return true;
    int sign = **at == '-' ? -1 : 1, hours, minutes;
    if (!literal_read(at, '+') && !literal_read(at, '-'))
        return false;
    if (!fixed_read(&hours, at, 2) || !literal_read(at, ':') || !fixed_read(&minutes, at, 2) ||
        hours > 23 || minutes > 59)
        return false;
    *offset_minutes = sign * (hours * 60 + minutes);
    return true;
}

enum error instant_parse(int64_t *instant_us, const char *text, struct problem *problem)
{
    const char *at = text;
    int year, month, day, hour, minute, second, offset_minutes;
    int64_t fraction_us;
    bool read = fixed_read(&year, &at, 4) && literal_read(&at, '-') && fixed_read(&month, &at, 2) &&
                literal_read(&at, '-') && fixed_read(&day, &at, 2) && literal_read(&at, 'T') &&
                fixed_read(&hour, &at, 2) && literal_read(&at, ':') &&
                fixed_read(&minute, &at, 2) && literal_read(&at, ':') &&
                fixed_read(&second, &at, 2) && fraction_read(&fraction_us, &at) &&
                offset_read(&offset_minutes, &at) && *at == 0;
    if (!read)
        return problem_set(problem, ERR_MALFORMED, NULL, "RFC 3339",
                           "expected an instant such as 2026-01-31T23:59:59.123456Z");
    if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59)
        return problem_set(problem, ERR_RANGE, NULL, "RFC 3339", "no such day or hour");
    int64_t days = days_from_civil(year, month, day), back_year;
    int back_month, back_day;
    civil_from_days(days, &back_year, &back_month, &back_day);
    if (back_month != month)
        return problem_set(problem, ERR_RANGE, NULL, "RFC 3339", "no such day in that month");
    int64_t minutes = (int64_t)hour * 60 + minute - offset_minutes;
    int64_t value = days * DAY_US + minutes * MINUTE_US + second * SECOND_US + fraction_us;
    if (value < INSTANT_MIN_US || value > INSTANT_MAX_US)
        return problem_set(problem, ERR_RANGE, NULL, "RFC 3339",
                           "must be from year 0001 to year 9999 in UTC");
    *instant_us = value;
    return OK;
}

void instant_format(char text[INSTANT_TEXT_SIZE], int64_t instant_us)
{
    assert(instant_us >= INSTANT_MIN_US && instant_us <= INSTANT_MAX_US);
    int64_t days = instant_us / DAY_US, of_day = instant_us % DAY_US, year;
    if (of_day < 0) {
        of_day += DAY_US;
        days--;
    }
    int month, day;
    civil_from_days(days, &year, &month, &day);
    unsigned seconds = (unsigned)(of_day / SECOND_US), fraction = (unsigned)(of_day % SECOND_US);
    int length = snprintf(text, INSTANT_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u.%06uZ",
                          (unsigned)year % 10000, (unsigned)month % 100, (unsigned)day % 100,
                          seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, fraction);
    assert(length == INSTANT_TEXT_SIZE - 1);
}

static int64_t clock_us(clockid_t clock)
{
    struct timespec now;
    int result = clock_gettime(clock, &now);
    assert(result == 0);
    return (int64_t)now.tv_sec * SECOND_US + now.tv_nsec / 1000;
}

int64_t wall_us(void)
{
    return clock_us(CLOCK_REALTIME);
}

int64_t monotonic_us(void)
{
    return clock_us(CLOCK_MONOTONIC);
}
