/* SPDX-License-Identifier: Apache-2.0
 * JSON reader: the state of json_read, for the forms that scalars have of their own. */
#pragma once
#include "common/wire/json.h"
#include "common/wire/json_cursor.h"

struct json_reader {
    struct json_cursor cursor;
    const struct json_options *options; /* never NULL */
    uint32_t elements, elements_max;
    bool open; /* canonical form: personal data is kept as plain text instead of being sealed */
};

/* The value of a singular field or one element, whatever its type, into its place. */
MUST_USE enum error json_read_value(struct json_reader *reader,
                                    const ProtobufCFieldDescriptor *field, void *place);
/* A new message at the current place, whatever its form, stored as a pointer. */
MUST_USE enum error json_read_inner(struct json_reader *reader,
                                    const ProtobufCMessageDescriptor *descriptor, void *place);
/* A whole number that was read already, as a value or as the key of a map. */
MUST_USE enum error json_read_integer_text(struct json_reader *reader,
                                           const ProtobufCFieldDescriptor *field,
                                           struct json_slice number, void *place);
/* A string; anything else is refused with the remedy. */
MUST_USE enum error json_read_text(struct json_reader *reader, const char *remedy,
                                   const char **text, size_t *size);
/* An object of exactly these members, all of them strings; texts[i] belongs to names[i]. */
MUST_USE enum error json_read_members(struct json_reader *reader, const char *remedy,
                                      const char *const *names, const char **texts, size_t count);
/* json_read whose personal data stays plain text in the ciphertext field, marked so that only the
 * open writer knows it: for json_canonical. */
MUST_USE enum error json_read_open(struct arena *arena,
                                   const ProtobufCMessageDescriptor *descriptor, const char *text,
                                   size_t size, const struct json_options *options,
                                   ProtobufCMessage **message, struct problem *problem);
