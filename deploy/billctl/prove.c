/* SPDX-License-Identifier: Apache-2.0
 * Prove: recomputes what the tables of the services claim, from their events alone, and says where
 * they differ. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/time.h"
#include "common/database/statement.h"
#include "deploy/billctl/command.h"
#include "deploy/billctl/prove_inside.h"

enum { ARENA_BYTES = 256 << 20, ROWS_PER_PASS = 4000000 };

static const struct statement export_snapshot = {"prove_snapshot", "SELECT pg_export_snapshot()",
                                                 false};
static const struct statement read_heads = {
    "prove_heads",
    "SELECT h.shard, h.position, h.hash, h.epoch, h.parked, coalesce(r.position, 0) FROM "
    "shard_head h "
    "LEFT JOIN relay r USING (shard) ORDER BY h.shard",
    false,
};
static const struct statement read_places = {
    "prove_places",
    "SELECT topic, partition, epoch, position, hash FROM inbox ORDER BY topic, partition", false};

static enum error begin_snapshot(struct database *database, const char *snapshot,
                                 struct problem *problem)
{
    char sql[200] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";
    if (snapshot)
        snprintf(sql + strlen(sql), sizeof sql - strlen(sql), "; SET TRANSACTION SNAPSHOT '%s'",
                 snapshot);
    enum error error = database_begin(database, problem);
    if (error == OK)
        error = database_run(database, sql, problem);
    return error == OK ? database_run(database, "SET LOCAL work_mem = '64MB'", problem) : error;
}

enum error proving_connect(struct proving *proving, struct database **database,
                           struct problem *problem)
{
    enum error error = known_service_read(proving->tool, proving->service, database, problem);
    return error == OK ? begin_snapshot(*database, proving->snapshot, problem) : error;
}

static enum error read_all_heads(struct proving *proving, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(proving->database, &read_heads, NULL, &rows, problem);
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        int16_t shard = rows_int16(&rows, row, 0);
        if (shard >= proving->shards)
            return problem_set(problem, ERR_CONFIG, "BILLING_SHARDS", "",
                               "%s has more than %d shards", proving->service->name,
                               proving->shards);
        struct proved_head *head = &proving->heads[shard];
        *head = (struct proved_head){.position = rows_int64(&rows, row, 1),
                                     .epoch = (uint32_t)rows_int32(&rows, row, 3),
                                     .parked = rows_int32(&rows, row, 4),
                                     .cursor = rows_int64(&rows, row, 5),
                                     .there = true};
        memcpy(head->hash.b, rows_bytes(&rows, row, 2).data, HASH_BYTES);
        proving->events += head->position;
    }
    return error;
}

static enum error read_all_places(struct proving *proving, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(proving->database, &read_places, NULL, &rows, problem);
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        const struct known_service *producer = known_service_of_topic(rows_text(&rows, row, 0));
        if (!producer || proving->n_places == PLACES_MAX)
            continue;
        struct proved_place *place = &proving->places[proving->n_places++];
        *place =
            (struct proved_place){.producer = producer, .partition = rows_int16(&rows, row, 1)};
        place->place.epoch = (uint32_t)rows_int32(&rows, row, 2);
        place->place.position = rows_int64(&rows, row, 3);
        memcpy(place->place.hash.b, rows_bytes(&rows, row, 4).data, HASH_BYTES);
    }
    return error;
}

static enum error open_service(struct proving *proving, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error =
        known_service_read(proving->tool, proving->service, &proving->database, problem);
    if (error == OK)
        error = begin_snapshot(proving->database, NULL, problem);
    if (error == OK)
        error = database_query(proving->database, &export_snapshot, NULL, &rows, problem);
    if (error == OK)
        snprintf(proving->snapshot, sizeof proving->snapshot, "%s", rows_text(&rows, 0, 0));
    if (error == OK)
        error = type_codes_read(&proving->types, proving->database, proving->model, problem);
    if (error == OK)
        error = read_all_heads(proving, problem);
    return error == OK ? read_all_places(proving, problem) : error;
}

/* How many rows the tables hold, to bound the memory of one pass. */
static enum error count_rows(struct proving *proving, int64_t *count, struct problem *problem)
{
    *count = 0;
    for (size_t i = 0; i < proving->model->n_tables; i++) {
        char sql[200];
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", proving->model->tables[i]->name);
        COPY_OUT_AUTO struct copy_out copy = {0};
        bool more = false;
        enum error error = copy_out_begin(&copy, proving->database, sql, problem);
        if (error == OK)
            error = copy_out_next(&copy, &more, problem);
        if (error == OK && more) {
            *count += copy_out_int64(&copy, 0);
            error = copy_out_next(&copy, &more, problem);
        }
        if (error != OK)
            return error;
    }
    return OK;
}

static enum error prove_rows(struct proving *proving, struct proof *proof, int64_t *rows,
                             int64_t *heard, struct problem *problem)
{
    enum error error = replay_heard(proving, heard, problem);
    return error == OK ? row_store_compare(&proving->rows, proving->database, proof, rows, problem)
                       : error;
}

/* The log is read once for all proofs; only if the tables hold very many rows, again for each
 * further share of them. */
static enum error prove_replay(struct proving *proving, struct problem *problem)
{
    struct proof proof = {.name = "tables", .service = proving->service->name};
    int64_t count, rows = 0, heard = 0;
    enum error error = count_rows(proving, &count, problem);
    uint32_t passes = (uint32_t)(count / ROWS_PER_PASS) + 1;
    for (uint32_t pass = 0; pass < passes && error == OK; pass++) {
        row_store_init(&proving->rows, proving->model, pass, passes);
        error = prove_log(proving, pass > 0, problem);
        if (error == OK)
            error = prove_streams(proving, pass > 0, problem);
        if (error == OK)
            error = prove_rows(proving, &proof, &rows, &heard, problem);
        row_store_fini(&proving->rows);
    }
    if (error != OK)
        return error;
    char one[32], two[32];
    if (!proof_print(&proof, "%s rows as replayed, with %s events heard", count_text(one, rows),
                     count_text(two, heard)))
        proving->broken = true;
    return OK;
}

static enum error prove_service(struct proving *proving, struct problem *problem)
{
    enum error error = open_service(proving, problem);
    if (error == OK)
        error = prove_replay(proving, problem);
    if (error == OK)
        error = prove_books(proving, problem);
    if (error == OK)
        error = prove_kept(proving, problem);
    if (error == OK)
        error = prove_places(proving, problem);
    database_close(proving->database); /* a snapshot held for long keeps dead rows alive */
    proving->database = NULL;
    return error == OK ? prove_topic(proving, problem) : error;
}

static enum error prove_one(struct tool *tool, const struct known_service *service, int32_t shards,
                            struct arena *arena, struct unit *unit, bool *broken, int64_t *events,
                            struct problem *problem)
{
    if (!service->model)
        return problem_set(problem, ERR_CONFIG, service->name, "", "is not in this program");
    struct proving *proving = calloc(1, sizeof *proving);
    assert(proving);
    proving->tool = tool;
    proving->service = service;
    proving->model = service->model;
    proving->shards = shards;
    proving->arena = arena;
    proving->unit = unit;
    proving->books = books_new();
    proving->kept = kept_ids_new();
    enum error error = prove_service(proving, problem);
    *broken = *broken || proving->broken;
    *events += proving->events;
    type_codes_fini(&proving->types);
    books_free(proving->books);
    kept_ids_free(proving->kept);
    free(proving);
    return error;
}

static enum error wanted_services(struct arguments *arguments, bool wanted[SERVICES],
                                  struct problem *problem)
{
    const char *name;
    bool any = false;
    enum error error;
    while ((error = arguments_option(arguments, "--service", &name, problem)) == OK && name) {
        const struct known_service *service;
        error = known_service_find(name, &service, problem);
        if (error != OK)
            return error;
        wanted[service - known_services] = any = true;
    }
    for (size_t i = 0; i < SERVICES && !any; i++)
        wanted[i] = true;
    return error == OK ? arguments_end(arguments, problem) : error;
}

int prove_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    bool wanted[SERVICES] = {false}, broken = false;
    int32_t shards = 0;
    int64_t events = 0, started_us = monotonic_us();
    struct arena arena;
    struct unit *unit = calloc(1, sizeof *unit);
    assert(unit);
    arena_init(&arena, ARENA_BYTES);
    enum error error = wanted_services(arguments, wanted, &problem);
    if (error == OK)
        error = tool_shards(tool, &shards, &problem);
    for (size_t i = 0; i < SERVICES && error == OK; i++)
        if (wanted[i])
            error = prove_one(tool, &known_services[i], shards, &arena, unit, &broken, &events,
                              &problem);
    arena_fini(&arena);
    free(unit);
    if (error != OK)
        return tool_fail("prove", &problem);
    char text[32];
    printf("%s: %s events in %.1f s\n", broken ? "BROKEN" : "everything is proved",
           count_text(text, events), (double)(monotonic_us() - started_us) / 1e6);
    return broken ? STATUS_BROKEN : STATUS_OK;
}
