/* SPDX-License-Identifier: Apache-2.0
 * What the files of the worker share; nobody else includes it. */
#pragma once
#include <pthread.h>

#include "common/base/log.h"
#include "common/base/time.h"
#include "common/database/statement.h"
#include "common/service/fault.h"
#include "common/service/runtime.h"

enum { PLACES_TRACKED = 256 };

/* A message on its way through the worker. */
struct message_item {
    struct work work;
    struct incoming *incoming;
    struct message_item *next;
};

struct tracked_place {
    char topic[96];
    int32_t partition;
    int64_t applied_offset;
    uint32_t epoch; /* the highest that a tick announced */
    bool forked;
    int64_t ahead_since_us; /* messages above the next keep coming: page after 30 s */
    bool has_tick;
    struct feed_tick tick; /* the latest that is not counted yet */
};

struct worker {
    struct runtime *runtime;
    int32_t index;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct task *tasks, **tasks_end;
    size_t n_tasks;
    struct message_item *messages, **messages_end;
    size_t n_messages;
    bool woken;

    /* The thread's own from here. */
    struct postgres_store *store;
    struct store door;
    struct arena arena, kept_arena;
    struct unit *unit;
    int32_t batch_max, deferrals;
    bool shards[SHARDS_MAX];
    int64_t kept_at_us, backoff_us;
    struct tracked_place places[PLACES_TRACKED];
    size_t n_places;
};

/* worker_places.c: what became of messages, and ticks. */
struct tracked_place *worker_place(struct worker *worker, const char *topic, int32_t partition);
void worker_note_message(struct worker *worker, const struct work *work);
void worker_keep_tick(struct worker *worker, const struct incoming *incoming);
void worker_apply_ticks(struct worker *worker);

/* worker_unit.c: runs works as one unit; halves the batch when one of them breaks it, and puts the culprit aside. `told`
 * is called for each run that ended, while the results still stand in the arena. */
enum error worker_run(struct worker *worker, struct work **works, size_t n, const struct task *group,
                      void (*told)(struct worker *worker, struct work **works, size_t n));

/* worker_tasks.c, worker_messages.c: what a round of the loop took from the queues. */
void worker_run_tasks(struct worker *worker, struct task *tasks, size_t n);
void worker_run_messages(struct worker *worker, struct message_item *items, size_t n);
void worker_run_kept(struct worker *worker);
void worker_put_back(struct worker *worker, struct message_item *first, struct message_item *last, size_t n);
void message_item_free(struct message_item *item);
