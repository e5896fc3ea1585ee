/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/message_text.h"

#include <assert.h>

#include "common/base/text.h"
#include "common/wire/base64.h"
#include "common/wire/json_cursor.h"
#include "common/wire/json_number.h"
#include "common/wire/message_rules.h"
#include "common/wire/scalar.h"

/* One line on its way into a message. */
struct line {
    struct arena *arena;
    const char *path; /* whole, for problems */
    struct problem *problem;
};

static enum error line_problem(const struct line *line, enum error error, const char *detail)
{
    return problem_set(line->problem, error, line->path, NULL, "%s", detail);
}

static enum error line_full(const struct line *line)
{
    return line_problem(line, ERR_TOO_LARGE, "the memory of this batch is used up");
}

/* A JSON string at the start of `*at`, decoded; `*at` moves behind it. */
static enum error quoted_take(const struct line *line, const char **at, const char **text)
{
    struct json_cursor cursor = {
        .arena = line->arena, .start = *at, .at = *at, .end = *at + strlen(*at)};
    size_t size;
    enum error error = json_cursor_string(&cursor, text, &size);
    *at = cursor.at;
    if (error == ERR_TOO_LARGE)
        return line_full(line);
    return error == OK ? OK : line_problem(line, error, "text in quotes is not that of JSON");
}

/* ---- values ---- */

static enum error set_floating(const struct line *line, const ProtobufCFieldDescriptor *field,
                               void *place, const char *text)
{
    enum error error;
    if (field->type == PROTOBUF_C_TYPE_DOUBLE)
        error = json_number_double(line->arena, text, strlen(text), place);
    else
        error = json_number_float(line->arena, text, strlen(text), place);
    return error == OK ? OK : line_problem(line, error, "write a number");
}

static enum error set_integer(const struct line *line, const ProtobufCFieldDescriptor *field,
                              void *place, const char *text)
{
    struct problem inner = {0};
    bool narrow = message_field_width(field) == 4;
    enum error error;
    if (field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_FIXED32 ||
        field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_FIXED64) {
        uint64_t number = 0;
        error = text_parse_uint64(&number, text, 0, narrow ? UINT32_MAX : UINT64_MAX, &inner);
        if (narrow)
            *(uint32_t *)place = (uint32_t)number;
        else
            *(uint64_t *)place = number;
    } else {
        int64_t number = 0;
        error = text_parse_int64(&number, text, narrow ? INT32_MIN : INT64_MIN,
                                 narrow ? INT32_MAX : INT64_MAX, &inner);
        if (narrow)
            *(int32_t *)place = (int32_t)number;
        else
            *(int64_t *)place = number;
    }
    return error == OK ? OK : line_problem(line, error, inner.detail);
}

static enum error set_enum(const struct line *line, const ProtobufCFieldDescriptor *field,
                           void *place, const char *text)
{
    const ProtobufCEnumValue *known =
        protobuf_c_enum_descriptor_get_value_by_name(field->descriptor, text);
    if (known) {
        *(int32_t *)place = known->value;
        return OK;
    }
    if (set_integer(&(struct line){line->arena, line->path, NULL}, field, place, text) == OK)
        return OK;
    return line_problem(line, ERR_MALFORMED, "write the name of an enum value");
}

static enum error set_text(const struct line *line, void *place, const char *text)
{
    if (!utf8_valid(bytes_of_text(text), TEXT_ANY_CONTROL))
        return line_problem(line, ERR_MALFORMED, "text must be UTF-8");
    *(char **)place = arena_copy_text(line->arena, text);
    return *(char **)place ? OK : line_full(line);
}

static enum error set_bool(const struct line *line, void *place, const char *text)
{
    bool yes = strcmp(text, "true") == 0;
    if (!yes && strcmp(text, "false") != 0)
        return line_problem(line, ERR_MALFORMED, "write true or false");
    *(protobuf_c_boolean *)place = yes;
    return OK;
}

static enum error set_bytes(const struct line *line, void *place, const char *text)
{
    if (base64_parse(line->arena, text, strlen(text), place))
        return OK;
    return line_problem(line, ERR_MALFORMED, "write bytes as base64");
}

static enum error set_message(const struct line *line, const ProtobufCFieldDescriptor *field,
                              void *place, const char *text)
{
    ProtobufCMessage **inner = place;
    struct problem problem = {0};
    if (!*inner)
        *inner = message_new(line->arena, field->descriptor);
    if (!*inner)
        return line_full(line);
    if (strcmp(text, "{}") == 0)
        return OK;
    const struct scalar *scalar = scalar_find(field->descriptor);
    if (!scalar || !scalar->parse)
        return line_problem(line, ERR_MALFORMED, "this is a message: name a field inside it");
    enum error error = scalar->parse(line->arena, *inner, text, &problem);
    return error == OK
               ? OK
               : problem_set(line->problem, error, line->path, problem.rule, "%s", problem.detail);
}

static enum error set_value(const struct line *line, const ProtobufCFieldDescriptor *field,
                            void *place, const char *text)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return set_integer(line, field, place, text);
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
        return set_floating(line, field, place, text);
    case PROTOBUF_C_TYPE_BOOL:
        return set_bool(line, place, text);
    case PROTOBUF_C_TYPE_ENUM:
        return set_enum(line, field, place, text);
    case PROTOBUF_C_TYPE_STRING:
        return set_text(line, place, text);
    case PROTOBUF_C_TYPE_BYTES:
        return set_bytes(line, place, text);
    case PROTOBUF_C_TYPE_MESSAGE:
        return set_message(line, field, place, text);
    }
    assert(false && "a field type of protobuf-c");
    return ERR_INTERNAL;
}

/* ---- places ---- */

/* `0]`: an element, or one more. */
static enum error element_make(const struct line *line, ProtobufCMessage *message,
                               const ProtobufCFieldDescriptor *field, const char **at, void **place)
{
    size_t digits = strspn(*at, "0123456789"), index = 0;
    if (!digits || digits > 6 || (*at)[digits] != ']')
        return line_problem(line, ERR_MALFORMED, "a list needs an index such as [0]");
    for (size_t i = 0; i < digits; i++)
        index = index * 10 + (size_t)((*at)[i] - '0');
    *at += digits + 1;
    size_t count = message_field_count(message, field);
    if (index > count || index >= MESSAGE_ELEMENTS_MAX)
        return line_problem(line, ERR_RANGE, "the index is beyond the next element");
    *place = index == count ? message_field_append(line->arena, message, field)
                            : message_field_element(message, field, index);
    return *place ? OK : line_full(line);
}

/* `"key"]` or `key]`. */
static enum error key_take(const struct line *line, const char **at, const char **key)
{
    if (**at == '"') {
        enum error error = quoted_take(line, at, key);
        if (error != OK)
            return error;
    } else {
        size_t size = strcspn(*at, "]");
        char *copy = arena_get(line->arena, size + 1);
        if (!copy)
            return line_full(line);
        memcpy(copy, *at, size);
        copy[size] = 0;
        *key = copy;
        *at += size;
    }
    if (**at != ']')
        return line_problem(line, ERR_MALFORMED, "a map needs a key such as [\"name\"]");
    (*at)++;
    return OK;
}

static bool key_equal(const ProtobufCFieldDescriptor *key, const void *left, const void *right)
{
    if (key->type == PROTOBUF_C_TYPE_STRING)
        return strcmp(*(const char *const *)left, *(const char *const *)right) == 0;
    return memcmp(left, right, message_field_width(key)) == 0;
}

/* The value of the entry with that key, which is made if there is none. */
static enum error entry_make(const struct line *line, ProtobufCMessage *message,
                             const ProtobufCFieldDescriptor *field, const char **at, void **place)
{
    const ProtobufCMessageDescriptor *descriptor = field->descriptor;
    const ProtobufCFieldDescriptor *key = &descriptor->fields[0], *value = &descriptor->fields[1];
    ProtobufCMessage *entry = message_new(line->arena, descriptor);
    const char *text;
    if (!entry)
        return line_full(line);
    enum error error = key_take(line, at, &text);
    if (error == OK)
        error = set_value(line, key, message_field_place(entry, key), text);
    if (error != OK)
        return error;
    for (size_t i = 0; i < message_field_count(message, field); i++) {
        ProtobufCMessage *old = *(ProtobufCMessage **)message_field_element(message, field, i);
        if (key_equal(key, message_field_place(old, key), message_field_place(entry, key))) {
            *place = message_field_place(old, value);
            return OK;
        }
    }
    ProtobufCMessage **added = message_field_append(line->arena, message, field);
    if (!added)
        return line_full(line);
    *added = entry;
    *place = message_field_place(entry, value);
    return OK;
}

/* One part of the path: the field, and where its value is or will be. For a map the field is the
 * entry's value. */
static enum error part_make(const struct line *line, ProtobufCMessage *message, const char **at,
                            const ProtobufCFieldDescriptor **field, void **place)
{
    size_t size = strcspn(*at, ".[");
    *field = message_field_slice(message->descriptor, *at, size, false);
    if (!*field)
        return line_problem(line, ERR_MALFORMED, "there is no such field");
    *at += size;
    if (message_field_is_repeated(*field) != (**at == '['))
        return line_problem(line, ERR_MALFORMED,
                            **at == '[' ? "this field is not repeated"
                                        : "a list needs an index such as [0], a map a key");
    if (**at != '[') {
        *place = message_field_set(message, *field);
        return OK;
    }
    (*at)++;
    if (!message_field_is_map(message->descriptor, *field))
        return element_make(line, message, *field, at, place);
    enum error error = entry_make(line, message, *field, at, place);
    *field = &((const ProtobufCMessageDescriptor *)(*field)->descriptor)->fields[1];
    return error;
}

static enum error read_value(const struct line *line, ProtobufCMessage *message, const char *value)
{
    const char *at = line->path;
    for (;;) {
        const ProtobufCFieldDescriptor *field = NULL;
        void *place = NULL;
        enum error error = part_make(line, message, &at, &field, &place);
        if (error != OK)
            return error;
        if (*at == 0)
            return set_value(line, field, place, value);
        if (*at != '.' || field->type != PROTOBUF_C_TYPE_MESSAGE)
            return line_problem(line, ERR_MALFORMED, "the path goes on where there is no message");
        ProtobufCMessage **inner = place;
        if (!*inner)
            *inner = message_new(line->arena, field->descriptor);
        if (!*inner)
            return line_full(line);
        message = *inner;
        at++;
    }
}

enum error message_set_text(struct arena *arena, ProtobufCMessage *message, const char *path,
                            const char *value, struct problem *problem)
{
    struct line line = {.arena = arena, .path = path, .problem = problem};
    jmp_buf *on_exhausted = arena->on_exhausted;
    arena->on_exhausted = NULL;
    enum error error = read_value(&line, message, value);
    arena->on_exhausted = on_exhausted;
    return error;
}

enum error message_read_line(struct arena *arena, ProtobufCMessage *message, const char *path,
                             const char *value, struct problem *problem)
{
    struct line line = {.arena = arena, .path = path, .problem = problem};
    const char *at = value;
    if (*value != '"')
        return message_set_text(arena, message, path, value, problem);
    jmp_buf *on_exhausted = arena->on_exhausted;
    arena->on_exhausted = NULL;
    enum error error = quoted_take(&line, &at, &value);
    arena->on_exhausted = on_exhausted;
    if (error == OK && *at)
        error = line_problem(&line, ERR_MALFORMED, "something stands behind the closing quote");
    return error == OK ? message_set_text(arena, message, path, value, problem) : error;
}

size_t message_line_split(const char *line, const char **value)
{
    bool quoted = false;
    size_t size = 0;
    for (; line[size] && (quoted || line[size] != ' '); size++) {
        if (quoted && line[size] == '\\' && line[size + 1])
            size++;
        else if (line[size] == '"')
            quoted = !quoted;
    }
    *value = line[size] ? line + size + 1 : line + size;
    return size;
}
