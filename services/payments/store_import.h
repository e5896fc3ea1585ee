/* SPDX-License-Identifier: Apache-2.0
 * Import store: what the job of the imports asks the tables: which statements are to be posted, how
 * far they have come, and what is under way. Reads only. */
#pragma once
#include "common/base/arena.h"
#include "common/database/statement.h"
#include "common/eventlog/unit.h"

enum { PENDING_IMPORTS_MAX = 64, PENDING_STATEMENTS_MAX = 2000, IMPORT_PASSES = 2 };

/* A statement whose rows are to be posted. Texts in the arena. */
struct pending_statement {
    const char *statement_id, *bank_account_id, *entity_id;
    uint32_t ordinal;     /* in its file */
    int32_t closing_days; /* the day on which it closes; of the import if it does not say */
    int64_t rows, return_rows;
    int64_t payments, returns, movements;     /* recorded so far */
    int64_t steps[IMPORT_PASSES][SHARDS_MAX]; /* rows up to here are in, by pass and shard */
};

/* The import that this request brought before; "" if none. */
MUST_USE enum error import_of_request(struct database *database, struct arena *arena,
                                      struct uuid request_id, const char **import_id,
                                      struct problem *problem);
/* Imports with statements to be posted, at most PENDING_IMPORTS_MAX. */
MUST_USE enum error imports_pending(struct database *database, struct arena *arena,
                                    const char **import_ids, size_t *n, struct problem *problem);
/* The statements of an import that are to be posted, in the order of the file. */
MUST_USE enum error statements_pending(struct database *database, struct arena *arena,
                                       const char *import_id, struct pending_statement **statements,
                                       size_t *n, struct problem *problem);
/* Rows that were handed over and are not decided yet, or are put aside. */
MUST_USE enum error entries_under_way(struct database *database, const char *type,
                                      int64_t *under_way, struct problem *problem);
