/* SPDX-License-Identifier: Apache-2.0
 * ceilings: what the engines do alone with the very bytes of a hop: COPY of the rows it wrote (`copy`), COPY of their
 * payloads (`raw`), produce of its events with all headers into a scratch topic (`produce`), consume of the messages it
 * read (`consume`). Prints seconds for each.
 * usage: bench_ceilings CONNINFO KAFKA ROWS_PER_COMMIT */
#include <stdio.h>
#include <stdlib.h>

#include "common/bus/broker.h"
#include "common/bus/publisher.h"
#include "common/bus/reader.h"
#include "services/reconciliation/model.h"
#include "tests/bench/bench.h"
#include "tests/bench/seed.h"

enum { SHARDS = 12, FEED = 4000 };

static const char *const tables[] = {
    "reconciliation.event", "reconciliation.lookup", "reconciliation.open_item", "reconciliation.journal",
    "reconciliation.journal_line",
};

static double produce(struct seed_loop *loop, const char *kafka)
{
    struct problem problem = {0};
    struct broker *broker = NULL;
    struct publisher *publisher = NULL;
    static const char *const topic[] = {"bench.produce"};
    struct broker_settings settings = {.bootstrap = kafka};
    bench_must(broker_open(&broker, &settings, &problem), &problem, "broker");
    bench_must(broker_topics_ensure(broker, topic, 1, SHARDS, 20000, &problem), &problem, "topic");
    broker_close(broker);
    struct publisher_options options = {.broker = settings, .topic = topic[0]};
    bench_must(publisher_open(&publisher, &options, &problem), &problem, "publisher");
    double took = 0;
    for (int32_t shard = 0; shard < SHARDS; shard++) {
        int64_t after = 0;
        for (;;) {
            struct record *records;
            size_t n = 0, sent = 0, taken = 0;
            arena_reset(&loop->arena);
            bench_must(loop->door.feed(loop->door.self, &loop->arena, shard, after, FEED, &records, &n, &problem), &problem, "feed");
            if (!n)
                break;
            double begun = bench_seconds();
            while (sent < n) {
                bench_must(publisher_run(publisher, records + sent, NULL, n - sent, &taken, &problem), &problem, "publish");
                sent += taken;
                if (!taken)
                    bench_must(publisher_poll(publisher, 5, &problem), &problem, "poll");
            }
            took += bench_seconds() - begun;
            after = records[n - 1].position;
        }
    }
    double begun = bench_seconds();
    bench_must(publisher_close(publisher, 60000, &problem), &problem, "close");
    return took + bench_seconds() - begun;
}

static bool count(void *context, const struct incoming *incoming)
{
    (void)incoming;
    ++*(int64_t *)context;
    return true;
}

static double consume(const char *kafka)
{
    struct problem problem = {0};
    struct reader *reader = NULL;
    struct reader_options options = {.broker = {.bootstrap = kafka}};
    bench_must(reader_open(&reader, &options, &problem), &problem, "reader");
    int64_t messages = 0;
    double begun = bench_seconds();
    for (int32_t shard = 0; shard < SHARDS; shard++)
        bench_must(reader_scan(reader, "billing.invoicing.events", shard, OFFSET_BEGINNING, -1, 20000, count, &messages, &problem),
                   &problem, "scan");
    double took = bench_seconds() - begun;
    reader_close(reader);
    return took;
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: bench_ceilings CONNINFO KAFKA ROWS_PER_COMMIT\n");
        return 2;
    }
    struct problem problem = {0};
    struct database *database = NULL;
    struct database_options options = {.conninfo = argv[1], .statement_timeout_ms = -1, .idle_in_transaction_ms = -1};
    bench_must(database_open(&database, &options, &problem), &problem, "database");
    struct seed_loop loop;
    seed_loop_init(&loop, argv[1], &reconciliation_model, SHARDS);
    int64_t per_commit = strtoll(argv[3], NULL, 10);
    double copy = bench_copy_like(database, tables, sizeof tables / sizeof *tables, per_commit);
    double raw = bench_copy_raw(database, "reconciliation.event", "payload", per_commit);
    printf("{\"copy\":%.6f,\"raw\":%.6f,\"produce\":%.6f,\"consume\":%.6f}\n", copy, raw, produce(&loop, argv[2]), consume(argv[2]));
    seed_loop_fini(&loop);
    database_close(database);
    return 0;
}
