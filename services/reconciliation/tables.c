/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/tables.h"

#define TABLE(symbol, name)                                                                        \
    const struct table reconciliation_##symbol##_table = {                                         \
        name, symbol##_columns, sizeof symbol##_columns / sizeof *symbol##_columns}

static const struct column account_columns[] = {
    {"account_id", COLUMN_UUID, COLUMN_KEY},  {"customer_id", COLUMN_UUID, COLUMN_VALUE},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE}, {"account_number", COLUMN_TEXT, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},  {"segment", COLUMN_TEXT, COLUMN_VALUE},
};
TABLE(account, "account");

static const struct column item_columns[] = {
    {"item_id", COLUMN_UUID, COLUMN_KEY},
    {"account_id", COLUMN_UUID, COLUMN_VALUE},
    {"customer_id", COLUMN_UUID, COLUMN_VALUE},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"kind", COLUMN_INT16, COLUMN_VALUE},
    {"document_number", COLUMN_TEXT, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},
    {"amount_minor", COLUMN_INT64, COLUMN_VALUE},
    {"open_minor", COLUMN_INT64, COLUMN_VALUE},
    {"disputed_minor", COLUMN_INT64, COLUMN_VALUE},
    {"issue_date", COLUMN_DATE, COLUMN_VALUE},
    {"due_date", COLUMN_DATE, COLUMN_VALUE},
    {"creditor_reference", COLUMN_TEXT, COLUMN_VALUE},
    {"account_number", COLUMN_TEXT, COLUMN_VALUE},
    {"segment", COLUMN_TEXT, COLUMN_VALUE},
};
TABLE(item, "open_item");

static const struct column application_columns[] = {
    {"shard", COLUMN_INT16, COLUMN_KEY},           {"position", COLUMN_INT64, COLUMN_KEY},
    {"application_id", COLUMN_UUID, COLUMN_VALUE}, {"money_id", COLUMN_UUID, COLUMN_VALUE},
    {"item_id", COLUMN_UUID, COLUMN_VALUE},        {"account_id", COLUMN_UUID, COLUMN_VALUE},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},      {"currency", COLUMN_TEXT, COLUMN_VALUE},
    {"amount_minor", COLUMN_INT64, COLUMN_VALUE},  {"open_after_minor", COLUMN_INT64, COLUMN_VALUE},
    {"credit", COLUMN_BOOL, COLUMN_VALUE},         {"from_money", COLUMN_BOOL, COLUMN_VALUE},
    {"rule", COLUMN_TEXT, COLUMN_VALUE},           {"reason", COLUMN_TEXT, COLUMN_VALUE},
    {"posting_date", COLUMN_DATE, COLUMN_VALUE},   {"recorded_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(application, "application");

static const struct column money_columns[] = {
    {"money_id", COLUMN_UUID, COLUMN_KEY},        {"account_id", COLUMN_UUID, COLUMN_VALUE},
    {"customer_id", COLUMN_UUID, COLUMN_VALUE},   {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},      {"amount_minor", COLUMN_INT64, COLUMN_VALUE},
    {"left_minor", COLUMN_INT64, COLUMN_VALUE},   {"returned_minor", COLUMN_INT64, COLUMN_VALUE},
    {"value_date", COLUMN_DATE, COLUMN_VALUE},    {"credit", COLUMN_BOOL, COLUMN_VALUE},
    {"at_risk_until", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(money, "account_money");

static const struct column match_columns[] = {
    {"payment_id", COLUMN_UUID, COLUMN_KEY},         {"status", COLUMN_TEXT, COLUMN_VALUE},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},        {"account_id", COLUMN_UUID, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},         {"amount_minor", COLUMN_INT64, COLUMN_VALUE},
    {"suspended_minor", COLUMN_INT64, COLUMN_VALUE}, {"opened", COLUMN_DATE, COLUMN_VALUE},
    {"value_date", COLUMN_DATE, COLUMN_VALUE},       {"candidates", COLUMN_INT32, COLUMN_VALUE},
};
TABLE(match, "payment_match");

static const struct column journal_columns[] = {
    {"shard", COLUMN_INT16, COLUMN_KEY},        {"position", COLUMN_INT64, COLUMN_KEY},
    {"journal_id", COLUMN_UUID, COLUMN_VALUE},  {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},    {"posting_date", COLUMN_DATE, COLUMN_VALUE},
    {"template", COLUMN_TEXT, COLUMN_VALUE},    {"document_id", COLUMN_UUID, COLUMN_VALUE},
    {"account_id", COLUMN_UUID, COLUMN_VALUE},  {"reversal", COLUMN_BOOL, COLUMN_VALUE},
    {"recorded_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(journal, "journal");

static const struct column journal_line_columns[] = {
    {"shard", COLUMN_INT16, COLUMN_KEY},         {"position", COLUMN_INT64, COLUMN_KEY},
    {"line", COLUMN_INT16, COLUMN_KEY},          {"ledger_account", COLUMN_INT32, COLUMN_VALUE},
    {"debit_minor", COLUMN_INT64, COLUMN_VALUE}, {"credit_minor", COLUMN_INT64, COLUMN_VALUE},
};
TABLE(journal_line, "journal_line");

static const struct column statement_columns[] = {
    {"statement_id", COLUMN_UUID, COLUMN_KEY},       {"bank_account_id", COLUMN_UUID, COLUMN_VALUE},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},        {"currency", COLUMN_TEXT, COLUMN_VALUE},
    {"opening_minor", COLUMN_INT64, COLUMN_VALUE},   {"closing_minor", COLUMN_INT64, COLUMN_VALUE},
    {"opening_known", COLUMN_BOOL, COLUMN_VALUE},    {"closing_known", COLUMN_BOOL, COLUMN_VALUE},
    {"opening_date", COLUMN_DATE, COLUMN_VALUE},     {"closing_date", COLUMN_DATE, COLUMN_VALUE},
    {"sequence_number", COLUMN_INT64, COLUMN_VALUE}, {"credits_minor", COLUMN_INT64, COLUMN_VALUE},
    {"debits_minor", COLUMN_INT64, COLUMN_VALUE},    {"accepted", COLUMN_BOOL, COLUMN_VALUE},
    {"heard_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(statement, "bank_statement");

static const struct column statement_posted_columns[] = {
    {"statement_id", COLUMN_UUID, COLUMN_KEY},
    {"rows_posted", COLUMN_INT64, COLUMN_VALUE},
};
TABLE(statement_posted, "bank_statement_posted");

static const struct column tie_out_columns[] = {
    {"tie_out_id", COLUMN_UUID, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_KEY},
    {"currency", COLUMN_TEXT, COLUMN_KEY},
    {"broken", COLUMN_BOOL, COLUMN_VALUE},
    {"incoming_minor", COLUMN_INT64, COLUMN_VALUE},
    {"items_minor", COLUMN_INT64, COLUMN_VALUE},
    {"journal_minor", COLUMN_INT64, COLUMN_VALUE},
    {"under_way_items_minor", COLUMN_INT64, COLUMN_VALUE},
    {"under_way_journal_minor", COLUMN_INT64, COLUMN_VALUE},
    {"bank_minor", COLUMN_INT64, COLUMN_VALUE},
    {"bank_journal_minor", COLUMN_INT64, COLUMN_VALUE},
    {"bank_accounts", COLUMN_INT32, COLUMN_VALUE},
    {"bank_accounts_pending", COLUMN_INT32, COLUMN_VALUE},
    {"breaks", COLUMN_TEXT, COLUMN_VALUE},
    {"documents", COLUMN_TEXT, COLUMN_VALUE},
    {"recorded_at", COLUMN_TIME, COLUMN_VALUE},
};
TABLE(tie_out, "tie_out");

static const struct column statement_rows_columns[] = {
    {"shard", COLUMN_INT16, COLUMN_KEY},
    {"statement_id", COLUMN_UUID, COLUMN_KEY},
    {"rows_seen", COLUMN_INT64, COLUMN_SUM},
    {"amount_minor", COLUMN_INT64, COLUMN_SUM},
};
TABLE(statement_rows, "bank_statement_rows");

static const struct column incoming_columns[] = {
    {"shard", COLUMN_INT16, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_KEY},
    {"currency", COLUMN_TEXT, COLUMN_KEY},
    {"amount_minor", COLUMN_INT64, COLUMN_SUM},
};
TABLE(incoming, "incoming_total");

static const struct column ledger_columns[] = {
    {"shard", COLUMN_INT16, COLUMN_KEY},       {"entity_id", COLUMN_UUID, COLUMN_KEY},
    {"currency", COLUMN_TEXT, COLUMN_KEY},     {"ledger_account", COLUMN_INT32, COLUMN_KEY},
    {"debit_minor", COLUMN_INT64, COLUMN_SUM}, {"credit_minor", COLUMN_INT64, COLUMN_SUM},
};
TABLE(ledger, "ledger_total");

static const struct column bank_ledger_columns[] = {
    {"shard", COLUMN_INT16, COLUMN_KEY},
    {"bank_account_id", COLUMN_UUID, COLUMN_KEY},
    {"amount_minor", COLUMN_INT64, COLUMN_SUM},
};
TABLE(bank_ledger, "bank_ledger_total");

static const struct column document_columns[] = {
    {"shard", COLUMN_INT16, COLUMN_KEY},
    {"document_id", COLUMN_UUID, COLUMN_KEY},
    {"entity_id", COLUMN_UUID, COLUMN_VALUE},
    {"currency", COLUMN_TEXT, COLUMN_VALUE},
    {"incoming_minor", COLUMN_INT64, COLUMN_SUM},
    {"items_minor", COLUMN_INT64, COLUMN_SUM},
    {"journal_minor", COLUMN_INT64, COLUMN_SUM},
    {"bank_incoming_minor", COLUMN_INT64, COLUMN_SUM},
    {"bank_journal_minor", COLUMN_INT64, COLUMN_SUM},
};
TABLE(document, "document_total");
