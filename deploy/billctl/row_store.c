/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/billctl/row_store.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/database/copy.h"
#include "common/eventlog/record.h"

enum { BYTES_MAX = 1 << 20, SLOTS_FIRST = 1 << 12 };

void row_store_init(struct row_store *store, const struct service_model *model, uint32_t pass,
                    uint32_t passes)
{
    *store =
        (struct row_store){.model = model, .pass = pass, .passes = passes, .mask = SLOTS_FIRST - 1};
    store->entries = calloc(SLOTS_FIRST, sizeof *store->entries);
    assert(store->entries);
}

void row_store_fini(struct row_store *store)
{
    free(store->entries);
    free(store->sums);
    *store = (struct row_store){0};
}

bool table_is_progress(const struct table *table)
{
    return text_ends_with(table->name, "_progress");
}

/* ---- digests ---- */

struct digest_bytes {
    uint8_t b[BYTES_MAX];
    size_t used;
};

static void put(struct digest_bytes *out, const void *bytes, size_t size)
{
    assert(out->used + size <= sizeof out->b); /* a row comes from a record, which is smaller */
    if (size)
        memcpy(out->b + out->used, bytes, size);
    out->used += size;
}

static void put_cell(struct digest_bytes *out, enum column_type type, const struct cell *cell)
{
    uint8_t null = cell->is_null;
    int64_t number = type == COLUMN_BOOL ? cell->number != 0 : cell->number;
    uint64_t size = cell->size;
    put(out, &null, sizeof null);
    if (null)
        return;
    put(out, &number, sizeof number);
    put(out, &size, sizeof size);
    put(out, cell->bytes, cell->size);
}

/* One thread proves; the buffer is too large for a stack. */
static struct digest_bytes scratch;

/* FNV-1a, folded: it only names columns; whether a row differs at all is the digest's word. */
static uint8_t short_hash(const uint8_t *bytes, size_t size)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * 16777619u;
    return (uint8_t)(hash ^ hash >> 8 ^ hash >> 16 ^ hash >> 24);
}

static void digest_of(enum column_role role, uint16_t number, const struct table *table,
                      const struct cell *cells, uint8_t digest[16],
                      uint8_t columns[ROW_COLUMNS_HASHED])
{
    scratch.used = 0;
    put(&scratch, &number, sizeof number);
    for (size_t i = 0; i < table->n_columns; i++) {
        if (table->columns[i].role != role)
            continue;
        size_t before = scratch.used;
        put_cell(&scratch, table->columns[i].type, &cells[i]);
        if (columns && i < ROW_COLUMNS_HASHED)
            columns[i] = short_hash(scratch.b + before, scratch.used - before);
    }
    struct record_hash hash = sha256(scratch.b, scratch.used);
    memcpy(digest, hash.b, 16);
}

/* ---- the table of entries ---- */

static size_t slot_of(const struct row_store *store, const uint8_t key[16])
{
    size_t at;
    memcpy(&at, key, sizeof at);
    for (at &= store->mask; store->entries[at].used; at = (at + 1) & store->mask)
        if (!memcmp(store->entries[at].key, key, 16))
            break;
    return at;
}

static void make_room(struct row_store *store)
{
    if (store->n * 4 < store->mask * 3)
        return;
    struct row_entry *before = store->entries;
    size_t count = store->mask + 1;
    store->mask = count * 2 - 1;
    store->entries = calloc(store->mask + 1, sizeof *store->entries);
    assert(store->entries);
    for (size_t i = 0; i < count; i++)
        if (before[i].used)
            store->entries[slot_of(store, before[i].key)] = before[i];
    free(before);
}

static size_t sums_of(const struct table *table)
{
    size_t n = 0;
    for (size_t i = 0; i < table->n_columns; i++)
        n += table->columns[i].role == COLUMN_SUM;
    return n;
}

static struct row_entry *entry_of(struct row_store *store, const struct table *table,
                                  uint16_t number, const uint8_t key[16])
{
    make_room(store);
    struct row_entry *entry = &store->entries[slot_of(store, key)];
    if (entry->used)
        return entry;
    size_t sums = sums_of(table);
    *entry = (struct row_entry){.used = true, .dropped = true, .table = number};
    entry->origin.recorded_us = INT64_MIN;
    memcpy(entry->key, key, 16);
    store->n++;
    if (sums) {
        if (store->n_sums + sums > store->sums_max) {
            store->sums_max = store->sums_max ? store->sums_max * 2 : 4096;
            store->sums = realloc(store->sums, store->sums_max * sizeof *store->sums);
            assert(store->sums);
        }
        memset(store->sums + store->n_sums, 0, sums * sizeof *store->sums);
        entry->sums = (uint32_t)store->n_sums + 1;
        store->n_sums += sums;
    }
    return entry;
}

static uint16_t table_number(const struct row_store *store, const struct table *table)
{
    for (size_t i = 0; i < store->model->n_tables; i++)
        if (store->model->tables[i] == table)
            return (uint16_t)i;
    assert(0 && "a row for a table that the model does not name");
    return 0;
}

static bool ours(const struct row_store *store, const uint8_t key[16])
{
    uint32_t share;
    memcpy(&share, key + 12, sizeof share);
    return share % store->passes == store->pass;
}

static void sums_add(struct row_store *store, const struct row_entry *entry,
                     const struct table_row *row)
{
    size_t at = entry->sums - 1;
    for (size_t i = 0; i < row->table->n_columns; i++)
        if (row->table->columns[i].role == COLUMN_SUM) {
            bool overflow =
                __builtin_add_overflow(store->sums[at], row->cells[i].number, &store->sums[at]);
            assert(!overflow); /* the stored sum would have overflowed too */
            at++;
        }
}

static void apply_row(struct row_store *store, const struct table_row *row,
                      const struct row_origin *origin)
{
    uint8_t key[16];
    uint16_t number = table_number(store, row->table);
    if (table_is_progress(row->table))
        return;
    digest_of(COLUMN_KEY, number, row->table, row->cells, key, NULL);
    if (!ours(store, key))
        return;
    struct row_entry *entry = entry_of(store, row->table, number, key);
    store->puts++;
    if (entry->sums && !row->dropped)
        sums_add(store, entry, row);
    if (origin->recorded_us < entry->origin.recorded_us)
        return;
    entry->origin = *origin;
    entry->dropped = row->dropped;
    if (!row->dropped)
        digest_of(COLUMN_VALUE, number, row->table, row->cells, entry->digest, entry->columns);
}

void row_store_apply(struct row_store *store, const struct unit *unit,
                     const struct row_origin *origin)
{
    for (size_t i = 0; i < unit->n_rows; i++)
        apply_row(store, unit->rows[i], origin);
}

/* ---- comparing ---- */

static const char *cast_of(enum column_type type)
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

static struct cell cell_read(const struct copy_out *copy, int32_t field, enum column_type type)
{
    struct cell cell = {.is_null = copy_out_is_null(copy, field)};
    if (cell.is_null)
        return cell;
    switch (type) {
    case COLUMN_INT16:
        cell.number = copy_out_int16(copy, field);
        return cell;
    case COLUMN_INT32:
        cell.number = copy_out_int32(copy, field);
        return cell;
    case COLUMN_INT64:
        cell.number = copy_out_int64(copy, field);
        return cell;
    case COLUMN_BOOL:
        cell.number = copy_out_bool(copy, field);
        return cell;
    case COLUMN_DATE:
        cell.number = copy_out_date(copy, field);
        return cell;
    case COLUMN_TIME:
        cell.number = copy_out_timestamp(copy, field);
        return cell;
    case COLUMN_TEXT:
    case COLUMN_BYTES:
    case COLUMN_UUID: {
        struct bytes bytes = copy_out_bytes(copy, field);
        cell.bytes = bytes.data;
        cell.size = bytes.size;
        return cell;
    }
    }
    return cell;
}

static void print_cell(struct text_buffer *out, enum column_type type, const struct cell *cell)
{
    char hex[65];
    struct uuid id;
    if (cell->is_null) {
        text_buffer_add(out, "null");
    } else if (type == COLUMN_TEXT) {
        text_buffer_add_bytes(out, cell->bytes, cell->size);
    } else if (type == COLUMN_UUID && cell->size == sizeof id.b) {
        memcpy(id.b, cell->bytes, sizeof id.b);
        uuid_format(hex, id);
        text_buffer_add(out, hex);
    } else if (type == COLUMN_BYTES || type == COLUMN_UUID) {
        hex_encode(hex, sizeof hex, bytes_of(cell->bytes, cell->size < 32 ? cell->size : 32));
        text_buffer_add(out, hex);
    } else {
        text_buffer_add_int64(out, cell->number);
    }
}

static void print_cells(struct text_buffer *out, const struct table *table,
                        const struct cell *cells, bool keys)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if ((table->columns[i].role == COLUMN_KEY) == keys) {
            text_buffer_add_format(out, " %s=", table->columns[i].name);
            print_cell(out, table->columns[i].type, &cells[i]);
        }
}

static void break_row(const struct row_store *store, struct proof *proof, const struct table *table,
                      const struct cell *cells, const struct row_entry *entry,
                      const uint8_t *columns)
{
    char text[BREAK_TEXT_MAX];
    struct text_buffer out = text_buffer_on(text, sizeof text);
    text_buffer_add(&out, table->name);
    print_cells(&out, table, cells, true);
    if (!entry->used || entry->dropped) {
        text_buffer_add(&out, " is stored and follows from no event");
        proof_break(proof, "%s", text);
        return;
    }
    text_buffer_add(&out, " differs from the replay in");
    size_t sum = entry->sums - 1;
    for (size_t i = 0; i < table->n_columns; i++) {
        enum column_role role = table->columns[i].role;
        int64_t replayed = role == COLUMN_SUM ? store->sums[sum++] : 0;
        bool differs = role == COLUMN_SUM ? replayed != cells[i].number
                       : role == COLUMN_VALUE
                           ? i < ROW_COLUMNS_HASHED && columns[i] != entry->columns[i]
                           : false;
        if (!differs)
            continue;
        text_buffer_add_format(&out, " %s (stored ", table->columns[i].name);
        print_cell(&out, table->columns[i].type, &cells[i]);
        if (role == COLUMN_SUM)
            text_buffer_add_format(&out, ", replay %lld", (long long)replayed);
        text_buffer_add(&out, ")");
    }
    text_buffer_add_format(&out, "; last written by %s/%d/%lld", entry->origin.service,
                           entry->origin.shard, (long long)entry->origin.position);
    proof_break(proof, "%s", text);
}

static bool sums_equal(const struct row_store *store, const struct row_entry *entry,
                       const struct table *table, const struct cell *cells)
{
    size_t at = entry->sums - 1;
    for (size_t i = 0; i < table->n_columns; i++)
        if (table->columns[i].role == COLUMN_SUM && store->sums[at++] != cells[i].number)
            return false;
    return true;
}

static void compare_row(struct row_store *store, uint16_t number, const struct cell *cells,
                        struct proof *proof, int64_t *rows)
{
    const struct table *table = store->model->tables[number];
    uint8_t key[16], digest[16], columns[ROW_COLUMNS_HASHED] = {0};
    digest_of(COLUMN_KEY, number, table, cells, key, NULL);
    if (!ours(store, key))
        return;
    ++*rows;
    struct row_entry *entry = &store->entries[slot_of(store, key)];
    entry->seen = entry->used;
    digest_of(COLUMN_VALUE, number, table, cells, digest, columns);
    if (!entry->used || entry->dropped || memcmp(entry->digest, digest, 16) != 0 ||
        (entry->sums && !sums_equal(store, entry, table, cells)))
        break_row(store, proof, table, cells, entry, columns);
}

static enum error compare_table(struct row_store *store, struct database *database, uint16_t number,
                                struct proof *proof, int64_t *rows, struct problem *problem)
{
    const struct table *table = store->model->tables[number];
    char query[4000];
    struct text_buffer text = text_buffer_on(query, sizeof query);
    struct cell cells[64];
    COPY_OUT_AUTO struct copy_out copy = {0};
    bool more = true;
    text_buffer_add(&text, "SELECT ");
    for (size_t i = 0; i < table->n_columns; i++)
        text_buffer_add_format(&text, "%s%s::%s", i ? ", " : "", table->columns[i].name,
                               cast_of(table->columns[i].type));
    text_buffer_add_format(&text, " FROM %s", table->name);
    assert(!text.overflowed);
    enum error error = copy_out_begin(&copy, database, query, problem);
    while (error == OK && (error = copy_out_next(&copy, &more, problem)) == OK && more) {
        for (size_t i = 0; i < table->n_columns; i++)
            cells[i] = cell_read(&copy, (int32_t)i, table->columns[i].type);
        compare_row(store, number, cells, proof, rows);
    }
    return error;
}

enum error row_store_compare(struct row_store *store, struct database *database,
                             struct proof *proof, int64_t *rows, struct problem *problem)
{
    for (uint16_t i = 0; i < store->model->n_tables; i++) {
        if (table_is_progress(store->model->tables[i]))
            continue;
        enum error error = compare_table(store, database, i, proof, rows, problem);
        if (error != OK)
            return error;
    }
    for (size_t i = 0; i <= store->mask; i++) {
        const struct row_entry *entry = &store->entries[i];
        if (entry->used && !entry->dropped && !entry->seen)
            proof_break(proof, "%s: a row that follows from %s/%d/%lld is not stored",
                        store->model->tables[entry->table]->name, entry->origin.service,
                        entry->origin.shard, (long long)entry->origin.position);
    }
    return OK;
}
