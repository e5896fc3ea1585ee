/* SPDX-License-Identifier: Apache-2.0
 * Copy: whole tables in and out in PostgreSQL's binary COPY form, for imports, rebuilds and
 * exports. The units of work use arrays (statement.h), which are as fast at a thousand rows. Never
 * inside a pipeline: libpq 15 does not stop you there, so an assertion does. */
#pragma once
#include "common/database/statement.h"

/* Rows in. Starts as {0}; one at a time per connection.
 *   error = copy_in_begin(&copy, db, "event(shard, position, payload)", problem);
 *   for (...) { copy_row(&copy, 3); copy_int32(&copy, shard); … }
 *   error = copy_in_end(&copy, &count, problem);
 * A failure on the way is remembered and told by the end, so rows need no checks. */
struct copy_in {
    struct database *database;
    struct binary binary;
    int32_t fields_left; /* of the row under way */
    enum error error;
};

/* `target` is our own text, "table" or "table(column, …)": it is not quoted. */
MUST_USE enum error copy_in_begin(struct copy_in *copy, struct database *database,
                                  const char *target, struct problem *problem);
void copy_row(struct copy_in *copy, int16_t fields);
void copy_int16(struct copy_in *copy, int16_t value);
void copy_int32(struct copy_in *copy, int32_t value);
void copy_int64(struct copy_in *copy, int64_t value);
void copy_bool(struct copy_in *copy, bool value);
void copy_text(struct copy_in *copy, const char *text); /* NULL: SQL's NULL, also below */
void copy_text_view(struct copy_in *copy, const char *text, size_t length);
void copy_bytes(struct copy_in *copy, const void *bytes, size_t length);
void copy_uuid(struct copy_in *copy, struct uuid uuid);
void copy_date(struct copy_in *copy, int32_t days);
void copy_timestamp(struct copy_in *copy, int64_t at_us);
void copy_null(struct copy_in *copy);
/* Ends or, after a failure, abandons; the memory is freed in any case. *count: rows stored. */
MUST_USE enum error copy_in_end(struct copy_in *copy, int64_t *count, struct problem *problem);
/* Gives up: nothing is stored. Does nothing after the end, so it can stand in a cleanup. */
void copy_in_abandon(struct copy_in *copy);
#define COPY_IN_AUTO __attribute__((cleanup(copy_in_abandon)))

/* Rows out. Starts as {0}.
 *   error = copy_out_begin(&copy, db, "SELECT shard, payload FROM event ORDER BY 1", problem);
 *   while ((error = copy_out_next(&copy, &more, problem)) == OK && more) copy_out_int32(&copy, 0);
 * Binary COPY does not name types: only widths are checked, so the caller casts in the SELECT. */
enum { COPY_FIELDS_MAX = 64 };

struct copy_out {
    struct database *database;
    char *row; /* libpq's memory, freed with the next row */
    struct bytes fields[COPY_FIELDS_MAX];
    int32_t field_count;
    bool header_seen, trailer_seen;
};

/* `query` is our own text. */
MUST_USE enum error copy_out_begin(struct copy_out *copy, struct database *database,
                                   const char *query, struct problem *problem);
/* The views are good until the next call. After *more is false the copy is finished. */
MUST_USE enum error copy_out_next(struct copy_out *copy, bool *more, struct problem *problem);
/* Stops before the end; closes the connection if rows are still under way, since reading them all
 * could take for ever. Does nothing after the end. */
void copy_out_abandon(struct copy_out *copy);
#define COPY_OUT_AUTO __attribute__((cleanup(copy_out_abandon)))

bool copy_out_is_null(const struct copy_out *copy, int32_t field);
int16_t copy_out_int16(const struct copy_out *copy, int32_t field);
int32_t copy_out_int32(const struct copy_out *copy, int32_t field);
int64_t copy_out_int64(const struct copy_out *copy, int32_t field);
bool copy_out_bool(const struct copy_out *copy, int32_t field);
struct bytes copy_out_bytes(const struct copy_out *copy,
                            int32_t field); /* also text, without NUL */
struct uuid copy_out_uuid(const struct copy_out *copy, int32_t field);
int32_t copy_out_date(const struct copy_out *copy, int32_t field);
int64_t copy_out_timestamp(const struct copy_out *copy, int32_t field);
