/* SPDX-License-Identifier: Apache-2.0
 * Adoption, the inbox: messages are applied in order, so everything up to the highest cause that
 * the log names was applied before the loss. Their places move there, with what they projected. A
 * message that a handler should have decided on and that no event names is listed: its decision may
 * have made no event, or may have stood in a unit that was lost. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/database/statement.h"
#include "deploy/billctl/adopt_inside.h"
#include "deploy/billctl/prove_inside.h"

enum { LISTED_MAX = 20, HEARD_BATCH = 500 };

struct heard_place {
    const struct known_service *producer;
    int32_t partition;
    struct feed_place place;
    int64_t target; /* the highest cause named */
};

struct inbox {
    struct adopting *adopting;
    struct heard_place places[PLACES_MAX];
    size_t n_places;
    struct memory_map named; /* "topic/partition/position" of causes beyond the places */
    struct kept_ids *kept;
    int64_t moved, unnamed;
};

static const struct statement read_places = {
    "adopt_places",
    "SELECT topic, partition, epoch, position, hash, kafka_offset, complete_at FROM inbox ORDER BY "
    "topic, partition",
    false,
};

static enum error places_read(struct inbox *inbox, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    struct database *database = postgres_store_database(inbox->adopting->store);
    enum error error = database_query(database, &read_places, NULL, &rows, problem);
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        const struct known_service *producer = known_service_of_topic(rows_text(&rows, row, 0));
        if (!producer || inbox->n_places == PLACES_MAX)
            continue;
        struct heard_place *place = &inbox->places[inbox->n_places++];
        *place = (struct heard_place){.producer = producer, .partition = rows_int16(&rows, row, 1)};
        place->place = (struct feed_place){.epoch = (uint32_t)rows_int32(&rows, row, 2),
                                           .position = rows_int64(&rows, row, 3),
                                           .offset = rows_int64(&rows, row, 5),
                                           .complete_us = rows_timestamp(&rows, row, 6)};
        memcpy(place->place.hash.b, rows_bytes(&rows, row, 4).data, HASH_BYTES);
        place->target = place->place.position;
    }
    return error;
}

/* ---- what the log names ---- */

static size_t cause_key(char key[120], const char *topic, int32_t partition, int64_t position)
{
    return (size_t)snprintf(key, 120, "%.80s/%d/%lld", topic, partition, (long long)position);
}

static void see_cause(struct inbox *inbox, const struct record *record)
{
    static char mark;
    for (size_t i = 0; *record->cause_topic && i < inbox->n_places; i++) {
        struct heard_place *place = &inbox->places[i];
        if (place->partition != record->cause_partition ||
            strcmp(place->producer->topic, record->cause_topic) != 0 ||
            record->cause_position <= place->place.position)
            continue;
        char key[120];
        size_t size =
            cause_key(key, record->cause_topic, record->cause_partition, record->cause_position);
        memory_map_put(&inbox->named, key, size, &mark);
        if (record->cause_position > place->target)
            place->target = record->cause_position;
    }
}

static enum error log_read(struct inbox *inbox, struct problem *problem)
{
    struct adopting *adopting = inbox->adopting;
    struct database *database = postgres_store_database(adopting->store);
    struct type_codes types = {0};
    EVENT_SCAN_AUTO struct event_scan scan = {0};
    bool more = true;
    enum error error = type_codes_read(&types, database, adopting->model, problem);
    if (error == OK)
        error = event_scan_begin(&scan, adopting->service, database, &types,
                                 "ORDER BY e.shard, e.position", problem);
    while (error == OK && (error = event_scan_next(&scan, &more, problem)) == OK && more) {
        see_cause(inbox, &scan.record);
        if (strncmp(scan.record.type, "billing.common.", 15) != 0 || !scan.descriptor)
            continue;
        arena_reset(&adopting->arena);
        const ProtobufCMessage *message = arena_unpack(
            &adopting->arena, scan.descriptor, scan.record.payload, scan.record.payload_size);
        if (message)
            kept_ids_see(inbox->kept, &scan.record, message);
    }
    event_scan_end(&scan);
    type_codes_fini(&types);
    return error;
}

/* ---- moving a place ---- */

static void list_unnamed(struct inbox *inbox, const struct heard_place *place,
                         const struct record *record)
{
    char key[120];
    size_t size = cause_key(key, place->producer->topic, place->partition, record->position);
    if (!model_handler(inbox->adopting->model, record->type) ||
        memory_map_get(&inbox->named, key, size))
        return;
    if (inbox->unnamed++ < LISTED_MAX)
        printf("  no event names %s %s as its cause: look whether its effect is there\n", key,
               record->type);
}

static enum error project(struct inbox *inbox, const struct heard_place *place,
                          const struct record *record, struct problem *problem)
{
    struct adopting *adopting = inbox->adopting;
    const ProtobufCMessageDescriptor *descriptor = model_descriptor(adopting->model, record->type);
    if (!descriptor ||
        kept_ids_parked(inbox->kept, place->producer->topic, place->partition, record->position))
        return OK;
    list_unnamed(inbox, place, record);
    const ProtobufCMessage *message =
        arena_unpack(&adopting->arena, descriptor, record->payload, record->payload_size);
    if (!message)
        return adopting->arena.exhausted
                   ? problem_set(problem, ERR_TOO_LARGE, "", "", "the batch does not fit")
                   : OK;
    struct projecting projecting = {.unit = adopting->unit, .arena = &adopting->arena};
    if (adopting->model->project_event)
        adopting->model->project_event(&projecting, record, message);
    return OK;
}

static enum error commit_heard(struct inbox *inbox, struct heard_place *place,
                               struct incoming **batch, size_t n, struct problem *problem)
{
    struct adopting *adopting = inbox->adopting;
    struct unit *unit = adopting->unit;
    arena_reset(&adopting->arena);
    *unit = (struct unit){.arena = &adopting->arena,
                          .model = adopting->model,
                          .shards = adopting->shards,
                          .blocking = true};
    struct unit_place *row = unit_place(unit, place->producer->topic, place->partition);
    enum error error = adopting->door.open(adopting->door.self, unit, problem);
    if (error == OK && (!row->locked || row->place.position + 1 != batch[0]->record.position))
        error = problem_set(problem, ERR_AGAIN, "", "",
                            "the inbox moved meanwhile: is the service running?");
    for (size_t i = 0; i < n && error == OK; i++) {
        error = project(inbox, place, &batch[i]->record, problem);
        feed_apply(&row->place, &batch[i]->record, batch[i]->offset);
        row->moved = true;
    }
    if (error == OK)
        unit_sort_rows(unit);
    if (error == OK)
        error = adopting->door.commit(adopting->door.self, unit, problem);
    else
        adopting->door.abandon(adopting->door.self, unit);
    return error;
}

static void batch_free(struct incoming **batch, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        incoming_free(batch[i]);
    *n = 0;
}

/* Reads the producer's partition up to the target, from its beginning: the kept offset is only a
 * hint. */
static enum error move_place(struct inbox *inbox, struct heard_place *place, struct reader *reader,
                             struct problem *problem)
{
    struct incoming *batch[HEARD_BATCH];
    size_t n = 0;
    int silent = 0;
    enum error error =
        reader_assign(reader, place->producer->topic, place->partition, OFFSET_BEGINNING, problem);
    while (error == OK && place->place.position < place->target) {
        struct incoming *incoming = reader_poll(reader, 1000);
        silent = incoming && incoming->kind != INCOMING_END && incoming->kind != INCOMING_TROUBLE
                     ? 0
                     : silent + 1;
        if (silent > ADOPT_SILENCE_MS / 1000)
            error = problem_set(problem, ERR_BROKER_AWAY, "kafka", "",
                                "%s/%d does not show position %lld", place->producer->topic,
                                place->partition, (long long)place->place.position + 1);
        if (!incoming)
            continue;
        if (incoming->kind == INCOMING_TICK &&
            feed_tick_judge(&place->place, &incoming->tick) == TICK_COUNTS)
            feed_tick_apply(&place->place, &incoming->tick);
        bool next = incoming->kind == INCOMING_RECORD && incoming->partition == place->partition &&
                    feed_judge(&place->place, &incoming->record) == FEED_NEXT;
        if (!next) {
            incoming_free(incoming);
            continue;
        }
        feed_apply(&place->place, &incoming->record, incoming->offset);
        batch[n++] = incoming;
        if (n < HEARD_BATCH && place->place.position < place->target)
            continue;
        error = commit_heard(inbox, place, batch, n, problem);
        inbox->moved += (int64_t)n;
        batch_free(batch, &n);
    }
    batch_free(batch, &n);
    enum error left = reader_unassign(reader, place->producer->topic, place->partition, problem);
    return error == OK ? left : error;
}

enum error adopt_inbox(struct adopting *adopting, struct problem *problem)
{
    struct inbox *inbox = calloc(1, sizeof *inbox);
    READER_AUTO struct reader *reader = NULL;
    assert(inbox);
    inbox->adopting = adopting;
    inbox->kept = kept_ids_new();
    enum error error = places_read(inbox, problem);
    if (error == OK)
        error = log_read(inbox, problem);
    if (error == OK)
        error = kafka_reader(adopting->tool, &reader, problem);
    for (size_t i = 0; i < inbox->n_places && error == OK; i++)
        if (inbox->places[i].target > inbox->places[i].place.position)
            error = move_place(inbox, &inbox->places[i], reader, problem);
    if (error == OK)
        printf("inbox: %lld messages that had been applied before the loss%s\n",
               (long long)inbox->moved,
               inbox->unnamed > LISTED_MAX ? "; more than those listed are named by no event" : "");
    memory_map_fini(&inbox->named, NULL);
    kept_ids_free(inbox->kept);
    free(inbox);
    return error;
}
