/* SPDX-License-Identifier: Apache-2.0
 * Actors: who acts in a step, and what goes wrong between two of them. */
#include <stdarg.h>
#include <stdio.h>

#include "simulation.h"

const char *const counted_names[COUNTED] = {"units",
                                            "commands sent",
                                            "refusals",
                                            "replayed answers",
                                            "applied",
                                            "duplicates",
                                            "ahead",
                                            "deferred",
                                            "waits",
                                            "kept works",
                                            "kept works done before",
                                            "tried again",
                                            "lost answers",
                                            "crashes",
                                            "zombies",
                                            "overlapping units",
                                            "published",
                                            "refused by the bus",
                                            "lost acknowledgements",
                                            "republished",
                                            "ticks",
                                            "proofs in full"};

uint64_t chance_next(struct chance *chance)
{
    uint64_t z = chance->state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

uint32_t chance_below(struct chance *chance, uint32_t below)
{
    return (uint32_t)(chance_next(chance) % below);
}

bool chance_of(struct chance *chance, uint32_t per_thousand)
{
    return chance_below(chance, 1000) < per_thousand;
}

bool sim_break(struct sim *sim, const char *format, ...)
{
    if (sim->broken[0])
        return false;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sim->broken, sizeof sim->broken, format, arguments);
    va_end(arguments);
    return false;
}

struct sim_service *sim_service_named(struct sim *sim, const char *name)
{
    for (int i = 0; i < sim->n_services; i++)
        if (!strcmp(sim->services[i].model->name, name))
            return &sim->services[i];
    return NULL;
}

/* What was published is seen later by readers, sometimes much later. */
static void deliver(struct sim *sim)
{
    for (int i = 0; i < sim->n_services; i++) {
        for (int32_t shard = 0; shard < SHARDS; shard++) {
            struct bus_partition *topic = &sim->services[i].topic[shard];
            if (topic->visible < topic->n && !chance_of(&sim->chance, 2 * sim->faults))
                topic->visible = topic->n;
        }
    }
}

static void go_wrong(struct sim *sim)
{
    struct sim_service *service =
        &sim->services[chance_below(&sim->chance, (uint32_t)sim->n_services)];
    struct sim_process *process = &service->processes[chance_below(&sim->chance, PROCESSES)];
    switch (chance_below(&sim->chance, 6)) {
    case 0: /* kill -9 between two steps */
    case 1:
        if (process_awake(sim, process))
            process_crash(sim, process);
        return;
    case 2:
        if (process_awake(sim, process))
            process_sleep(sim, process);
        return;
    case 3: /* a zombie that woke has done its worst */
        if (process_awake(sim, process) && process - service->processes != service->working)
            process_end(process);
        return;
    case 4:
        relay_republish(sim, service, (int32_t)chance_below(&sim->chance, SHARDS));
        return;
    case 5: /* a zombie reads from where it was long ago */
        for (int topic = 0; topic < service->n_topics_in && process_awake(sim, process); topic++)
            for (int32_t partition = 0; partition < SHARDS; partition++) {
                int64_t *offset = &process->offsets[topic][partition];
                *offset -= *offset ? chance_below(&sim->chance, (uint32_t)*offset) / 4 : 0;
            }
        return;
    }
}

static void act(struct sim *sim, struct sim_process *process)
{
    int32_t shard = (int32_t)chance_below(&sim->chance, SHARDS);
    switch (chance_below(&sim->chance, 8)) {
    case 0:
    case 1:
        process_command(sim, process);
        return;
    case 2:
    case 3:
        for (int32_t i = 0; i < SHARDS && process->alive; i++)
            if (relay_run(sim, process, (shard + i) % SHARDS))
                return;
        return;
    case 4:
    case 5:
    case 6:
        if (!process_consume(sim, process))
            process_keep(sim, process);
        return;
    case 7:
        process_keep(sim, process);
        if (process->alive && chance_below(&sim->chance, 8) == 0)
            relay_tick(sim, process, shard);
        return;
    }
}

void sim_step(struct sim *sim)
{
    sim->step++;
    sim->now_us += 1000 + chance_below(&sim->chance, 50000);
    if (chance_of(&sim->chance, sim->faults))
        go_wrong(sim);
    deliver(sim);
    struct sim_service *service =
        &sim->services[chance_below(&sim->chance, (uint32_t)sim->n_services)];
    struct sim_process *process =
        &service->processes[chance_below(&sim->chance, 3) ? service->working : !service->working];
    if (process_awake(sim, process))
        act(sim, process);
}

/* ---- rest ---- */

static const char *unread(const struct sim_service *service, char text[UNREST_SIZE])
{
    for (int topic = 0; topic < service->n_topics_in; topic++) {
        const struct sim_service *from = service->from[topic];
        for (int32_t shard = 0; from && shard < SHARDS; shard++) {
            const char *name = service->model->topics_in[topic];
            int64_t at = memory_store_place(service->store, name, shard)->position;
            int64_t head = memory_store_head(from->store, shard).position;
            if (at == head)
                continue;
            snprintf(text, UNREST_SIZE, "%s applied %lld of %lld of %s/%d", service->model->name,
                     (long long)at, (long long)head, name, shard);
            return text;
        }
    }
    return NULL;
}

static const char *unpublished(const struct sim_service *service, char text[UNREST_SIZE])
{
    for (int32_t shard = 0; shard < SHARDS; shard++) {
        int64_t at = memory_store_relay(service->store, shard).position;
        int64_t head = memory_store_head(service->store, shard).position;
        if (at == head)
            continue;
        snprintf(text, UNREST_SIZE, "%s published %lld of %lld of shard %d", service->model->name,
                 (long long)at, (long long)head, shard);
        return text;
    }
    return NULL;
}

const char *sim_unrest(const struct sim *sim, char text[UNREST_SIZE])
{
    if (sim->first_pending < sim->n_requests) {
        snprintf(text, UNREST_SIZE, "%zu of %zu requests are open, the first is %s",
                 sim->n_requests - sim->first_pending, sim->n_requests,
                 sim->requests[sim->first_pending].type);
        return text;
    }
    for (int i = 0; i < sim->n_services; i++) {
        const struct sim_service *service = &sim->services[i];
        struct memory_counts counts = memory_store_counts(service->store);
        if (unpublished(service, text) || unread(service, text))
            return text;
        if (!counts.handovers && !counts.waiting && !counts.parked)
            continue;
        struct memory_waiting waiting = {.type = "nothing"};
        char id[UUID_TEXT_SIZE];
        memory_store_waiting(service->store, 0, &waiting);
        uuid_format(id, waiting.awaited);
        snprintf(text, UNREST_SIZE, "%s: %zu handed over, %zu parked, %zu waiting (%s for %d/%s)",
                 service->model->name, counts.handovers, counts.parked, counts.waiting,
                 waiting.type, waiting.awaited_kind, id);
        return text;
    }
    return NULL;
}
