/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/publisher.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "billing/common/v1/house.pb-c.h"
#include "common/bus/client.h"

enum { QUEUE_MESSAGES = 50000, QUEUE_KBYTES = 65536, SERVE_EVERY = 256, HEADERS = 6 };

struct publisher {
    rd_kafka_t *client;
    rd_kafka_topic_t *topic;
    struct publisher_counts counts;
    struct problem failure; /* the first; error OK: none */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void failure_set(struct publisher *publisher, rd_kafka_resp_err_t code, const char *what)
{
    if (!publisher->failure.error)
        (void)client_error(code, what, &publisher->failure);
}

static void on_delivery(rd_kafka_t *client, const rd_kafka_message_t *message, void *context)
{
    (void)client;
    struct publisher *publisher = context;
    if (message->err) {
        publisher->counts.failed++;
        failure_set(publisher, message->err, "a message was not delivered");
    } else {
        publisher->counts.delivered++;
        publisher->counts.brokers_away = false;
    }
}

static void on_error(rd_kafka_t *client, int code, const char *reason, void *context)
{
    struct publisher *publisher = context;
    char why[200];
    if (code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        publisher->counts.brokers_away = true;
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(client, why, sizeof why);
        failure_set(publisher, fatal, "the producer is dead");
    }
    (void)reason;
}

static enum error failure_tell(const struct publisher *publisher, struct problem *problem)
{
    if (publisher->failure.error && problem)
        *problem = publisher->failure;
    return publisher->failure.error;
}

enum error publisher_open(struct publisher **publisher, const struct publisher_options *options,
                          struct problem *problem)
{
    *publisher = NULL;
    char messages[NUMBER_SIZE], kbytes[NUMBER_SIZE];
    const struct property properties[] = {
        {"enable.idempotence", "true"},
        {"acks", "all"},
        /* With a finite time-out the idempotent producer may leave gaps without a fatal error. */
        {"message.timeout.ms", "0"},
        {"linger.ms", "5"},
        {"compression.type", "lz4"},
        {"queue.buffering.max.messages",
         number_text(messages, options->queue_messages, QUEUE_MESSAGES)},
        {"queue.buffering.max.kbytes", number_text(kbytes, options->queue_kbytes, QUEUE_KBYTES)},
    };
    rd_kafka_conf_t *configuration = client_configure(
        &options->broker, properties, sizeof properties / sizeof *properties, problem);
    if (!configuration)
        return ERR_CONFIG;
    struct publisher *opened = calloc(1, sizeof *opened);
    assert(opened);
    rd_kafka_conf_set_dr_msg_cb(configuration, on_delivery);
    rd_kafka_conf_set_error_cb(configuration, on_error);
    rd_kafka_conf_set_opaque(configuration, opened);
    opened->client = client_new(RD_KAFKA_PRODUCER, configuration, problem);
    if (opened->client)
        opened->topic = rd_kafka_topic_new(opened->client, options->topic, NULL);
    if (!opened->topic) {
        publisher_discard(opened);
        return problem && problem->error
                   ? problem->error
                   : problem_set(problem, ERR_CONFIG, "kafka", NULL, "bad topic name");
    }
    *publisher = opened;
    return OK;
}

void publisher_discard(struct publisher *publisher)
{
    if (!publisher)
        return;
    if (publisher->client)
        rd_kafka_purge(publisher->client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT |
                                              RD_KAFKA_PURGE_F_NON_BLOCKING);
    if (publisher->topic)
        rd_kafka_topic_destroy(publisher->topic);
    if (publisher->client)
        rd_kafka_destroy(publisher->client);
    free(publisher);
}

enum error publisher_close(struct publisher *publisher, int32_t timeout_ms, struct problem *problem)
{
    if (!publisher)
        return OK;
    enum error error = publisher_flush(publisher, timeout_ms, problem);
    publisher_discard(publisher);
    return error;
}

/* The client owns the headers once produce has taken the message; until then they are ours. */
static rd_kafka_headers_t *headers_new(const char *id, const char *source, const char *type)
{
    rd_kafka_headers_t *headers = rd_kafka_headers_new(HEADERS);
    rd_kafka_header_add(headers, HEADER_SPECVERSION, -1, "1.0", 3);
    rd_kafka_header_add(headers, HEADER_ID, -1, id, UUID_TEXT_SIZE - 1);
    rd_kafka_header_add(headers, HEADER_SOURCE, -1, source, -1);
    rd_kafka_header_add(headers, HEADER_TYPE, -1, type, -1);
    return headers;
}

/* OK, ERR_BUSY (the queue is full) or ERR_BROKER_AWAY. Takes the headers. */
static enum error produce(struct publisher *publisher, int32_t partition, struct bytes key,
                          struct bytes value, rd_kafka_headers_t *headers, struct problem *problem)
{
    rd_kafka_resp_err_t code = rd_kafka_producev(
        publisher->client, RD_KAFKA_V_RKT(publisher->topic), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_KEY(key.data, key.size),
        RD_KAFKA_V_VALUE((void *)(uintptr_t)value.data, value.size),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    if (!code) {
        publisher->counts.queued++;
        return OK;
    }
    rd_kafka_headers_destroy(headers);
    if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
        return problem_set(problem, ERR_BUSY, "kafka", NULL, "the queue of the publisher is full");
    failure_set(publisher, code, "a message was refused by the client");
    return failure_tell(publisher, problem);
}

static enum error record_send(struct publisher *publisher, const struct record *record,
                              const char *traceparent, struct problem *problem)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(id, record->event_id);
    rd_kafka_headers_t *headers = headers_new(id, record->feed_id, record->type);
    rd_kafka_header_add(headers, HEADER_FEED, -1, record->header, (ssize_t)record->header_size);
    if (traceparent && *traceparent)
        rd_kafka_header_add(headers, HEADER_TRACEPARENT, -1, traceparent, -1);
    return produce(publisher, record->shard, bytes_of(record->key, KEY_TEXT_BYTES),
                   bytes_of(record->payload, record->payload_size), headers, problem);
}

enum error publisher_run(struct publisher *publisher, const struct record *records,
                         const char *const *traceparents, size_t n, size_t *taken,
                         struct problem *problem)
{
    enum error error = OK;
    for (*taken = 0; *taken < n; ++*taken) {
        const struct record *record = &records[*taken];
        if (*taken) /* a hole in the topic would stop every consumer */
            assert(record->shard == record[-1].shard &&
                   record->position == record[-1].position + 1);
        assert(record->header && strlen(record->key) == KEY_TEXT_BYTES);
        if (*taken % SERVE_EVERY == 0)
            error = publisher_poll(publisher, 0, problem);
        if (!error)
            error =
                record_send(publisher, record, traceparents ? traceparents[*taken] : NULL, problem);
        if (error)
            break;
    }
    return error == ERR_BUSY ? OK : error;
}

enum error publisher_tick(struct publisher *publisher, const char *feed_id,
                          const struct feed_tick *tick, struct problem *problem)
{
    if (publisher->failure.error)
        return failure_tell(publisher, problem);
    Common__FeedTick message = COMMON__FEED_TICK__INIT;
    uint8_t hash[HASH_BYTES], packed[256];
    memcpy(hash, tick->hash.b, sizeof hash);
    /* protobuf-c's texts are not const; it only reads them here */
    message.feed_id = (char *)(uintptr_t)feed_id;
    message.shard = (uint32_t)tick->shard;
    message.epoch = tick->epoch;
    message.position = tick->position;
    message.hash = (ProtobufCBinaryData){sizeof hash, hash};
    message.time_us = tick->time_us;
    assert(common__feed_tick__get_packed_size(&message) <= sizeof packed);
    struct bytes value = bytes_of(packed, common__feed_tick__pack(&message, packed));
    char id[UUID_TEXT_SIZE];
    uuid_format(id, uuid_derive("feed-tick", &value, 1));
    return produce(publisher, tick->shard, (struct bytes){0}, value,
                   headers_new(id, feed_id, TICK_TYPE), problem);
}

enum error publisher_poll(struct publisher *publisher, int32_t timeout_ms, struct problem *problem)
{
    rd_kafka_poll(publisher->client, timeout_ms);
    return failure_tell(publisher, problem);
}

enum error publisher_flush(struct publisher *publisher, int32_t timeout_ms, struct problem *problem)
{
    int64_t deadline_ms = now_ms() + timeout_ms;
    for (;;) {
        enum error error = publisher_poll(publisher, 0, problem);
        struct publisher_counts counts = publisher->counts;
        if (error || counts.delivered + counts.failed == counts.queued)
            return error;
        int64_t left_ms = deadline_ms - now_ms();
        if (left_ms <= 0)
            return problem_set(problem, ERR_TIMEOUT, "kafka", NULL,
                               "%lld messages are not delivered yet",
                               (long long)(counts.queued - counts.delivered - counts.failed));
        rd_kafka_flush(publisher->client, left_ms > 100 ? 100 : (int)left_ms);
    }
}

struct publisher_counts publisher_count(const struct publisher *publisher)
{
    return publisher->counts;
}
