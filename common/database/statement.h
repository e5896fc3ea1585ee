/* SPDX-License-Identifier: Apache-2.0
 * Statement: a named SQL text that a connection prepares when it first needs it, run alone or in a
 * pipeline: many statements in one round trip.
 *
 *   static const struct statement heads_lock = {.name = "heads_lock", .sql =
 *       "SELECT shard, position, hash FROM shard_head WHERE shard = ANY($1::int4[]) "
 *       "ORDER BY shard FOR UPDATE"};
 *   parameters_reset(p);
 *   struct array *shards = parameters_array(p, SQL_INT32);
 *   for (...) array_int32(shards, shard);
 *   ROWS_AUTO struct rows rows = {0};
 *   error = database_query(db, &heads_lock, p, &rows, problem); */
#pragma once
#include "common/database/connection.h"
#include "common/database/parameters.h"
#include "common/database/rows.h"

struct statement {
    const char *name; /* unique in the process: it is also the server's name of the statement */
    const char *sql;
    bool conflict_is_again; /* 23505 is a lost race (ERR_AGAIN) and not a bug (ERR_INTERNAL) */
};

/* One statement, one round trip (two when it is prepared first). `parameters` NULL: none; `rows`
 * NULL: discarded; what `rows` held before is cleared. Not inside a pipeline. Outside a transaction
 * ERR_DATABASE_AWAY does not say whether the statement ran; writes belong between BEGIN and COMMIT.
 */
MUST_USE enum error database_query(struct database *database, const struct statement *statement,
                                   const struct parameters *parameters, struct rows *rows,
                                   struct problem *problem);

/* Pipeline: many statements, one round trip, one Sync. After the first failure the server skips the
 * rest; the transaction is then rolled back by database_pipeline_end itself.
 *   database_pipeline_begin(db);
 *   database_pipeline_send_begin(db);             // optional: BEGIN as a step of the pipeline
 *   database_pipeline_send(db, &append, parameters); …   // parameters may be reused at once
 *   database_pipeline_send_commit(db);            // optional: COMMIT as the last step
 *   error = database_pipeline_end(db, rows, n, problem); // n: number of sends, or rows NULL
 * Errors of sending are remembered and told by the end, so the middle needs no checks. */
void database_pipeline_begin(struct database *database);
void database_pipeline_send(struct database *database, const struct statement *statement,
                            const struct parameters *parameters);
void database_pipeline_send_begin(struct database *database);
void database_pipeline_send_commit(struct database *database);
/* rows[i] is the answer of the i-th send (BEGIN and COMMIT count); on failure all are empty.
 * With a COMMIT among the sends, OK means durable; ERR_COMMIT_UNKNOWN means what it says; any other
 * error: rolled back. */
MUST_USE enum error database_pipeline_end(struct database *database, struct rows *rows, size_t n,
                                          struct problem *problem);
/* Which send failed in the last pipeline; SIZE_MAX if none or unknown. */
size_t database_pipeline_failed_at(const struct database *database);
