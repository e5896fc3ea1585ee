/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/message.h"

#include <assert.h>

#include "common/base/text.h"
#include "common/wire/message_path.h"

enum { VARINT_BYTES_MAX = 10, TAG_BYTES_MAX = 5 };

struct walk {
    struct arena *arena;
    struct message_rules rules; /* with the defaults filled in */
    struct problem *problem;
    uint32_t total;
};

struct span {
    const uint8_t *at, *end;
};

static enum error walk_message(struct walk *walk, const ProtobufCMessageDescriptor *descriptor,
                               struct span span, const struct message_path *path, uint32_t depth);

static enum error malformed(struct walk *walk, const struct message_path *path, const char *detail)
{
    return message_path_problem(walk->problem, ERR_MALFORMED, path, "protobuf", "%s", detail);
}

/* False: cut short or longer than a varint may be. */
static bool span_varint(struct span *span, unsigned bytes_max, uint64_t *value)
{
    *value = 0;
    for (unsigned i = 0; i < bytes_max && span->at < span->end; i++) {
        uint8_t byte = *span->at++;
        *value |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (!(byte & 0x80))
            return true;
    }
    return false;
}

static bool span_take(struct span *span, uint64_t size, struct span *part)
{
    if (size > (uint64_t)(span->end - span->at))
        return false;
    *part = (struct span){span->at, span->at + size};
    span->at += size;
    return true;
}

static ProtobufCWireType wire_type_of(const ProtobufCFieldDescriptor *field)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_BOOL:
    case PROTOBUF_C_TYPE_ENUM:
        return PROTOBUF_C_WIRE_TYPE_VARINT;
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        return PROTOBUF_C_WIRE_TYPE_32BIT;
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return PROTOBUF_C_WIRE_TYPE_64BIT;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
    }
    assert(false && "a field type of protobuf-c");
    return PROTOBUF_C_WIRE_TYPE_VARINT;
}

static enum error count_elements(struct walk *walk, const struct message_path *path, uint64_t more,
                                 uint32_t *count)
{
    if (more > walk->rules.elements_max - *count)
        return message_path_problem(walk->problem, ERR_TOO_LARGE, path, NULL,
                                    "more than %u elements; send fewer in one message",
                                    walk->rules.elements_max);
    if (more > walk->rules.elements_total_max - walk->total)
        return message_path_problem(walk->problem, ERR_TOO_LARGE, path, NULL,
                                    "more than %u elements in the whole message; send less in one",
                                    walk->rules.elements_total_max);
    *count += (uint32_t)more;
    walk->total += (uint32_t)more;
    return OK;
}

static enum error check_enum(struct walk *walk, const ProtobufCFieldDescriptor *field,
                             uint64_t value, const struct message_path *path)
{
    const ProtobufCEnumDescriptor *names = field->descriptor;
    int number = (int)(uint32_t)value;
    if (message_enum_value(names, number))
        return OK;
    return message_path_problem(walk->problem, ERR_RANGE, path, names->name,
                                "%d is no value of this enum here; is the sender newer?", number);
}

/* What stands behind a tag, whatever its field; a length-prefixed value becomes `part`. */
static enum error walk_value(struct walk *walk, struct span *span, unsigned wire_type,
                             const struct message_path *path, uint64_t *value, struct span *part)
{
    *part = (struct span){0};
    *value = 0;
    switch (wire_type) {
    case PROTOBUF_C_WIRE_TYPE_VARINT:
        if (!span_varint(span, VARINT_BYTES_MAX, value))
            return malformed(walk, path, "a number is cut short or too long");
        return OK;
    case PROTOBUF_C_WIRE_TYPE_64BIT:
    case PROTOBUF_C_WIRE_TYPE_32BIT:
        if (!span_take(span, wire_type == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4, part))
            return malformed(walk, path, "a fixed-width value is cut short");
        return OK;
    case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
        if (!span_varint(span, VARINT_BYTES_MAX, value) || !span_take(span, *value, part))
            return malformed(walk, path, "a length reaches beyond the end of the message");
        return OK;
    default:
        return malformed(walk, path, "groups and unknown wire types are not read");
    }
}

/* Repeated numbers in one block. */
static enum error walk_packed(struct walk *walk, const ProtobufCFieldDescriptor *field,
                              struct span part, struct message_path *path, uint32_t *count)
{
    ProtobufCWireType wire_type = wire_type_of(field);
    size_t size = (size_t)(part.end - part.at);
    if (wire_type != PROTOBUF_C_WIRE_TYPE_VARINT) {
        size_t width = wire_type == PROTOBUF_C_WIRE_TYPE_64BIT ? 8 : 4;
        if (size % width)
            return malformed(walk, path, "packed numbers are cut short");
        return count_elements(walk, path, size / width, count);
    }
    while (part.at < part.end) {
        uint64_t value;
        path->index = *count;
        if (!span_varint(&part, VARINT_BYTES_MAX, &value))
            return malformed(walk, path, "a number is cut short or too long");
        enum error error = count_elements(walk, path, 1, count);
        if (error == OK && field->type == PROTOBUF_C_TYPE_ENUM)
            error = check_enum(walk, field, value, path);
        if (error != OK)
            return error;
    }
    return OK;
}

static enum error walk_field(struct walk *walk, const ProtobufCFieldDescriptor *field,
                             unsigned wire_type, uint64_t value, struct span part,
                             const struct message_path *path, uint32_t depth)
{
    if (wire_type != wire_type_of(field))
        return malformed(walk, path, "the wire type is not that of the field");
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return check_enum(walk, field, value, path);
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return walk_message(walk, field->descriptor, part, path, depth + 1);
    if (field->type == PROTOBUF_C_TYPE_STRING &&
        !utf8_valid(bytes_of(part.at, (size_t)(part.end - part.at)), TEXT_ANY_CONTROL))
        return malformed(walk, path, "text must be UTF-8 without NUL");
    return OK;
}

static enum error walk_known(struct walk *walk, const ProtobufCFieldDescriptor *field,
                             struct span *span, unsigned wire_type,
                             const struct message_path *parent, uint32_t *count, uint32_t depth)
{
    struct message_path path = {.parent = parent, .name = field->name};
    bool repeated = message_field_is_repeated(field);
    if (repeated) {
        path.kind = MESSAGE_PATH_ELEMENT;
        path.index = *count;
    }
    uint64_t value;
    struct span part;
    enum error error = walk_value(walk, span, wire_type, &path, &value, &part);
    if (error != OK)
        return error;
    if (repeated && wire_type == PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED &&
        wire_type_of(field) != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED)
        return walk_packed(walk, field, part, &path, count);
    if (repeated) {
        error = count_elements(walk, &path, 1, count);
    } else if (*count == 0) {
        *count = 1;
    } else {
        /* A singular field again: legal, the last one counts, but each is memory to protobuf-c. */
        uint32_t again = 0;
        error = count_elements(walk, &path, 1, &again);
    }
    if (error != OK)
        return error;
    return walk_field(walk, field, wire_type, value, part, &path, depth);
}

static enum error walk_fields(struct walk *walk, const ProtobufCMessageDescriptor *descriptor,
                              struct span span, const struct message_path *path, uint32_t depth,
                              uint32_t *counts)
{
    while (span.at < span.end) {
        uint64_t tag;
        if (!span_varint(&span, TAG_BYTES_MAX, &tag) || tag > UINT32_MAX || tag >> 3 == 0)
            return malformed(walk, path, "a field number is malformed");
        unsigned wire_type = tag & 7;
        const ProtobufCFieldDescriptor *field =
            protobuf_c_message_descriptor_get_field(descriptor, (unsigned)(tag >> 3));
        enum error error;
        if (field) {
            uint32_t *count = &counts[field - descriptor->fields];
            error = walk_known(walk, field, &span, wire_type, path, count, depth);
        } else {
            uint64_t value;
            struct span part;
            uint32_t one = 0;
            error = walk_value(walk, &span, wire_type, path, &value, &part);
            if (error == OK)
                error = count_elements(walk, path, 1, &one);
        }
        if (error != OK)
            return error;
    }
    return OK;
}

static enum error walk_message(struct walk *walk, const ProtobufCMessageDescriptor *descriptor,
                               struct span span, const struct message_path *path, uint32_t depth)
{
    if (depth > walk->rules.depth_max)
        return message_path_problem(walk->problem, ERR_TOO_LARGE, path, NULL,
                                    "nested deeper than %u messages", walk->rules.depth_max);
    struct arena_mark mark = arena_mark(walk->arena);
    uint32_t *counts = arena_zero(walk->arena, (descriptor->n_fields + 1) * sizeof *counts);
    if (!counts)
        return message_path_problem(walk->problem, ERR_TOO_LARGE, path, NULL,
                                    "the memory of this batch is used up");
    enum error error = walk_fields(walk, descriptor, span, path, depth, counts);
    arena_rewind(walk->arena, mark);
    return error;
}

static struct message_rules rules_filled(const struct message_rules *rules)
{
    struct message_rules filled = rules ? *rules : (struct message_rules){0};
    if (!filled.bytes_max)
        filled.bytes_max = MESSAGE_BYTES_MAX;
    if (!filled.elements_max)
        filled.elements_max = MESSAGE_ELEMENTS_MAX;
    if (!filled.elements_total_max)
        filled.elements_total_max =
            filled.elements_max > UINT32_MAX / 4 ? UINT32_MAX : 4 * filled.elements_max;
    if (!filled.depth_max)
        filled.depth_max = MESSAGE_DEPTH_MAX;
    return filled;
}

static enum error check_bytes(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                              const void *bytes, size_t size, const struct message_rules *rules,
                              struct problem *problem)
{
    struct walk walk = {.arena = arena, .rules = rules_filled(rules), .problem = problem};
    if (size > walk.rules.bytes_max)
        return problem_set(problem, ERR_TOO_LARGE, NULL, NULL,
                           "the message has %zu bytes, at most %zu are read", size,
                           walk.rules.bytes_max);
    struct span span = {bytes, (const uint8_t *)bytes + size};
    return walk_message(&walk, descriptor, span, NULL, 1);
}

enum error message_check_bytes(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                               const void *bytes, size_t size, const struct message_rules *rules,
                               struct problem *problem)
{
    jmp_buf *on_exhausted = arena->on_exhausted;
    arena->on_exhausted = NULL;
    enum error error = check_bytes(arena, descriptor, bytes, size, rules, problem);
    arena->on_exhausted = on_exhausted;
    return error;
}

enum error message_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor,
                          const void *bytes, size_t size, const struct message_rules *rules,
                          ProtobufCMessage **message, struct problem *problem)
{
    jmp_buf *on_exhausted = arena->on_exhausted;
    arena->on_exhausted = NULL;
    *message = NULL;
    enum error error = check_bytes(arena, descriptor, bytes, size, rules, problem);
    if (error == OK) {
        arena->exhausted = false;
        *message = arena_unpack(arena, descriptor, bytes, size);
        if (!*message && arena->exhausted)
            error = problem_set(problem, ERR_TOO_LARGE, NULL, NULL,
                                "the message does not fit the memory of this batch");
        else if (!*message)
            error = problem_set(problem, ERR_MALFORMED, NULL, "protobuf", "the bytes are not a %s",
                                descriptor->name);
    }
    arena->on_exhausted = on_exhausted;
    if (error == OK && rules)
        error = message_check_required(*message, rules->required, problem);
    return error;
}
