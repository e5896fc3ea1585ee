/* SPDX-License-Identifier: Apache-2.0
 * JSON: the proto3 JSON mapping for every message by reflection, with forms of our own for money,
 * decimals, dates and personal data (architecture.md, section 10).
 * https://protobuf.dev/programming-guides/json/
 *
 * The text is read by a small reader of our own and not by jansson, for three reasons: numbers must
 * stay text (GEN-1 forbids floating point even while parsing, and uint64 does not fit jansson's
 * integers), memory must come from the bounded arena, and the place at fault must be known as a
 * path. jansson is the oracle it is tested against.
 *
 * Written: lowerCamelCase names, fields by number, map entries by key, defaults left out: the same
 * message gives the same bytes. Read: both name forms, in any order; unknown fields, duplicate
 * keys, two members of a oneof, text after the end, NUL, invalid UTF-8 and nesting over 32 are
 * refused. null means absent. Timestamp, Duration and the wrappers have their standard forms; Any,
 * Struct, Value, ListValue and FieldMask are not used by our contracts and are refused
 * (ERR_UNSUPPORTED). */
#pragma once
#include "billing/common/v1/scalar.pb-c.h"
#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/wire/arena_buffer.h"

enum { JSON_DEPTH_MAX = 32, JSON_BYTES_MAX = 1 << 20, JSON_ELEMENTS_MAX = 50000 };

/* Zero is a good default for each; a NULL pointer to options means all zero. */
struct json_options {
    /* Pure proto3 JSON: no forms of our own, and enum numbers that we do not know are kept. */
    bool plain;
    /* Write fields that hold their default too; never absent submessages or oneofs. */
    bool emit_defaults;
    unsigned indent;       /* spaces per level; 0: everything in one line without spaces */
    size_t bytes_max;      /* of the text that is read; JSON_BYTES_MAX */
    uint32_t elements_max; /* array elements and map entries in the whole text; JSON_ELEMENTS_MAX */
    /* With `seal`, also read {"sealed": …}. Off by default, because whoever could hand in somebody
     * else's sealed datum could have it revealed as their own. */
    bool accept_sealed;
    void *context; /* for the two callbacks */
    /* Writing personal data: the plain text, borrowed until the next call, or NULL if it was erased
     * ("[erased]"). Without it {"sealed": base64 of the packed message} is written. */
    const char *(*reveal)(void *context, const Common__Sealed *sealed);
    /* Reading personal data given as a JSON string: fills `out` from the arena. Without it such
     * text is refused, and only {"sealed": …} is read. arena_get may return NULL here: answer
     * ERR_TOO_LARGE. */
    enum error (*seal)(void *context, struct arena *arena, const char *field, const char *text,
                       Common__Sealed *out, struct problem *problem);
};

/* ERR_TOO_LARGE: the buffer's arena is full (or it longjmps, if it was told to: nothing is held
 * here). ERR_UNSUPPORTED: a type without a form. A scalar whose
 * value has no form (an unknown currency, a date out of range) is written as the plain message that
 * it is, so that nothing is lost. */
MUST_USE enum error json_write(struct arena_buffer *out, const ProtobufCMessage *message,
                               const struct json_options *options);

/* The message is owned by the arena. ERR_MALFORMED, ERR_RANGE, ERR_TOO_LARGE or ERR_UNSUPPORTED;
 * `problem->field` is a path such as `lines[2].quantity` in .proto names, `problem->detail` names
 * the remedy and never repeats a value. Never longjmps. Required paths are checked by
 * message_check_required. */
MUST_USE enum error json_read(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                              const char *text, size_t size, const struct json_options *options,
                              ProtobufCMessage **message, struct problem *problem);

/* Deterministic bytes of a request for its hash, before sealing: two texts that mean the same
 * message (order, spaces, names, escapes, 1.0 for 1) give the same bytes. Personal data stands in
 * them as plain text: hash, never keep. Callbacks in `options` are not called. */
MUST_USE enum error json_canonical(struct arena *arena,
                                   const ProtobufCMessageDescriptor *descriptor, const char *text,
                                   size_t size, const struct json_options *options,
                                   const char **bytes, size_t *bytes_size, struct problem *problem);

/* The OpenAPI schema (JSON text) of a type that has a form of its own, or NULL: it is an object of
 * its fields. */
const char *json_schema(const ProtobufCMessageDescriptor *descriptor);
