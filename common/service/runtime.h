/* SPDX-License-Identifier: Apache-2.0
 * Runtime: one process of one service and its threads (architecture.md, section 8): the HTTP loop, the edge threads, the
 * workers, the intake (Kafka consumer), the relay, the jobs. They share nothing but what stands here. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "common/bus/broker.h"
#include "common/bus/incoming.h"
#include "common/eventlog/personal_data.h"
#include "common/eventlog/postgres/postgres_store.h"
#include "common/eventlog/postgres/read.h"
#include "common/http/server.h"
#include "common/observe/health.h"
#include "common/observe/metrics.h"
#include "common/service/edge.h"
#include "common/service/service.h"
#include "common/service/settings.h"

enum { WORKERS_MAX = 64 };

/* What is put into a worker's queue as one: a single command, or the commands of a job for one shard, which are decided
 * in one unit together with the rows of its progress. */
struct task {
    struct work **works;
    size_t n;
    struct work *single; /* room for works when n is 1 */
    void (*progress)(void *context, int32_t shard, struct projecting *projecting);
    void *progress_context;
    int32_t shard;
    int64_t deadline_us; /* monotonic: then a task that is still deferred is given up */
    void (*done)(struct task *task);
    void *owner;
    struct task *next;
};

struct worker;
struct intake;
struct relay;
struct jobs;

/* Numbers for /metrics that several threads add to. */
enum counter {
    COUNT_APPLIED, COUNT_DUPLICATES, COUNT_AHEAD, COUNT_PARKED, COUNT_REFUSED, COUNT_WAITS, COUNT_RETRIES,
    COUNT_FORKS, COUNT_UNITS, COUNT_EVENTS, COUNT_PUBLISHED, COUNT_READ_BACK, COUNT_TICKS, COUNT_ZOMBIES_FENCED,
    COUNT_STRAY, COUNTERS
};

struct runtime {
    const struct service *service;
    struct service_settings settings;
    struct broker_settings broker;
    char instance[64];
    int32_t shards;
    struct worker *workers[WORKERS_MAX];
    int32_t n_workers;
    struct intake *intake;
    struct relay *relay;
    struct jobs *jobs;
    struct edge *edge;
    struct http_server *http;
    struct personal_data *personal_data;
    struct traces *traces;
    struct health health;
    size_t health_database, health_broker, health_writable, health_feeds;
    struct metrics *metrics;
    atomic_bool stopping;         /* no new work */
    atomic_bool workers_stopping; /* nobody gives the workers work any more */
    atomic_bool failed;
    /* A shard is written to only after its log was compared with the end of its topic; after the database was away,
     * another one may answer, so all are compared again. */
    atomic_bool writable[SHARDS_MAX];
    atomic_bool compare_again;
    atomic_llong clock_offset_us;
    atomic_uint_fast64_t counters[COUNTERS];
};

static inline void runtime_count(struct runtime *runtime, enum counter counter, uint64_t n)
{
    atomic_fetch_add_explicit(&runtime->counters[counter], n, memory_order_relaxed);
}

/* The connection settings of a thread. */
struct database_options runtime_database(const struct runtime *runtime, const char *role);
int64_t runtime_now_us(const struct runtime *runtime);
/* A failure that no thread can mend: logs, and ends the process. */
void runtime_fail(struct runtime *runtime, const struct problem *problem);
/* Shard of a command's key; ERR_MALFORMED if it cannot be told. The arena is scratch. */
MUST_USE enum error runtime_shard(const struct runtime *runtime, struct arena *arena, const struct work *work,
                                  int32_t *shard, struct problem *problem);
MUST_USE enum error runtime_submit(struct runtime *runtime, struct task *task, struct problem *problem);

/* Everything that runs; on failure the process should end. */
MUST_USE enum error runtime_start(struct runtime *runtime, struct problem *problem);
void runtime_stop(struct runtime *runtime);

/* worker.c */
MUST_USE enum error worker_new(struct worker **worker, struct runtime *runtime, int32_t index, struct problem *problem);
void worker_start(struct worker *worker);
void worker_join(struct worker *worker); /* finishes what is queued; runtime->stopping must be set */
void worker_free(struct worker *worker);
/* ERR_BUSY: the queue is full. */
MUST_USE enum error worker_put(struct worker *worker, struct task *task);
/* Never full: the intake looks at worker_load and pauses. Takes the incoming. */
void worker_put_incoming(struct worker *worker, struct incoming *incoming);
size_t worker_load(const struct worker *worker);
/* Highest Kafka offset applied of a partition, -1 none: for committing. */
int64_t worker_applied_offset(struct worker *worker, const char *topic, int32_t partition);
void worker_wake(struct worker *worker);

/* intake.c */
MUST_USE enum error intake_new(struct intake **intake, struct runtime *runtime, struct problem *problem);
void intake_join_free(struct intake *intake);

/* relay.c */
MUST_USE enum error relay_new(struct relay **relay, struct runtime *runtime, struct problem *problem);
void relay_join_free(struct relay *relay);
void relay_wake(struct relay *relay, bool tick_at_once);

/* jobs.c */
MUST_USE enum error jobs_new(struct jobs **jobs, struct runtime *runtime, struct problem *problem);
void jobs_join_free(struct jobs *jobs);
MUST_USE enum error runtime_submit_all(struct runtime *runtime, struct job_command *commands, size_t n,
                                       void (*progress)(void *context, int32_t shard, struct projecting *projecting),
                                       void *context, struct problem *problem);
