/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/store_file.h"

#include <string.h>

#include "common/base/text.h"

enum { PIECES_PER_TRANSACTION = 256, FILE_ARENA_BYTES = 8 << 20 };

static const struct statement insert_pieces = {
    .name = "import_file_insert",
    .sql = "INSERT INTO import_file (import_id, piece, sealed) "
           "SELECT $1::uuid, u.piece, u.sealed FROM unnest($2::int4[], $3::bytea[]) AS u(piece, "
           "sealed) "
           "ON CONFLICT DO NOTHING"};

static const struct statement read_pieces = {
    .name = "import_file_read",
    .sql = "SELECT piece, sealed FROM import_file "
           "WHERE import_id = $1::uuid AND piece >= $2::int4 ORDER BY piece LIMIT $3::int8"};

static const struct statement sweep_pieces = {
    .name = "import_file_sweep",
    .sql = "DELETE FROM import_file f WHERE f.kept_at < clock_timestamp() - make_interval(hours => "
           "$1::int4) "
           "AND NOT EXISTS (SELECT FROM import i WHERE i.import_id = f.import_id)"};

/* ---- writing ---- */

/* One transaction's worth. */
struct pieces {
    struct sealing items[PIECES_PER_TRANSACTION];
    Common__Sealed sealed[PIECES_PER_TRANSACTION];
    size_t n;
};

static enum error pieces_seal(struct personal_data *personal_data, struct arena *arena,
                              const char *import_id, const uint8_t *bytes, size_t size,
                              struct pieces *pieces, struct problem *problem)
{
    pieces->n = 0;
    for (size_t at = 0; at < size; at += KEPT_FILE_PIECE_BYTES) {
        size_t left = size - at;
        size_t length = left < KEPT_FILE_PIECE_BYTES ? left : KEPT_FILE_PIECE_BYTES;
        char *text = arena_get(arena, BASE64_TEXT_SIZE(length));
        if (!text)
            return problem_set(problem, ERR_TOO_LARGE, "", "", "no memory to keep the file");
        base64_encode(text, BASE64_TEXT_SIZE(length), bytes_of(bytes + at, length),
                      BASE64_STANDARD);
        pieces->sealed[pieces->n] = (Common__Sealed)COMMON__SEALED__INIT;
        pieces->items[pieces->n] =
            (struct sealing){import_id, "file", text, &pieces->sealed[pieces->n]};
        pieces->n++;
    }
    return personal_data_seal(personal_data, arena, pieces->items, pieces->n, problem);
}

static enum error pieces_insert(struct database *database, struct arena *arena,
                                struct uuid import_id, int32_t first, const struct pieces *pieces,
                                struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_uuid(&parameters, import_id);
    struct array *numbers = parameters_array(&parameters, SQL_INT32);
    struct array *sealed = parameters_array(&parameters, SQL_BYTES);
    for (size_t i = 0; i < pieces->n; i++) {
        size_t size;
        const uint8_t *bytes = arena_pack(arena, &pieces->sealed[i].base, &size);
        if (!bytes)
            return problem_set(problem, ERR_TOO_LARGE, "", "", "no memory to keep the file");
        array_int32(numbers, first + (int32_t)i);
        array_bytes(sealed, bytes, size);
    }
    enum error error = database_begin(database, problem);
    /* Edge connections only read, so that a read that writes is told; this one is meant to write.
     */
    if (error == OK)
        error = database_run(database, "SET TRANSACTION READ WRITE", problem);
    if (error == OK)
        error = database_query(database, &insert_pieces, &parameters, NULL, problem);
    if (error == OK)
        return database_commit(database, problem);
    database_rollback(database);
    return error;
}

enum error kept_file_write(struct database *database, struct personal_data *personal_data,
                           struct arena *arena, const char *import_id, const uint8_t *bytes,
                           size_t size, struct problem *problem)
{
    enum { BYTES_PER_TRANSACTION = PIECES_PER_TRANSACTION * KEPT_FILE_PIECE_BYTES };
    struct uuid id;
    enum error error = uuid_parse(&id, import_id, problem);
    struct arena_mark mark = arena_mark(arena);
    struct pieces *pieces = arena_get(arena, sizeof *pieces);
    if (!pieces)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "no memory to keep the file");
    int32_t number = 0;
    for (size_t at = 0; at < size && error == OK; at += BYTES_PER_TRANSACTION) {
        size_t left = size - at;
        size_t length = left < BYTES_PER_TRANSACTION ? left : BYTES_PER_TRANSACTION;
        struct arena_mark batch = arena_mark(arena);
        error = pieces_seal(personal_data, arena, import_id, bytes + at, length, pieces, problem);
        if (error == OK)
            error = pieces_insert(database, arena, id, number, pieces, problem);
        number += (int32_t)pieces->n;
        arena_rewind(arena, batch);
    }
    arena_rewind(arena, mark);
    return error;
}

/* ---- reading ---- */

void kept_file_open(struct kept_file *file)
{
    arena_init(&file->arena, FILE_ARENA_BYTES);
    file->open = true;
}

void kept_file_close(struct kept_file *file)
{
    if (file->open)
        arena_fini(&file->arena);
    file->open = false;
}

static enum error pieces_open(struct kept_file *file, const struct rows *rows)
{
    size_t n = (size_t)rows_count(rows);
    const Common__Sealed *sealed[KEPT_FILE_READ_PIECES];
    const char *texts[KEPT_FILE_READ_PIECES];
    size_t corrupt = 0;
    for (size_t i = 0; i < n; i++) {
        struct bytes bytes = rows_bytes(rows, (int32_t)i, 1);
        if (rows_int32(rows, (int32_t)i, 0) != file->next_piece + (int32_t)i)
            return problem_set(&file->problem, ERR_CORRUPT, "", "",
                               "a piece of the kept file is missing");
        sealed[i] = arena_unpack(&file->arena, &common__sealed__descriptor, bytes.data, bytes.size);
    }
    enum error error = personal_data_open(file->personal_data, &file->arena, sealed, n, texts,
                                          &corrupt, &file->problem);
    file->bytes = arena_get(&file->arena, n * KEPT_FILE_PIECE_BYTES);
    for (size_t i = 0; i < n && error == OK; i++) {
        size_t size = 0;
        if (!texts[i] || !file->bytes)
            return problem_set(&file->problem, ERR_NOT_FOUND, "", "COL-21",
                               "the kept file was erased or does not fit its key");
        error = base64_decode(file->bytes + file->size, KEPT_FILE_PIECE_BYTES, &size,
                              bytes_of_text(texts[i]), BASE64_STANDARD, &file->problem);
        file->size += size;
    }
    file->next_piece += (int32_t)n;
    return error;
}

static enum error pieces_fetch(struct kept_file *file)
{
    struct uuid id;
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    arena_reset(&file->arena);
    file->size = file->taken = 0;
    enum error error = uuid_parse(&id, file->import_id, &file->problem);
    parameters_uuid(&parameters, id);
    parameters_int32(&parameters, file->next_piece);
    parameters_int64(&parameters, KEPT_FILE_READ_PIECES);
    if (error == OK)
        error = database_query(file->database, &read_pieces, &parameters, &rows, &file->problem);
    return error == OK ? pieces_open(file, &rows) : error;
}

static long source_read(void *context, void *buffer, size_t size)
{
    struct kept_file *file = context;
    if (file->taken == file->size && pieces_fetch(file) != OK)
        return -1;
    size_t left = file->size - file->taken;
    size_t given = left < size ? left : size;
    if (given)
        memcpy(buffer, file->bytes + file->taken, given);
    file->taken += given;
    return (long)given;
}

struct statement_source kept_file_source(struct kept_file *file)
{
    return (struct statement_source){source_read, file};
}

enum error kept_file_sweep(struct database *database, int64_t *removed, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_int32(&parameters, KEPT_FILE_ORPHAN_HOURS);
    enum error error = database_query(database, &sweep_pieces, &parameters, &rows, problem);
    *removed = error == OK ? rows_affected(&rows) : 0;
    return error;
}
