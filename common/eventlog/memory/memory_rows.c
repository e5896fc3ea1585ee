/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/memory/memory_rows.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"

enum { KEY_BYTES_MAX = 1024 };

void memory_rows_init(struct memory_rows *rows, const struct service_model *model)
{
    rows->model = model;
    rows->tables = calloc(model->n_tables + 1, sizeof *rows->tables);
    assert(rows->tables);
}

static void row_free(void *value)
{
    struct memory_row *row = value;
    for (size_t i = 0; i < row->table->n_columns; i++)
        free((void *)(uintptr_t)row->cells[i].bytes);
    free(row);
}

void memory_rows_fini(struct memory_rows *rows)
{
    for (size_t i = 0; rows->tables && i < rows->model->n_tables; i++)
        memory_map_fini(&rows->tables[i], row_free);
    free(rows->tables);
    *rows = (struct memory_rows){0};
}

const struct memory_map *memory_rows_of(const struct memory_rows *rows, const struct table *table)
{
    for (size_t i = 0; i < rows->model->n_tables; i++)
        if (rows->model->tables[i] == table)
            return &rows->tables[i];
    return NULL;
}

/* Key cells one after the other, each with its length, so that no two keys look alike. */
static size_t key_write(uint8_t key[KEY_BYTES_MAX], const struct table *table,
                        const struct cell *cells)
{
    size_t size = 0;
    for (size_t i = 0; i < table->n_columns; i++) {
        if (table->columns[i].role != COLUMN_KEY)
            continue;
        assert(!cells[i].is_null);
        assert(size + sizeof cells[i].number + sizeof cells[i].size + cells[i].size <=
               KEY_BYTES_MAX);
        memcpy(key + size, &cells[i].number, sizeof cells[i].number);
        size += sizeof cells[i].number;
        memcpy(key + size, &cells[i].size, sizeof cells[i].size);
        size += sizeof cells[i].size;
        if (cells[i].size)
            memcpy(key + size, cells[i].bytes, cells[i].size);
        size += cells[i].size;
    }
    return size;
}

static struct cell cell_copy(enum column_type type, const struct cell *cell)
{
    struct cell copy = *cell;
    copy.bytes = NULL;
    if (cell->is_null)
        return (struct cell){.is_null = true};
    if (cell->size || type == COLUMN_TEXT) {
        uint8_t *bytes = malloc(cell->size + 1);
        assert(bytes);
        if (cell->size)
            memcpy(bytes, cell->bytes, cell->size);
        bytes[cell->size] = 0;
        copy.bytes = bytes;
    }
    return copy;
}

static struct memory_row *row_copy(const struct table_row *row)
{
    const struct table *table = row->table;
    struct memory_row *copy = calloc(1, sizeof *copy + table->n_columns * sizeof *copy->cells);
    assert(copy);
    copy->table = table;
    for (size_t i = 0; i < table->n_columns; i++)
        copy->cells[i] = cell_copy(table->columns[i].type, &row->cells[i]);
    return copy;
}

static void put_row(struct memory_map *map, const struct table_row *row)
{
    const struct table *table = row->table;
    uint8_t key[KEY_BYTES_MAX];
    size_t size = key_write(key, table, row->cells);
    struct memory_row *copy = row_copy(row);
    struct memory_row *before = memory_map_put(map, key, size, copy);
    for (size_t i = 0; before && i < table->n_columns; i++) {
        if (table->columns[i].role != COLUMN_SUM)
            continue;
        bool overflow = __builtin_add_overflow(before->cells[i].number, copy->cells[i].number,
                                               &copy->cells[i].number);
        assert(!overflow);
    }
    if (before)
        row_free(before);
}

void memory_rows_apply(struct memory_rows *rows, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_rows; i++) {
        const struct table_row *row = unit->rows[i];
        /* const away: the map is ours */
        struct memory_map *map = (struct memory_map *)(uintptr_t)memory_rows_of(rows, row->table);
        assert(map);
        if (!row->dropped) {
            put_row(map, row);
            continue;
        }
        uint8_t key[KEY_BYTES_MAX];
        struct memory_row *gone = memory_map_take(map, key, key_write(key, row->table, row->cells));
        if (gone)
            row_free(gone);
    }
}

bool memory_row_equal(const struct memory_row *left, const struct memory_row *right)
{
    for (size_t i = 0; i < left->table->n_columns; i++) {
        const struct cell *one = &left->cells[i], *other = &right->cells[i];
        if (one->is_null != other->is_null || one->number != other->number ||
            one->size != other->size || (one->size && memcmp(one->bytes, other->bytes, one->size)))
            return false;
    }
    return true;
}

static void print_cell(struct text_buffer *out, enum column_type type, const struct cell *cell)
{
    char hex[65];
    if (cell->is_null) {
        text_buffer_add(out, "null");
        return;
    }
    switch (type) {
    case COLUMN_INT16:
    case COLUMN_INT32:
    case COLUMN_INT64:
    case COLUMN_BOOL:
    case COLUMN_DATE:
    case COLUMN_TIME:
        text_buffer_add_int64(out, cell->number);
        return;
    case COLUMN_TEXT:
        text_buffer_add_bytes(out, cell->bytes, cell->size);
        return;
    case COLUMN_UUID: {
        struct uuid id;
        memcpy(id.b, cell->bytes, sizeof id.b);
        uuid_format(hex, id);
        text_buffer_add(out, hex);
        return;
    }
    case COLUMN_BYTES:
        hex_encode(hex, sizeof hex, bytes_of(cell->bytes, cell->size < 32 ? cell->size : 32));
        text_buffer_add(out, hex);
        return;
    }
}

void memory_row_print(const struct memory_row *row, char *out, size_t size)
{
    struct text_buffer buffer = text_buffer_on(out, size);
    text_buffer_add(&buffer, row->table->name);
    for (size_t i = 0; i < row->table->n_columns; i++) {
        text_buffer_add_format(&buffer, " %s=", row->table->columns[i].name);
        print_cell(&buffer, row->table->columns[i].type, &row->cells[i]);
    }
}

static const char *missing(const struct memory_map *from, const struct memory_map *in,
                           const char *what, char *text, size_t size)
{
    memory_map_each(from, i)
    {
        const struct memory_row *row = from->items[i]->value;
        const struct memory_row *other =
            memory_map_get(in, from->items[i]->key, from->items[i]->key_size);
        if (other && memory_row_equal(row, other))
            continue;
        char one[700], two[700] = "";
        memory_row_print(row, one, sizeof one);
        if (other)
            memory_row_print(other, two, sizeof two);
        snprintf(text, size, "%s: %s | %s", other ? "a row differs" : what, one, two);
        return text;
    }
    return NULL;
}

const char *memory_rows_compare(const struct memory_rows *left, const struct memory_rows *right,
                                char *text, size_t size)
{
    for (size_t i = 0; i < left->model->n_tables; i++) {
        const char *found = missing(&left->tables[i], &right->tables[i],
                                    "stored, but not from the log", text, size);
        if (!found)
            found = missing(&right->tables[i], &left->tables[i],
                            "follows from the log, but is not stored", text, size);
        if (found)
            return found;
    }
    return NULL;
}
