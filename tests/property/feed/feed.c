/* SPDX-License-Identifier: Apache-2.0
 * Property of the feed alone: whatever is refused, lost, repeated, restored or forgotten to die, a
 * consumer applies a prefix of the log exactly once and in order, nothing is called complete that
 * is not, and two histories are never taken for one. A failure prints the command that repeats it.
 * usage: feed [--seeds N] [--from SEED] [--steps N] [--trusting] */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "model.h"

enum { ARENA_BYTES = 16 << 20 };

static const char *const names[COUNTED] = {
    "events",    "published",  "refused", "lost acknowledgements", "lost tails", "restores",
    "adoptions", "duplicates", "ahead",   "of closed epochs",      "forks told", "ticks",
    "gaps told"};

/* NULL: every promise held. */
static const char *run_seed(struct world *world, uint64_t seed, int64_t steps, bool trusting)
{
    world_init(world, seed, trusting);
    for (int64_t step = 0; step < steps; step++) {
        world_step(world);
        const char *broken = world_check(world, false);
        if (broken)
            return broken;
    }
    if (!world_rest(world))
        return "the world does not come to rest";
    return world_check(world, true);
}

static void print_counts(const uint64_t counts[COUNTED], int64_t from, int64_t seeds, int64_t steps)
{
    printf("seeds %" PRId64 " to %" PRId64 ", %" PRId64 " steps each:", from, from + seeds - 1,
           steps);
    for (int i = 0; i < COUNTED; i++)
        printf("%s %" PRIu64 " %s", i ? "," : "", counts[i], names[i]);
    printf("\n");
}

int main(int argc, char **argv)
{
    int64_t seeds = 2000, from = 1, steps = 300;
    bool trusting = false;
    for (int i = 1; i < argc; i++) {
        int64_t *number = !strcmp(argv[i], "--seeds")   ? &seeds
                          : !strcmp(argv[i], "--from")  ? &from
                          : !strcmp(argv[i], "--steps") ? &steps
                                                        : NULL;
        if (number && i + 1 < argc)
            *number = strtoll(argv[++i], NULL, 10);
        else if (!strcmp(argv[i], "--trusting"))
            trusting = true;
        else
            return fprintf(stderr,
                           "usage: feed [--seeds N] [--from SEED] [--steps N] [--trusting]\n"),
                   2;
    }
    struct world *world = calloc(1, sizeof *world);
    if (!world)
        return 2;
    arena_init(&world->arena, ARENA_BYTES);
    uint64_t counts[COUNTED] = {0};
    int status = 0;
    for (int64_t seed = from; seed < from + seeds; seed++) {
        const char *broken = run_seed(world, (uint64_t)seed, steps, trusting);
        if (broken) {
            printf("seed %" PRId64
                   ": %s\n  again: tests/property/feed/run --seeds 1 --from %" PRId64
                   " --steps %" PRId64 "%s\n",
                   seed, broken, seed, steps, trusting ? " --trusting" : "");
            status = 1;
            break;
        }
        for (int i = 0; i < COUNTED; i++)
            counts[i] += world->counts[i];
    }
    if (!status)
        print_counts(counts, from, seeds, steps);
    arena_fini(&world->arena);
    free(world);
    return status;
}
