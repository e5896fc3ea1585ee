/* SPDX-License-Identifier: Apache-2.0
 * JSON writer: the state of json_write, for the forms that scalars have of their own. */
#pragma once
#include "common/wire/arena_buffer.h"
#include "common/wire/json.h"

struct json_writer {
    struct arena_buffer *out;
    const struct json_options *options; /* never NULL */
    unsigned level;                     /* of indentation */
    bool open; /* canonical form: personal data that is not sealed yet stands as plain text */
    enum error error;
};

/* The value of a field or an element, whatever its type. */
void json_write_value(struct json_writer *writer, const ProtobufCFieldDescriptor *field,
                      const void *place);
/* `{"name": "text"`, then more of them, then `}`: an object that is no message. */
void json_write_member(struct json_writer *writer, bool first, const char *name, const char *text);
void json_write_member_end(struct json_writer *writer);
