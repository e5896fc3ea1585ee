/* SPDX-License-Identifier: Apache-2.0
 * Database: whole tables in and out by COPY. */
#include "database_fixture.h"

#include "common/database/copy.h"

static void copy_goes_in_and_out(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    enum { ROWS = 50000 };
    DATABASE_AUTO struct database *database = open_plain();
    struct problem problem = {0};
    run(database, "DROP TABLE IF EXISTS wide; CREATE TABLE wide(a int2, b int4, c int8, d bool,"
                  " e text, f bytea, g uuid, h date, i timestamptz)");
    COPY_IN_AUTO struct copy_in in = {0};
    expect(copy_in_begin(&in, database, "wide", &problem), OK, &problem);
    for (int32_t i = 0; i < ROWS; i++) {
        copy_row(&in, 9);
        copy_int16(&in, (int16_t)i);
        copy_int32(&in, i);
        copy_int64(&in, i * 5000000000);
        copy_bool(&in, i % 2);
        copy_text(&in, i % 5 ? "text" : NULL);
        copy_bytes(&in, "\0\1", 2);
        copy_uuid(&in, some_uuid);
        copy_date(&in, i);
        copy_timestamp(&in, i * 1000001LL);
    }
    int64_t stored;
    expect(copy_in_end(&in, &stored, &problem), OK, &problem);
    assert_int_equal(stored, ROWS);
    COPY_OUT_AUTO struct copy_out out = {0};
    expect(copy_out_begin(&out, database, "SELECT * FROM wide ORDER BY b", &problem), OK, &problem);
    bool more;
    int32_t i = 0;
    enum error error;
    for (; (error = copy_out_next(&out, &more, &problem)) == OK && more; i++) {
        assert_int_equal(copy_out_int16(&out, 0), (int16_t)i);
        assert_int_equal(copy_out_int32(&out, 1), i);
        assert_int_equal(copy_out_int64(&out, 2), i * 5000000000);
        assert_int_equal(copy_out_bool(&out, 3), i % 2);
        assert_int_equal(copy_out_is_null(&out, 4), i % 5 == 0);
        assert_int_equal(copy_out_bytes(&out, 5).size, 2);
        uuid_expect(copy_out_uuid(&out, 6));
        assert_int_equal(copy_out_date(&out, 7), i);
        assert_int_equal(copy_out_timestamp(&out, 8), i * 1000001LL);
    }
    expect(error, OK, &problem);
    assert_int_equal(i, ROWS);
    assert_int_equal(count("wide"), ROWS); /* the session goes on */
    expect(copy_out_begin(&out, database, "SELECT a FROM wide LIMIT 0", &problem), OK, &problem);
    expect(copy_out_next(&out, &more, &problem), OK, &problem);
    assert_false(more);
}

static void copy_refused_or_abandoned_leaves_nothing(void **state)
{
    (void)state;
    NEEDS_DATABASE();
    DATABASE_AUTO struct database *database = open_plain();
    struct problem problem = {0};
    struct copy_in in = {0};
    int64_t stored;
    expect(copy_in_begin(&in, database, "nowhere", &problem), ERR_SCHEMA, &problem);
    expect(copy_in_begin(&in, database, "pair(id)", &problem), OK, &problem);
    for (int32_t i = 0; i < 100000; i++) { /* 1 is taken: refused while we are still sending */
        copy_row(&in, 1);
        copy_int32(&in, i);
    }
    expect(copy_in_end(&in, &stored, &problem), ERR_INTERNAL, &problem);
    assert_string_equal(problem.rule, "SQLSTATE 23505");
    expect(copy_in_begin(&in, database, "pair(id)", &problem), OK, &problem);
    copy_row(&in, 1);
    copy_int32(&in, 100);
    copy_in_abandon(&in);
    expect(copy_in_begin(&in, database, "wide(h)", &problem), OK, &problem);
    copy_row(&in, 1);
    copy_date(&in, INT32_MIN + 1);
    expect(copy_in_end(&in, &stored, &problem), ERR_RANGE, &problem);
    assert_int_equal(count("pair"), 2);
    run(database, "SELECT 1");
    struct copy_out out = {0};
    expect(copy_out_begin(&out, database, "SELECT 1/a FROM (VALUES (1), (0)) AS t(a)", &problem),
           OK, &problem);
    bool more;
    enum error error = copy_out_next(&out, &more, &problem);
    if (!error)
        error = copy_out_next(&out, &more, &problem);
    expect(error, ERR_INTERNAL, &problem);
    copy_out_abandon(&out);
    run(database, "SELECT 1");
    expect(copy_out_begin(&out, database, "SELECT generate_series(1, 1000000)", &problem), OK,
           &problem);
    expect(copy_out_next(&out, &more, &problem), OK, &problem);
    copy_out_abandon(&out);
    expect(database_reopen(database, &problem), OK, &problem);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copy_goes_in_and_out),
        cmocka_unit_test_setup(copy_refused_or_abandoned_leaves_nothing, fresh_table),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
