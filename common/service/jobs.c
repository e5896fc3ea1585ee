/* SPDX-License-Identifier: Apache-2.0
 * Jobs: one thread that runs what the service's clock asks for, each job under its lease; and the way in which it, or an
 * edge thread with many commands, hands work to the workers: grouped by shard, one unit per group. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/log.h"
#include "common/base/time.h"
#include "common/service/fault.h"
#include "common/service/house_jobs.h"
#include "common/service/lease.h"
#include "common/service/runtime.h"

enum { JOB_ARENA_BYTES = 256 << 20, JOB_LEASE_SECONDS = 10, JOBS_MAX = 16, SUBMIT_DEADLINE_S = 60 };

struct jobs {
    struct runtime *runtime;
    pthread_t thread;
    bool running;
    struct database *database;
    struct arena arena;
    struct lease leases[JOBS_MAX];
    int64_t next_us[JOBS_MAX];
};

/* ---- handing commands over ---- */

/* All groups of one call; the last one done wakes the caller. */
struct gathering {
    pthread_mutex_t mutex;
    pthread_cond_t over;
    size_t left;
};

struct group {
    struct task task;
    struct gathering *gathering;
    struct job_command **commands;
    size_t n;
};

static void group_done(struct task *task)
{
    struct group *group = task->owner;
    for (size_t i = 0; i < group->n; i++) {
        struct work *work = task->works[i];
        struct job_command *command = group->commands[i];
        command->result = work->result;
        command->problem = work->problem;
        memcpy(command->refusal_code, work->refusal_code, sizeof command->refusal_code);
        free(work->answer);
        work->answer = NULL;
    }
    pthread_mutex_lock(&group->gathering->mutex);
    if (--group->gathering->left == 0)
        pthread_cond_signal(&group->gathering->over);
    pthread_mutex_unlock(&group->gathering->mutex);
}

static enum error make_work(const struct runtime *runtime, struct arena *arena, struct job_command *command,
                            struct work *work, struct problem *problem)
{
    *work = (struct work){.origin = WORK_COMMAND, .offset = -1, .actor = "service:job", .command_key = command->decision_key};
    work->decision_id = uuid_derive_text(command->decision_domain, command->decision_key, NULL);
    work->record.type = command->message->descriptor->name;
    size_t size = protobuf_c_message_get_packed_size(command->message);
    uint8_t *bytes = malloc(size + 1);
    assert(bytes);
    protobuf_c_message_pack(command->message, bytes);
    work->record.payload = bytes;
    work->record.payload_size = size;
    struct arena_mark mark = arena_mark(arena);
    enum error error = runtime_shard(runtime, arena, work, &work->shard, problem);
    arena_rewind(arena, mark);
    return error;
}

static void put_group(struct runtime *runtime, struct group *group)
{
    struct timespec pause = {0, 2000000};
    struct worker *worker = runtime->workers[group->task.shard % runtime->n_workers];
    while (worker_put(worker, &group->task) != OK) {
        if (atomic_load(&runtime->stopping)) {
            for (size_t i = 0; i < group->n; i++) {
                group->task.works[i]->result = WORK_FAILED;
                problem_set(&group->task.works[i]->problem, ERR_BUSY, "", "", "the service stops");
            }
            group_done(&group->task);
            return;
        }
        nanosleep(&pause, NULL);
    }
}

static void fill_group(struct group *group, struct gathering *gathering, int32_t shard,
                       void (*progress)(void *context, int32_t shard, struct projecting *projecting), void *context)
{
    group->gathering = gathering;
    group->task = (struct task){.n = 0,
                                .works = calloc(group->n, sizeof *group->task.works),
                                .progress = progress,
                                .progress_context = context,
                                .shard = shard,
                                .deadline_us = monotonic_us() + SUBMIT_DEADLINE_S * SECOND_US,
                                .done = group_done,
                                .owner = group};
    group->commands = calloc(group->n, sizeof *group->commands);
    assert(group->task.works && group->commands);
}

enum error runtime_submit_all(struct runtime *runtime, struct job_command *commands, size_t n,
                              void (*progress)(void *context, int32_t shard, struct projecting *projecting),
                              void *context, struct problem *problem)
{
    if (!n)
        return OK;
    struct arena scratch;
    arena_init(&scratch, 16 << 20);
    struct work *works = calloc(n, sizeof *works);
    struct group *groups = calloc((size_t)runtime->shards, sizeof *groups);
    assert(works && groups);
    struct gathering gathering = {.left = 0};
    pthread_mutex_init(&gathering.mutex, NULL);
    pthread_cond_init(&gathering.over, NULL);
    enum error error = OK;
    for (size_t i = 0; i < n && error == OK; i++) {
        error = make_work(runtime, &scratch, &commands[i], &works[i], problem);
        if (error == OK)
            groups[works[i].shard].n++;
    }
    for (int32_t shard = 0; shard < runtime->shards && error == OK; shard++)
        if (groups[shard].n) {
            fill_group(&groups[shard], &gathering, shard, progress, context);
            gathering.left++;
        }
    for (size_t i = 0; i < n && error == OK; i++) {
        struct group *group = &groups[works[i].shard];
        group->commands[group->task.n] = &commands[i];
        group->task.works[group->task.n++] = &works[i];
    }
    for (int32_t shard = 0; shard < runtime->shards && error == OK; shard++)
        if (groups[shard].n)
            put_group(runtime, &groups[shard]);
    pthread_mutex_lock(&gathering.mutex);
    while (error == OK && gathering.left)
        pthread_cond_wait(&gathering.over, &gathering.mutex);
    pthread_mutex_unlock(&gathering.mutex);
    for (int32_t shard = 0; shard < runtime->shards; shard++) {
        free(groups[shard].task.works);
        free(groups[shard].commands);
    }
    for (size_t i = 0; i < n; i++)
        free((uint8_t *)(uintptr_t)works[i].record.payload);
    pthread_mutex_destroy(&gathering.mutex);
    pthread_cond_destroy(&gathering.over);
    free(works);
    free(groups);
    arena_fini(&scratch);
    return error;
}

enum error job_submit(struct job_call *call, struct job_command *commands, size_t n,
                      void (*progress)(void *context, int32_t shard, struct projecting *projecting), void *context,
                      struct problem *problem)
{
    enum error error = runtime_submit_all(call->service, commands, n, progress, context, problem);
    FAULT_POINT((struct runtime *)call->service, "in_job");
    return error;
}

struct personal_data *job_personal_data(const struct job_call *call)
{
    return ((const struct runtime *)call->service)->personal_data;
}

static const struct statement least_complete = {
    "job_feed_complete", "SELECT min(complete_at), count(*) FROM inbox WHERE topic = $1::text", false};

enum error job_feed_complete_us(struct job_call *call, const char *topic, int64_t *complete_us,
                                struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_text(&parameters, topic);
    enum error error = database_query(call->database, &least_complete, &parameters, &rows, problem);
    if (error == OK)
        *complete_us = rows_int64(&rows, 0, 1) ? rows_timestamp(&rows, 0, 0) : INT64_MIN;
    return error;
}

/* ---- the thread ---- */

static size_t job_count(const struct jobs *jobs)
{
    return HOUSE_JOBS + jobs->runtime->service->n_jobs;
}

static const struct job *job_at(const struct jobs *jobs, size_t index)
{
    return index < HOUSE_JOBS ? &house_jobs[index] : &jobs->runtime->service->jobs[index - HOUSE_JOBS];
}

static void run_job(struct jobs *jobs, size_t index)
{
    struct runtime *runtime = jobs->runtime;
    const struct job *job = job_at(jobs, index);
    struct problem problem = {0};
    bool again = false;
    jobs->next_us[index] = monotonic_us() + job->period_ms * INT64_C(1000);
    enum error error = OK;
    if (!database_is_open(jobs->database))
        error = database_reopen(jobs->database, &problem);
    if (error == OK)
        error = lease_take(jobs->database, runtime->instance, JOB_LEASE_SECONDS, &jobs->leases[index], &problem);
    if (error == OK && jobs->leases[index].held) {
        arena_trim(&jobs->arena);
        struct job_call call = {.model = runtime->service->model,
                                .database = jobs->database,
                                .arena = &jobs->arena,
                                .now_us = runtime_now_us(runtime),
                                .shards = runtime->shards,
                                .service = runtime};
        error = job->run(&call, &again, &problem);
    }
    if (error != OK) {
        log_line(LOG_WARN, "a job stopped short; it will be tried again", LOG_TEXT("job", job->name),
                 LOG_PROBLEM(&problem));
        return;
    }
    if (again)
        jobs->next_us[index] = 0;
}

static void *run(void *context)
{
    struct jobs *jobs = context;
    struct runtime *runtime = jobs->runtime;
    while (!atomic_load(&runtime->stopping)) {
        bool busy = false;
        for (size_t i = 0; i < job_count(jobs) && !atomic_load(&runtime->stopping); i++)
            if (monotonic_us() >= jobs->next_us[i]) {
                run_job(jobs, i);
                busy = busy || jobs->next_us[i] == 0;
            }
        struct timespec pause = {0, busy ? 0 : 50000000};
        nanosleep(&pause, NULL);
    }
    return NULL;
}

enum error jobs_new(struct jobs **made, struct runtime *runtime, struct problem *problem)
{
    struct jobs *jobs = calloc(1, sizeof *jobs);
    assert(jobs && HOUSE_JOBS + runtime->service->n_jobs <= JOBS_MAX);
    *made = jobs;
    jobs->runtime = runtime;
    for (size_t i = 0; i < job_count(jobs); i++)
        snprintf(jobs->leases[i].name, sizeof jobs->leases[i].name, "job/%s", job_at(jobs, i)->name);
    arena_init(&jobs->arena, JOB_ARENA_BYTES);
    struct database_options options = runtime_database(runtime, "jobs");
    options.statement_timeout_ms = 60000;
    enum error error = database_open(&jobs->database, &options, problem);
    if (error == OK)
        jobs->running = pthread_create(&jobs->thread, NULL, run, jobs) == 0;
    return error;
}

void jobs_join_free(struct jobs *jobs)
{
    if (!jobs)
        return;
    if (jobs->running)
        pthread_join(jobs->thread, NULL);
    for (size_t i = 0; jobs->database && i < job_count(jobs); i++)
        lease_give_back(jobs->database, jobs->runtime->instance, &jobs->leases[i]);
    database_close(jobs->database);
    arena_fini(&jobs->arena);
    free(jobs);
}
