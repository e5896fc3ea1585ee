/* SPDX-License-Identifier: Apache-2.0
 * Tasks: commands of callers and of jobs, decided in a unit and answered. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/service/worker_inside.h"

/* ---- commands ---- */

static bool settled(const struct task *task)
{
    for (size_t i = 0; i < task->n; i++)
        if (task->works[i]->result == WORK_DEFERRED || task->works[i]->result == WORK_OPEN)
            return false;
    return true;
}

static bool given_up(struct worker *worker, const struct task *task)
{
    return monotonic_us() > task->deadline_us || atomic_load(&worker->runtime->stopping);
}

static void give_up(struct worker *worker, struct task *task)
{
    for (size_t i = 0; i < task->n; i++) {
        struct work *work = task->works[i];
        if (work->result != WORK_DEFERRED && work->result != WORK_OPEN)
            continue;
        work->result = WORK_FAILED;
        bool closed = !atomic_load(&worker->runtime->writable[work->shard]);
        problem_set(&work->problem, closed ? ERR_NOT_WRITABLE : ERR_BUSY, "", "", "%s",
                    error_text(closed ? ERR_NOT_WRITABLE : ERR_BUSY));
    }
}

/* Answers what is settled; what was deferred goes back into the queue until its deadline. */
static void answer_tasks(struct worker *worker, struct task *tasks)
{
    bool again = false;
    while (tasks) {
        struct task *task = tasks;
        tasks = task->next;
        if (!settled(task) && given_up(worker, task))
            give_up(worker, task);
        if (settled(task)) {
            task->done(task);
            continue;
        }
        pthread_mutex_lock(&worker->mutex);
        task->next = NULL;
        *worker->tasks_end = task;
        worker->tasks_end = &task->next;
        worker->n_tasks++;
        pthread_mutex_unlock(&worker->mutex);
        again = true;
    }
    if (again) { /* a shard that is locked elsewhere or closed does not open by asking at once */
        struct timespec pause = {0, 5000000};
        worker->deferrals++;
        nanosleep(&pause, NULL);
    }
}

/* The run's own works only: the arena is reset by the next run, and answers stand in it. */
static void told_tasks(struct worker *worker, struct work **works, size_t n)
{
    (void)worker;
    for (size_t i = 0; i < n; i++) {
        struct work *work = works[i];
        if (work->answer_size && work->result != WORK_DEFERRED) {
            uint8_t *kept = malloc(work->answer_size);
            assert(kept);
            memcpy(kept, work->answer, work->answer_size);
            work->answer = kept; /* freed with the task */
        } else {
            work->answer = NULL;
            work->answer_size = 0;
        }
        if (work->result == WORK_REFUSED)
            runtime_count(worker->runtime, COUNT_REFUSED, 1);
    }
}

static void run_group(struct worker *worker, struct task *task)
{
    task->next = NULL;
    if (worker_run(worker, task->works, task->n, task, told_tasks) != OK)
        for (size_t i = 0; i < task->n; i++)
            task->works[i]->result = WORK_OPEN;
    answer_tasks(worker, task);
}

void worker_run_tasks(struct worker *worker, struct task *tasks, size_t n)
{
    struct work **works = calloc(n + 1, sizeof *works);
    assert(works);
    struct task *singles = NULL, **end = &singles;
    size_t count = 0;
    while (tasks) {
        struct task *task = tasks;
        tasks = task->next;
        if (task->progress || task->n > 1) {
            run_group(worker, task);
            continue;
        }
        *end = task;
        end = &task->next;
        works[count++] = task->works[0];
    }
    *end = NULL;
    if (count)
        (void)worker_run(worker, works, count, NULL, told_tasks); /* what failed is open, and goes back into the queue */
    answer_tasks(worker, singles);
    free(works);
}
