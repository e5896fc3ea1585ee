/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/tables.h"

#define TABLE(symbol, table_name)                                                                  \
    const struct table collections_##symbol = {                                                    \
        .name = table_name,                                                                        \
        .columns = symbol##_columns,                                                               \
        .n_columns = sizeof symbol##_columns / sizeof *symbol##_columns,                           \
    };

static const struct column legal_entity_table_columns[] = {
    {"entity_id", COLUMN_UUID, COLUMN_KEY},
    {"name", COLUMN_TEXT, COLUMN_VALUE},
    {"zone", COLUMN_TEXT, COLUMN_VALUE},
};
TABLE(legal_entity_table, "legal_entity")

static const struct column case_table_columns[] = {
    {"account_id", COLUMN_UUID, COLUMN_KEY},        {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"customer_id", COLUMN_UUID, COLUMN_VALUE},     {"account_number", COLUMN_TEXT, COLUMN_VALUE},
    {"segment", COLUMN_TEXT, COLUMN_VALUE},         {"stage", COLUMN_INT16, COLUMN_VALUE},
    {"bucket", COLUMN_INT16, COLUMN_VALUE},         {"days_past_due", COLUMN_INT32, COLUMN_VALUE},
    {"level", COLUMN_INT32, COLUMN_VALUE},          {"episode", COLUMN_INT32, COLUMN_VALUE},
    {"policy_id", COLUMN_UUID, COLUMN_VALUE},       {"policy_version", COLUMN_INT32, COLUMN_VALUE},
    {"evaluated_as_of", COLUMN_DATE, COLUMN_VALUE}, {"last_step_on", COLUMN_DATE, COLUMN_VALUE},
    {"oldest_due", COLUMN_DATE, COLUMN_VALUE},      {"evaluate_from", COLUMN_DATE, COLUMN_VALUE},
};
TABLE(case_table, "collection_case")

static const struct column case_overdue_table_columns[] = {
    {"account_id", COLUMN_UUID, COLUMN_KEY},  {"currency", COLUMN_TEXT, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE}, {"overdue", COLUMN_INT64, COLUMN_VALUE},
    {"open", COLUMN_INT64, COLUMN_VALUE},
};
TABLE(case_overdue_table, "case_overdue")

static const struct column case_item_table_columns[] = {
    {"item_id", COLUMN_UUID, COLUMN_KEY},     {"account_id", COLUMN_UUID, COLUMN_VALUE},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE}, {"document_number", COLUMN_TEXT, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},  {"open", COLUMN_INT64, COLUMN_VALUE},
    {"due_date", COLUMN_DATE, COLUMN_VALUE},
};
TABLE(case_item_table, "case_item")

static const struct column dunning_step_table_columns[] = {
    {"event_id", COLUMN_UUID, COLUMN_KEY},     {"currency", COLUMN_TEXT, COLUMN_KEY},
    {"account_id", COLUMN_UUID, COLUMN_VALUE}, {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"episode", COLUMN_INT32, COLUMN_VALUE},   {"step", COLUMN_INT32, COLUMN_VALUE},
    {"as_of", COLUMN_DATE, COLUMN_VALUE},      {"skipped", COLUMN_BOOL, COLUMN_VALUE},
    {"reason", COLUMN_TEXT, COLUMN_VALUE},     {"channel", COLUMN_TEXT, COLUMN_VALUE},
    {"template", COLUMN_TEXT, COLUMN_VALUE},   {"final_notice", COLUMN_BOOL, COLUMN_VALUE},
    {"items", COLUMN_INT32, COLUMN_VALUE},     {"amount", COLUMN_INT64, COLUMN_VALUE},
    {"policy_id", COLUMN_UUID, COLUMN_VALUE},  {"policy_version", COLUMN_INT32, COLUMN_VALUE},
};
TABLE(dunning_step_table, "dunning_step")

static const struct column dunning_policy_table_columns[] = {
    {"policy_id", COLUMN_UUID, COLUMN_KEY},     {"version", COLUMN_INT32, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},   {"segment", COLUMN_TEXT, COLUMN_VALUE},
    {"grace_days", COLUMN_INT32, COLUMN_VALUE}, {"gap_days", COLUMN_INT32, COLUMN_VALUE},
    {"steps", COLUMN_INT32, COLUMN_VALUE},      {"effective_date", COLUMN_DATE, COLUMN_VALUE},
    {"set_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(dunning_policy_table, "dunning_policy")

static const struct column evaluation_table_columns[] = {
    {"entity_id", COLUMN_UUID, COLUMN_KEY},    {"as_of", COLUMN_DATE, COLUMN_KEY},
    {"shard", COLUMN_INT16, COLUMN_KEY},       {"accounts", COLUMN_INT64, COLUMN_SUM},
    {"steps_taken", COLUMN_INT64, COLUMN_SUM}, {"steps_skipped", COLUMN_INT64, COLUMN_SUM},
    {"last_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(evaluation_table, "evaluation")
