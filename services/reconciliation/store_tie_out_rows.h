/* SPDX-License-Identifier: Apache-2.0
 * Rows of the tie-out that need more than a sum: what is under way, and, when something differs,
 * what names it. Both are read in the transaction of the sums. */
#pragma once
#include "common/database/connection.h"
#include "services/reconciliation/domain/tie_out_check.h"

/* Documents with something under way: their own sums do not agree yet. */
struct tie_out_on_its_way {
    struct uuid *documents;
    size_t n_documents;
};

MUST_USE enum error tie_out_rows_under_way(struct database *database, struct arena *arena,
                                           struct tie_out_rows *all,
                                           struct tie_out_on_its_way *on_its_way,
                                           struct problem *problem);
MUST_USE enum error tie_out_rows_name(struct database *database, struct arena *arena,
                                      struct tie_out_rows *all,
                                      const struct tie_out_on_its_way *on_its_way,
                                      struct problem *problem);
