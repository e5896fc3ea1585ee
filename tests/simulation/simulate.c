/* SPDX-License-Identifier: Apache-2.0
 * Simulate: one seed, a workload, faults until a number of steps; then the same workload without
 * faults, whose business must end the same. A failing run prints the command that repeats it.
 * usage: simulate [--seed N] [--steps N] [--faults PER_THOUSAND] [--no-compare] */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/time.h"
#include "simulation.h"

#define X(name) extern const struct service_model name##_model;
SIMULATION_SERVICES
#undef X

enum {
    SCRATCH_BYTES = 256 << 20,
    CALM_AFTER = 3000, /* steps of a phase after which fewer faults happen, then none */
    REST_STEPS_MAX = 20000,
    PROOF_EVERY = 10000,
};

static void add_services(struct sim *sim)
{
    static const struct service_model *const models[] = {
#define X(name) &name##_model,
        SIMULATION_SERVICES
#undef X
    };
    sim->n_services = (int)(sizeof models / sizeof *models);
    for (int i = 0; i < sim->n_services; i++) {
        sim->services[i].model = models[i];
        sim->services[i].store = memory_store_new(models[i], SHARDS);
    }
    for (int i = 0; i < sim->n_services; i++) {
        struct sim_service *service = &sim->services[i];
        service->n_topics_in = (int)service->model->n_topics_in;
        assert(service->n_topics_in <= TOPICS_IN_MAX);
        for (int topic = 0; topic < service->n_topics_in; topic++)
            for (int at = 0; at < sim->n_services; at++)
                if (!strcmp(models[at]->topic_out, service->model->topics_in[topic]))
                    service->from[topic] = &sim->services[at];
    }
    for (int i = 0; i < sim->n_services; i++)
        process_start(sim, &sim->services[i], 0);
}

static struct sim *sim_new(uint64_t seed, uint32_t faults)
{
    struct sim *sim = calloc(1, sizeof *sim);
    assert(sim);
    sim->seed = seed;
    sim->faults_wanted = faults;
    sim->workload_chance.state = seed * 2654435761u + 1;
    sim->chance.state = seed;
    sim->now_us = days_from_civil(2026, 1, 1) * DAY_US;
    arena_init(&sim->scratch, SCRATCH_BYTES);
    sim->ledger = ledger_new();
    add_services(sim);
    return sim;
}

static void sim_free(struct sim *sim)
{
    for (int i = 0; i < sim->n_services; i++) {
        for (int at = 0; at < PROCESSES; at++)
            process_end(&sim->services[i].processes[at]);
        for (int32_t shard = 0; shard < SHARDS; shard++)
            free(sim->services[i].topic[shard].messages);
        memory_store_free(sim->services[i].store);
    }
    for (size_t i = 0; i < sim->n_requests; i++)
        free(sim->requests[i].payload);
    free(sim->requests);
    ledger_free(sim->ledger);
    arena_fini(&sim->scratch);
    free(sim);
}

static bool step(struct sim *sim)
{
    sim_step(sim);
    if (sim->broken[0] || !invariants_step(sim))
        return false;
    return sim->step % PROOF_EVERY || invariants_proofs(sim);
}

/* One phase of business, until nothing is under way any more. */
static bool play_phase(struct sim *sim)
{
    char unrest[UNREST_SIZE];
    for (int64_t begun = sim->step; sim_unrest(sim, unrest);) {
        int64_t steps = sim->step - begun;
        sim->faults = steps < CALM_AFTER ? sim->faults_wanted
                      : steps < 2 * CALM_AFTER
                          ? sim->faults_wanted / 4
                          : 0; /* I15: after the last fault all work gets done */
        if (!step(sim))
            return false;
        if (sim->step - begun > REST_STEPS_MAX)
            return sim_break(sim, "does not come to rest: %s", unrest);
    }
    return invariants_at_rest(sim);
}

/* Plays rounds until steps_max are reached (rounds_max 0), or exactly so many rounds. */
static bool play(struct sim *sim, int rounds_max, int *rounds)
{
    struct workload *workload = workload_new(sim, rounds_max);
    bool fine = true;
    while (fine && workload_next(sim, workload))
        fine = play_phase(sim);
    *rounds = workload_rounds(workload);
    workload_free(workload);
    return fine && invariants_proofs(sim);
}

static void print_hash(const char *what, const struct record_hash *hash)
{
    printf("%s ", what);
    for (size_t i = 0; i < 8; i++)
        printf("%02x", hash->b[i]);
}

static void count(struct memory_map *counts, const char *key)
{
    size_t *found = memory_map_get(counts, key, strlen(key) + 1);
    if (!found) {
        found = calloc(1, sizeof *found);
        assert(found);
        memory_map_put(counts, key, strlen(key) + 1, found);
    }
    ++*found;
}

static void print_counts(const char *what, struct memory_map *counts)
{
    printf("  %s:", what);
    memory_map_each(counts, i)
        printf("%s %zu %s", i ? "," : "", *(const size_t *)counts->items[i]->value,
               (const char *)counts->items[i]->key);
    printf("\n");
    memory_map_fini(counts, free);
}

/* What really happened: a path that no seed takes is not proved by any of them. */
static void print_business(const struct sim *sim)
{
    struct memory_map events = {0}, refusals = {0};
    for (int i = 0; i < sim->n_services; i++)
        for (int32_t shard = 0; shard < SHARDS; shard++) {
            const struct record *record;
            for (int64_t at = 1; (record = memory_store_record(sim->services[i].store, shard, at));
                 at++)
                count(&events, strrchr(record->type, '.') + 1);
        }
    for (size_t i = 0; i < sim->n_requests; i++) {
        const struct request *request = &sim->requests[i];
        char key[200];
        snprintf(key, sizeof key, "%s %s", strrchr(request->type, '.') + 1, request->code);
        if (*request->code)
            count(&refusals, key);
    }
    print_counts("events", &events);
    print_counts("refused", &refusals);
}

static void print_result(const struct sim *sim, int rounds)
{
    size_t events = 0;
    for (int i = 0; i < sim->n_services; i++)
        events += memory_store_counts(sim->services[i].store).events;
    struct record_hash hash = sim_state_hash(sim);
    printf("seed %llu, faults %u: %lld steps, %d months, %zu requests, %zu events, ",
           (unsigned long long)sim->seed, sim->faults_wanted, (long long)sim->step, rounds,
           sim->n_requests, events);
    print_hash("state", &hash);
    printf("\n ");
    for (size_t i = 0; i < COUNTED; i++)
        printf(" %llu %s%s", (unsigned long long)sim->counts[i], counted_names[i],
               i + 1 < COUNTED ? "," : "\n");
    print_business(sim);
}

static int fail(const struct sim *sim, int64_t steps, uint32_t faults, int rounds)
{
    printf("seed %llu, faults %u, step %lld: %s\n", (unsigned long long)sim->seed,
           sim->faults_wanted, (long long)sim->step, sim->broken);
    print_business(sim);
    printf("  again: tests/simulation/run --seed %llu --steps %lld --faults %u   (%d months)\n",
           (unsigned long long)sim->seed, (long long)steps, faults, rounds);
    return 1;
}

/* The same months without a fault. */
static int compare(struct sim *with, int64_t steps, uint32_t faults, int rounds)
{
    struct sim *without = sim_new(with->seed, 0);
    struct memory_map one = {0}, other = {0};
    int again, status = 0;
    if (!play(without, rounds, &again)) {
        status = fail(without, steps, faults, rounds);
    } else {
        digest_make(with, &one);
        digest_make(without, &other);
        struct record_hash hash = digest_hash(&one);
        if (!digest_compare(with, &one, &other))
            status = fail(with, steps, faults, rounds);
        else
            print_hash("  the same business with faults and without:", &hash);
        printf(" (%zu states)\n", one.n_live);
    }
    memory_map_fini(&one, free);
    memory_map_fini(&other, free);
    sim_free(without);
    return status;
}

int main(int argc, char **argv)
{
    int64_t seed = 1, steps = 20000, faults = 20;
    bool comparing = true;
    for (int i = 1; i < argc; i++) {
        int64_t *number = !strcmp(argv[i], "--seed")     ? &seed
                          : !strcmp(argv[i], "--steps")  ? &steps
                          : !strcmp(argv[i], "--faults") ? &faults
                                                         : NULL;
        if (number && i + 1 < argc)
            *number = strtoll(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--no-compare"))
            comparing = false;
        else
            return fprintf(stderr, "usage: simulate [--seed N] [--steps N] [--faults PER_THOUSAND] "
                                   "[--no-compare]\n"),
                   2;
    }
    struct sim *sim = sim_new((uint64_t)seed, (uint32_t)faults);
    int rounds, status;
    sim->steps_max = steps;
    if (!play(sim, 0, &rounds)) {
        status = fail(sim, steps, (uint32_t)faults, rounds);
    } else {
        print_result(sim, rounds);
        status = comparing && faults ? compare(sim, steps, (uint32_t)faults, rounds) : 0;
    }
    sim_free(sim);
    return status;
}
