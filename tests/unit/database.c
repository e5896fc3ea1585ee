/* SPDX-License-Identifier: Apache-2.0
 * Database: every type there and back, and every class of failure. */
#include "database_fixture.h"

static const struct statement scalars = {
    .name = "scalars",
    .sql = "SELECT $1::int2, $2::int4, $3::int8, $4::bool, $5::text, $6::bytea, $7::uuid, $8::date,"
           " $9::timestamptz, $10::text, $8::text, $9::text"};

static void scalars_come_back_as_they_went(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_plain();
    PARAMETERS_AUTO struct parameters p = {0};
    struct problem problem = {0};
    for (int turn = 0; turn < 3; turn++) { /* memory and the prepared statement are reused */
        parameters_reset(&p);
        parameters_int16(&p, INT16_MIN);
        parameters_int32(&p, INT32_MIN);
        parameters_int64(&p, INT64_MIN);
        parameters_bool(&p, true);
        parameters_text(&p, "Zoë ‒ 株式会社");
        parameters_bytes(&p, "\0\xff\n", 3);
        parameters_uuid(&p, some_uuid);
        parameters_date(&p, 20484); /* 2026-01-31 */
        parameters_timestamp(&p, 1769817600000001);
        parameters_null(&p, SQL_TEXT);
        ROWS_AUTO struct rows rows = {0};
        expect(database_query(database, &scalars, &p, &rows, &problem), OK, &problem);
        assert_int_equal(rows_count(&rows), 1);
        assert_int_equal(rows_int16(&rows, 0, 0), INT16_MIN);
        assert_int_equal(rows_int32(&rows, 0, 1), INT32_MIN);
        assert_int_equal(rows_int64(&rows, 0, 2), INT64_MIN);
        assert_true(rows_bool(&rows, 0, 3));
        assert_string_equal(rows_text(&rows, 0, 4), "Zoë ‒ 株式会社");
        struct bytes bytes = rows_bytes(&rows, 0, 5);
        assert_int_equal(bytes.size, 3);
        assert_memory_equal(bytes.data, "\0\xff\n", 3);
        uuid_expect(rows_uuid(&rows, 0, 6));
        assert_int_equal(rows_date(&rows, 0, 7), 20484);
        assert_int_equal(rows_timestamp(&rows, 0, 8), 1769817600000001);
        assert_null(rows_text(&rows, 0, 9));
        assert_true(rows_is_null(&rows, 0, 9));
        /* PostgreSQL means the same day as we do, not one counted from 2000. */
        assert_string_equal(rows_text(&rows, 0, 10), "2026-01-31");
        assert_string_equal(rows_text(&rows, 0, 11), "2026-01-31 00:00:00.000001+00");
    }
}

static const struct statement dates = {.name = "dates",
                                       .sql = "SELECT $1::date, $2::timestamptz, $1::text"};

static void dates_reach_both_ends(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    static const struct {
        int32_t days;
        int64_t at_us;
        const char *text;
    } cases[] = {{0, 0, "1970-01-01"},
                 {-1, -1, "1969-12-31"},
                 {INT32_MAX, INT64_MAX, "infinity"},
                 {INT32_MIN, INT64_MIN, "-infinity"},
                 {2932896, 253402300799999999, "9999-12-31"}};
    DATABASE_AUTO struct database *database = open_plain();
    PARAMETERS_AUTO struct parameters p = {0};
    struct problem problem = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        parameters_reset(&p);
        parameters_date(&p, cases[i].days);
        parameters_timestamp(&p, cases[i].at_us);
        ROWS_AUTO struct rows rows = {0};
        expect(database_query(database, &dates, &p, &rows, &problem), OK, &problem);
        assert_int_equal(rows_date(&rows, 0, 0), cases[i].days);
        assert_int_equal(rows_timestamp(&rows, 0, 1), cases[i].at_us);
        assert_string_equal(rows_text(&rows, 0, 2), cases[i].text);
    }
    parameters_reset(&p);
    parameters_date(&p, INT32_MIN + 1); /* no such day, neither here nor there */
    parameters_timestamp(&p, 0);
    expect(database_query(database, &dates, &p, NULL, &problem), ERR_RANGE, &problem);
    parameters_reset(&p);
    parameters_date(&p, 0);
    parameters_timestamp(&p, -300000000000000000); /* before 4713 BC */
    expect(database_query(database, &dates, &p, NULL, &problem), ERR_RANGE, &problem);
    assert_string_equal(database_sqlstate(database), "22008");
}

static const struct statement arrays = {
    .name = "arrays",
    .sql = "SELECT * FROM unnest($1::int2[], $2::int4[], $3::int8[], $4::bool[], $5::text[], "
           "$6::bytea[], $7::uuid[], $8::date[], $9::timestamptz[]) "
           "WITH ORDINALITY AS t(a, b, c, d, e, f, g, h, i, n) ORDER BY n"};

static void arrays_of(struct parameters *p, int32_t items)
{
    struct array *columns[9];
    parameters_reset(p);
    for (enum sql_type type = SQL_INT16; type <= SQL_TIMESTAMP; type++)
        columns[type] = parameters_array(p, type);
    for (int32_t i = 0; i < items; i++) { /* row by row, in any order of the columns */
        char text[32];
        snprintf(text, sizeof text, "text %d", i);
        array_timestamp(columns[SQL_TIMESTAMP], i * 1000000007LL);
        array_int16(columns[SQL_INT16], (int16_t)i);
        array_int32(columns[SQL_INT32], -i);
        if (i % 3 == 2)
            array_null(columns[SQL_INT64]);
        else
            array_int64(columns[SQL_INT64], i * 3000000000);
        array_bool(columns[SQL_BOOL], i % 2);
        array_text(columns[SQL_TEXT], i % 5 == 4 ? NULL : text);
        array_bytes(columns[SQL_BYTES], i % 7 == 6 ? NULL : text, (size_t)(i % 4));
        array_uuid(columns[SQL_UUID], some_uuid);
        array_date(columns[SQL_DATE], i);
    }
}

static void arrays_come_back_with_their_nulls(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_plain();
    PARAMETERS_AUTO struct parameters p = {0};
    struct problem problem = {0};
    static const int32_t sizes[] = {0, 1, 1000, 0, 10};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        arrays_of(&p, sizes[s]);
        ROWS_AUTO struct rows rows = {0};
        expect(database_query(database, &arrays, &p, &rows, &problem), OK, &problem);
        assert_int_equal(rows_count(&rows), sizes[s]);
        for (int32_t i = 0; i < sizes[s]; i++) {
            char text[32];
            snprintf(text, sizeof text, "text %d", i);
            assert_int_equal(rows_int16(&rows, i, 0), (int16_t)i);
            assert_int_equal(rows_int32(&rows, i, 1), -i);
            assert_int_equal(rows_is_null(&rows, i, 2), i % 3 == 2);
            if (i % 3 != 2)
                assert_int_equal(rows_int64(&rows, i, 2), i * 3000000000);
            assert_int_equal(rows_bool(&rows, i, 3), i % 2);
            if (i % 5 == 4)
                assert_null(rows_text(&rows, i, 4));
            else
                assert_string_equal(rows_text(&rows, i, 4), text);
            struct bytes bytes = rows_bytes(&rows, i, 5);
            assert_int_equal(bytes.data == NULL, i % 7 == 6);
            if (bytes.data)
                assert_int_equal(bytes.size, i % 4);
            uuid_expect(rows_uuid(&rows, i, 6));
            assert_int_equal(rows_date(&rows, i, 7), i);
            assert_int_equal(rows_timestamp(&rows, i, 8), i * 1000000007LL);
        }
    }
}

static void failures_have_their_class(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_with(
        (struct database_options){.statement_timeout_ms = 300, .application_name = "classes"});
    struct problem problem = {0};
    expect(put(database, &insert, 1, "again", &problem), ERR_INTERNAL, &problem);
    assert_string_equal(problem.rule, "SQLSTATE 23505");
    assert_string_equal(database_constraint(database), "pair_pkey");
    expect(put(database, &claim, 1, "again", &problem), ERR_AGAIN, &problem);
    expect(put(database, &claim, 7, "\xff\xfe", &problem), ERR_MALFORMED, &problem);
    expect(database_query(database, &missing, NULL, NULL, &problem), ERR_SCHEMA, &problem);
    PARAMETERS_AUTO struct parameters p = {0};
    parameters_int32(&p, 0);
    expect(database_query(database, &divide, &p, NULL, &problem), ERR_INTERNAL, &problem);
    assert_null(strstr(problem.detail, "zero")); /* class 22 may quote a value: never shown */
    expect(database_run(database, "SELECT pg_sleep(2)", &problem), ERR_TIMEOUT, &problem);
    expect(database_run(database, "SELEC 1", &problem), ERR_INTERNAL, &problem);
    expect(database_run(database, "SET transaction_read_only = on; CREATE TABLE x()", &problem),
           ERR_DATABASE_AWAY, &problem);
    assert_false(database_is_open(database));
    expect(put(database, &insert, 9, "", &problem), ERR_DATABASE_AWAY, &problem);
    expect(database_reopen(database, &problem), OK, &problem);
    expect(put(database, &insert, 9, "", &problem), OK, &problem);
}

static void the_schema_survives_a_failed_batch(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_plain();
    struct problem problem = {0};
    expect(database_run(database, "SET search_path = public; SELECT 1/0", &problem), ERR_INTERNAL,
           &problem);
    expect(put(database, &insert, 11, "here", &problem), OK, &problem);
    assert_int_equal(count("pair"), 3);
}

static void a_lock_is_not_waited_for_long(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *holder = open_plain();
    DATABASE_AUTO struct database *waiter =
        open_with((struct database_options){.lock_timeout_ms = 100});
    struct problem problem = {0};
    expect(database_begin(holder, &problem), OK, &problem);
    run(holder, "UPDATE pair SET note = 'held' WHERE id = 1");
    expect(database_begin(waiter, &problem), OK, &problem);
    expect(database_run(waiter, "UPDATE pair SET note = 'mine' WHERE id = 1", &problem), ERR_AGAIN,
           &problem);
    assert_string_equal(database_sqlstate(waiter), "55P03");
    database_rollback(waiter);
    assert_string_equal(database_sqlstate(waiter), "55P03");
    database_rollback(holder);
    run(waiter, "UPDATE pair SET note = 'mine' WHERE id = 1");
}

static void *second_half(void *context)
{
    struct database *database = context;
    struct problem problem = {0};
    enum error error = database_run(database, "UPDATE pair SET note = 'b' WHERE id = 1", &problem);
    database_rollback(database);
    return (void *)(uintptr_t)error;
}

static void a_deadlock_is_tried_again(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    struct database_options patient = {.lock_timeout_ms = 8000};
    DATABASE_AUTO struct database *left = open_with(patient);
    DATABASE_AUTO struct database *right = open_with(patient);
    struct problem problem = {0};
    expect(database_begin(left, &problem), OK, &problem);
    expect(database_begin(right, &problem), OK, &problem);
    run(left, "UPDATE pair SET note = 'a' WHERE id = 1");
    run(right, "UPDATE pair SET note = 'b' WHERE id = 2");
    pthread_t thread;
    pthread_create(&thread, NULL, second_half, right);
    enum error ours = database_run(left, "UPDATE pair SET note = 'a' WHERE id = 2", &problem);
    void *theirs;
    database_rollback(left);
    pthread_join(thread, &theirs);
    /* The server picks its victim; the other goes through. */
    assert_int_equal(ours + (enum error)(uintptr_t)theirs, ERR_AGAIN);
}

static void a_stale_plan_asks_for_a_new_session(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    static const struct statement star = {.name = "star", .sql = "SELECT * FROM changing"};
    DATABASE_AUTO struct database *database = open_plain();
    DATABASE_AUTO struct database *migrator = open_plain();
    struct problem problem = {0};
    run(migrator, "DROP TABLE IF EXISTS changing; CREATE TABLE changing(a int)");
    expect(database_query(database, &star, NULL, NULL, &problem), OK, &problem);
    run(migrator, "ALTER TABLE changing ADD b int");
    expect(database_query(database, &star, NULL, NULL, &problem), ERR_DATABASE_AWAY, &problem);
    expect(database_reopen(database, &problem), OK, &problem);
    expect(database_query(database, &star, NULL, NULL, &problem), OK, &problem);
}

static void settings_are_judged(void **state)
{
    (void)state;
    struct database *database;
    struct problem problem = {0};
    struct database_options options = {0};
    expect(database_open(&database, &options, &problem), ERR_CONFIG, &problem);
    options.conninfo = "nonsense = = x";
    expect(database_open(&database, &options, &problem), ERR_CONFIG, &problem);
    options.conninfo = "host=127.0.0.1 port=1";
    options.schema = "x; drop";
    expect(database_open(&database, &options, &problem), ERR_CONFIG, &problem);
    options.schema = NULL;
    expect(database_open(&database, &options, &problem), ERR_DATABASE_AWAY, &problem);
    assert_null(database);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scalars_come_back_as_they_went),
        cmocka_unit_test(dates_reach_both_ends),
        cmocka_unit_test(arrays_come_back_with_their_nulls),
        cmocka_unit_test_setup(failures_have_their_class, fresh_table),
        cmocka_unit_test_setup(the_schema_survives_a_failed_batch, fresh_table),
        cmocka_unit_test_setup(a_lock_is_not_waited_for_long, fresh_table),
        cmocka_unit_test_setup(a_deadlock_is_tried_again, fresh_table),
        cmocka_unit_test(a_stale_plan_asks_for_a_new_session),
        cmocka_unit_test(settings_are_judged),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
