/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/routes.h"

#include "billing/collections/v1/collections.pb-c.h"
#include "common/service/api.h"
#include "services/collections/domain/kinds.h"
#include "services/collections/lists.h"
#include "services/collections/prepare.h"

/* Who may, by SOD-1. */
enum {
    SETS_POLICY = API_ROLE(CREDIT_MANAGER),
    COLLECTS = API_ROLE(COLLECTOR) | API_ROLE(CREDIT_MANAGER) | API_ROLE(AR_MANAGER) |
               API_ROLE(OPERATOR) | API_ROLE(SERVICE),
};

/* ---- acts on what is shown ---- */

static const struct api_act case_acts[] = {{"evaluate", COLLECTS, NULL}, {0}};
static const struct api_act policy_acts[] = {{"set_policy", SETS_POLICY, NULL}, {0}};

/* ---- actions ---- */

static const struct api_action case_show = {
    .kind = API_STATE, .stream_kind = KIND_CASE, .id_parameter = "account_id", .acts = case_acts};
static const struct api_action case_evaluate = {.kind = API_COMMAND,
                                                .stream_kind = KIND_CASE,
                                                .id_parameter = "account_id",
                                                .prepare = collections_prepare_evaluate};
static const struct api_action policy_show = {.kind = API_STATE,
                                              .stream_kind = KIND_DUNNING_POLICY,
                                              .id_parameter = "policy_id",
                                              .acts = policy_acts};
static const struct api_action policy_set = {.kind = API_COMMAND,
                                             .prepare = collections_prepare_set_policy};
static const struct api_action cases = {.kind = API_LIST, .listing = &collections_worklist};
static const struct api_action case_items = {.kind = API_LIST,
                                             .listing = &collections_case_item_list};
static const struct api_action steps = {.kind = API_LIST,
                                        .listing = &collections_dunning_step_list};
static const struct api_action policies = {.kind = API_LIST,
                                           .listing = &collections_dunning_policy_list};
static const struct api_action evaluations = {.kind = API_LIST,
                                              .listing = &collections_evaluation_list};

/* ---- parameters ---- */

#define FILTER(name_, kind_, text_)                                                                \
    {                                                                                              \
        .name = name_, .kind = kind_, .text = text_                                                \
    }
#define CHOICE(name_, choices_, text_)                                                             \
    {                                                                                              \
        .name = name_, .kind = PARAMETER_CHOICE, .choices = choices_, .text = text_                \
    }
#define CSV CHOICE("format", "json|csv", "csv: all rows, as a file")
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }

static const struct route_parameter case_path[] = {
    FILTER("account_id", PARAMETER_UUID, "the account"), END};
static const struct route_parameter worklist_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("account_number", PARAMETER_TEXT, "with this number, exactly"),
    FILTER("customer_id", PARAMETER_UUID, "of this customer"),
    FILTER("currency", PARAMETER_CURRENCY, "owing in this currency"),
    FILTER("segment", PARAMETER_TEXT, "of this segment"),
    CHOICE("stage", "current|grace|dunning|final_notice", "in this stage"),
    CHOICE("bucket", "current|1_30|31_60|61_90|over_90", "whose oldest overdue item is in it"),
    FILTER("level", PARAMETER_INTEGER, "at this dunning level"),
    FILTER("days_past_due_min", PARAMETER_INTEGER, "late by so many days or more"),
    CSV,
    END};
static const struct route_parameter item_query[] = {
    FILTER("account_id", PARAMETER_UUID, "the account"),
    FILTER("due_to", PARAMETER_DATE, "due on this day or earlier"), CSV, END};
static const struct route_parameter step_query[] = {
    FILTER("account_id", PARAMETER_UUID, "of this account"),
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("from", PARAMETER_DATE, "taken or skipped on this day or later"),
    FILTER("to", PARAMETER_DATE, "taken or skipped on this day or earlier"),
    FILTER("step", PARAMETER_INTEGER, "this step"),
    FILTER("skipped", PARAMETER_BOOLEAN, "true: only those that were skipped"),
    CSV,
    END};
static const struct route_parameter policy_path[] = {
    FILTER("policy_id", PARAMETER_UUID, "the policy"), END};
static const struct route_parameter policy_set_path[] = {
    FILTER("entity_id", PARAMETER_UUID, "the legal entity"),
    FILTER("segment", PARAMETER_TEXT, "the segment; STANDARD holds where a segment has none"), END};
static const struct route_parameter policy_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("segment", PARAMETER_TEXT, "of this segment"), CSV, END};
static const struct route_parameter evaluation_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("from", PARAMETER_DATE, "as of this day or later"),
    FILTER("to", PARAMETER_DATE, "as of this day or earlier"), CSV, END};

/* ---- the table ---- */

#define LISTS(path_, tag_, summary_, parameters_, action_)                                         \
    {                                                                                              \
        .method = HTTP_GET, .path = path_, .tag = tag_, .summary = summary_, .roles = API_READERS, \
        .flags = ROUTE_LIST | ROUTE_AFTER, .parameters = parameters_,                              \
        .produces = "application/json, text/csv", .action = (void *)&action_                       \
    }
#define SHOWS(path_, tag_, summary_, response_, parameters_, action_)                              \
    {                                                                                              \
        .method = HTTP_GET, .path = path_, .tag = tag_, .summary = summary_, .roles = API_READERS, \
        .flags = ROUTE_ETAG | ROUTE_AFTER, .response = &collections__##response_##__descriptor,    \
        .parameters = parameters_, .action = (void *)&action_                                      \
    }

const struct route collections_routes[COLLECTIONS_ROUTES] = {
    LISTS("/v1/cases", "cases", "Late accounts, the largest overdue amount first", worklist_query,
          cases),
    SHOWS("/v1/cases/{account_id}", "cases", "What is done about the debt of an account",
          case_state, case_path, case_show),
    LISTS("/v1/cases/{account_id}/items", "cases", "Open items of an account by due date",
          item_query, case_items),
    {.method = HTTP_POST,
     .path = "/v1/cases/{account_id}/evaluate",
     .tag = "cases",
     .summary = "Evaluate an account now, as of today or an earlier date",
     .roles = COLLECTS,
     .flags = ROUTE_IDEMPOTENCY_KEY | ROUTE_ETAG | ROUTE_IF_MATCH,
     .request = &collections__evaluate_account__descriptor,
     .response = &collections__case_state__descriptor,
     .parameters = case_path,
     .action = (void *)&case_evaluate},
    LISTS("/v1/dunning-steps", "dunning", "Dunning steps that were taken or skipped", step_query,
          steps),
    {.method = HTTP_PUT,
     .path = "/v1/legal-entities/{entity_id}/dunning-policies/{segment}",
     .tag = "dunning",
     .summary = "Set the next version of a dunning policy",
     .roles = SETS_POLICY,
     .flags = ROUTE_IDEMPOTENCY_KEY,
     .request = &collections__set_dunning_policy__descriptor,
     .response = &collections__dunning_policy_state__descriptor,
     .parameters = policy_set_path,
     .action = (void *)&policy_set},
    LISTS("/v1/dunning-policies", "dunning", "Dunning policies, all versions", policy_query,
          policies),
    SHOWS("/v1/dunning-policies/{policy_id}", "dunning", "A dunning policy with its versions",
          dunning_policy_state, policy_path, policy_show),
    LISTS("/v1/evaluations", "dunning", "Evaluations by day, with their progress", evaluation_query,
          evaluations),
};
