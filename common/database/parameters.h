/* SPDX-License-Identifier: Apache-2.0
 * Parameters: the values that a statement is given, in PostgreSQL's binary form, so that nothing is
 * ever quoted and a thousand rows are a few arrays (unnest). See statement.h for an example. */
#pragma once
#include "common/base/error.h"
#include "common/identity/uuid.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* int2 int4 int8 bool text bytea uuid date timestamptz */
enum sql_type {
    SQL_INT16,
    SQL_INT32,
    SQL_INT64,
    SQL_BOOL,
    SQL_TEXT,
    SQL_BYTES,
    SQL_UUID,
    SQL_DATE,
    SQL_TIMESTAMP,
};

/* A growing run of bytes in PostgreSQL's binary form; private to this room. */
struct binary {
    uint8_t *bytes;
    size_t used, size;
};

/* One parameter: a scalar, or an array to which items are added in any order between parameters, so
 * several arrays may be filled row by row. */
struct array {
    struct binary binary;
    enum sql_type type;
    uint32_t count; /* items; meaningless for a scalar */
    bool is_array, is_null;
    enum error error; /* ERR_TOO_LARGE, ERR_RANGE; told by the query */
};

enum { PARAMETERS_MAX = 64, PARAMETER_BYTES_MAX = 256 << 20 };

/* Starts as {0}; keeps its memory between calls until parameters_fini. Everything given is copied.
 * Growing beyond the maximum (or memory) is remembered and answered by the query: ERR_TOO_LARGE. */
struct parameters {
    struct array items[PARAMETERS_MAX];
    uint32_t count;
};

void parameters_fini(struct parameters *parameters);
void parameters_reset(struct parameters *parameters);
#define PARAMETERS_AUTO __attribute__((cleanup(parameters_fini)))

/* Each adds the next of $1, $2, … The statement's SQL should cast ($1::int8), since the type is
 * declared to the server as well and both must agree. */
void parameters_int16(struct parameters *parameters, int16_t value);
void parameters_int32(struct parameters *parameters, int32_t value);
void parameters_int64(struct parameters *parameters, int64_t value);
void parameters_bool(struct parameters *parameters, bool value);
/* NULL is SQL's NULL in text and bytes; text must be UTF-8. */
void parameters_text(struct parameters *parameters, const char *text);
void parameters_text_view(struct parameters *parameters, const char *text, size_t length);
void parameters_bytes(struct parameters *parameters, const void *bytes, size_t length);
void parameters_uuid(struct parameters *parameters, struct uuid uuid);
/* Days since 1970-01-01; microseconds since 1970-01-01T00:00Z. The largest and the smallest integer
 * are PostgreSQL's infinity and -infinity, here and in rows. ERR_RANGE at the query if PostgreSQL
 * has no such day. */
void parameters_date(struct parameters *parameters, int32_t days);
void parameters_timestamp(struct parameters *parameters, int64_t at_us);
void parameters_null(struct parameters *parameters, enum sql_type type);

/* Adds an array as the next parameter, empty at first. The pointer is good until the reset. */
struct array *parameters_array(struct parameters *parameters, enum sql_type type);
/* Each adds an item; the type must be the array's (asserted). */
void array_int16(struct array *array, int16_t value);
void array_int32(struct array *array, int32_t value);
void array_int64(struct array *array, int64_t value);
void array_bool(struct array *array, bool value);
void array_text(struct array *array, const char *text); /* NULL: a NULL item, also below */
void array_text_view(struct array *array, const char *text, size_t length);
void array_bytes(struct array *array, const void *bytes, size_t length);
void array_uuid(struct array *array, struct uuid uuid);
void array_date(struct array *array, int32_t days);
void array_timestamp(struct array *array, int64_t at_us);
void array_null(struct array *array);
