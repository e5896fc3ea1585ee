/* SPDX-License-Identifier: Apache-2.0
 * Connection: one session with PostgreSQL, used by one thread. Everything is sent without blocking
 * and every wait has a deadline, because a peer that is silent for ever would hold a shard for
 * ever.
 *
 * Errors of all functions here and in statement.h, copy.h:
 *   ERR_AGAIN          40001, 40P01, 55P03; also 23505 where the statement asks for it: roll back,
 *                      try again
 *   ERR_TIMEOUT        57014: statement_timeout; the transaction is dead, roll back
 *   ERR_DATABASE_AWAY  no connection, the server goes down, is full or became read-only: call
 *                      database_reopen (the connection is closed for good whenever it is in doubt)
 *   ERR_COMMIT_UNKNOWN the connection died between sending COMMIT and its answer
 *   ERR_SCHEMA         a table, column or function is missing: not our tables
 *   ERR_CONFIG         a privilege is missing, or the connection string is wrong
 *   ERR_MALFORMED      text that is not UTF-8 or holds a NUL (22021, 22P05): bad input, not our bug
 *   ERR_RANGE, ERR_TOO_LARGE, ERR_CORRUPT (XX001, XX002), ERR_INTERNAL (all others)
 * The problem's rule is "SQLSTATE 23505"; its detail names the statement and never shows a value.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

struct database; /* opaque: libpq stays inside this room */

/* 0 or NULL means the default that is named; -1 switches a time limit off. The texts are copied. */
struct database_options {
    const char *conninfo;           /* libpq key=value text or a postgresql:// URI; required */
    const char *schema;             /* search_path, sent with the connection's options and never by
                                     * SET: a failed batch undoes SET. NULL: the server's own */
    const char *application_name;   /* shown in pg_stat_activity; default "duebook" */
    int32_t statement_timeout_ms;   /* 10000: no transaction over 10 s on a writing database */
    int32_t lock_timeout_ms;        /* 2000 */
    int32_t idle_in_transaction_ms; /* 5000 */
    int32_t tcp_user_timeout_ms;    /* 10000 */
    int32_t connect_timeout_ms;     /* 5000, per host of the connection string; rounded up to s */
    int32_t reply_timeout_ms;       /* how long to wait for the next byte of an answer; default
                                     * statement_timeout_ms + 5000, none if that is off */
};

/* Connects. On failure *database is NULL. ERR_DATABASE_AWAY or ERR_CONFIG. */
MUST_USE enum error database_open(struct database **database,
                                  const struct database_options *options, struct problem *problem);
void database_close(struct database *database); /* NULL is fine; open transactions roll back */
/* Drops what is left of the old session and connects anew; the caller chooses when (capped
 * backoff). Prepared statements come back by themselves. */
MUST_USE enum error database_reopen(struct database *database, struct problem *problem);
/* False once the session was found dead or was closed because of a doubt. */
bool database_is_open(const struct database *database);

static inline void database_close_at_end(struct database **database)
{
    database_close(*database);
}
/* DATABASE_AUTO struct database *database = NULL; */
#define DATABASE_AUTO __attribute__((cleanup(database_close_at_end)))

/* BEGIN, READ COMMITTED. */
MUST_USE enum error database_begin(struct database *database, struct problem *problem);
/* OK: durable. ERR_COMMIT_UNKNOWN: ask the log after reopening. Any other error: certainly rolled
 * back, also when the transaction had failed before (PostgreSQL answers COMMIT with ROLLBACK). */
MUST_USE enum error database_commit(struct database *database, struct problem *problem);
/* Never fails: if the session is gone or does not answer, it is closed, which rolls back as well.
 * Without an open transaction it does nothing. */
void database_rollback(struct database *database);
bool database_in_transaction(const struct database *database);

/* Runs one or more statements without parameters and discards rows: set-up, migrations, tests. */
MUST_USE enum error database_run(struct database *database, const char *sql,
                                 struct problem *problem);

/* SQLSTATE of the last failure ("23505"; "" if the server did not say), and the name of the
 * constraint that it named ("" if none). Valid until the next call. */
const char *database_sqlstate(const struct database *database);
const char *database_constraint(const struct database *database);
/* Process id of the server's side, for logs and for tests that kill it; 0 if not connected. */
int32_t database_backend(const struct database *database);
