/* SPDX-License-Identifier: Apache-2.0
 * Places: what became of the messages of each partition, and how far ticks prove its feed complete. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/service/worker_inside.h"

/* ---- places ---- */

struct tracked_place *worker_place(struct worker *worker, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < worker->n_places; i++)
        if (worker->places[i].partition == partition && !strcmp(worker->places[i].topic, topic))
            return &worker->places[i];
    assert(worker->n_places < PLACES_TRACKED);
    struct tracked_place *place = &worker->places[worker->n_places];
    snprintf(place->topic, sizeof place->topic, "%s", topic);
    place->partition = partition;
    place->applied_offset = -1;
    worker->n_places++;
    return place;
}

int64_t worker_applied_offset(struct worker *worker, const char *topic, int32_t partition)
{
    pthread_mutex_lock(&worker->mutex);
    int64_t offset = -1;
    for (size_t i = 0; i < worker->n_places; i++)
        if (worker->places[i].partition == partition && !strcmp(worker->places[i].topic, topic))
            offset = worker->places[i].applied_offset;
    pthread_mutex_unlock(&worker->mutex);
    return offset;
}

void worker_note_message(struct worker *worker, const struct work *work)
{
    struct runtime *runtime = worker->runtime;
    pthread_mutex_lock(&worker->mutex);
    struct tracked_place *place = worker_place(worker, work->topic, work->partition);
    pthread_mutex_unlock(&worker->mutex);
    switch (work->result) {
    case WORK_AHEAD:
        runtime_count(runtime, COUNT_AHEAD, 1);
        if (!place->ahead_since_us)
            place->ahead_since_us = monotonic_us();
        if (monotonic_us() - place->ahead_since_us > 30 * SECOND_US)
            log_line(LOG_ERROR, "a feed has a gap", LOG_TEXT("topic", work->topic), LOG_INT("partition", work->partition),
                     LOG_INT("position", work->record.position),
                     LOG_TEXT("hint", "the relay repeats from the first missing one; if it does not, look at its lease"));
        return;
    case WORK_FORKED:
        runtime_count(runtime, COUNT_FORKS, 1);
        place->forked = true;
        health_set(&runtime->health, runtime->health_feeds, HEALTH_DOWN, "%s/%d shows two histories at position %lld",
                   work->topic, work->partition, (long long)work->record.position);
        log_line(LOG_ERROR, "a feed is forked: its partition is stopped", LOG_TEXT("topic", work->topic),
                 LOG_INT("partition", work->partition), LOG_INT("position", work->record.position),
                 LOG_TEXT("hint", "compare both histories with billctl decode; nothing moves on until a person decided"));
        return;
    case WORK_DUPLICATE:
        runtime_count(runtime, COUNT_DUPLICATES, 1);
        break;
    case WORK_PARKED:
        runtime_count(runtime, COUNT_PARKED, 1);
        log_line(LOG_WARN, "a message was parked", LOG_TEXT("topic", work->topic), LOG_INT("partition", work->partition),
                 LOG_INT("position", work->record.position), LOG_TEXT("type", work->record.type),
                 LOG_TEXT("key", work->key), LOG_PROBLEM(&work->problem));
        break;
    case WORK_REFUSED:
        runtime_count(runtime, COUNT_REFUSED, 1);
        log_line(LOG_INFO, "a message was refused", LOG_TEXT("type", work->record.type),
                 LOG_INT("position", work->record.position), LOG_TEXT("refusal", work->refusal_code),
                 LOG_TEXT("hint", work->problem.detail));
        break;
    case WORK_WAITS:
        runtime_count(runtime, COUNT_WAITS, 1);
        break;
    case WORK_APPLIED:
    case WORK_IGNORED:
        runtime_count(runtime, COUNT_APPLIED, 1);
        break;
    case WORK_OPEN:
    case WORK_REPLAYED:
    case WORK_CONFLICT:
    case WORK_HELD:
    case WORK_DEFERRED:
    case WORK_FAILED:
        break;
    }
    place->ahead_since_us = 0;
    pthread_mutex_lock(&worker->mutex);
    if (work->offset > place->applied_offset)
        place->applied_offset = work->offset;
    pthread_mutex_unlock(&worker->mutex);
}

/* ---- ticks ---- */

static const struct statement lock_place = {
    "tick_lock_place",
    "SELECT epoch, position, hash, kafka_offset, complete_at FROM inbox WHERE topic = $1::text AND partition = $2::int2 "
    "FOR UPDATE",
    false,
};
static const struct statement save_tick = {
    "tick_save", "UPDATE inbox SET epoch = $3::int4, complete_at = $4::timestamptz "
                 "WHERE topic = $1::text AND partition = $2::int2", false};

static enum error judge_tick(struct worker *worker, struct database *database, struct tracked_place *tracked,
                             struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_text(&parameters, tracked->topic);
    parameters_int16(&parameters, (int16_t)tracked->partition);
    enum error error = database_query(database, &lock_place, &parameters, &rows, problem);
    if (error != OK || rows_count(&rows) != 1)
        return error;
    struct feed_place place = {.epoch = (uint32_t)rows_int32(&rows, 0, 0),
                               .position = rows_int64(&rows, 0, 1),
                               .offset = rows_int64(&rows, 0, 3),
                               .complete_us = rows_timestamp(&rows, 0, 4)};
    memcpy(place.hash.b, rows_bytes(&rows, 0, 2).data, HASH_BYTES);
    switch (feed_tick_judge(&place, &tracked->tick)) {
    case TICK_EARLY:
        return OK;
    case TICK_OLD_EPOCH:
        tracked->has_tick = false;
        return OK;
    case TICK_FORK: {
        struct work told = {.topic = tracked->topic, .partition = tracked->partition, .result = WORK_FORKED,
                            .record = {.position = tracked->tick.position}};
        worker_note_message(worker, &told);
        tracked->has_tick = false;
        return OK;
    }
    case TICK_COUNTS:
        break;
    }
    feed_tick_apply(&place, &tracked->tick);
    tracked->has_tick = false;
    runtime_count(worker->runtime, COUNT_TICKS, 1);
    parameters_int32(&parameters, (int32_t)place.epoch);
    parameters_timestamp(&parameters, place.complete_us);
    rows_clear(&rows);
    return database_query(database, &save_tick, &parameters, &rows, problem);
}

void worker_apply_ticks(struct worker *worker)
{
    bool any = false;
    for (size_t i = 0; i < worker->n_places; i++)
        any = any || (worker->places[i].has_tick && !worker->places[i].forked);
    struct database *database = postgres_store_database(worker->store);
    struct problem problem = {0};
    if (!any || !database_is_open(database) || database_begin(database, &problem) != OK)
        return;
    struct tracked_place before[PLACES_TRACKED];
    memcpy(before, worker->places, worker->n_places * sizeof *before);
    enum error error = OK;
    for (size_t i = 0; i < worker->n_places && error == OK; i++)
        if (worker->places[i].has_tick && !worker->places[i].forked)
            error = judge_tick(worker, database, &worker->places[i], &problem);
    if (error == OK)
        error = database_commit(database, &problem);
    if (error != OK) {
        database_rollback(database);
        for (size_t i = 0; i < worker->n_places; i++) {
            worker->places[i].has_tick = before[i].has_tick;
            worker->places[i].tick = before[i].tick;
        }
    }
}

void worker_keep_tick(struct worker *worker, const struct incoming *incoming)
{
    pthread_mutex_lock(&worker->mutex);
    struct tracked_place *place = worker_place(worker, incoming->topic, incoming->partition);
    pthread_mutex_unlock(&worker->mutex);
    bool newer = !place->has_tick || incoming->tick.epoch > place->tick.epoch ||
                 (incoming->tick.epoch == place->tick.epoch && incoming->tick.time_us >= place->tick.time_us);
    if (newer) {
        place->tick = incoming->tick;
        place->has_tick = true;
    }
}
