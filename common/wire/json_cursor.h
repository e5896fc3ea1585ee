/* SPDX-License-Identifier: Apache-2.0
 * JSON cursor: the next token of a JSON text (RFC 8259), for whoever knows what should come. Holds
 * nothing but a place; strings are decoded into the arena, numbers stay text. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/wire/message_path.h"

struct json_cursor {
    struct arena *arena;
    const char *start, *at, *end;
    const struct message_path *path; /* where in the message we are, for problems */
    struct problem *problem;         /* may be NULL */
    unsigned depth;
};

enum json_kind {
    JSON_KIND_OBJECT,
    JSON_KIND_ARRAY,
    JSON_KIND_STRING,
    JSON_KIND_NUMBER,
    JSON_KIND_TRUE,
    JSON_KIND_FALSE,
    JSON_KIND_NULL,
    JSON_KIND_NONE, /* the end, or what begins no value */
};

/* Not terminated; borrowed from the text or the arena. */
struct json_slice {
    const char *text;
    size_t size;
};

/* Fills the problem with the path; the answer is `error`. */
enum error json_cursor_problem(struct json_cursor *cursor, enum error error, const char *detail);
/* The same for what is not JSON: adds line and column. */
enum error json_cursor_malformed(struct json_cursor *cursor, const char *detail);
/* The arena is full. */
enum error json_cursor_full(struct json_cursor *cursor);

/* Skips white space and tells what comes. */
enum json_kind json_cursor_peek(struct json_cursor *cursor);

/* Steps into the object or array that was peeked. ERR_TOO_LARGE: nested deeper than
 * JSON_DEPTH_MAX. */
MUST_USE enum error json_cursor_open(struct json_cursor *cursor);
/* Steps to the next member or element, or out of the object or array (`close`: its bracket):
 * *more tells. *first is true before the first call. */
MUST_USE enum error json_cursor_next(struct json_cursor *cursor, char close, bool *first,
                                     bool *more);
/* The name of a member and its colon. */
MUST_USE enum error json_cursor_key(struct json_cursor *cursor, struct json_slice *key);
/* Decoded and ended with NUL, in the arena. A NUL inside is refused. */
MUST_USE enum error json_cursor_string(struct json_cursor *cursor, const char **text, size_t *size);
MUST_USE enum error json_cursor_number(struct json_cursor *cursor, struct json_slice *number);
/* true, false or null, as peeked. */
MUST_USE enum error json_cursor_literal(struct json_cursor *cursor);
/* Nothing but white space is left. */
MUST_USE enum error json_cursor_end(struct json_cursor *cursor);
