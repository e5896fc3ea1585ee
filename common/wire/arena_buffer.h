/* SPDX-License-Identifier: Apache-2.0
 * Arena buffer: text that grows in an arena, for everything that is printed by reflection. What was
 * taken from the arena last grows in place, so a document written in one go is not copied. (The
 * text_buffer of common/base never grows.) */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"

/* Zero but for the arena before first use: struct arena_buffer out = {.arena = arena}. The arena
 * owns `data`, which is NOT terminated: use arena_buffer_text. */
struct arena_buffer {
    struct arena *arena; /* borrowed */
    char *data;
    size_t size, capacity;
    bool failed; /* the arena is full; what is put after that is lost */
};

void arena_buffer_put(struct arena_buffer *buffer, const void *bytes, size_t size);
void arena_buffer_put_text(struct arena_buffer *buffer, const char *text);
void arena_buffer_put_character(struct arena_buffer *buffer, char character);
void arena_buffer_put_spaces(struct arena_buffer *buffer, size_t count);
void arena_buffer_format(struct arena_buffer *buffer, const char *format, ...)
    __attribute__((__format__(__printf__, 2, 3)));

/* A JSON string with its quotes: control characters escaped, bytes that are not UTF-8 replaced by
 * U+FFFD, so that the output is valid JSON whatever an unchecked message holds. */
void arena_buffer_put_quoted(struct arena_buffer *buffer, const char *text, size_t size);

/* Standard base64 with padding, without quotes. */
void arena_buffer_put_base64(struct arena_buffer *buffer, const void *bytes, size_t size);

/* The text so far, ended with NUL (not counted in `size`); NULL if the arena was too small. */
const char *arena_buffer_text(struct arena_buffer *buffer);
