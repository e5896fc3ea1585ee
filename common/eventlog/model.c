/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/model.h"

#include "common/eventlog/house.h"

const struct stream_kind *model_kind(const struct service_model *model, int code)
{
    for (size_t i = 0; i < model->n_kinds; i++)
        if (model->kinds[i].code == code)
            return &model->kinds[i];
    return house_kind(code);
}

const struct stream_kind *model_kind_named(const struct service_model *model, const char *name)
{
    for (size_t i = 0; i < model->n_kinds; i++)
        if (!strcmp(model->kinds[i].name, name))
            return &model->kinds[i];
    return house_kind_named(name);
}

const struct handler *model_handler(const struct service_model *model, const char *type)
{
    for (size_t i = 0; i < model->n_handlers; i++)
        if (!strcmp(model->handlers[i].message->name, type))
            return &model->handlers[i];
    return NULL;
}

const struct evolution *model_evolution(const struct stream_kind *kind, const char *type)
{
    for (size_t i = 0; i < kind->n_evolutions; i++)
        if (!strcmp(kind->evolutions[i].event->name, type))
            return &kind->evolutions[i];
    return NULL;
}

const ProtobufCMessageDescriptor *model_descriptor(const struct service_model *model, const char *type)
{
    const struct handler *handler = model_handler(model, type);
    if (handler)
        return handler->message;
    for (size_t i = 0; i < model->n_heard; i++)
        if (!strcmp(model->heard[i]->name, type))
            return model->heard[i];
    for (size_t i = 0; i < model->n_kinds; i++) {
        const struct evolution *evolution = model_evolution(&model->kinds[i], type);
        if (evolution)
            return evolution->event;
    }
    return house_event(type);
}

bool model_ignores(const struct service_model *model, const char *type)
{
    for (size_t i = 0; i < model->n_ignored; i++) {
        const char *ignored = model->ignored[i];
        size_t length = strlen(ignored);
        if (length && ignored[length - 1] == '.' ? !strncmp(ignored, type, length) : !strcmp(ignored, type))
            return true;
    }
    return false;
}

void model_fold(const struct stream_kind *kind, struct arena *arena, ProtobufCMessage **state,
                const ProtobufCMessage *event)
{
    if (!kind->state)
        return;
    if (!*state) {
        *state = arena_get(arena, kind->state->sizeof_message);
        protobuf_c_message_init(kind->state, *state);
    }
    const struct evolution *evolution = model_evolution(kind, event->descriptor->name);
    if (evolution && evolution->evolve)
        evolution->evolve(arena, *state, event);
}
