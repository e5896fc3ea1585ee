/* SPDX-License-Identifier: Apache-2.0
 * UTF-8 and the texts of binary data: the parts of text.h that look at bytes. */
#include "common/base/text.h"

#include <assert.h>

static bool byte_continues(uint8_t byte)
{
    return (byte & 0xC0) == 0x80;
}

/* Length of the sequence that begins at `at`, 0 if it is none; *point is what it means. RFC 3629,
 * section 4. */
static size_t sequence_read(uint32_t *point, const uint8_t *at, size_t left)
{
    uint8_t first = at[0];
    if (first < 0x80) {
        *point = first;
        return 1;
    }
    size_t length = first >= 0xC2 && first <= 0xDF   ? 2
                    : (first & 0xF0) == 0xE0         ? 3
                    : first >= 0xF0 && first <= 0xF4 ? 4
                                                     : 0;
    if (length == 0 || left < length)
        return 0;
    uint32_t value = first & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (!byte_continues(at[i]))
            return 0;
        value = value << 6 | (at[i] & 0x3Fu);
    }
    bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *point = value;
    return length;
}

static bool point_is_allowed(uint32_t point, enum text_rule rule)
{
    bool control = point < 0x20 || (point >= 0x7F && point <= 0x9F);
    if (point == 0)
        return false;
    switch (rule) {
    case TEXT_ANY_CONTROL:
        return true;
    case TEXT_LINES:
        return !control || point == '\t' || point == '\n' || point == '\r';
    case TEXT_NO_CONTROL:
        return !control;
    }
    assert(false && "a text_rule of ours");
    return false;
}

enum error utf8_check(struct bytes bytes, enum text_rule rule, struct problem *problem)
{
    for (size_t at = 0; at < bytes.size;) {
        uint32_t point = 0;
        size_t length = sequence_read(&point, bytes.data + at, bytes.size - at);
        if (length == 0)
            return problem_set(problem, ERR_MALFORMED, NULL, "RFC 3629", "not UTF-8 at byte %zu",
                               at);
        if (!point_is_allowed(point, rule))
            return problem_set(problem, ERR_MALFORMED, NULL, NULL,
                               "control character U+%04X at byte %zu is not allowed here",
                               (unsigned)point, at);
        at += length;
    }
    return OK;
}

bool utf8_valid(struct bytes bytes, enum text_rule rule)
{
    return utf8_check(bytes, rule, NULL) == OK;
}

size_t utf8_length(struct bytes bytes)
{
    size_t length = 0;
    for (size_t i = 0; i < bytes.size; i++)
        length += !byte_continues(bytes.data[i]);
    return length;
}

void hex_encode(char *text, size_t text_size, struct bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    assert(text_size >= HEX_TEXT_SIZE(bytes.size));
    for (size_t i = 0; i < bytes.size; i++) {
        *text++ = digits[bytes.data[i] >> 4];
        *text++ = digits[bytes.data[i] & 15];
    }
    *text = 0;
}

static int hex_value(uint8_t character)
{
    char lower = character_lower((char)character);
    if (character_is_digit(lower))
        return lower - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

enum error hex_decode(uint8_t *bytes, size_t bytes_max, size_t *size, struct bytes text,
                      struct problem *problem)
{
    if (text.size % 2)
        return problem_set(problem, ERR_MALFORMED, NULL, NULL, "an odd number of hex digits");
    if (text.size / 2 > bytes_max)
        return problem_set(problem, ERR_TOO_LARGE, NULL, NULL, "more than %zu bytes of hex",
                           bytes_max);
    for (size_t i = 0; i < text.size / 2; i++) {
        int high = hex_value(text.data[2 * i]), low = hex_value(text.data[2 * i + 1]);
        if (high < 0 || low < 0)
            return problem_set(problem, ERR_MALFORMED, NULL, NULL,
                               "not a hex digit at character %zu", 2 * i + (high >= 0));
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    *size = text.size / 2;
    return OK;
}

static const char base64_digits[2][65] = {
    [BASE64_STANDARD] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
    [BASE64_URL] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_",
};

void base64_encode(char *text, size_t text_size, struct bytes bytes, enum base64_form form)
{
    assert(text_size >= BASE64_TEXT_SIZE(bytes.size));
    const char *digits = base64_digits[form];
    for (size_t i = 0; i < bytes.size; i += 3) {
        size_t have = bytes.size - i < 3 ? bytes.size - i : 3;
        uint32_t group = (uint32_t)bytes.data[i] << 16;
        group |= have > 1 ? (uint32_t)bytes.data[i + 1] << 8 : 0;
        group |= have > 2 ? bytes.data[i + 2] : 0;
        for (size_t k = 0; k < 4; k++) {
            if (k <= have)
                *text++ = digits[group >> (18 - 6 * k) & 63];
            else if (form == BASE64_STANDARD)
                *text++ = '=';
        }
    }
    *text = 0;
}

static int base64_value(uint8_t character, enum base64_form form)
{
    if (character_is_letter((char)character))
        return character <= 'Z' ? character - 'A' : character - 'a' + 26;
    if (character_is_digit((char)character))
        return character - '0' + 52;
    if (character == (uint8_t)base64_digits[form][62])
        return 62;
    return character == (uint8_t)base64_digits[form][63] ? 63 : -1;
}

enum error base64_decode(uint8_t *bytes, size_t bytes_max, size_t *size, struct bytes text,
                         enum base64_form form, struct problem *problem)
{
    size_t digits = text.size;
    if (form == BASE64_STANDARD) {
        if (text.size % 4)
            return problem_set(problem, ERR_MALFORMED, NULL, "RFC 4648",
                               "base64 without its padding");
        while (digits && text.size - digits < 2 && text.data[digits - 1] == '=')
            digits--;
    }
    if (digits % 4 == 1)
        return problem_set(problem, ERR_MALFORMED, NULL, "RFC 4648", "base64 is cut short");
    size_t length = digits / 4 * 3 + (digits % 4 ? digits % 4 - 1 : 0);
    if (length > bytes_max)
        return problem_set(problem, ERR_TOO_LARGE, NULL, NULL, "more than %zu bytes of base64",
                           bytes_max);
    uint32_t group = 0;
    size_t written = 0;
    for (size_t i = 0; i < digits; i++) {
        int value = base64_value(text.data[i], form);
        if (value < 0)
            return problem_set(problem, ERR_MALFORMED, NULL, "RFC 4648",
                               "not a base64 digit at character %zu", i);
        group = (group << 6 | (uint32_t)value) & 0xFFFFFF;
        if (i % 4)
            bytes[written++] = (uint8_t)(group >> (6 - 2 * (i % 4)));
    }
    uint32_t unused = digits % 4 == 2 ? group & 15 : digits % 4 == 3 ? group & 3 : 0;
    if (unused)
        return problem_set(problem, ERR_MALFORMED, NULL, "RFC 4648",
                           "base64 has bits that no byte uses");
    assert(written == length);
    *size = written;
    return OK;
}
