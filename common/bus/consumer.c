/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/consumer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/log.h"
#include "common/bus/client.h"

enum { MAX_POLL_MS = 300000, SESSION_MS = 45000, CLOSE_STEP_MS = 100 };

/* What we know of one partition that is ours. */
struct owned {
    bool started;  /* given to the client to fetch */
    bool paused;   /* the client was told to pause it */
    bool moving;   /* waits for the next assignment; messages meanwhile do not move its offset */
    bool withheld; /* paused by leaving it out of an assignment; see partitions_assign */
};

enum { ASSIGN_GAP_MS = 1000 };

struct consumer {
    struct trouble trouble; /* first: see client_on_error */
    rd_kafka_t *client;
    struct consumer_options options; /* its texts are not kept */
    struct consumer_partition *partitions;
    struct owned *owned; /* of the same index */
    size_t count, size;
    bool changed;           /* an assignment is due */
    int64_t assigned_at_ms; /* of the last one */
};

static int64_t now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t find(const struct consumer *consumer, const char *topic, int32_t partition)
{
    size_t i = 0;
    while (i < consumer->count && (consumer->partitions[i].partition != partition ||
                                   strcmp(consumer->partitions[i].topic, topic)))
        i++;
    return i;
}

static void partitions_forget(struct consumer *consumer)
{
    for (size_t i = 0; i < consumer->count; i++)
        free((char *)(uintptr_t)consumer->partitions[i].topic);
    consumer->count = 0;
}

static void partitions_take(struct consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    partitions_forget(consumer);
    size_t wanted = list->cnt > 0 ? (size_t)list->cnt : 0;
    if (wanted > consumer->size) {
        consumer->partitions = realloc(consumer->partitions, wanted * sizeof *consumer->partitions);
        consumer->owned = realloc(consumer->owned, wanted * sizeof *consumer->owned);
        assert(consumer->partitions && consumer->owned);
        consumer->size = wanted;
    }
    for (size_t i = 0; i < wanted; i++) {
        const char *topic = strdup(list->elems[i].topic);
        assert(topic);
        consumer->partitions[i] =
            (struct consumer_partition){topic, list->elems[i].partition, CONSUMER_LATER};
        consumer->owned[i] = (struct owned){0};
    }
    consumer->count = wanted;
}

static int64_t kafka_offset(int64_t offset)
{
    assert(offset >= 0 || offset == CONSUMER_BEGINNING);
    return offset == CONSUMER_BEGINNING ? RD_KAFKA_OFFSET_BEGINNING : offset;
}

/* librdkafka keeps a pause beyond the assignment, and a pause soon after an assignment may lose its
 * offset (#2190). So a pause is always taken back before the assignment changes. */
static void pauses_end(struct consumer *consumer)
{
    KAFKA_PARTITIONS_AUTO rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(0);
    for (size_t i = 0; i < consumer->count; i++)
        if (consumer->owned[i].paused)
            rd_kafka_topic_partition_list_add(list, consumer->partitions[i].topic,
                                              consumer->partitions[i].partition);
    if (list->cnt)
        (void)rd_kafka_resume_partitions(consumer->client, list);
}

/* Gives the client all partitions that have an offset, except those withheld. Explicit offsets from
 * the first moment: an assignment without them may be overwritten by a late answer of the
 * coordinator
 * (#5345). The protocol is eager, so a change of one partition is an assignment of all of them,
 * each where the last message polled left it; what was fetched ahead is fetched again. */
static enum error partitions_assign(struct consumer *consumer, struct problem *problem)
{
    KAFKA_PARTITIONS_AUTO rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)consumer->count);
    for (size_t i = 0; i < consumer->count; i++) {
        const struct consumer_partition *partition = &consumer->partitions[i];
        struct owned *owned = &consumer->owned[i];
        owned->paused = owned->moving = false;
        owned->started = partition->offset != CONSUMER_LATER && !owned->withheld;
        if (owned->started)
            rd_kafka_topic_partition_list_add(list, partition->topic, partition->partition)
                ->offset = kafka_offset(partition->offset);
    }
    consumer->changed = false;
    consumer->assigned_at_ms = now_ms();
    rd_kafka_resp_err_t code = rd_kafka_assign(consumer->client, list);
    return code ? client_error(code, "assigning partitions", problem) : OK;
}

static void assigned(struct consumer *consumer, const rd_kafka_topic_partition_list_t *list)
{
    struct problem problem = {0};
    partitions_take(consumer, list);
    consumer->options.on_assign(consumer->options.context, consumer->partitions, consumer->count);
    if (partitions_assign(consumer, &problem))
        log_line(LOG_WARN, "the client refused an assignment", LOG_PROBLEM(&problem));
}

static void revoked(struct consumer *consumer)
{
    bool lost = rd_kafka_assignment_lost(consumer->client);
    if (consumer->count)
        consumer->options.on_revoke(consumer->options.context, consumer->partitions,
                                    consumer->count, lost);
    pauses_end(consumer);
    partitions_forget(consumer);
    (void)rd_kafka_assign(consumer->client, NULL);
}

static void on_rebalance(rd_kafka_t *client, rd_kafka_resp_err_t code,
                         rd_kafka_topic_partition_list_t *list, void *context)
{
    (void)client;
    struct consumer *consumer = context;
    if (code == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS)
        assigned(consumer, list);
    else /* revoked, or an error after which nothing is ours */
        revoked(consumer);
}

static rd_kafka_conf_t *configure(const struct consumer_options *options, struct problem *problem)
{
    char kbytes[NUMBER_SIZE], poll[NUMBER_SIZE], session[NUMBER_SIZE];
    const struct property properties[] = {
        {"group.id", options->group},
        {"partition.assignment.strategy", "range"},
        {"enable.auto.commit", "false"},
        {"enable.auto.offset.store", "false"},
        {"auto.offset.reset", "error"}, /* silent loss becomes news */
        {"isolation.level", "read_committed"},
        {"check.crcs", "true"},
        {"enable.partition.eof", "true"},
        {"allow.auto.create.topics", "false"},
        {"fetch.wait.max.ms", "200"},
        {"fetch.error.backoff.ms", "200"},
        {"queued.max.messages.kbytes", number_text(kbytes, options->queue_kbytes, FETCH_KBYTES)},
        {"session.timeout.ms", number_text(session, options->session_timeout_ms, SESSION_MS)},
        {"max.poll.interval.ms", number_text(poll, options->max_poll_ms, MAX_POLL_MS)},
    };
    return client_configure(&options->broker, properties, sizeof properties / sizeof *properties,
                            problem);
}

static void abandon(struct consumer *consumer)
{
    if (consumer->client)
        rd_kafka_destroy_flags(consumer->client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    partitions_forget(consumer);
    free(consumer->partitions);
    free(consumer->owned);
    free(consumer);
}

enum error consumer_open(struct consumer **consumer, const struct consumer_options *options,
                         struct problem *problem)
{
    *consumer = NULL;
    assert(options->group && options->topics_count && options->on_assign && options->on_revoke);
    rd_kafka_conf_t *configuration = configure(options, problem);
    if (!configuration)
        return ERR_CONFIG;
    struct consumer *opened = calloc(1, sizeof *opened);
    assert(opened);
    opened->options.context = options->context;
    opened->options.on_assign = options->on_assign;
    opened->options.on_revoke = options->on_revoke;
    rd_kafka_conf_set_opaque(configuration, opened);
    rd_kafka_conf_set_error_cb(configuration, client_on_error);
    rd_kafka_conf_set_rebalance_cb(configuration, on_rebalance);
    opened->client = client_new(RD_KAFKA_CONSUMER, configuration, problem);
    if (!opened->client) {
        abandon(opened);
        return ERR_CONFIG;
    }
    rd_kafka_poll_set_consumer(opened->client);
    KAFKA_PARTITIONS_AUTO rd_kafka_topic_partition_list_t *topics =
        rd_kafka_topic_partition_list_new((int)options->topics_count);
    for (size_t i = 0; i < options->topics_count; i++)
        rd_kafka_topic_partition_list_add(topics, options->topics[i], RD_KAFKA_PARTITION_UA);
    rd_kafka_resp_err_t code = rd_kafka_subscribe(opened->client, topics);
    if (code) {
        abandon(opened);
        return problem_set(problem, ERR_CONFIG, "kafka", NULL, "subscribing: %s",
                           rd_kafka_err2str(code));
    }
    *consumer = opened;
    return OK;
}

/* Closing waits for the group, and librdkafka before 2.4.0 may wait for ever (#4527). So the events
 * of closing come to a queue that is served here, until they end or the time does. */
static bool close_group(struct consumer *consumer, int32_t timeout_ms)
{
    int64_t deadline_ms = now_ms() + timeout_ms;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(consumer->client);
    KAFKA_ERROR_AUTO rd_kafka_error_t *error =
        rd_kafka_consumer_close_queue(consumer->client, queue);
    bool closed = error != NULL; /* fatal or closed already: nothing to wait for */
    while (!closed && now_ms() < deadline_ms) {
        rd_kafka_message_t *message = rd_kafka_consume_queue(queue, CLOSE_STEP_MS);
        if (message)
            rd_kafka_message_destroy(message);
        closed = rd_kafka_consumer_closed(consumer->client);
    }
    rd_kafka_queue_destroy(queue);
    return closed;
}

enum error consumer_close(struct consumer *consumer, int32_t timeout_ms, struct problem *problem)
{
    if (!consumer)
        return OK;
    if (!close_group(consumer, timeout_ms))
        return problem_set(problem, ERR_TIMEOUT, "kafka", NULL,
                           "the group was not left within %d ms", timeout_ms);
    abandon(consumer);
    return OK;
}

/* Assignments that follow each other while the client still stops partitions of the one before trip an assertion in
 * librdkafka 2.0.2 (partition_stopped: rktp_started), so changes gather, and the client gets time between two. Those
 * that are paused now stay so by being left out. */
static void assign_if_due(struct consumer *consumer)
{
    struct problem problem = {0};
    if (!consumer->changed || now_ms() - consumer->assigned_at_ms < ASSIGN_GAP_MS)
        return;
    pauses_end(consumer);
    for (size_t i = 0; i < consumer->count; i++)
        consumer->owned[i].withheld = !consumer->owned[i].moving &&
                                      (consumer->owned[i].withheld || consumer->owned[i].paused);
    if (partitions_assign(consumer, &problem))
        log_line(LOG_WARN, "the client refused an assignment", LOG_PROBLEM(&problem));
}

struct incoming *consumer_poll(struct consumer *consumer, int32_t timeout_ms)
{
    assign_if_due(consumer);
    rd_kafka_message_t *message = rd_kafka_consumer_poll(consumer->client, timeout_ms);
    if (!message)
        return incoming_of_trouble(&consumer->trouble);
    struct incoming *incoming = incoming_new(message);
    if (!message->err) {
        size_t i = find(consumer, incoming->topic, incoming->partition);
        if (i < consumer->count && consumer->owned[i].moving) {
            incoming_free(incoming); /* of the place that was left */
            return NULL;
        }
        if (i < consumer->count)
            consumer->partitions[i].offset = incoming->offset + 1;
    }
    return incoming;
}

static enum error not_ours(const char *topic, int32_t partition, struct problem *problem)
{
    return problem_set(problem, ERR_NOT_FOUND, "kafka", NULL, "%s/%d is not ours to read", topic,
                       partition);
}

enum error consumer_start(struct consumer *consumer, const char *topic, int32_t partition,
                          int64_t offset, struct problem *problem)
{
    size_t i = find(consumer, topic, partition);
    if (i == consumer->count)
        return not_ours(topic, partition, problem);
    consumer->partitions[i].offset = offset;
    consumer->owned[i].moving = consumer->changed = true;
    return OK;
}

/* The index of a partition that is being read, or would be if it were not paused; else count. */
static size_t find_started(const struct consumer *consumer, const char *topic, int32_t partition)
{
    size_t i = find(consumer, topic, partition);
    bool reading =
        i < consumer->count && (consumer->owned[i].started || consumer->owned[i].withheld);
    return reading ? i : consumer->count;
}

static enum error pause_set(struct consumer *consumer, size_t i, bool pause,
                            struct problem *problem)
{
    consumer->owned[i].paused = pause;
    KAFKA_PARTITIONS_AUTO rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, consumer->partitions[i].topic,
                                      consumer->partitions[i].partition);
    rd_kafka_resp_err_t code = pause ? rd_kafka_pause_partitions(consumer->client, list)
                                     : rd_kafka_resume_partitions(consumer->client, list);
    code = code ? code : list->elems[0].err;
    return code ? client_error(code, pause ? "pausing" : "resuming", problem) : OK;
}

enum error consumer_pause(struct consumer *consumer, const char *topic, int32_t partition,
                          struct problem *problem)
{
    size_t i = find_started(consumer, topic, partition);
    if (i == consumer->count)
        return not_ours(topic, partition, problem);
    bool stands = consumer->owned[i].paused || consumer->owned[i].withheld;
    return stands ? OK : pause_set(consumer, i, true, problem);
}

enum error consumer_resume(struct consumer *consumer, const char *topic, int32_t partition,
                           struct problem *problem)
{
    size_t i = find_started(consumer, topic, partition);
    if (i == consumer->count)
        return not_ours(topic, partition, problem);
    if (consumer->owned[i].withheld) {
        consumer->owned[i].moving = consumer->changed = true;
        return OK;
    }
    return consumer->owned[i].paused ? pause_set(consumer, i, false, problem) : OK;
}

size_t consumer_assignment(const struct consumer *consumer,
                           const struct consumer_partition **partitions)
{
    *partitions = consumer->partitions;
    return consumer->count;
}

void consumer_commit(struct consumer *consumer, const struct consumer_partition *partitions,
                     size_t n)
{
    if (!n)
        return;
    KAFKA_PARTITIONS_AUTO rd_kafka_topic_partition_list_t *list =
        rd_kafka_topic_partition_list_new((int)n);
    for (size_t i = 0; i < n; i++)
        if (partitions[i].offset >= 0 &&
            find(consumer, partitions[i].topic, partitions[i].partition) < consumer->count)
            rd_kafka_topic_partition_list_add(list, partitions[i].topic, partitions[i].partition)
                ->offset = partitions[i].offset;
    if (list->cnt)
        (void)rd_kafka_commit(consumer->client, list, 1);
}
