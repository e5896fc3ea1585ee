/* SPDX-License-Identifier: Apache-2.0
 * Table row: what a unit wants to stand in a table that people query. Rows of one key are coalesced in the unit (the
 * last values win, sums add up), so each store writes every row once. */
#pragma once
#include "common/eventlog/unit.h"

struct cell {
    bool is_null;
    int64_t number;       /* integers, booleans, days, microseconds */
    const uint8_t *bytes; /* text (ends with NUL), bytes, uuid (16) */
    size_t size;
};

struct table_row {
    const struct table *table;
    uint32_t hash;
    bool dropped; /* delete it; COLUMN_SUM columns are never dropped */
    bool replaced; /* a drop came first, or a full row: sums are set, not added */
    struct cell cells[];
};

struct projecting {
    struct unit *unit;
    struct arena *arena;
    const struct table *table;
    size_t filled;
    struct cell cells[64];
};

/* Rows of one table stand together after this, in the order of the model's tables. */
void unit_sort_rows(struct unit *unit);
bool table_has_sums(const struct table *table);
