/* SPDX-License-Identifier: Apache-2.0
 * Scalar: a message type that people read and write as one value: money, a decimal, a date, an
 * instant, personal data. ONE table serves JSON, stories, `billctl decode` and the OpenAPI schemas,
 * so that they cannot disagree (style.md, item 12). A type is known by its full name. */
#pragma once
#include <stdbool.h>

#include "common/base/error.h"
#include "common/wire/arena_buffer.h"
#include "common/wire/json_reader.h"
#include "common/wire/json_writer.h"

struct scalar {
    const char *type; /* full name */
    bool own;         /* a form of ours, which pure proto3 JSON does not have */
    /* The text of a story: `EUR 145.99`. False: this value has no text (an unknown currency, a day
     * outside the calendar). NULL: the type has none. */
    bool (*print)(struct arena_buffer *out, const ProtobufCMessage *message);
    /* Its inverse. The problem's field stays empty: only the caller knows the path. */
    enum error (*parse)(struct arena *arena, ProtobufCMessage *message, const char *text,
                        struct problem *problem);
    /* JSON, where it is not the text in quotes. False: no form for this value. */
    bool (*write)(struct json_writer *writer, const ProtobufCMessage *message);
    enum error (*read)(struct json_reader *reader, ProtobufCMessage *message);
    const char *schema; /* OpenAPI 3.1 */
};

/* NULL: an ordinary message. */
const struct scalar *scalar_find(const ProtobufCMessageDescriptor *descriptor);
