/* SPDX-License-Identifier: Apache-2.0
 * Kept file: the bytes that somebody brought, in pieces in the table import_file, so that they can
 * be read a second time to be posted and shown when a verdict is doubted. Each piece is sealed
 * under a key of the import, since bank files are full of personal data. */
#pragma once
#include "common/base/arena.h"
#include "common/database/statement.h"
#include "common/eventlog/personal_data.h"
#include "services/payments/formats/statement_source.h"

enum {
    KEPT_FILE_PIECE_BYTES = 12 * 1024, /* in base64 just PERSONAL_DATA_TEXT_MAX */
    KEPT_FILE_READ_PIECES = 64,
    KEPT_FILE_ORPHAN_HOURS = 24,
};

/* Keeps the whole file, in transactions of some megabytes; may be repeated. The key is confirmed by
 * the caller once the import is recorded. `database` may be one that only reads by default. The
 * arena is left as it was. */
MUST_USE enum error kept_file_write(struct database *database, struct personal_data *personal_data,
                                    struct arena *arena, const char *import_id,
                                    const uint8_t *bytes, size_t size, struct problem *problem);

/* Reads it again from the beginning. Zero it, then set the first four; the memory is freed by
 * kept_file_close. */
struct kept_file {
    struct database *database;
    struct personal_data *personal_data;
    const char *import_id;
    struct problem problem; /* why the source answered -1 */
    struct arena arena;     /* of the pieces at hand */
    bool open;
    int32_t next_piece;
    uint8_t *bytes;
    size_t size, taken;
};
void kept_file_open(struct kept_file *file);
void kept_file_close(struct kept_file *file);
#define KEPT_FILE_AUTO __attribute__((cleanup(kept_file_close)))
struct statement_source kept_file_source(struct kept_file *file);

/* Removes pieces whose import was never recorded (its process died). */
MUST_USE enum error kept_file_sweep(struct database *database, int64_t *removed,
                                    struct problem *problem);
