/* SPDX-License-Identifier: Apache-2.0
 * What the tests of the bus share: a Kafka (librdkafka's own mock cluster, or the real one named by
 * BILLING_KAFKA), a fresh topic of 12 partitions for each test, and records that link. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/bus/broker.h"
#include "common/bus/publisher.h"
#include "common/bus/reader.h"

enum { PARTITIONS = 12, PATIENCE_MS = 20000 };
static const char feed[] = "/billing/invoicing";

struct kafka {
    const char *bootstrap;
    rd_kafka_t *mock_owner;
    rd_kafka_mock_cluster_t *mock; /* NULL: the real one */
    char topic[64];
    int topics;
};

static inline int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline void expect(enum error got, enum error wanted, const struct problem *problem)
{
    if (got != wanted)
        fail_msg("expected %s, got %s: %s", error_code(wanted), error_code(got), problem->detail);
}

static inline struct broker_settings settings_of(const struct kafka *kafka)
{
    return (struct broker_settings){.bootstrap = kafka->bootstrap};
}

static inline int mock_start(void **state)
{
    struct kafka *kafka = calloc(1, sizeof *kafka);
    kafka->mock_owner = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), (char[200]){0}, 200);
    kafka->mock = rd_kafka_mock_cluster_new(kafka->mock_owner, 1);
    kafka->bootstrap = rd_kafka_mock_cluster_bootstraps(kafka->mock);
    *state = kafka;
    return 0;
}

static inline int real_start(void **state)
{
    struct kafka *kafka = calloc(1, sizeof *kafka);
    kafka->bootstrap = getenv("BILLING_KAFKA");
    *state = kafka;
    return 0;
}

static inline int kafka_stop(void **state)
{
    struct kafka *kafka = *state;
    if (kafka->mock) {
        rd_kafka_mock_cluster_destroy(kafka->mock);
        rd_kafka_destroy(kafka->mock_owner);
    }
    free(kafka);
    return 0;
}

/* A topic of its own for each test, so that nothing of another one stands in it. */
static inline int fresh_topic(void **state)
{
    struct kafka *kafka = *state;
    snprintf(kafka->topic, sizeof kafka->topic, "test.%d.%lld.%d", (int)getpid(),
             (long long)now_ms(), kafka->topics++);
    if (kafka->mock)
        return rd_kafka_mock_topic_create(kafka->mock, kafka->topic, PARTITIONS, 1) != 0;
    struct problem problem = {0};
    BROKER_AUTO struct broker *broker = NULL;
    const char *topics[] = {kafka->topic};
    struct broker_settings settings = settings_of(kafka);
    expect(broker_open(&broker, &settings, &problem), OK, &problem);
    expect(broker_topics_ensure(broker, topics, 1, PARTITIONS, PATIENCE_MS, &problem), OK,
           &problem);
    /* The metadata of a new topic takes a moment to be everywhere. */
    struct topic_description description = {0};
    for (int i = 0; i < 100 && (description.partitions != PARTITIONS || description.leaderless);
         i++) {
        usleep(50000);
        expect(broker_topic_describe(broker, kafka->topic, &description, PATIENCE_MS, &problem), OK,
               &problem);
    }
    return 0;
}

/* A feed of one shard: records link to each other, position 1 to the feed. */
struct chain {
    struct record *records;
    uint8_t (*headers)[FEED_HEADER_BYTES_MAX];
    size_t count;
};

static inline struct chain chain_new(int32_t shard, uint32_t epoch, size_t count)
{
    struct chain chain = {calloc(count, sizeof *chain.records),
                          calloc(count, sizeof *chain.headers), count};
    struct record_hash previous = feed_origin(feed);
    for (size_t i = 0; i < count; i++) {
        struct record *record = &chain.records[i];
        *record = (struct record){.feed_id = feed,
                                  .epoch = epoch,
                                  .shard = shard,
                                  .position = (int64_t)i + 1,
                                  .key = "0190a3c1-7b2e-7c4d-8e5f-001122334455",
                                  .type = "billing.invoicing.v1.InvoiceIssued",
                                  .stream_kind = "invoice",
                                  .version = (int64_t)i + 1,
                                  .unit_count = 1,
                                  .actor = "tester",
                                  .cause_topic = "",
                                  .command_key = "key",
                                  .payload = (const uint8_t *)"payload",
                                  .payload_size = 7};
        record->event_id.b[15] = (uint8_t)i;
        record->event_id.b[14] = (uint8_t)(i >> 8);
        assert_int_equal(record_seal(record, &previous, chain.headers[i]), OK);
        previous = record->hash;
    }
    return chain;
}

static inline void chain_free(struct chain *chain)
{
    free(chain->records);
    free(chain->headers);
}
#define CHAIN_AUTO __attribute__((cleanup(chain_free)))

static inline struct publisher *publisher_make(const struct kafka *kafka)
{
    struct problem problem = {0};
    struct publisher *publisher = NULL;
    struct publisher_options options = {.broker = settings_of(kafka), .topic = kafka->topic};
    expect(publisher_open(&publisher, &options, &problem), OK, &problem);
    return publisher;
}

static inline struct reader *reader_make(const struct kafka *kafka)
{
    struct problem problem = {0};
    struct reader *reader = NULL;
    struct reader_options options = {.broker = settings_of(kafka)};
    expect(reader_open(&reader, &options, &problem), OK, &problem);
    return reader;
}

/* Publishes records [from, to) of the chain and waits until they are delivered. */
static inline void publish(struct publisher *publisher, const struct chain *chain, size_t from,
                           size_t to)
{
    struct problem problem = {0};
    while (from < to) {
        size_t taken = 0;
        expect(publisher_run(publisher, chain->records + from, NULL, to - from, &taken, &problem),
               OK, &problem);
        from += taken;
        expect(publisher_poll(publisher, taken ? 0 : 10, &problem), OK, &problem);
    }
    expect(publisher_flush(publisher, PATIENCE_MS, &problem), OK, &problem);
}

static inline void publish_tick(struct publisher *publisher, struct feed_tick tick)
{
    struct problem problem = {0};
    expect(publisher_tick(publisher, feed, &tick, &problem), OK, &problem);
    expect(publisher_flush(publisher, PATIENCE_MS, &problem), OK, &problem);
}
