/* SPDX-License-Identifier: Apache-2.0
 * SQL of the tables that people query, made from their columns: one upsert and one delete each, with arrays, so a batch
 * costs one statement a table. Names come from our own const tables and are never input. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/eventlog/postgres/inside.h"

enum { SQL_BYTES_MAX = 8192 };

static const char *sql_name(enum column_type type)
{
    switch (type) {
    case COLUMN_INT16:
        return "int2";
    case COLUMN_INT32:
        return "int4";
    case COLUMN_INT64:
        return "int8";
    case COLUMN_BOOL:
        return "bool";
    case COLUMN_TEXT:
        return "text";
    case COLUMN_BYTES:
        return "bytea";
    case COLUMN_UUID:
        return "uuid";
    case COLUMN_DATE:
        return "date";
    case COLUMN_TIME:
        return "timestamptz";
    }
    return "";
}

static enum sql_type sql_type(enum column_type type)
{
    switch (type) {
    case COLUMN_INT16:
        return SQL_INT16;
    case COLUMN_INT32:
        return SQL_INT32;
    case COLUMN_INT64:
        return SQL_INT64;
    case COLUMN_BOOL:
        return SQL_BOOL;
    case COLUMN_TEXT:
        return SQL_TEXT;
    case COLUMN_BYTES:
        return SQL_BYTES;
    case COLUMN_UUID:
        return SQL_UUID;
    case COLUMN_DATE:
        return SQL_DATE;
    case COLUMN_TIME:
        return SQL_TIMESTAMP;
    }
    return SQL_TEXT;
}

struct sql {
    char text[SQL_BYTES_MAX];
    size_t size;
};

static void add(struct sql *sql, const char *text)
{
    size_t length = strlen(text);
    assert(sql->size + length < sizeof sql->text);
    memcpy(sql->text + sql->size, text, length + 1);
    sql->size += length;
}

/* `each` is told for every column that has one of the roles; between two of them stands `between`. */
static void add_columns(struct sql *sql, const struct table *table, bool keys_only, const char *between,
                        void (*each)(struct sql *sql, const struct table *table, size_t column))
{
    bool first = true;
    for (size_t i = 0; i < table->n_columns; i++) {
        if (keys_only && table->columns[i].role != COLUMN_KEY)
            continue;
        if (!first)
            add(sql, between);
        first = false;
        each(sql, table, i);
    }
}

static void add_name(struct sql *sql, const struct table *table, size_t column)
{
    add(sql, table->columns[column].name);
}

static void add_array(struct sql *sql, const struct table *table, size_t column)
{
    char text[64];
    snprintf(text, sizeof text, "$%zu::%s[]", column + 1, sql_name(table->columns[column].type));
    add(sql, text);
}

static void add_match(struct sql *sql, const struct table *table, size_t column)
{
    char text[256];
    snprintf(text, sizeof text, "t.%s = w.%s", table->columns[column].name, table->columns[column].name);
    add(sql, text);
}

static void add_update(struct sql *sql, const struct table *table)
{
    bool first = true;
    for (size_t i = 0; i < table->n_columns; i++) {
        const struct column *column = &table->columns[i];
        if (column->role == COLUMN_KEY)
            continue;
        char text[256];
        if (column->role == COLUMN_SUM)
            snprintf(text, sizeof text, "%s%s = t.%s + excluded.%s", first ? "" : ", ", column->name, column->name,
                     column->name);
        else
            snprintf(text, sizeof text, "%s%s = excluded.%s", first ? "" : ", ", column->name, column->name);
        add(sql, text);
        first = false;
    }
}

static bool only_keys(const struct table *table)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->columns[i].role != COLUMN_KEY)
            return false;
    return true;
}

static char *upsert_sql(const struct table *table)
{
    struct sql *sql = calloc(1, sizeof *sql);
    assert(sql);
    add(sql, "INSERT INTO ");
    add(sql, table->name);
    add(sql, " AS t (");
    add_columns(sql, table, false, ", ", add_name);
    add(sql, ") SELECT * FROM unnest(");
    add_columns(sql, table, false, ", ", add_array);
    add(sql, ") ON CONFLICT (");
    add_columns(sql, table, true, ", ", add_name);
    add(sql, only_keys(table) ? ") DO NOTHING" : ") DO UPDATE SET ");
    add_update(sql, table);
    char *text = strdup(sql->text);
    free(sql);
    return text;
}

static char *drop_sql(const struct table *table)
{
    struct sql *sql = calloc(1, sizeof *sql);
    assert(sql);
    add(sql, "DELETE FROM ");
    add(sql, table->name);
    add(sql, " t USING unnest(");
    size_t number = 0;
    for (size_t i = 0; i < table->n_columns; i++) {
        if (table->columns[i].role != COLUMN_KEY)
            continue;
        char text[64];
        snprintf(text, sizeof text, "%s$%zu::%s[]", number ? ", " : "", number + 1, sql_name(table->columns[i].type));
        add(sql, text);
        number++;
    }
    add(sql, ") AS w (");
    add_columns(sql, table, true, ", ", add_name);
    add(sql, ") WHERE ");
    add_columns(sql, table, true, " AND ", add_match);
    char *text = strdup(sql->text);
    free(sql);
    return text;
}

static char *statement_name(const char *what, const char *table)
{
    char text[128];
    snprintf(text, sizeof text, "%s_%s", what, table);
    return strdup(text);
}

void table_statements_init(struct table_statements *statements, const struct table *table)
{
    statements->upsert = (struct statement){statement_name("put", table->name), upsert_sql(table), true};
    statements->drop = (struct statement){statement_name("drop", table->name), drop_sql(table), false};
}

void table_statements_fini(struct table_statements *statements)
{
    free((char *)(uintptr_t)statements->upsert.name);
    free((char *)(uintptr_t)statements->upsert.sql);
    free((char *)(uintptr_t)statements->drop.name);
    free((char *)(uintptr_t)statements->drop.sql);
}

static void add_cell(struct array *array, enum column_type type, const struct cell *cell)
{
    struct uuid id;
    if (cell->is_null) {
        array_null(array);
        return;
    }
    switch (type) {
    case COLUMN_INT16:
        array_int16(array, (int16_t)cell->number);
        break;
    case COLUMN_INT32:
        array_int32(array, (int32_t)cell->number);
        break;
    case COLUMN_INT64:
        array_int64(array, cell->number);
        break;
    case COLUMN_BOOL:
        array_bool(array, cell->number != 0);
        break;
    case COLUMN_TEXT:
        array_text_view(array, (const char *)cell->bytes, cell->size);
        break;
    case COLUMN_BYTES:
        array_bytes(array, cell->bytes, cell->size);
        break;
    case COLUMN_UUID:
        memcpy(id.b, cell->bytes, sizeof id.b);
        array_uuid(array, id);
        break;
    case COLUMN_DATE:
        array_date(array, (int32_t)cell->number);
        break;
    case COLUMN_TIME:
        array_timestamp(array, cell->number);
        break;
    }
}

static void send_some(struct postgres_store *store, const struct statement *statement, struct table_row **rows,
                      size_t n, bool dropped)
{
    const struct table *table = rows[0]->table;
    struct parameters *parameters = next_parameters(store);
    for (size_t column = 0; column < table->n_columns; column++) {
        const struct column *what = &table->columns[column];
        if (dropped && what->role != COLUMN_KEY)
            continue;
        struct array *array = parameters_array(parameters, sql_type(what->type));
        for (size_t i = 0; i < n; i++)
            if (rows[i]->dropped == dropped)
                add_cell(array, what->type, &rows[i]->cells[column]);
    }
    send_next(store, statement);
}

void send_rows(struct postgres_store *store, struct unit *unit)
{
    size_t at = 0;
    for (size_t i = 0; i < store->model->n_tables && at < unit->n_rows; i++) {
        size_t first = at, dropped = 0;
        for (; at < unit->n_rows && unit->rows[at]->table == store->model->tables[i]; at++)
            dropped += unit->rows[at]->dropped;
        if (at - first > dropped)
            send_some(store, &store->tables[i].upsert, &unit->rows[first], at - first, false);
        if (dropped)
            send_some(store, &store->tables[i].drop, &unit->rows[first], at - first, true);
    }
}
