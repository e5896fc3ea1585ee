/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/message_rules.h"

#include "common/base/text.h"
#include "common/wire/message_field.h"
#include "common/wire/message_path.h"

/* One part of a path: `lines[]`, `discount?`, `card|iban`. */
struct step {
    const char *names; /* one or several, with '|' between them */
    size_t size;
    bool each, maybe;
    const char *rest; /* behind the dot; NULL at the end of the path */
};

static struct step step_parse(const char *path)
{
    size_t size = strcspn(path, ".");
    struct step step = {.names = path, .size = size, .rest = path[size] ? path + size + 1 : NULL};
    if (step.size >= 2 && memcmp(path + step.size - 2, "[]", 2) == 0) {
        step.each = true;
        step.size -= 2;
    } else if (step.size >= 1 && path[step.size - 1] == '?') {
        step.maybe = true;
        step.size -= 1;
    }
    return step;
}

/* The next of the names in a step; false after the last. */
static bool name_next(const char **names, size_t *left, const char **name, size_t *size)
{
    if (!*left)
        return false;
    *name = *names;
    const char *bar = memchr(*names, '|', *left);
    *size = bar ? (size_t)(bar - *names) : *left;
    size_t used = bar ? *size + 1 : *size;
    *names += used;
    *left -= used;
    return true;
}

static enum error wrong_path(struct problem *problem, const char *path, const char *detail)
{
    return problem_set(problem, ERR_INTERNAL, path, NULL, "%s", detail);
}

/* ---- against the type, at start ---- */

static bool is_number(const ProtobufCFieldDescriptor *field)
{
    return field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_BYTES &&
           field->type != PROTOBUF_C_TYPE_MESSAGE && field->type != PROTOBUF_C_TYPE_ENUM;
}

static const char *step_fault(const ProtobufCFieldDescriptor *field, const struct step *step)
{
    if (!field)
        return "the type has no such field";
    bool repeated = message_field_is_repeated(field);
    if (step->each && !repeated)
        return "[] stands behind a field that is not repeated";
    if (step->rest && field->type != PROTOBUF_C_TYPE_MESSAGE)
        return "only a message has fields inside";
    if (step->rest && repeated && !step->each)
        return "a repeated field needs [] before the dot";
    if (!step->rest && step->maybe)
        return "? at the end requires nothing";
    if (!step->rest && is_number(field) && !message_field_is_oneof(field) &&
        (!repeated || step->each))
        return "a number is always there and cannot be required";
    return NULL;
}

static const char *path_fault(const ProtobufCMessageDescriptor *descriptor, const char *path)
{
    while (path) {
        struct step step = step_parse(path);
        const char *names = step.names, *name;
        size_t left = step.size, size, alternatives = 0;
        const ProtobufCFieldDescriptor *field = NULL;
        for (; name_next(&names, &left, &name, &size); alternatives++) {
            field = message_field_slice(descriptor, name, size, false);
            const char *fault = step_fault(field, &step);
            if (fault)
                return fault;
        }
        if (!field)
            return "the path has an empty part";
        if (alternatives > 1 && (step.rest || step.each || step.maybe))
            return "alternatives stand at the end of a path";
        path = step.rest;
        descriptor = field->descriptor;
    }
    return NULL;
}

enum error message_rules_check(const ProtobufCMessageDescriptor *descriptor,
                               const struct message_rules *rules, struct problem *problem)
{
    for (const char *const *path = rules ? rules->required : NULL; path && *path; path++) {
        const char *fault = path_fault(descriptor, *path);
        if (fault)
            return wrong_path(problem, *path, fault);
    }
    return OK;
}

/* ---- against a message ---- */

static enum error check_path(const ProtobufCMessage *message, const char *path,
                             const struct message_path *parent, struct problem *problem);

/* The path as far as it was walked, with indexes, and the rest as the rule says. */
static enum error missing(struct problem *problem, const struct message_path *parent,
                          const char *rest, const char *detail)
{
    char field[sizeof((struct problem *)0)->field];
    struct text_buffer out = text_buffer_on(field, sizeof field);
    message_path_print(parent, field, sizeof field);
    out.length = strlen(field);
    if (parent)
        text_buffer_add_character(&out, '.');
    text_buffer_add(&out, rest);
    return problem_set(problem, ERR_MISSING, field, NULL, "%s", detail);
}

/* An element is there unless it says nothing. */
static bool element_says(const ProtobufCFieldDescriptor *field, const void *place)
{
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING: {
        const char *text = *(const char *const *)place;
        return text && *text;
    }
    case PROTOBUF_C_TYPE_BYTES:
        return ((const ProtobufCBinaryData *)place)->len > 0;
    case PROTOBUF_C_TYPE_MESSAGE:
        return *(void *const *)place != NULL;
    case PROTOBUF_C_TYPE_ENUM:
        return *(const int32_t *)place != 0;
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
        return true;
    }
    return false;
}

static enum error check_each(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                             const struct step *step, const struct message_path *parent,
                             struct problem *problem)
{
    size_t count = message_field_count(message, field);
    for (size_t i = 0; i < count; i++) {
        struct message_path path = {parent, field->name, MESSAGE_PATH_ELEMENT, i, NULL};
        const void *place = message_field_element(message, field, i);
        if (!element_says(field, place))
            return message_path_problem(problem, ERR_MISSING, &path, NULL,
                                        "this element is empty and must not be");
        if (!step->rest)
            continue;
        enum error error =
            check_path(*(ProtobufCMessage *const *)place, step->rest, &path, problem);
        if (error != OK)
            return error;
    }
    return OK;
}

/* A required member of a oneof must be chosen and, like any other, not be empty. */
static bool field_says(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
    if (!message_field_has(message, field))
        return false;
    return message_field_is_repeated(field) ||
           element_says(field, message_field_place(message, field));
}

/* `card|iban` at the end of a path: one of them. */
static enum error check_last(const ProtobufCMessage *message, const struct step *step,
                             const struct message_path *parent, struct problem *problem)
{
    const char *names = step->names, *name;
    size_t left = step->size, size, alternatives = 0;
    for (; name_next(&names, &left, &name, &size); alternatives++) {
        const ProtobufCFieldDescriptor *field =
            message_field_slice(message->descriptor, name, size, false);
        if (!field)
            return wrong_path(problem, step->names, "the type has no such field");
        if (field_says(message, field))
            return OK;
    }
    return missing(problem, parent, step->names,
                   alternatives > 1 ? "one of these must be given" : "this must be given");
}

static enum error check_path(const ProtobufCMessage *message, const char *path,
                             const struct message_path *parent, struct problem *problem)
{
    struct step step = step_parse(path);
    if (!step.rest && !step.each)
        return check_last(message, &step, parent, problem);
    const ProtobufCFieldDescriptor *field =
        message_field_slice(message->descriptor, step.names, step.size, false);
    const char *fault = step_fault(field, &step);
    if (fault)
        return wrong_path(problem, path, fault);
    if (step.each)
        return check_each(message, field, &step, parent, problem);
    ProtobufCMessage *inner = message_field_message(message, field);
    if (!inner && step.maybe)
        return OK;
    if (!inner)
        return missing(problem, parent, path, "this must be given");
    struct message_path here = {.parent = parent, .name = field->name};
    return check_path(inner, step.rest, &here, problem);
}

enum error message_check_required(const ProtobufCMessage *message, const char *const *required,
                                  struct problem *problem)
{
    for (; required && *required; required++) {
        enum error error = check_path(message, *required, NULL, problem);
        if (error != OK)
            return error;
    }
    return OK;
}
