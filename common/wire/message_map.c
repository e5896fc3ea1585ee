/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/message_map.h"

#include <assert.h>
#include <stdlib.h>

struct keyed {
    ProtobufCMessage *entry;
    size_t index;
};

static int text_order(const char *left, const char *right)
{
    return strcmp(left ? left : "", right ? right : "");
}

static int key_order(const ProtobufCMessage *left, const ProtobufCMessage *right)
{
    const ProtobufCFieldDescriptor *key = &left->descriptor->fields[0];
    const void *a = message_field_place(left, key), *b = message_field_place(right, key);
    switch (key->type) {
    case PROTOBUF_C_TYPE_STRING:
        return text_order(*(const char *const *)a, *(const char *const *)b);
#define ORDER(type) (*(const type *)a > *(const type *)b) - (*(const type *)a < *(const type *)b)
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_ENUM:
    case PROTOBUF_C_TYPE_BOOL:
        return ORDER(int32_t);
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        return ORDER(uint32_t);
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        return ORDER(int64_t);
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        return ORDER(uint64_t);
#undef ORDER
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        break; /* protoc refuses such keys */
    }
    assert(false && "a key type of protobuf");
    return 0;
}

static int keyed_order(const void *left, const void *right)
{
    const struct keyed *a = left, *b = right;
    int order = key_order(a->entry, b->entry);
    return order ? order : (a->index > b->index) - (a->index < b->index);
}

ProtobufCMessage **message_map_sorted(struct arena *arena, const ProtobufCMessage *message,
                                      const ProtobufCFieldDescriptor *field, size_t *count)
{
    size_t all = message_field_count(message, field);
    *count = 0;
    if (!all)
        return NULL;
    ProtobufCMessage **sorted = arena_get(arena, all * sizeof *sorted);
    struct arena_mark mark = arena_mark(arena);
    struct keyed *keyed = sorted ? arena_get(arena, all * sizeof *keyed) : NULL;
    if (!keyed)
        return NULL;
    for (size_t i = 0; i < all; i++)
        keyed[i] =
            (struct keyed){*(ProtobufCMessage *const *)message_field_element(message, field, i), i};
    qsort(keyed, all, sizeof *keyed, keyed_order);
    for (size_t i = 0; i < all; i++)
        if (i + 1 == all || key_order(keyed[i].entry, keyed[i + 1].entry) != 0)
            sorted[(*count)++] = keyed[i].entry;
    arena_rewind(arena, mark);
    return sorted;
}
