/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/tables.h"

#define TABLE(symbol, table_name)                                                                  \
    const struct table reporting_##symbol = {                                                      \
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

static const struct column account_table_columns[] = {
    {"account_id", COLUMN_UUID, COLUMN_KEY},    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"customer_id", COLUMN_UUID, COLUMN_VALUE}, {"account_number", COLUMN_TEXT, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},    {"segment", COLUMN_TEXT, COLUMN_VALUE},
    {"recorded_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(account_table, "account")

static const struct column item_table_columns[] = {
    {"item_id", COLUMN_UUID, COLUMN_KEY},      {"account_id", COLUMN_UUID, COLUMN_VALUE},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},  {"kind", COLUMN_INT16, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},   {"document_number", COLUMN_TEXT, COLUMN_VALUE},
    {"issue_date", COLUMN_DATE, COLUMN_VALUE}, {"due_date", COLUMN_DATE, COLUMN_VALUE},
    {"amount", COLUMN_INT64, COLUMN_VALUE},
};
TABLE(item_table, "item")

static const struct column movement_table_columns[] = {
    {"shard", COLUMN_INT16, COLUMN_KEY},        {"position", COLUMN_INT64, COLUMN_KEY},
    {"item_id", COLUMN_UUID, COLUMN_VALUE},     {"account_id", COLUMN_UUID, COLUMN_VALUE},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},   {"posting_date", COLUMN_DATE, COLUMN_VALUE},
    {"recorded_at", COLUMN_TIME, COLUMN_VALUE}, {"delta", COLUMN_INT64, COLUMN_VALUE},
};
TABLE(movement_table, "movement")
