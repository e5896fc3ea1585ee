/* SPDX-License-Identifier: Apache-2.0
 * What the tests of the room database share: a real PostgreSQL (BILLING_DATABASE; without it they
 * are skipped), a schema named like the program, since programs run side by side, and a table with
 * two rows. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "common/database/statement.h"

static inline struct database *open_with(struct database_options options)
{
    struct problem problem = {0};
    struct database *database = NULL;
    options.conninfo = options.conninfo ? options.conninfo : getenv("BILLING_DATABASE");
    options.schema = program_invocation_short_name;
    enum error error = database_open(&database, &options, &problem);
    if (error)
        fail_msg("open: %s: %s", error_code(error), problem.detail);
    return database;
}

static inline struct database *open_plain(void)
{
    return open_with((struct database_options){0});
}

static inline void expect(enum error got, enum error wanted, const struct problem *problem)
{
    if (got != wanted)
        fail_msg("expected %s, got %s: %s (%s)", error_code(wanted), error_code(got),
                 problem->detail, problem->rule);
}

static inline void run(struct database *database, const char *sql)
{
    struct problem problem = {0};
    expect(database_run(database, sql, &problem), OK, &problem);
}

static inline int64_t count(const char *table)
{
    char name[64], sql[128];
    snprintf(name, sizeof name, "count_%s", table);
    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    struct statement statement = {.name = name, .sql = sql};
    struct database *fresh = open_plain(); /* the statement lives on this stack only */
    struct problem problem = {0};
    ROWS_AUTO struct rows rows = {0};
    expect(database_query(fresh, &statement, NULL, &rows, &problem), OK, &problem);
    int64_t answer = rows_int64(&rows, 0, 0);
    database_close(fresh);
    return answer;
}

static inline int setup(void **state)
{
    (void)state;
    if (!getenv("BILLING_DATABASE"))
        return 0;
    struct database *database = open_plain();
    char sql[256];
    snprintf(sql, sizeof sql,
             "DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s;"
             "CREATE TABLE pair(id int PRIMARY KEY, note text)",
             program_invocation_short_name, program_invocation_short_name);
    run(database, sql);
    database_close(database);
    return 0;
}

static inline int fresh_table(void **state)
{
    (void)state;
    if (!getenv("BILLING_DATABASE"))
        return 0;
    struct database *database = open_plain();
    run(database, "TRUNCATE pair; INSERT INTO pair VALUES (1, 'one'), (2, 'two')");
    database_close(database);
    return 0;
}

#define NEEDS_DATABASE()                                                                           \
    if (!getenv("BILLING_DATABASE"))                                                               \
    skip()

static const struct uuid some_uuid = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

static inline void uuid_expect(struct uuid uuid)
{
    assert_memory_equal(uuid.b, some_uuid.b, sizeof uuid.b);
}

static const struct statement insert = {.name = "insert",
                                        .sql = "INSERT INTO pair VALUES ($1::int4, $2::text)"};
static const struct statement claim = {.name = "claim",
                                       .sql = "INSERT INTO pair VALUES ($1::int4, $2::text)",
                                       .conflict_is_again = true};
static const struct statement missing = {.name = "missing", .sql = "SELECT 1 FROM nowhere"};
static const struct statement divide = {.name = "divide", .sql = "SELECT 1 / $1::int4"};

static inline enum error put(struct database *database, const struct statement *statement,
                             int32_t id, const char *note, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters p = {0};
    parameters_int32(&p, id);
    parameters_text(&p, note);
    return database_query(database, statement, &p, NULL, problem);
}
