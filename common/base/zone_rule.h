/* SPDX-License-Identifier: Apache-2.0
 * Zone rule: the footer of a TZif file, a POSIX TZ string such as "CET-1CEST,M3.5.0,M10.5.0/3",
 * which speaks for all instants after the file's table (RFC 8536, section 3.3). Used by zone.c
 * only. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { ZONE_ABBREVIATION_SIZE = 12 };

/* When a year's change happens, on the local clock in force before it. */
struct zone_change {
    enum { CHANGE_MONTH_WEEK_DAY, CHANGE_JULIAN, CHANGE_DAY_OF_YEAR } form;
    int month, week, weekday; /* Mm.w.d: week 5 is the last, weekday 0 is Sunday */
    int day;                  /* Jn: 1-365, 29 February never counts; n: 0-365 */
    int32_t second;           /* after midnight; -167 h to 167 h */
};

struct zone_rule {
    int32_t standard_offset_s, summer_offset_s; /* east of UTC */
    char standard[ZONE_ABBREVIATION_SIZE], summer[ZONE_ABBREVIATION_SIZE];
    bool has_summer;
    struct zone_change to_summer, to_standard;
};

/* False: not such a text. */
bool zone_rule_parse(struct zone_rule *rule, const char *text);
int32_t zone_rule_offset_s(const struct zone_rule *rule, int64_t instant_s);
const char *zone_rule_abbreviation(const struct zone_rule *rule, int64_t instant_s);
