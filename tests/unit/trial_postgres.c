/* SPDX-License-Identifier: Apache-2.0
 * Trial store, the form in PostgreSQL: $BILLING_TEST_DATABASE, a schema of its own, made anew for
 * every test. */
#include <unistd.h>

#include "common/database/migration.h"
#include "common/database/statement.h"
#include "common/eventlog/postgres/postgres_store.h"
#include "common/service/kept_work.h"
#include "trial_store.h"

extern const struct migrations trial_migrations;

struct trial {
    struct database *database;
    struct postgres_store *sessions[2];
    char schema[64];
};

const char *trial_postgres_database(void)
{
    const char *conninfo = getenv("BILLING_TEST_DATABASE");
    return conninfo && *conninfo ? conninfo : NULL;
}

static struct postgres_store *session_new(const struct trial *trial)
{
    struct postgres_store_options options = {
        .model = &trial_model,
        .database = {.conninfo = trial_postgres_database(), .schema = trial->schema},
        .shards = TRIAL_SHARDS};
    struct postgres_store *store = NULL;
    struct problem problem = {0};
    enum error error = postgres_store_new(&store, &options, &problem);
    if (error != OK)
        print_error("%s\n", problem.detail);
    assert_ok(error);
    return store;
}

static void run_sql(struct trial *trial, const char *format)
{
    char sql[512];
    struct problem problem = {0};
    snprintf(sql, sizeof sql, format, trial->schema);
    assert_ok(database_run(trial->database, sql, &problem));
}

static void *open_postgres(void)
{
    struct trial *trial = calloc(1, sizeof *trial);
    struct problem problem = {0};
    snprintf(trial->schema, sizeof trial->schema, "trial_%d", (int)getpid());
    struct database_options options = {.conninfo = trial_postgres_database(),
                                       .schema = trial->schema};
    assert_ok(database_open(&trial->database, &options, &problem));
    run_sql(trial, "DROP SCHEMA IF EXISTS %1$s CASCADE");
    run_sql(trial, "CREATE SCHEMA %1$s");
    for (int32_t i = 0; i < trial_migrations.count; i++)
        assert_ok(database_run(trial->database, trial_migrations.items[i].sql, &problem));
    assert_ok(database_run(trial->database, TRIAL_TABLES_SQL, &problem));
    for (int i = 0; i < 2; i++)
        trial->sessions[i] = session_new(trial);
    return trial;
}

static void close_postgres(void *self)
{
    struct trial *trial = self;
    for (int i = 0; i < 2; i++)
        postgres_store_free(trial->sessions[i]);
    run_sql(trial, "DROP SCHEMA %1$s CASCADE");
    database_close(trial->database);
    free(trial);
}

static struct store door_postgres(void *self, int session)
{
    struct trial *trial = self;
    return postgres_store_door(trial->sessions[session]);
}

static size_t parked_postgres(struct trial *trial, struct arena *arena, struct work **works)
{
    static const struct statement parked = {"trial_parked", "SELECT id FROM parked ORDER BY seq",
                                            false};
    struct problem problem = {0};
    ROWS_AUTO struct rows rows = {0};
    assert_ok(database_query(trial->database, &parked, NULL, &rows, &problem));
    for (int32_t row = 0; row < rows_count(&rows); row++) {
        struct uuid id = rows_uuid(&rows, row, 0);
        assert_ok(kept_parked(trial->database, arena, &id, &works[row], &problem));
    }
    return (size_t)rows_count(&rows);
}

static size_t kept_postgres(void *self, enum kept_what what, struct arena *arena,
                            struct work **works)
{
    struct trial *trial = self;
    bool shards[SHARDS_MAX];
    memset(shards, 1, sizeof shards);
    struct problem problem = {0};
    size_t n = 0;
    switch (what) {
    case KEPT_HANDOVERS:
        assert_ok(kept_handovers(trial->database, arena, shards, TRIAL_SHARDS, KEPT_MAX, works, &n,
                                 &problem));
        break;
    case KEPT_WAITING:
        assert_ok(kept_waiting(trial->database, arena, shards, TRIAL_SHARDS, KEPT_MAX, works, &n,
                               &problem));
        break;
    case KEPT_PARKED:
        return parked_postgres(trial, arena, works);
    }
    return n;
}

static int64_t number_postgres(void *self, const char *table, const char *column, const char *key)
{
    struct trial *trial = self;
    char name[96], sql[256];
    const char *first = !strcmp(table, "trial_total")  ? "customer_id"
                        : !strcmp(table, "trial_item") ? "item_id"
                                                       : "account_id";
    snprintf(name, sizeof name, "%s_%s", table, column);
    snprintf(sql, sizeof sql, "SELECT %s::text::int8 FROM %s WHERE %s = $1::text::uuid", column,
             table, first);
    struct statement statement = {name, sql, false};
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    struct problem problem = {0};
    parameters_text(&parameters, key);
    assert_ok(database_query(trial->database, &statement, &parameters, &rows, &problem));
    return rows_count(&rows) ? rows_int64(&rows, 0, 0) : INT64_MIN;
}

static void restart_postgres(void *self, int session)
{
    struct trial *trial = self;
    postgres_store_free(trial->sessions[session]);
    trial->sessions[session] = session_new(trial);
}

const struct trial_form trial_postgres = {"postgres",      open_postgres, close_postgres,
                                          door_postgres,   kept_postgres, number_postgres,
                                          restart_postgres};
