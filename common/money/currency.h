/* SPDX-License-Identifier: Apache-2.0
 * Currency: an active ISO 4217 code. The exponent says how many decimals its amounts have: EUR 2,
 * JPY 0, KWD 3 (handbook GEN-1). Source of the table: ISO 4217 list one. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "common/base/error.h"

/* By value. Only currency_parse makes one, so whoever holds one holds a known code; all zero means
 * 'none'. */
struct currency {
    char code[4];
};

struct currency_entry {
    char code[4];
    short numeric;
    signed char
        exponent; /* -1: has no minor unit (gold, SDR, testing), no amounts are kept in it */
    const char *name;
};

/* Exactly three capital letters of an active code with a minor unit; else ERR_MALFORMED (an unknown
 * currency too). */
MUST_USE enum error currency_parse(struct currency *currency, const char *code,
                                   struct problem *problem);

/* 0 to 4. Asserts a known code. */
unsigned currency_exponent(struct currency currency);
/* 978 for EUR. Asserts a known code. */
unsigned currency_numeric(struct currency currency);
/* 10 to the exponent: minor units in one unit. */
long currency_unit_minor(struct currency currency);
bool currency_equal(struct currency left, struct currency right);

/* The whole table, sorted by code, for documentation and tests. */
const struct currency_entry *currency_table(size_t *count);
