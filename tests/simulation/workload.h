/* SPDX-License-Identifier: Apache-2.0
 * What the files of the workload share. */
#pragma once
#include <stdio.h>

#include "simulation.h"

enum { ENTITIES = 2, ACCOUNTS_MAX = 48 };
#define CYCLE "MONTHLY-01"

enum phase { PHASE_PEOPLE, PHASE_ACCOUNTS, PHASE_BILLS, PHASE_MONEY, PHASE_AFTERMATH, PHASE_LATE };

struct account {
    int entity;
    char *account_id, *customer_id, *number;
    int64_t last_request; /* of this phase; -1 none */
    /* the money of this month */
    int64_t first_money, paid_minor;
    const char *paid_key, *paid_reference;
    bool paid_blindly; /* nothing says for what */
};

struct workload {
    uint64_t seed;
    struct arena arena;
    int rounds_max, month;
    enum phase phase;
    bool begun;
    int32_t start_days;
    char *entity_ids[ENTITIES];
    struct account accounts[ACCOUNTS_MAX];
    int n_accounts;
};

int32_t month_start(const struct workload *workload, int month);
/* "MONTHLY-01/2026-01-01/2026-02-01" */
char *cycle_key(struct workload *workload);
/* Asks for everything that the phase wants. */
void workload_phase(struct sim *sim, struct workload *workload);
