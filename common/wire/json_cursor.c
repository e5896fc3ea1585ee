/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/json_cursor.h"

#include <assert.h>

#include "common/base/text.h"
#include "common/wire/json.h"
#include "common/wire/json_number.h"

enum error json_cursor_problem(struct json_cursor *cursor, enum error error, const char *detail)
{
    return message_path_problem(cursor->problem, error, cursor->path, "JSON", "%s", detail);
}

enum error json_cursor_malformed(struct json_cursor *cursor, const char *detail)
{
    size_t line = 1, column = 1;
    for (const char *at = cursor->start; at < cursor->at && at < cursor->end; at++, column++)
        if (*at == '\n') {
            line++;
            column = 0;
        }
    return message_path_problem(cursor->problem, ERR_MALFORMED, cursor->path, "RFC 8259",
                                "line %zu, column %zu: %s", line, column, detail);
}

enum error json_cursor_full(struct json_cursor *cursor)
{
    return json_cursor_problem(cursor, ERR_TOO_LARGE,
                               "the text does not fit the memory of one request; send less in one");
}

static void skip_space(struct json_cursor *cursor)
{
    while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\t' ||
                                        *cursor->at == '\n' || *cursor->at == '\r'))
        cursor->at++;
}

enum json_kind json_cursor_peek(struct json_cursor *cursor)
{
    skip_space(cursor);
    if (cursor->at == cursor->end)
        return JSON_KIND_NONE;
    switch (*cursor->at) {
    case '{':
        return JSON_KIND_OBJECT;
    case '[':
        return JSON_KIND_ARRAY;
    case '"':
        return JSON_KIND_STRING;
    case 't':
        return JSON_KIND_TRUE;
    case 'f':
        return JSON_KIND_FALSE;
    case 'n':
        return JSON_KIND_NULL;
    default:
        return *cursor->at == '-' || character_is_digit(*cursor->at) ? JSON_KIND_NUMBER
                                                                     : JSON_KIND_NONE;
    }
}

enum error json_cursor_open(struct json_cursor *cursor)
{
    if (cursor->depth == JSON_DEPTH_MAX)
        return json_cursor_problem(cursor, ERR_TOO_LARGE,
                                   "nested deeper than 32 objects and arrays");
    cursor->depth++;
    cursor->at++;
    return OK;
}

enum error json_cursor_next(struct json_cursor *cursor, char close, bool *first, bool *more)
{
    skip_space(cursor);
    bool closes = cursor->at < cursor->end && *cursor->at == close;
    bool was_first = *first;
    *first = false;
    *more = !closes;
    if (closes) {
        cursor->at++;
        cursor->depth--;
        return OK;
    }
    if (was_first)
        return OK;
    if (cursor->at == cursor->end)
        return json_cursor_malformed(cursor, close == '}' ? "the text ends here; is a } missing?"
                                                          : "the text ends here; is a ] missing?");
    if (*cursor->at != ',')
        return json_cursor_malformed(cursor, close == '}' ? "a comma or } must stand here"
                                                          : "a comma or ] must stand here");
    cursor->at++;
    skip_space(cursor);
    if (cursor->at < cursor->end && *cursor->at == close)
        return json_cursor_malformed(cursor, "a comma stands before the closing bracket");
    return OK;
}

/* ---- strings ---- */

/* Between the quotes, still escaped; the cursor moves behind them. */
static enum error raw_string(struct json_cursor *cursor, struct json_slice *raw, bool *escaped)
{
    if (cursor->at == cursor->end || *cursor->at != '"')
        return json_cursor_malformed(cursor, "a string in double quotes must stand here");
    const char *start = ++cursor->at;
    *escaped = false;
    for (; cursor->at < cursor->end && *cursor->at != '"'; cursor->at++) {
        if ((uint8_t)*cursor->at < 0x20)
            return json_cursor_malformed(cursor, "control characters in text must be escaped");
        if (*cursor->at == '\\') {
            *escaped = true;
            if (++cursor->at == cursor->end)
                break;
        }
    }
    if (cursor->at >= cursor->end)
        return json_cursor_malformed(cursor, "the text ends inside a string");
    *raw = (struct json_slice){start, (size_t)(cursor->at - start)};
    if (!utf8_valid(bytes_of(raw->text, raw->size), TEXT_ANY_CONTROL))
        return json_cursor_malformed(cursor, "a string is not UTF-8");
    cursor->at++;
    return OK;
}

static bool hex4(const char *text, const char *end, uint32_t *value)
{
    *value = 0;
    if (end - text < 4)
        return false;
    for (int i = 0; i < 4; i++) {
        char digit = character_lower(text[i]);
        if (!character_is_digit(digit) && (digit < 'a' || digit > 'f'))
            return false;
        *value =
            *value << 4 | (uint32_t)(character_is_digit(digit) ? digit - '0' : digit - 'a' + 10);
    }
    return true;
}

static size_t utf8_put(char *out, uint32_t point)
{
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    size_t length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, point >>= 6)
        out[i] = (char)(0x80 | (point & 0x3F));
    static const uint8_t first[] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(first[length] | point);
    return length;
}

/* Behind `\u`: one code point, of one or two escapes. NULL on success, else the fault. */
static const char *unicode_escape(const char **at, const char *end, uint32_t *point)
{
    uint32_t low;
    if (!hex4(*at, end, point))
        return "\\u needs four hex digits";
    *at += 4;
    if (*point == 0)
        return "\\u0000 must not appear in text";
    if (*point >= 0xDC00 && *point <= 0xDFFF)
        return "half of a surrogate pair";
    if (*point < 0xD800 || *point > 0xDBFF)
        return NULL;
    if (end - *at < 6 || (*at)[0] != '\\' || (*at)[1] != 'u' || !hex4(*at + 2, end, &low) ||
        low < 0xDC00 || low > 0xDFFF)
        return "half of a surrogate pair";
    *at += 6;
    *point = 0x10000 + ((*point - 0xD800) << 10) + (low - 0xDC00);
    return NULL;
}

/* The result is never longer than the escaped form. */
static const char *unescape(struct json_slice raw, char *out, size_t *size)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *at = raw.text, *end = raw.text + raw.size;
    char *start = out;
    while (at < end) {
        if (*at != '\\') {
            *out++ = *at++;
            continue;
        }
        at++;
        if (*at == 'u') {
            uint32_t point;
            at++;
            const char *fault = unicode_escape(&at, end, &point);
            if (fault)
                return fault;
            out += utf8_put(out, point);
            continue;
        }
        const char *letter = memchr(letters, *at++, sizeof letters - 1);
        if (!letter)
            return "no such escape; write \\\\ for a backslash";
        *out++ = meanings[letter - letters];
    }
    *out = 0;
    *size = (size_t)(out - start);
    return NULL;
}

enum error json_cursor_string(struct json_cursor *cursor, const char **text, size_t *size)
{
    struct json_slice raw;
    bool escaped;
    enum error error = raw_string(cursor, &raw, &escaped);
    if (error != OK)
        return error;
    char *copy = arena_get(cursor->arena, raw.size + 1);
    if (!copy)
        return json_cursor_full(cursor);
    if (!escaped) {
        memcpy(copy, raw.text, raw.size);
        copy[raw.size] = 0;
        *size = raw.size;
    } else {
        const char *fault = unescape(raw, copy, size);
        if (fault)
            return json_cursor_malformed(cursor, fault);
    }
    *text = copy;
    return OK;
}

enum error json_cursor_key(struct json_cursor *cursor, struct json_slice *key)
{
    bool escaped;
    const char *start = cursor->at;
    enum error error = raw_string(cursor, key, &escaped);
    if (error == OK && escaped) {
        cursor->at = start;
        error = json_cursor_string(cursor, &key->text, &key->size);
    }
    if (error != OK)
        return error;
    skip_space(cursor);
    if (cursor->at == cursor->end || *cursor->at != ':')
        return json_cursor_malformed(cursor, "a colon must follow the name of a member");
    cursor->at++;
    return OK;
}

enum error json_cursor_number(struct json_cursor *cursor, struct json_slice *number)
{
    size_t left = (size_t)(cursor->end - cursor->at);
    size_t length = json_number_length(cursor->at, left);
    bool runs_on =
        length < left && (character_is_digit(cursor->at[length]) ||
                          character_is_letter(cursor->at[length]) || cursor->at[length] == '.');
    if (!length || runs_on)
        return json_cursor_malformed(cursor, "this is not a number of JSON");
    *number = (struct json_slice){cursor->at, length};
    cursor->at += length;
    return OK;
}

enum error json_cursor_literal(struct json_cursor *cursor)
{
    static const char *const literals[] = {"true", "false", "null"};
    size_t left = (size_t)(cursor->end - cursor->at);
    for (size_t i = 0; i < 3; i++) {
        size_t length = strlen(literals[i]);
        if (length <= left && memcmp(cursor->at, literals[i], length) == 0 &&
            (length == left || !character_is_letter(cursor->at[length]))) {
            cursor->at += length;
            return OK;
        }
    }
    return json_cursor_malformed(cursor, "a value must stand here: true, false, null, a number, "
                                         "a string, an object or an array");
}

enum error json_cursor_end(struct json_cursor *cursor)
{
    skip_space(cursor);
    if (cursor->at < cursor->end)
        return json_cursor_malformed(cursor, "something stands behind the end of the document");
    return OK;
}
