/* SPDX-License-Identifier: Apache-2.0 */
#include "common/database/migration.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/database/statement.h"

enum { WAIT_MS = 60000, PAUSE_MS = 200, SQL_SIZE = 1024 };

/* One lock per schema: services migrate side by side, two migrators of one service do not. */
static const struct statement lock_try = {
    .name = "migration_lock",
    .sql = "SELECT pg_try_advisory_lock(hashtextextended('migration ' || $1::text, 0))"};
static const struct statement unlock = {
    .name = "migration_unlock",
    .sql = "SELECT pg_advisory_unlock(hashtextextended('migration ' || $1::text, 0))"};
static const struct statement table_exists = {
    .name = "migration_table", .sql = "SELECT to_regclass('schema_migration') IS NOT NULL"};
static const struct statement applied_list = {
    .name = "migration_list",
    .sql = "SELECT number, name, checksum FROM schema_migration ORDER BY number"};
static const struct statement applied_add = {
    .name = "migration_add",
    .sql = "INSERT INTO schema_migration(number, name, checksum) "
           "VALUES ($1::int4, $2::text, $3::text)"};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void pause_ms(int64_t ms)
{
    nanosleep(&(struct timespec){ms / 1000, ms % 1000 * 1000000}, NULL);
}

static enum error lock_take(struct database *database, const char *schema, int64_t deadline_ms,
                            struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_text(&parameters, schema);
    for (;;) {
        ROWS_AUTO struct rows rows = {0};
        enum error error = database_query(database, &lock_try, &parameters, &rows, problem);
        if (error || rows_bool(&rows, 0, 0))
            return error;
        if (now_ms() >= deadline_ms)
            return problem_set(problem, ERR_TIMEOUT, "", NULL,
                               "another migrator of schema %s has not ended", schema);
        pause_ms(PAUSE_MS);
    }
}

static void lock_release(struct database *database, const char *schema)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_text(&parameters, schema);
    (void)!database_query(database, &unlock, &parameters, NULL, NULL);
}

static enum error list_read(struct database *database, struct rows *rows, struct problem *problem)
{
    ROWS_AUTO struct rows exists = {0};
    enum error error = database_query(database, &table_exists, NULL, &exists, problem);
    if (!error && rows_bool(&exists, 0, 0))
        error = database_query(database, &applied_list, NULL, rows, problem);
    return error;
}

/* Compares what is applied with what is embedded. *next: the first file that is not applied; a
 * database that is ahead is refused only by `strict`, that is, by the migrator. */
static enum error list_compare(const struct rows *rows, const struct migrations *migrations,
                               bool strict, int32_t *next, struct problem *problem)
{
    int32_t count = rows_count(rows), i = 0;
    for (; i < count && i < migrations->count; i++) {
        const struct migration *ours = &migrations->items[i];
        int32_t number = rows_int32(rows, i, 0);
        if (number != ours->number)
            return problem_set(problem, ERR_SCHEMA, ours->name, NULL,
                               "the database has %s where this program has %s; numbers only grow",
                               rows_text(rows, i, 1), ours->name);
        if (strcmp(rows_text(rows, i, 2), ours->checksum))
            return problem_set(problem, ERR_SCHEMA, ours->name, NULL,
                               "%s was changed after it was applied; write a new file instead",
                               ours->name);
    }
    if (strict && count > i)
        return problem_set(problem, ERR_SCHEMA, rows_text(rows, i, 1), NULL,
                           "the database has %s, which this program does not know: it is older",
                           rows_text(rows, i, 1));
    *next = i;
    return OK;
}

static enum error schema_prepare(struct database *database, const struct migration_options *options,
                                 struct problem *problem)
{
    char sql[SQL_SIZE];
    const char *schema = options->schema, *role = options->reader_role;
    /* Creating needs a privilege on the database that an owner of the schema alone lacks. */
    snprintf(sql, sizeof sql,
             "DO $$ BEGIN IF to_regnamespace('%s') IS NULL THEN CREATE SCHEMA %s; END IF; END $$;"
             "CREATE TABLE IF NOT EXISTS %s.schema_migration(number int PRIMARY KEY, "
             "name text NOT NULL, checksum text NOT NULL, "
             "applied_at timestamptz NOT NULL DEFAULT now())",
             schema, schema, schema);
    enum error error = database_run(database, sql, problem);
    if (error || !role)
        return error;
    int length = snprintf(sql, sizeof sql,
                          "GRANT USAGE ON SCHEMA %s TO %s;"
                          "GRANT SELECT ON %s.schema_migration TO %s;"
                          "ALTER DEFAULT PRIVILEGES IN SCHEMA %s "
                          "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %s;"
                          "ALTER DEFAULT PRIVILEGES IN SCHEMA %s GRANT USAGE ON SEQUENCES TO %s",
                          schema, role, schema, role, schema, role, schema, role);
    assert(length > 0 && (size_t)length < sizeof sql);
    return database_run(database, sql, problem);
}

static enum error apply_once(struct database *database, const struct migration *migration,
                             struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_int32(&parameters, migration->number);
    parameters_text(&parameters, migration->name);
    parameters_text(&parameters, migration->checksum);
    enum error error = database_begin(database, problem);
    if (!error)
        error = database_run(database, migration->sql, problem);
    if (!error)
        error = database_query(database, &applied_add, &parameters, NULL, problem);
    if (!error)
        return database_commit(database, problem);
    database_rollback(database);
    return error;
}

static enum error apply(struct database *database, const struct migration *migration,
                        int64_t deadline_ms, struct problem *problem)
{
    for (;;) {
        enum error error = apply_once(database, migration, problem);
        if (error != ERR_AGAIN || now_ms() >= deadline_ms) {
            if (error && problem && !problem->field[0])
                snprintf(problem->field, sizeof problem->field, "%s", migration->name);
            return error;
        }
        pause_ms(PAUSE_MS); /* a table was locked: let its users through first */
    }
}

static enum error run_locked(struct database *database, const struct migrations *migrations,
                             const struct migration_options *options, int64_t deadline_ms,
                             int32_t *applied, struct problem *problem)
{
    enum error error = options->dry_run ? OK : schema_prepare(database, options, problem);
    ROWS_AUTO struct rows rows = {0};
    if (!error)
        error = list_read(database, &rows, problem);
    int32_t next = 0;
    if (!error)
        error = list_compare(&rows, migrations, true, &next, problem);
    for (; !error && next < migrations->count; next++) {
        const struct migration *migration = &migrations->items[next];
        if (options->on_apply)
            options->on_apply(options->context, migration);
        if (!options->dry_run)
            error = apply(database, migration, deadline_ms, problem);
        *applied += !error;
    }
    return error;
}

enum error migration_run(struct database *database, const struct migrations *migrations,
                         const struct migration_options *options, int32_t *applied,
                         struct problem *problem)
{
    int32_t ignored;
    applied = applied ? applied : &ignored;
    *applied = 0;
    int64_t deadline_ms = now_ms() + (options->wait_ms ? options->wait_ms : WAIT_MS);
    enum error error = lock_take(database, options->schema, deadline_ms, problem);
    if (error)
        return error;
    error = run_locked(database, migrations, options, deadline_ms, applied, problem);
    if (database_is_open(database)) /* a lost session has lost its lock */
        lock_release(database, options->schema);
    return error;
}

enum error migration_check(struct database *database, const struct migrations *migrations,
                           struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    int32_t next = 0;
    enum error error = list_read(database, &rows, problem);
    if (!error)
        error = list_compare(&rows, migrations, false, &next, problem);
    if (error || next == migrations->count)
        return error;
    const struct migration *missing = &migrations->items[next];
    return problem_set(problem, ERR_SCHEMA, missing->name, NULL,
                       "%s has not been applied: run the migration", missing->name);
}
