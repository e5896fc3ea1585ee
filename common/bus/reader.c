/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/reader.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/bus/client.h"

struct reader {
    struct trouble trouble; /* first: see client_on_error */
    rd_kafka_t *client;
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

enum error reader_open(struct reader **reader, const struct reader_options *options,
                       struct problem *problem)
{
    *reader = NULL;
    char kbytes[NUMBER_SIZE];
    const struct property properties[] = {
        /* A name is required, but nobody joins: partitions are assigned by hand. */
        {"group.id", "duebook-reader"},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "error"},
        {"isolation.level", "read_committed"},
        {"check.crcs", "true"},
        {"enable.partition.eof", "true"},
        {"allow.auto.create.topics", "false"},
        {"fetch.wait.max.ms", "100"},
        {"fetch.error.backoff.ms", "100"},
        {"queued.max.messages.kbytes", number_text(kbytes, options->queue_kbytes, FETCH_KBYTES)},
    };
    rd_kafka_conf_t *configuration = client_configure(
        &options->broker, properties, sizeof properties / sizeof *properties, problem);
    if (!configuration)
        return ERR_CONFIG;
    struct reader *opened = calloc(1, sizeof *opened);
    assert(opened);
    rd_kafka_conf_set_opaque(configuration, opened);
    rd_kafka_conf_set_error_cb(configuration, client_on_error);
    opened->client = client_new(RD_KAFKA_CONSUMER, configuration, problem);
    if (!opened->client) {
        free(opened);
        return ERR_CONFIG;
    }
    rd_kafka_poll_set_consumer(opened->client);
    *reader = opened;
    return OK;
}

void reader_close(struct reader *reader)
{
    if (!reader)
        return;
    /* There is no group to leave, so nothing is worth waiting for. */
    rd_kafka_destroy_flags(reader->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    free(reader);
}

static enum error change(struct reader *reader, const char *topic, int32_t partition,
                         int64_t offset, bool add, struct problem *problem)
{
    KAFKA_PARTITIONS_AUTO rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic, partition)->offset =
        offset == OFFSET_BEGINNING ? RD_KAFKA_OFFSET_BEGINNING : offset;
    KAFKA_ERROR_AUTO rd_kafka_error_t *error =
        add ? rd_kafka_incremental_assign(reader->client, list)
            : rd_kafka_incremental_unassign(reader->client, list);
    return error ? client_error(rd_kafka_error_code(error),
                                add ? "assigning a partition" : "leaving a partition", problem)
                 : OK;
}

static enum error is_assigned(struct reader *reader, const char *topic, int32_t partition,
                              bool *assigned, struct problem *problem)
{
    KAFKA_PARTITIONS_AUTO rd_kafka_topic_partition_list_t *list = NULL;
    rd_kafka_resp_err_t code = rd_kafka_assignment(reader->client, &list);
    if (code)
        return client_error(code, "asking what is assigned", problem);
    *assigned = rd_kafka_topic_partition_list_find(list, topic, partition) != NULL;
    return OK;
}

enum error reader_unassign(struct reader *reader, const char *topic, int32_t partition,
                           struct problem *problem)
{
    bool assigned = false;
    enum error error = is_assigned(reader, topic, partition, &assigned, problem);
    if (error || !assigned)
        return error;
    return change(reader, topic, partition, RD_KAFKA_OFFSET_INVALID, false, problem);
}

enum error reader_assign(struct reader *reader, const char *topic, int32_t partition,
                         int64_t offset, struct problem *problem)
{
    assert(offset >= 0 || offset == OFFSET_BEGINNING);
    enum error error = reader_unassign(reader, topic, partition, problem);
    return error ? error : change(reader, topic, partition, offset, true, problem);
}

struct incoming *reader_poll(struct reader *reader, int32_t timeout_ms)
{
    rd_kafka_message_t *message = rd_kafka_consumer_poll(reader->client, timeout_ms);
    return message ? incoming_new(message) : incoming_of_trouble(&reader->trouble);
}

enum error reader_watermarks(struct reader *reader, const char *topic, int32_t partition,
                             int64_t *low, int64_t *high, int32_t timeout_ms,
                             struct problem *problem)
{
    rd_kafka_resp_err_t code =
        rd_kafka_query_watermark_offsets(reader->client, topic, partition, low, high, timeout_ms);
    return code ? client_error(code, "asking for a partition's ends", problem) : OK;
}

struct scan {
    const char *topic;
    int32_t partition;
    int64_t to;
    reader_visit *visit;
    void *context;
    bool over;
};

static enum error scan_step(struct scan *scan, const struct incoming *incoming,
                            struct problem *problem)
{
    /* What is left of another partition, or news of no partition: librdkafka tries again by itself.
     */
    bool ours = incoming->partition == scan->partition && !strcmp(incoming->topic, scan->topic);
    switch (incoming->kind) {
    case INCOMING_FATAL:
        return problem_set(problem, ERR_BROKER_AWAY, "kafka", NULL, "reading: %s", incoming->why);
    case INCOMING_OUT_OF_RANGE:
        return ours ? problem_set(problem, ERR_NOT_FOUND, "kafka", NULL,
                                  "the offset is not in %s/%d", scan->topic, scan->partition)
                    : OK;
    case INCOMING_END:
        scan->over = scan->over || (ours && incoming->offset >= scan->to);
        return OK;
    case INCOMING_RECORD:
    case INCOMING_TICK:
    case INCOMING_FOREIGN:
    case INCOMING_MALFORMED:
        if (ours && incoming->offset >= scan->to)
            scan->over = true;
        else if (ours)
            scan->over = !scan->visit(scan->context, incoming) || incoming->offset + 1 >= scan->to;
        return OK;
    case INCOMING_TROUBLE:
    case INCOMING_POLLED_LATE:
        return OK;
    }
    return OK;
}

static enum error scan_run(struct reader *reader, struct scan *scan, int32_t timeout_ms,
                           struct problem *problem)
{
    int64_t deadline_ms = now_ms() + timeout_ms;
    while (!scan->over) {
        INCOMING_AUTO struct incoming *incoming = reader_poll(reader, 100);
        if (incoming && incoming->kind != INCOMING_TROUBLE)
            deadline_ms = now_ms() + timeout_ms;
        else if (now_ms() >= deadline_ms)
            return problem_set(problem, ERR_BROKER_AWAY, "kafka", NULL,
                               "reading %s/%d: the broker was silent for %d ms", scan->topic,
                               scan->partition, timeout_ms);
        enum error error = incoming ? scan_step(scan, incoming, problem) : OK;
        if (error)
            return error;
    }
    return OK;
}

enum error reader_scan(struct reader *reader, const char *topic, int32_t partition, int64_t from,
                       int64_t to, int32_t timeout_ms, reader_visit *visit, void *context,
                       struct problem *problem)
{
    int64_t low, high;
    enum error error =
        reader_watermarks(reader, topic, partition, &low, &high, timeout_ms, problem);
    if (error)
        return error;
    from = from == OFFSET_BEGINNING ? low : from;
    if (from < low || from > high)
        return problem_set(problem, ERR_NOT_FOUND, "kafka", NULL,
                           "offset %lld is not in %s/%d, which has %lld to %lld", (long long)from,
                           topic, partition, (long long)low, (long long)high);
    if (to < 0 || to > high)
        to = high;
    if (from >= to)
        return OK;
    error = reader_assign(reader, topic, partition, from, problem);
    if (error)
        return error;
    struct scan scan = {
        .topic = topic, .partition = partition, .to = to, .visit = visit, .context = context};
    error = scan_run(reader, &scan, timeout_ms, problem);
    enum error left = reader_unassign(reader, topic, partition, error ? NULL : problem);
    return error ? error : left;
}
