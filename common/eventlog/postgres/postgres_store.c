/* SPDX-License-Identifier: Apache-2.0
 * The store's life: connecting, the rows that must exist, reading the log, letting go. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/eventlog/postgres/inside.h"

enum { KEPT_BYTES_DEFAULT = 32 << 20 };

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
