/* SPDX-License-Identifier: Apache-2.0
 * Service: the loop that a service hands itself to (architecture.md, sections 8 and 9). A service is data: its model,
 * its routes, its jobs, its migrations; service_main gives it processes, threads, settings and sub-commands. */
#pragma once
#include <stdio.h>

#include "common/database/migration.h"
#include "common/eventlog/unit.h"
#include "common/http/router.h"

struct database;
struct job_call;

/* Work that nobody asked for by HTTP or Kafka. One process holds its lease at a time (table lease, database time). */
struct job {
    const char *name;
    int32_t period_ms;
    /* Runs on the jobs' thread with a connection of its own. Small steps: return soon, it is called again at once if
     * *again is set. Effects go through job_submit only, so they are decided like everything else. */
    enum error (*run)(struct job_call *call, bool *again, struct problem *problem);
};

struct job_call {
    const struct service_model *model;
    struct database *database; /* for reading: outside any unit */
    struct arena *arena;       /* reset after each run */
    int64_t now_us;            /* business clock: database time plus test offset */
    int32_t shards;
    void *service; /* the loop's own */
};

/* A command of a job: decided by the worker of its key's shard. `message` must stay until job_submit returns. */
struct job_command {
    const ProtobufCMessage *message;
    const char *decision_domain; /* the command's id is derived from this text and its own key below, so that the */
    const char *decision_key;    /* same command asked twice is the same decision */
    /* the result */
    enum work_result result;
    char refusal_code[64];
    struct problem problem;
};

/* Hands the commands to the workers and waits until all are committed or refused. `progress` rows of a shard are
 * written in the same transaction as the commands of that shard (one unit per shard and batch); may be NULL. */
MUST_USE enum error job_submit(struct job_call *call, struct job_command *commands, size_t n,
                               void (*progress)(void *context, int32_t shard, struct projecting *projecting),
                               void *context, struct problem *problem);

/* For jobs that seal personal data in bulk (eventlog/personal_data.h). */
struct personal_data;
struct personal_data *job_personal_data(const struct job_call *call);

/* How far all feeds of a topic are known complete: the least over its partitions; INT64_MIN if one never was heard. */
MUST_USE enum error job_feed_complete_us(struct job_call *call, const char *topic, int64_t *complete_us,
                                         struct problem *problem);

struct service {
    const struct service_model *model;
    const struct route *routes;
    size_t n_routes;
    const struct job *jobs;
    size_t n_jobs;
    const struct migrations *migrations;
    const char *title; /* of the OpenAPI document */
    int default_port;
    /* Prints the service's state machines as Mermaid for `print-states`; NULL: none. */
    void (*print_states)(FILE *out);
};

/* run | migrate | check-config | print-states | explain-config. Returns the exit status. */
int service_main(const struct service *service, int argc, char **argv);
