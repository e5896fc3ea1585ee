/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/scalar_time.h"

#include <assert.h>
#include <inttypes.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/wire/message_field.h"

#define DAY_S INT64_C(86400)
#define TIMESTAMP_MIN_S INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define TIMESTAMP_MAX_S INT64_C(253402300799) /* 9999-12-31T23:59:59Z */
#define DURATION_MAX_S INT64_C(315576000000)

enum { NANOS_IN_SECOND = 1000000000 };

static int64_t *seconds_of(const ProtobufCMessage *message)
{
    assert(message->descriptor->fields[0].type == PROTOBUF_C_TYPE_INT64);
    return message_field_place(message, &message->descriptor->fields[0]);
}

static int32_t *nanos_of(const ProtobufCMessage *message)
{
    assert(message->descriptor->fields[1].type == PROTOBUF_C_TYPE_INT32);
    return message_field_place(message, &message->descriptor->fields[1]);
}

static void fraction_print(struct arena_buffer *out, int32_t nanos)
{
    if (nanos % 1000 != 0)
        arena_buffer_format(out, ".%09" PRId32, nanos);
    else if (nanos % 1000000 != 0)
        arena_buffer_format(out, ".%06" PRId32, nanos / 1000);
    else if (nanos != 0)
        arena_buffer_format(out, ".%03" PRId32, nanos / 1000000);
}

/* Exactly `count` digits; moves on. */
static bool digits_take(const char **at, unsigned count, int64_t *number)
{
    *number = 0;
    for (; count > 0; count--) {
        if (!character_is_digit(**at))
            return false;
        *number = *number * 10 + (*(*at)++ - '0');
    }
    return true;
}

static bool character_take(const char **at, char character)
{
    if (**at != character)
        return false;
    (*at)++;
    return true;
}

/* Nothing, or a point and 1 to 9 digits. */
static bool fraction_take(const char **at, int32_t *nanos)
{
    *nanos = 0;
    if (!character_take(at, '.'))
        return true;
    int32_t unit = NANOS_IN_SECOND / 10;
    const char *start = *at;
    for (; character_is_digit(**at); (*at)++, unit /= 10) {
        if (unit == 0)
            return false;
        *nanos += unit * (**at - '0');
    }
    return *at > start;
}

bool timestamp_print(struct arena_buffer *out, const ProtobufCMessage *message)
{
    int64_t seconds = *seconds_of(message), year;
    int32_t nanos = *nanos_of(message);
    int month, day;
    if (seconds < TIMESTAMP_MIN_S || seconds > TIMESTAMP_MAX_S || nanos < 0 ||
        nanos >= NANOS_IN_SECOND)
        return false;
    int64_t days = seconds / DAY_S - (seconds % DAY_S < 0), rest = seconds - days * DAY_S;
    civil_from_days(days, &year, &month, &day);
    arena_buffer_format(out, "%04" PRId64 "-%02d-%02dT%02d:%02d:%02d", year, month, day,
                        (int)(rest / 3600), (int)(rest / 60 % 60), (int)(rest % 60));
    fraction_print(out, nanos);
    arena_buffer_put_character(out, 'Z');
    return true;
}

/* "Z" or "+hh:mm" to the end of the text, in seconds. */
static bool offset_take(const char **at, int64_t *offset_s)
{
    int64_t hours, minutes;
    *offset_s = 0;
    if (character_take(at, 'Z'))
        return **at == 0;
    bool west = **at == '-';
    if (!character_take(at, '+') && !character_take(at, '-'))
        return false;
    if (!digits_take(at, 2, &hours) || !character_take(at, ':') || !digits_take(at, 2, &minutes) ||
        hours > 23 || minutes > 59 || **at)
        return false;
    *offset_s = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
}

enum error timestamp_parse(struct arena *arena, ProtobufCMessage *message, const char *text,
                           struct problem *problem)
{
    int64_t year, month, day, hour, minute, second, offset_s;
    int32_t nanos;
    const char *at = text;
    (void)arena;
    if (!digits_take(&at, 4, &year) || !character_take(&at, '-') || !digits_take(&at, 2, &month) ||
        !character_take(&at, '-') || !digits_take(&at, 2, &day) || !character_take(&at, 'T') ||
        !digits_take(&at, 2, &hour) || !character_take(&at, ':') || !digits_take(&at, 2, &minute) ||
        !character_take(&at, ':') || !digits_take(&at, 2, &second) || !fraction_take(&at, &nanos) ||
        !offset_take(&at, &offset_s))
        return problem_set(problem, ERR_MALFORMED, NULL, "RFC 3339",
                           "write an instant as 2026-01-31T23:59:59Z");
    bool exists = year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 23 &&
                  minute <= 59 && second <= 59;
    int64_t seconds = 0;
    if (exists) {
        int64_t days = days_from_civil(year, (int)month, (int)day), same_year;
        int same_month, same_day;
        civil_from_days(days, &same_year, &same_month, &same_day);
        seconds = days * DAY_S + hour * 3600 + minute * 60 + second - offset_s;
        exists = same_day == day && same_month == month && seconds >= TIMESTAMP_MIN_S &&
                 seconds <= TIMESTAMP_MAX_S;
    }
    if (!exists)
        return problem_set(problem, ERR_RANGE, NULL, "RFC 3339",
                           "there is no such instant between the years 0001 and 9999");
    *seconds_of(message) = seconds;
    *nanos_of(message) = nanos;
    return OK;
}

bool duration_print(struct arena_buffer *out, const ProtobufCMessage *message)
{
    int64_t seconds = *seconds_of(message);
    int32_t nanos = *nanos_of(message);
    if (seconds < -DURATION_MAX_S || seconds > DURATION_MAX_S || nanos <= -NANOS_IN_SECOND ||
        nanos >= NANOS_IN_SECOND || (seconds > 0 && nanos < 0) || (seconds < 0 && nanos > 0))
        return false;
    if (seconds < 0 || nanos < 0)
        arena_buffer_put_character(out, '-');
    arena_buffer_format(out, "%" PRId64, seconds < 0 ? -seconds : seconds);
    fraction_print(out, nanos < 0 ? -nanos : nanos);
    arena_buffer_put_character(out, 's');
    return true;
}

enum error duration_parse(struct arena *arena, ProtobufCMessage *message, const char *text,
                          struct problem *problem)
{
    const char *at = text;
    (void)arena;
    bool negative = character_take(&at, '-');
    int64_t seconds = 0;
    int32_t nanos = 0;
    const char *start = at;
    for (; character_is_digit(*at) && at - start < 13; at++)
        seconds = seconds * 10 + (*at - '0');
    if (at == start || !fraction_take(&at, &nanos) || !character_take(&at, 's') || *at)
        return problem_set(problem, ERR_MALFORMED, NULL, "JSON", "write a duration as 1.5s");
    if (seconds > DURATION_MAX_S)
        return problem_set(problem, ERR_RANGE, NULL, "JSON",
                           "a duration has at most 315576000000 seconds");
    *seconds_of(message) = negative ? -seconds : seconds;
    *nanos_of(message) = negative ? -nanos : nanos;
    return OK;
}
