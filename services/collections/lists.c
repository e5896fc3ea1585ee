/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/lists.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define PLAIN(name, sql, sql_type)                                                                 \
    {                                                                                              \
        .json_name = name, .expression = sql, .type = sql_type                                     \
    }
#define MONEY(name, sql, currency_sql)                                                             \
    {                                                                                              \
        .json_name = name, .expression = sql, .type = COLUMN_INT64, .form = LISTING_MONEY,         \
        .currency_expression = currency_sql                                                        \
    }
#define COLUMNS_AND_FILTERS(name)                                                                  \
    .columns = name##_columns, .n_columns = COUNT(name##_columns), .filters = name##_filters,      \
    .n_filters = COUNT(name##_filters)

/* As the contract's enums, without their prefix. */
#define STAGE "(ARRAY['current','grace','dunning','final_notice'])[c.stage]"
#define BUCKET "(ARRAY['current','1_30','31_60','61_90','over_90'])[c.bucket]"

/* ---- the worklist: late accounts, the largest overdue amount first; a row per currency ---- */

static const struct listing_column worklist_columns[] = {
    PLAIN("account_id", "o.account_id", COLUMN_UUID),
    PLAIN("account_number", "c.account_number", COLUMN_TEXT),
    PLAIN("customer_id", "c.customer_id", COLUMN_UUID),
    PLAIN("entity_id", "o.entity_id", COLUMN_UUID),
    PLAIN("segment", "c.segment", COLUMN_TEXT),
    PLAIN("stage", STAGE, COLUMN_TEXT),
    PLAIN("level", "c.level", COLUMN_INT32),
    PLAIN("bucket", BUCKET, COLUMN_TEXT),
    PLAIN("days_past_due", "c.days_past_due", COLUMN_INT32),
    PLAIN("currency", "o.currency", COLUMN_TEXT),
    MONEY("overdue", "o.overdue", "o.currency"),
    MONEY("open", "o.open", "o.currency"),
    PLAIN("oldest_due", "c.oldest_due", COLUMN_DATE),
    PLAIN("last_step_on", "c.last_step_on", COLUMN_DATE),
    PLAIN("evaluated_as_of", "c.evaluated_as_of", COLUMN_DATE),
};
static const struct listing_filter worklist_filters[] = {
    {"entity_id", "o.entity_id = $", COLUMN_UUID},
    {"account_number", "c.account_number = $", COLUMN_TEXT},
    {"customer_id", "c.customer_id = $", COLUMN_UUID},
    {"currency", "o.currency = $", COLUMN_TEXT},
    {"segment", "c.segment = $", COLUMN_TEXT},
    {"stage", STAGE " = $", COLUMN_TEXT},
    {"bucket", BUCKET " = $", COLUMN_TEXT},
    {"level", "c.level = $", COLUMN_INT32},
    {"days_past_due_min", "c.days_past_due >= $", COLUMN_INT32},
};
const struct listing collections_worklist = {
    .name = "cases",
    .source = "case_overdue o JOIN collection_case c ON c.account_id = o.account_id",
    COLUMNS_AND_FILTERS(worklist),
    .sort = {"-overdue", "-account_id", "-currency"},
    .entity_expression = "o.entity_id",
    .where = "o.overdue > 0",
};

/* ---- one case ---- */

static const struct listing_column case_item_columns[] = {
    PLAIN("item_id", "i.item_id", COLUMN_UUID),
    PLAIN("account_id", "i.account_id", COLUMN_UUID),
    PLAIN("document_number", "i.document_number", COLUMN_TEXT),
    PLAIN("due_date", "i.due_date", COLUMN_DATE),
    PLAIN("days_past_due", "greatest(0, coalesce(c.evaluated_as_of - i.due_date, 0))",
          COLUMN_INT32),
    MONEY("open", "i.open", "i.currency"),
};
static const struct listing_filter case_item_filters[] = {
    {"account_id", "i.account_id = $", COLUMN_UUID},
    {"due_to", "i.due_date <= $", COLUMN_DATE},
};
const struct listing collections_case_item_list = {
    .name = "case_items",
    .source = "case_item i JOIN collection_case c ON c.account_id = i.account_id",
    COLUMNS_AND_FILTERS(case_item),
    .sort = {"due_date", "item_id"},
    .entity_expression = "i.entity_id",
};

static const struct listing_column dunning_step_columns[] = {
    PLAIN("event_id", "s.event_id", COLUMN_UUID),
    PLAIN("account_id", "s.account_id", COLUMN_UUID),
    PLAIN("account_number", "c.account_number", COLUMN_TEXT),
    PLAIN("entity_id", "s.entity_id", COLUMN_UUID),
    PLAIN("as_of", "s.as_of", COLUMN_DATE),
    PLAIN("episode", "s.episode", COLUMN_INT32),
    PLAIN("step", "s.step", COLUMN_INT32),
    PLAIN("skipped", "s.skipped", COLUMN_BOOL),
    PLAIN("reason", "s.reason", COLUMN_TEXT),
    PLAIN("channel", "s.channel", COLUMN_TEXT),
    PLAIN("template", "s.template", COLUMN_TEXT),
    PLAIN("final_notice", "s.final_notice", COLUMN_BOOL),
    PLAIN("items", "s.items", COLUMN_INT32),
    PLAIN("currency", "s.currency", COLUMN_TEXT),
    MONEY("amount", "s.amount", "s.currency"),
    PLAIN("policy_id", "s.policy_id", COLUMN_UUID),
    PLAIN("policy_version", "s.policy_version", COLUMN_INT32),
};
static const struct listing_filter dunning_step_filters[] = {
    {"account_id", "s.account_id = $", COLUMN_UUID},
    {"entity_id", "s.entity_id = $", COLUMN_UUID},
    {"from", "s.as_of >= $", COLUMN_DATE},
    {"to", "s.as_of <= $", COLUMN_DATE},
    {"step", "s.step = $", COLUMN_INT32},
    {"skipped", "s.skipped = $", COLUMN_BOOL},
};
const struct listing collections_dunning_step_list = {
    .name = "dunning_steps",
    .source = "dunning_step s JOIN collection_case c ON c.account_id = s.account_id",
    COLUMNS_AND_FILTERS(dunning_step),
    .sort = {"as_of", "step", "event_id", "currency"},
    .entity_expression = "s.entity_id",
};

/* ---- policies and evaluations ---- */

static const struct listing_column dunning_policy_columns[] = {
    PLAIN("policy_id", "p.policy_id", COLUMN_UUID),
    PLAIN("version", "p.version", COLUMN_INT32),
    PLAIN("entity_id", "p.entity_id", COLUMN_UUID),
    PLAIN("segment", "p.segment", COLUMN_TEXT),
    PLAIN("grace_days", "p.grace_days", COLUMN_INT32),
    PLAIN("gap_days_min", "p.gap_days", COLUMN_INT32),
    PLAIN("steps", "p.steps", COLUMN_INT32),
    PLAIN("effective_date", "p.effective_date", COLUMN_DATE),
    PLAIN("set_at", "p.set_at", COLUMN_TIME),
};
static const struct listing_filter dunning_policy_filters[] = {
    {"entity_id", "p.entity_id = $", COLUMN_UUID},
    {"segment", "p.segment = $", COLUMN_TEXT},
};
const struct listing collections_dunning_policy_list = {
    .name = "dunning_policies",
    .source = "dunning_policy p",
    COLUMNS_AND_FILTERS(dunning_policy),
    .sort = {"entity_id", "segment", "version"},
    .entity_expression = "p.entity_id",
};

static const struct listing_column evaluation_columns[] = {
    PLAIN("entity_id", "e.entity_id", COLUMN_UUID),
    PLAIN("as_of", "e.as_of", COLUMN_DATE),
    PLAIN("accounts", "e.accounts", COLUMN_INT64),
    PLAIN("steps_taken", "e.steps_taken", COLUMN_INT64),
    PLAIN("steps_skipped", "e.steps_skipped", COLUMN_INT64),
    PLAIN("accounts_left", "e.accounts_left", COLUMN_INT64),
    PLAIN("last_at", "e.last_at", COLUMN_TIME),
};
static const struct listing_filter evaluation_filters[] = {
    {"entity_id", "e.entity_id = $", COLUMN_UUID},
    {"from", "e.as_of >= $", COLUMN_DATE},
    {"to", "e.as_of <= $", COLUMN_DATE},
};
const struct listing collections_evaluation_list = {
    .name = "evaluations",
    .source = "(SELECT entity_id, as_of, sum(accounts)::int8 AS accounts, "
              "sum(steps_taken)::int8 AS steps_taken, sum(steps_skipped)::int8 AS steps_skipped, "
              "max(last_at) AS last_at, "
              "(SELECT count(*) FROM collection_case c WHERE c.entity_id = evaluation.entity_id "
              "AND c.evaluate_from <= evaluation.as_of) AS accounts_left "
              "FROM evaluation GROUP BY entity_id, as_of) e",
    COLUMNS_AND_FILTERS(evaluation),
    .sort = {"-as_of", "-entity_id"},
    .entity_expression = "e.entity_id",
};
