/* SPDX-License-Identifier: Apache-2.0
 * Message text: a message as lines of path and value, for stories and `billctl decode`:
 *
 *     total EUR 145.99
 *     due_date 2026-02-14
 *     lines[0].net EUR 82.10
 *     labels["a b"] two words
 *     note "a text with\nan end of line"
 *
 * Defaults are left out; a submessage without content is `path {}`. Text stands bare unless it is
 * empty, begins or ends with a space, begins with a quote or holds control characters: then it is
 * quoted as in JSON. Enums by name, bytes as base64, sealed data as `sealed:` and the base64 of the
 * packed message. Reading the lines in order gives an equal message, unknown fields excepted. */
#pragma once
#include "common/base/error.h"
#include "common/wire/arena_buffer.h"
#include "common/wire/message_field.h"

/* One line per value, each after `indent` spaces and ended with \n, in the order of field numbers
 * and map keys; an empty message prints nothing. buffer->failed: the arena is full. */
void message_print(struct arena_buffer *buffer, const ProtobufCMessage *message, unsigned indent);

/* Sets the field at `path` from a value as message_print writes it; makes the submessages on the
 * way. An index may be one past the last element, which appends. ERR_MALFORMED, ERR_RANGE or
 * ERR_TOO_LARGE with the path and the remedy; what was made on the way stays. Never longjmps. */
MUST_USE enum error message_read_line(struct arena *arena, ProtobufCMessage *message,
                                      const char *path, const char *value, struct problem *problem);

/* The same for a value that is never quoted, such as a path parameter of HTTP: text is taken as it
 * stands, but must be UTF-8. */
MUST_USE enum error message_set_text(struct arena *arena, ProtobufCMessage *message,
                                     const char *path, const char *value, struct problem *problem);

/* Splits `path value` at the first space outside quotes: returns the length of the path, *value is
 * behind the space (or at the end). */
size_t message_line_split(const char *line, const char **value);
