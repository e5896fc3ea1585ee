/* SPDX-License-Identifier: Apache-2.0
 * Replay of what was heard: events of other services, up to the places that the snapshot shows, as
 * their producers' tables hold them. What is parked was never projected, what was redriven was. */
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "deploy/billctl/prove_inside.h"

/* "1,5,17": the producer's codes of the types that this service reads; "" if none. */
static void wanted_codes(const struct proving *proving, const struct type_codes *types,
                         struct text_buffer *out)
{
    for (size_t i = 0; i < types->n; i++)
        if (model_descriptor(proving->model, types->items[i].name))
            text_buffer_add_format(out, "%s%d", out->length ? "," : "", types->items[i].code);
}

static void take(struct proving *proving, const struct proved_place *place,
                 const struct record *record)
{
    const ProtobufCMessageDescriptor *descriptor = model_descriptor(proving->model, record->type);
    if (kept_ids_parked(proving->kept, place->producer->topic, place->partition, record->position))
        return;
    arena_reset(proving->arena);
    ProtobufCMessage *message =
        arena_unpack(proving->arena, descriptor, record->payload, record->payload_size);
    if (message)
        project_event(proving, record, message);
}

static enum error read_place(struct proving *proving, const struct proved_place *place,
                             struct database *database, const struct type_codes *types,
                             const char *codes, int64_t *events, struct problem *problem)
{
    EVENT_SCAN_AUTO struct event_scan scan = {0};
    char rest[800];
    bool more = true;
    snprintf(rest, sizeof rest,
             "WHERE e.shard = %d AND e.position <= %lld AND e.type IN (%s) ORDER BY e.position",
             place->partition, (long long)place->place.position, codes);
    enum error error = event_scan_begin(&scan, place->producer, database, types, rest, problem);
    while (error == OK) {
        error = event_scan_next(&scan, &more, problem);
        if (error == ERR_CORRUPT) { /* told where its producer is proved */
            error = OK;
            continue;
        }
        if (error != OK || !more)
            break;
        ++*events;
        take(proving, place, &scan.record);
    }
    return error;
}

static enum error read_producer(struct proving *proving, const struct known_service *producer,
                                int64_t *events, struct problem *problem)
{
    DATABASE_AUTO struct database *database = NULL;
    struct type_codes types = {0};
    char codes[600];
    struct text_buffer text = text_buffer_on(codes, sizeof codes);
    enum error error = known_service_read(proving->tool, producer, &database, problem);
    if (error == OK)
        error = type_codes_read(&types, database, proving->model, problem);
    if (error == OK)
        wanted_codes(proving, &types, &text);
    for (size_t i = 0; error == OK && text.length && i < proving->n_places; i++)
        if (proving->places[i].producer == producer && proving->places[i].place.position > 0)
            error =
                read_place(proving, &proving->places[i], database, &types, codes, events, problem);
    type_codes_fini(&types);
    return error;
}

enum error replay_heard(struct proving *proving, int64_t *events, struct problem *problem)
{
    *events = 0;
    for (size_t i = 0; i < proving->model->n_topics_in; i++) {
        const struct known_service *producer = known_service_of_topic(proving->model->topics_in[i]);
        enum error error = producer ? read_producer(proving, producer, events, problem) : OK;
        if (error != OK)
            return error;
    }
    return OK;
}
