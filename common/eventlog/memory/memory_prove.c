/* SPDX-License-Identifier: Apache-2.0
 * Proving: what is stored beside the log must follow from the log, whatever crashed in between
 * (reliability.md, I7 to I9). */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "common/eventlog/memory/memory_inside.h"
#include "common/eventlog/unit_inside.h"

/* ---- I7: links and positions ---- */

static enum error prove_shard(const struct memory_store *store, int32_t shard,
                              struct problem *problem)
{
    const struct shard_log *log = &store->logs[shard];
    struct record_hash previous = feed_origin(store->model->feed_id);
    for (size_t i = 0; i < log->n; i++) {
        const struct record *record = log->records[i];
        char texts[RECORD_TEXTS_BYTES];
        struct record read = *record;
        if (record->position != (int64_t)i + 1)
            return problem_set(problem, ERR_CORRUPT, "", "I7",
                               "%s/%d: position %" PRId64 " stands at %zu", store->model->name,
                               shard, record->position, i + 1);
        if (record_read(&read, record->header, record->header_size, texts) != OK ||
            read.position != record->position || read.version != record->version ||
            !uuid_equal(read.stream_id, record->stream_id))
            return problem_set(problem, ERR_CORRUPT, "", "I7", "%s/%d/%zu: its header differs",
                               store->model->name, shard, i + 1);
        struct record_hash link = record_link(record, &previous);
        if (!record_hash_equal(&link, &record->hash))
            return problem_set(problem, ERR_CORRUPT, "", "I7", "%s/%d/%zu: the link is broken",
                               store->model->name, shard, i + 1);
        if (i && record->recorded_us < log->records[i - 1]->recorded_us)
            return problem_set(problem, ERR_CORRUPT, "", "I7", "%s/%d/%zu: time goes back",
                               store->model->name, shard, i + 1);
        previous = record->hash;
    }
    if (log->head.position != (int64_t)log->n || !record_hash_equal(&log->head.hash, &previous))
        return problem_set(problem, ERR_CORRUPT, "", "I7", "%s/%d: the head is not the end",
                           store->model->name, shard);
    return OK;
}

enum error memory_prove_links(const struct memory_store *store, struct arena *arena,
                              struct problem *problem)
{
    (void)arena;
    for (int32_t shard = 0; shard < store->shards; shard++) {
        enum error error = prove_shard(store, shard, problem);
        if (error != OK)
            return error;
    }
    memory_map_each(&store->streams, i)
    {
        const struct memory_stream *stream = store->streams.items[i]->value;
        for (size_t at = 0; at < stream->n; at++)
            if (store->logs[stream->shard].records[stream->positions[at] - 1]->version !=
                (int64_t)at + 1)
                return problem_set(problem, ERR_CORRUPT, "", "I7",
                                   "%s: a stream of kind %d has "
                                   "a hole",
                                   store->model->name, stream->kind);
    }
    return OK;
}

/* ---- I9: states ---- */

static bool same_bytes(const uint8_t *left, size_t left_size, const uint8_t *right,
                       size_t right_size)
{
    return left_size == right_size && (!left_size || !memcmp(left, right, left_size));
}

/* The fold up to each version that somebody keeps. */
static enum error prove_stream(const struct memory_store *store, struct arena *arena,
                               const struct memory_stream *stream, struct problem *problem)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(id, stream->id);
    const struct stream_kind *kind = model_kind(store->model, stream->kind);
    if (!kind->state)
        return OK;
    ProtobufCMessage *folded, *stored;
    enum error error = stream_fold(store, arena, stream, true, &folded, problem);
    if (error == OK)
        error = stream_fold(store, arena, stream, false, &stored, problem);
    if (error != OK)
        return error;
    size_t size, other_size;
    const uint8_t *bytes = arena_pack(arena, folded, &size);
    const uint8_t *other = arena_pack(arena, stored, &other_size);
    if (!same_bytes(bytes, size, other, other_size))
        return problem_set(problem, ERR_CORRUPT, "", "I9",
                           "%s: the snapshot of %s/%s is not what "
                           "its events give",
                           store->model->name, kind->name, id);
    for (const struct memory_session *session = store->sessions; session; session = session->next) {
        const struct kept_state *kept =
            session->seen[stream->shard] == store->logs[stream->shard].head.position
                ? kept_states_find(&session->kept, stream->kind, stream->id)
                : NULL;
        if (kept && (kept->version != (int64_t)stream->n ||
                     !same_bytes(kept->bytes, kept->size, bytes, size)))
            return problem_set(problem, ERR_CORRUPT, "", "I9",
                               "%s: the state in memory of %s/%s "
                               "is not what its events give",
                               store->model->name, kind->name, id);
    }
    return OK;
}

enum error memory_prove_states(const struct memory_store *store, struct arena *arena,
                               struct problem *problem)
{
    memory_map_each(&store->streams, i)
    {
        arena_reset(arena);
        enum error error = prove_stream(store, arena, store->streams.items[i]->value, problem);
        if (error != OK)
            return error;
    }
    return OK;
}

/* ---- look-ups ---- */

struct indexed {
    struct memory_map look_ups, claims;
    const struct memory_store *store;
};

static void indexed_put(void *self, int index, const char *key, struct stream_ref ref)
{
    struct indexed *indexed = self;
    uint8_t bytes[INDEX_KEY_BYTES_MAX];
    size_t size = index_key(bytes, index, key);
    bool unique = indexed->store->model->indexes[index].unique;
    struct memory_map *map = unique ? &indexed->claims : &indexed->look_ups;
    struct uuid id;
    struct look_up_list *list = memory_map_get(map, bytes, size);
    if (!list) {
        list = calloc(1, sizeof *list);
        assert(list);
        memory_map_put(map, bytes, size, list);
    }
    if (uuid_parse(&id, ref.id, NULL) == OK)
        look_up_put(list, ref.kind, id, 0);
}

static void indexed_drop(void *self, int index, const char *key, struct stream_ref ref)
{
    struct indexed *indexed = self;
    uint8_t bytes[INDEX_KEY_BYTES_MAX];
    size_t size = index_key(bytes, index, key);
    bool unique = indexed->store->model->indexes[index].unique;
    struct look_up_list *list =
        memory_map_get(unique ? &indexed->claims : &indexed->look_ups, bytes, size);
    struct uuid id;
    if (list && uuid_parse(&id, ref.id, NULL) == OK)
        look_up_drop(list, ref.kind, id);
}

/* Calls the model's index function for each event of a stream, as it was appended. */
static void index_stream(const struct memory_store *store, struct arena *arena,
                         const struct memory_stream *stream, const struct indexing *indexing)
{
    const struct stream_kind *kind = model_kind(store->model, stream->kind);
    char id[UUID_TEXT_SIZE];
    uuid_format(id, stream->id);
    ProtobufCMessage *state = NULL;
    for (size_t i = 0; i < stream->n; i++) {
        const struct record *record = store->logs[stream->shard].records[stream->positions[i] - 1];
        const struct evolution *evolution = model_evolution(kind, record->type);
        ProtobufCMessage *event =
            arena_unpack(arena, evolution->event, record->payload, record->payload_size);
        assert(event);
        model_fold(kind, arena, &state, event);
        store->model->index(indexing, (struct stream_ref){stream->kind, id}, event, state);
    }
}

static bool list_holds(const struct look_up_list *list, const struct look_up_entry *entry)
{
    for (size_t i = 0; list && i < list->n; i++)
        if (list->entries[i].kind == entry->kind &&
            uuid_equal(list->entries[i].stream, entry->stream))
            return true;
    return false;
}

static enum error index_problem(const struct memory_store *store, const struct memory_entry *entry,
                                const char *what, struct problem *problem)
{
    int32_t index;
    memcpy(&index, entry->key, sizeof index);
    return problem_set(problem, ERR_CORRUPT, "", "I8", "%s: index %s, key %.*s: %s",
                       store->model->name, store->model->indexes[index].name,
                       (int)(entry->key_size - sizeof index),
                       (const char *)entry->key + sizeof index, what);
}

static enum error compare_indexes(const struct memory_store *store, const struct indexed *indexed,
                                  struct problem *problem)
{
    memory_map_each(&indexed->look_ups, i)
    {
        const struct memory_entry *entry = indexed->look_ups.items[i];
        const struct look_up_list *should = entry->value;
        const struct look_up_list *is =
            memory_map_get(&store->look_ups, entry->key, entry->key_size);
        for (size_t at = 0; at < should->n; at++)
            if (!list_holds(is, &should->entries[at]))
                return index_problem(store, entry, "a stream is missing", problem);
        if (is && is->n != should->n)
            return index_problem(store, entry, "a stream too many", problem);
    }
    size_t n_claims = 0;
    memory_map_each(&indexed->claims, i)
    {
        const struct memory_entry *entry = indexed->claims.items[i];
        const struct look_up_list *should = entry->value;
        const struct look_up_entry *is =
            memory_map_get(&store->claims, entry->key, entry->key_size);
        n_claims += should->n > 0;
        if (should->n > 1)
            return index_problem(store, entry, "two streams hold one claim", problem);
        if (should->n && (!is || !list_holds(should, is)))
            return index_problem(store, entry, "the claim is not kept", problem);
    }
    if (n_claims != store->claims.n_live)
        return problem_set(problem, ERR_CORRUPT, "", "I8",
                           "%s: %zu claims are kept, the log "
                           "makes %zu",
                           store->model->name, store->claims.n_live, n_claims);
    return OK;
}

enum error memory_prove_indexes(const struct memory_store *store, struct arena *arena,
                                struct problem *problem)
{
    if (!store->model->index)
        return OK;
    struct indexed indexed = {.store = store};
    struct indexing indexing = {&indexed, indexed_put, indexed_drop};
    memory_map_each(&store->streams, i)
    {
        const struct memory_stream *stream = store->streams.items[i]->value;
        arena_reset(arena);
        if (stream->kind < KIND_PARKED)
            index_stream(store, arena, stream, &indexing);
    }
    enum error error = compare_indexes(store, &indexed, problem);
    memory_map_fini(&indexed.look_ups, look_up_list_free);
    memory_map_fini(&indexed.claims, look_up_list_free);
    return error;
}

/* ---- I8: tables ---- */

enum { ROWS_AT_ONCE = 5000 };

struct memory_replay {
    const struct memory_store *store;
    struct arena *arena;
    struct unit unit; /* nothing but its rows */
    struct memory_rows rows;
};

static void replay_begin(struct memory_replay *replay)
{
    arena_reset(replay->arena);
    struct unit *unit = &replay->unit;
    unit->arena = replay->arena;
    unit->model = replay->store->model;
    unit->shards = replay->store->shards;
    unit->rows = NULL;
    unit->row_slots = NULL;
    unit->n_rows = unit->rows_max = 0;
    unit->row_slots_mask = 0;
}

static void replay_flush(struct memory_replay *replay, size_t rows_min)
{
    if (replay->unit.n_rows < rows_min && replay->arena->used < replay->arena->size_max / 4)
        return;
    memory_rows_apply(&replay->rows, &replay->unit);
    replay_begin(replay);
}

void memory_replay_apply(struct memory_replay *replay, const struct record *record)
{
    const ProtobufCMessageDescriptor *descriptor =
        model_descriptor(replay->store->model, record->type);
    if (!descriptor)
        return;
    ProtobufCMessage *event =
        arena_unpack(replay->arena, descriptor, record->payload, record->payload_size);
    assert(event);
    struct projecting projecting = unit_projecting(&replay->unit);
    replay->store->model->project_event(&projecting, record, event);
    replay_flush(replay, ROWS_AT_ONCE);
}

static enum error replay_states(struct memory_replay *replay, struct problem *problem)
{
    const struct memory_store *store = replay->store;
    memory_map_each(&store->streams, i)
    {
        const struct memory_stream *stream = store->streams.items[i]->value;
        ProtobufCMessage *state;
        char id[UUID_TEXT_SIZE];
        uuid_format(id, stream->id);
        enum error error = stream_fold(store, replay->arena, stream, false, &state, problem);
        if (error != OK)
            return error;
        if (!state)
            continue;
        struct projecting projecting = unit_projecting(&replay->unit);
        store->model->project_state(&projecting, (struct stream_ref){stream->kind, id},
                                    (int64_t)stream->n, state);
        replay_flush(replay, ROWS_AT_ONCE);
    }
    return OK;
}

enum error memory_prove_rows(const struct memory_store *store, struct arena *arena,
                             void (*foreign)(void *context, struct memory_replay *replay),
                             void *context, struct problem *problem)
{
    struct memory_replay *replay = calloc(1, sizeof *replay);
    assert(replay);
    replay->store = store;
    replay->arena = arena;
    memory_rows_init(&replay->rows, store->model);
    replay_begin(replay);
    enum error error = OK;
    if (store->model->project_event) {
        for (int32_t shard = 0; shard < store->shards; shard++)
            for (size_t i = 0; i < store->logs[shard].n; i++)
                memory_replay_apply(replay, store->logs[shard].records[i]);
        if (foreign)
            foreign(context, replay);
    }
    if (store->model->project_state)
        error = replay_states(replay, problem);
    replay_flush(replay, 0);
    char text[200];
    if (error == OK && memory_rows_compare(&store->rows, &replay->rows, text, sizeof text))
        error = problem_set(problem, ERR_CORRUPT, "", "I8", "%s: %s", store->model->name, text);
    memory_rows_fini(&replay->rows);
    free(replay);
    return error;
}
