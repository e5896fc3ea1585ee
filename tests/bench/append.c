/* SPDX-License-Identifier: Apache-2.0
 * append: from decide to commit, on one connection: a bill run's own decision (an invoice of three lines with tax and a
 * number, and the account's note of it), 1,000 accounts a commit, beside COPY of the very rows that it left behind.
 * usage: bench_append CONNINFO ACCOUNTS */
#include <stdio.h>
#include <stdlib.h>

#include "services/invoicing/model.h"
#include "tests/bench/bench.h"
#include "tests/bench/seed.h"

enum { PER_COMMIT = 1000 };

static const char *const tables[] = {
    "invoicing.event",          "invoicing.lookup",  "invoicing.claim",
    "invoicing.account_billing", "invoicing.invoice", "invoicing.bill_run_outcome",
};
enum { TABLES = sizeof tables / sizeof *tables };

/* The rows of this round alone: those of the seed and of earlier rounds would make the ceiling another one. */
static void keep_only_round(struct database *database, int64_t before)
{
    struct problem problem = {0};
    char sql[2048];
    snprintf(sql, sizeof sql,
             "DROP SCHEMA IF EXISTS bench CASCADE; CREATE SCHEMA bench;"
             "CREATE TABLE bench.event (LIKE invoicing.event INCLUDING ALL);"
             "INSERT INTO bench.event SELECT * FROM invoicing.event e WHERE (e.shard, e.position) IN "
             "(SELECT shard, position FROM invoicing.event ORDER BY position DESC LIMIT %lld);",
             (long long)before);
    bench_must(database_run(database, sql, &problem), &problem, "round");
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: bench_append CONNINFO ACCOUNTS\n");
        return 2;
    }
    size_t accounts = strtoull(argv[2], NULL, 10);
    struct problem problem = {0};
    struct database *database = NULL;
    struct database_options options = {.conninfo = argv[1], .statement_timeout_ms = -1, .idle_in_transaction_ms = -1};
    bench_must(database_open(&database, &options, &problem), &problem, "database");
    struct seed_loop loop;
    seed_loop_init(&loop, argv[1], &invoicing_model, 12);
    seed_accounts(&loop, 0, accounts, true);
    struct bench_figure events = {0};
    struct work **works = calloc(accounts, sizeof *works);
    for (int run = 0; run < BENCH_RUNS; run++) {
        for (size_t i = 0; i < accounts; i++)
            works[i] = seed_bill(i, run + 1);
        int64_t before = loop.events;
        double took = seed_run(&loop, works, accounts, PER_COMMIT);
        int64_t made = loop.events - before;
        events.values[run] = (double)made / took;
        keep_only_round(database, made);
        const char *const round[] = {"bench.event"};
        double events_like = bench_copy_like(database, round, 1, made * PER_COMMIT / (int64_t)accounts);
        /* The other tables: their share of one round. */
        double others = bench_copy_like(database, tables + 1, TABLES - 1, PER_COMMIT) / (run + 1);
        events.like[run] = (double)made / (events_like + others);
        events.raw[run] = (double)made / bench_copy_raw(database, "bench.event", "payload", made * PER_COMMIT / (int64_t)accounts);
    }
    bench_print("append", "events/s", &events);
    bench_must(database_run(database, "DROP SCHEMA bench CASCADE", &problem), &problem, "drop");
    seed_loop_fini(&loop);
    database_close(database);
    return 0;
}
