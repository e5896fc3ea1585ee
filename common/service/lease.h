/* SPDX-License-Identifier: Apache-2.0
 * Lease: the right to do what only one process may do, for some seconds of database time. A holder that was stopped and
 * wakes late finds its epoch gone in the transaction in which it writes. */
#pragma once
#include "common/database/connection.h"

struct lease {
    char name[64];
    int64_t epoch;
    bool held;
};

/* Takes or renews; *lease says which epoch. OK with held false: somebody else has it. */
MUST_USE enum error lease_take(struct database *database, const char *owner, int32_t seconds, struct lease *lease,
                               struct problem *problem);
/* Gives it back, so that the next need not wait. */
void lease_give_back(struct database *database, const char *owner, const struct lease *lease);
/* True while the lease is ours, inside the transaction that writes; locks its row until the end. */
MUST_USE enum error lease_check(struct database *database, const char *owner, const struct lease *lease, bool *ours,
                                struct problem *problem);
