/* SPDX-License-Identifier: Apache-2.0
 * Store, bill runs: what the job reads: which run is open, whose turn it is, and the figures of the
 * proof. SQL for one job; nothing here decides or writes. */
#pragma once
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "common/base/arena.h"
#include "common/database/statement.h"

/* How many accounts of each shard are billed in one unit of work. */
enum { BILL_RUN_BATCH = 500 };

/* One account whose turn it is. */
struct bill_run_account {
    int32_t shard; /* -1: not known */
    struct uuid account, customer;
    bool last; /* its shard has no more */
};

/* The oldest run that has not ended, with its start as started_us; *run is NULL if there is none.
 * In the arena. */
MUST_USE enum error bill_run_open(struct database *database, struct arena *arena,
                                  Invoicing__BillRunStarted **run, int64_t *started_us,
                                  struct problem *problem);
/* The next accounts of each shard after the place that the run's progress names. */
MUST_USE enum error bill_run_page(struct database *database, struct arena *arena,
                                  const Invoicing__BillRunStarted *run, int32_t shards,
                                  struct bill_run_account **accounts, size_t *count,
                                  struct problem *problem);
/* Accounts of the cycle for which the run has no answer though every shard is done: opened or moved
 * while it ran, or put aside. */
MUST_USE enum error bill_run_missing(struct database *database, struct arena *arena,
                                     const Invoicing__BillRunStarted *run,
                                     struct bill_run_account **accounts, size_t *count,
                                     struct problem *problem);
/* REP-11: accounts from the table of accounts, answers from the run's events, amounts from the
 * table of invoices. */
MUST_USE enum error bill_run_figures(struct database *database, struct arena *arena,
                                     const Invoicing__BillRunStarted *run, int64_t started_us,
                                     Invoicing__CompleteBillRun *figures, struct problem *problem);
