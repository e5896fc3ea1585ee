/* SPDX-License-Identifier: Apache-2.0
 * Adoption, writing: a batch of published records becomes a unit of work that decides nothing. It
 * goes through the same store as live units, so states, look-ups, claims and tables become what
 * they were. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "deploy/billctl/adopt_inside.h"

static enum error out_of_memory(struct problem *problem)
{
    return problem_set(problem, ERR_TOO_LARGE, "", "", "the batch does not fit its arena");
}

/* ---- index entries ---- */

struct put_context {
    struct unit *unit;
    int32_t shard;
};

static void change(const struct put_context *context, int index, const char *key,
                   struct stream_ref ref, bool drop)
{
    struct unit *unit = context->unit;
    if (unit->n_index_changes == unit->index_changes_max) {
        size_t max = unit->index_changes_max ? unit->index_changes_max * 2 : 1024;
        struct unit_index_change *grown = arena_get(unit->arena, max * sizeof *grown);
        if (!grown)
            return;
        if (unit->n_index_changes)
            memcpy(grown, unit->index_changes, unit->n_index_changes * sizeof *grown);
        unit->index_changes = grown;
        unit->index_changes_max = max;
    }
    unit->index_changes[unit->n_index_changes++] =
        (struct unit_index_change){.index = index,
                                   .key = arena_copy_text(unit->arena, key),
                                   .ref = {ref.kind, arena_copy_text(unit->arena, ref.id)},
                                   .drop = drop,
                                   .shard = context->shard};
}

static void put(void *self, int index, const char *key, struct stream_ref ref)
{
    change(self, index, key, ref, false);
}

static void drop(void *self, int index, const char *key, struct stream_ref ref)
{
    change(self, index, key, ref, true);
}

/* ---- one record ---- */

static enum error check_fits(const struct unit_head *head, const struct unit_stream *stream,
                             const struct record *record, struct problem *problem)
{
    struct record_hash link = record_link(record, &head->hash);
    if (head->position + 1 != record->position || !record_hash_equal(&link, &record->hash))
        return problem_set(problem, ERR_FORK, "", "",
                           "shard %d: position %lld does not link to the log's %lld", record->shard,
                           (long long)record->position, (long long)head->position);
    if (stream->version + 1 != record->version)
        return problem_set(problem, ERR_CORRUPT, "", "",
                           "shard %d position %lld: version %lld of %s/%s after %lld",
                           record->shard, (long long)record->position, (long long)record->version,
                           record->stream_kind, stream->id, (long long)stream->version);
    return OK;
}

static enum error apply(struct adopting *adopting, const struct record *record,
                        struct unit_stream *stream, const ProtobufCMessage *message,
                        struct problem *problem)
{
    struct unit *unit = adopting->unit;
    struct unit_head *head = &unit->heads[record->shard];
    enum error error = check_fits(head, stream, record, problem);
    if (error != OK)
        return error;
    unit->events[unit->n_events++] =
        (struct unit_event){.record = *record, .stream = stream, .descriptor = message->descriptor};
    head->position = record->position;
    head->hash = record->hash;
    head->moved = true;
    stream->version = record->version;
    stream->shard = record->shard;
    stream->dirty = true;
    if (record->recorded_us > unit->now_us)
        unit->now_us = record->recorded_us;
    model_fold(stream->what, unit->arena, &stream->state, message);
    struct stream_ref ref = {stream->kind, stream->id};
    if (adopting->model->index && stream->kind < KIND_PARKED) {
        struct put_context context = {unit, record->shard};
        struct indexing indexing = {&context, put, drop};
        adopting->model->index(&indexing, ref, message, stream->state);
    }
    if (adopting->model->project_event) {
        struct projecting projecting = {.unit = unit, .arena = unit->arena};
        adopting->model->project_event(&projecting, record, message);
    }
    error = adopt_house(adopting, record, message, problem);
    return error == OK ? adopt_series(adopting, message, problem) : error;
}

static void project_states(struct adopting *adopting)
{
    struct unit *unit = adopting->unit;
    struct projecting projecting = {.unit = unit, .arena = unit->arena};
    for (size_t i = 0; adopting->model->project_state && i < unit->n_streams; i++) {
        struct unit_stream *stream = unit->streams[i];
        if (stream->dirty && stream->state)
            adopting->model->project_state(&projecting,
                                           (struct stream_ref){stream->kind, stream->id},
                                           stream->version, stream->state);
    }
    unit_sort_rows(unit);
}

/* ---- the batch ---- */

struct prepared_record {
    const struct record *record;
    struct unit_stream *stream;
    ProtobufCMessage *message;
};

static void unit_begin(struct adopting *adopting)
{
    struct unit *unit = adopting->unit;
    arena_reset(&adopting->arena);
    *unit = (struct unit){.arena = &adopting->arena,
                          .model = adopting->model,
                          .shards = adopting->shards,
                          .blocking = true};
}

static enum error prepare(struct adopting *adopting, const struct record *record,
                          struct prepared_record *prepared, struct problem *problem)
{
    const ProtobufCMessageDescriptor *descriptor = model_descriptor(adopting->model, record->type);
    const struct stream_kind *kind = model_kind_named(adopting->model, record->stream_kind);
    char id[UUID_TEXT_SIZE];
    if (!descriptor || !kind)
        return problem_set(problem, ERR_UNKNOWN_TYPE, "", "",
                           "%s of a stream %s is not known to this program", record->type,
                           record->stream_kind);
    uuid_format(id, record->stream_id);
    const char *kept = arena_copy_text(&adopting->arena, id);
    *prepared = (struct prepared_record){
        .record = record,
        .message =
            arena_unpack(&adopting->arena, descriptor, record->payload, record->payload_size),
        .stream = kept ? unit_stream(adopting->unit, kind->code, kept) : NULL};
    if (!prepared->message || !prepared->stream)
        return adopting->arena.exhausted
                   ? out_of_memory(problem)
                   : problem_set(problem, ERR_CORRUPT, "", "",
                                 "shard %d position %lld: %s cannot be read", record->shard,
                                 (long long)record->position, record->type);
    adopting->unit->heads[record->shard].wanted = true;
    adopt_series_ask(adopting, prepared->message);
    return OK;
}

static enum error fill(struct adopting *adopting, const struct prepared_record *prepared, size_t n,
                       struct problem *problem)
{
    struct unit *unit = adopting->unit;
    unit->events = arena_get(unit->arena, n * sizeof *unit->events);
    struct work **works = arena_get(unit->arena, n * sizeof *works);
    size_t n_works = 0;
    if (!unit->events || !works)
        return out_of_memory(problem);
    unit->now_us = 0; /* of the records, not of the clock */
    for (size_t i = 0; i < n; i++) {
        enum error error =
            apply(adopting, prepared[i].record, prepared[i].stream, prepared[i].message, problem);
        if (error != OK)
            return error;
        if (prepared[i].record->unit_index == 0)
            adopt_receipt(adopting, works, &n_works, prepared[i].record);
    }
    project_states(adopting);
    unit->works = works;
    unit->n_works = n_works;
    return adopting->arena.exhausted ? out_of_memory(problem) : OK;
}

enum error adopt_batch(struct adopting *adopting, struct incoming **batch, size_t n,
                       struct problem *problem)
{
    enum error error = OK;
    unit_begin(adopting);
    struct prepared_record *prepared = arena_get(&adopting->arena, n * sizeof *prepared);
    if (!prepared)
        return out_of_memory(problem);
    for (size_t i = 0; i < n && error == OK; i++)
        error = prepare(adopting, &batch[i]->record, &prepared[i], problem);
    if (error == OK)
        error = adopting->door.open(adopting->door.self, adopting->unit, problem);
    if (error == OK)
        error = adopting->door.load(adopting->door.self, adopting->unit, problem);
    if (error == OK)
        error = fill(adopting, prepared, n, problem);
    if (error == OK)
        error = adopting->door.commit(adopting->door.self, adopting->unit, problem);
    else
        adopting->door.abandon(adopting->door.self, adopting->unit);
    adopting->adopted += error == OK ? (int64_t)n : 0;
    return error;
}
