/* SPDX-License-Identifier: Apache-2.0
 * Loading states and look-ups: from memory where the shard's head allows it, the rest in one pipeline. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/eventlog/postgres/inside.h"

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

enum error postgres_load(void *self, struct unit *unit, struct problem *problem)
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
