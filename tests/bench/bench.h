/* SPDX-License-Identifier: Apache-2.0
 * Bench: what the measuring programs share. Each prints JSON lines {"name","value","unit","ceiling","ratio",
 * "raw_ratio","runs"}; rates are compared with ceilings of the same run: `like` is COPY of the same rows into tables of
 * the same definition, `raw` is COPY of the payload bytes alone into (bigint key, bytea), both with as many rows a
 * commit and over as many connections. */
#pragma once
#include <stdint.h>

#include "common/database/connection.h"

enum { BENCH_RUNS = 3 };

struct bench_figure {
    double values[BENCH_RUNS], like[BENCH_RUNS], raw[BENCH_RUNS];
};

/* Ends the program with the problem's words if something failed: a benchmark that limps is no benchmark. */
void bench_must(enum error error, const struct problem *problem, const char *what);
double bench_seconds(void);
/* Minimum, median and maximum; `like` and `raw` may be all zero: then there is no ratio. */
void bench_print(const char *name, const char *unit, const struct bench_figure *figure);

/* COPY of all rows of these tables (schema.table each) into clones of them, `per_commit` rows of the first table and
 * the same share of the others in one transaction; returns seconds. Clones are dropped. */
double bench_copy_like(struct database *database, const char *const *tables, size_t n, int64_t per_commit);
/* COPY of a bytea expression of a table into (bigint primary key, bytea); returns seconds. */
double bench_copy_raw(struct database *database, const char *table, const char *expression, int64_t per_commit);
int64_t bench_count(struct database *database, const char *sql);
