/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/text.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

struct text_buffer text_buffer_on(char *memory, size_t size)
{
    assert(size > 0);
    memory[0] = 0;
    return (struct text_buffer){.text = memory, .size_max = size};
}

void text_buffer_clear(struct text_buffer *buffer)
{
    buffer->length = 0;
    buffer->overflowed = false;
    buffer->text[0] = 0;
}

void text_buffer_add_bytes(struct text_buffer *buffer, const void *bytes, size_t size)
{
    size_t room = buffer->size_max - 1 - buffer->length;
    if (size > room) {
        buffer->overflowed = true;
        size = room;
    }
    if (size)
        memcpy(buffer->text + buffer->length, bytes, size);
    buffer->length += size;
    buffer->text[buffer->length] = 0;
}

void text_buffer_add(struct text_buffer *buffer, const char *text)
{
    text_buffer_add_bytes(buffer, text, strlen(text));
}

void text_buffer_add_character(struct text_buffer *buffer, char character)
{
    text_buffer_add_bytes(buffer, &character, 1);
}

void text_buffer_add_int64(struct text_buffer *buffer, int64_t number)
{
    if (number < 0)
        text_buffer_add_character(buffer, '-');
    text_buffer_add_uint64(buffer, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);
}

void text_buffer_add_uint64(struct text_buffer *buffer, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    text_buffer_add_bytes(buffer, digits + at, sizeof digits - at);
}

void text_buffer_add_format(struct text_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_buffer_add_arguments(buffer, format, arguments);
    va_end(arguments);
}

void text_buffer_add_arguments(struct text_buffer *buffer, const char *format, va_list arguments)
{
    size_t room = buffer->size_max - buffer->length;
    int length = vsnprintf(buffer->text + buffer->length, room, format, arguments);
    assert(length >= 0);
    if ((size_t)length >= room) {
        buffer->overflowed = true;
        buffer->length = buffer->size_max - 1;
    } else {
        buffer->length += (size_t)length;
    }
}

/* Digits without a leading zero; *number is the value. ERR_RANGE beyond uint64. */
static enum error digits_read(uint64_t *number, const char *text)
{
    if (!text_is_digits(text) || (text[0] == '0' && text[1]))
        return ERR_MALFORMED;
    uint64_t value = 0;
    for (; *text; text++)
        if (__builtin_mul_overflow(value, UINT64_C(10), &value) ||
            __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
            return ERR_RANGE;
    *number = value;
    return OK;
}

enum error text_parse_int64(int64_t *number, const char *text, int64_t min, int64_t max,
                            struct problem *problem)
{
    bool negative = text[0] == '-';
    uint64_t magnitude = 0;
    enum error error = digits_read(&magnitude, text + negative);
    if (error == ERR_MALFORMED || (negative && error == OK && magnitude == 0))
        return problem_set(problem, ERR_MALFORMED, NULL, NULL,
                           "expected a whole number in digits, with '-' if negative");
    int64_t value = 0;
    if (error == OK) {
        if (negative && magnitude <= (uint64_t)INT64_MAX + 1)
            value = (int64_t)(0 - magnitude);
        else if (!negative && magnitude <= (uint64_t)INT64_MAX)
            value = (int64_t)magnitude;
        else
            error = ERR_RANGE;
    }
    if (error != OK || value < min || value > max)
        return problem_set(problem, ERR_RANGE, NULL, NULL, "must be from %" PRId64 " to %" PRId64,
                           min, max);
    *number = value;
    return OK;
}

enum error text_parse_uint64(uint64_t *number, const char *text, uint64_t min, uint64_t max,
                             struct problem *problem)
{
    uint64_t value = 0;
    enum error error = digits_read(&value, text);
    if (error == ERR_MALFORMED)
        return problem_set(problem, ERR_MALFORMED, NULL, NULL, "expected a whole number in digits");
    if (error != OK || value < min || value > max)
        return problem_set(problem, ERR_RANGE, NULL, NULL, "must be from %" PRIu64 " to %" PRIu64,
                           min, max);
    *number = value;
    return OK;
}

bool character_is_digit(char character)
{
    return character >= '0' && character <= '9';
}

bool character_is_letter(char character)
{
    return (character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z');
}

char character_upper(char character)
{
    return character >= 'a' && character <= 'z' ? (char)(character - 'a' + 'A') : character;
}

char character_lower(char character)
{
    return character >= 'A' && character <= 'Z' ? (char)(character - 'A' + 'a') : character;
}

bool text_is_digits(const char *text)
{
    if (!*text)
        return false;
    for (; *text; text++)
        if (!character_is_digit(*text))
            return false;
    return true;
}

bool text_equal(const char *left, const char *right)
{
    return strcmp(left, right) == 0;
}

bool text_equal_ignoring_case(const char *left, const char *right)
{
    for (; *left && character_lower(*left) == character_lower(*right); left++)
        right++;
    return character_lower(*left) == character_lower(*right);
}

bool text_starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

bool text_ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

void text_upper(char *text)
{
    for (; *text; text++)
        *text = character_upper(*text);
}

void text_lower(char *text)
{
    for (; *text; text++)
        *text = character_lower(*text);
}

enum error text_copy(char *copy, size_t copy_size, const char *text)
{
    assert(copy_size > 0);
    size_t length = strlen(text);
    if (length >= copy_size) {
        copy[0] = 0;
        return ERR_TOO_LARGE;
    }
    memcpy(copy, text, length + 1);
    return OK;
}

static bool byte_is_blank(uint8_t byte)
{
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct bytes bytes_trimmed(struct bytes bytes)
{
    while (bytes.size && byte_is_blank(bytes.data[0])) {
        bytes.data++;
        bytes.size--;
    }
    while (bytes.size && byte_is_blank(bytes.data[bytes.size - 1]))
        bytes.size--;
    return bytes;
}
