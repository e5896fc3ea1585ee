/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/model.h"

#include "common/service/access.h"
#include "services/collections/domain/debt_case.h"
#include "services/collections/domain/dunning_policy.h"
#include "services/collections/domain/kinds.h"
#include "services/collections/inbound.h"
#include "services/collections/store.h"
#include "services/collections/tables.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- streams ---- */

EVOLVER(debt_case_evolve_heard, Collections__CaseState, Collections__ItemHeard)
EVOLVER(debt_case_evolve_evaluated, Collections__CaseState, Collections__AccountEvaluated)
EVOLVER(debt_case_evolve_entered, Collections__CaseState, Collections__DelinquencyEntered)
EVOLVER(debt_case_evolve_cured, Collections__CaseState, Collections__DelinquencyCured)
EVOLVER(debt_case_evolve_bucket, Collections__CaseState, Collections__BucketChanged)
EVOLVER(debt_case_evolve_taken, Collections__CaseState, Collections__DunningStepTaken)
EVOLVER(debt_case_evolve_skipped, Collections__CaseState, Collections__DunningStepSkipped)
EVOLVER(dunning_policy_evolve_set, Collections__DunningPolicyState, Collections__DunningPolicySet)

static const struct evolution case_evolutions[] = {
    {&collections__item_heard__descriptor, debt_case_evolve_heard_any,
     "what is open of an item changed"},
    {&collections__account_evaluated__descriptor, debt_case_evolve_evaluated_any,
     "days past due count up to this date"},
    {&collections__delinquency_entered__descriptor, debt_case_evolve_entered_any,
     "an episode begins, or one that a returned payment had seemed to cure goes on (COL-2)"},
    {&collections__delinquency_cured__descriptor, debt_case_evolve_cured_any,
     "nothing is overdue: the level is reset, the episode kept should a payment come back"},
    {&collections__bucket_changed__descriptor, debt_case_evolve_bucket_any,
     "the oldest overdue item has another age (COL-4)"},
    {&collections__dunning_step_taken__descriptor, debt_case_evolve_taken_any,
     "these items are dunned at this level, once in the episode (COL-3)"},
    {&collections__dunning_step_skipped__descriptor, debt_case_evolve_skipped_any,
     "this step will not be taken for these items in the episode (COL-3)"},
};

static const struct evolution policy_evolutions[] = {
    {&collections__dunning_policy_set__descriptor, dunning_policy_evolve_set_any,
     "episodes that begin from its effective date on follow this version (COL-3)"},
};

static const struct stream_kind kinds[] = {
    {.code = KIND_CASE,
     .name = "case",
     .state = &collections__case_state__descriptor,
     .evolutions = case_evolutions,
     .n_evolutions = COUNT(case_evolutions),
     .fold_version = 1},
    {.code = KIND_DUNNING_POLICY,
     .name = "dunning_policy",
     .state = &collections__dunning_policy_state__descriptor,
     .evolutions = policy_evolutions,
     .n_evolutions = COUNT(policy_evolutions),
     .fold_version = 1},
};

/* ---- handlers ---- */

HANDLER(debt_case_evaluate, Collections__EvaluateAccount)
HANDLER_MORE(debt_case_evaluate, Collections__EvaluateAccount)
HANDLER(dunning_policy_set, Collections__SetDunningPolicy)

static const char *const evaluate_required[] = {"account_id", "as_of", NULL};
static const char *const policy_required[] = {"policy.entity_id", "policy.segment", NULL};

/* Facts come first: they are most of the work. */
static const struct handler handlers[] = {
    INBOUND_HANDLERS /**/
    {.message = &collections__evaluate_account__descriptor,
     .declare = debt_case_evaluate_declare_any,
     .declare_more = debt_case_evaluate_declare_more_any,
     .decide = debt_case_evaluate_decide_any,
     .required = evaluate_required},
    {.message = &collections__set_dunning_policy__descriptor,
     .declare = dunning_policy_set_declare_any,
     .decide = dunning_policy_set_decide_any,
     .required = policy_required},
};

/* ---- the service ---- */

static void project_event(struct projecting *projecting, const struct record *record,
                          const ProtobufCMessage *event)
{
    collections_project_event(projecting, record, event);
    access_project_event(projecting, record, event);
}

static const char *const topics_in[] = {"billing.invoicing.events", DEBT_TOPIC};

static const struct table *const tables[] = {
    &collections_legal_entity_table, &collections_case_table,
    &collections_case_overdue_table, &collections_case_item_table,
    &collections_dunning_step_table, &collections_dunning_policy_table,
    &collections_evaluation_table,   &access_token_table,
};

const struct service_model collections_model = {
    .name = "collections",
    .feed_id = "/billing/collections",
    .topic_out = "billing.collections.events",
    .topics_in = topics_in,
    .n_topics_in = COUNT(topics_in),
    .kinds = kinds,
    .n_kinds = COUNT(kinds),
    .handlers = handlers,
    .n_handlers = COUNT(handlers),
    .heard = collections_inbound_heard,
    .n_heard = INBOUND_HEARD,
    .ignored = collections_inbound_ignored,
    .n_ignored = INBOUND_IGNORED,
    .tables = tables,
    .n_tables = COUNT(tables),
    .project_event = project_event,
    .project_state = collections_project_state,
};
