/* SPDX-License-Identifier: Apache-2.0
 * JSON value: one value of a text into one place of a message. Apart from json_read.c, because what
 * a number or a name may look like is a subject of its own. */
#include <assert.h>

#include "common/wire/base64.h"
#include "common/wire/json_number.h"
#include "common/wire/json_reader.h"
#include "common/wire/message_field.h"

enum error json_read_text(struct json_reader *reader, const char *remedy, const char **text,
                          size_t *size)
{
    if (json_cursor_peek(&reader->cursor) != JSON_KIND_STRING)
        return json_cursor_problem(&reader->cursor, ERR_MALFORMED, remedy);
    return json_cursor_string(&reader->cursor, text, size);
}

/* A number, bare or in quotes. */
static enum error read_number_text(struct json_reader *reader, const char *remedy,
                                   struct json_slice *number)
{
    switch (json_cursor_peek(&reader->cursor)) {
    case JSON_KIND_NUMBER:
        return json_cursor_number(&reader->cursor, number);
    case JSON_KIND_STRING:
        return json_cursor_string(&reader->cursor, &number->text, &number->size);
    case JSON_KIND_OBJECT:
    case JSON_KIND_ARRAY:
    case JSON_KIND_TRUE:
    case JSON_KIND_FALSE:
    case JSON_KIND_NULL:
    case JSON_KIND_NONE:
        break;
    }
    return json_cursor_problem(&reader->cursor, ERR_MALFORMED, remedy);
}

static enum error number_problem(struct json_reader *reader, enum error error, const char *remedy)
{
    if (error == ERR_TOO_LARGE)
        return json_cursor_full(&reader->cursor);
    return json_cursor_problem(&reader->cursor, error,
                               error == ERR_RANGE ? "the number is out of the field's range"
                                                  : remedy);
}

enum error json_read_integer_text(struct json_reader *reader, const ProtobufCFieldDescriptor *field,
                                  struct json_slice number, void *place)
{
    static const char remedy[] = "write a whole number";
    bool narrow = message_field_width(field) == 4;
    enum error error;
    if (field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_FIXED32 ||
        field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_FIXED64) {
        uint64_t value = 0;
        error =
            json_number_uint64(number.text, number.size, narrow ? UINT32_MAX : UINT64_MAX, &value);
        if (narrow)
            *(uint32_t *)place = (uint32_t)value;
        else
            *(uint64_t *)place = value;
    } else {
        int64_t value = 0;
        error = json_number_int64(number.text, number.size, narrow ? INT32_MIN : INT64_MIN,
                                  narrow ? INT32_MAX : INT64_MAX, &value);
        if (narrow)
            *(int32_t *)place = (int32_t)value;
        else
            *(int64_t *)place = value;
    }
    return error == OK ? OK : number_problem(reader, error, remedy);
}

static enum error read_integer(struct json_reader *reader, const ProtobufCFieldDescriptor *field,
                               void *place)
{
    struct json_slice number;
    enum error error = read_number_text(reader, "write a whole number", &number);
    return error == OK ? json_read_integer_text(reader, field, number, place) : error;
}

static enum error read_floating(struct json_reader *reader, const ProtobufCFieldDescriptor *field,
                                void *place)
{
    static const char remedy[] = "write a number, or \"NaN\", \"Infinity\" or \"-Infinity\"";
    struct json_slice number;
    enum error error = read_number_text(reader, remedy, &number);
    if (error != OK)
        return error;
    if (field->type == PROTOBUF_C_TYPE_DOUBLE)
        error = json_number_double(reader->cursor.arena, number.text, number.size, place);
    else
        error = json_number_float(reader->cursor.arena, number.text, number.size, place);
    return error == OK ? OK : number_problem(reader, error, remedy);
}

static enum error read_bool(struct json_reader *reader, void *place)
{
    enum json_kind kind = json_cursor_peek(&reader->cursor);
    if (kind != JSON_KIND_TRUE && kind != JSON_KIND_FALSE)
        return json_cursor_problem(&reader->cursor, ERR_MALFORMED, "write true or false");
    *(protobuf_c_boolean *)place = kind == JSON_KIND_TRUE;
    return json_cursor_literal(&reader->cursor);
}

static enum error read_enum(struct json_reader *reader, const ProtobufCFieldDescriptor *field,
                            void *place)
{
    const ProtobufCEnumDescriptor *names = field->descriptor;
    const ProtobufCEnumValue *known = NULL;
    struct json_slice number;
    const char *name;
    size_t size;
    enum error error;
    if (json_cursor_peek(&reader->cursor) == JSON_KIND_STRING) {
        error = json_cursor_string(&reader->cursor, &name, &size);
        if (error != OK)
            return error;
        known = protobuf_c_enum_descriptor_get_value_by_name(names, name);
    } else {
        int32_t value = 0;
        error = read_number_text(reader, "write the name of an enum value", &number);
        if (error == OK)
            error = json_read_integer_text(reader, field, number, &value);
        if (error != OK)
            return error;
        *(int32_t *)place = value;
        if (reader->options->plain)
            return OK; /* proto3 enums are open; our API's are not */
        known = message_enum_value(names, value);
    }
    if (!known)
        return message_path_problem(reader->cursor.problem, ERR_MALFORMED, reader->cursor.path,
                                    "JSON", "this is no value of %s; write one such as %s",
                                    names->name, names->values[names->n_values - 1].name);
    *(int32_t *)place = known->value;
    return OK;
}

static enum error read_bytes(struct json_reader *reader, void *place)
{
    static const char remedy[] = "write bytes as base64 in a string";
    const char *text;
    size_t size;
    enum error error = json_read_text(reader, remedy, &text, &size);
    if (error != OK)
        return error;
    reader->cursor.arena->exhausted = false;
    if (base64_parse(reader->cursor.arena, text, size, place))
        return OK;
    if (reader->cursor.arena->exhausted)
        return json_cursor_full(&reader->cursor);
    return json_cursor_problem(&reader->cursor, ERR_MALFORMED, remedy);
}

enum error json_read_value(struct json_reader *reader, const ProtobufCFieldDescriptor *field,
                           void *place)
{
    size_t size;
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return read_integer(reader, field, place);
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        return read_floating(reader, field, place);
    case PROTOBUF_C_TYPE_BOOL:
        return read_bool(reader, place);
    case PROTOBUF_C_TYPE_ENUM:
        return read_enum(reader, field, place);
    case PROTOBUF_C_TYPE_STRING:
        return json_read_text(reader, "write text in double quotes", place, &size);
    case PROTOBUF_C_TYPE_BYTES:
        return read_bytes(reader, place);
    case PROTOBUF_C_TYPE_MESSAGE:
        return json_read_inner(reader, field->descriptor, place);
    }
    assert(false && "a field type of protobuf-c");
    return ERR_INTERNAL;
}
