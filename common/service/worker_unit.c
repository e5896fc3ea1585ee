/* SPDX-License-Identifier: Apache-2.0
 * The one place that reacts to the class of an error: runs a batch as a unit, waits, halves, parks or stops. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/service/worker_inside.h"
#include "common/service/answer.h"
#include "common/service/traces.h"

enum { BATCH_MIN = 32, DEFERRALS_BEFORE_BLOCKING = 3 };

/* ---- running a unit ---- */

static void group_progress(void *context, struct projecting *projecting)
{
    const struct task *task = context;
    task->progress(task->progress_context, task->shard, projecting);
}

/* Waits a little longer after each failure in a row; the queue keeps what came. */
static void back_off(struct worker *worker, enum error error, const struct problem *problem)
{
    worker->backoff_us = worker->backoff_us ? worker->backoff_us * 2 : 5000;
    if (worker->backoff_us > SECOND_US)
        worker->backoff_us = SECOND_US;
    runtime_count(worker->runtime, COUNT_RETRIES, 1);
    if (error == ERR_DATABASE_AWAY) {
        for (int32_t shard = 0; shard < worker->runtime->shards; shard++)
            atomic_store(&worker->runtime->writable[shard], false);
        atomic_store(&worker->runtime->compare_again, true);
        health_set(&worker->runtime->health, worker->runtime->health_database, HEALTH_DOWN, "PostgreSQL does not answer");
    }
    if (worker->backoff_us > 40000)
        log_line(LOG_WARN, "a unit of work is tried again", LOG_INT("worker", worker->index), LOG_PROBLEM(problem));
    struct timespec pause = {worker->backoff_us / SECOND_US, (worker->backoff_us % SECOND_US) * 1000};
    nanosleep(&pause, NULL);
}

static struct unit_options options_for(struct worker *worker)
{
    return (struct unit_options){
        .model = worker->runtime->service->model,
        .shards = worker->runtime->shards,
        .blocking = worker->deferrals >= DEFERRALS_BEFORE_BLOCKING,
        .writable = worker->runtime->writable,
        .answer = answer_make,
        .answer_context = worker->runtime,
    };
}

static void adapt(struct worker *worker, int64_t took_us, size_t n)
{
    int64_t target_us = worker->runtime->settings.latency_target_ms * 1000;
    if (took_us > target_us && worker->batch_max > BATCH_MIN)
        worker->batch_max = worker->batch_max * 3 / 4;
    else if (took_us < target_us / 2 && (int32_t)n >= worker->batch_max)
        worker->batch_max += worker->batch_max / 4;
    if (worker->batch_max > worker->runtime->settings.batch_max)
        worker->batch_max = (int32_t)worker->runtime->settings.batch_max;
    if (worker->batch_max < BATCH_MIN)
        worker->batch_max = BATCH_MIN;
}

static void finished_unit(struct worker *worker)
{
    struct unit *unit = worker->unit;
    struct runtime *runtime = worker->runtime;
    worker->backoff_us = 0;
    runtime_count(runtime, COUNT_UNITS, 1);
    runtime_count(runtime, COUNT_EVENTS, unit->n_events);
    atomic_store(&runtime->clock_offset_us, unit->clock_offset_us);
    health_set(&runtime->health, runtime->health_database, HEALTH_UP, "answers");
    traces_keep(runtime->traces, unit);
    if (unit->n_events)
        relay_wake(runtime->relay, false);
    for (size_t i = 0; i < unit->n_handovers; i++)
        if (!unit->handovers[i].taken)
            worker_wake(runtime->workers[unit->handovers[i].target_shard % runtime->n_workers]);
}

/* Runs works as one unit; halves the batch when one of them breaks it, and puts the culprit aside. `told` is called for
 * each run that ended, while the results still stand in the arena. */
enum error worker_run(struct worker *worker, struct work **works, size_t n, const struct task *group,
                            void (*told)(struct worker *worker, struct work **works, size_t n))
{
    struct problem problem = {0};
    struct unit_options options = options_for(worker);
    if (group) {
        options.progress = group->progress ? group_progress : NULL;
        options.progress_context = (void *)(uintptr_t)group;
    }
    FAULT_POINT(worker->runtime, "before_open");
    int64_t begun_us = monotonic_us();
    enum error error = unit_run(worker->unit, &worker->arena, &options, &worker->door, works, n, &problem);
    if (error == OK) {
        FAULT_POINT(worker->runtime, "after_commit_before_publish");
        adapt(worker, monotonic_us() - begun_us, n);
        finished_unit(worker);
        told(worker, works, n);
        return OK;
    }
    switch (error_class(error)) {
    case CLASS_RETRY:
    case CLASS_WAIT:
    case CLASS_NONE:
        back_off(worker, error, &problem);
        return error;
    case CLASS_FATAL:
        runtime_fail(worker->runtime, &problem);
        return error;
    case CLASS_POISON:
    case CLASS_REJECT:
        break;
    }
    if (n > 1 && !group) {
        error = worker_run(worker, works, n / 2, NULL, told);
        return error == OK ? worker_run(worker, works + n / 2, n - n / 2, NULL, told) : error;
    }
    struct problem why = problem;
    for (size_t i = 0; i < n; i++) {
        if (works[i]->origin == WORK_COMMAND) {
            works[i]->result = WORK_FAILED;
            works[i]->problem = why;
            continue;
        }
        error = unit_park(worker->unit, &worker->arena, &options, &worker->door, works[i], &why, &problem);
        if (error != OK) {
            back_off(worker, error, &problem);
            return error;
        }
    }
    told(worker, works, n);
    return OK;
}
