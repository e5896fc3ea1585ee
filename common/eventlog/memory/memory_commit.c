/* SPDX-License-Identifier: Apache-2.0
 * Committing: first everything that could fail, as the constraints of the database would, then
 * everything is written. What the fate of a COMMIT may be, the simulator decides. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/eventlog/memory/memory_inside.h"

enum { SNAPSHOT_EVERY = 32 };

/* ---- what a constraint of the database would refuse ---- */

/* Only the last change of each (index, key, stream) counts: put after drop is a put. */
static bool overridden(const struct unit *unit, size_t at)
{
    const struct unit_index_change *change = &unit->index_changes[at];
    for (size_t i = at + 1; i < unit->n_index_changes; i++) {
        const struct unit_index_change *later = &unit->index_changes[i];
        if (later->index == change->index && later->ref.kind == change->ref.kind &&
            !strcmp(later->key, change->key) && !strcmp(later->ref.id, change->ref.id))
            return true;
    }
    return false;
}

static bool any_drop(const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_index_changes; i++)
        if (unit->index_changes[i].drop)
            return true;
    return false;
}

static bool is_claim(const struct unit *unit, const struct unit_index_change *change)
{
    return unit->model->indexes[change->index].unique;
}

/* A claim that stands is a conflict unless this unit drops it. */
static bool claim_is_free(const struct memory_store *store, const struct unit *unit, size_t at)
{
    const struct unit_index_change *change = &unit->index_changes[at];
    uint8_t key[INDEX_KEY_BYTES_MAX];
    size_t size = index_key(key, change->index, change->key);
    const struct look_up_entry *standing = memory_map_get(&store->claims, key, size);
    for (size_t i = 0; i < unit->n_index_changes; i++) {
        const struct unit_index_change *other = &unit->index_changes[i];
        if (other->index != change->index || strcmp(other->key, change->key))
            continue;
        struct uuid id;
        if (other->drop && standing && uuid_parse(&id, other->ref.id, NULL) == OK &&
            standing->kind == other->ref.kind && uuid_equal(standing->stream, id))
            standing = NULL;
        if (i < at && !other->drop && !overridden(unit, i))
            return false; /* put twice in one statement */
    }
    return !standing;
}

static bool claims_are_free(const struct memory_store *store, const struct unit *unit)
{
    bool drops = any_drop(unit);
    for (size_t i = 0; i < unit->n_index_changes; i++) {
        const struct unit_index_change *change = &unit->index_changes[i];
        if (change->drop || !is_claim(unit, change) || (drops && overridden(unit, i)))
            continue;
        if (!claim_is_free(store, unit, i))
            return false;
    }
    return true;
}

static bool answered_now(const struct work *work)
{
    return work->receipt.wanted && (work->result == WORK_APPLIED || work->result == WORK_REFUSED);
}

static bool receipts_are_new(const struct memory_store *store, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_works; i++) {
        if (!answered_now(unit->works[i]))
            continue;
        if (memory_map_get(&store->receipts, unit->works[i]->receipt.id.b, 16))
            return false;
        for (size_t before = 0; before < i; before++)
            if (answered_now(unit->works[before]) &&
                uuid_equal(unit->works[before]->receipt.id, unit->works[i]->receipt.id))
                return false;
    }
    return true;
}

/* Versions of a stream are unique, also where two shards give birth to it. */
static bool versions_are_new(const struct memory_store *store, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_events; i++) {
        const struct unit_event *event = &unit->events[i];
        const struct memory_stream *stream =
            stream_find(store, event->stream->kind, event->stream->uuid);
        if (stream && (int64_t)stream->n >= event->record.version)
            return false;
    }
    return true;
}

static bool series_are_new(const struct memory_store *store, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_series; i++) {
        const struct unit_series *series = unit->series[i];
        uint8_t key[SERIES_KEY_BYTES_MAX];
        if (series->dirty && !series->stored &&
            memory_map_get(&store->series, key,
                           series_key(key, series->entity, series->document_class, series->year)))
            return false;
    }
    return true;
}

/* ---- writing ---- */

static char *put_text(char **at, const char *text)
{
    char *place = *at;
    size_t size = strlen(text) + 1;
    memcpy(place, text, size);
    *at += size;
    return place;
}

/* One block of memory: the record, its bytes and its texts. Types and kinds are the model's. */
static struct record *record_copy(const struct unit_event *event)
{
    const struct record *record = &event->record;
    size_t texts =
        strlen(record->actor) + strlen(record->cause_topic) + strlen(record->command_key) + 3;
    struct record *copy = malloc(sizeof *copy + record->payload_size + record->header_size + texts);
    assert(copy);
    *copy = *record;
    uint8_t *bytes = (uint8_t *)(copy + 1);
    if (record->payload_size)
        memcpy(bytes, record->payload, record->payload_size);
    memcpy(bytes + record->payload_size, record->header, record->header_size);
    copy->payload = bytes;
    copy->header = bytes + record->payload_size;
    char *at = (char *)bytes + record->payload_size + record->header_size;
    copy->actor = put_text(&at, record->actor);
    copy->cause_topic = put_text(&at, record->cause_topic);
    copy->command_key = put_text(&at, record->command_key);
    copy->type = event->descriptor->name;
    copy->stream_kind = event->stream->what->name;
    return copy;
}

static struct memory_stream *stream_make(struct memory_store *store, int kind, struct uuid id,
                                         int32_t shard)
{
    struct memory_stream *stream = stream_find(store, kind, id);
    if (stream)
        return stream;
    stream = calloc(1, sizeof *stream);
    assert(stream);
    stream->kind = kind;
    stream->id = id;
    stream->shard = shard;
    struct stream_key key = stream_key(kind, id);
    memory_map_put(&store->streams, key.b, sizeof key.b, stream);
    return stream;
}

static void append_event(struct memory_store *store, const struct unit_event *event)
{
    struct record *record = record_copy(event);
    struct shard_log *log = &store->logs[record->shard];
    assert(record->position == (int64_t)log->n + 1);
    if (log->n == log->max) {
        log->max = log->max ? log->max * 2 : 64;
        log->records = realloc(log->records, log->max * sizeof *log->records);
        assert(log->records);
    }
    log->records[log->n++] = record;
    struct memory_stream *stream =
        stream_make(store, event->stream->kind, event->stream->uuid, record->shard);
    assert(record->version == (int64_t)stream->n + 1 && stream->shard == record->shard);
    if (stream->n == stream->max) {
        stream->max = stream->max ? stream->max * 2 : 2;
        stream->positions = realloc(stream->positions, stream->max * sizeof *stream->positions);
        assert(stream->positions);
    }
    stream->positions[stream->n++] = record->position;
}

static void write_heads(struct memory_store *store, const struct unit *unit)
{
    for (int32_t shard = 0; shard < unit->shards; shard++) {
        const struct unit_head *head = &unit->heads[shard];
        if (!head->moved)
            continue;
        struct memory_head *stored = &store->logs[shard].head;
        stored->position = head->position;
        stored->hash = head->hash;
        stored->recorded_us = unit->now_us;
    }
}

static void write_places(struct memory_store *store, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_places; i++)
        if (unit->places[i].moved)
            memory_store_set_place(store, unit->places[i].topic, unit->places[i].partition,
                                   &unit->places[i].place);
}

static bool wants_snapshot(const struct unit_stream *stream)
{
    if (!stream->dirty || !stream->state || !stream->what || !stream->what->state)
        return false;
    int64_t every = stream->what->snapshot_every ? stream->what->snapshot_every : SNAPSHOT_EVERY;
    return stream->version - stream->snapshot_version >= every;
}

static void write_snapshots(struct memory_store *store, struct unit *unit)
{
    for (size_t i = 0; i < unit->n_streams; i++) {
        struct unit_stream *stream = unit->streams[i];
        if (!wants_snapshot(stream))
            continue;
        struct memory_stream *stored = stream_find(store, stream->kind, stream->uuid);
        assert(stored);
        free(stored->snapshot);
        stored->snapshot = state_pack(stream->state, &stored->snapshot_size);
        stored->snapshot_version = stream->snapshot_version = stream->version;
    }
}

static void change_index(struct memory_store *store, const struct unit *unit, size_t at)
{
    const struct unit_index_change *change = &unit->index_changes[at];
    struct uuid id;
    enum error parsed = uuid_parse(&id, change->ref.id, NULL);
    assert(parsed == OK);
    uint8_t key[INDEX_KEY_BYTES_MAX];
    size_t size = index_key(key, change->index, change->key);
    int64_t order = unit->heads[change->shard].position_before + (int64_t)at + 1;
    if (is_claim(unit, change)) {
        struct look_up_entry *standing = memory_map_get(&store->claims, key, size);
        bool ours =
            standing && standing->kind == change->ref.kind && uuid_equal(standing->stream, id);
        if (change->drop && ours)
            free(memory_map_take(&store->claims, key, size));
        if (change->drop)
            return;
        struct look_up_entry *claim = malloc(sizeof *claim);
        assert(claim);
        *claim = (struct look_up_entry){change->ref.kind, id, order};
        free(memory_map_put(&store->claims, key, size, claim));
        return;
    }
    struct look_up_list *list = memory_map_get(&store->look_ups, key, size);
    if (!list) {
        list = calloc(1, sizeof *list);
        assert(list);
        memory_map_put(&store->look_ups, key, size, list);
    }
    if (change->drop)
        look_up_drop(list, change->ref.kind, id);
    else
        look_up_put(list, change->ref.kind, id, order);
}

static void write_indexes(struct memory_store *store, const struct unit *unit)
{
    bool drops = any_drop(unit);
    for (int dropping = drops; dropping >= 0; dropping--)
        for (size_t i = 0; i < unit->n_index_changes; i++)
            if (unit->index_changes[i].drop == (bool)dropping && !(drops && overridden(unit, i)))
                change_index(store, unit, i);
}

static void write_receipts(struct memory_store *store, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_works; i++) {
        const struct work *work = unit->works[i];
        if (!answered_now(work))
            continue;
        struct receipt_row *receipt = calloc(1, sizeof *receipt);
        assert(receipt);
        receipt->request_hash = work->receipt.request_hash;
        receipt->status = work->answer_status;
        memcpy(receipt->code, work->refusal_code, sizeof receipt->code);
        memcpy(receipt->etag, work->answer_etag, sizeof receipt->etag);
        memcpy(receipt->subject, work->answer_subject, sizeof receipt->subject);
        receipt->body = malloc(work->answer_size + 1);
        assert(receipt->body);
        if (work->answer_size)
            memcpy(receipt->body, work->answer, work->answer_size);
        receipt->body_size = work->answer_size;
        receipt->shard = work->shard;
        receipt->position = work->position;
        memory_map_put(&store->receipts, work->receipt.id.b, 16, receipt);
    }
}

static void write_series(struct memory_store *store, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_series; i++) {
        const struct unit_series *series = unit->series[i];
        if (!series->dirty)
            continue;
        uint8_t key[SERIES_KEY_BYTES_MAX];
        size_t size = series_key(key, series->entity, series->document_class, series->year);
        struct series_row *row = memory_map_get(&store->series, key, size);
        if (!row) {
            row = calloc(1, sizeof *row);
            assert(row);
            memory_map_put(&store->series, key, size, row);
        }
        row->series = (struct memory_series){.entity = series->entity,
                                             .year = series->year,
                                             .next = series->next,
                                             .last_issue_days = series->last_issue_days};
        snprintf(row->series.document_class, sizeof row->series.document_class, "%s",
                 series->document_class);
    }
}

static void write_all(struct memory_store *store, struct unit *unit)
{
    for (size_t i = 0; i < unit->n_events; i++)
        append_event(store, &unit->events[i]);
    write_heads(store, unit);
    write_snapshots(store, unit);
    write_indexes(store, unit);
    write_places(store, unit);
    write_receipts(store, unit);
    write_series(store, unit);
    kept_apply(store, unit);
    memory_rows_apply(&store->rows, unit);
}

static void remember_states(struct memory_session *session, const struct unit *unit)
{
    for (int32_t shard = 0; shard < unit->shards; shard++)
        if (unit->heads[shard].moved)
            session->seen[shard] = unit->heads[shard].position;
    for (size_t i = 0; i < unit->n_streams; i++) {
        const struct unit_stream *stream = unit->streams[i];
        if (!stream->loaded || !stream->version || !stream->what || !stream->what->state ||
            stream->shard < 0)
            continue;
        if (!stream->dirty && kept_states_find(&session->kept, stream->kind, stream->uuid))
            continue;
        size_t size;
        uint8_t *bytes = state_pack(stream->state, &size);
        kept_states_put(&session->kept, stream->kind, stream->uuid, stream->shard, stream->version,
                        stream->snapshot_version, bytes, size);
        free(bytes);
    }
}

/* After a COMMIT whose answer was lost: the log itself tells. */
static bool landed(const struct memory_store *store, const struct unit *unit)
{
    if (unit->n_events) {
        const struct record *ours = &unit->events[0].record;
        const struct record *there = memory_store_record(store, ours->shard, ours->position);
        return there && record_hash_equal(&there->hash, &ours->hash);
    }
    for (size_t i = 0; i < unit->n_places; i++) {
        const struct unit_place *place = &unit->places[i];
        if (!place->moved)
            continue;
        const struct feed_place *there = memory_store_place(store, place->topic, place->partition);
        return there && there->position == place->place.position;
    }
    for (size_t i = 0; i < unit->n_works; i++)
        if (answered_now(unit->works[i]))
            return memory_map_get(&store->receipts, unit->works[i]->receipt.id.b, 16);
    return false;
}

static enum error end_process(struct memory_session *session, struct problem *problem)
{
    session->dead = true;
    return problem_set(problem, ERR_COMMIT_UNKNOWN, "", "", "the process has died");
}

static enum error settle(struct memory_session *session, struct unit *unit, enum memory_fate fate,
                         struct problem *problem)
{
    struct memory_store *store = session->store;
    switch (fate) {
    case MEMORY_LANDS:
        write_all(store, unit);
        break;
    case MEMORY_LOSES_RACE:
        return problem_set(problem, ERR_AGAIN, "", "", "a deadlock was resolved against us");
    case MEMORY_ANSWER_LOST_LANDED:
        write_all(store, unit);
        if (!landed(store, unit))
            return problem_set(problem, ERR_AGAIN, "", "", "the COMMIT did not land");
        break;
    case MEMORY_ANSWER_LOST_ABSENT:
        assert(!unit->n_events || !landed(store, unit));
        return problem_set(problem, ERR_AGAIN, "", "", "the COMMIT did not land");
    case MEMORY_CRASH_BEFORE:
        return end_process(session, problem);
    case MEMORY_CRASH_AFTER:
        write_all(store, unit);
        return end_process(session, problem);
    }
    remember_states(session, unit);
    return OK;
}

enum error memory_commit(void *self, struct unit *unit, struct problem *problem)
{
    struct memory_session *session = self;
    const struct memory_store *store = session->store;
    enum error error = OK;
    if (!claims_are_free(store, unit))
        error = problem_set(problem, ERR_AGAIN, "", "", "another stream holds a claim");
    else if (!receipts_are_new(store, unit))
        error = problem_set(problem, ERR_AGAIN, "", "", "a receipt was written meanwhile");
    else if (!versions_are_new(store, unit))
        error = problem_set(problem, ERR_AGAIN, "", "", "another writer gave birth to a stream");
    else if (!series_are_new(store, unit))
        error = problem_set(problem, ERR_AGAIN, "", "", "a number series was born meanwhile");
    if (error == OK) {
        enum memory_fate fate = MEMORY_LANDS;
        if (session->hooks && session->hooks->commit)
            fate = session->hooks->commit(session->hooks->context, unit);
        error = settle(session, unit, fate, problem);
    }
    session_unlock(session);
    return error;
}
