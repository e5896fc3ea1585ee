/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/database/copy.h"
#include "common/database/statement.h"

enum { FIELDS_MAX = 40, TABLES_MAX = 32 };

void bench_must(enum error error, const struct problem *problem, const char *what)
{
    if (error == OK)
        return;
    fprintf(stderr, "%s: %s: %s\n", what, error_code(error), problem ? problem->detail : "");
    exit(1);
}

double bench_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static void sorted(double out[BENCH_RUNS], const double in[BENCH_RUNS])
{
    memcpy(out, in, BENCH_RUNS * sizeof *out);
    qsort(out, BENCH_RUNS, sizeof *out, compare);
}

void bench_print(const char *name, const char *unit, const struct bench_figure *figure)
{
    double values[BENCH_RUNS], like[BENCH_RUNS], raw[BENCH_RUNS], ratio[BENCH_RUNS], raw_ratio[BENCH_RUNS];
    for (int i = 0; i < BENCH_RUNS; i++) {
        ratio[i] = figure->like[i] > 0 ? figure->values[i] / figure->like[i] : 0;
        raw_ratio[i] = figure->raw[i] > 0 ? figure->values[i] / figure->raw[i] : 0;
    }
    sorted(values, figure->values);
    sorted(like, figure->like);
    sorted(raw, figure->raw);
    sorted(ratio, ratio);
    sorted(raw_ratio, raw_ratio);
    int middle = BENCH_RUNS / 2;
    printf("{\"name\":\"%s\",\"value\":%.0f,\"unit\":\"%s\",\"ceiling\":%.0f,\"ratio\":%.3f,\"raw_ratio\":%.3f,"
           "\"runs\":{\"value\":[%.0f,%.0f,%.0f],\"ceiling\":[%.0f,%.0f,%.0f],\"raw_ceiling\":[%.0f,%.0f,%.0f],"
           "\"ratio\":[%.3f,%.3f,%.3f],\"raw_ratio\":[%.3f,%.3f,%.3f]}}\n",
           name, values[middle], unit, like[middle], ratio[middle], raw_ratio[middle], values[0], values[1], values[2],
           like[0], like[1], like[2], raw[0], raw[1], raw[2], ratio[0], ratio[1], ratio[2], raw_ratio[0], raw_ratio[1],
           raw_ratio[2]);
    fflush(stdout);
}

int64_t bench_count(struct database *database, const char *sql)
{
    struct problem problem = {0};
    ROWS_AUTO struct rows rows = {0};
    struct statement statement = {.name = sql, .sql = sql};
    bench_must(database_query(database, &statement, NULL, &rows, &problem), &problem, sql);
    return rows_int64(&rows, 0, 0);
}

/* Rows in memory: fields one after the other, so that the clock sees COPY and nothing else. */
struct kept_rows {
    struct bytes *fields;
    int64_t n, max;
    int32_t columns;
};

static struct kept_rows read_rows(struct database *database, const char *query)
{
    struct problem problem = {0};
    struct kept_rows kept = {0};
    struct copy_out copy = {0};
    bool more = true;
    bench_must(copy_out_begin(&copy, database, query, &problem), &problem, query);
    for (;;) {
        bench_must(copy_out_next(&copy, &more, &problem), &problem, query);
        if (!more)
            break;
        kept.columns = copy.field_count;
        if (kept.n == kept.max) {
            kept.max = kept.max ? kept.max * 2 : 4096;
            kept.fields = realloc(kept.fields, (size_t)(kept.max * kept.columns) * sizeof *kept.fields);
        }
        for (int32_t i = 0; i < kept.columns; i++) {
            struct bytes field = copy.fields[i];
            uint8_t *bytes = field.data ? malloc(field.size + 1) : NULL;
            if (bytes && field.size)
                memcpy(bytes, field.data, field.size);
            kept.fields[kept.n * kept.columns + i] = (struct bytes){bytes, field.size};
        }
        kept.n++;
    }
    return kept;
}

static void free_rows(struct kept_rows *kept)
{
    for (int64_t i = 0; i < kept->n * kept->columns; i++)
        free((uint8_t *)(uintptr_t)kept->fields[i].data);
    free(kept->fields);
}

static void copy_some(struct database *database, const char *target, const struct kept_rows *kept, int64_t from,
                      int64_t to)
{
    struct problem problem = {0};
    struct copy_in copy = {0};
    int64_t count;
    if (to <= from)
        return;
    bench_must(copy_in_begin(&copy, database, target, &problem), &problem, target);
    for (int64_t row = from; row < to; row++) {
        copy_row(&copy, (int16_t)kept->columns);
        for (int32_t i = 0; i < kept->columns; i++) {
            struct bytes field = kept->fields[row * kept->columns + i];
            copy_bytes(&copy, field.data, field.size);
        }
    }
    bench_must(copy_in_end(&copy, &count, &problem), &problem, target);
}

static void run(struct database *database, const char *format, const char *name)
{
    struct problem problem = {0};
    char sql[512];
    snprintf(sql, sizeof sql, format, name, name);
    bench_must(database_run(database, sql, &problem), &problem, sql);
}

double bench_copy_like(struct database *database, const char *const *tables, size_t n, int64_t per_commit)
{
    struct kept_rows rows[TABLES_MAX];
    struct problem problem = {0};
    char target[TABLES_MAX][160], query[256];
    for (size_t i = 0; i < n; i++) {
        snprintf(query, sizeof query, "SELECT * FROM %s", tables[i]);
        rows[i] = read_rows(database, query);
        snprintf(target[i], sizeof target[i], "%s_like", tables[i]);
        run(database, "CREATE TABLE %s_like (LIKE %s INCLUDING ALL)", tables[i]);
    }
    int64_t commits = (rows[0].n + per_commit - 1) / per_commit;
    double begun = bench_seconds();
    for (int64_t commit = 0; commit < commits; commit++) {
        bench_must(database_begin(database, &problem), &problem, "begin");
        for (size_t i = 0; i < n; i++)
            copy_some(database, target[i], &rows[i], rows[i].n * commit / commits, rows[i].n * (commit + 1) / commits);
        bench_must(database_commit(database, &problem), &problem, "commit");
    }
    double took = bench_seconds() - begun;
    for (size_t i = 0; i < n; i++) {
        run(database, "DROP TABLE %s_like", tables[i]);
        free_rows(&rows[i]);
    }
    return took;
}

double bench_copy_raw(struct database *database, const char *table, const char *expression, int64_t per_commit)
{
    struct problem problem = {0};
    char query[512];
    snprintf(query, sizeof query, "SELECT row_number() OVER (), %s FROM %s", expression, table);
    struct kept_rows rows = read_rows(database, query);
    run(database, "CREATE TABLE %s_raw (key bigint PRIMARY KEY, payload bytea NOT NULL)", table);
    snprintf(query, sizeof query, "ALTER TABLE %s_raw ALTER payload SET STORAGE EXTERNAL", table);
    bench_must(database_run(database, query, &problem), &problem, query);
    snprintf(query, sizeof query, "%s_raw", table);
    double begun = bench_seconds();
    for (int64_t at = 0; at < rows.n; at += per_commit) {
        bench_must(database_begin(database, &problem), &problem, "begin");
        copy_some(database, query, &rows, at, at + per_commit < rows.n ? at + per_commit : rows.n);
        bench_must(database_commit(database, &problem), &problem, "commit");
    }
    double took = bench_seconds() - begun;
    run(database, "DROP TABLE %s_raw", table);
    free_rows(&rows);
    return took;
}
