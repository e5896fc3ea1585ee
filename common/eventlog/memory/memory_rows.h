/* SPDX-License-Identifier: Apache-2.0
 * Memory rows: the tables that people query, kept in memory with the meaning that the SQL of the
 * PostgreSQL store has: values are replaced, sums are added to, a drop deletes by key. Also what a
 * replay of the log is compared with. */
#pragma once
#include "common/eventlog/memory/memory_map.h"
#include "common/eventlog/table_row.h"

/* One row as it stands; bytes belong to it. */
struct memory_row {
    const struct table *table;
    struct cell cells[];
};

struct memory_rows {
    const struct service_model *model;
    struct memory_map *tables; /* one map per table of the model: key cells -> struct memory_row */
};

void memory_rows_init(struct memory_rows *rows, const struct service_model *model);
void memory_rows_fini(struct memory_rows *rows);
/* Writes what the unit wants. */
void memory_rows_apply(struct memory_rows *rows, const struct unit *unit);
const struct memory_map *memory_rows_of(const struct memory_rows *rows, const struct table *table);
bool memory_row_equal(const struct memory_row *left, const struct memory_row *right);
/* "name=value name=value", cut to fit. */
void memory_row_print(const struct memory_row *row, char *out, size_t size);
/* Compares two states of the same tables. NULL: equal; else a sentence in `text` that names the
 * first difference, `left` being what is stored and `right` what should be. */
const char *memory_rows_compare(const struct memory_rows *left, const struct memory_rows *right,
                                char *text, size_t size);
