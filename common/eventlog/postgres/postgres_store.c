/* SPDX-License-Identifier: Apache-2.0
 * Opening and loading. The statements of one unit go out in one pipeline and so cost one round trip; each still has its
 * own snapshot, which is what the design asks for: lock first, then, in later statements, read time and states. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/eventlog/postgres/inside.h"

enum { KEPT_BYTES_DEFAULT = 32 << 20 };

static const struct statement lock_heads = {
    "lock_heads",
    "SELECT shard, position, hash, epoch, recorded_at, parked FROM shard_head WHERE shard = ANY($1::int2[]) "
    "ORDER BY shard FOR UPDATE",
    false,
};
static const struct statement lock_free_heads = {
    "lock_free_heads",
    "SELECT shard, position, hash, epoch, recorded_at, parked FROM shard_head WHERE shard = ANY($1::int2[]) "
    "ORDER BY shard FOR UPDATE SKIP LOCKED",
    false,
};
static const struct statement lock_places = {
    "lock_places",
    "SELECT topic, partition, epoch, position, hash, kafka_offset, complete_at FROM inbox "
    "WHERE (topic, partition) IN (SELECT * FROM unnest($1::text[], $2::int2[])) "
    "ORDER BY topic, partition FOR UPDATE",
    false,
};
static const struct statement lock_series = {
    "lock_series",
    "SELECT s.entity, s.class, s.year, s.next, s.last_issue_date FROM number_series s "
    "WHERE (entity, class) IN (SELECT * FROM unnest($1::uuid[], $2::text[])) "
    "ORDER BY entity, class, year FOR UPDATE",
    false,
};
static const struct statement read_time = {
    "read_time",
    "SELECT clock_timestamp(), offset_us FROM clock_offset",
    false,
};
static const struct statement read_receipts = {
    "read_receipts",
    "SELECT id, request_hash, status, code, etag, subject, body, shard, position FROM command_receipt "
    "WHERE id = ANY($1::uuid[])",
    false,
};
static const struct statement read_held = {
    "read_held",
    "SELECT DISTINCT key FROM parked WHERE EXISTS (SELECT FROM parked) AND key = ANY($1::text[])",
    false,
};
static const struct statement read_positions = {
    "read_positions",
    "SELECT shard, position FROM shard_head",
    false,
};
static const struct statement read_states = {
    "read_states",
    "WITH w AS MATERIALIZED (SELECT * FROM unnest($1::int2[], $2::uuid[], $3::int4[]) "
    "                        WITH ORDINALITY AS w(kind, stream, fold, n)), "
    "s AS MATERIALIZED (SELECT w.n, s.version, s.shard, s.state FROM w JOIN stream s "
    "                   ON s.stream = w.stream AND s.kind = w.kind AND s.fold_version = w.fold) "
    "SELECT n, 0::int2, version, shard, state FROM s "
    "UNION ALL SELECT w.n, e.type, e.version, e.shard, e.payload FROM w LEFT JOIN s ON s.n = w.n, "
    "LATERAL (SELECT * FROM event e WHERE e.stream = w.stream AND e.kind = w.kind "
    "         AND e.version > coalesce(s.version, 0)) e ORDER BY 1, 3",
    false,
};
static const struct statement read_look_ups = {
    "read_look_ups",
    "SELECT w.n, l.kind, l.stream FROM unnest($1::int2[], $2::text[], $3::int4[]) "
    "WITH ORDINALITY AS w(index_no, key, max, n), "
    "LATERAL (SELECT kind, stream, position FROM lookup l WHERE l.index_no = w.index_no AND l.key = w.key "
    "         ORDER BY position LIMIT nullif(w.max, 0)) l ORDER BY w.n, l.position",
    false,
};
static const struct statement read_claims = {
    "read_claims",
    "SELECT w.n, c.kind, c.stream FROM unnest($1::int2[], $2::text[]) WITH ORDINALITY AS w(index_no, key, n) "
    "JOIN claim c ON c.index_no = w.index_no AND c.key = w.key ORDER BY 1",
    false,
};

struct parameters *next_parameters(struct postgres_store *store)
{
    assert(store->n_sent < SENDS_MAX);
    struct parameters *parameters = &store->parameters[store->n_sent];
    parameters_reset(parameters);
    return parameters;
}

void send_next(struct postgres_store *store, const struct statement *statement)
{
    database_pipeline_send(store->database, statement, &store->parameters[store->n_sent]);
    store->n_sent++;
}

void clear_rows(struct postgres_store *store)
{
    for (size_t i = 0; i < SENDS_MAX; i++)
        rows_clear(&store->rows[i]);
}

enum error finish(struct postgres_store *store, struct problem *problem)
{
    clear_rows(store);
    enum error error = database_pipeline_end(store->database, store->rows, store->n_sent, problem);
    store->n_sent = 0;
    return error;
}

/* ---- what a unit needs, as statements ---- */

static void send_heads(struct postgres_store *store, const struct unit *unit)
{
    struct array *wanted = parameters_array(next_parameters(store), SQL_INT16);
    for (int32_t shard = 0; shard < unit->shards; shard++)
        if (unit->heads[shard].wanted)
            array_int16(wanted, (int16_t)shard);
    send_next(store, unit->blocking ? &lock_heads : &lock_free_heads);
}

static void send_places(struct postgres_store *store, const struct unit *unit)
{
    struct parameters *parameters = next_parameters(store);
    struct array *topics = parameters_array(parameters, SQL_TEXT);
    for (size_t i = 0; i < unit->n_places; i++)
        array_text(topics, unit->places[i].topic);
    struct array *partitions = parameters_array(parameters, SQL_INT16);
    for (size_t i = 0; i < unit->n_places; i++)
        array_int16(partitions, (int16_t)unit->places[i].partition);
    send_next(store, &lock_places);
}

static void send_series(struct postgres_store *store, const struct unit *unit)
{
    struct parameters *parameters = next_parameters(store);
    struct array *entities = parameters_array(parameters, SQL_UUID);
    for (size_t i = 0; i < unit->n_series; i++)
        array_uuid(entities, unit->series[i]->entity);
    struct array *classes = parameters_array(parameters, SQL_TEXT);
    for (size_t i = 0; i < unit->n_series; i++)
        array_text(classes, unit->series[i]->document_class);
    send_next(store, &lock_series);
}

static void send_receipts(struct postgres_store *store, const struct unit *unit)
{
    struct array *ids = parameters_array(next_parameters(store), SQL_UUID);
    for (size_t i = 0; i < unit->n_works; i++)
        if (unit->works[i]->receipt.wanted)
            array_uuid(ids, unit->works[i]->receipt.id);
    send_next(store, &read_receipts);
}

static void send_held(struct postgres_store *store, const struct unit *unit)
{
    struct array *keys = parameters_array(next_parameters(store), SQL_TEXT);
    for (size_t i = 0; i < unit->n_works; i++)
        if (unit->works[i]->handler)
            array_text(keys, unit->works[i]->key);
    send_next(store, &read_held);
}

/* ---- reading the answers ---- */

static void take_heads(struct unit *unit, const struct rows *rows)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        int16_t shard = rows_int16(rows, row, 0);
        struct unit_head *head = &unit->heads[shard];
        head->locked = true;
        head->position = head->position_before = rows_int64(rows, row, 1);
        memcpy(head->hash.b, rows_bytes(rows, row, 2).data, HASH_BYTES);
        head->epoch = (uint32_t)rows_int32(rows, row, 3);
        head->recorded_us = rows_timestamp(rows, row, 4);
        head->has_parked = rows_int32(rows, row, 5) > 0;
    }
}

static void take_places(struct unit *unit, const struct rows *rows)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        struct unit_place *place = unit_place(unit, rows_text(rows, row, 0), rows_int16(rows, row, 1));
        place->locked = true;
        place->place.epoch = (uint32_t)rows_int32(rows, row, 2);
        place->place.position = rows_int64(rows, row, 3);
        memcpy(place->place.hash.b, rows_bytes(rows, row, 4).data, HASH_BYTES);
        place->place.offset = rows_int64(rows, row, 5);
        place->place.complete_us = rows_timestamp(rows, row, 6);
    }
}

static enum error take_series(struct unit *unit, const struct rows *rows)
{
    size_t asked = unit->n_series;
    for (int32_t row = 0; row < rows_count(rows); row++) {
        for (size_t i = 0; i < asked; i++) {
            struct unit_series *series = unit->series[i];
            if (!uuid_equal(series->entity, rows_uuid(rows, row, 0)) ||
                strcmp(series->document_class, rows_text(rows, row, 1)))
                continue;
            struct unit_series *year = arena_zero(unit->arena, sizeof *year);
            struct unit_series **all = arena_get(unit->arena, (unit->n_series + 1) * sizeof *all);
            if (!year || !all)
                return ERR_TOO_LARGE;
            *year = (struct unit_series){.entity = series->entity,
                                         .document_class = series->document_class,
                                         .year = rows_int32(rows, row, 2),
                                         .stored = true,
                                         .next = rows_int64(rows, row, 3),
                                         .last_issue_days = rows_date(rows, row, 4)};
            memcpy(all, unit->series, unit->n_series * sizeof *all);
            all[unit->n_series++] = year;
            unit->series = all;
            unit->series_max = unit->n_series;
            break;
        }
    }
    return OK;
}

static void take_time(struct unit *unit, const struct rows *rows)
{
    unit->clock_offset_us = rows_int64(rows, 0, 1);
    unit->now_us = rows_timestamp(rows, 0, 0) + unit->clock_offset_us;
    /* Never below a head's: recorded_at does not go back along a feed, whatever the machine's clock does. */
    for (int32_t shard = 0; shard < unit->shards; shard++)
        if (unit->heads[shard].locked && unit->heads[shard].recorded_us > unit->now_us)
            unit->now_us = unit->heads[shard].recorded_us;
}

static enum error take_receipts(struct unit *unit, const struct rows *rows)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        for (size_t i = 0; i < unit->n_works; i++) {
            struct work *work = unit->works[i];
            if (!work->receipt.wanted || !uuid_equal(work->receipt.id, rows_uuid(rows, row, 0)))
                continue;
            struct bytes hash = rows_bytes(rows, row, 1), body = rows_bytes(rows, row, 6);
            if (memcmp(hash.data, work->receipt.request_hash.b, HASH_BYTES)) {
                work->result = WORK_CONFLICT;
                continue;
            }
            work->result = WORK_REPLAYED;
            work->answer_status = rows_int16(rows, row, 2);
            snprintf(work->refusal_code, sizeof work->refusal_code, "%s", rows_text(rows, row, 3));
            snprintf(work->answer_etag, sizeof work->answer_etag, "%s", rows_text(rows, row, 4));
            snprintf(work->answer_subject, sizeof work->answer_subject, "%s", rows_text(rows, row, 5));
            work->answer = arena_copy(unit->arena, body.data, body.size);
            work->answer_size = body.size;
            work->shard = rows_int16(rows, row, 7);
            work->position = rows_int64(rows, row, 8);
            if (!work->answer)
                return ERR_TOO_LARGE;
        }
    }
    return OK;
}

static enum error take_held(struct unit *unit, const struct rows *rows)
{
    unit->n_held = 0;
    unit->held = arena_get(unit->arena, ((size_t)rows_count(rows) + 1) * sizeof *unit->held);
    if (!unit->held)
        return ERR_TOO_LARGE;
    for (int32_t row = 0; row < rows_count(rows); row++)
        if (uuid_parse(&unit->held[unit->n_held], rows_text(rows, row, 0), NULL) == OK)
            unit->n_held++;
    return OK;
}

/* Kept states of a shard are believed only while nobody else moved its head. */
static void take_positions(struct postgres_store *store, const struct rows *rows)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        int16_t shard = rows_int16(rows, row, 0);
        int64_t position = rows_int64(rows, row, 1);
        if (store->seen[shard] == position)
            continue;
        kept_states_forget(&store->kept, shard);
        store->seen[shard] = position;
    }
}

static bool any_receipt(const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_works; i++)
        if (unit->works[i]->receipt.wanted)
            return true;
    return false;
}

static bool any_head(const struct unit *unit)
{
    for (int32_t shard = 0; shard < unit->shards; shard++)
        if (unit->heads[shard].wanted)
            return true;
    return false;
}

static enum error postgres_open(void *self, struct unit *unit, struct problem *problem)
{
    struct postgres_store *store = self;
    if (!database_is_open(store->database)) {
        enum error error = postgres_store_reopen(store, problem);
        if (error != OK)
            return error;
    }
    bool heads = any_head(unit), receipts = any_receipt(unit);
    size_t at = 0;
    database_pipeline_begin(store->database);
    database_pipeline_send_begin(store->database);
    store->n_sent = 1;
    if (heads)
        send_heads(store, unit);
    if (unit->n_places)
        send_places(store, unit);
    if (unit->n_series)
        send_series(store, unit);
    next_parameters(store);
    send_next(store, &read_time);
    if (receipts)
        send_receipts(store, unit);
    if (heads)
        send_held(store, unit);
    next_parameters(store);
    send_next(store, &read_positions);
    enum error error = finish(store, problem);
    if (error != OK)
        return error;
    if (heads)
        take_heads(unit, &store->rows[++at]);
    if (unit->n_places)
        take_places(unit, &store->rows[++at]);
    if (unit->n_series)
        error = take_series(unit, &store->rows[++at]);
    take_time(unit, &store->rows[++at]);
    if (receipts && error == OK)
        error = take_receipts(unit, &store->rows[++at]);
    if (heads && error == OK)
        error = take_held(unit, &store->rows[++at]);
    if (error == OK)
        take_positions(store, &store->rows[++at]);
    return error;
}

/* ---- states and look-ups ---- */

static uint32_t fold_version(const struct unit_stream *stream)
{
    return stream->what ? stream->what->fold_version : 0;
}

/* From memory, if it is there. */
static bool load_kept(struct postgres_store *store, struct unit *unit, struct unit_stream *stream)
{
    const struct kept_state *kept = kept_states_find(&store->kept, stream->kind, stream->uuid);
    if (!kept)
        return false;
    if (stream->what && stream->what->state) {
        stream->state = arena_unpack(unit->arena, stream->what->state, kept->bytes, kept->size);
        if (!stream->state)
            return false;
    }
    stream->version = stream->version_loaded = kept->version;
    stream->snapshot_version = kept->snapshot_version;
    stream->shard = kept->shard;
    stream->loaded = true;
    store->counters.states_kept++;
    return true;
}

static size_t send_states(struct postgres_store *store, struct unit *unit, struct unit_stream **asked)
{
    struct parameters *parameters = next_parameters(store);
    size_t n = 0;
    for (size_t i = 0; i < unit->n_streams; i++)
        if (!unit->streams[i]->loaded && !load_kept(store, unit, unit->streams[i]))
            asked[n++] = unit->streams[i];
    if (!n)
        return 0;
    struct array *kinds = parameters_array(parameters, SQL_INT16);
    for (size_t i = 0; i < n; i++)
        array_int16(kinds, (int16_t)asked[i]->kind);
    struct array *ids = parameters_array(parameters, SQL_UUID);
    for (size_t i = 0; i < n; i++)
        array_uuid(ids, asked[i]->uuid);
    struct array *folds = parameters_array(parameters, SQL_INT32);
    for (size_t i = 0; i < n; i++)
        array_int32(folds, (int32_t)fold_version(asked[i]));
    send_next(store, &read_states);
    store->counters.states_read += n;
    return n;
}

static enum error fold_row(struct postgres_store *store, struct unit *unit, struct unit_stream *stream,
                           const struct rows *rows, int32_t row, struct problem *problem)
{
    int16_t type = rows_int16(rows, row, 1);
    struct bytes bytes = rows_bytes(rows, row, 4);
    stream->version = stream->version_loaded = rows_int32(rows, row, 2);
    stream->shard = rows_int16(rows, row, 3);
    if (!stream->what || !stream->what->state)
        return OK;
    if (type == 0) {
        stream->snapshot_version = stream->version;
        stream->state = arena_unpack(unit->arena, stream->what->state, bytes.data, bytes.size);
    } else {
        const struct type_code *code = type_code_find(&store->types, type);
        if (!code || !code->descriptor)
            return problem_set(problem, ERR_CORRUPT, "", "", "stream %s holds an event of the unknown type %d",
                               stream->id, type);
        ProtobufCMessage *event = arena_unpack(unit->arena, code->descriptor, bytes.data, bytes.size);
        if (event)
            model_fold(stream->what, unit->arena, &stream->state, event);
        else
            stream->state = NULL;
    }
    if (unit->arena->exhausted)
        return ERR_TOO_LARGE;
    return stream->state ? OK : problem_set(problem, ERR_CORRUPT, "", "", "stream %s cannot be read", stream->id);
}

static enum error take_states(struct postgres_store *store, struct unit *unit, struct unit_stream **asked, size_t n,
                              const struct rows *rows, struct problem *problem)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        struct unit_stream *stream = asked[rows_int64(rows, row, 0) - 1];
        enum error error = fold_row(store, unit, stream, rows, row, problem);
        if (error != OK)
            return error;
    }
    for (size_t i = 0; i < n; i++)
        asked[i]->loaded = true;
    return OK;
}

static size_t send_look_ups(struct postgres_store *store, struct unit *unit, bool unique,
                            struct unit_look_up **asked)
{
    size_t n = 0;
    for (size_t i = 0; i < unit->n_look_ups; i++)
        if (!unit->look_ups[i]->loaded && unit->model->indexes[unit->look_ups[i]->index].unique == unique)
            asked[n++] = unit->look_ups[i];
    if (!n)
        return 0;
    struct parameters *parameters = next_parameters(store);
    struct array *indexes = parameters_array(parameters, SQL_INT16);
    for (size_t i = 0; i < n; i++)
        array_int16(indexes, (int16_t)asked[i]->index);
    struct array *keys = parameters_array(parameters, SQL_TEXT);
    for (size_t i = 0; i < n; i++)
        array_text(keys, asked[i]->key);
    if (!unique) {
        struct array *most = parameters_array(parameters, SQL_INT32);
        for (size_t i = 0; i < n; i++)
            array_int32(most, (int32_t)asked[i]->count_max);
    }
    send_next(store, unique ? &read_claims : &read_look_ups);
    return n;
}

static enum error take_look_ups(struct unit *unit, struct unit_look_up **asked, size_t n, const struct rows *rows)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        struct unit_look_up *look_up = asked[rows_int64(rows, row, 0) - 1];
        if (look_up->n == look_up->max) {
            size_t max = look_up->max ? look_up->max * 2 : 4;
            struct stream_ref *refs = arena_get(unit->arena, max * sizeof *refs);
            if (!refs)
                return ERR_TOO_LARGE;
            if (look_up->n)
                memcpy(refs, look_up->refs, look_up->n * sizeof *refs);
            look_up->refs = refs;
            look_up->max = max;
        }
        struct uuid id = rows_uuid(rows, row, 2);
        char *text = arena_get(unit->arena, UUID_TEXT_SIZE);
        if (!text)
            return ERR_TOO_LARGE;
        uuid_format(text, id);
        look_up->refs[look_up->n++] = (struct stream_ref){rows_int16(rows, row, 1), text};
    }
    for (size_t i = 0; i < n; i++)
        asked[i]->loaded = true;
    return OK;
}

/* Names what the look-ups found, so that the next reading brings their states. */
static void name_found(struct unit *unit, struct unit_look_up **asked, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t ref = 0; !asked[i]->names_only && ref < asked[i]->n; ref++)
            unit_stream(unit, asked[i]->refs[ref].kind, asked[i]->refs[ref].id);
}

/* What one round of reading asked for, and what it brought. */
struct reading {
    struct postgres_store *store;
    struct unit *unit;
    struct unit_stream **streams;
    struct unit_look_up **plain, **unique;
    size_t n_streams, n_plain, n_unique;
    bool again;
    struct problem *problem;
};

static enum error take_all(void *context)
{
    struct reading *reading = context;
    struct postgres_store *store = reading->store;
    struct unit *unit = reading->unit;
    enum error error = OK;
    size_t at = 0;
    if (reading->n_streams)
        error = take_states(store, unit, reading->streams, reading->n_streams, &store->rows[at++], reading->problem);
    if (reading->n_plain && error == OK)
        error = take_look_ups(unit, reading->plain, reading->n_plain, &store->rows[at++]);
    if (reading->n_unique && error == OK)
        error = take_look_ups(unit, reading->unique, reading->n_unique, &store->rows[at++]);
    if (error != OK)
        return error;
    size_t before = unit->n_streams;
    name_found(unit, reading->plain, reading->n_plain);
    name_found(unit, reading->unique, reading->n_unique);
    reading->again = unit->n_streams > before;
    return OK;
}

static enum error load_once(struct postgres_store *store, struct unit *unit, bool *again, struct problem *problem)
{
    struct reading reading = {.store = store,
                              .unit = unit,
                              .streams = arena_get(unit->arena, (unit->n_streams + 1) * sizeof *reading.streams),
                              .plain = arena_get(unit->arena, (unit->n_look_ups + 1) * sizeof *reading.plain),
                              .unique = arena_get(unit->arena, (unit->n_look_ups + 1) * sizeof *reading.unique),
                              .problem = problem};
    *again = false;
    if (!reading.streams || !reading.plain || !reading.unique)
        return ERR_TOO_LARGE;
    database_pipeline_begin(store->database);
    reading.n_streams = send_states(store, unit, reading.streams);
    reading.n_plain = send_look_ups(store, unit, false, reading.plain);
    reading.n_unique = send_look_ups(store, unit, true, reading.unique);
    if (unit->arena->exhausted) {
        (void)finish(store, NULL);
        return ERR_TOO_LARGE;
    }
    enum error error = finish(store, problem);
    if (error == OK)
        error = unit_bounded(unit, take_all, &reading, problem);
    *again = reading.again;
    return error;
}

static enum error postgres_load(void *self, struct unit *unit, struct problem *problem)
{
    bool again = true;
    while (again) {
        enum error error = load_once(self, unit, &again, problem);
        if (error == ERR_TOO_LARGE)
            return problem_set(problem, error, "", "", "the states that the batch reads do not fit its arena");
        if (error != OK)
            return error;
    }
    return OK;
}

static void postgres_abandon(void *self, struct unit *unit)
{
    struct postgres_store *store = self;
    (void)unit; /* kept states change only after COMMIT, so nothing that was decided is in them */
    store->n_sent = 0;
    clear_rows(store);
    if (database_is_open(store->database))
        database_rollback(store->database);
}

/* ---- the log itself ---- */

static const struct statement read_feed = {
    "read_feed",
    "SELECT position, type, envelope, payload FROM event WHERE shard = $1::int2 AND position > $2::int8 "
    "ORDER BY position LIMIT $3::int4",
    false,
};

static enum error take_record(struct postgres_store *store, struct arena *arena, const struct rows *rows, int32_t row,
                              struct record *record, struct problem *problem)
{
    const struct type_code *code = type_code_find(&store->types, rows_int16(rows, row, 1));
    struct bytes envelope = rows_bytes(rows, row, 2), payload = rows_bytes(rows, row, 3);
    char *texts = arena_get(arena, RECORD_TEXTS_BYTES);
    uint8_t *bytes = arena_copy(arena, envelope.data, envelope.size);
    uint8_t *body = arena_copy(arena, payload.data, payload.size);
    if (!texts || !bytes || !body)
        return ERR_TOO_LARGE;
    if (!code || envelope.size < 32)
        return problem_set(problem, ERR_CORRUPT, "", "", "position %lld cannot be read",
                           (long long)rows_int64(rows, row, 0));
    *record = (struct record){.feed_id = store->model->feed_id, .type = code->name, .payload = body,
                              .payload_size = payload.size};
    memcpy(record->event_id.b, bytes, 16);
    struct uuid key;
    memcpy(key.b, bytes + 16, 16);
    uuid_format(record->key, key);
    return record_read(record, bytes + 32, envelope.size - 32, texts) == OK
               ? OK
               : problem_set(problem, ERR_CORRUPT, "", "", "position %lld has a broken header",
                             (long long)rows_int64(rows, row, 0));
}

static enum error postgres_feed(void *self, struct arena *arena, int32_t shard, int64_t after, size_t max,
                                struct record **records, size_t *n, struct problem *problem)
{
    struct postgres_store *store = self;
    struct parameters *parameters = next_parameters(store);
    parameters_int16(parameters, (int16_t)shard);
    parameters_int64(parameters, after);
    parameters_int32(parameters, (int32_t)max);
    ROWS_AUTO struct rows rows = {0};
    *n = 0;
    enum error error = database_query(store->database, &read_feed, parameters, &rows, problem);
    if (error != OK)
        return error;
    *records = arena_get(arena, ((size_t)rows_count(&rows) + 1) * sizeof **records);
    if (!*records)
        return ERR_TOO_LARGE;
    for (int32_t row = 0; row < rows_count(&rows); row++) {
        struct arena_mark mark = arena_mark(arena);
        error = take_record(store, arena, &rows, row, &(*records)[*n], problem);
        if (error == ERR_TOO_LARGE && *n) {
            arena_rewind(arena, mark);
            return OK; /* what fits; the caller comes back for the rest */
        }
        if (error != OK)
            return error;
        ++*n;
    }
    return OK;
}

/* ---- life ---- */

static const struct statement ensure_heads = {
    "ensure_heads",
    "INSERT INTO shard_head (shard, position, hash) SELECT generate_series(0, $1::int4 - 1), 0, $2::bytea "
    "ON CONFLICT DO NOTHING",
    false,
};
static const struct statement ensure_relay = {
    "ensure_relay",
    "INSERT INTO relay (shard) SELECT generate_series(0, $1::int4 - 1) ON CONFLICT DO NOTHING",
    false,
};
static const struct statement ensure_places = {
    "ensure_places",
    "INSERT INTO inbox (topic, partition, hash) SELECT $2::text, generate_series(0, $1::int4 - 1), $3::bytea "
    "ON CONFLICT DO NOTHING",
    false,
};
static const struct statement count_heads = {"count_heads", "SELECT count(*) FROM shard_head", false};

static enum error ensure(struct postgres_store *store, const struct statement *statement, const char *topic,
                         const struct record_hash *hash, struct problem *problem)
{
    struct parameters *parameters = next_parameters(store);
    parameters_int32(parameters, store->shards);
    if (topic)
        parameters_text(parameters, topic);
    if (hash)
        parameters_bytes(parameters, hash->b, HASH_BYTES);
    ROWS_AUTO struct rows rows = {0};
    return database_query(store->database, statement, parameters, &rows, problem);
}

/* "billing.invoicing.events" is fed by "/billing/invoicing". */
static struct record_hash origin_of_topic(const char *topic)
{
    char feed[128] = "/billing/";
    size_t length = strlen(topic);
    if (length > 15 && length < 120)
        strncat(feed, topic + 8, length - 8 - 7);
    return feed_origin(feed);
}

static enum error ensure_rows(struct postgres_store *store, struct problem *problem)
{
    struct record_hash origin = feed_origin(store->model->feed_id);
    enum error error = ensure(store, &ensure_heads, NULL, &origin, problem);
    if (error == OK)
        error = ensure(store, &ensure_relay, NULL, NULL, problem);
    for (size_t i = 0; i < store->model->n_topics_in && error == OK; i++) {
        struct record_hash hash = origin_of_topic(store->model->topics_in[i]);
        error = ensure(store, &ensure_places, store->model->topics_in[i], &hash, problem);
    }
    if (error != OK)
        return error;
    ROWS_AUTO struct rows rows = {0};
    error = database_query(store->database, &count_heads, NULL, &rows, problem);
    if (error == OK && rows_int64(&rows, 0, 0) != store->shards)
        return problem_set(problem, ERR_CONFIG, "BILLING_SHARDS", "",
                           "the database was made with %lld shards, the setting says %d; shards never change",
                           (long long)rows_int64(&rows, 0, 0), store->shards);
    return error;
}

/* Every query of a worker goes by key; a plan that scans would be wrong at any size of the log. */
static enum error prefer_keys(struct database *database, struct problem *problem)
{
    return database_run(database,
                        "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "
                        "SET plan_cache_mode = force_generic_plan; SET jit = off",
                        problem);
}

enum error postgres_store_reopen(struct postgres_store *store, struct problem *problem)
{
    for (int32_t shard = 0; shard < SHARDS_MAX; shard++) {
        kept_states_forget(&store->kept, shard);
        store->seen[shard] = -1;
    }
    enum error error = database_reopen(store->database, problem);
    return error == OK ? prefer_keys(store->database, problem) : error;
}

enum error postgres_store_new(struct postgres_store **made, const struct postgres_store_options *options,
                              struct problem *problem)
{
    struct postgres_store *store = calloc(1, sizeof *store);
    assert(store);
    store->model = options->model;
    store->shards = options->shards;
    store->stop = options->stop;
    for (size_t i = 0; i < SHARDS_MAX; i++)
        store->seen[i] = -1;
    kept_states_init(&store->kept, options->kept_bytes_max ? options->kept_bytes_max : KEPT_BYTES_DEFAULT);
    store->tables = calloc(store->model->n_tables + 1, sizeof *store->tables);
    for (size_t i = 0; i < store->model->n_tables; i++)
        table_statements_init(&store->tables[i], store->model->tables[i]);
    enum error error = database_open(&store->database, &options->database, problem);
    if (error == OK)
        error = prefer_keys(store->database, problem);
    if (error == OK)
        error = ensure_rows(store, problem);
    if (error == OK)
        error = type_codes_load(&store->types, store->database, store->model, problem);
    if (error != OK) {
        postgres_store_free(store);
        store = NULL;
    }
    *made = store;
    return error;
}

void postgres_store_free(struct postgres_store *store)
{
    if (!store)
        return;
    clear_rows(store);
    database_close(store->database);
    for (size_t i = 0; i < SENDS_MAX; i++)
        parameters_fini(&store->parameters[i]);
    for (size_t i = 0; i < store->model->n_tables; i++)
        table_statements_fini(&store->tables[i]);
    free(store->tables);
    type_codes_fini(&store->types);
    kept_states_fini(&store->kept);
    free(store);
}

struct store postgres_store_door(struct postgres_store *store)
{
    return (struct store){store, postgres_open, postgres_load, postgres_commit, postgres_abandon, postgres_feed};
}

struct database *postgres_store_database(struct postgres_store *store)
{
    return store->database;
}

struct postgres_store_counters postgres_store_counters(const struct postgres_store *store)
{
    return store->counters;
}
