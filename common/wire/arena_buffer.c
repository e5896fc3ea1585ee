/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/arena_buffer.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "common/base/text.h"

enum { CAPACITY_MIN = 256 };

/* Room for `size` more bytes. The arena aligns to 16 and the capacity is a multiple of that, so
 * taking more directly after the buffer yields the address of its end: then nothing moves. */
static bool buffer_reserve(struct arena_buffer *buffer, size_t size)
{
    if (buffer->failed)
        return false;
    if (size <= buffer->capacity - buffer->size)
        return true;
    size_t more = buffer->capacity > size ? buffer->capacity : size;
    if (more < CAPACITY_MIN)
        more = CAPACITY_MIN;
    if (more > SIZE_MAX / 4) {
        buffer->failed = true;
        return false;
    }
    more = (more + 15) & ~(size_t)15;
    struct arena_mark mark = arena_mark(buffer->arena);
    char *place = arena_get(buffer->arena, more);
    if (place && buffer->data && place == buffer->data + buffer->capacity) {
        buffer->capacity += more;
        return true;
    }
    if (place) {
        arena_rewind(buffer->arena, mark);
        place = arena_get(buffer->arena, buffer->capacity + more);
    }
    if (!place) {
        buffer->failed = true;
        return false;
    }
    if (buffer->size)
        memcpy(place, buffer->data, buffer->size);
    buffer->data = place;
    buffer->capacity += more;
    return true;
}

void arena_buffer_put(struct arena_buffer *buffer, const void *bytes, size_t size)
{
    if (!size || !buffer_reserve(buffer, size))
        return;
    memcpy(buffer->data + buffer->size, bytes, size);
    buffer->size += size;
}

void arena_buffer_put_text(struct arena_buffer *buffer, const char *text)
{
    arena_buffer_put(buffer, text, strlen(text));
}

void arena_buffer_put_character(struct arena_buffer *buffer, char character)
{
    arena_buffer_put(buffer, &character, 1);
}

void arena_buffer_put_spaces(struct arena_buffer *buffer, size_t count)
{
    while (count-- > 0)
        arena_buffer_put_character(buffer, ' ');
}

void arena_buffer_format(struct arena_buffer *buffer, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    if (buffer_reserve(buffer, (size_t)length + 1)) {
        vsnprintf(buffer->data + buffer->size, (size_t)length + 1, format, again);
        buffer->size += (size_t)length;
    }
    va_end(again);
}

static const char *escape_of(char character)
{
    switch (character) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\b':
        return "\\b";
    case '\f':
        return "\\f";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    default:
        return NULL;
    }
}

/* Length of the character at `at`, or 0 for a byte that begins none. */
static size_t character_length(const char *at, size_t left)
{
    for (size_t length = 1; length <= 4 && length <= left; length++)
        if (utf8_valid(bytes_of(at, length), TEXT_ANY_CONTROL))
            return length;
    return 0;
}

static void put_repaired(struct arena_buffer *buffer, const char *text, size_t size)
{
    for (size_t at = 0; at < size;) {
        size_t length = character_length(text + at, size - at);
        if (length)
            arena_buffer_put(buffer, text + at, length);
        else
            arena_buffer_put_text(buffer, "\xEF\xBF\xBD");
        at += length ? length : 1;
    }
}

void arena_buffer_put_quoted(struct arena_buffer *buffer, const char *text, size_t size)
{
    bool valid = utf8_valid(bytes_of(text, size), TEXT_ANY_CONTROL);
    size_t start = 0;
    arena_buffer_put_character(buffer, '"');
    for (size_t at = 0; at <= size; at++) {
        bool plain = at < size && (uint8_t)text[at] >= 0x20 && text[at] != '"' && text[at] != '\\';
        if (plain)
            continue;
        if (valid)
            arena_buffer_put(buffer, text + start, at - start);
        else
            put_repaired(buffer, text + start, at - start);
        start = at + 1;
        if (at == size)
            break;
        const char *escape = escape_of(text[at]);
        if (escape)
            arena_buffer_put_text(buffer, escape);
        else
            arena_buffer_format(buffer, "\\u%04x", (unsigned)(uint8_t)text[at]);
    }
    arena_buffer_put_character(buffer, '"');
}

void arena_buffer_put_base64(struct arena_buffer *buffer, const void *bytes, size_t size)
{
    size_t room = BASE64_TEXT_SIZE(size);
    if (!buffer_reserve(buffer, room))
        return;
    base64_encode(buffer->data + buffer->size, room, bytes_of(bytes, size), BASE64_STANDARD);
    buffer->size += room - 1;
}

const char *arena_buffer_text(struct arena_buffer *buffer)
{
    if (!buffer_reserve(buffer, 1))
        return NULL;
    buffer->data[buffer->size] = 0;
    return buffer->data;
}
