/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/message_field.h"

#include <assert.h>

size_t message_field_json_name(const ProtobufCFieldDescriptor *field, char *out, size_t size)
{
    size_t length = 0;
    bool capital = false;
    assert(size > 0);
    for (const char *name = field->name; *name && length + 1 < size; name++) {
        if (*name == '_') {
            capital = true;
            continue;
        }
        bool raise = capital && *name >= 'a' && *name <= 'z';
        out[length++] = (char)(raise ? *name - 'a' + 'A' : *name);
        capital = false;
    }
    out[length] = 0;
    return length;
}

static bool is_json_name(const ProtobufCFieldDescriptor *field, const char *name, size_t size)
{
    char json_name[128];
    size_t length = message_field_json_name(field, json_name, sizeof json_name);
    return length == size && memcmp(json_name, name, size) == 0;
}

const ProtobufCFieldDescriptor *message_field_slice(const ProtobufCMessageDescriptor *descriptor,
                                                    const char *name, size_t size, bool json)
{
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        if (strlen(field->name) == size && memcmp(field->name, name, size) == 0)
            return field;
    }
    for (unsigned i = 0; json && i < descriptor->n_fields; i++)
        if (is_json_name(&descriptor->fields[i], name, size))
            return &descriptor->fields[i];
    return NULL;
}

const ProtobufCFieldDescriptor *message_field(const ProtobufCMessageDescriptor *descriptor,
                                              const char *name)
{
    return message_field_slice(descriptor, name, strlen(name), false);
}

bool message_field_is_repeated(const ProtobufCFieldDescriptor *field)
{
    return field->label == PROTOBUF_C_LABEL_REPEATED;
}

bool message_field_is_oneof(const ProtobufCFieldDescriptor *field)
{
    return field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF;
}

/* protoc names the entry of `unit_prices` UnitPricesEntry. */
static bool is_entry_name(const char *entry, const char *field)
{
    bool capital = true;
    for (; *field; field++) {
        if (*field == '_') {
            capital = true;
            continue;
        }
        char wanted = capital && *field >= 'a' && *field <= 'z' ? (char)(*field - 32) : *field;
        if (*entry++ != wanted)
            return false;
        capital = false;
    }
    return strcmp(entry, "Entry") == 0;
}

bool message_field_is_map(const ProtobufCMessageDescriptor *parent,
                          const ProtobufCFieldDescriptor *field)
{
    if (field->label != PROTOBUF_C_LABEL_REPEATED || field->type != PROTOBUF_C_TYPE_MESSAGE)
        return false;
    const ProtobufCMessageDescriptor *entry = field->descriptor;
    if (entry->n_fields != 2 || entry->fields[0].id != 1 || entry->fields[1].id != 2 ||
        strcmp(entry->fields[0].name, "key") != 0 || strcmp(entry->fields[1].name, "value") != 0 ||
        !is_entry_name(entry->short_name, field->name))
        return false;
    size_t length = strlen(parent->name);
    return strncmp(entry->name, parent->name, length) == 0 && entry->name[length] == '.';
}

size_t message_field_width(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_ENUM:
        return 4;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    }
    assert(false && "a field type of protobuf-c");
    return 0;
}

static void *quantifier(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (char *)message + field->quantifier_offset;
}

void *message_field_place(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    return (char *)message + field->offset;
}

size_t message_field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    assert(field->label == PROTOBUF_C_LABEL_REPEATED);
    return *(const size_t *)quantifier(message, field);
}

void *message_field_element(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                            size_t index)
{
    assert(index < message_field_count(message, field));
    char *array = *(char *const *)message_field_place(message, field);
    return array + index * message_field_width(field);
}

uint32_t message_field_case(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    assert(message_field_is_oneof(field));
    return *(const uint32_t *)quantifier(message, field);
}

/* proto3 without presence: what equals its default is not written. Negative zero does not equal it.
 */
static bool is_default(const ProtobufCFieldDescriptor *field, const void *place)
{
    static const uint8_t zero[8];
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: {
        const char *text = *(const char *const *)place;
        return !text || !*text;
    }
    case PROTOBUF_C_TYPE_BYTES:
        return ((const ProtobufCBinaryData *)place)->len == 0;
    case PROTOBUF_C_TYPE_MESSAGE:
        return *(void *const *)place == NULL;
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
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        return memcmp(place, zero, message_field_width(field)) == 0;
    }
    assert(false && "a field type of protobuf-c");
    return true;
}

bool message_field_has(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    const void *place = message_field_place(message, field);
    if (message_field_is_oneof(field)) {
        if (message_field_case(message, field) != field->id)
            return false;
        /* The case decides, but protobuf-c packs these two pointers to nothing. */
        bool pointer =
            field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE;
        return !pointer ||
               (*(void *const *)place != NULL && *(void *const *)place != field->default_value);
    }
    switch (field->label) {
    case PROTOBUF_C_LABEL_REPEATED:
        return message_field_count(message, field) > 0;
    case PROTOBUF_C_LABEL_REQUIRED:
        return field->type != PROTOBUF_C_TYPE_MESSAGE || !is_default(field, place);
    case PROTOBUF_C_LABEL_OPTIONAL:
        if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
            return *(void *const *)place != NULL && *(void *const *)place != field->default_value;
        return *(const protobuf_c_boolean *)quantifier(message, field);
    case PROTOBUF_C_LABEL_NONE:
        return !is_default(field, place);
    }
    assert(false && "a label of protobuf-c");
    return false;
}

ProtobufCMessage *message_field_message(const ProtobufCMessage *message,
                                        const ProtobufCFieldDescriptor *field)
{
    assert(field->type == PROTOBUF_C_TYPE_MESSAGE && field->label != PROTOBUF_C_LABEL_REPEATED);
    if (!message_field_has(message, field))
        return NULL;
    return *(ProtobufCMessage *const *)message_field_place(message, field);
}

void *message_field_set(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    void *place = message_field_place(message, field);
    assert(field->label != PROTOBUF_C_LABEL_REPEATED);
    if (message_field_is_oneof(field)) {
        uint32_t *chosen = quantifier(message, field);
        if (*chosen != field->id)
            memset(place, 0, message_field_width(field));
        *chosen = field->id;
    } else if (field->label == PROTOBUF_C_LABEL_OPTIONAL && field->type != PROTOBUF_C_TYPE_STRING &&
               field->type != PROTOBUF_C_TYPE_MESSAGE) {
        *(protobuf_c_boolean *)quantifier(message, field) = 1;
    }
    return place;
}

void message_field_set_array(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                             void *array, size_t count)
{
    assert(field->label == PROTOBUF_C_LABEL_REPEATED);
    *(void **)message_field_place(message, field) = count ? array : NULL;
    *(size_t *)quantifier(message, field) = count;
}

void *message_field_append(struct arena *arena, ProtobufCMessage *message,
                           const ProtobufCFieldDescriptor *field)
{
    size_t count = message_field_count(message, field), width = message_field_width(field);
    char *array = arena_zero(arena, (count + 1) * width);
    if (!array)
        return NULL;
    if (count)
        memcpy(array, message_field_element(message, field, 0), count * width);
    message_field_set_array(message, field, array, count + 1);
    return array + count * width;
}

ProtobufCMessage *message_field_make(struct arena *arena, ProtobufCMessage *message,
                                     const ProtobufCFieldDescriptor *field)
{
    ProtobufCMessage *inner = message_field_message(message, field);
    if (inner)
        return inner;
    inner = message_new(arena, field->descriptor);
    if (inner)
        *(ProtobufCMessage **)message_field_set(message, field) = inner;
    return inner;
}

ProtobufCMessage *message_new(struct arena *arena, const ProtobufCMessageDescriptor *descriptor)
{
    ProtobufCMessage *message = arena_get(arena, descriptor->sizeof_message);
    if (message)
        protobuf_c_message_init(descriptor, message);
    return message;
}

const ProtobufCEnumValue *message_enum_value(const ProtobufCEnumDescriptor *descriptor, int number)
{
    unsigned low = 0, high = descriptor->n_values;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (descriptor->values[middle].value == number)
            return &descriptor->values[middle];
        if (descriptor->values[middle].value < number)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}
