/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/zone_rule.h"

#include <string.h>

#include "common/base/text.h"
#include "common/base/time.h"

enum { HOUR_S = 3600, DAY_S = 86400, HOURS_MAX = 167 };

/* "CET" or "<-03>". */
static bool abbreviation_read(char abbreviation[ZONE_ABBREVIATION_SIZE], const char **at)
{
    size_t length = 0;
    bool quoted = **at == '<';
    const char *from = *at + quoted;
    while (character_is_letter(from[length]) ||
           (quoted &&
            (character_is_digit(from[length]) || from[length] == '+' || from[length] == '-')))
        length++;
    if (length < 3 || length >= ZONE_ABBREVIATION_SIZE || (quoted && from[length] != '>'))
        return false;
    memcpy(abbreviation, from, length);
    abbreviation[length] = 0;
    *at = from + length + quoted;
    return true;
}

static bool number_read(int *number, const char **at, int max)
{
    int value = 0, digits = 0;
    for (; character_is_digit(**at) && digits < 4; (*at)++, digits++)
        value = value * 10 + (**at - '0');
    *number = value;
    return digits > 0 && value <= max;
}

/* "[+-]h[:m[:s]]" in seconds. */
static bool clock_read(int32_t *seconds, const char **at)
{
    int sign = **at == '-' ? -1 : 1, hours, minutes = 0, rest = 0;
    if (**at == '-' || **at == '+')
        (*at)++;
    if (!number_read(&hours, at, HOURS_MAX))
        return false;
    if (**at == ':') {
        (*at)++;
        if (!number_read(&minutes, at, 59))
            return false;
        if (**at == ':') {
            (*at)++;
            if (!number_read(&rest, at, 59))
                return false;
        }
    }
    *seconds = sign * (hours * HOUR_S + minutes * 60 + rest);
    return true;
}

static bool separator_read(const char **at, char separator)
{
    if (**at != separator)
        return false;
    (*at)++;
    return true;
}

static bool change_read(struct zone_change *change, const char **at)
{
    *change = (struct zone_change){.second = 2 * HOUR_S};
    if (separator_read(at, 'M')) {
        change->form = CHANGE_MONTH_WEEK_DAY;
        if (!number_read(&change->month, at, 12) || change->month < 1 || !separator_read(at, '.') ||
            !number_read(&change->week, at, 5) || change->week < 1 || !separator_read(at, '.') ||
            !number_read(&change->weekday, at, 6))
            return false;
    } else if (separator_read(at, 'J')) {
        change->form = CHANGE_JULIAN;
        if (!number_read(&change->day, at, 365) || change->day < 1)
            return false;
    } else {
        change->form = CHANGE_DAY_OF_YEAR;
        if (!number_read(&change->day, at, 365))
            return false;
    }
    return !separator_read(at, '/') || clock_read(&change->second, at);
}

bool zone_rule_parse(struct zone_rule *rule, const char *text)
{
    int32_t west;
    *rule = (struct zone_rule){0};
    if (!abbreviation_read(rule->standard, &text) || !clock_read(&west, &text))
        return false;
    rule->standard_offset_s = -west;
    if (!*text)
        return true;
    rule->has_summer = true;
    rule->summer_offset_s = rule->standard_offset_s + HOUR_S;
    if (!abbreviation_read(rule->summer, &text))
        return false;
    if (*text && *text != ',') {
        if (!clock_read(&west, &text))
            return false;
        rule->summer_offset_s = -west;
    }
    return separator_read(&text, ',') && change_read(&rule->to_summer, &text) &&
           separator_read(&text, ',') && change_read(&rule->to_standard, &text) && !*text;
}

static bool year_is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Seconds since 1970 on the local clock at which the year's change happens. */
static int64_t change_local_s(const struct zone_change *change, int64_t year)
{
    int64_t day = 0;
    switch (change->form) {
    case CHANGE_MONTH_WEEK_DAY: {
        int64_t first = days_from_civil(year, change->month, 1);
        int64_t next = change->month == 12 ? days_from_civil(year + 1, 1, 1)
                                           : days_from_civil(year, change->month + 1, 1);
        int64_t weekday_of_first = ((first + 4) % 7 + 7) % 7; /* 1970-01-01 was a Thursday */
        day = first + (change->weekday - weekday_of_first + 7) % 7 + 7 * (change->week - 1);
        while (day >= next)
            day -= 7;
        break;
    }
    case CHANGE_JULIAN:
        day = days_from_civil(year, 1, 1) + change->day - 1;
        if (year_is_leap(year) && change->day > 59)
            day++;
        break;
    case CHANGE_DAY_OF_YEAR:
        day = days_from_civil(year, 1, 1) + change->day;
        break;
    }
    return day * DAY_S + change->second;
}

static bool rule_is_summer(const struct zone_rule *rule, int64_t instant_s)
{
    if (!rule->has_summer)
        return false;
    int64_t local = instant_s + rule->standard_offset_s, year;
    int64_t days = local / DAY_S - (local % DAY_S < 0);
    int month, day;
    civil_from_days(days, &year, &month, &day);
    int64_t summer = change_local_s(&rule->to_summer, year) - rule->standard_offset_s;
    int64_t standard = change_local_s(&rule->to_standard, year) - rule->summer_offset_s;
    /* South of the equator summer begins late in the year and ends early in the next. */
    if (summer < standard)
        return instant_s >= summer && instant_s < standard;
    return instant_s >= summer || instant_s < standard;
}

int32_t zone_rule_offset_s(const struct zone_rule *rule, int64_t instant_s)
{
    return rule_is_summer(rule, instant_s) ? rule->summer_offset_s : rule->standard_offset_s;
}

const char *zone_rule_abbreviation(const struct zone_rule *rule, int64_t instant_s)
{
    return rule_is_summer(rule, instant_s) ? rule->summer : rule->standard;
}
