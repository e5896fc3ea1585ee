/* SPDX-License-Identifier: Apache-2.0 */
#include "story_message.h"

#include <stdio.h>

#include "common/base/time.h"
#include "common/wire/message.h"

static const ProtobufCMessageDescriptor *named(const ProtobufCMessageDescriptor *descriptor,
                                               const char *name)
{
    return !strcmp(descriptor->short_name, name) || !strcmp(descriptor->name, name) ? descriptor
                                                                                    : NULL;
}

const ProtobufCMessageDescriptor *story_type_find(const struct service_model *model,
                                                  const char *name)
{
    const ProtobufCMessageDescriptor *found = NULL;
    for (size_t i = 0; i < model->n_handlers && !found; i++)
        found = named(model->handlers[i].message, name);
    for (size_t i = 0; i < model->n_heard && !found; i++)
        found = named(model->heard[i], name);
    return found;
}

bool story_complain(char *why, size_t size, int number, const char *text, const char *detail)
{
    snprintf(why, size, "line %d: %s %s", number, text, detail);
    return false;
}

static bool read_told(struct story_names *names, const struct story_line *line,
                      struct story_told *told, char *why, size_t size)
{
    const char *name = line->path + 1;
    if (!strcmp(name, "entity_id"))
        told->entity_id = story_value_read(names, "entity_id", line->value);
    else if (!strcmp(name, "key"))
        told->key = story_value_read(names, "key_id", line->value);
    else if (!strcmp(name, "posting_date")) {
        int64_t at_us;
        char text[64];
        snprintf(text, sizeof text, "%sT00:00:00Z", line->value);
        if (instant_parse(&at_us, text, NULL) != OK)
            return story_complain(why, size, line->number, "a date is written 2026-01-31, not",
                                  line->value);
        told->posting_days = (int32_t)(at_us / DAY_US);
    } else
        return story_complain(why, size, line->number,
                              "there is @entity_id, @key and @posting_date, not", line->path);
    return true;
}

const char *story_text_field(const ProtobufCMessage *message, const char *name)
{
    const ProtobufCFieldDescriptor *field = message_field(message->descriptor, name);
    if (!field || field->type != PROTOBUF_C_TYPE_STRING ||
        field->label == PROTOBUF_C_LABEL_REPEATED)
        return NULL;
    const char *text = *(const char *const *)message_field_place(message, field);
    return text && *text ? text : NULL;
}

bool story_is_id(const char *text)
{
    struct uuid id;
    return text && uuid_parse(&id, text, NULL) == OK;
}

/* The first field of the message that is an id, also one level down ("entity.entity_id"). */
const char *story_first_id(const ProtobufCMessage *message)
{
    for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        const char *text = story_text_field(message, field->name);
        if (story_is_id(text))
            return text;
        if (field->type != PROTOBUF_C_TYPE_MESSAGE || field->label == PROTOBUF_C_LABEL_REPEATED)
            continue;
        const ProtobufCMessage *inner = message_field_message(message, field);
        text = inner ? story_first_id(inner) : NULL;
        if (text)
            return text;
    }
    return NULL;
}

ProtobufCMessage *story_message_read(struct story_names *names, int64_t now_us,
                                     const struct story_item *item,
                                     const ProtobufCMessageDescriptor *descriptor,
                                     struct story_told *told, char *why, size_t size)
{
    ProtobufCMessage *message = message_new(names->arena, descriptor);
    *told = (struct story_told){.posting_days = (int32_t)(now_us / DAY_US)};
    for (size_t i = 0; i < item->n_lines; i++) {
        const struct story_line *line = &item->lines[i];
        if (*line->path == '@') {
            if (!read_told(names, line, told, why, size))
                return NULL;
            continue;
        }
        struct problem problem = {0};
        const char *value = story_value_read(names, line->path, line->value);
        if (message_read_line(names->arena, message, line->path, value, &problem) != OK) {
            snprintf(why, size, "line %d: %s.%s: %s", line->number, descriptor->short_name,
                     line->path, problem.detail);
            return NULL;
        }
    }
    if (!told->entity_id)
        told->entity_id = story_text_field(message, "entity_id");
    if (!story_is_id(told->entity_id))
        told->entity_id = "";
    if (!told->key)
        told->key = story_text_field(message, "account_id");
    if (!story_is_id(told->key))
        told->key = story_first_id(message);
    return message;
}
