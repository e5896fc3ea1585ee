/* SPDX-License-Identifier: Apache-2.0
 * Debt case: what is done about the late debt of one account (COL-2..4). Its id is the account's.
 *
 * Facts come from reconciliation's feed alone. Each is remembered (ItemHeard) and, in the same
 * decision, the delinquency is computed anew as of the last evaluated date: cured or entered, never
 * dunned. Dunning acts because something did NOT happen, so only EvaluateAccount takes steps;
 * whoever asks for it knows first that the feed is complete up to the date.
 *
 * A payment that comes back gives the state that would be there had it never come: every cure after
 * the item's due date is taken back, and the episodes become one again, at the highest level and
 * with the policy of the first. */
#pragma once
#include "billing/collections/v1/collections.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/base/decision.h"

enum {
    SETTLED_ITEMS_KEPT = 100, /* for their document numbers, should a payment come back */
    ENDED_EPISODES_KEPT = 12,
};

#define DEBT_CASE_FACTS(X)                                                                         \
    X(item_opened, Reconciliation__ItemOpened)                                                     \
    X(payment_applied, Reconciliation__PaymentApplied)                                             \
    X(credit_applied, Reconciliation__CreditApplied)                                               \
    X(application_reversed, Reconciliation__ApplicationReversed)                                   \
    X(item_settled, Reconciliation__ItemSettled)

#define X(name, Type)                                                                              \
    void debt_case_##name##_declare(struct declaring *declaring, const Type *event);               \
    void debt_case_##name##_declare_more(struct declaring *declaring, const Type *event);          \
    void debt_case_##name##_decide(struct deciding *deciding, const Type *event);
DEBT_CASE_FACTS(X)
X(evaluate, Collections__EvaluateAccount)
#undef X

void debt_case_evolve_heard(struct arena *arena, Collections__CaseState *state,
                            const Collections__ItemHeard *event);
void debt_case_evolve_evaluated(struct arena *arena, Collections__CaseState *state,
                                const Collections__AccountEvaluated *event);
void debt_case_evolve_entered(struct arena *arena, Collections__CaseState *state,
                              const Collections__DelinquencyEntered *event);
void debt_case_evolve_cured(struct arena *arena, Collections__CaseState *state,
                            const Collections__DelinquencyCured *event);
void debt_case_evolve_bucket(struct arena *arena, Collections__CaseState *state,
                             const Collections__BucketChanged *event);
void debt_case_evolve_taken(struct arena *arena, Collections__CaseState *state,
                            const Collections__DunningStepTaken *event);
void debt_case_evolve_skipped(struct arena *arena, Collections__CaseState *state,
                              const Collections__DunningStepSkipped *event);

/* The items of a case after a fact: what is open, then what was settled last. *n receives the
 * count. */
Collections__CaseItem **case_items_after(struct arena *arena, const Collections__CaseState *state,
                                         const Collections__ItemHeard *event, size_t *n);
