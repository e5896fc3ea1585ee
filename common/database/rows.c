/* SPDX-License-Identifier: Apache-2.0 */
#include "common/database/rows.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/database/session.h"

enum {
    TYPE_BOOL = 16,
    TYPE_BYTEA = 17,
    TYPE_NAME = 19,
    TYPE_INT8 = 20,
    TYPE_INT2 = 21,
    TYPE_INT4 = 23,
    TYPE_TEXT = 25,
    TYPE_JSON = 114,
    TYPE_BPCHAR = 1042,
    TYPE_VARCHAR = 1043,
    TYPE_DATE = 1082,
    TYPE_TIMESTAMP = 1114,
    TYPE_TIMESTAMPTZ = 1184,
    TYPE_UUID = 2950,
    TYPE_JSONB = 3802,
};

void rows_clear(struct rows *rows)
{
    PQclear(rows->result);
    *rows = (struct rows){0};
}

int32_t rows_count(const struct rows *rows)
{
    return rows->result ? PQntuples(rows->result) : 0;
}

int64_t rows_affected(const struct rows *rows)
{
    /* "" after commands that count nothing, which strtoll reads as 0 */
    return rows->result ? strtoll(PQcmdTuples(rows->result), NULL, 10) : 0;
}

static void __attribute__((noreturn))
misread(const struct rows *rows, int32_t row, int32_t column, const char *wanted)
{
    fprintf(stderr, "statement %s: row %d of %d, column %d of %d (type %u) was read as %s\n",
            rows->statement ? rows->statement : "?", row, rows_count(rows), column,
            rows->result ? PQnfields(rows->result) : 0,
            rows->result ? PQftype(rows->result, column) : 0, wanted);
    abort();
}

static void place_check(const struct rows *rows, int32_t row, int32_t column, const char *wanted)
{
    if (row < 0 || row >= rows_count(rows) || column < 0 || column >= PQnfields(rows->result))
        misread(rows, row, column, wanted);
}

/* The field's bytes after checking place, type, NULL and width. */
static const void *field(const struct rows *rows, int32_t row, int32_t column, Oid type, int width,
                         const char *wanted)
{
    place_check(rows, row, column, wanted);
    if (PQftype(rows->result, column) != type || PQgetisnull(rows->result, row, column) ||
        PQgetlength(rows->result, row, column) != width)
        misread(rows, row, column, wanted);
    return PQgetvalue(rows->result, row, column);
}

bool rows_is_null(const struct rows *rows, int32_t row, int32_t column)
{
    place_check(rows, row, column, "null or not");
    return PQgetisnull(rows->result, row, column);
}

int16_t rows_int16(const struct rows *rows, int32_t row, int32_t column)
{
    uint16_t big;
    memcpy(&big, field(rows, row, column, TYPE_INT2, sizeof big, "int16"), sizeof big);
    return (int16_t)be16toh(big);
}

int32_t rows_int32(const struct rows *rows, int32_t row, int32_t column)
{
    uint32_t big;
    memcpy(&big, field(rows, row, column, TYPE_INT4, sizeof big, "int32"), sizeof big);
    return (int32_t)be32toh(big);
}

int64_t rows_int64(const struct rows *rows, int32_t row, int32_t column)
{
    uint64_t big;
    memcpy(&big, field(rows, row, column, TYPE_INT8, sizeof big, "int64"), sizeof big);
    return (int64_t)be64toh(big);
}

bool rows_bool(const struct rows *rows, int32_t row, int32_t column)
{
    const uint8_t *byte = field(rows, row, column, TYPE_BOOL, 1, "bool");
    return *byte != 0;
}

struct bytes rows_bytes(const struct rows *rows, int32_t row, int32_t column)
{
    place_check(rows, row, column, "bytes");
    if (PQftype(rows->result, column) != TYPE_BYTEA)
        misread(rows, row, column, "bytes");
    if (PQgetisnull(rows->result, row, column))
        return (struct bytes){0};
    return (struct bytes){(const uint8_t *)PQgetvalue(rows->result, row, column),
                          (size_t)PQgetlength(rows->result, row, column)};
}

const char *rows_text(const struct rows *rows, int32_t row, int32_t column)
{
    place_check(rows, row, column, "text");
    if (PQgetisnull(rows->result, row, column))
        return NULL;
    const char *text = PQgetvalue(rows->result, row, column);
    switch (PQftype(rows->result, column)) {
    case TYPE_TEXT:
    case TYPE_VARCHAR:
    case TYPE_BPCHAR:
    case TYPE_NAME:
    case TYPE_JSON:
        return text;
    case TYPE_JSONB: /* begins with a version byte, 1 */
        if (text[0] == 1)
            return text + 1;
    }
    misread(rows, row, column, "text");
}

char *rows_text_copy(const struct rows *rows, int32_t row, int32_t column, struct arena *arena)
{
    const char *text = rows_text(rows, row, column);
    return text ? arena_copy_text(arena, text) : NULL;
}

struct uuid rows_uuid(const struct rows *rows, int32_t row, int32_t column)
{
    struct uuid uuid;
    memcpy(uuid.b, field(rows, row, column, TYPE_UUID, sizeof uuid.b, "uuid"), sizeof uuid.b);
    return uuid;
}

int32_t rows_date(const struct rows *rows, int32_t row, int32_t column)
{
    uint32_t big;
    memcpy(&big, field(rows, row, column, TYPE_DATE, sizeof big, "date"), sizeof big);
    return date_from_postgres((int32_t)be32toh(big));
}

int64_t rows_timestamp(const struct rows *rows, int32_t row, int32_t column)
{
    uint64_t big;
    place_check(rows, row, column, "timestamp");
    bool zoned = PQftype(rows->result, column) != TYPE_TIMESTAMP;
    memcpy(&big,
           field(rows, row, column, zoned ? TYPE_TIMESTAMPTZ : TYPE_TIMESTAMP, sizeof big,
                 "timestamp"),
           sizeof big);
    return timestamp_from_postgres((int64_t)be64toh(big));
}
