/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/json_number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"

/* The parts of a number's text. */
struct parts {
    bool negative;
    const char *whole, *fraction;
    size_t whole_size, fraction_size;
    int64_t exponent; /* held within EXPONENT_MAX, which is beyond every type */
};

enum { EXPONENT_MAX = 1 << 30 };

static size_t digits_length(const char *text, size_t size)
{
    size_t length = 0;
    while (length < size && character_is_digit(text[length]))
        length++;
    return length;
}

static size_t exponent_read(struct parts *parts, const char *text, size_t size)
{
    size_t at = 1;
    if (size < 2 || (text[0] != 'e' && text[0] != 'E'))
        return 0;
    bool negative = text[at] == '-';
    at += text[at] == '-' || text[at] == '+';
    size_t digits = digits_length(text + at, size - at);
    for (size_t i = 0; i < digits && parts->exponent < EXPONENT_MAX; i++)
        parts->exponent = parts->exponent * 10 + (text[at + i] - '0');
    if (negative)
        parts->exponent = -parts->exponent;
    return digits ? at + digits : 0;
}

static size_t parts_read(struct parts *parts, const char *text, size_t size)
{
    *parts = (struct parts){.negative = size && text[0] == '-'};
    size_t at = parts->negative;
    parts->whole = text + at;
    parts->whole_size = digits_length(text + at, size - at);
    if (!parts->whole_size)
        return 0;
    if (parts->whole[0] == '0')
        parts->whole_size = 1; /* no leading zeros: 01 is a 0 and then rubbish */
    at += parts->whole_size;
    if (at < size && text[at] == '.') {
        parts->fraction = text + at + 1;
        parts->fraction_size = digits_length(text + at + 1, size - at - 1);
        if (!parts->fraction_size)
            return 0;
        at += 1 + parts->fraction_size;
    }
    if (at < size && (text[at] == 'e' || text[at] == 'E')) {
        size_t length = exponent_read(parts, text + at, size - at);
        return length ? at + length : 0;
    }
    return at;
}

size_t json_number_length(const char *text, size_t size)
{
    struct parts parts;
    return parts_read(&parts, text, size);
}

static char digit_at(const struct parts *parts, size_t index)
{
    return index < parts->whole_size ? parts->whole[index]
                                     : parts->fraction[index - parts->whole_size];
}

/* All digits are one integer, shifted by the exponent: those that fall behind the point must be
 * zero. */
static enum error magnitude_of(const struct parts *parts, uint64_t *magnitude)
{
    size_t count = parts->whole_size + parts->fraction_size;
    int64_t shift = parts->exponent - (int64_t)parts->fraction_size;
    while (count && digit_at(parts, count - 1) == '0') {
        count--;
        shift++;
    }
    *magnitude = 0;
    if (!count)
        return OK;
    if (shift < 0)
        return ERR_MALFORMED;
    for (size_t i = 0; i < count; i++)
        if (__builtin_mul_overflow(*magnitude, 10, magnitude) ||
            __builtin_add_overflow(*magnitude, (uint64_t)(digit_at(parts, i) - '0'), magnitude))
            return ERR_RANGE;
    for (; shift > 0; shift--)
        if (__builtin_mul_overflow(*magnitude, 10, magnitude))
            return ERR_RANGE;
    return OK;
}

enum error json_number_int64(const char *text, size_t size, int64_t min, int64_t max,
                             int64_t *number)
{
    struct parts parts;
    uint64_t magnitude;
    if (!size || parts_read(&parts, text, size) != size)
        return ERR_MALFORMED;
    enum error error = magnitude_of(&parts, &magnitude);
    if (error != OK)
        return error;
    if (magnitude > (uint64_t)INT64_MAX + parts.negative)
        return ERR_RANGE;
    int64_t value = parts.negative ? (int64_t)(0 - magnitude) : (int64_t)magnitude;
    if (value < min || value > max)
        return ERR_RANGE;
    *number = value;
    return OK;
}

enum error json_number_uint64(const char *text, size_t size, uint64_t max, uint64_t *number)
{
    struct parts parts;
    uint64_t magnitude;
    if (!size || parts_read(&parts, text, size) != size)
        return ERR_MALFORMED;
    enum error error = magnitude_of(&parts, &magnitude);
    if (error != OK)
        return error;
    if (magnitude > max || (parts.negative && magnitude))
        return ERR_RANGE;
    *number = magnitude;
    return OK;
}

static const char *terminated(struct arena *arena, const char *text, size_t size,
                              struct arena_mark *mark)
{
    *mark = arena_mark(arena);
    char *copy = arena_get(arena, size + 1);
    if (!copy)
        return NULL;
    memcpy(copy, text, size);
    copy[size] = 0;
    return copy;
}

/* The spellings that JSON numbers do not have. */
static bool named_number(const char *text, size_t size, double *number)
{
    static const struct {
        const char *name;
        double number;
    } names[] = {{"NaN", NAN}, {"Infinity", INFINITY}, {"-Infinity", -INFINITY}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == size && memcmp(names[i].name, text, size) == 0) {
            *number = names[i].number;
            return true;
        }
    return false;
}

enum error json_number_double(struct arena *arena, const char *text, size_t size, double *number)
{
    struct arena_mark mark;
    if (named_number(text, size, number))
        return OK;
    if (!size || json_number_length(text, size) != size)
        return ERR_MALFORMED;
    const char *copy = terminated(arena, text, size, &mark);
    if (!copy)
        return ERR_TOO_LARGE;
    *number = strtod(copy, NULL);
    arena_rewind(arena, mark);
    return isinf(*number) ? ERR_RANGE : OK;
}

enum error json_number_float(struct arena *arena, const char *text, size_t size, float *number)
{
    struct arena_mark mark;
    double named;
    if (named_number(text, size, &named)) {
        *number = (float)named;
        return OK;
    }
    if (!size || json_number_length(text, size) != size)
        return ERR_MALFORMED;
    const char *copy = terminated(arena, text, size, &mark);
    if (!copy)
        return ERR_TOO_LARGE;
    *number = strtof(copy, NULL);
    arena_rewind(arena, mark);
    return isinf(*number) ? ERR_RANGE : OK;
}

static bool print_special(char text[JSON_FLOATING_TEXT_SIZE], double number)
{
    const char *special = isnan(number)   ? "\"NaN\""
                          : isinf(number) ? (number > 0 ? "\"Infinity\"" : "\"-Infinity\"")
                          : number == 0   ? (signbit(number) ? "-0.0" : "0")
                                          : NULL;
    if (special)
        snprintf(text, JSON_FLOATING_TEXT_SIZE, "%s", special);
    return special != NULL;
}

void json_number_print_double(char text[JSON_FLOATING_TEXT_SIZE], double number)
{
    if (print_special(text, number))
        return;
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, JSON_FLOATING_TEXT_SIZE, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            return;
    }
}

void json_number_print_float(char text[JSON_FLOATING_TEXT_SIZE], float number)
{
    if (print_special(text, (double)number))
        return;
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, JSON_FLOATING_TEXT_SIZE, "%.*g", digits, (double)number);
        if (strtof(text, NULL) == number)
            return;
    }
}
