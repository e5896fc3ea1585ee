/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/lists.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define PLAIN(name, sql, sql_type)                                                                 \
    {                                                                                              \
        .json_name = name, .expression = sql, .type = sql_type                                     \
    }

static const struct listing_column account_columns[] = {
    PLAIN("account_id", "a.account_id", COLUMN_UUID),
    PLAIN("account_number", "a.account_number", COLUMN_TEXT),
    PLAIN("entity_id", "a.entity_id", COLUMN_UUID),
    PLAIN("customer_id", "a.customer_id", COLUMN_UUID),
    PLAIN("currency", "a.currency", COLUMN_TEXT),
    PLAIN("segment", "a.segment", COLUMN_TEXT),
};
static const struct listing_filter account_filters[] = {
    {"entity_id", "a.entity_id = $", COLUMN_UUID},
    {"account_number", "a.account_number = $", COLUMN_TEXT},
    {"customer_id", "a.customer_id = $", COLUMN_UUID},
    {"segment", "a.segment = $", COLUMN_TEXT},
};
const struct listing reporting_account_list = {
    .name = "accounts",
    .source = "account a",
    .columns = account_columns,
    .n_columns = COUNT(account_columns),
    .filters = account_filters,
    .n_filters = COUNT(account_filters),
    .sort = {"account_number", "account_id"},
    .entity_expression = "a.entity_id",
};
