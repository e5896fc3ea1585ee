/* SPDX-License-Identifier: Apache-2.0
 * Committing: everything a unit changes goes out with COMMIT in one pipeline, in arrays. If the connection dies on the
 * way, the log itself is asked what landed: under the head's lock, so that the old session is over. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/time.h"
#include "common/eventlog/postgres/inside.h"

enum { SNAPSHOT_EVERY = 32 };

static const struct statement insert_events = {
    "insert_events",
    "INSERT INTO event (shard, position, kind, stream, version, type, envelope, payload) "
    "SELECT * FROM unnest($1::int2[], $2::int8[], $3::int2[], $4::uuid[], $5::int4[], $6::int2[], $7::bytea[], $8::bytea[])",
    true,
};
static const struct statement save_heads = {
    "save_heads",
    "UPDATE shard_head h SET position = w.position, hash = w.hash, recorded_at = w.at "
    "FROM unnest($1::int2[], $2::int8[], $3::bytea[], $4::timestamptz[]) AS w(shard, position, hash, at) "
    "WHERE h.shard = w.shard",
    false,
};
static const struct statement save_places = {
    "save_places",
    "UPDATE inbox i SET epoch = w.epoch, position = w.position, hash = w.hash, kafka_offset = w.kafka_offset, "
    "complete_at = w.complete_at, applied_at = clock_timestamp() "
    "FROM unnest($1::text[], $2::int2[], $3::int4[], $4::int8[], $5::bytea[], $6::int8[], $7::timestamptz[]) "
    "AS w(topic, partition, epoch, position, hash, kafka_offset, complete_at) "
    "WHERE i.topic = w.topic AND i.partition = w.partition",
    false,
};
static const struct statement save_states = {
    "save_states",
    "INSERT INTO stream (kind, stream, fold_version, version, shard, state) "
    "SELECT * FROM unnest($1::int2[], $2::uuid[], $3::int4[], $4::int4[], $5::int2[], $6::bytea[]) "
    "ON CONFLICT (stream, kind) DO UPDATE SET fold_version = excluded.fold_version, version = excluded.version, "
    "shard = excluded.shard, state = excluded.state",
    false,
};
static const struct statement put_look_ups = {
    "put_look_ups",
    "INSERT INTO lookup (index_no, key, kind, stream, shard, position) "
    "SELECT * FROM unnest($1::int2[], $2::text[], $3::int2[], $4::uuid[], $5::int2[], $6::int8[]) "
    "ON CONFLICT DO NOTHING",
    false,
};
static const struct statement drop_look_ups = {
    "drop_look_ups",
    "DELETE FROM lookup l USING unnest($1::int2[], $2::text[], $3::int2[], $4::uuid[]) AS w(index_no, key, kind, stream) "
    "WHERE l.index_no = w.index_no AND l.key = w.key AND l.kind = w.kind AND l.stream = w.stream",
    false,
};
static const struct statement put_claims = {
    "put_claims",
    "INSERT INTO claim (index_no, key, kind, stream, shard) "
    "SELECT * FROM unnest($1::int2[], $2::text[], $3::int2[], $4::uuid[], $5::int2[]) AS w(i, k, kind, stream, shard) "
    "ORDER BY i, k",
    true,
};
static const struct statement drop_claims = {
    "drop_claims",
    "DELETE FROM claim c USING unnest($1::int2[], $2::text[], $3::int2[], $4::uuid[]) AS w(index_no, key, kind, stream) "
    "WHERE c.index_no = w.index_no AND c.key = w.key AND c.kind = w.kind AND c.stream = w.stream",
    false,
};
static const struct statement put_receipts = {
    "put_receipts",
    "INSERT INTO command_receipt (id, request_hash, status, code, etag, subject, body, shard, position, recorded_at) "
    "SELECT * FROM unnest($1::uuid[], $2::bytea[], $3::int2[], $4::text[], $5::text[], $6::text[], $7::bytea[], "
    "$8::int2[], $9::int8[], $10::timestamptz[])",
    true,
};
static const struct statement new_series = {
    "new_series",
    "INSERT INTO number_series (entity, class, year, next, last_issue_date) "
    "SELECT * FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::int8[], $5::date[])",
    true,
};
static const struct statement save_series = {
    "save_series",
    "UPDATE number_series s SET next = w.next, last_issue_date = w.last "
    "FROM unnest($1::uuid[], $2::text[], $3::int4[], $4::int8[], $5::date[]) AS w(entity, class, year, next, last) "
    "WHERE s.entity = w.entity AND s.class = w.class AND s.year = w.year",
    false,
};
static const struct statement put_handovers = {
    "put_handovers",
    "INSERT INTO handover (target_shard, source_shard, source_position, index_no, id, type, key, actor, command_key, "
    "payload, hops, entity, occurred_at, posting_date, since) SELECT * FROM unnest($1::int2[], $2::int2[], $3::int8[], "
    "$4::int4[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bytea[], $11::int2[], $12::uuid[], "
    "$13::timestamptz[], $14::date[], $15::timestamptz[])",
    false,
};
static const struct statement drop_handovers = {
    "drop_handovers",
    "DELETE FROM handover h USING unnest($1::int2[], $2::int2[], $3::int8[], $4::int4[]) AS w(t, s, p, i) "
    "WHERE h.target_shard = w.t AND h.source_shard = w.s AND h.source_position = w.p AND h.index_no = w.i",
    false,
};

static void send_events(struct postgres_store *store, struct unit *unit)
{
    struct parameters *parameters = next_parameters(store);
    const struct unit_event *events = unit->events;
    size_t n = unit->n_events;
#define COLUMN(type, call)                                                                         \
    do {                                                                                           \
        struct array *array = parameters_array(parameters, type);                                  \
        for (size_t i = 0; i < n; i++) {                                                           \
            const struct record *record = &events[i].record;                                       \
            (void)record;                                                                          \
            call;                                                                                  \
        }                                                                                          \
    } while (0)
    COLUMN(SQL_INT16, array_int16(array, (int16_t)record->shard));
    COLUMN(SQL_INT64, array_int64(array, record->position));
    COLUMN(SQL_INT16, array_int16(array, (int16_t)events[i].stream->kind));
    COLUMN(SQL_UUID, array_uuid(array, record->stream_id));
    COLUMN(SQL_INT32, array_int32(array, (int32_t)record->version));
    COLUMN(SQL_INT16, array_int16(array, type_code_of(&store->types, events[i].descriptor)));
    uint8_t envelope[32 + FEED_HEADER_BYTES_MAX];
    struct array *envelopes = parameters_array(parameters, SQL_BYTES);
    for (size_t i = 0; i < n; i++) {
        const struct record *record = &events[i].record;
        struct uuid key;
        enum error parsed = uuid_parse(&key, record->key, NULL);
        assert(parsed == OK);
        memcpy(envelope, record->event_id.b, 16);
        memcpy(envelope + 16, key.b, 16);
        memcpy(envelope + 32, record->header, record->header_size);
        array_bytes(envelopes, envelope, 32 + record->header_size);
    }
    COLUMN(SQL_BYTES, array_bytes(array, record->payload, record->payload_size));
#undef COLUMN
    send_next(store, &insert_events);
}

static void send_heads(struct postgres_store *store, const struct unit *unit)
{
    struct parameters *parameters = next_parameters(store);
#define MOVED(type, call)                                                                          \
    do {                                                                                           \
        struct array *array = parameters_array(parameters, type);                                  \
        for (int32_t shard = 0; shard < unit->shards; shard++) {                                   \
            const struct unit_head *head = &unit->heads[shard];                                    \
            if (head->moved)                                                                       \
                call;                                                                              \
        }                                                                                          \
    } while (0)
    MOVED(SQL_INT16, array_int16(array, (int16_t)shard));
    MOVED(SQL_INT64, array_int64(array, head->position));
    MOVED(SQL_BYTES, array_bytes(array, head->hash.b, HASH_BYTES));
    MOVED(SQL_TIMESTAMP, array_timestamp(array, unit->now_us));
#undef MOVED
    send_next(store, &save_heads);
}

static bool any_place(const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_places; i++)
        if (unit->places[i].moved)
            return true;
    return false;
}

static void send_places(struct postgres_store *store, const struct unit *unit)
{
    struct parameters *parameters = next_parameters(store);
#define MOVED(type, call)                                                                          \
    do {                                                                                           \
        struct array *array = parameters_array(parameters, type);                                  \
        for (size_t i = 0; i < unit->n_places; i++) {                                              \
            const struct unit_place *place = &unit->places[i];                                     \
            if (place->moved)                                                                      \
                call;                                                                              \
        }                                                                                          \
    } while (0)
    MOVED(SQL_TEXT, array_text(array, place->topic));
    MOVED(SQL_INT16, array_int16(array, (int16_t)place->partition));
    MOVED(SQL_INT32, array_int32(array, (int32_t)place->place.epoch));
    MOVED(SQL_INT64, array_int64(array, place->place.position));
    MOVED(SQL_BYTES, array_bytes(array, place->place.hash.b, HASH_BYTES));
    MOVED(SQL_INT64, array_int64(array, place->place.offset));
    MOVED(SQL_TIMESTAMP, array_timestamp(array, place->place.complete_us));
#undef MOVED
    send_next(store, &save_places);
}

static bool wants_snapshot(const struct unit_stream *stream)
{
    if (!stream->dirty || !stream->state || !stream->what || !stream->what->state)
        return false;
    int64_t every = stream->what->snapshot_every ? stream->what->snapshot_every : SNAPSHOT_EVERY;
    return stream->version - stream->snapshot_version >= every;
}

static void send_snapshots(struct postgres_store *store, struct unit *unit)
{
    size_t n = 0;
    struct unit_stream **streams = calloc(unit->n_streams + 1, sizeof *streams);
    for (size_t i = 0; i < unit->n_streams; i++)
        if (wants_snapshot(unit->streams[i]))
            streams[n++] = unit->streams[i];
    if (n) {
        struct parameters *parameters = next_parameters(store);
#define EACH(type, call)                                                                           \
    do {                                                                                           \
        struct array *array = parameters_array(parameters, type);                                  \
        for (size_t i = 0; i < n; i++)                                                             \
            call;                                                                                  \
    } while (0)
        EACH(SQL_INT16, array_int16(array, (int16_t)streams[i]->kind));
        EACH(SQL_UUID, array_uuid(array, streams[i]->uuid));
        EACH(SQL_INT32, array_int32(array, (int32_t)streams[i]->what->fold_version));
        EACH(SQL_INT32, array_int32(array, (int32_t)streams[i]->version));
        EACH(SQL_INT16, array_int16(array, (int16_t)streams[i]->shard));
        struct array *states = parameters_array(parameters, SQL_BYTES);
        for (size_t i = 0; i < n; i++) {
            size_t size = protobuf_c_message_get_packed_size(streams[i]->state);
            uint8_t *bytes = malloc(size + 1);
            assert(bytes);
            protobuf_c_message_pack(streams[i]->state, bytes);
            array_bytes(states, bytes, size);
            free(bytes);
            streams[i]->snapshot_version = streams[i]->version;
        }
#undef EACH
        send_next(store, &save_states);
    }
    free(streams);
}

static bool same_entry(const struct unit_index_change *left, const struct unit_index_change *right)
{
    return left->index == right->index && left->ref.kind == right->ref.kind && !strcmp(left->key, right->key) &&
           !strcmp(left->ref.id, right->ref.id);
}

static uint32_t entry_hash(const struct unit_index_change *change)
{
    uint32_t hash = 2166136261u ^ (uint32_t)change->index;
    for (const char *at = change->key; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 16777619u;
    for (const char *at = change->ref.id; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 16777619u;
    return hash ^ hash >> 15;
}

/* Only the last change of each (index, key, stream) counts: put after drop is a put. Seen from the end, each entry that
 * stands in the set already is overridden. */
static void mark_overridden(const struct unit *unit, bool *skipped)
{
    size_t size = 64;
    while (size < unit->n_index_changes * 2)
        size *= 2;
    uint32_t *set = calloc(size, sizeof *set);
    assert(set);
    for (size_t i = unit->n_index_changes; i-- > 0;) {
        const struct unit_index_change *change = &unit->index_changes[i];
        size_t at = entry_hash(change) & (size - 1);
        while (set[at] && !same_entry(&unit->index_changes[set[at] - 1], change))
            at = (at + 1) & (size - 1);
        skipped[i] = set[at] != 0;
        set[at] = (uint32_t)i + 1;
    }
    free(set);
}

static void send_index_changes(struct postgres_store *store, const struct unit *unit, const bool *skipped, bool unique,
                               bool dropped)
{
    struct parameters *parameters = next_parameters(store);
    struct array *columns[6];
    static const enum sql_type types[] = {SQL_INT16, SQL_TEXT, SQL_INT16, SQL_UUID, SQL_INT16, SQL_INT64};
    size_t n_columns = dropped ? 4 : unique ? 5 : 6, n = 0;
    for (size_t column = 0; column < n_columns; column++) {
        columns[column] = parameters_array(parameters, types[column]);
        n = 0;
        for (size_t i = 0; i < unit->n_index_changes; i++) {
            const struct unit_index_change *change = &unit->index_changes[i];
            if (skipped[i] || change->drop != dropped || unit->model->indexes[change->index].unique != unique)
                continue;
            n++;
            struct uuid id;
            switch (column) {
            case 0:
                array_int16(columns[0], (int16_t)change->index);
                break;
            case 1:
                array_text(columns[1], change->key);
                break;
            case 2:
                array_int16(columns[2], (int16_t)change->ref.kind);
                break;
            case 3:
                if (uuid_parse(&id, change->ref.id, NULL) == OK)
                    array_uuid(columns[3], id);
                break;
            case 4:
                array_int16(columns[4], (int16_t)change->shard);
                break;
            case 5:
                array_int64(columns[5], unit->heads[change->shard].position_before + (int64_t)i + 1);
                break;
            }
        }
    }
    if (n)
        send_next(store, dropped ? (unique ? &drop_claims : &drop_look_ups) : (unique ? &put_claims : &put_look_ups));
}

static void send_indexes(struct postgres_store *store, const struct unit *unit)
{
    if (!unit->n_index_changes)
        return;
    bool any_drop = false;
    for (size_t i = 0; i < unit->n_index_changes; i++)
        any_drop = any_drop || unit->index_changes[i].drop;
    bool *skipped = calloc(unit->n_index_changes, sizeof *skipped);
    assert(skipped);
    if (any_drop) {
        mark_overridden(unit, skipped);
        send_index_changes(store, unit, skipped, true, true);
        send_index_changes(store, unit, skipped, false, true);
    }
    send_index_changes(store, unit, skipped, true, false);
    send_index_changes(store, unit, skipped, false, false);
    free(skipped);
}

static bool answered_now(const struct work *work)
{
    return work->receipt.wanted && (work->result == WORK_APPLIED || work->result == WORK_REFUSED);
}

static void send_receipts(struct postgres_store *store, const struct unit *unit)
{
    size_t n = 0;
    struct parameters *parameters = next_parameters(store);
#define EACH(type, call)                                                                           \
    do {                                                                                           \
        struct array *array = parameters_array(parameters, type);                                  \
        n = 0;                                                                                     \
        for (size_t i = 0; i < unit->n_works; i++) {                                               \
            const struct work *work = unit->works[i];                                              \
            if (!answered_now(work))                                                               \
                continue;                                                                          \
            n++;                                                                                   \
            call;                                                                                  \
        }                                                                                          \
    } while (0)
    EACH(SQL_UUID, array_uuid(array, work->receipt.id));
    EACH(SQL_BYTES, array_bytes(array, work->receipt.request_hash.b, HASH_BYTES));
    EACH(SQL_INT16, array_int16(array, (int16_t)work->answer_status));
    EACH(SQL_TEXT, array_text(array, work->refusal_code));
    EACH(SQL_TEXT, array_text(array, work->answer_etag));
    EACH(SQL_TEXT, array_text(array, work->answer_subject));
    EACH(SQL_BYTES, array_bytes(array, work->answer ? work->answer : (const uint8_t *)"", work->answer_size));
    EACH(SQL_INT16, array_int16(array, (int16_t)work->shard));
    EACH(SQL_INT64, array_int64(array, work->position));
    EACH(SQL_TIMESTAMP, array_timestamp(array, unit->now_us));
#undef EACH
    if (n)
        send_next(store, &put_receipts);
}

static void send_series(struct postgres_store *store, const struct unit *unit, bool stored)
{
    size_t n = 0;
    struct parameters *parameters = next_parameters(store);
#define EACH(type, call)                                                                           \
    do {                                                                                           \
        struct array *array = parameters_array(parameters, type);                                  \
        n = 0;                                                                                     \
        for (size_t i = 0; i < unit->n_series; i++) {                                              \
            const struct unit_series *series = unit->series[i];                                    \
            if (!series->dirty || series->stored != stored)                                        \
                continue;                                                                          \
            n++;                                                                                   \
            call;                                                                                  \
        }                                                                                          \
    } while (0)
    EACH(SQL_UUID, array_uuid(array, series->entity));
    EACH(SQL_TEXT, array_text(array, series->document_class));
    EACH(SQL_INT32, array_int32(array, series->year));
    EACH(SQL_INT64, array_int64(array, series->next));
    EACH(SQL_DATE, array_date(array, series->last_issue_days));
#undef EACH
    if (n)
        send_next(store, stored ? &save_series : &new_series);
}

static void send_handovers(struct postgres_store *store, const struct unit *unit, bool taken)
{
    size_t n = 0;
    struct parameters *parameters = next_parameters(store);
#define EACH(type, call)                                                                           \
    do {                                                                                           \
        struct array *array = parameters_array(parameters, type);                                  \
        n = 0;                                                                                     \
        for (size_t i = 0; i < unit->n_handovers; i++) {                                           \
            const struct unit_handover *handover = &unit->handovers[i];                            \
            if (handover->taken != taken)                                                          \
                continue;                                                                          \
            n++;                                                                                   \
            call;                                                                                  \
        }                                                                                          \
    } while (0)
    EACH(SQL_INT16, array_int16(array, (int16_t)handover->target_shard));
    EACH(SQL_INT16, array_int16(array, (int16_t)handover->source_shard));
    EACH(SQL_INT64, array_int64(array, handover->source_position));
    EACH(SQL_INT32, array_int32(array, handover->index));
    if (!taken) {
        EACH(SQL_UUID, array_uuid(array, handover->id));
        EACH(SQL_TEXT, array_text(array, handover->type));
        EACH(SQL_TEXT, array_text(array, handover->key));
        EACH(SQL_TEXT, array_text(array, handover->actor));
        EACH(SQL_TEXT, array_text(array, handover->command_key));
        EACH(SQL_BYTES, array_bytes(array, handover->payload, handover->payload_size));
        EACH(SQL_INT16, array_int16(array, handover->hops));
        EACH(SQL_UUID, array_uuid(array, handover->entity));
        EACH(SQL_TIMESTAMP, array_timestamp(array, handover->occurred_us));
        EACH(SQL_DATE, array_date(array, handover->posting_days));
        EACH(SQL_TIMESTAMP, array_timestamp(array, unit->now_us));
    }
#undef EACH
    if (n)
        send_next(store, taken ? &drop_handovers : &put_handovers);
}

void remember_states(struct postgres_store *store, struct unit *unit)
{
    for (int32_t shard = 0; shard < unit->shards; shard++)
        if (unit->heads[shard].moved)
            store->seen[shard] = unit->heads[shard].position;
    for (size_t i = 0; i < unit->n_streams; i++) {
        struct unit_stream *stream = unit->streams[i];
        /* A stream that was read and not changed is kept too; one that was not born is not. */
        if (!stream->loaded || !stream->version || !stream->what || !stream->what->state || stream->shard < 0)
            continue;
        if (stream->what->cold)
            continue;
        const struct kept_state *kept = kept_states_find(&store->kept, stream->kind, stream->uuid);
        if (!stream->dirty && kept)
            continue;
        size_t size = protobuf_c_message_get_packed_size(stream->state);
        uint8_t *bytes = malloc(size + 1);
        assert(bytes);
        protobuf_c_message_pack(stream->state, bytes);
        kept_states_put(&store->kept, stream->kind, stream->uuid, stream->shard, stream->version,
                        stream->snapshot_version, bytes, size);
        free(bytes);
    }
}

enum error postgres_commit(void *self, struct unit *unit, struct problem *problem)
{
    struct postgres_store *store = self;
    database_pipeline_begin(store->database);
    store->n_sent = 0;
    if (unit->n_events) {
        send_events(store, unit);
        send_heads(store, unit);
        send_snapshots(store, unit);
        send_indexes(store, unit);
    }
    if (any_place(unit))
        send_places(store, unit);
    send_receipts(store, unit);
    if (unit->n_series) {
        send_series(store, unit, false);
        send_series(store, unit, true);
    }
    if (unit->n_handovers) {
        send_handovers(store, unit, false);
        send_handovers(store, unit, true);
    }
    send_kept(store, unit);
    send_rows(store, unit);
    database_pipeline_send_commit(store->database);
    store->n_sent++;
    enum error error = finish(store, problem);
    clear_rows(store);
    if (error == ERR_COMMIT_UNKNOWN)
        error = postgres_resolve(store, unit, problem);
    if (error != OK) {
        if (database_is_open(store->database))
            database_rollback(store->database);
        return error;
    }
    store->counters.units++;
    store->counters.events += unit->n_events;
    remember_states(store, unit);
    return OK;
}
