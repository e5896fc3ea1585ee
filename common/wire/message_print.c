/* SPDX-License-Identifier: Apache-2.0
 * Message print: the lines of message_text.h from a message. Apart from their reading, with which
 * it shares only the form. */
#include <assert.h>
#include <inttypes.h>

#include "common/base/text.h"
#include "common/wire/json_number.h"
#include "common/wire/message_map.h"
#include "common/wire/message_path.h"
#include "common/wire/message_text.h"
#include "common/wire/scalar.h"

struct print {
    struct arena_buffer *out;
    unsigned indent;
};

static void print_message(struct print *print, const ProtobufCMessage *message,
                          const struct message_path *path);

/* Exact, unlike the paths of problems: it must be read again. A key is printed as it is handed
 * over, in quotes or not. */
static void put_path(struct arena_buffer *out, const struct message_path *path)
{
    if (path->parent) {
        put_path(out, path->parent);
        arena_buffer_put_character(out, '.');
    }
    arena_buffer_put_text(out, path->name);
    switch (path->kind) {
    case MESSAGE_PATH_FIELD:
        break;
    case MESSAGE_PATH_ELEMENT:
        arena_buffer_format(out, "[%zu]", path->index);
        break;
    case MESSAGE_PATH_KEY:
        arena_buffer_format(out, "[%s]", path->key);
        break;
    }
}

static void begin_line(struct print *print, const struct message_path *path)
{
    arena_buffer_put_spaces(print->out, print->indent);
    put_path(print->out, path);
    arena_buffer_put_character(print->out, ' ');
}

static bool needs_quotes(const char *text)
{
    size_t size = strlen(text);
    return size == 0 || text[0] == ' ' || text[0] == '"' || text[size - 1] == ' ' ||
           !utf8_valid(bytes_of(text, size), TEXT_NO_CONTROL);
}

static void put_plain(struct arena_buffer *out, const ProtobufCFieldDescriptor *field,
                      const void *place)
{
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
        return arena_buffer_format(out, "%" PRId64, *(const int64_t *)place);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return arena_buffer_format(out, "%" PRIu64, *(const uint64_t *)place);
    case PROTOBUF_C_TYPE_FLOAT:
        json_number_print_float(floating, *(const float *)place);
        return arena_buffer_put_text(out, floating);
    case PROTOBUF_C_TYPE_DOUBLE:
        json_number_print_double(floating, *(const double *)place);
        return arena_buffer_put_text(out, floating);
    case PROTOBUF_C_TYPE_BOOL:
        return arena_buffer_put_text(out, *(const protobuf_c_boolean *)place ? "true" : "false");
    case PROTOBUF_C_TYPE_ENUM: {
        const ProtobufCEnumValue *known =
            message_enum_value(field->descriptor, *(const int *)place);
        if (known)
            return arena_buffer_put_text(out, known->name);
        return arena_buffer_format(out, "%d", *(const int *)place);
    }
    case PROTOBUF_C_TYPE_STRING: {
        const char *text = *(const char *const *)place ? *(const char *const *)place : "";
        if (needs_quotes(text))
            return arena_buffer_put_quoted(out, text, strlen(text));
        return arena_buffer_put_text(out, text);
    }
    case PROTOBUF_C_TYPE_BYTES: {
        const ProtobufCBinaryData *bytes = place;
        if (!bytes->len)
            return arena_buffer_put_text(out, "\"\"");
        return arena_buffer_put_base64(out, bytes->data, bytes->len);
    }
    case PROTOBUF_C_TYPE_MESSAGE:
        break; /* has lines of its own */
    }
    assert(false && "a value that stands on one line");
}

/* False: the message has no text of its own, or its value has none. */
static bool print_scalar(struct print *print, const ProtobufCMessage *message,
                         const struct message_path *path)
{
    const struct scalar *scalar = scalar_find(message->descriptor);
    size_t size = print->out->size;
    if (!scalar || !scalar->print)
        return false;
    begin_line(print, path);
    if (!scalar->print(print->out, message)) {
        print->out->size = size;
        return false;
    }
    arena_buffer_put_character(print->out, '\n');
    return true;
}

static void print_value(struct print *print, const ProtobufCFieldDescriptor *field,
                        const void *place, const struct message_path *path)
{
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        /* The value of a map entry may be absent: it stands for one without content. */
        const ProtobufCMessage *inner = *(ProtobufCMessage *const *)place;
        if (!inner)
            inner = message_new(print->out->arena, field->descriptor);
        if (!inner) {
            print->out->failed = true;
            return;
        }
        if (print_scalar(print, inner, path))
            return;
        size_t size = print->out->size;
        print_message(print, inner, path);
        if (print->out->size == size) {
            begin_line(print, path);
            arena_buffer_put_text(print->out, "{}\n");
        }
        return;
    }
    begin_line(print, path);
    put_plain(print->out, field, place);
    arena_buffer_put_character(print->out, '\n');
}

static void print_map(struct print *print, const ProtobufCMessage *message,
                      const ProtobufCFieldDescriptor *field, struct message_path *path)
{
    const ProtobufCMessageDescriptor *entry = field->descriptor;
    const ProtobufCFieldDescriptor *key = &entry->fields[0], *value = &entry->fields[1];
    size_t count;
    ProtobufCMessage **sorted = message_map_sorted(print->out->arena, message, field, &count);
    print->out->failed |= !sorted;
    path->kind = MESSAGE_PATH_KEY;
    for (size_t i = 0; i < count; i++) {
        struct arena_buffer text = {.arena = print->out->arena};
        const void *place = message_field_place(sorted[i], key);
        const char *const *word = place;
        if (key->type == PROTOBUF_C_TYPE_STRING)
            arena_buffer_put_quoted(&text, *word ? *word : "", *word ? strlen(*word) : 0);
        else
            put_plain(&text, key, place);
        path->key = arena_buffer_text(&text);
        if (!path->key) {
            print->out->failed = true;
            return;
        }
        print_value(print, value, message_field_place(sorted[i], value), path);
    }
}

static void print_message(struct print *print, const ProtobufCMessage *message,
                          const struct message_path *parent)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        struct message_path path = {.parent = parent, .name = field->name};
        if (!message_field_has(message, field))
            continue;
        if (message_field_is_map(message->descriptor, field)) {
            print_map(print, message, field, &path);
        } else if (message_field_is_repeated(field)) {
            path.kind = MESSAGE_PATH_ELEMENT;
            for (; path.index < message_field_count(message, field); path.index++)
                print_value(print, field, message_field_element(message, field, path.index), &path);
        } else {
            print_value(print, field, message_field_place(message, field), &path);
        }
    }
}

void message_print(struct arena_buffer *buffer, const ProtobufCMessage *message, unsigned indent)
{
    struct print print = {.out = buffer, .indent = indent};
    print_message(&print, message, NULL);
}
