/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/tables.h"

#define TABLE(symbol, table_name)                                                                  \
    const struct table symbol = {                                                                  \
        .name = table_name,                                                                        \
        .columns = symbol##_columns,                                                               \
        .n_columns = sizeof symbol##_columns / sizeof *symbol##_columns,                           \
    };

static const struct column payment_table_columns[] = {
    {"payment_id", COLUMN_UUID, COLUMN_KEY},       {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"account_id", COLUMN_UUID, COLUMN_VALUE},     {"status", COLUMN_INT16, COLUMN_VALUE},
    {"method", COLUMN_INT16, COLUMN_VALUE},        {"currency", COLUMN_TEXT, COLUMN_VALUE},
    {"amount", COLUMN_INT64, COLUMN_VALUE},        {"returned", COLUMN_INT64, COLUMN_VALUE},
    {"value_date", COLUMN_DATE, COLUMN_VALUE},     {"booking_date", COLUMN_DATE, COLUMN_VALUE},
    {"statement_id", COLUMN_UUID, COLUMN_VALUE},   {"bank_account_id", COLUMN_UUID, COLUMN_VALUE},
    {"bank_reference", COLUMN_TEXT, COLUMN_VALUE}, {"end_to_end_id", COLUMN_TEXT, COLUMN_VALUE},
    {"mandate_id", COLUMN_TEXT, COLUMN_VALUE},     {"references_found", COLUMN_TEXT, COLUMN_VALUE},
    {"natural_key", COLUMN_TEXT, COLUMN_VALUE},    {"payer_name", COLUMN_BYTES, COLUMN_VALUE},
    {"payer_account", COLUMN_BYTES, COLUMN_VALUE}, {"text", COLUMN_BYTES, COLUMN_VALUE},
    {"at_risk_until", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(payment_table, "payment")

static const struct column payment_return_table_columns[] = {
    {"payment_id", COLUMN_UUID, COLUMN_KEY},         {"natural_key", COLUMN_TEXT, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},        {"currency", COLUMN_TEXT, COLUMN_VALUE},
    {"amount", COLUMN_INT64, COLUMN_VALUE},          {"reason_code", COLUMN_TEXT, COLUMN_VALUE},
    {"return_reference", COLUMN_TEXT, COLUMN_VALUE}, {"value_date", COLUMN_DATE, COLUMN_VALUE},
    {"statement_id", COLUMN_UUID, COLUMN_VALUE},     {"bank_account_id", COLUMN_UUID, COLUMN_VALUE},
};
TABLE(payment_return_table, "payment_return")

static const struct column bank_movement_table_columns[] = {
    {"movement_id", COLUMN_UUID, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"bank_account_id", COLUMN_UUID, COLUMN_VALUE},
    {"statement_id", COLUMN_UUID, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},
    {"amount", COLUMN_INT64, COLUMN_VALUE},
    {"booking_date", COLUMN_DATE, COLUMN_VALUE},
    {"transaction_code", COLUMN_TEXT, COLUMN_VALUE},
    {"bank_reference", COLUMN_TEXT, COLUMN_VALUE},
    {"unmatched_return_reference", COLUMN_TEXT, COLUMN_VALUE},
    {"return_reason_code", COLUMN_TEXT, COLUMN_VALUE},
    {"natural_key", COLUMN_TEXT, COLUMN_VALUE},
};
TABLE(bank_movement_table, "bank_movement")

static const struct column bank_account_table_columns[] = {
    {"bank_account_id", COLUMN_UUID, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"account_number", COLUMN_TEXT, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},
};
TABLE(bank_account_table, "bank_account")

static const struct column bank_balance_table_columns[] = {
    {"bank_account_id", COLUMN_UUID, COLUMN_KEY},
    {"currency", COLUMN_TEXT, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"last_statement_id", COLUMN_UUID, COLUMN_VALUE},
    {"last_closing", COLUMN_INT64, COLUMN_VALUE},
    {"last_closing_date", COLUMN_DATE, COLUMN_VALUE},
    {"last_sequence_number", COLUMN_INT64, COLUMN_VALUE},
    {"first_opening", COLUMN_INT64, COLUMN_VALUE},
};
TABLE(bank_balance_table, "bank_balance")

static const struct column statement_table_columns[] = {
    {"statement_id", COLUMN_UUID, COLUMN_KEY},
    {"import_id", COLUMN_UUID, COLUMN_VALUE},
    {"ordinal", COLUMN_INT32, COLUMN_VALUE},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"bank_account_id", COLUMN_UUID, COLUMN_VALUE},
    {"account_number", COLUMN_TEXT, COLUMN_VALUE},
    {"bank_statement_reference", COLUMN_TEXT, COLUMN_VALUE},
    {"sequence_number", COLUMN_INT64, COLUMN_VALUE},
    {"page_number", COLUMN_INT32, COLUMN_VALUE},
    {"format", COLUMN_TEXT, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},
    {"opening", COLUMN_INT64, COLUMN_VALUE},
    {"closing", COLUMN_INT64, COLUMN_VALUE},
    {"opening_date", COLUMN_DATE, COLUMN_VALUE},
    {"closing_date", COLUMN_DATE, COLUMN_VALUE},
    {"status", COLUMN_INT16, COLUMN_VALUE},
    {"booked_entries", COLUMN_INT32, COLUMN_VALUE},
    {"pending_entries", COLUMN_INT32, COLUMN_VALUE},
    {"credits", COLUMN_INT64, COLUMN_VALUE},
    {"debits", COLUMN_INT64, COLUMN_VALUE},
    {"rows", COLUMN_INT32, COLUMN_VALUE},
    {"return_rows", COLUMN_INT32, COLUMN_VALUE},
    {"payments", COLUMN_INT32, COLUMN_VALUE},
    {"returns", COLUMN_INT32, COLUMN_VALUE},
    {"movements", COLUMN_INT32, COLUMN_VALUE},
    {"duplicates", COLUMN_INT32, COLUMN_VALUE},
    {"imported_by", COLUMN_TEXT, COLUMN_VALUE},
};
TABLE(statement_table, "statement")

static const struct column statement_reason_table_columns[] = {
    {"statement_id", COLUMN_UUID, COLUMN_KEY},  {"number", COLUMN_INT32, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},   {"code", COLUMN_TEXT, COLUMN_VALUE},
    {"detail", COLUMN_TEXT, COLUMN_VALUE},      {"currency", COLUMN_TEXT, COLUMN_VALUE},
    {"difference", COLUMN_INT64, COLUMN_VALUE},
};
TABLE(statement_reason_table, "statement_reason")

static const struct column import_table_columns[] = {
    {"import_id", COLUMN_UUID, COLUMN_KEY},    {"sha256", COLUMN_BYTES, COLUMN_VALUE},
    {"size", COLUMN_INT64, COLUMN_VALUE},      {"format", COLUMN_TEXT, COLUMN_VALUE},
    {"verdict", COLUMN_INT16, COLUMN_VALUE},   {"code", COLUMN_TEXT, COLUMN_VALUE},
    {"path", COLUMN_TEXT, COLUMN_VALUE},       {"line", COLUMN_INT64, COLUMN_VALUE},
    {"detail", COLUMN_TEXT, COLUMN_VALUE},     {"statements", COLUMN_INT32, COLUMN_VALUE},
    {"entries", COLUMN_INT64, COLUMN_VALUE},   {"imported_by", COLUMN_TEXT, COLUMN_VALUE},
    {"request_id", COLUMN_UUID, COLUMN_VALUE}, {"recorded_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(import_table, "import")

static const struct column import_progress_table_columns[] = {
    {"statement_id", COLUMN_UUID, COLUMN_KEY},
    {"pass", COLUMN_INT16, COLUMN_KEY},
    {"shard", COLUMN_INT16, COLUMN_KEY},
    {"step", COLUMN_INT64, COLUMN_VALUE},
};
TABLE(import_progress_table, "import_progress")
