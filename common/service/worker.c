/* SPDX-License-Identifier: Apache-2.0
 * Worker: takes whatever has gathered for its shards (commands first, then messages, then kept work), up to a batch that
 * adapts to a latency target, and commits it as one unit. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/service/worker_inside.h"

enum {
    TASKS_MAX = 4096,
    ARENA_BYTES = 256 << 20,
    KEPT_ARENA_BYTES = 32 << 20,
    KEPT_EVERY_US = 250000,
    WAIT_US = 50000,
};

/* ---- the queues ---- */

enum error worker_put(struct worker *worker, struct task *task)
{
    pthread_mutex_lock(&worker->mutex);
    bool full = worker->n_tasks >= TASKS_MAX;
    if (!full) {
        task->next = NULL;
        *worker->tasks_end = task;
        worker->tasks_end = &task->next;
        worker->n_tasks++;
        pthread_cond_signal(&worker->wake);
    }
    pthread_mutex_unlock(&worker->mutex);
    return full ? ERR_BUSY : OK;
}

void worker_put_incoming(struct worker *worker, struct incoming *incoming)
{
    struct message_item *item = calloc(1, sizeof *item);
    assert(item);
    item->incoming = incoming;
    pthread_mutex_lock(&worker->mutex);
    *worker->messages_end = item;
    worker->messages_end = &item->next;
    worker->n_messages++;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->mutex);
}

size_t worker_load(const struct worker *worker)
{
    struct worker *mutable = (struct worker *)(uintptr_t)worker;
    pthread_mutex_lock(&mutable->mutex);
    size_t load = worker->n_messages;
    pthread_mutex_unlock(&mutable->mutex);
    return load;
}

void worker_wake(struct worker *worker)
{
    pthread_mutex_lock(&worker->mutex);
    worker->woken = true;
    pthread_cond_signal(&worker->wake);
    pthread_mutex_unlock(&worker->mutex);
}

/* Puts what was not decided back to the front, in order. */
void worker_put_back(struct worker *worker, struct message_item *first, struct message_item *last, size_t n)
{
    if (!first)
        return;
    pthread_mutex_lock(&worker->mutex);
    if (!worker->messages)
        worker->messages_end = &last->next;
    last->next = worker->messages;
    worker->messages = first;
    worker->n_messages += n;
    pthread_mutex_unlock(&worker->mutex);
}

static struct task *take_tasks(struct worker *worker, size_t max, size_t *n)
{
    struct task *taken = worker->tasks, **end = &taken;
    *n = 0;
    while (*end && *n < max) {
        *n += (*end)->n;
        worker->n_tasks--;
        end = &(*end)->next;
    }
    worker->tasks = *end;
    if (!worker->tasks)
        worker->tasks_end = &worker->tasks;
    *end = NULL;
    return taken;
}

static struct message_item *take_messages(struct worker *worker, size_t max, size_t *n)
{
    struct message_item *taken = worker->messages, **end = &taken;
    for (*n = 0; *end && *n < max; ++*n)
        end = &(*end)->next;
    worker->messages = *end;
    worker->n_messages -= *n;
    if (!worker->messages)
        worker->messages_end = &worker->messages;
    *end = NULL;
    return taken;
}

static void wait_for_work(struct worker *worker)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    int64_t at_ns = until.tv_nsec + (int64_t)WAIT_US * 1000;
    until.tv_sec += at_ns / 1000000000;
    until.tv_nsec = at_ns % 1000000000;
    while (!worker->tasks && !worker->messages && !worker->woken && !atomic_load(&worker->runtime->workers_stopping))
        if (pthread_cond_timedwait(&worker->wake, &worker->mutex, &until) != 0)
            break;
}

/* ---- the thread ---- */

static void *work(void *context)
{
    struct worker *worker = context;
    struct runtime *runtime = worker->runtime;
    for (;;) {
        size_t n_tasks = 0, n_messages = 0;
        pthread_mutex_lock(&worker->mutex);
        wait_for_work(worker);
        bool woken = worker->woken;
        worker->woken = false;
        struct task *tasks = take_tasks(worker, (size_t)worker->batch_max, &n_tasks);
        struct message_item *items = take_messages(worker, (size_t)worker->batch_max, &n_messages);
        pthread_mutex_unlock(&worker->mutex);
        bool stopping = atomic_load(&runtime->workers_stopping);
        if (tasks)
            worker_run_tasks(worker, tasks, n_tasks);
        if (stopping) { /* messages are read again by whoever comes next */
            while (items) {
                struct message_item *item = items;
                items = item->next;
                message_item_free(item);
            }
            if (!tasks)
                break;
            continue;
        }
        if (items)
            worker_run_messages(worker, items, n_messages);
        if (!tasks && !items)
            arena_trim(&worker->arena);
        worker_apply_ticks(worker);
        if (woken || monotonic_us() - worker->kept_at_us > KEPT_EVERY_US)
            worker_run_kept(worker);
    }
    return NULL;
}

enum error worker_new(struct worker **made, struct runtime *runtime, int32_t index, struct problem *problem)
{
    struct worker *worker = calloc(1, sizeof *worker);
    assert(worker);
    worker->runtime = runtime;
    worker->index = index;
    worker->tasks_end = &worker->tasks;
    worker->messages_end = &worker->messages;
    worker->batch_max = 256;
    worker->unit = calloc(1, sizeof *worker->unit);
    assert(worker->unit);
    for (int32_t shard = 0; shard < runtime->shards; shard++)
        worker->shards[shard] = shard % runtime->n_workers == index;
    pthread_mutex_init(&worker->mutex, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&worker->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    arena_init(&worker->arena, ARENA_BYTES);
    arena_init(&worker->kept_arena, KEPT_ARENA_BYTES);
    struct postgres_store_options options = {.model = runtime->service->model,
                                             .database = runtime_database(runtime, "worker"),
                                             .shards = runtime->shards,
                                             .stop = &runtime->stopping};
    enum error error = postgres_store_new(&worker->store, &options, problem);
    if (error == OK)
        worker->door = postgres_store_door(worker->store);
    *made = worker;
    return error;
}

void worker_start(struct worker *worker)
{
    int failed = pthread_create(&worker->thread, NULL, work, worker);
    assert(!failed);
}

void worker_join(struct worker *worker)
{
    worker_wake(worker);
    pthread_join(worker->thread, NULL);
}

void worker_free(struct worker *worker)
{
    while (worker->messages) {
        struct message_item *item = worker->messages;
        worker->messages = item->next;
        message_item_free(item);
    }
    postgres_store_free(worker->store);
    arena_fini(&worker->arena);
    arena_fini(&worker->kept_arena);
    pthread_mutex_destroy(&worker->mutex);
    pthread_cond_destroy(&worker->wake);
    free(worker->unit);
    free(worker);
}
