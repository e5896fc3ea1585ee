/* SPDX-License-Identifier: Apache-2.0
 * Runtime: starting and stopping the threads, and the little that all of them need. */
#include "common/service/runtime.h"

#include <assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/time.h"
#include "common/service/runtime_metrics.h"
#include "common/service/traces.h"
#include "common/wire/message.h"

enum { STOP_GRACE_MS = 10000, COMMAND_DEADLINE_S = 25 };

struct database_options runtime_database(const struct runtime *runtime, const char *role)
{
    (void)role;
    return (struct database_options){.conninfo = runtime->settings.database,
                                     .schema = runtime->service->model->name,
                                     .application_name = runtime->instance};
}

int64_t runtime_now_us(const struct runtime *runtime)
{
    return wall_us() + atomic_load(&((struct runtime *)(uintptr_t)runtime)->clock_offset_us);
}

void runtime_fail(struct runtime *runtime, const struct problem *problem)
{
    log_line(LOG_ERROR, "the service stops: it cannot go on", LOG_PROBLEM(problem));
    atomic_store(&runtime->failed, true);
    kill(getpid(), SIGTERM);
}

/* Declaring is pure and cheap; it says the key without a lock. */
enum error runtime_shard(const struct runtime *runtime, struct arena *arena, const struct work *work, int32_t *shard,
                         struct problem *problem)
{
    const struct handler *handler = model_handler(runtime->service->model, work->record.type);
    if (!handler)
        return problem_set(problem, ERR_UNKNOWN_TYPE, "", "", "%s is no command of this service", work->record.type);
    struct message_rules rules = {.required = handler->required};
    ProtobufCMessage *message;
    enum error error = message_unpack(arena, handler->message, work->record.payload, work->record.payload_size, &rules,
                                      &message, problem);
    if (error != OK)
        return error;
    struct declaring declaring = {.arena = arena};
    handler->declare(&declaring, message);
    struct uuid parsed;
    if (arena->exhausted || !declaring.key || uuid_parse(&parsed, declaring.key, NULL) != OK)
        return problem_set(problem, ERR_MALFORMED, "", "", "the id that the command is about is not a 36-character lower-case UUID");
    *shard = shard_of_key(declaring.key, runtime->shards);
    return OK;
}

enum error runtime_submit(struct runtime *runtime, struct task *task, struct problem *problem)
{
    if (worker_put(runtime->workers[task->shard % runtime->n_workers], task) == OK)
        return OK;
    return problem_set(problem, ERR_BUSY, "", "", "%s", error_text(ERR_BUSY));
}

/* ---- the edge's backend ---- */

struct submitted {
    struct task task;
    struct work *work;
    void (*done)(struct work *work);
};

static void submitted_done(struct task *task)
{
    struct submitted *submitted = task->owner;
    uint8_t *answer = submitted->work->answer;
    submitted->done(submitted->work);
    free(answer);
    free(submitted);
}

static enum error submit(void *self, struct work *work, void (*done)(struct work *work), struct problem *problem)
{
    struct runtime *runtime = self;
    int32_t shard = work->shard; /* of a parked work: known from its row */
    enum error error = OK;
    if (work->origin != WORK_REDRIVEN) {
        struct arena scratch;
        arena_init(&scratch, 4 << 20);
        error = runtime_shard(runtime, &scratch, work, &shard, problem);
        arena_fini(&scratch);
    }
    if (error != OK)
        return error;
    struct submitted *submitted = calloc(1, sizeof *submitted);
    assert(submitted);
    submitted->work = work;
    submitted->done = done;
    work->shard = shard;
    submitted->task = (struct task){.n = 1,
                                    .single = work,
                                    .shard = shard,
                                    .deadline_us = monotonic_us() + COMMAND_DEADLINE_S * SECOND_US,
                                    .done = submitted_done,
                                    .owner = submitted};
    submitted->task.works = &submitted->task.single;
    error = runtime_submit(runtime, &submitted->task, problem);
    if (error != OK)
        free(submitted);
    return error;
}

static enum error submit_all(void *self, struct job_command *commands, size_t n, struct problem *problem)
{
    return runtime_submit_all(self, commands, n, NULL, NULL, problem);
}

static int64_t now_us(void *self)
{
    return runtime_now_us(self);
}

static enum error state(void *self, struct database *database, struct arena *arena, int kind, const char *id,
                        ProtobufCMessage **found, int64_t *version, struct problem *problem)
{
    struct runtime *runtime = self;
    return postgres_state(database, runtime->service->model, arena, kind, id, found, version, problem);
}

static enum error look_up(void *self, struct database *database, struct arena *arena, int index, const char *key,
                          struct stream_ref *refs, size_t max, size_t *n, struct problem *problem)
{
    struct runtime *runtime = self;
    return postgres_look_up(database, runtime->service->model, arena, index, key, refs, max, n, problem);
}

static void clock_changed(void *self)
{
    struct runtime *runtime = self;
    relay_wake(runtime->relay, true);
}

static enum error start_edge(struct runtime *runtime, struct problem *problem)
{
    struct edge_options options = {
        .service = runtime->service,
        .backend = {runtime, submit, submit_all, now_us, state, look_up},
        .conninfo = runtime->settings.database,
        .threads = (int32_t)runtime->settings.edge_threads,
        .shards = runtime->shards,
        .bootstrap_token = runtime->settings.bootstrap_token,
        .personal_data = runtime->personal_data,
        .health = &runtime->health,
        .metrics = runtime->metrics,
        .test_clock = runtime->settings.test_clock,
        .clock_changed = clock_changed,
    };
    return edge_new(&runtime->edge, &options, problem);
}

static enum error start_http(struct runtime *runtime, struct problem *problem)
{
    char host[64], fallback[64];
    uint16_t port;
    snprintf(fallback, sizeof fallback, "127.0.0.1:%d", runtime->service->default_port);
    const char *listen = runtime->settings.http_listen ? runtime->settings.http_listen : fallback;
    enum error error = listen_address(listen, host, &port, problem);
    if (error != OK)
        return error;
    struct http_options options = {.host = host,
                                   .port = port,
                                   .router = edge_router(runtime->edge),
                                   .trusted_proxy = runtime->settings.trusted_proxy,
                                   .on_request = edge_on_request,
                                   .on_head = edge_on_head,
                                   .context = runtime->edge};
    error = http_server_new(&runtime->http, &options, problem);
    if (error == OK)
        log_line(LOG_INFO, "listening", LOG_TEXT("host", host), LOG_INT("port", http_server_port(runtime->http)));
    return error;
}

static enum error start_workers(struct runtime *runtime, struct problem *problem)
{
    runtime->n_workers = (int32_t)runtime->settings.workers;
    if (runtime->n_workers > runtime->shards)
        runtime->n_workers = runtime->shards;
    for (int32_t i = 0; i < runtime->n_workers; i++) {
        enum error error = worker_new(&runtime->workers[i], runtime, i, problem);
        if (error != OK)
            return error;
    }
    return OK;
}

static void name_instance(struct runtime *runtime)
{
    char host[40] = "";
    gethostname(host, sizeof host - 1);
    if (runtime->settings.instance)
        snprintf(runtime->instance, sizeof runtime->instance, "%s", runtime->settings.instance);
    else
        snprintf(runtime->instance, sizeof runtime->instance, "%s/%s/%d", runtime->service->model->name, host,
                 (int)getpid());
}

static enum error prepare(struct runtime *runtime, struct problem *problem)
{
    runtime->shards = (int32_t)runtime->settings.shards;
    runtime->broker = (struct broker_settings){.bootstrap = runtime->settings.kafka,
                                               .client_id = runtime->service->model->name,
                                               .properties = runtime->settings.kafka_properties};
    name_instance(runtime);
    health_init(&runtime->health);
    runtime->health_database = health_add(&runtime->health, "database", HEALTH_READY, 0);
    runtime->health_writable = health_add(&runtime->health, "writable", HEALTH_READY, 0);
    /* Kafka away does not make a service unready: HTTP writes go on, the log keeps what is to be published. */
    runtime->health_broker = health_add(&runtime->health, "kafka", 0, 0);
    runtime->health_feeds = health_add(&runtime->health, "feeds", 0, 0);
    health_set(&runtime->health, runtime->health_feeds, HEALTH_UP, "no fork was seen");
    health_set(&runtime->health, runtime->health_broker, HEALTH_UP, "no trouble was reported");
    runtime->traces = traces_new();
    runtime->metrics = metrics_new();
    runtime_metrics_register(runtime);
    struct personal_data_options personal = {.conninfo = runtime->settings.database,
                                             .service = runtime->service->model->name,
                                             .key_hex = runtime->settings.vault_key};
    return personal_data_new(&runtime->personal_data, &personal, problem);
}

enum error runtime_start(struct runtime *runtime, struct problem *problem)
{
    enum error error = prepare(runtime, problem);
    if (error == OK)
        error = start_workers(runtime, problem);
    if (error == OK)
        health_set(&runtime->health, runtime->health_database, HEALTH_UP, "answers");
    if (error == OK)
        error = relay_new(&runtime->relay, runtime, problem);
    if (error == OK)
        error = start_edge(runtime, problem);
    for (int32_t i = 0; i < runtime->n_workers && error == OK; i++)
        worker_start(runtime->workers[i]);
    if (error == OK)
        error = intake_new(&runtime->intake, runtime, problem);
    if (error == OK)
        error = jobs_new(&runtime->jobs, runtime, problem);
    if (error == OK)
        error = start_http(runtime, problem);
    return error;
}

/* Stop taking, finish the batch, answer, leave the group. */
void runtime_stop(struct runtime *runtime)
{
    if (runtime->edge)
        edge_stop(runtime->edge);
    atomic_store(&runtime->stopping, true);
    jobs_join_free(runtime->jobs);
    atomic_store(&runtime->workers_stopping, true);
    for (int32_t i = 0; i < runtime->n_workers; i++)
        worker_join(runtime->workers[i]);
    intake_join_free(runtime->intake);
    relay_join_free(runtime->relay);
    for (int32_t i = 0; i < runtime->n_workers; i++)
        worker_free(runtime->workers[i]);
    if (runtime->edge)
        edge_free(runtime->edge);
    http_server_free(runtime->http);
    personal_data_free(runtime->personal_data);
    traces_free(runtime->traces);
    metrics_free(runtime->metrics);
    health_fini(&runtime->health);
}
