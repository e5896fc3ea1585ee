/* SPDX-License-Identifier: Apache-2.0
 * Actors: who acts in a step, and what goes wrong between two of them. */
#include <stdarg.h>
#include <stdio.h>

#include "simulation.h"

const char *const counted_names[COUNTED] = {
    "units",       "commands sent",    "refusals",     "replayed answers", "applied",
    "duplicates",  "ahead",            "deferred",     "waits",            "kept works",
    "kept works done before",          "tried again",  "lost answers",     "crashes",
    "zombies",     "overlapping units", "published",   "refused by the bus",
    "lost acknowledgements",           "republished",  "ticks",            "proofs in full"};

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
        &service->processes[chance_below(&sim->chance, 3) ? service->working
                                                          : !service->working];
    if (process_awake(sim, process))
        act(sim, process);
}

/* ---- rest ---- */

static bool inbox_is_full(const struct sim_service *service)
{
    for (int topic = 0; topic < service->n_topics_in; topic++) {
        const struct sim_service *from = service->from[topic];
        for (int32_t shard = 0; from && shard < SHARDS; shard++) {
            const struct feed_place *place =
                memory_store_place(service->store, service->model->topics_in[topic], shard);
            if (place->position != memory_store_head(from->store, shard).position)
                return false;
        }
    }
    return true;
}

static bool service_rests(const struct sim_service *service)
{
    struct memory_counts counts = memory_store_counts(service->store);
    for (int32_t shard = 0; shard < SHARDS; shard++)
        if (memory_store_relay(service->store, shard).position !=
            memory_store_head(service->store, shard).position)
            return false;
    return !counts.handovers && !counts.waiting && !counts.parked && inbox_is_full(service);
}

bool sim_is_at_rest(const struct sim *sim)
{
    if (sim->first_pending < sim->n_requests)
        return false;
    for (int i = 0; i < sim->n_services; i++)
        if (!service_rests(&sim->services[i]))
            return false;
    return true;
}
