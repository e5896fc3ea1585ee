/* SPDX-License-Identifier: Apache-2.0
 * Text: strict reading and bounded writing of ASCII and UTF-8. Nothing here allocates, depends on
 * the locale or guesses: what is not exactly of the stated form is ERR_MALFORMED, what is of the
 * form but outside its bounds is ERR_RANGE, what does not fit the given memory is ERR_TOO_LARGE.
 * `problem` (may be NULL) gets the reason; its field stays empty, since only the caller knows the
 * path. */
#pragma once
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/error.h"

/* ---- a text that grows in memory of the caller, never beyond it ---- */

/* Always ends with NUL. What did not fit is dropped and `overflowed` stays set, so one check at the
 * end is enough. */
struct text_buffer {
    char *text;
    size_t length;   /* without the NUL */
    size_t size_max; /* with the NUL; at least 1 */
    bool overflowed;
};

struct text_buffer text_buffer_on(char *memory, size_t size);
void text_buffer_clear(struct text_buffer *buffer);
void text_buffer_add(struct text_buffer *buffer, const char *text);
void text_buffer_add_bytes(struct text_buffer *buffer, const void *bytes, size_t size);
void text_buffer_add_character(struct text_buffer *buffer, char character);
void text_buffer_add_int64(struct text_buffer *buffer, int64_t number);
void text_buffer_add_uint64(struct text_buffer *buffer, uint64_t number);
void text_buffer_add_format(struct text_buffer *buffer, const char *format, ...)
    __attribute__((__format__(__printf__, 2, 3)));
void text_buffer_add_arguments(struct text_buffer *buffer, const char *format, va_list arguments)
    __attribute__((__format__(__printf__, 2, 0)));

/* ---- numbers ---- */

/* Decimal digits with an optional leading '-': no '+', no space, no leading zero, no "-0". */
MUST_USE enum error text_parse_int64(int64_t *number, const char *text, int64_t min, int64_t max,
                                     struct problem *problem);
MUST_USE enum error text_parse_uint64(uint64_t *number, const char *text, uint64_t min,
                                      uint64_t max, struct problem *problem);

/* ---- ASCII ---- */

bool character_is_digit(char character);
bool character_is_letter(char character); /* A-Z a-z */
char character_upper(char character);
char character_lower(char character);
bool text_is_digits(const char *text); /* one or more digits, nothing else */
bool text_equal(const char *left, const char *right);
bool text_equal_ignoring_case(const char *left, const char *right);
bool text_starts_with(const char *text, const char *start);
bool text_ends_with(const char *text, const char *end);
void text_upper(char *text);
void text_lower(char *text);
/* Copies whole or not at all: ERR_TOO_LARGE leaves "" behind. */
MUST_USE enum error text_copy(char *copy, size_t copy_size, const char *text);
/* A view of `bytes` without spaces, tabs, CR and LF at both ends. */
struct bytes bytes_trimmed(struct bytes bytes);

/* ---- UTF-8 ---- */

enum text_rule {
    TEXT_ANY_CONTROL, /* control characters may appear, NUL may not */
    TEXT_LINES,       /* of the control characters only tab, LF and CR */
    TEXT_NO_CONTROL,  /* none: one line of visible text */
};

/* RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF. NUL is never allowed: C
 * would cut the text there. Control characters are U+0001..U+001F and U+007F..U+009F. */
MUST_USE enum error utf8_check(struct bytes bytes, enum text_rule rule, struct problem *problem);
bool utf8_valid(struct bytes bytes, enum text_rule rule);
/* Code points of valid UTF-8. */
size_t utf8_length(struct bytes bytes);

/* ---- hex and base64 ---- */

enum base64_form {
    BASE64_STANDARD, /* RFC 4648 section 4: '+' '/', padded */
    BASE64_URL,      /* RFC 4648 section 5: '-' '_', not padded */
};

/* Room for the text of `size` bytes with its NUL. */
#define HEX_TEXT_SIZE(size) (2 * (size_t)(size) + 1)
#define BASE64_TEXT_SIZE(size) (((size_t)(size) + 2) / 3 * 4 + 1)

/* Lowercase. `text_size` is asserted: it is ours to give enough. */
void hex_encode(char *text, size_t text_size, struct bytes bytes);
/* Both cases are read. *size receives the number of bytes written to `bytes`, which holds
 * bytes_max. */
MUST_USE enum error hex_decode(uint8_t *bytes, size_t bytes_max, size_t *size, struct bytes text,
                               struct problem *problem);

void base64_encode(char *text, size_t text_size, struct bytes bytes, enum base64_form form);
/* Strict: the form's alphabet only, its padding exactly, and unused bits are zero, so that one
 * value has one text. */
MUST_USE enum error base64_decode(uint8_t *bytes, size_t bytes_max, size_t *size, struct bytes text,
                                  enum base64_form form, struct problem *problem);
