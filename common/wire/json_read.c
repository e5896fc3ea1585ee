/* SPDX-License-Identifier: Apache-2.0
 * JSON read: objects, arrays and maps of a text into messages. The structure is here, single values
 * are in json_value.c. */
#include <stdio.h>

#include "common/wire/json_reader.h"
#include "common/wire/message_map.h"
#include "common/wire/scalar.h"

/* ---- arrays and maps ---- */

/* An array that doubles: message_field_append would copy it for each element. */
struct growing {
    char *data;
    size_t count, capacity, width;
};

static void *growing_next(struct arena *arena, struct growing *array)
{
    if (array->count == array->capacity) {
        size_t capacity = array->capacity ? 2 * array->capacity : 4;
        char *data = arena_get(arena, capacity * array->width);
        if (!data)
            return NULL;
        if (array->count)
            memcpy(data, array->data, array->count * array->width);
        array->data = data;
        array->capacity = capacity;
    }
    char *place = array->data + array->count++ * array->width;
    memset(place, 0, array->width);
    return place;
}

static enum error count_element(struct json_reader *reader)
{
    if (reader->elements++ < reader->elements_max)
        return OK;
    return json_cursor_problem(&reader->cursor, ERR_TOO_LARGE,
                               "too many elements; send fewer in one document");
}

static enum error read_elements(struct json_reader *reader, const ProtobufCFieldDescriptor *field,
                                struct message_path *path, struct growing *array)
{
    bool first = true, more;
    enum error error = json_cursor_open(&reader->cursor);
    while (error == OK) {
        path->index = array->count;
        error = json_cursor_next(&reader->cursor, ']', &first, &more);
        if (error != OK || !more)
            return error;
        if (json_cursor_peek(&reader->cursor) == JSON_KIND_NULL)
            return json_cursor_problem(&reader->cursor, ERR_MALFORMED,
                                       "null must not stand in a list; leave the element out");
        error = count_element(reader);
        void *place = error == OK ? growing_next(reader->cursor.arena, array) : NULL;
        if (error == OK)
            error =
                place ? json_read_value(reader, field, place) : json_cursor_full(&reader->cursor);
    }
    return error;
}

static enum error read_array(struct json_reader *reader, ProtobufCMessage *message,
                             const ProtobufCFieldDescriptor *field)
{
    const struct message_path *parent = reader->cursor.path;
    struct message_path path = {parent->parent, field->name, MESSAGE_PATH_ELEMENT, 0, NULL};
    struct growing array = {.width = message_field_width(field)};
    if (json_cursor_peek(&reader->cursor) != JSON_KIND_ARRAY)
        return json_cursor_problem(&reader->cursor, ERR_MALFORMED, "write a list in [ ]");
    reader->cursor.path = &path;
    enum error error = read_elements(reader, field, &path, &array);
    reader->cursor.path = parent;
    if (error == OK)
        message_field_set_array(message, field, array.data, array.count);
    return error;
}

static enum error store_key(struct json_reader *reader, const ProtobufCFieldDescriptor *key,
                            const char *text, size_t size, void *place)
{
    if (key->type == PROTOBUF_C_TYPE_STRING) {
        *(const char **)place = text;
        return OK;
    }
    if (key->type != PROTOBUF_C_TYPE_BOOL)
        return json_read_integer_text(reader, key, (struct json_slice){text, size}, place);
    bool yes = strcmp(text, "true") == 0;
    if (!yes && strcmp(text, "false") != 0)
        return json_cursor_problem(&reader->cursor, ERR_MALFORMED,
                                   "the keys of this map are \"true\" and \"false\"");
    *(protobuf_c_boolean *)place = yes;
    return OK;
}

static enum error read_entry(struct json_reader *reader,
                             const ProtobufCMessageDescriptor *descriptor, struct growing *array,
                             struct message_path *path)
{
    struct json_cursor *cursor = &reader->cursor;
    struct json_slice key;
    enum error error = json_cursor_key(cursor, &key);
    if (error == OK)
        error = count_element(reader);
    if (error != OK)
        return error;
    char *text = arena_get(cursor->arena, key.size + 1);
    ProtobufCMessage *entry = message_new(cursor->arena, descriptor);
    ProtobufCMessage **place = growing_next(cursor->arena, array);
    if (!text || !entry || !place)
        return json_cursor_full(cursor);
    memcpy(text, key.text, key.size);
    text[key.size] = 0;
    *place = entry;
    path->key = text;
    error = store_key(reader, &descriptor->fields[0], text, key.size,
                      message_field_place(entry, &descriptor->fields[0]));
    if (error != OK)
        return error;
    if (json_cursor_peek(cursor) == JSON_KIND_NULL)
        return json_cursor_problem(cursor, ERR_MALFORMED,
                                   "null must not stand in a map; leave the entry out");
    return json_read_value(reader, &descriptor->fields[1],
                           message_field_place(entry, &descriptor->fields[1]));
}

static enum error read_map(struct json_reader *reader, ProtobufCMessage *message,
                           const ProtobufCFieldDescriptor *field)
{
    struct json_cursor *cursor = &reader->cursor;
    const struct message_path *parent = cursor->path;
    struct message_path path = {parent->parent, field->name, MESSAGE_PATH_KEY, 0, ""};
    struct growing array = {.width = sizeof(void *)};
    bool first = true, more = true;
    size_t unique;
    if (json_cursor_peek(cursor) != JSON_KIND_OBJECT)
        return json_cursor_problem(cursor, ERR_MALFORMED, "write a map in { }");
    cursor->path = &path;
    enum error error = json_cursor_open(cursor);
    while (error == OK && more) {
        error = json_cursor_next(cursor, '}', &first, &more);
        if (error == OK && more)
            error = read_entry(reader, field->descriptor, &array, &path);
    }
    cursor->path = parent;
    if (error != OK)
        return error;
    message_field_set_array(message, field, array.data, array.count);
    struct arena_mark mark = arena_mark(cursor->arena);
    if (!message_map_sorted(cursor->arena, message, field, &unique) && array.count)
        return json_cursor_full(cursor);
    arena_rewind(cursor->arena, mark);
    if (unique != array.count)
        return json_cursor_problem(cursor, ERR_MALFORMED, "a key stands twice in this map");
    return OK;
}

/* ---- objects ---- */

static enum error read_field(struct json_reader *reader, ProtobufCMessage *message,
                             const ProtobufCFieldDescriptor *field)
{
    struct json_cursor *cursor = &reader->cursor;
    if (json_cursor_peek(cursor) == JSON_KIND_NULL)
        return json_cursor_literal(cursor);
    if (message_field_is_map(message->descriptor, field))
        return read_map(reader, message, field);
    if (message_field_is_repeated(field))
        return read_array(reader, message, field);
    if (message_field_is_oneof(field) && message_field_case(message, field))
        return json_cursor_problem(cursor, ERR_MALFORMED,
                                   "another member of the same oneof is given too; leave one out");
    return json_read_value(reader, field, message_field_set(message, field));
}

/* The name as the client wrote it; whoever prints the path makes it harmless. */
static enum error name_problem(struct json_reader *reader, struct json_slice key,
                               const char *detail)
{
    char name[64];
    snprintf(name, sizeof name, "%.*s", (int)(key.size < 63 ? key.size : 63), key.text);
    struct message_path path = {.parent = reader->cursor.path, .name = name};
    return message_path_problem(reader->cursor.problem, ERR_MALFORMED, &path, "JSON", "%s", detail);
}

static enum error read_member(struct json_reader *reader, ProtobufCMessage *message, uint8_t *seen)
{
    struct json_slice key;
    const struct message_path *parent = reader->cursor.path;
    enum error error = json_cursor_key(&reader->cursor, &key);
    if (error != OK)
        return error;
    const ProtobufCFieldDescriptor *field =
        message_field_slice(message->descriptor, key.text, key.size, true);
    if (!field)
        return name_problem(reader, key, "there is no such field; see the API's documentation");
    size_t index = (size_t)(field - message->descriptor->fields);
    if (seen[index])
        return name_problem(reader, key, "the field is given twice");
    seen[index] = 1;
    struct message_path path = {.parent = parent, .name = field->name};
    reader->cursor.path = &path;
    error = read_field(reader, message, field);
    reader->cursor.path = parent;
    return error;
}

static enum error read_fields(struct json_reader *reader, ProtobufCMessage *message)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true, more = true;
    if (json_cursor_peek(cursor) != JSON_KIND_OBJECT)
        return json_cursor_problem(cursor, ERR_MALFORMED, "write an object in { }");
    uint8_t *seen = arena_zero(cursor->arena, message->descriptor->n_fields + 1);
    if (!seen)
        return json_cursor_full(cursor);
    enum error error = json_cursor_open(cursor);
    while (error == OK && more) {
        error = json_cursor_next(cursor, '}', &first, &more);
        if (error == OK && more)
            error = read_member(reader, message, seen);
    }
    return error;
}

static enum error read_scalar(struct json_reader *reader, const struct scalar *scalar,
                              ProtobufCMessage *message)
{
    struct json_cursor *cursor = &reader->cursor;
    struct problem inner = {0};
    const char *text;
    size_t size;
    if (scalar->read)
        return scalar->read(reader, message);
    enum error error = json_read_text(reader, "write this value as a string", &text, &size);
    if (error != OK)
        return error;
    error = scalar->parse(cursor->arena, message, text, &inner);
    if (error == ERR_TOO_LARGE)
        return json_cursor_full(cursor);
    if (error != OK)
        return message_path_problem(cursor->problem, error, cursor->path, inner.rule, "%s",
                                    inner.detail);
    return OK;
}

static enum error read_message(struct json_reader *reader, ProtobufCMessage *message)
{
    const struct scalar *scalar = scalar_find(message->descriptor);
    if (scalar && scalar->own && reader->options->plain)
        scalar = NULL;
    return scalar ? read_scalar(reader, scalar, message) : read_fields(reader, message);
}

enum error json_read_inner(struct json_reader *reader, const ProtobufCMessageDescriptor *descriptor,
                           void *place)
{
    ProtobufCMessage *message = message_new(reader->cursor.arena, descriptor);
    if (!message)
        return json_cursor_full(&reader->cursor);
    *(ProtobufCMessage **)place = message;
    return read_message(reader, message);
}

enum error json_read_members(struct json_reader *reader, const char *remedy,
                             const char *const *names, const char **texts, size_t count)
{
    struct json_cursor *cursor = &reader->cursor;
    bool first = true, more = true;
    size_t size;
    memset(texts, 0, count * sizeof *texts);
    if (json_cursor_peek(cursor) != JSON_KIND_OBJECT)
        return json_cursor_problem(cursor, ERR_MALFORMED, remedy);
    enum error error = json_cursor_open(cursor);
    while (error == OK) {
        struct json_slice key;
        error = json_cursor_next(cursor, '}', &first, &more);
        if (error != OK || !more)
            break;
        error = json_cursor_key(cursor, &key);
        if (error != OK)
            break;
        size_t i = 0;
        while (i < count && (strlen(names[i]) != key.size || memcmp(names[i], key.text, key.size)))
            i++;
        if (i == count || texts[i])
            return name_problem(reader, key, remedy);
        error = json_read_text(reader, remedy, &texts[i], &size);
    }
    for (size_t i = 0; error == OK && i < count; i++)
        if (!texts[i])
            error = json_cursor_problem(cursor, ERR_MALFORMED, remedy);
    return error;
}

static enum error read_document(struct json_reader *reader,
                                const ProtobufCMessageDescriptor *descriptor, size_t size,
                                ProtobufCMessage **message)
{
    size_t bytes_max = reader->options->bytes_max ? reader->options->bytes_max : JSON_BYTES_MAX;
    struct arena *arena = reader->cursor.arena;
    ProtobufCMessage *read = NULL;
    if (size > bytes_max)
        return message_path_problem(reader->cursor.problem, ERR_TOO_LARGE, NULL, "JSON",
                                    "the text has %zu bytes, at most %zu are read", size,
                                    bytes_max);
    jmp_buf *on_exhausted = arena->on_exhausted;
    arena->on_exhausted = NULL;
    enum error error = json_cursor_peek(&reader->cursor) == JSON_KIND_NONE
                           ? json_cursor_malformed(&reader->cursor, "a JSON object must stand here")
                           : json_read_inner(reader, descriptor, &read);
    if (error == OK)
        error = json_cursor_end(&reader->cursor);
    arena->on_exhausted = on_exhausted;
    *message = error == OK ? read : NULL;
    return error;
}

static enum error read_with(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                            const char *text, size_t size, const struct json_options *options,
                            bool open, ProtobufCMessage **message, struct problem *problem)
{
    static const struct json_options none;
    struct json_reader reader = {.cursor = {.arena = arena,
                                            .start = text,
                                            .at = text,
                                            .end = text + size,
                                            .problem = problem},
                                 .options = options ? options : &none,
                                 .open = open};
    reader.elements_max =
        reader.options->elements_max ? reader.options->elements_max : JSON_ELEMENTS_MAX;
    return read_document(&reader, descriptor, size, message);
}

enum error json_read(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                     const char *text, size_t size, const struct json_options *options,
                     ProtobufCMessage **message, struct problem *problem)
{
    return read_with(arena, descriptor, text, size, options, false, message, problem);
}

enum error json_read_open(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                          const char *text, size_t size, const struct json_options *options,
                          ProtobufCMessage **message, struct problem *problem)
{
    return read_with(arena, descriptor, text, size, options, true, message, problem);
}
