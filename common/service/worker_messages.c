/* SPDX-License-Identifier: Apache-2.0
 * Messages from Kafka and work that was kept: decided in a unit; what was deferred goes back to the front of the queue. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/service/worker_inside.h"
#include "common/service/kept_work.h"
#include "common/service/traces.h"

enum { KEPT_BATCH = 500 };

/* ---- messages ---- */

static void fill_work(struct message_item *item)
{
    const struct incoming *incoming = item->incoming;
    struct work *work = &item->work;
    memset(work, 0, sizeof *work);
    work->topic = incoming->topic;
    work->partition = incoming->partition;
    work->offset = incoming->offset;
    work->traceparent = incoming->traceparent;
    work->owner = item;
    if (incoming->kind == INCOMING_RECORD) {
        work->origin = WORK_MESSAGE;
        work->record = incoming->record;
        return;
    }
    work->origin = WORK_STRAY;
    char place[64];
    snprintf(place, sizeof place, "%d/%lld", incoming->partition, (long long)incoming->offset);
    work->decision_id = uuid_derive_text("stray", incoming->topic, place, NULL);
    work->record.type = "";
    work->record.payload = incoming->value.data;
    work->record.payload_size = incoming->value.size < 65536 ? incoming->value.size : 65536;
}

void message_item_free(struct message_item *item)
{
    incoming_free(item->incoming);
    free(item);
}

static void told_messages(struct worker *worker, struct work **works, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (works[i]->result == WORK_DEFERRED || works[i]->result == WORK_OPEN)
            continue;
        if (works[i]->origin == WORK_STRAY)
            runtime_count(worker->runtime, COUNT_STRAY, 1);
        else
            worker_note_message(worker, works[i]);
    }
}

/* A tick of a higher epoch closes the one before: what stands behind it in the queue is judged only after the tick was
 * counted, else a record of the closed epoch would be taken for the next one. Cuts the list there. */
static struct message_item *cut_at_new_epoch(struct worker *worker, struct message_item *items, size_t *n)
{
    size_t kept = 0;
    for (struct message_item *item = items; item; item = item->next) {
        kept++;
        if (item->incoming->kind != INCOMING_TICK || !item->next)
            continue;
        pthread_mutex_lock(&worker->mutex);
        struct tracked_place *place = worker_place(worker, item->incoming->topic, item->incoming->partition);
        bool higher = item->incoming->tick.epoch > place->epoch;
        if (higher)
            place->epoch = item->incoming->tick.epoch;
        pthread_mutex_unlock(&worker->mutex);
        if (!higher)
            continue;
        struct message_item *rest = item->next;
        item->next = NULL;
        *n = kept;
        return rest;
    }
    return NULL;
}

static void put_back_rest(struct worker *worker, struct message_item *rest)
{
    struct message_item *last = rest;
    size_t n = rest ? 1 : 0;
    for (; last && last->next; last = last->next)
        n++;
    worker_put_back(worker, rest, last, n);
}

void worker_run_messages(struct worker *worker, struct message_item *items, size_t n)
{
    put_back_rest(worker, cut_at_new_epoch(worker, items, &n));
    struct work **works = calloc(n + 1, sizeof *works);
    assert(works);
    size_t count = 0;
    struct message_item *kept = NULL, **kept_end = &kept, *last = NULL;
    size_t n_kept = 0;
    for (struct message_item *item = items; item; item = item->next) {
        if (item->incoming->kind == INCOMING_TICK) {
            worker_keep_tick(worker, item->incoming);
            continue;
        }
        fill_work(item);
        pthread_mutex_lock(&worker->mutex);
        bool forked = worker_place(worker, item->incoming->topic, item->incoming->partition)->forked;
        pthread_mutex_unlock(&worker->mutex);
        if (!forked)
            works[count++] = &item->work;
        else
            item->work.result = WORK_FORKED;
    }
    if (count)
        (void)worker_run(worker, works, count, NULL, told_messages);
    bool deferred = false;
    while (items) {
        struct message_item *item = items;
        items = item->next;
        bool again = item->incoming->kind != INCOMING_TICK &&
                     (item->work.result == WORK_DEFERRED || item->work.result == WORK_OPEN);
        if (!again) {
            message_item_free(item);
            continue;
        }
        deferred = deferred || item->work.result == WORK_DEFERRED;
        item->next = NULL;
        *kept_end = item;
        kept_end = &item->next;
        last = item;
        n_kept++;
    }
    worker->deferrals = deferred ? worker->deferrals + 1 : 0;
    worker_put_back(worker, kept, last, n_kept);
    free(works);
    if (deferred && n_kept == n) { /* nothing moved: the shard is locked elsewhere, or closed */
        struct timespec pause = {0, 10000000};
        nanosleep(&pause, NULL);
    }
}

static void told_nothing(struct worker *worker, struct work **works, size_t n)
{
    (void)worker;
    for (size_t i = 0; i < n; i++)
        if (works[i]->result == WORK_PARKED || works[i]->result == WORK_REFUSED)
            log_line(LOG_WARN, "kept work ended without effect", LOG_TEXT("result", work_result_name(works[i]->result)),
                     LOG_TEXT("type", works[i]->record.type), LOG_TEXT("refusal", works[i]->refusal_code),
                     LOG_PROBLEM(&works[i]->problem));
}

/* ---- kept work ---- */

/* A handover of this process goes on in the trace of the work that made it. */
static void trace_on(struct worker *worker, struct work **works, size_t n)
{
    char text[TRACE_TEXT_SIZE];
    for (size_t i = 0; i < n && traces_any(worker->runtime->traces); i++)
        if (traces_of_handover(worker->runtime->traces, works[i]->kept_id, text))
            works[i]->traceparent = arena_copy_text(&worker->kept_arena, text);
}

void worker_run_kept(struct worker *worker)
{
    struct database *database = postgres_store_database(worker->store);
    struct problem problem = {0};
    struct work *works[KEPT_BATCH];
    size_t n = 0;
    worker->kept_at_us = monotonic_us();
    if (!database_is_open(database) && postgres_store_reopen(worker->store, &problem) != OK)
        return;
    arena_reset(&worker->kept_arena);
    if (kept_handovers(database, &worker->kept_arena, worker->shards, worker->runtime->shards, KEPT_BATCH, works, &n,
                       &problem) != OK)
        return;
    if (n) {
        trace_on(worker, works, n);
        (void)worker_run(worker, works, n, NULL, told_nothing);
        if (n == KEPT_BATCH)
            worker->kept_at_us = 0;
    }
    arena_reset(&worker->kept_arena);
    if (kept_waiting(database, &worker->kept_arena, worker->shards, worker->runtime->shards, KEPT_BATCH, works, &n,
                     &problem) == OK &&
        n)
        (void)worker_run(worker, works, n, NULL, told_nothing);
}
