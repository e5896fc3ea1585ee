/* SPDX-License-Identifier: Apache-2.0
 * Case change: what facts and evaluations do to a case, in common: the recomputation and its
 * events. */
#pragma once
#include "common/base/decision.h"
#include "services/collections/domain/debt_case.h"
#include "services/collections/domain/delinquency.h"

/* What a decision works on: the case as it will be, step by step. */
struct case_view {
    struct deciding *deciding;
    const char *account_id, *entity_id;
    const Collections__CaseState *state; /* before; NULL: not born */
    Collections__CaseItem **items;       /* after the fact */
    size_t n_items;
    int32_t as_of_days; /* NEVER_DAYS: the account was never evaluated */
    struct delinquency late;
    /* Where it stands now, following what was emitted. */
    Collections__Stage stage;
    uint32_t episode, level;
    const Collections__DunningPolicy *policy; /* of the episode; NULL: none */
};

/* Second round of declaring: the policies that the account's segment and episode name. */
void case_declare_policies(struct declaring *declaring, const char *account_id);

/* NULL: not known, or no case. */
const Collections__CaseItem *case_item_find(const Collections__CaseState *state,
                                            const char *item_id);

/* Remembers the fact unless it says nothing new, and recomputes as of the last evaluated date. */
void case_hear(struct deciding *deciding, Collections__ItemHeard *heard);

/* Cure, entry and bucket, as what is late now demands. `reversed_due_days`: due date of the item
 * that a returned payment reopened, NEVER_DAYS if none was. */
void case_recompute(struct case_view *view, int32_t reversed_due_days);

/* The policy that an episode beginning on the view's date follows; NULL: none. */
const Collections__DunningPolicy *case_policy_choose(const struct case_view *view);
/* The policy that the case's episode began with; NULL: none, or none any more. */
const Collections__DunningPolicy *case_policy_kept(const struct case_view *view);
