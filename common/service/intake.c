/* SPDX-License-Identifier: Apache-2.0
 * Intake: the thread that polls Kafka, always, also while PostgreSQL is away. It starts each partition where the database
 * says, checks that the message there is the one that was applied last, and hands messages to the worker of their
 * partition; a worker with too much to do pauses its partitions. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/time.h"
#include "common/bus/consumer.h"
#include "common/service/fault.h"
#include "common/service/runtime.h"

enum {
    LOAD_MAX = 6000, /* messages waiting for one worker: then its partitions pause */
    LOAD_RESUME = 2000,
    SLOTS_MAX = 256,
    POLL_MS = 50,
    COMMIT_EVERY_US = 5000000,
    CLOSE_MS = 8000,
    ASSIGN_ATTEMPTS = 50,
    ASSIGN_PAUSE_US = 200000,
};

/* One assigned partition. */
struct slot {
    char topic[96];
    int32_t partition;
    bool mine, started, paused;
    bool check_first; /* the first message must be the one that was applied last */
    int64_t hint_offset, position;
    struct record_hash hash;
};

struct intake {
    struct runtime *runtime;
    pthread_t thread;
    bool running;
    struct consumer *consumer;
    struct database *database;
    struct slot slots[SLOTS_MAX];
    size_t n_slots;
    int64_t committed_at_us;
};

static const struct statement read_places = {
    "intake_places", "SELECT topic, partition, kafka_offset, position, hash FROM inbox", false};

static struct slot *slot_of(struct intake *intake, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < intake->n_slots; i++)
        if (intake->slots[i].partition == partition && !strcmp(intake->slots[i].topic, topic))
            return &intake->slots[i];
    assert(intake->n_slots < SLOTS_MAX);
    struct slot *slot = &intake->slots[intake->n_slots++];
    *slot = (struct slot){.partition = partition};
    snprintf(slot->topic, sizeof slot->topic, "%s", topic);
    return slot;
}

/* Reads where every slot stands. False: the database is away; asked again later. */
static bool read_starts(struct intake *intake)
{
    struct problem problem = {0};
    ROWS_AUTO struct rows rows = {0};
    enum error error = ERR_DATABASE_AWAY;
    /* A connection that died unnoticed is found by the first question; the second one tells. */
    for (int attempt = 0; attempt < 2 && error != OK; attempt++) {
        error = database_is_open(intake->database) ? OK : database_reopen(intake->database, &problem);
        if (error == OK)
            error = database_query(intake->database, &read_places, NULL, &rows, &problem);
    }
    if (error != OK)
        return false;
    for (int32_t row = 0; row < rows_count(&rows); row++) {
        struct slot *slot = slot_of(intake, rows_text(&rows, row, 0), rows_int16(&rows, row, 1));
        slot->hint_offset = rows_int64(&rows, row, 2);
        slot->position = rows_int64(&rows, row, 3);
        memcpy(slot->hash.b, rows_bytes(&rows, row, 4).data, HASH_BYTES);
    }
    return true;
}

/* The stored offset is a hint: at it must stand what was applied last. */
static int64_t first_offset(struct slot *slot)
{
    slot->check_first = slot->hint_offset >= 0 && slot->position > 0;
    return slot->check_first ? slot->hint_offset : CONSUMER_BEGINNING;
}

static void on_assign(void *context, struct consumer_partition *partitions, size_t n)
{
    struct intake *intake = context;
    FAULT_POINT(intake->runtime, "in_rebalance");
    /* Waits a little for the database: telling the client all places at once is kinder to it than one by one. */
    bool known = read_starts(intake);
    for (int attempt = 0; !known && attempt < ASSIGN_ATTEMPTS && !atomic_load(&intake->runtime->stopping); attempt++) {
        usleep(ASSIGN_PAUSE_US);
        known = read_starts(intake);
    }
    for (size_t i = 0; i < n; i++) {
        struct slot *slot = slot_of(intake, partitions[i].topic, partitions[i].partition);
        slot->mine = true;
        slot->paused = false;
        slot->started = known;
        partitions[i].offset = known ? first_offset(slot) : CONSUMER_LATER;
    }
    log_line(LOG_INFO, "partitions were assigned", LOG_INT("count", n), LOG_BOOL("places_known", known));
}

static void on_revoke(void *context, const struct consumer_partition *partitions, size_t n, bool lost)
{
    struct intake *intake = context;
    for (size_t i = 0; i < n; i++) {
        struct slot *slot = slot_of(intake, partitions[i].topic, partitions[i].partition);
        slot->mine = slot->started = slot->paused = false;
    }
    /* What is queued may still be applied: the stored place is the fence, and whoever reads next drops duplicates. */
    log_line(LOG_INFO, "partitions were revoked", LOG_INT("count", n), LOG_BOOL("lost", lost));
}

static void start_slot(struct intake *intake, struct slot *slot, int64_t offset, const char *why)
{
    struct problem problem = {0};
    if (offset == CONSUMER_BEGINNING)
        slot->check_first = false;
    slot->started = consumer_start(intake->consumer, slot->topic, slot->partition, offset, &problem) == OK;
    if (why)
        log_line(LOG_WARN, "a partition is read from the beginning", LOG_TEXT("topic", slot->topic),
                 LOG_INT("partition", slot->partition), LOG_TEXT("hint", why));
}

static void start_late_slots(struct intake *intake)
{
    bool late = false;
    for (size_t i = 0; i < intake->n_slots; i++)
        late = late || (intake->slots[i].mine && !intake->slots[i].started);
    if (!late || !read_starts(intake))
        return;
    for (size_t i = 0; i < intake->n_slots; i++)
        if (intake->slots[i].mine && !intake->slots[i].started)
            start_slot(intake, &intake->slots[i], first_offset(&intake->slots[i]), NULL);
}

static struct worker *worker_of(const struct intake *intake, int32_t partition)
{
    return intake->runtime->workers[partition % intake->runtime->n_workers];
}

/* True: the message may go on to its worker. */
static bool first_message_fits(struct intake *intake, struct slot *slot, const struct incoming *incoming)
{
    if (!slot->check_first || incoming->kind == INCOMING_TICK)
        return true;
    slot->check_first = false;
    if (incoming->kind == INCOMING_RECORD && incoming->record.position == slot->position &&
        record_hash_equal(&incoming->record.hash, &slot->hash))
        return true;
    start_slot(intake, slot, CONSUMER_BEGINNING, "the stored offset holds another message: the topic was made anew or moved");
    return false;
}

static void take(struct intake *intake, struct incoming *incoming)
{
    struct runtime *runtime = intake->runtime;
    switch (incoming->kind) {
    case INCOMING_RECORD:
    case INCOMING_TICK:
    case INCOMING_MALFORMED:
    case INCOMING_FOREIGN: {
        struct slot *slot = slot_of(intake, incoming->topic, incoming->partition);
        if (incoming->partition >= runtime->shards || !first_message_fits(intake, slot, incoming))
            break;
        struct worker *worker = worker_of(intake, incoming->partition);
        worker_put_incoming(worker, incoming);
        if (!slot->paused && worker_load(worker) > LOAD_MAX) {
            struct problem problem = {0};
            slot->paused = consumer_pause(intake->consumer, slot->topic, slot->partition, &problem) == OK;
        }
        return;
    }
    case INCOMING_OUT_OF_RANGE:
        start_slot(intake, slot_of(intake, incoming->topic, incoming->partition), CONSUMER_BEGINNING,
                   "the stored offset is not in the topic");
        break;
    case INCOMING_TROUBLE:
        health_set(&runtime->health, runtime->health_broker, HEALTH_DEGRADED, "%s", incoming->why ? incoming->why : "");
        break;
    case INCOMING_POLLED_LATE:
        log_line(LOG_WARN, "Kafka was polled too rarely", LOG_TEXT("hint", "the group gave our partitions away; rejoining"));
        break;
    case INCOMING_FATAL: {
        struct problem problem;
        problem_set(&problem, ERR_INTERNAL, "", "", "the Kafka consumer cannot go on: %s", incoming->why);
        runtime_fail(runtime, &problem);
        break;
    }
    case INCOMING_END:
        break;
    }
    incoming_free(incoming);
}

static void resume_slots(struct intake *intake)
{
    for (size_t i = 0; i < intake->n_slots; i++) {
        struct slot *slot = &intake->slots[i];
        struct problem problem = {0};
        if (slot->paused && worker_load(worker_of(intake, slot->partition)) < LOAD_RESUME &&
            consumer_resume(intake->consumer, slot->topic, slot->partition, &problem) == OK)
            slot->paused = false;
    }
}

/* For lag monitors only: nobody starts from what is committed here. */
static void commit(struct intake *intake)
{
    if (monotonic_us() - intake->committed_at_us < COMMIT_EVERY_US)
        return;
    intake->committed_at_us = monotonic_us();
    struct consumer_partition partitions[SLOTS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < intake->n_slots; i++) {
        struct slot *slot = &intake->slots[i];
        if (!slot->mine)
            continue;
        int64_t applied = worker_applied_offset(worker_of(intake, slot->partition), slot->topic, slot->partition);
        if (applied >= 0)
            partitions[n++] = (struct consumer_partition){slot->topic, slot->partition, applied + 1};
    }
    if (n)
        consumer_commit(intake->consumer, partitions, n);
}

static void *poll(void *context)
{
    struct intake *intake = context;
    struct runtime *runtime = intake->runtime;
    while (!atomic_load(&runtime->stopping)) {
        struct incoming *incoming = consumer_poll(intake->consumer, POLL_MS);
        if (incoming)
            take(intake, incoming);
        start_late_slots(intake);
        resume_slots(intake);
        commit(intake);
    }
    return NULL;
}

enum error intake_new(struct intake **made, struct runtime *runtime, struct problem *problem)
{
    struct intake *intake = calloc(1, sizeof *intake);
    assert(intake);
    *made = intake;
    intake->runtime = runtime;
    if (!runtime->service->model->n_topics_in)
        return OK;
    struct database_options options = runtime_database(runtime, "intake");
    enum error error = database_open(&intake->database, &options, problem);
    if (error != OK)
        return error;
    char group[96];
    snprintf(group, sizeof group, "billing-%s", runtime->service->model->name);
    struct consumer_options consumer = {.broker = runtime->broker,
                                        .group = group,
                                        .topics = runtime->service->model->topics_in,
                                        .topics_count = runtime->service->model->n_topics_in,
                                        .session_timeout_ms = 6000, /* the least that brokers allow: how long a killed member is missed */
                                        .context = intake,
                                        .on_assign = on_assign,
                                        .on_revoke = on_revoke};
    error = consumer_open(&intake->consumer, &consumer, problem);
    if (error != OK)
        return error;
    intake->running = pthread_create(&intake->thread, NULL, poll, intake) == 0;
    return OK;
}

void intake_join_free(struct intake *intake)
{
    if (!intake)
        return;
    if (intake->running)
        pthread_join(intake->thread, NULL);
    struct problem problem = {0};
    if (intake->consumer && consumer_close(intake->consumer, CLOSE_MS, &problem) != OK) {
        log_line(LOG_WARN, "the Kafka client hangs at its end", LOG_TEXT("hint", "leaving without it; nothing is lost"));
        _exit(0);
    }
    database_close(intake->database);
    free(intake);
}
