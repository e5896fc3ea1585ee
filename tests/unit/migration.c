/* SPDX-License-Identifier: Apache-2.0
 * Migration: what stands in the embedded files is applied once, in order, by one migrator at a
 * time, on a real PostgreSQL (BILLING_DATABASE; skipped without it). */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "common/database/migration.h"
#include "common/database/statement.h"

extern const struct migrations test_migrations; /* embedded from tests/unit/migrations */

static const char schema[] = "migration_test";

static struct database *open_as(int32_t lock_timeout_ms)
{
    struct problem problem = {0};
    struct database *database = NULL;
    struct database_options options = {.conninfo = getenv("BILLING_DATABASE"),
                                       .schema = schema,
                                       .statement_timeout_ms = -1,
                                       .lock_timeout_ms = lock_timeout_ms};
    enum error error = database_open(&database, &options, &problem);
    if (error)
        fail_msg("open: %s: %s", error_code(error), problem.detail);
    return database;
}

static void expect(enum error got, enum error wanted, const struct problem *problem)
{
    if (got != wanted)
        fail_msg("expected %s, got %s: %s: %s (%s)", error_code(wanted), error_code(got),
                 problem->field, problem->detail, problem->rule);
}

static void run(struct database *database, const char *sql)
{
    struct problem problem = {0};
    expect(database_run(database, sql, &problem), OK, &problem);
}

static int32_t number(struct database *database, const struct statement *statement)
{
    struct problem problem = {0};
    ROWS_AUTO struct rows rows = {0};
    expect(database_query(database, statement, NULL, &rows, &problem), OK, &problem);
    return rows_int32(&rows, 0, 0);
}

static int fresh(void **state)
{
    (void)state;
    if (!getenv("BILLING_DATABASE"))
        return 0;
    struct database *database = open_as(0);
    run(database, "DROP SCHEMA IF EXISTS migration_test CASCADE");
    database_close(database);
    return 0;
}

#define NEEDS_DATABASE()                                                                           \
    if (!getenv("BILLING_DATABASE"))                                                               \
    skip()

static const struct migration_options plain = {.schema = schema};
static const struct statement applied_count = {
    .name = "applied", .sql = "SELECT count(*)::int4 FROM schema_migration"};
static const struct statement account_id = {
    .name = "account_id", .sql = "SELECT sum(id)::int4 FROM account WHERE name = 'Zoë \\ \"x\"'"};

static void files_are_embedded_by_number(void **state)
{
    (void)state;
    assert_int_equal(test_migrations.count, 2);
    assert_string_equal(test_migrations.items[0].name, "0001_account.sql");
    assert_string_equal(test_migrations.items[1].name, "0002_balance.sql");
    assert_int_equal(test_migrations.items[1].number, 2);
    assert_non_null(strstr(test_migrations.items[0].sql, "'Zoë \\ \"x\"'"));
    assert_int_equal(strlen(test_migrations.items[0].checksum), 64);
}

static void twice_is_once(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_as(0);
    struct problem problem = {0};
    int32_t applied;
    struct migration_options dry = {.schema = schema, .dry_run = true};
    expect(migration_check(database, &test_migrations, &problem), ERR_SCHEMA, &problem);
    expect(migration_run(database, &test_migrations, &dry, &applied, &problem), OK, &problem);
    assert_int_equal(applied, 2);
    expect(migration_check(database, &test_migrations, &problem), ERR_SCHEMA, &problem);
    assert_string_equal(problem.field, "0001_account.sql");
    expect(migration_run(database, &test_migrations, &plain, &applied, &problem), OK, &problem);
    assert_int_equal(applied, 2);
    expect(migration_run(database, &test_migrations, &plain, &applied, &problem), OK, &problem);
    assert_int_equal(applied, 0);
    expect(migration_check(database, &test_migrations, &problem), OK, &problem);
    assert_int_equal(number(database, &applied_count), 2);
    assert_int_equal(number(database, &account_id), 42);
}

static void a_changed_file_is_named(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_as(0);
    struct problem problem = {0};
    expect(migration_run(database, &test_migrations, &plain, NULL, &problem), OK, &problem);
    struct migration items[] = {test_migrations.items[0], test_migrations.items[1]};
    struct migrations changed = {items, 2};
    items[1].checksum = items[0].checksum;
    expect(migration_run(database, &changed, &plain, NULL, &problem), ERR_SCHEMA, &problem);
    assert_string_equal(problem.field, "0002_balance.sql");
    expect(migration_check(database, &changed, &problem), ERR_SCHEMA, &problem);
    /* A number slipped in below what is applied. */
    items[0] = (struct migration){0, "0000_late.sql", "SELECT 1", items[0].checksum};
    expect(migration_run(database, &changed, &plain, NULL, &problem), ERR_SCHEMA, &problem);
    assert_string_equal(problem.field, "0000_late.sql");
    /* An older program: its readiness is fine, its migrator is not. */
    struct migrations older = {test_migrations.items, 1};
    expect(migration_check(database, &older, &problem), OK, &problem);
    expect(migration_run(database, &older, &plain, NULL, &problem), ERR_SCHEMA, &problem);
}

static void a_failing_file_leaves_nothing_of_itself(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_as(0);
    struct problem problem = {0};
    struct migration items[] = {test_migrations.items[0],
                                {2, "0002_bad.sql", "CREATE TABLE half(); SELECT nonsense()",
                                 test_migrations.items[1].checksum}};
    struct migrations bad = {items, 2};
    int32_t applied;
    expect(migration_run(database, &bad, &plain, &applied, &problem), ERR_SCHEMA, &problem);
    assert_string_equal(problem.field, "0002_bad.sql");
    assert_int_equal(applied, 1);
    assert_int_equal(number(database, &applied_count), 1);
    expect(migration_run(database, &test_migrations, &plain, &applied, &problem), OK, &problem);
    assert_int_equal(applied, 1);
}

struct migrator {
    enum error error;
    int32_t applied;
    struct problem problem;
};

static void *migrate(void *context)
{
    struct migrator *migrator = context;
    struct database *database = open_as(0);
    migrator->error =
        migration_run(database, &test_migrations, &plain, &migrator->applied, &migrator->problem);
    database_close(database);
    return NULL;
}

static void many_migrators_do_it_once(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    enum { MIGRATORS = 6 };
    pthread_t threads[MIGRATORS];
    struct migrator migrators[MIGRATORS] = {0};
    for (int i = 0; i < MIGRATORS; i++)
        pthread_create(&threads[i], NULL, migrate, &migrators[i]);
    int32_t applied = 0;
    for (int i = 0; i < MIGRATORS; i++) {
        pthread_join(threads[i], NULL);
        expect(migrators[i].error, OK, &migrators[i].problem);
        applied += migrators[i].applied;
    }
    assert_int_equal(applied, 2);
}

static void a_migrator_that_hangs_is_not_waited_for_long(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *holder = open_as(0);
    DATABASE_AUTO struct database *database = open_as(0);
    struct problem problem = {0};
    run(holder, "SELECT pg_advisory_lock(hashtextextended('migration migration_test', 0))");
    struct migration_options hasty = {.schema = schema, .wait_ms = 500};
    expect(migration_run(database, &test_migrations, &hasty, NULL, &problem), ERR_TIMEOUT,
           &problem);
}

static void *release_later(void *context)
{
    usleep(700000);
    database_rollback(context);
    return NULL;
}

static void a_locked_table_is_tried_again(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *user = open_as(0);
    DATABASE_AUTO struct database *database = open_as(100);
    struct problem problem = {0};
    struct migration items[] = {
        test_migrations.items[0],
        {2, "0002_add.sql", "ALTER TABLE account ADD b int", test_migrations.items[1].checksum}};
    struct migrations first = {items, 1}, both = {items, 2};
    expect(migration_run(database, &first, &plain, NULL, &problem), OK, &problem);
    expect(database_begin(user, &problem), OK, &problem);
    run(user, "SELECT * FROM account");
    pthread_t thread;
    pthread_create(&thread, NULL, release_later, user);
    int32_t applied;
    expect(migration_run(database, &both, &plain, &applied, &problem), OK, &problem);
    pthread_join(thread, NULL);
    assert_int_equal(applied, 1);
}

static void the_reader_may_use_what_was_made(void **state)
{
    (void)state;
    const char *conninfo = getenv("DUEBOOK_TEST_DATABASE_INVOICING");
    if (!conninfo || !getenv("BILLING_DATABASE"))
        skip();
    DATABASE_AUTO struct database *database = open_as(0);
    struct problem problem = {0};
    struct migration_options granting = {.schema = schema, .reader_role = "duebook_invoicing"};
    expect(migration_run(database, &test_migrations, &granting, NULL, &problem), OK, &problem);
    DATABASE_AUTO struct database *reader = NULL;
    struct database_options options = {.conninfo = conninfo, .schema = schema};
    expect(database_open(&reader, &options, &problem), OK, &problem);
    expect(migration_check(reader, &test_migrations, &problem), OK, &problem);
    expect(database_run(reader, "INSERT INTO account(id) VALUES (1)", &problem), OK, &problem);
    expect(database_run(reader, "DELETE FROM schema_migration", &problem), ERR_CONFIG, &problem);
    expect(database_run(reader, "CREATE TABLE mine()", &problem), ERR_CONFIG, &problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_embedded_by_number),
        cmocka_unit_test_setup(twice_is_once, fresh),
        cmocka_unit_test_setup(a_changed_file_is_named, fresh),
        cmocka_unit_test_setup(a_failing_file_leaves_nothing_of_itself, fresh),
        cmocka_unit_test_setup(many_migrators_do_it_once, fresh),
        cmocka_unit_test_setup(a_migrator_that_hangs_is_not_waited_for_long, fresh),
        cmocka_unit_test_setup(a_locked_table_is_tried_again, fresh),
        cmocka_unit_test_setup(the_reader_may_use_what_was_made, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
