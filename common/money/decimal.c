/* SPDX-License-Identifier: Apache-2.0 */
#include "common/money/decimal.h"

#include <assert.h>
#include <stdbool.h>

#include "common/base/text.h"

static const int64_t powers[DECIMAL_SCALE_MAX + 1] = {
    1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000, 10000000000,
};

static enum error form_refuse(struct problem *problem)
{
    return problem_set(problem, ERR_MALFORMED, NULL, "GEN-2", "expected a decimal such as 12.345");
}

/* One digit more, towards the sign's side, so that INT64_MIN can be read too. False: does not fit.
 */
static bool digit_append(int64_t *value, char digit, bool negative)
{
    int64_t step = digit - '0';
    return !__builtin_mul_overflow(*value, INT64_C(10), value) &&
           !__builtin_add_overflow(*value, negative ? -step : step, value);
}

enum error decimal_parse(struct decimal *decimal, const char *text, uint32_t scale_max,
                         struct problem *problem)
{
    assert(scale_max <= DECIMAL_SCALE_MAX);
    bool negative = text[0] == '-', point = false, fits = true;
    const char *at = text + negative;
    if (!character_is_digit(at[0]) || (at[0] == '0' && character_is_digit(at[1])))
        return form_refuse(problem);
    int64_t value = 0;
    uint32_t scale = 0;
    for (; *at; at++) {
        if (*at == '.' && !point && character_is_digit(at[1])) {
            point = true;
            continue;
        }
        if (!character_is_digit(*at))
            return form_refuse(problem);
        scale += point;
        if (fits && scale <= scale_max)
            fits = digit_append(&value, *at, negative);
    }
    if (scale > scale_max)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-2", "at most %u digits after the point",
                           (unsigned)scale_max);
    if (!fits)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-2", "the number does not fit 64 bits");
    if (negative && value == 0)
        return form_refuse(problem);
    *decimal = decimal_of(value, scale);
    return OK;
}

void decimal_format(char text[DECIMAL_TEXT_SIZE], struct decimal decimal)
{
    assert(decimal.scale <= DECIMAL_SCALE_MAX);
    struct text_buffer buffer = text_buffer_on(text, DECIMAL_TEXT_SIZE);
    uint64_t magnitude =
        decimal.unscaled < 0 ? 0 - (uint64_t)decimal.unscaled : (uint64_t)decimal.unscaled;
    uint64_t unit = (uint64_t)powers[decimal.scale];
    if (decimal.unscaled < 0)
        text_buffer_add_character(&buffer, '-');
    text_buffer_add_uint64(&buffer, magnitude / unit);
    if (decimal.scale)
        text_buffer_add_character(&buffer, '.');
    for (uint32_t i = 1; i <= decimal.scale; i++)
        text_buffer_add_character(
            &buffer, (char)('0' + magnitude / (uint64_t)powers[decimal.scale - i] % 10));
    assert(!buffer.overflowed);
}

/* In units of 10^-10, which 128 bits always hold. */
static __int128 finest(struct decimal decimal)
{
    assert(decimal.scale <= DECIMAL_SCALE_MAX);
    return (__int128)decimal.unscaled * powers[DECIMAL_SCALE_MAX - decimal.scale];
}

int decimal_compare(struct decimal left, struct decimal right)
{
    __int128 l = finest(left), r = finest(right);
    return (l > r) - (l < r);
}

int decimal_sign(struct decimal decimal)
{
    return (decimal.unscaled > 0) - (decimal.unscaled < 0);
}

struct decimal decimal_reduced(struct decimal decimal)
{
    while (decimal.scale > 0 && decimal.unscaled % 10 == 0) {
        decimal.unscaled /= 10;
        decimal.scale--;
    }
    return decimal;
}

/* `value` counts 10^-10; the result has `scale`, which is fine enough to be exact. */
static enum error decimal_from_finest(struct decimal *decimal, __int128 value, uint32_t scale,
                                      struct problem *problem)
{
    value /= powers[DECIMAL_SCALE_MAX - scale];
    if (value < INT64_MIN || value > INT64_MAX)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-1", "the result does not fit 64 bits");
    *decimal = decimal_of((int64_t)value, scale);
    return OK;
}

static uint32_t larger_scale(struct decimal left, struct decimal right)
{
    return left.scale > right.scale ? left.scale : right.scale;
}

enum error decimal_add(struct decimal *sum, struct decimal left, struct decimal right,
                       struct problem *problem)
{
    return decimal_from_finest(sum, finest(left) + finest(right), larger_scale(left, right),
                               problem);
}

enum error decimal_sub(struct decimal *difference, struct decimal left, struct decimal right,
                       struct problem *problem)
{
    return decimal_from_finest(difference, finest(left) - finest(right), larger_scale(left, right),
                               problem);
}

enum error decimal_from_message(struct decimal *decimal, const Common__Decimal *message,
                                uint32_t scale_max, struct problem *problem)
{
    assert(scale_max <= DECIMAL_SCALE_MAX);
    if (!message)
        return problem_set(problem, ERR_MISSING, NULL, "GEN-2", "a decimal is required");
    if (message->scale > scale_max)
        return problem_set(problem, ERR_RANGE, NULL, "GEN-2", "at most %u digits after the point",
                           (unsigned)scale_max);
    *decimal = decimal_of(message->unscaled, message->scale);
    return OK;
}

Common__Decimal *decimal_to_message(struct arena *arena, struct decimal decimal)
{
    Common__Decimal *message = arena_new(arena, Common__Decimal, COMMON__DECIMAL__INIT);
    if (message) {
        message->unscaled = decimal.unscaled;
        message->scale = decimal.scale;
    }
    return message;
}
