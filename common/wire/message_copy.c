/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/message_copy.h"

#include "common/wire/message_field.h"
#include "common/wire/message_map.h"

/* Copies one value from `from` to `to`; false if the arena is full. */
static bool copy_value(struct arena *arena, const ProtobufCFieldDescriptor *field, void *to,
                       const void *from)
{
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(const char *const *)from;
        /* The shared constant "" tells protobuf-c that nothing was set. */
        bool constant = !text || text == field->default_value;
        *(const char **)to = constant ? text : arena_copy_text(arena, text);
        return constant || *(char **)to;
    }
    if (field->type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *bytes = from;
        ProtobufCBinaryData copy = {bytes->len, NULL};
        if (bytes->len && !(copy.data = arena_copy(arena, bytes->data, bytes->len)))
            return false;
        *(ProtobufCBinaryData *)to = copy;
        return true;
    }
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        const ProtobufCMessage *inner = *(ProtobufCMessage *const *)from;
        *(void **)to = inner ? message_copy(arena, inner) : NULL;
        return !inner || *(void **)to;
    }
    memcpy(to, from, message_field_width(field));
    return true;
}

static bool copy_repeated(struct arena *arena, ProtobufCMessage *copy,
                          const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    size_t count = message_field_count(message, field), width = message_field_width(field);
    if (!count) {
        message_field_set_array(copy, field, NULL, 0);
        return true;
    }
    char *array = arena_zero(arena, count * width);
    if (!array)
        return false;
    for (size_t i = 0; i < count; i++)
        if (!copy_value(arena, field, array + i * width, message_field_element(message, field, i)))
            return false;
    message_field_set_array(copy, field, array, count);
    return true;
}

static bool copy_unknown(struct arena *arena, ProtobufCMessage *copy,
                         const ProtobufCMessage *message)
{
    copy->unknown_fields = NULL;
    if (!message->n_unknown_fields)
        return true;
    copy->unknown_fields = arena_copy(arena, message->unknown_fields,
                                      message->n_unknown_fields * sizeof *copy->unknown_fields);
    for (unsigned i = 0; copy->unknown_fields && i < message->n_unknown_fields; i++) {
        ProtobufCMessageUnknownField *field = &copy->unknown_fields[i];
        if (!(field->data = arena_copy(arena, field->data, field->len)))
            return false;
    }
    return copy->unknown_fields != NULL;
}

void *message_copy(struct arena *arena, const ProtobufCMessage *message)
{
    if (!message)
        return NULL;
    const ProtobufCMessageDescriptor *descriptor = message->descriptor;
    /* The struct first: it brings along every number and every quantifier. */
    ProtobufCMessage *copy = arena_copy(arena, message, descriptor->sizeof_message);
    if (!copy || !copy_unknown(arena, copy, message))
        return NULL;
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        bool copied = true;
        if (message_field_is_repeated(field))
            copied = copy_repeated(arena, copy, message, field);
        else if (!message_field_is_oneof(field) || message_field_case(message, field) == field->id)
            copied = copy_value(arena, field, message_field_place(copy, field),
                                message_field_place(message, field));
        if (!copied)
            return NULL;
    }
    return copy;
}

static bool text_same(const char *left, const char *right)
{
    return strcmp(left ? left : "", right ? right : "") == 0;
}

static bool value_equal(const ProtobufCFieldDescriptor *field, const void *left, const void *right)
{
    if (field->type == PROTOBUF_C_TYPE_STRING)
        return text_same(*(const char *const *)left, *(const char *const *)right);
    if (field->type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *a = left, *b = right;
        return a->len == b->len && (!a->len || memcmp(a->data, b->data, a->len) == 0);
    }
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return message_equal(*(ProtobufCMessage *const *)left, *(ProtobufCMessage *const *)right);
    if (field->type == PROTOBUF_C_TYPE_BOOL)
        return !*(const protobuf_c_boolean *)left == !*(const protobuf_c_boolean *)right;
    return memcmp(left, right, message_field_width(field)) == 0;
}

/* An entry without a message value means one with the default. */
static bool entry_equal(const ProtobufCMessage *left, const ProtobufCMessage *right)
{
    const ProtobufCFieldDescriptor *key = &left->descriptor->fields[0], *value = key + 1;
    const void *a = message_field_place(left, value), *b = message_field_place(right, value);
    if (!value_equal(key, message_field_place(left, key), message_field_place(right, key)))
        return false;
    if (value->type != PROTOBUF_C_TYPE_MESSAGE)
        return value_equal(value, a, b);
    const ProtobufCMessage *x = *(ProtobufCMessage *const *)a, *y = *(ProtobufCMessage *const *)b;
    if (x && y)
        return message_equal(x, y);
    if (!x && !y)
        return true;
    return protobuf_c_message_get_packed_size(x ? x : y) == 0;
}

/* Entry by entry in the order of keys. No memory of the caller is at hand, so the sorted arrays
 * live in an arena of their own, sized for them. */
static bool map_equal(const ProtobufCMessage *left, const ProtobufCMessage *right,
                      const ProtobufCFieldDescriptor *field)
{
    size_t most = message_field_count(left, field) + message_field_count(right, field);
    if (most == 0)
        return true;
    struct arena arena;
    arena_init(&arena, 4096 + most * 64);
    size_t left_count, right_count;
    ProtobufCMessage **a = message_map_sorted(&arena, left, field, &left_count);
    ProtobufCMessage **b = message_map_sorted(&arena, right, field, &right_count);
    bool equal = left_count == right_count;
    for (size_t i = 0; equal && i < left_count; i++)
        equal = entry_equal(a[i], b[i]);
    arena_fini(&arena);
    return equal;
}

static bool field_equal(const ProtobufCMessage *left, const ProtobufCMessage *right,
                        const ProtobufCFieldDescriptor *field)
{
    if (message_field_is_map(left->descriptor, field))
        return map_equal(left, right, field);
    if (message_field_is_repeated(field)) {
        size_t count = message_field_count(left, field);
        if (count != message_field_count(right, field))
            return false;
        for (size_t i = 0; i < count; i++)
            if (!value_equal(field, message_field_element(left, field, i),
                             message_field_element(right, field, i)))
                return false;
        return true;
    }
    bool has = message_field_has(left, field);
    if (has != message_field_has(right, field))
        return false;
    return !has ||
           value_equal(field, message_field_place(left, field), message_field_place(right, field));
}

static bool unknown_equal(const ProtobufCMessage *left, const ProtobufCMessage *right)
{
    if (left->n_unknown_fields != right->n_unknown_fields)
        return false;
    for (unsigned i = 0; i < left->n_unknown_fields; i++) {
        const ProtobufCMessageUnknownField *a = &left->unknown_fields[i],
                                           *b = &right->unknown_fields[i];
        if (a->tag != b->tag || a->wire_type != b->wire_type || a->len != b->len ||
            memcmp(a->data, b->data, a->len) != 0)
            return false;
    }
    return true;
}

bool message_equal(const ProtobufCMessage *left, const ProtobufCMessage *right)
{
    if (!left || !right)
        return left == right;
    if (left->descriptor != right->descriptor || !unknown_equal(left, right))
        return false;
    for (unsigned i = 0; i < left->descriptor->n_fields; i++)
        if (!field_equal(left, right, &left->descriptor->fields[i]))
            return false;
    return true;
}
