/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/tables.h"

#define TABLE(symbol, table_name)                                                                  \
    const struct table symbol = {                                                                  \
        .name = table_name,                                                                        \
        .columns = symbol##_columns,                                                               \
        .n_columns = sizeof symbol##_columns / sizeof *symbol##_columns,                           \
    };

static const struct column legal_entity_table_columns[] = {
    {"entity_id", COLUMN_UUID, COLUMN_KEY},       {"name", COLUMN_TEXT, COLUMN_VALUE},
    {"country", COLUMN_TEXT, COLUMN_VALUE},       {"vat_id", COLUMN_TEXT, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},      {"zone", COLUMN_TEXT, COLUMN_VALUE},
    {"number_prefix", COLUMN_TEXT, COLUMN_VALUE},
};
TABLE(legal_entity_table, "legal_entity")

static const struct column customer_table_columns[] = {
    {"customer_id", COLUMN_UUID, COLUMN_KEY}, {"kind", COLUMN_INT16, COLUMN_VALUE},
    {"name", COLUMN_BYTES, COLUMN_VALUE},     {"country", COLUMN_TEXT, COLUMN_VALUE},
    {"vat_id", COLUMN_TEXT, COLUMN_VALUE},    {"language", COLUMN_TEXT, COLUMN_VALUE},
};
TABLE(customer_table, "customer")

static const struct column account_table_columns[] = {
    {"account_id", COLUMN_UUID, COLUMN_KEY},    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"customer_id", COLUMN_UUID, COLUMN_VALUE}, {"account_number", COLUMN_TEXT, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},    {"segment", COLUMN_TEXT, COLUMN_VALUE},
    {"opened_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(account_table, "account")

static const struct column account_billing_table_columns[] = {
    {"account_id", COLUMN_UUID, COLUMN_KEY},    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"customer_id", COLUMN_UUID, COLUMN_VALUE}, {"shard", COLUMN_INT16, COLUMN_VALUE},
    {"cycle_code", COLUMN_TEXT, COLUMN_VALUE},  {"terms", COLUMN_TEXT, COLUMN_VALUE},
};
TABLE(account_billing_table, "account_billing")

static const struct column invoice_table_columns[] = {
    {"invoice_id", COLUMN_UUID, COLUMN_KEY},       {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"account_id", COLUMN_UUID, COLUMN_VALUE},     {"customer_id", COLUMN_UUID, COLUMN_VALUE},
    {"account_number", COLUMN_TEXT, COLUMN_VALUE}, {"number", COLUMN_TEXT, COLUMN_VALUE},
    {"issue_date", COLUMN_DATE, COLUMN_VALUE},     {"due_date", COLUMN_DATE, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},       {"net", COLUMN_INT64, COLUMN_VALUE},
    {"tax", COLUMN_INT64, COLUMN_VALUE},           {"gross", COLUMN_INT64, COLUMN_VALUE},
    {"payable", COLUMN_INT64, COLUMN_VALUE},       {"credited", COLUMN_INT64, COLUMN_VALUE},
    {"status", COLUMN_INT16, COLUMN_VALUE},        {"source_reference", COLUMN_TEXT, COLUMN_VALUE},
    {"bill_run_id", COLUMN_UUID, COLUMN_VALUE},
};
TABLE(invoice_table, "invoice")

static const struct column credit_note_table_columns[] = {
    {"credit_note_id", COLUMN_UUID, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"account_id", COLUMN_UUID, COLUMN_VALUE},
    {"invoice_id", COLUMN_UUID, COLUMN_VALUE},
    {"account_number", COLUMN_TEXT, COLUMN_VALUE},
    {"number", COLUMN_TEXT, COLUMN_VALUE},
    {"preceding_number", COLUMN_TEXT, COLUMN_VALUE},
    {"issue_date", COLUMN_DATE, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},
    {"net", COLUMN_INT64, COLUMN_VALUE},
    {"tax", COLUMN_INT64, COLUMN_VALUE},
    {"gross", COLUMN_INT64, COLUMN_VALUE},
    {"reason", COLUMN_TEXT, COLUMN_VALUE},
};
TABLE(credit_note_table, "credit_note")

static const struct column bill_run_table_columns[] = {
    {"bill_run_id", COLUMN_UUID, COLUMN_KEY},    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"cycle_code", COLUMN_TEXT, COLUMN_VALUE},   {"cycle_key", COLUMN_TEXT, COLUMN_VALUE},
    {"period_start", COLUMN_DATE, COLUMN_VALUE}, {"period_end", COLUMN_DATE, COLUMN_VALUE},
    {"issue_date", COLUMN_DATE, COLUMN_VALUE},   {"started_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(bill_run_table, "bill_run")

static const struct column bill_run_outcome_table_columns[] = {
    {"bill_run_id", COLUMN_UUID, COLUMN_KEY},      {"status", COLUMN_INT16, COLUMN_VALUE},
    {"accounts", COLUMN_INT32, COLUMN_VALUE},      {"billed", COLUMN_INT32, COLUMN_VALUE},
    {"skipped", COLUMN_INT32, COLUMN_VALUE},       {"exceptions", COLUMN_INT32, COLUMN_VALUE},
    {"blocked_reason", COLUMN_TEXT, COLUMN_VALUE}, {"ended_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(bill_run_outcome_table, "bill_run_outcome")

static const struct column bill_run_progress_table_columns[] = {
    {"bill_run_id", COLUMN_UUID, COLUMN_KEY},
    {"shard", COLUMN_INT16, COLUMN_KEY},
    {"last_account_id", COLUMN_UUID, COLUMN_VALUE},
    {"done", COLUMN_BOOL, COLUMN_VALUE},
};
TABLE(bill_run_progress_table, "bill_run_progress")

static const struct column bill_run_count_table_columns[] = {
    {"bill_run_id", COLUMN_UUID, COLUMN_KEY}, {"shard", COLUMN_INT16, COLUMN_KEY},
    {"billed", COLUMN_INT64, COLUMN_SUM},     {"skipped", COLUMN_INT64, COLUMN_SUM},
    {"exceptions", COLUMN_INT64, COLUMN_SUM},
};
TABLE(bill_run_count_table, "bill_run_count")

static const struct column bill_run_skip_table_columns[] = {
    {"bill_run_id", COLUMN_UUID, COLUMN_KEY},
    {"account_id", COLUMN_UUID, COLUMN_KEY},
    {"reason", COLUMN_TEXT, COLUMN_VALUE},
    {"exception", COLUMN_BOOL, COLUMN_VALUE},
};
TABLE(bill_run_skip_table, "bill_run_skip")
