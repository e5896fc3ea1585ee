/* SPDX-License-Identifier: Apache-2.0
 * Adoption, what is not folded: rows of handover, waiting and parked follow from the events of the
 * house, number series from documents, receipts from commands. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/common/v1/house.pb-c.h"
#include "common/database/statement.h"
#include "common/http/request.h"
#include "deploy/billctl/adopt_inside.h"
#include "deploy/billctl/numbers.h"

enum { HANDOVERS_IN_UNIT_MAX = 65536, CUT_BYTES = 128 * 1024 };

#define GROW(unit, field)                                                                          \
    grow((unit)->arena, (void **)&(unit)->field, (unit)->n_##field, &(unit)->field##_max,          \
         sizeof *(unit)->field)

static bool grow(struct arena *arena, void **items, size_t n, size_t *max, size_t size)
{
    if (n < *max)
        return true;
    size_t wanted = *max ? *max * 2 : 64;
    void *bigger = arena_get(arena, wanted * size);
    if (!bigger)
        return false;
    if (n)
        memcpy(bigger, *items, n * size);
    *items = bigger;
    *max = wanted;
    return true;
}

static enum error full(struct problem *problem)
{
    return problem_set(problem, ERR_TOO_LARGE, "", "", "the batch does not fit its arena");
}

/* ---- handovers ---- */

/* A handover's id is derived from its decision and its number there (unit_decide.c). */
static int32_t handover_number(const struct record *record, struct uuid id)
{
    char decision[UUID_TEXT_SIZE], number[24];
    uuid_format(decision, record->unit_id);
    for (int32_t i = 0; i < HANDOVERS_IN_UNIT_MAX; i++) {
        snprintf(number, sizeof number, "%d", i);
        if (uuid_equal(uuid_derive_text("handover", decision, number, NULL), id))
            return i;
    }
    return record->unit_index;
}

static enum error handed_over(struct adopting *adopting, const struct record *record,
                              const Common__HandedOver *event, struct problem *problem)
{
    struct unit *unit = adopting->unit;
    struct uuid id;
    enum error error = uuid_parse(&id, event->handover_id, problem);
    if (error != OK)
        return error;
    if (!GROW(unit, handovers))
        return full(problem);
    int32_t number = handover_number(record, id);
    unit->handovers[unit->n_handovers++] = (struct unit_handover){
        .id = id,
        .target_shard = shard_of_key(event->target_key, adopting->shards),
        .source_shard = record->shard,
        .source_position = record->position,
        .index = number,
        .type = event->type,
        .key = event->target_key,
        .actor = record->actor,
        .command_key = record->command_key,
        .payload = event->command.data,
        .payload_size = event->command.len,
        .hops = (uint8_t)(record->hops + 1),
        .entity = record->entity_id,
        .occurred_us = record->occurred_us,
        .posting_days = record->posting_days,
    };
    int32_t *kept = malloc(sizeof *kept);
    assert(kept);
    *kept = number;
    free(memory_map_put(&adopting->handovers, id.b, sizeof id.b, kept));
    return OK;
}

static const struct statement find_number = {
    "adopt_handover", "SELECT index_no FROM handover WHERE id = $1::uuid", false};

/* The number of a handover that was written in this adoption or stood in the table before. */
static enum error find_handover(struct adopting *adopting, struct uuid id, int32_t *number,
                                bool *found, struct problem *problem)
{
    int32_t *kept = memory_map_get(&adopting->handovers, id.b, sizeof id.b);
    *found = kept != NULL;
    if (kept) {
        *number = *kept;
        return OK;
    }
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_uuid(&parameters, id);
    enum error error = database_query(postgres_store_database(adopting->store), &find_number,
                                      &parameters, &rows, problem);
    *found = error == OK && rows_count(&rows) == 1;
    if (*found)
        *number = rows_int32(&rows, 0, 0);
    return error;
}

static enum error handover_taken(struct adopting *adopting, const struct record *record,
                                 const Common__HandoverTaken *event, struct problem *problem)
{
    struct unit *unit = adopting->unit;
    struct uuid id;
    int32_t number = 0;
    bool found = false;
    enum error error = uuid_parse(&id, event->handover_id, problem);
    if (error == OK)
        error = find_handover(adopting, id, &number, &found, problem);
    if (error != OK || !found)
        return error;
    if (!GROW(unit, handovers))
        return full(problem);
    unit->handovers[unit->n_handovers++] =
        (struct unit_handover){.taken = true,
                               .id = id,
                               .target_shard = record->shard,
                               .source_shard = (int32_t)event->source_shard,
                               .source_position = event->source_position,
                               .index = number};
    return OK;
}

/* ---- waiting and parked ---- */

static enum work_origin origin_of(const char *text)
{
    static const struct {
        const char *name;
        enum work_origin origin;
    } names[] = {{"message", WORK_MESSAGE},   {"command", WORK_COMMAND},
                 {"handover", WORK_HANDOVER}, {"waiting", WORK_WAITING},
                 {"redriven", WORK_REDRIVEN}, {"stray", WORK_STRAY}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i].name, text))
            return names[i].origin;
    return WORK_MESSAGE;
}

static enum error error_of_code(const char *code)
{
    static const enum error errors[] = {
#define X(name, class, text, sentence) name,
        ERRORS(X)
#undef X
    };
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++)
        if (!strcmp(error_code(errors[i]), code))
            return errors[i];
    return ERR_INTERNAL;
}

struct kept_message {
    const char *origin, *topic, *type, *event_id, *feed_id, *key;
    uint32_t partition;
    int64_t position, offset;
    ProtobufCBinaryData header, payload;
};

/* The work as it was: what its header says, else what the event about it says. */
static struct work *work_made(struct adopting *adopting, const struct record *record,
                              const struct kept_message *message)
{
    struct arena *arena = &adopting->arena;
    struct work *work = arena_zero(arena, sizeof *work);
    char *texts = arena_get(arena, RECORD_TEXTS_BYTES);
    if (!work || !texts)
        return NULL;
    if (!message->header.len ||
        record_read(&work->record, message->header.data, message->header.len, texts) != OK) {
        work->record = (struct record){.hops = record->hops,
                                       .entity_id = record->entity_id,
                                       .occurred_us = record->occurred_us,
                                       .posting_days = record->posting_days};
    }
    work->topic = message->topic;
    work->partition = (int32_t)message->partition;
    work->offset = message->offset;
    work->decision_id = record->unit_id;
    work->record.position = message->position;
    work->record.type = message->type;
    work->record.feed_id = message->feed_id;
    work->record.header = message->header.data;
    work->record.header_size = message->header.len;
    work->record.payload = message->payload.data;
    work->record.payload_size = message->payload.len;
    snprintf(work->record.key, sizeof work->record.key, "%s", message->key);
    if (uuid_parse(&work->record.event_id, message->event_id, NULL) != OK)
        work->record.event_id = (struct uuid){{0}};
    return work;
}

static struct unit_kept *kept_add(struct unit *unit, const struct record *record, const char *id,
                                  bool parked, struct problem *problem)
{
    struct uuid uuid;
    if (uuid_parse(&uuid, id, problem) != OK)
        return NULL;
    if (!GROW(unit, kept)) {
        (void)full(problem);
        return NULL;
    }
    struct unit_kept *kept = &unit->kept[unit->n_kept++];
    *kept = (struct unit_kept){
        .parked = parked, .id = uuid, .shard = record->shard, .at_us = record->recorded_us};
    return kept;
}

static enum error waits(struct adopting *adopting, const struct record *record,
                        const Common__MessageWaits *event, struct problem *problem)
{
    struct kept_message message = {.origin = event->origin,
                                   .topic = event->topic,
                                   .type = event->type,
                                   .event_id = event->event_id,
                                   .feed_id = event->feed_id,
                                   .key = event->key,
                                   .partition = event->partition,
                                   .position = event->position,
                                   .offset = event->offset,
                                   .header = event->header,
                                   .payload = event->payload};
    const struct stream_kind *kind = model_kind_named(adopting->model, event->awaited_kind);
    struct unit_kept *kept = kept_add(adopting->unit, record, event->waiting_id, false, problem);
    struct work *work = kept ? work_made(adopting, record, &message) : NULL;
    if (!work || !kind)
        return problem && problem->error ? problem->error : full(problem);
    kept->work = work;
    kept->origin = origin_of(event->origin);
    kept->awaited_kind = kind->code;
    snprintf(kept->key, sizeof kept->key, "%s", event->key);
    return uuid_parse(&kept->awaited, event->awaited_id, problem);
}

static enum error parked(struct adopting *adopting, const struct record *record,
                         const Common__MessageParked *event, struct problem *problem)
{
    struct kept_message message = {.origin = event->origin,
                                   .topic = event->topic,
                                   .type = event->type,
                                   .event_id = event->event_id,
                                   .feed_id = event->feed_id,
                                   .key = event->held_key,
                                   .partition = event->partition,
                                   .position = event->position,
                                   .offset = event->offset,
                                   .header = event->header,
                                   .payload = event->payload};
    struct unit_kept *kept = kept_add(adopting->unit, record, event->parked_id, true, problem);
    struct work *work = kept ? work_made(adopting, record, &message) : NULL;
    if (!work)
        return problem && problem->error ? problem->error : full(problem);
    if (event->payload.len >= CUT_BYTES)
        adopting->cut++;
    kept->work = work;
    kept->origin = origin_of(event->origin);
    kept->follower = event->follower;
    snprintf(kept->key, sizeof kept->key, "%s", event->held_key);
    problem_set(&kept->problem, error_of_code(event->code), event->field, "", "%s", event->detail);
    return OK;
}

static enum error gone(struct adopting *adopting, const struct record *record, const char *id,
                       bool was_parked, struct problem *problem)
{
    struct unit_kept *kept = kept_add(adopting->unit, record, id, was_parked, problem);
    if (!kept)
        return problem->error;
    kept->gone = true;
    return OK;
}

/* Only what was applied before the backup: what was parked and redriven after it is projected with
 * the inbox. */
static const struct statement find_parked = {
    "adopt_parked",
    "SELECT p.type, p.feed_id, p.record_key, p.event_id, p.header, p.payload FROM parked p JOIN "
    "inbox i "
    "ON i.topic = p.topic AND i.partition = p.partition WHERE p.id = $1::uuid AND p.origin = "
    "$2::int2 "
    "AND p.position <= i.position",
    false,
};

/* A message that was parked was not projected then; redriving it did that. */
static enum error project_redriven(struct adopting *adopting, const char *id,
                                   struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    struct uuid uuid;
    enum error error = uuid_parse(&uuid, id, problem);
    if (error != OK || !adopting->model->project_event)
        return error;
    parameters_uuid(&parameters, uuid);
    parameters_int16(&parameters, WORK_MESSAGE);
    error = database_query(postgres_store_database(adopting->store), &find_parked, &parameters,
                           &rows, problem);
    if (error != OK || !rows_count(&rows))
        return error;
    struct arena *arena = &adopting->arena;
    struct bytes header = rows_bytes(&rows, 0, 4), payload = rows_bytes(&rows, 0, 5);
    const uint8_t *bytes = arena_copy(arena, header.data, header.size);
    char *texts = arena_get(arena, RECORD_TEXTS_BYTES);
    struct record record = {0};
    const ProtobufCMessageDescriptor *descriptor =
        model_descriptor(adopting->model, rows_text(&rows, 0, 0));
    ProtobufCMessage *message =
        descriptor ? arena_unpack(arena, descriptor, payload.data, payload.size) : NULL;
    if (!message || !bytes || !texts || record_read(&record, bytes, header.size, texts) != OK)
        return OK;
    record.type = rows_text_copy(&rows, 0, 0, arena);
    record.feed_id = rows_text_copy(&rows, 0, 1, arena);
    snprintf(record.key, sizeof record.key, "%s", rows_text(&rows, 0, 2));
    record.event_id = rows_uuid(&rows, 0, 3);
    struct projecting projecting = {.unit = adopting->unit, .arena = arena};
    adopting->model->project_event(&projecting, &record, message);
    return OK;
}

static enum error redriven(struct adopting *adopting, const struct record *record,
                           const Common__MessageRedriven *event, struct problem *problem)
{
    enum error error = project_redriven(adopting, event->parked_id, problem);
    return error == OK ? gone(adopting, record, event->parked_id, true, problem) : error;
}

enum error adopt_house(struct adopting *adopting, const struct record *record,
                       const ProtobufCMessage *message, struct problem *problem)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    if (type == &common__handed_over__descriptor)
        return handed_over(adopting, record, (const Common__HandedOver *)message, problem);
    if (type == &common__handover_taken__descriptor)
        return handover_taken(adopting, record, (const Common__HandoverTaken *)message, problem);
    if (type == &common__message_waits__descriptor)
        return waits(adopting, record, (const Common__MessageWaits *)message, problem);
    if (type == &common__message_resumed__descriptor)
        return gone(adopting, record, ((const Common__MessageResumed *)message)->waiting_id, false,
                    problem);
    if (type == &common__message_parked__descriptor)
        return parked(adopting, record, (const Common__MessageParked *)message, problem);
    if (type == &common__message_redriven__descriptor)
        return redriven(adopting, record, (const Common__MessageRedriven *)message, problem);
    if (type == &common__message_discarded__descriptor)
        return gone(adopting, record, ((const Common__MessageDiscarded *)message)->parked_id, true,
                    problem);
    return OK;
}

/* ---- number series ---- */

static struct unit_series *series_of(struct unit *unit, struct uuid entity, const char *class,
                                     int32_t year, bool asked)
{
    for (size_t i = 0; i < unit->n_series; i++) {
        struct unit_series *series = unit->series[i];
        if (series->asked == asked && series->year == year && uuid_equal(series->entity, entity) &&
            !strcmp(series->document_class, class))
            return series;
    }
    if (!GROW(unit, series))
        return NULL;
    struct unit_series *series = arena_zero(unit->arena, sizeof *series);
    if (!series)
        return NULL;
    *series = (struct unit_series){.entity = entity,
                                   .document_class = class,
                                   .year = year,
                                   .asked = asked,
                                   .next = 1,
                                   .last_issue_days = INT32_MIN};
    unit->series[unit->n_series++] = series;
    return series;
}

void adopt_series_ask(struct adopting *adopting, const ProtobufCMessage *message)
{
    struct given_number given;
    struct uuid entity;
    if (number_given(message, &given) && uuid_parse(&entity, given.entity_id, NULL) == OK)
        (void)series_of(adopting->unit, entity, given.class, 0, true);
}

enum error adopt_series(struct adopting *adopting, const ProtobufCMessage *message,
                        struct problem *problem)
{
    struct given_number given;
    struct uuid entity;
    int32_t year;
    int64_t count;
    if (!number_given(message, &given))
        return OK;
    if (!number_parse(given.number, given.class, &year, &count) ||
        uuid_parse(&entity, given.entity_id, NULL) != OK)
        return problem_set(problem, ERR_CORRUPT, "", "", "%s is no number of a series",
                           given.number);
    struct unit_series *series = series_of(adopting->unit, entity, given.class, year, false);
    if (!series)
        return full(problem);
    if (count < series->next)
        return OK;
    series->next = count + 1;
    series->last_issue_days = given.issue_days;
    series->dirty = true;
    return OK;
}

/* ---- receipts ---- */

/* The request itself is in no event, so the receipt matches whatever comes with its key: a retry is
 * answered 'done' and decides nothing a second time. */
void adopt_receipt(struct adopting *adopting, struct work **works, size_t *n,
                   const struct record *record)
{
    static const char prefix[] = "principal:", body[] = "{}";
    const struct route *routes;
    size_t n_routes = known_routes(adopting->service, &routes);
    if (strncmp(record->actor, prefix, sizeof prefix - 1) != 0 || !*record->command_key ||
        *record->cause_topic)
        return;
    const char *principal = record->actor + sizeof prefix - 1;
    for (size_t i = 0; i < n_routes; i++) {
        char route[200];
        snprintf(route, sizeof route, "%s %s", http_method_name(routes[i].method), routes[i].path);
        if (!uuid_equal(uuid_derive_text("command-id", principal, route, record->command_key, NULL),
                        record->unit_id))
            continue;
        struct work *work = arena_zero(&adopting->arena, sizeof *work);
        if (!work)
            return;
        work->origin = WORK_COMMAND;
        work->result = WORK_APPLIED;
        work->receipt = (struct receipt_key){
            true, uuid_derive_text("receipt", principal, route, record->command_key, NULL), {{0}}};
        work->answer_status = routes[i].flags & ROUTE_CREATES ? 201 : 200;
        work->answer = (uint8_t *)(uintptr_t)body;
        work->answer_size = sizeof body - 1;
        work->shard = record->shard;
        work->position = record->position;
        uuid_format(work->answer_subject, record->stream_id);
        works[(*n)++] = work;
        adopting->receipts++;
        return;
    }
}
