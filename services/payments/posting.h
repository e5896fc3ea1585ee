/* SPDX-License-Identifier: Apache-2.0
 * Posting: the second reading of a kept file, in which the rows of its statements become commands:
 * batch by batch, sealed in bulk, one unit of work per shard, its progress in the same transaction
 * (architecture.md, section 4). Killed anywhere, it goes on after what was committed; a row that is
 * asked again answers nothing new, since its ids derive from its natural key (PAY-2). Returns come
 * in a second pass, when the payments of the same file can be found. */
#pragma once
#include "common/service/service.h"
#include "services/payments/store_import.h"

struct posting_options {
    const char *import_id;
    struct pending_statement *statements; /* those to be posted, by ordinal */
    size_t n;
    bool verify;         /* asks every row, whatever the progress says */
    int64_t deadline_us; /* monotonic; stops after the batch that passes it; 0: none */
};

/* *whole: every row was asked. Errors of the database; ERR_NOT_FOUND: the kept file was erased;
 * ERR_AGAIN: a row could not be decided now; ERR_INTERNAL: a row was refused for a reason of its
 * own. */
MUST_USE enum error posting_run(struct job_call *call, const struct posting_options *options,
                                bool *whole, struct problem *problem);
