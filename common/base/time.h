/* SPDX-License-Identifier: Apache-2.0
 * Instants: int64 microseconds since 1970-01-01T00:00:00Z, without leap seconds. The clocks are for
 * loops only; domains are given the instant. */
#pragma once
#include <stdint.h>

#include "common/base/error.h"

#define SECOND_US INT64_C(1000000)
#define MINUTE_US (60 * SECOND_US)
#define HOUR_US (60 * MINUTE_US)
#define DAY_US (24 * HOUR_US)

/* 0001-01-01T00:00:00.000000Z and 9999-12-31T23:59:59.999999Z: what RFC 3339 and protobuf's
 * Timestamp can say. */
#define INSTANT_MIN_US INT64_C(-62135596800000000)
#define INSTANT_MAX_US INT64_C(253402300799999999)

enum { INSTANT_TEXT_SIZE = 28 }; /* "2026-01-31T23:59:59.123456Z" and NUL */

/* RFC 3339: 'T' and 'Z' or a numeric offset; a fraction may have 1 to 9 digits, of which those
 * after the sixth must be zero (nothing is rounded away). A leap second (:60) is refused.
 * ERR_MALFORMED or ERR_RANGE. */
MUST_USE enum error instant_parse(int64_t *instant_us, const char *text, struct problem *problem);
/* Always six fraction digits and Z, so that texts sort as instants do. Asserts the range above. */
void instant_format(char text[INSTANT_TEXT_SIZE], int64_t instant_us);

/* The clocks. Wall time may jump; monotonic time has no date. */
int64_t wall_us(void);
int64_t monotonic_us(void);

/* Proleptic Gregorian calendar: days since 1970-01-01 of a valid year, month (1-12) and day, and
 * back. */
int64_t days_from_civil(int64_t year, int month, int day);
void civil_from_days(int64_t days, int64_t *year, int *month, int *day);
