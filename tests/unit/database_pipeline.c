/* SPDX-License-Identifier: Apache-2.0
 * Database: many statements in one round trip, all or nothing, without anybody waiting for ever. */
#include "database_fixture.h"

static const struct statement echo = {.name = "echo",
                                      .sql = "SELECT $1::int4, repeat('x', 2000), $2::text"};
static const struct statement append = {
    .name = "append", .sql = "INSERT INTO pair SELECT * FROM unnest($1::int4[], $2::text[])"};

/* Both directions at once, far more than sockets buffer: 10,000 sends of 2 kB, answers of 4 kB. */
static void a_big_pipeline_blocks_nobody(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    enum { SENDS = 10000, TEXT = 2000 };
    DATABASE_AUTO struct database *database = open_plain();
    PARAMETERS_AUTO struct parameters p = {0};
    struct problem problem = {0};
    char text[TEXT + 1];
    memset(text, 'y', TEXT);
    text[TEXT] = 0;
    struct rows *rows = calloc(SENDS, sizeof *rows);
    database_pipeline_begin(database);
    for (int32_t i = 0; i < SENDS; i++) {
        parameters_reset(&p);
        parameters_int32(&p, i);
        parameters_text(&p, text);
        database_pipeline_send(database, &echo, &p);
    }
    expect(database_pipeline_end(database, rows, SENDS, &problem), OK, &problem);
    for (int32_t i = 0; i < SENDS; i++) {
        assert_int_equal(rows_int32(&rows[i], 0, 0), i);
        assert_string_equal(rows_text(&rows[i], 0, 2), text);
        rows_clear(&rows[i]);
    }
    free(rows);
}

static void append_rows(struct database *database, int32_t from, int32_t n)
{
    PARAMETERS_AUTO struct parameters p = {0};
    struct array *ids = parameters_array(&p, SQL_INT32), *notes = parameters_array(&p, SQL_TEXT);
    for (int32_t i = 0; i < n; i++) {
        array_int32(ids, from + i);
        array_text(notes, "row");
    }
    database_pipeline_send(database, &append, &p);
}

static void a_unit_is_one_round_trip(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_plain();
    struct problem problem = {0};
    struct rows rows[4] = {0};
    database_pipeline_begin(database);
    database_pipeline_send_begin(database);
    append_rows(database, 1000, 500);
    append_rows(database, 2000, 500);
    database_pipeline_send_commit(database);
    expect(database_pipeline_end(database, rows, 4, &problem), OK, &problem);
    assert_int_equal(rows_affected(&rows[1]), 500);
    assert_int_equal(rows_affected(&rows[2]), 500);
    for (int i = 0; i < 4; i++)
        rows_clear(&rows[i]);
    assert_false(database_in_transaction(database));
    assert_int_equal(count("pair"), 1002);
}

static void a_failed_pipeline_leaves_nothing(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_plain();
    struct problem problem = {0};
    struct rows rows[5] = {0};
    database_pipeline_begin(database);
    database_pipeline_send_begin(database);
    append_rows(database, 3000, 10);
    append_rows(database, 1, 1); /* taken */
    append_rows(database, 4000, 10);
    database_pipeline_send_commit(database);
    expect(database_pipeline_end(database, rows, 5, &problem), ERR_INTERNAL, &problem);
    assert_string_equal(problem.rule, "SQLSTATE 23505");
    assert_string_equal(database_sqlstate(database), "23505");
    assert_int_equal(database_pipeline_failed_at(database), 2);
    assert_int_equal(rows_count(&rows[1]), 0);
    assert_false(database_in_transaction(database));
    assert_true(database_is_open(database));
    assert_int_equal(count("pair"), 2);
    /* The session is in step again, and what was prepared is known. */
    database_pipeline_begin(database);
    database_pipeline_send_begin(database);
    append_rows(database, 3000, 10);
    database_pipeline_send_commit(database);
    expect(database_pipeline_end(database, NULL, 0, &problem), OK, &problem);
    assert_int_equal(count("pair"), 12);
}

static void a_pipeline_may_join_an_open_transaction(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_plain();
    struct problem problem = {0};
    expect(database_begin(database, &problem), OK, &problem);
    database_pipeline_begin(database);
    append_rows(database, 5000, 3);
    expect(database_pipeline_end(database, NULL, 0, &problem), OK, &problem);
    assert_true(database_in_transaction(database));
    database_pipeline_begin(database);
    append_rows(database, 6000, 3);
    database_rollback(database); /* gives up in the middle of a pipeline */
    assert_true(database_is_open(database));
    assert_int_equal(count("pair"), 2);
    database_pipeline_begin(database);
    database_pipeline_send_commit(database); /* no transaction: refused, nothing is sent */
    expect(database_pipeline_end(database, NULL, 0, &problem), ERR_INTERNAL, &problem);
    assert_true(database_is_open(database));
}

static const struct statement day = {.name = "day", .sql = "SELECT $1::date"};

static void a_bad_parameter_stops_the_pipeline(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_plain();
    PARAMETERS_AUTO struct parameters p = {0};
    struct problem problem = {0};
    parameters_date(&p, INT32_MIN + 5);
    database_pipeline_begin(database);
    database_pipeline_send_begin(database);
    append_rows(database, 7000, 3);
    database_pipeline_send(database, &day, &p);
    database_pipeline_send_commit(database);
    expect(database_pipeline_end(database, NULL, 0, &problem), ERR_RANGE, &problem);
    assert_int_equal(database_pipeline_failed_at(database), 2);
    assert_int_equal(count("pair"), 2);
    assert_true(database_is_open(database));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_big_pipeline_blocks_nobody),
        cmocka_unit_test_setup(a_unit_is_one_round_trip, fresh_table),
        cmocka_unit_test_setup(a_failed_pipeline_leaves_nothing, fresh_table),
        cmocka_unit_test_setup(a_pipeline_may_join_an_open_transaction, fresh_table),
        cmocka_unit_test_setup(a_bad_parameter_stops_the_pipeline, fresh_table),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
