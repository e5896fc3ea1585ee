/* SPDX-License-Identifier: Apache-2.0
 * JSON write: a message as JSON, the same bytes for the same message. */
#include <assert.h>
#include <inttypes.h>

#include "common/wire/json_number.h"
#include "common/wire/json_writer.h"
#include "common/wire/message_map.h"
#include "common/wire/scalar.h"

static void write_message(struct json_writer *writer, const ProtobufCMessage *message);

/* ---- layout ---- */

static void new_line(struct json_writer *writer)
{
    if (!writer->options->indent)
        return;
    arena_buffer_put_character(writer->out, '\n');
    arena_buffer_put_spaces(writer->out, (size_t)writer->level * writer->options->indent);
}

static void open_bracket(struct json_writer *writer, char bracket)
{
    arena_buffer_put_character(writer->out, bracket);
    writer->level++;
}

static void close_bracket(struct json_writer *writer, char bracket, bool empty)
{
    writer->level--;
    if (!empty)
        new_line(writer);
    arena_buffer_put_character(writer->out, bracket);
}

static void next_item(struct json_writer *writer, bool *first)
{
    if (!*first)
        arena_buffer_put_character(writer->out, ',');
    *first = false;
    new_line(writer);
}

static void put_colon(struct json_writer *writer)
{
    arena_buffer_put_text(writer->out, writer->options->indent ? ": " : ":");
}

void json_write_member(struct json_writer *writer, bool first, const char *name, const char *text)
{
    if (first)
        open_bracket(writer, '{');
    next_item(writer, &first);
    arena_buffer_put_quoted(writer->out, name, strlen(name));
    put_colon(writer);
    arena_buffer_put_quoted(writer->out, text, strlen(text));
}

void json_write_member_end(struct json_writer *writer)
{
    close_bracket(writer, '}', false);
}

/* ---- values ---- */

static void write_enum(struct json_writer *writer, const ProtobufCFieldDescriptor *field, int value)
{
    const ProtobufCEnumValue *known = message_enum_value(field->descriptor, value);
    if (known)
        arena_buffer_put_quoted(writer->out, known->name, strlen(known->name));
    else
        arena_buffer_format(writer->out, "%d", value);
}

static void write_bytes(struct json_writer *writer, const ProtobufCBinaryData *bytes)
{
    arena_buffer_put_character(writer->out, '"');
    arena_buffer_put_base64(writer->out, bytes->data, bytes->len);
    arena_buffer_put_character(writer->out, '"');
}

static void write_text(struct json_writer *writer, const char *text)
{
    text = text ? text : "";
    arena_buffer_put_quoted(writer->out, text, strlen(text));
}

/* An absent message stands for one without content: the value of a map entry may be so. */
static void write_inner(struct json_writer *writer, const ProtobufCMessageDescriptor *descriptor,
                        const ProtobufCMessage *message)
{
    if (!message)
        message = message_new(writer->out->arena, descriptor);
    if (!message)
        writer->out->failed = true;
    else
        write_message(writer, message);
}

void json_write_value(struct json_writer *writer, const ProtobufCFieldDescriptor *field,
                      const void *place)
{
    struct arena_buffer *out = writer->out;
    char floating[JSON_FLOATING_TEXT_SIZE];
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        return arena_buffer_format(out, "%" PRId32, *(const int32_t *)place);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return arena_buffer_format(out, "%" PRIu32, *(const uint32_t *)place);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return arena_buffer_format(out, "\"%" PRId64 "\"", *(const int64_t *)place);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return arena_buffer_format(out, "\"%" PRIu64 "\"", *(const uint64_t *)place);
    case PROTOBUF_C_TYPE_FLOAT:
        json_number_print_float(floating, *(const float *)place);
        return arena_buffer_put_text(out, floating);
    case PROTOBUF_C_TYPE_DOUBLE:
        json_number_print_double(floating, *(const double *)place);
        return arena_buffer_put_text(out, floating);
    case PROTOBUF_C_TYPE_BOOL:
        return arena_buffer_put_text(out, *(const protobuf_c_boolean *)place ? "true" : "false");
    case PROTOBUF_C_TYPE_ENUM:
        return write_enum(writer, field, *(const int *)place);
    case PROTOBUF_C_TYPE_STRING:
        return write_text(writer, *(const char *const *)place);
    case PROTOBUF_C_TYPE_BYTES:
        return write_bytes(writer, place);
    case PROTOBUF_C_TYPE_MESSAGE:
        return write_inner(writer, field->descriptor, *(ProtobufCMessage *const *)place);
    }
    assert(false && "a field type of protobuf-c");
}

/* ---- fields ---- */

/* Keys are strings in JSON; 64-bit numbers are in quotes already. */
static void write_key(struct json_writer *writer, const ProtobufCFieldDescriptor *key,
                      const void *place)
{
    bool quoted = key->type == PROTOBUF_C_TYPE_STRING || message_field_width(key) == 8;
    if (!quoted)
        arena_buffer_put_character(writer->out, '"');
    json_write_value(writer, key, place);
    if (!quoted)
        arena_buffer_put_character(writer->out, '"');
}

static void write_map(struct json_writer *writer, const ProtobufCMessage *message,
                      const ProtobufCFieldDescriptor *field)
{
    const ProtobufCMessageDescriptor *entry = field->descriptor;
    size_t count;
    bool first = true;
    ProtobufCMessage **sorted = message_map_sorted(writer->out->arena, message, field, &count);
    if (!sorted && message_field_count(message, field))
        writer->out->failed = true;
    open_bracket(writer, '{');
    for (size_t i = 0; i < count; i++) {
        next_item(writer, &first);
        write_key(writer, &entry->fields[0], message_field_place(sorted[i], &entry->fields[0]));
        put_colon(writer);
        json_write_value(writer, &entry->fields[1],
                         message_field_place(sorted[i], &entry->fields[1]));
    }
    close_bracket(writer, '}', first);
}

static void write_array(struct json_writer *writer, const ProtobufCMessage *message,
                        const ProtobufCFieldDescriptor *field)
{
    size_t count = message_field_count(message, field);
    bool first = true;
    open_bracket(writer, '[');
    for (size_t i = 0; i < count; i++) {
        next_item(writer, &first);
        json_write_value(writer, field, message_field_element(message, field, i));
    }
    close_bracket(writer, ']', first);
}

static bool is_wanted(const struct json_writer *writer, const ProtobufCMessage *message,
                      const ProtobufCFieldDescriptor *field)
{
    if (message_field_has(message, field))
        return true;
    if (!writer->options->emit_defaults || message_field_is_oneof(field))
        return false;
    return message_field_is_repeated(field) || field->type != PROTOBUF_C_TYPE_MESSAGE;
}

static void write_fields(struct json_writer *writer, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    bool first = true;
    open_bracket(writer, '{');
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        char name[128];
        if (!is_wanted(writer, message, field))
            continue;
        next_item(writer, &first);
        arena_buffer_put_character(writer->out, '"');
        arena_buffer_put(writer->out, name, message_field_json_name(field, name, sizeof name));
        arena_buffer_put_character(writer->out, '"');
        put_colon(writer);
        if (message_field_is_map(descriptor, field))
            write_map(writer, message, field);
        else if (message_field_is_repeated(field))
            write_array(writer, message, field);
        else
            json_write_value(writer, field, message_field_place(message, field));
    }
    close_bracket(writer, '}', first);
}

/* False: the value has no form of its own. */
static bool write_scalar(struct json_writer *writer, const struct scalar *scalar,
                         const ProtobufCMessage *message)
{
    if (scalar->write)
        return scalar->write(writer, message);
    struct arena_buffer *out = writer->out;
    size_t size = out->size;
    arena_buffer_put_character(out, '"');
    if (scalar->print(out, message)) {
        arena_buffer_put_character(out, '"');
        return true;
    }
    out->size = size;
    return false;
}

static void write_message(struct json_writer *writer, const ProtobufCMessage *message)
{
    const struct scalar *scalar = scalar_find(message->descriptor);
    if (scalar && scalar->own && writer->options->plain)
        scalar = NULL;
    if (!scalar || !write_scalar(writer, scalar, message))
        write_fields(writer, message);
}

static enum error write_document(struct json_writer *writer, const ProtobufCMessage *message)
{
    write_message(writer, message);
    if (writer->error != OK)
        return writer->error;
    return writer->out->failed ? ERR_TOO_LARGE : OK;
}

enum error json_write(struct arena_buffer *out, const ProtobufCMessage *message,
                      const struct json_options *options)
{
    static const struct json_options none;
    struct json_writer writer = {.out = out, .options = options ? options : &none};
    return write_document(&writer, message);
}

enum error json_canonical(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                          const char *text, size_t size, const struct json_options *options,
                          const char **bytes, size_t *bytes_size, struct problem *problem)
{
    struct json_options canonical = options ? *options : (struct json_options){0};
    struct arena_buffer out = {.arena = arena};
    ProtobufCMessage *message;
    canonical.indent = 0;
    canonical.emit_defaults = false;
    enum error error = json_read_open(arena, descriptor, text, size, &canonical, &message, problem);
    if (error != OK)
        return error;
    jmp_buf *on_exhausted = arena->on_exhausted;
    arena->on_exhausted = NULL;
    struct json_writer writer = {.out = &out, .options = &canonical, .open = true};
    error = write_document(&writer, message);
    *bytes = error == OK ? arena_buffer_text(&out) : NULL;
    *bytes_size = out.size;
    arena->on_exhausted = on_exhausted;
    if (*bytes)
        return OK;
    error = error == OK ? ERR_TOO_LARGE : error;
    return problem_set(problem, error, NULL, "JSON", "%s", error_text(error));
}
