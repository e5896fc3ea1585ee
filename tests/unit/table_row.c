/* SPDX-License-Identifier: Apache-2.0
 * Table row: what a unit coalesces, and what then stands in a table in memory. */
#include "common/eventlog/memory/memory_rows.h"
#include "trial_store.h"

#include "common/eventlog/unit_inside.h"

static const struct column columns[] = {{"k", COLUMN_TEXT, COLUMN_KEY},
                                        {"n", COLUMN_INT32, COLUMN_KEY},
                                        {"text", COLUMN_TEXT, COLUMN_VALUE},
                                        {"total", COLUMN_INT64, COLUMN_SUM}};
static const struct table sums = {"sums", columns, 4};
static const struct table values = {"vals", columns, 3};
static const struct table *const tables[] = {&values, &sums};
static const struct service_model model = {.name = "rows", .tables = tables, .n_tables = 2};

struct bench {
    struct arena arena;
    struct unit unit;
    struct memory_rows rows;
};

static struct projecting begin(struct bench *bench)
{
    arena_reset(&bench->arena);
    bench->unit = (struct unit){.arena = &bench->arena, .model = &model, .shards = 1};
    return unit_projecting(&bench->unit);
}

static void put(struct projecting *projecting, const struct table *table, const char *key, int n,
                const char *text, int64_t total)
{
    row_begin(projecting, table);
    row_text(projecting, key);
    row_int(projecting, n);
    row_text(projecting, text);
    if (table == &sums)
        row_int(projecting, total);
    row_put(projecting);
}

static void drop(struct projecting *projecting, const struct table *table, const char *key, int n)
{
    row_begin(projecting, table);
    row_text(projecting, key);
    row_int(projecting, n);
    row_drop(projecting);
}

static void commit(struct bench *bench)
{
    unit_sort_rows(&bench->unit);
    memory_rows_apply(&bench->rows, &bench->unit);
}

static const struct memory_row *find(struct bench *bench, const struct table *table,
                                     const char *key, int64_t n)
{
    const struct memory_map *map = memory_rows_of(&bench->rows, table);
    memory_map_each(map, i)
    {
        const struct memory_row *row = map->items[i]->value;
        if (!strcmp((const char *)row->cells[0].bytes, key) && row->cells[1].number == n)
            return row;
    }
    return NULL;
}

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);
    arena_init(&bench->arena, 4 << 20);
    memory_rows_init(&bench->rows, &model);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;
    memory_rows_fini(&bench->rows);
    arena_fini(&bench->arena);
    free(bench);
    return 0;
}

static void the_last_values_win_and_sums_add_up(void **state)
{
    struct bench *bench = *state;
    struct projecting projecting = begin(bench);
    put(&projecting, &sums, "a", 1, "first", 10);
    put(&projecting, &sums, "a", 2, "other key", 7);
    put(&projecting, &sums, "a", 1, "second", 5);
    assert_int_equal(bench->unit.n_rows, 2);
    commit(bench);
    projecting = begin(bench);
    put(&projecting, &sums, "a", 1, NULL, -20);
    commit(bench);
    const struct memory_row *row = find(bench, &sums, "a", 1);
    assert_true(row->cells[2].is_null);
    assert_int_equal(row->cells[3].number, -5);
    assert_int_equal(find(bench, &sums, "a", 2)->cells[3].number, 7);
}

static void a_drop_and_a_put_in_one_unit_leave_what_came_last(void **state)
{
    struct bench *bench = *state;
    struct projecting projecting = begin(bench);
    put(&projecting, &values, "a", 1, "one", 0);
    put(&projecting, &values, "b", 1, "one", 0);
    commit(bench);
    projecting = begin(bench);
    drop(&projecting, &values, "a", 1);
    put(&projecting, &values, "a", 1, "two", 0);
    put(&projecting, &values, "b", 1, "two", 0);
    drop(&projecting, &values, "b", 1);
    drop(&projecting, &values, "never", 1);
    commit(bench);
    assert_string_equal((const char *)find(bench, &values, "a", 1)->cells[2].bytes, "two");
    assert_null(find(bench, &values, "b", 1));
    assert_null(find(bench, &values, "never", 1));
}

static void many_rows_keep_their_keys_apart(void **state)
{
    struct bench *bench = *state;
    struct projecting projecting = begin(bench);
    char key[16];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 2000; i++) {
            snprintf(key, sizeof key, "key-%d", i % 500);
            put(&projecting, i % 2 ? &sums : &values, key, i / 500, "x", 1);
        }
    assert_int_equal(bench->unit.n_rows, 2000);
    commit(bench);
    assert_int_equal(memory_rows_of(&bench->rows, &sums)->n_live, 1000);
    assert_int_equal(memory_rows_of(&bench->rows, &values)->n_live, 1000);
    assert_int_equal(find(bench, &sums, "key-3", 2)->cells[3].number, 2);
    /* Rows of one table stand together, in the order of the model's tables. */
    for (size_t i = 1; i < bench->unit.n_rows; i++)
        assert_true(bench->unit.rows[i - 1]->table == &values ||
                    bench->unit.rows[i]->table == &sums);
}

static void two_states_of_the_tables_are_compared(void **state)
{
    struct bench *bench = *state;
    struct memory_rows other;
    char text[200];
    memory_rows_init(&other, &model);
    struct projecting projecting = begin(bench);
    put(&projecting, &values, "a", 1, "one", 0);
    commit(bench);
    assert_non_null(memory_rows_compare(&bench->rows, &other, text, sizeof text));
    assert_non_null(strstr(text, "stored, but not from the log"));
    memory_rows_apply(&other, &bench->unit);
    assert_null(memory_rows_compare(&bench->rows, &other, text, sizeof text));
    projecting = begin(bench);
    put(&projecting, &values, "a", 1, "two", 0);
    commit(bench);
    assert_non_null(memory_rows_compare(&bench->rows, &other, text, sizeof text));
    assert_non_null(strstr(text, "a row differs"));
    memory_rows_fini(&other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_last_values_win_and_sums_add_up),
        TEST(a_drop_and_a_put_in_one_unit_leave_what_came_last),
        TEST(many_rows_keep_their_keys_apart),
        TEST(two_states_of_the_tables_are_compared),
    };
    return cmocka_run_group_tests_name("table row", tests, NULL, NULL);
}
