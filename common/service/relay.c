/* SPDX-License-Identifier: Apache-2.0
 * Relay: the thread that publishes committed events of the shards whose lease it holds, and moves a shard's cursor only
 * over what it has read back from the topic (architecture.md, section 3). Two relays can then only make duplicates. It
 * also opens the shards for writing, and says with ticks how far an idle feed has come. */
#include "common/service/relay_inside.h"
#include "common/service/traces.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/log.h"
#include "common/base/time.h"
#include "common/service/fault.h"

enum {
    ARENA_BYTES = 64 << 20,
    FEED_BATCH = 2000,
    BEYOND_CURSOR_MAX = 10000,
    LEASE_SECONDS = 10,
    LEASE_EVERY_US = 3000000,
    SAVE_EVERY_US = 200000,
    HEADS_EVERY_US = 100000,
    STUCK_US = 15000000,
    CLOSED_AGAIN_US = 5000000, /* a closed shard is looked at again: somebody may have adopted it */
    WAIT_US = 20000,
};

static const struct statement read_heads = {
    "relay_heads", "SELECT shard, position, hash, epoch FROM shard_head", false};
static const struct statement read_cursors = {
    "relay_cursors", "SELECT shard, position, kafka_offset FROM relay", false};
static const struct statement save_cursors = {
    "relay_save",
    "UPDATE relay r SET position = w.position, kafka_offset = w.kafka_offset, moved_at = clock_timestamp() "
    "FROM unnest($1::int2[], $2::int8[], $3::int8[], $4::int8[]) AS w(shard, position, kafka_offset, epoch) "
    "WHERE r.shard = w.shard AND EXISTS (SELECT FROM lease l WHERE l.name = 'relay/' || w.shard AND l.owner = $5::text "
    "AND l.epoch = w.epoch) RETURNING r.shard",
    false,
};

static void note_heads(struct relay *relay, const struct rows *rows)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        struct relay_shard *shard = &relay->shards[rows_int16(rows, row, 0)];
        struct gate_head head = {.position = rows_int64(rows, row, 1), .epoch = (uint32_t)rows_int32(rows, row, 3)};
        memcpy(head.hash.b, rows_bytes(rows, row, 2).data, HASH_BYTES);
        if (head.position != shard->head.position || head.epoch != shard->head.epoch) {
            shard->tick_wait_us = SECOND_US;
            shard->tick_at_us = monotonic_us() + SECOND_US;
        }
        shard->head = head;
    }
}

enum error relay_read_heads(struct relay *relay, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(postgres_store_database(relay->store), &read_heads, NULL, &rows, problem);
    if (error == OK)
        note_heads(relay, &rows);
    relay->heads_at_us = monotonic_us();
    return error;
}

/* ---- leases ---- */

static void start_shard(struct relay *relay, struct relay_shard *shard)
{
    shard->sent = shard->position;
    shard->expected_n = shard->expected_first = 0;
    shard->moved_at_us = monotonic_us();
    struct problem problem = {0};
    int64_t from = shard->offset >= 0 ? shard->offset + 1 : OFFSET_BEGINNING;
    if (reader_assign(relay->reader, relay->topic, shard->shard, from, &problem) != OK)
        shard->lease.held = false;
}

static enum error take_cursor(struct relay *relay, struct relay_shard *taken, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(postgres_store_database(relay->store), &read_cursors, NULL, &rows, problem);
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        if (rows_int16(&rows, row, 0) != taken->shard)
            continue;
        taken->position = taken->saved_position = rows_int64(&rows, row, 1);
        taken->offset = rows_int64(&rows, row, 2);
    }
    return error;
}

/* A topic that ends before the cursor lost what was acknowledged: the cursor goes back to what it still shows. */
static void set_back(struct relay_shard *shard, const struct topic_tail *tail)
{
    bool lost = shard->position > 0 && (tail->has_record ? tail->highest.position : 0) < shard->position;
    if (!lost)
        return;
    log_line(LOG_ERROR, "the topic lost its tail; publishing again", LOG_INT("shard", shard->shard),
             LOG_INT("cursor", shard->position), LOG_INT("topic_position", tail->has_record ? tail->highest.position : 0),
             LOG_TEXT("hint", "look at the brokers' durability: min.insync.replicas, unclean elections"));
    shard->position = tail->has_record ? tail->highest.position : 0;
    shard->offset = tail->has_record ? tail->highest.offset : -1;
}

static enum error open_gate(struct relay *relay, struct relay_shard *shard, struct topic_tail *tail,
                            struct problem *problem)
{
    enum gate_verdict verdict;
    struct store door = postgres_store_door(relay->store);
    arena_reset(&relay->arena);
    /* A reader of its own: looking takes messages of other partitions out of the hands of the read-back. */
    struct reader_options options = {.broker = relay->runtime->broker};
    enum error error = relay->gate_reader ? OK : reader_open(&relay->gate_reader, &options, problem);
    if (error != OK)
        return error;
    error = gate_tail(relay->gate_reader, relay->topic, shard->shard, shard->offset, tail, problem);
    if (error == OK)
        error = relay_read_heads(relay, problem);
    if (error == OK)
        error = gate_compare(&door, &relay->arena, relay->topic, shard->shard, &shard->head, tail, &verdict, problem);
    if (error != OK)
        return error;
    shard->looked = true;
    shard->looked_at_us = monotonic_us();
    bool open = verdict == GATE_OPEN;
    if (atomic_load(&relay->runtime->writable[shard->shard]) != open || !open)
        log_line(open ? LOG_DEBUG : LOG_ERROR, open ? "a shard is open for writing" : "a shard stays closed for writing",
                 LOG_INT("shard", shard->shard), LOG_TEXT("hint", gate_verdict_text(verdict)));
    atomic_store(&relay->runtime->writable[shard->shard], open);
    return OK;
}

/* Every process looks at every shard before it writes; only the lease holder publishes. */
static void look_at_shards(struct relay *relay)
{
    struct problem problem = {0};
    bool all = true, missing = false;
    for (int32_t i = 0; i < relay->runtime->shards; i++) {
        struct relay_shard *shard = &relay->shards[i];
        bool closed = !atomic_load(&relay->runtime->writable[i]);
        if (!shard->looked || (closed && monotonic_us() - shard->looked_at_us > CLOSED_AGAIN_US)) {
            struct topic_tail tail;
            missing = true;
            enum error error = take_cursor(relay, shard, &problem);
            if (error == OK)
                error = open_gate(relay, shard, &tail, &problem);
            if (error != OK) {
                health_set(&relay->runtime->health, relay->runtime->health_writable, HEALTH_STARTING, "%s",
                           problem.detail);
                return;
            }
            set_back(shard, &tail);
            if (shard->lease.held)
                start_shard(relay, shard);
        }
        all = all && atomic_load(&relay->runtime->writable[i]);
    }
    if (missing)
        health_set(&relay->runtime->health, relay->runtime->health_writable, all ? HEALTH_UP : HEALTH_DOWN, "%s",
                   all ? "logs and topics agree" : "some shard's topic and log differ: billctl adopt");
}

static void take_leases(struct relay *relay)
{
    if (monotonic_us() - relay->leased_at_us < LEASE_EVERY_US)
        return;
    relay->leased_at_us = monotonic_us();
    struct problem problem = {0};
    struct database *database = postgres_store_database(relay->store);
    for (int32_t i = 0; i < relay->runtime->shards; i++) {
        struct relay_shard *shard = &relay->shards[i];
        if (!shard->looked)
            continue;
        bool before = shard->lease.held;
        int64_t epoch = shard->lease.epoch;
        if (lease_take(database, relay->runtime->instance, LEASE_SECONDS, &shard->lease, &problem) != OK)
            return;
        bool fresh = shard->lease.held && (!before || shard->lease.epoch != epoch);
        if (before && !shard->lease.held) {
            runtime_count(relay->runtime, COUNT_ZOMBIES_FENCED, 1);
            (void)!reader_unassign(relay->reader, relay->topic, shard->shard, &problem); /* not ours to read any more */
        }
        if (fresh && take_cursor(relay, shard, &problem) == OK) {
            struct topic_tail tail;
            if (open_gate(relay, shard, &tail, &problem) == OK)
                set_back(shard, &tail);
            start_shard(relay, shard);
        }
    }
}

/* ---- publishing ---- */

static void remember_sent(struct relay_shard *shard, const struct record *record)
{
    if (!shard->expected)
        shard->expected = malloc(EXPECTED_MAX * sizeof *shard->expected);
    assert(shard->expected && shard->expected_n < EXPECTED_MAX);
    shard->expected[(shard->expected_first + shard->expected_n++) % EXPECTED_MAX] = record->hash;
}

static enum error publish_run(struct relay *relay, const struct record *records, size_t n, size_t *sent,
                              struct problem *problem)
{
    const char *const *traceparents = traces_of_records(relay->runtime->traces, &relay->arena, records, n);
    *sent = 0;
    while (*sent < n) {
        size_t taken = 0;
        enum error error = publisher_run(relay->publisher, records + *sent, traceparents ? traceparents + *sent : NULL,
                                         n - *sent, &taken, problem);
        if (error != OK)
            return error;
        *sent += taken;
        if (*sent < n && (error = publisher_poll(relay->publisher, 5, problem)) != OK)
            return error;
        if (!taken && atomic_load(&relay->runtime->stopping))
            return OK;
    }
    return OK;
}

static enum error publish_shard(struct relay *relay, struct relay_shard *shard, bool *more, struct problem *problem)
{
    size_t room = BEYOND_CURSOR_MAX - shard->expected_n;
    if (!shard->lease.held || shard->sent >= shard->head.position || room == 0)
        return OK;
    struct store door = postgres_store_door(relay->store);
    struct record *records;
    size_t n = 0, sent = 0;
    arena_reset(&relay->arena);
    enum error error = door.feed(door.self, &relay->arena, shard->shard, shard->sent,
                                 room < FEED_BATCH ? room : FEED_BATCH, &records, &n, problem);
    if (error != OK)
        return error;
    error = publish_run(relay, records, n, &sent, problem);
    if (error != OK)
        return error;
    for (size_t i = 0; i < sent; i++)
        remember_sent(shard, &records[i]);
    if (sent)
        shard->sent = records[sent - 1].position;
    runtime_count(relay->runtime, COUNT_PUBLISHED, sent);
    if (sent)
        FAULT_POINT(relay->runtime, "after_produce_before_read_back");
    *more = *more || shard->sent < shard->head.position;
    return OK;
}

/* A failed delivery: librdkafka was seen to go on behind a refused message, so nothing of this producer is believed. */
static void start_again(struct relay *relay, const struct problem *why)
{
    log_line(LOG_WARN, "the publisher starts again from the cursors", LOG_PROBLEM(why));
    publisher_discard(relay->publisher);
    relay->publisher = NULL;
    for (int32_t i = 0; i < relay->runtime->shards; i++)
        if (relay->shards[i].lease.held)
            start_shard(relay, &relay->shards[i]);
    struct timespec pause = {0, 200000000};
    nanosleep(&pause, NULL);
}

static enum error ensure_publisher(struct relay *relay, struct problem *problem)
{
    if (relay->publisher)
        return OK;
    struct publisher_options options = {.broker = relay->runtime->broker, .topic = relay->topic};
    return publisher_open(&relay->publisher, &options, problem);
}

/* ---- reading back ---- */

static void read_back(struct relay *relay, const struct incoming *incoming)
{
    if (incoming->kind != INCOMING_RECORD || incoming->partition >= relay->runtime->shards)
        return;
    struct relay_shard *shard = &relay->shards[incoming->partition];
    if (!shard->lease.held || !shard->expected_n || incoming->record.position != shard->position + 1)
        return; /* a repetition, or another relay's; only the next one counts */
    if (!record_hash_equal(&incoming->record.hash, &shard->expected[shard->expected_first]))
        return; /* of a closed epoch, or a zombie's; consumers judge it by its link */
    shard->expected_first = (shard->expected_first + 1) % EXPECTED_MAX;
    shard->expected_n--;
    shard->position++;
    shard->offset = incoming->offset;
    shard->moved_at_us = monotonic_us();
    runtime_count(relay->runtime, COUNT_READ_BACK, 1);
}

static void read_back_all(struct relay *relay, bool waiting)
{
    struct incoming *incoming;
    int32_t timeout_ms = waiting ? 10 : 0;
    for (int i = 0; i < 20000 && (incoming = reader_poll(relay->reader, timeout_ms)); i++) {
        timeout_ms = 0;
        if (incoming->kind == INCOMING_OUT_OF_RANGE && incoming->partition >= 0)
            relay->shards[incoming->partition].looked = false;
        read_back(relay, incoming);
        incoming_free(incoming);
    }
}

static void watch_for_stuck(struct relay *relay)
{
    for (int32_t i = 0; i < relay->runtime->shards; i++) {
        struct relay_shard *shard = &relay->shards[i];
        if (!shard->lease.held || !shard->expected_n || monotonic_us() - shard->moved_at_us < STUCK_US)
            continue;
        if (publisher_count(relay->publisher).brokers_away)
            return; /* it will go on by itself */
        struct problem why;
        problem_set(&why, ERR_TIMEOUT, "", "", "shard %d: position %lld was sent and is not read back", i,
                    (long long)shard->position + 1);
        start_again(relay, &why);
        return;
    }
}

/* ---- cursors ---- */

static enum error save_moved(struct relay *relay, struct problem *problem)
{
    if (monotonic_us() - relay->saved_at_us < SAVE_EVERY_US)
        return OK;
    relay->saved_at_us = monotonic_us();
    PARAMETERS_AUTO struct parameters parameters = {0};
    size_t n = 0;
#define EACH(type, call)                                                                           \
    do {                                                                                           \
        struct array *array = parameters_array(&parameters, type);                                 \
        n = 0;                                                                                     \
        for (int32_t i = 0; i < relay->runtime->shards; i++) {                                     \
            const struct relay_shard *shard = &relay->shards[i];                                   \
            if (!shard->lease.held || shard->position == shard->saved_position)                    \
                continue;                                                                          \
            n++;                                                                                   \
            call;                                                                                  \
        }                                                                                          \
    } while (0)
    EACH(SQL_INT16, array_int16(array, (int16_t)i));
    EACH(SQL_INT64, array_int64(array, shard->position));
    EACH(SQL_INT64, array_int64(array, shard->offset));
    EACH(SQL_INT64, array_int64(array, shard->lease.epoch));
#undef EACH
    if (!n)
        return OK;
    FAULT_POINT(relay->runtime, "after_read_back");
    parameters_text(&parameters, relay->runtime->instance);
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(postgres_store_database(relay->store), &save_cursors, &parameters, &rows, problem);
    if (error != OK)
        return error;
    for (int32_t row = 0; row < rows_count(&rows); row++) {
        struct relay_shard *shard = &relay->shards[rows_int16(&rows, row, 0)];
        shard->saved_position = shard->position;
    }
    if ((size_t)rows_count(&rows) < n) { /* somebody took a lease meanwhile: we slept too long */
        runtime_count(relay->runtime, COUNT_ZOMBIES_FENCED, n - (size_t)rows_count(&rows));
        relay->leased_at_us = 0;
    }
    return OK;
}

/* ---- the thread ---- */

static void wait_a_little(struct relay *relay)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t at_ns = until.tv_nsec + (int64_t)WAIT_US * 1000;
    until.tv_sec += at_ns / 1000000000;
    until.tv_nsec = at_ns % 1000000000;
    pthread_mutex_lock(&relay->mutex);
    if (!relay->woken)
        pthread_cond_timedwait(&relay->wake, &relay->mutex, &until);
    bool heads = relay->woken;
    relay->woken = false;
    bool ticks = relay->tick_at_once;
    relay->tick_at_once = false;
    pthread_mutex_unlock(&relay->mutex);
    if (heads || ticks)
        relay->heads_at_us = 0;
    for (int32_t i = 0; ticks && i < relay->runtime->shards; i++)
        relay->shards[i].tick_at_us = 0;
}

static bool something_expected(const struct relay *relay)
{
    for (int32_t i = 0; i < relay->runtime->shards; i++)
        if (relay->shards[i].expected_n)
            return true;
    return false;
}

static enum error round_once(struct relay *relay, bool *more, struct problem *problem)
{
    enum error error = OK;
    if (monotonic_us() - relay->heads_at_us > HEADS_EVERY_US)
        error = relay_read_heads(relay, problem);
    if (error != OK)
        return error;
    if (atomic_exchange(&relay->runtime->compare_again, false))
        for (int32_t i = 0; i < relay->runtime->shards; i++)
            relay->shards[i].looked = false;
    look_at_shards(relay);
    take_leases(relay);
    reader_close(relay->gate_reader);
    relay->gate_reader = NULL;
    error = ensure_publisher(relay, problem);
    for (int32_t i = 0; i < relay->runtime->shards && error == OK; i++)
        error = publish_shard(relay, &relay->shards[i], more, problem);
    if (error == OK)
        error = relay_send_ticks(relay, problem);
    if (error == OK)
        error = publisher_poll(relay->publisher, 0, problem);
    if (error == ERR_BROKER_AWAY) {
        start_again(relay, problem);
        error = OK;
    }
    read_back_all(relay, something_expected(relay));
    if (error == OK && relay->publisher)
        watch_for_stuck(relay);
    return error == OK ? save_moved(relay, problem) : error;
}

static void *publish(void *context)
{
    struct relay *relay = context;
    struct runtime *runtime = relay->runtime;
    while (!atomic_load(&runtime->stopping)) {
        struct problem problem = {0};
        bool more = false;
        enum error error = OK;
        if (!database_is_open(postgres_store_database(relay->store))) {
            error = postgres_store_reopen(relay->store, &problem);
            /* Another server may answer now: compare again before writing. */
            for (int32_t i = 0; i < runtime->shards; i++)
                relay->shards[i].looked = false;
        }
        if (error == OK)
            error = round_once(relay, &more, &problem);
        if (error == ERR_DATABASE_AWAY)
            health_set(&runtime->health, runtime->health_database, HEALTH_DOWN, "PostgreSQL does not answer");
        else if (error == OK)
            health_set(&runtime->health, runtime->health_database, HEALTH_UP, "answers");
        if (error != OK) {
            log_line(LOG_WARN, "the relay waits", LOG_PROBLEM(&problem));
            struct timespec pause = {0, 300000000};
            nanosleep(&pause, NULL);
        } else if (!more && !something_expected(relay)) {
            wait_a_little(relay);
        }
    }
    return NULL;
}

void relay_wake(struct relay *relay, bool tick_at_once)
{
    pthread_mutex_lock(&relay->mutex);
    relay->woken = true;
    relay->tick_at_once = relay->tick_at_once || tick_at_once;
    pthread_cond_signal(&relay->wake);
    pthread_mutex_unlock(&relay->mutex);
}

enum error relay_new(struct relay **made, struct runtime *runtime, struct problem *problem)
{
    struct relay *relay = calloc(1, sizeof *relay);
    assert(relay);
    *made = relay;
    relay->runtime = runtime;
    relay->topic = runtime->service->model->topic_out;
    arena_init(&relay->arena, ARENA_BYTES);
    pthread_mutex_init(&relay->mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&relay->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    for (int32_t i = 0; i < runtime->shards; i++) {
        relay->shards[i].shard = i;
        snprintf(relay->shards[i].lease.name, sizeof relay->shards[i].lease.name, "relay/%d", i);
    }
    struct postgres_store_options options = {.model = runtime->service->model,
                                             .database = runtime_database(runtime, "relay"),
                                             .shards = runtime->shards,
                                             .kept_bytes_max = 1 << 20,
                                             .stop = &runtime->stopping};
    enum error error = postgres_store_new(&relay->store, &options, problem);
    struct reader_options reader = {.broker = runtime->broker};
    if (error == OK)
        error = reader_open(&relay->reader, &reader, problem);
    if (error == OK)
        relay->running = pthread_create(&relay->thread, NULL, publish, relay) == 0;
    return error;
}

void relay_join_free(struct relay *relay)
{
    if (!relay)
        return;
    if (relay->running) {
        relay_wake(relay, false);
        pthread_join(relay->thread, NULL);
    }
    struct problem problem = {0};
    for (int32_t i = 0; relay->store && i < relay->runtime->shards; i++)
        lease_give_back(postgres_store_database(relay->store), relay->runtime->instance, &relay->shards[i].lease);
    if (relay->publisher && publisher_close(relay->publisher, 2000, &problem) != OK)
        log_line(LOG_INFO, "not everything was delivered", LOG_TEXT("hint", "the next relay goes on at the cursor"));
    reader_close(relay->reader);
    postgres_store_free(relay->store);
    for (int32_t i = 0; i < SHARDS_MAX; i++)
        free(relay->shards[i].expected);
    arena_fini(&relay->arena);
    pthread_mutex_destroy(&relay->mutex);
    pthread_cond_destroy(&relay->wake);
    free(relay);
}
