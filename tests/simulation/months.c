/* SPDX-License-Identifier: Apache-2.0
 * Months: which phase of the workload comes next, and what day it is then. */
#include <assert.h>
#include <stdlib.h>

#include "common/base/time.h"
#include "workload.h"

enum { ARENA_BYTES = 512 << 20 };

int32_t month_start(const struct workload *workload, int month)
{
    (void)workload;
    return (int32_t)days_from_civil(2026 + month / 12, month % 12 + 1, 1);
}

static char *date_text(struct workload *workload, int32_t days)
{
    int64_t year;
    int month, day;
    civil_from_days(days, &year, &month, &day);
    return arena_text(&workload->arena, "%04d-%02d-%02d", (int)year, month, day);
}

char *cycle_key(struct workload *workload)
{
    return arena_text(&workload->arena, CYCLE "/%s/%s",
                      date_text(workload, month_start(workload, workload->month)),
                      date_text(workload, month_start(workload, workload->month + 1)));
}

static char *named(struct workload *workload, const char *what, int number)
{
    char *name = arena_text(&workload->arena, "%llu %s %d", (unsigned long long)workload->seed,
                            what, number);
    char *text = arena_get(&workload->arena, UUID_TEXT_SIZE);
    uuid_format(text, uuid_derive_text("simulation", name, NULL));
    return text;
}

struct workload *workload_new(struct sim *sim, int rounds)
{
    struct workload *workload = calloc(1, sizeof *workload);
    assert(workload);
    workload->seed = sim->seed;
    workload->rounds_max = rounds;
    workload->start_days = month_start(workload, 0);
    arena_init(&workload->arena, ARENA_BYTES);
    for (int i = 0; i < ENTITIES; i++)
        workload->entity_ids[i] = named(workload, "entity", i);
    workload->n_accounts = 16 + (int)chance_below(&sim->workload_chance, ACCOUNTS_MAX - 16);
    for (int i = 0; i < workload->n_accounts; i++)
        workload->accounts[i] =
            (struct account){.entity = (int)chance_below(&sim->workload_chance, ENTITIES),
                             .account_id = named(workload, "account", i),
                             .customer_id = named(workload, "customer", i),
                             .number = arena_text(&workload->arena, "A-%d", 1000 + i)};
    return workload;
}

void workload_free(struct workload *workload)
{
    arena_fini(&workload->arena);
    free(workload);
}

int workload_rounds(const struct workload *workload)
{
    return workload->month;
}

static bool is_over(const struct sim *sim, const struct workload *workload)
{
    return workload->rounds_max ? workload->month >= workload->rounds_max
                                : sim->step >= sim->steps_max;
}

bool workload_next(struct sim *sim, struct workload *workload)
{
    if (workload->phase == PHASE_LATE) {
        workload->month++;
        workload->phase = PHASE_BILLS;
        if (is_over(sim, workload))
            return false;
    } else if (workload->begun) {
        workload->phase++;
    }
    workload->begun = true;
    workload_phase(sim, workload);
    return true;
}
