/* SPDX-License-Identifier: Apache-2.0
 * Rows: what a statement answers, in PostgreSQL's binary form. Every reading checks the column's
 * type, because a wrong width read as a number would be a wrong amount. */
#pragma once
#include "common/base/arena.h"
#include "common/base/bytes.h"
#include "common/identity/uuid.h"

#include <stdbool.h>
#include <stdint.h>

/* The answer. Starts as {0}; rows_clear frees it and may be called twice. */
struct rows {
    struct pg_result *result;
    const char *statement;
};

void rows_clear(struct rows *rows);
#define ROWS_AUTO __attribute__((cleanup(rows_clear)))
int32_t rows_count(const struct rows *rows);    /* rows returned */
int64_t rows_affected(const struct rows *rows); /* rows inserted, updated, deleted or returned */
/* Row and column count from 0. A column of another type, or NULL where the function cannot say
 * NULL, is our own bug (SQL and C of one file disagree): it is printed with the statement's name
 * and the process aborts. */
bool rows_is_null(const struct rows *rows, int32_t row, int32_t column);
int16_t rows_int16(const struct rows *rows, int32_t row, int32_t column);
int32_t rows_int32(const struct rows *rows, int32_t row, int32_t column);
int64_t rows_int64(const struct rows *rows, int32_t row, int32_t column);
bool rows_bool(const struct rows *rows, int32_t row, int32_t column);
/* Borrowed from the rows; data is NULL for SQL's NULL only. */
struct bytes rows_bytes(const struct rows *rows, int32_t row, int32_t column);
/* Ends with NUL; borrowed from the rows. NULL for SQL's NULL. text, varchar, name, json, jsonb. */
const char *rows_text(const struct rows *rows, int32_t row, int32_t column);
char *rows_text_copy(const struct rows *rows, int32_t row, int32_t column, struct arena *arena);
struct uuid rows_uuid(const struct rows *rows, int32_t row, int32_t column);
int32_t rows_date(const struct rows *rows, int32_t row, int32_t column);      /* days since 1970 */
int64_t rows_timestamp(const struct rows *rows, int32_t row, int32_t column); /* us since 1970 */
