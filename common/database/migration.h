/* SPDX-License-Identifier: Apache-2.0
 * Migration: numbered SQL files that make a service's schema, embedded into its program at build
 * time and applied forward only. What was applied stands in schema_migration(number, name,
 * checksum, applied_at); a file that was changed after it was applied is ERR_SCHEMA naming the
 * file, because nobody could say any more what the tables are.
 *
 * In CMake: embed_sql(<target> <symbol> DIRECTORIES <dir>…) adds `const struct migrations <symbol>`
 * to the target from all files NNNN_name.sql of the directories, sorted by number. */
#pragma once
#include "common/database/connection.h"

struct migration {
    int32_t number;
    const char *name;     /* file name without directory: "0001_eventlog.sql" */
    const char *sql;      /* ends with NUL */
    const char *checksum; /* SHA-256 of the file, 64 lower-case hex digits */
};

struct migrations {
    const struct migration *items; /* ascending numbers */
    int32_t count;
};

struct migration_options {
    const char *schema;      /* created if missing; must be the connection's search_path too */
    const char *reader_role; /* gets USAGE, and by default privileges SELECT, INSERT, UPDATE, DELETE
                              * on tables created from now on; a file may revoke. NULL: nobody */
    bool dry_run;            /* tell what would be applied; nothing is written */
    int32_t wait_ms;         /* for another migrator or for locks; 0: 60000 */
    /* Told before each file is applied (or would be); may be NULL. */
    void (*on_apply)(void *context, const struct migration *migration);
    void *context;
};

/* Applies what is missing, each file in a transaction of its own together with its row. Another
 * migrator is waited for (an advisory lock per schema); a table lock that is not had within the
 * connection's lock_timeout is tried again, so that a queue never forms behind us for long. The
 * connection should be opened with statement_timeout_ms -1, since an index may take its time.
 * *applied (may be NULL): files applied or, in a dry run, pending.
 * ERR_SCHEMA: a changed file, a missing or unknown number; ERR_TIMEOUT: waited too long. */
MUST_USE enum error migration_run(struct database *database, const struct migrations *migrations,
                                  const struct migration_options *options, int32_t *applied,
                                  struct problem *problem);

/* For readiness: OK if every embedded file is applied with the same checksum. A database that is
 * ahead is fine, since in a rolling upgrade the migrator comes first. ERR_SCHEMA otherwise. */
MUST_USE enum error migration_check(struct database *database, const struct migrations *migrations,
                                    struct problem *problem);
