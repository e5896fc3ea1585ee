/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/table_row.h"

#include <assert.h>

#include "common/eventlog/unit_inside.h"

struct projecting unit_projecting(struct unit *unit)
{
    return (struct projecting){.unit = unit, .arena = unit->arena};
}

bool table_has_sums(const struct table *table)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->columns[i].role == COLUMN_SUM)
            return true;
    return false;
}

void row_begin(struct projecting *projecting, const struct table *table)
{
    assert(table->n_columns <= sizeof projecting->cells / sizeof *projecting->cells);
    projecting->table = table;
    projecting->filled = 0;
}

static struct cell *next_cell(struct projecting *projecting)
{
    assert(projecting->filled < projecting->table->n_columns);
    struct cell *cell = &projecting->cells[projecting->filled++];
    *cell = (struct cell){0};
    return cell;
}

void row_int(struct projecting *projecting, int64_t value)
{
    next_cell(projecting)->number = value;
}

void row_date(struct projecting *projecting, int32_t days_since_1970)
{
    next_cell(projecting)->number = days_since_1970;
}

void row_time(struct projecting *projecting, int64_t us_since_1970)
{
    next_cell(projecting)->number = us_since_1970;
}

void row_null(struct projecting *projecting)
{
    next_cell(projecting)->is_null = true;
}

void row_text(struct projecting *projecting, const char *text)
{
    struct cell *cell = next_cell(projecting);
    if (!text) {
        cell->is_null = true;
        return;
    }
    cell->size = strlen(text);
    cell->bytes = arena_copy(projecting->arena, text, cell->size + 1);
}

void row_bytes(struct projecting *projecting, const void *bytes, size_t size)
{
    struct cell *cell = next_cell(projecting);
    cell->is_null = !bytes;
    cell->size = size;
    if (bytes)
        cell->bytes = arena_copy(projecting->arena, bytes, size);
}

void row_uuid(struct projecting *projecting, const char *id)
{
    struct uuid uuid;
    if (!id || uuid_parse(&uuid, id, NULL) != OK)
        row_null(projecting);
    else
        row_uuid_bytes(projecting, &uuid);
}

void row_uuid_bytes(struct projecting *projecting, const struct uuid *id)
{
    row_bytes(projecting, id->b, 16);
}

static uint32_t hash_key(const struct table *table, const struct cell *cells)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < table->n_columns; i++) {
        if (table->columns[i].role != COLUMN_KEY)
            continue;
        for (size_t at = 0; at < cells[i].size; at++)
            hash = (hash ^ cells[i].bytes[at]) * 16777619u;
        uint64_t number = (uint64_t)cells[i].number;
        hash = (hash ^ (uint32_t)number ^ (uint32_t)(number >> 32)) * 16777619u;
    }
    return hash ^ hash >> 15;
}

static bool same_key(const struct table *table, const struct cell *left, const struct cell *right)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->columns[i].role == COLUMN_KEY &&
            (left[i].number != right[i].number || left[i].size != right[i].size ||
             (left[i].size && memcmp(left[i].bytes, right[i].bytes, left[i].size))))
            return false;
    return true;
}

static void make_slots(struct unit *unit)
{
    if (unit->row_slots && unit->n_rows * 2 <= unit->row_slots_mask)
        return;
    uint32_t size = unit->row_slots ? (unit->row_slots_mask + 1) * 2 : 128;
    unit->row_slots = arena_zero(unit->arena, size * sizeof *unit->row_slots);
    unit->row_slots_mask = size - 1;
    for (size_t i = 0; i < unit->n_rows; i++) {
        uint32_t at = unit->rows[i]->hash & unit->row_slots_mask;
        while (unit->row_slots[at])
            at = (at + 1) & unit->row_slots_mask;
        unit->row_slots[at] = (uint32_t)i + 1;
    }
}

/* The row of this key in the unit; a new one is all zero sums. */
static struct table_row *find_row(struct projecting *projecting, bool *found)
{
    struct unit *unit = projecting->unit;
    const struct table *table = projecting->table;
    make_slots(unit);
    uint32_t hash = hash_key(table, projecting->cells) ^ (uint32_t)(uintptr_t)table;
    uint32_t at = hash & unit->row_slots_mask;
    for (; unit->row_slots[at]; at = (at + 1) & unit->row_slots_mask) {
        struct table_row *row = unit->rows[unit->row_slots[at] - 1];
        if (row->table == table && row->hash == hash && same_key(table, row->cells, projecting->cells)) {
            *found = true;
            return row;
        }
    }
    UNIT_GROW(unit, rows);
    struct table_row *row = arena_zero(unit->arena, sizeof *row + table->n_columns * sizeof *row->cells);
    row->table = table;
    row->hash = hash;
    unit->rows[unit->n_rows++] = row;
    unit->row_slots[at] = (uint32_t)unit->n_rows;
    *found = false;
    return row;
}

void row_put(struct projecting *projecting)
{
    const struct table *table = projecting->table;
    assert(projecting->filled == table->n_columns);
    bool found;
    struct table_row *row = find_row(projecting, &found);
    row->dropped = false;
    for (size_t i = 0; i < table->n_columns; i++) {
        int64_t before = row->cells[i].number;
        row->cells[i] = projecting->cells[i];
        /* Control totals of one unit fit: each addend is money that was checked before. */
        if (found && table->columns[i].role == COLUMN_SUM) {
            bool overflow = __builtin_add_overflow(before, projecting->cells[i].number, &row->cells[i].number);
            assert(!overflow);
        }
    }
}

void row_drop(struct projecting *projecting)
{
    const struct table *table = projecting->table;
    for (size_t i = projecting->filled; i < table->n_columns; i++) {
        assert(table->columns[i].role != COLUMN_KEY);
        projecting->cells[i] = (struct cell){.is_null = true};
    }
    bool found;
    struct table_row *row = find_row(projecting, &found);
    memcpy(row->cells, projecting->cells, table->n_columns * sizeof *row->cells);
    row->dropped = true;
}

static size_t table_place(const struct service_model *model, const struct table *table)
{
    for (size_t i = 0; i < model->n_tables; i++)
        if (model->tables[i] == table)
            return i;
    assert(0 && "a row for a table that the model does not name");
    return 0;
}

void unit_sort_rows(struct unit *unit)
{
    size_t *counts = arena_zero(unit->arena, (unit->model->n_tables + 1) * sizeof *counts);
    for (size_t i = 0; i < unit->n_rows; i++)
        counts[table_place(unit->model, unit->rows[i]->table) + 1]++;
    for (size_t i = 0; i < unit->model->n_tables; i++)
        counts[i + 1] += counts[i];
    struct table_row **sorted = arena_get(unit->arena, (unit->n_rows + 1) * sizeof *sorted);
    for (size_t i = 0; i < unit->n_rows; i++)
        sorted[counts[table_place(unit->model, unit->rows[i]->table)]++] = unit->rows[i];
    unit->rows = sorted;
}
