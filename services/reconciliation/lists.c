/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/lists.h"

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

/* ---- accounts ---- */

static const struct listing_column account_columns[] = {
    PLAIN("account_id", "a.account_id", COLUMN_UUID),
    PLAIN("customer_id", "a.customer_id", COLUMN_UUID),
    PLAIN("entity_id", "a.entity_id", COLUMN_UUID),
    PLAIN("account_number", "a.account_number", COLUMN_TEXT),
    PLAIN("currency", "a.currency", COLUMN_TEXT),
    PLAIN("segment", "a.segment", COLUMN_TEXT),
    MONEY("open",
          "(SELECT coalesce(sum(i.open_minor), 0)::int8 FROM open_item i WHERE i.account_id = "
          "a.account_id)",
          "a.currency"),
    MONEY("on_account",
          "(SELECT coalesce(sum(m.left_minor), 0)::int8 FROM account_money m WHERE m.account_id = "
          "a.account_id)",
          "a.currency"),
};
static const struct listing_filter account_filters[] = {
    {"entity_id", "a.entity_id = $", COLUMN_UUID},
    {"customer_id", "a.customer_id = $", COLUMN_UUID},
    {"account_number", "a.account_number = $", COLUMN_TEXT},
};
const struct listing reconciliation_account_list = {
    .name = "accounts",
    .source = "account a",
    COLUMNS_AND_FILTERS(account),
    .sort = {"account_number", "account_id"},
    .entity_expression = "a.entity_id",
};

/* ---- items ---- */

static const struct listing_column item_columns[] = {
    PLAIN("item_id", "i.item_id", COLUMN_UUID),
    PLAIN("account_id", "i.account_id", COLUMN_UUID),
    PLAIN("customer_id", "i.customer_id", COLUMN_UUID),
    PLAIN("entity_id", "i.entity_id", COLUMN_UUID),
    PLAIN("document_number", "i.document_number", COLUMN_TEXT),
    PLAIN("account_number", "i.account_number", COLUMN_TEXT),
    PLAIN("issue_date", "i.issue_date", COLUMN_DATE),
    PLAIN("due_date", "i.due_date", COLUMN_DATE),
    MONEY("amount", "i.amount_minor", "i.currency"),
    MONEY("open", "i.open_minor", "i.currency"),
    MONEY("disputed", "i.disputed_minor", "i.currency"),
    PLAIN("creditor_reference", "i.creditor_reference", COLUMN_TEXT),
    PLAIN("segment", "i.segment", COLUMN_TEXT),
    PLAIN("status", "CASE WHEN i.open_minor = 0 THEN 'settled' ELSE 'open' END", COLUMN_TEXT),
};
static const struct listing_filter item_filters[] = {
    {"entity_id", "i.entity_id = $", COLUMN_UUID},
    {"account_id", "i.account_id = $", COLUMN_UUID},
    {"customer_id", "i.customer_id = $", COLUMN_UUID},
    {"document_number", "i.document_number = $", COLUMN_TEXT},
    {"currency", "i.currency = $", COLUMN_TEXT},
    {"status", "CASE WHEN i.open_minor = 0 THEN 'settled' ELSE 'open' END = $", COLUMN_TEXT},
    {"due_to", "i.due_date <= $", COLUMN_DATE},
};
const struct listing reconciliation_item_list = {
    .name = "items",
    .source = "open_item i",
    COLUMNS_AND_FILTERS(item),
    .sort = {"due_date", "document_number", "item_id"},
    .entity_expression = "i.entity_id",
};

/* ---- applications: each line is one application, or one taken back ---- */

static const struct listing_column application_columns[] = {
    PLAIN("application_id", "a.application_id", COLUMN_UUID),
    PLAIN("money_id", "a.money_id", COLUMN_UUID),
    PLAIN("item_id", "a.item_id", COLUMN_UUID),
    PLAIN("account_id", "a.account_id", COLUMN_UUID),
    PLAIN("document_number", "i.document_number", COLUMN_TEXT),
    MONEY("amount", "a.amount_minor", "a.currency"),
    MONEY("open_after", "a.open_after_minor", "a.currency"),
    PLAIN("credit", "a.credit", COLUMN_BOOL),
    PLAIN("rule", "a.rule", COLUMN_TEXT),
    PLAIN("reason", "a.reason", COLUMN_TEXT),
    PLAIN("posting_date", "a.posting_date", COLUMN_DATE),
    PLAIN("recorded_at", "a.recorded_at", COLUMN_TIME),
    PLAIN("shard", "a.shard", COLUMN_INT16),
    PLAIN("position", "a.position", COLUMN_INT64),
};
static const struct listing_filter application_filters[] = {
    {"item_id", "a.item_id = $", COLUMN_UUID},
    {"money_id", "a.money_id = $", COLUMN_UUID},
    {"account_id", "a.account_id = $", COLUMN_UUID},
    {"posted_to", "a.posting_date <= $", COLUMN_DATE},
};
const struct listing reconciliation_application_list = {
    .name = "applications",
    .source = "application a JOIN open_item i ON i.item_id = a.item_id",
    COLUMNS_AND_FILTERS(application),
    .sort = {"recorded_at", "shard", "position"},
    .entity_expression = "a.entity_id",
};

/* ---- money on account ---- */

static const struct listing_column money_columns[] = {
    PLAIN("money_id", "m.money_id", COLUMN_UUID),
    PLAIN("account_id", "m.account_id", COLUMN_UUID),
    PLAIN("customer_id", "m.customer_id", COLUMN_UUID),
    PLAIN("entity_id", "m.entity_id", COLUMN_UUID),
    MONEY("amount", "m.amount_minor", "m.currency"),
    MONEY("left", "m.left_minor", "m.currency"),
    MONEY("returned", "m.returned_minor", "m.currency"),
    PLAIN("value_date", "m.value_date", COLUMN_DATE),
    PLAIN("credit", "m.credit", COLUMN_BOOL),
    PLAIN("at_risk_until", "m.at_risk_until", COLUMN_TIME),
};
static const struct listing_filter money_filters[] = {
    {"entity_id", "m.entity_id = $", COLUMN_UUID},
    {"account_id", "m.account_id = $", COLUMN_UUID},
    {"unused", "(m.left_minor <> 0) = $", COLUMN_BOOL},
};
const struct listing reconciliation_money_list = {
    .name = "money",
    .source = "account_money m",
    COLUMNS_AND_FILTERS(money),
    .sort = {"value_date", "money_id"},
    .entity_expression = "m.entity_id",
};

/* ---- payments and suspense ---- */

static const struct listing_column match_columns[] = {
    PLAIN("payment_id", "p.payment_id", COLUMN_UUID),
    PLAIN("status", "lower(p.status)", COLUMN_TEXT),
    PLAIN("entity_id", "p.entity_id", COLUMN_UUID),
    PLAIN("account_id", "p.account_id", COLUMN_UUID),
    MONEY("amount", "p.amount_minor", "p.currency"),
    MONEY("suspended", "p.suspended_minor", "p.currency"),
    PLAIN("opened", "p.opened", COLUMN_DATE),
    PLAIN("candidates", "p.candidates", COLUMN_INT32),
};
static const struct listing_filter match_filters[] = {
    {"entity_id", "p.entity_id = $", COLUMN_UUID},
    {"account_id", "p.account_id = $", COLUMN_UUID},
    {"status", "lower(p.status) = $", COLUMN_TEXT},
    {"opened_to", "p.opened <= $", COLUMN_DATE},
};
const struct listing reconciliation_match_list = {
    .name = "payments",
    .source = "payment_match p",
    COLUMNS_AND_FILTERS(match),
    .sort = {"payment_id"},
    .entity_expression = "p.entity_id",
};

/* ---- the journal ---- */

static const struct listing_column journal_columns[] = {
    PLAIN("journal_id", "j.journal_id", COLUMN_UUID),
    PLAIN("line", "l.line", COLUMN_INT16),
    PLAIN("posting_date", "j.posting_date", COLUMN_DATE),
    PLAIN("template", "j.template", COLUMN_TEXT),
    PLAIN("ledger_account", "l.ledger_account", COLUMN_INT32),
    MONEY("debit", "l.debit_minor", "j.currency"),
    MONEY("credit", "l.credit_minor", "j.currency"),
    PLAIN("document_id", "j.document_id", COLUMN_UUID),
    PLAIN("account_id", "j.account_id", COLUMN_UUID),
    PLAIN("entity_id", "j.entity_id", COLUMN_UUID),
    PLAIN("reversal", "j.reversal", COLUMN_BOOL),
    PLAIN("recorded_at", "j.recorded_at", COLUMN_TIME),
    PLAIN("shard", "j.shard", COLUMN_INT16),
    PLAIN("position", "j.position", COLUMN_INT64),
};
static const struct listing_filter journal_filters[] = {
    {"entity_id", "j.entity_id = $", COLUMN_UUID},
    {"document_id", "j.document_id = $", COLUMN_UUID},
    {"ledger_account", "l.ledger_account = $", COLUMN_INT32},
    {"posted_from", "j.posting_date >= $", COLUMN_DATE},
    {"posted_to", "j.posting_date <= $", COLUMN_DATE},
};
const struct listing reconciliation_journal_list = {
    .name = "journal_lines",
    .source = "journal j JOIN journal_line l ON l.shard = j.shard AND l.position = j.position",
    COLUMNS_AND_FILTERS(journal),
    .sort = {"posting_date", "shard", "position", "line"},
    .entity_expression = "j.entity_id",
};

static const struct listing_column ledger_columns[] = {
    PLAIN("entity_id", "t.entity_id", COLUMN_UUID),
    PLAIN("currency", "t.currency", COLUMN_TEXT),
    PLAIN("ledger_account", "t.ledger_account", COLUMN_INT32),
    MONEY("debit", "t.debit_minor", "t.currency"),
    MONEY("credit", "t.credit_minor", "t.currency"),
    MONEY("balance", "t.debit_minor - t.credit_minor", "t.currency"),
};
static const struct listing_filter ledger_filters[] = {
    {"entity_id", "t.entity_id = $", COLUMN_UUID},
    {"currency", "t.currency = $", COLUMN_TEXT},
};
const struct listing reconciliation_ledger_list = {
    .name = "trial_balance",
    .source = "(SELECT entity_id, currency, ledger_account, sum(debit_minor)::int8 AS debit_minor, "
              "sum(credit_minor)::int8 AS credit_minor FROM ledger_total GROUP BY 1, 2, 3) t",
    COLUMNS_AND_FILTERS(ledger),
    .sort = {"entity_id", "currency", "ledger_account"},
    .entity_expression = "t.entity_id",
};

/* ---- statements and tie-outs ---- */

static const struct listing_column statement_columns[] = {
    PLAIN("statement_id", "s.statement_id", COLUMN_UUID),
    PLAIN("bank_account_id", "s.bank_account_id", COLUMN_UUID),
    PLAIN("entity_id", "s.entity_id", COLUMN_UUID),
    PLAIN("closing_date", "s.closing_date", COLUMN_DATE),
    PLAIN("sequence_number", "s.sequence_number", COLUMN_INT64),
    MONEY("opening", "s.opening_minor", "s.currency"),
    MONEY("closing", "s.closing_minor", "s.currency"),
    PLAIN("accepted", "s.accepted", COLUMN_BOOL),
    PLAIN("rows_posted", "p.rows_posted", COLUMN_INT64),
    PLAIN("rows_seen",
          "(SELECT coalesce(sum(r.rows_seen), 0)::int8 FROM bank_statement_rows r "
          "WHERE r.statement_id = s.statement_id)",
          COLUMN_INT64),
    PLAIN("heard_at", "s.heard_at", COLUMN_TIME),
};
static const struct listing_filter statement_filters[] = {
    {"entity_id", "s.entity_id = $", COLUMN_UUID},
    {"bank_account_id", "s.bank_account_id = $", COLUMN_UUID},
};
const struct listing reconciliation_statement_list = {
    .name = "bank_statements",
    .source =
        "bank_statement s LEFT JOIN bank_statement_posted p ON p.statement_id = s.statement_id",
    COLUMNS_AND_FILTERS(statement),
    .sort = {"heard_at", "statement_id"},
    .entity_expression = "s.entity_id",
};

static const struct listing_column tie_out_columns[] = {
    PLAIN("tie_out_id", "t.tie_out_id", COLUMN_UUID),
    PLAIN("entity_id", "t.entity_id", COLUMN_UUID),
    PLAIN("currency", "t.currency", COLUMN_TEXT),
    PLAIN("broken", "t.broken", COLUMN_BOOL),
    MONEY("incoming", "t.incoming_minor", "t.currency"),
    MONEY("items", "t.items_minor", "t.currency"),
    MONEY("journal", "t.journal_minor", "t.currency"),
    MONEY("under_way_items", "t.under_way_items_minor", "t.currency"),
    MONEY("under_way_journal", "t.under_way_journal_minor", "t.currency"),
    MONEY("bank", "t.bank_minor", "t.currency"),
    MONEY("bank_journal", "t.bank_journal_minor", "t.currency"),
    PLAIN("bank_accounts", "t.bank_accounts", COLUMN_INT32),
    PLAIN("bank_accounts_pending", "t.bank_accounts_pending", COLUMN_INT32),
    PLAIN("breaks", "t.breaks", COLUMN_TEXT),
    PLAIN("documents", "t.documents", COLUMN_TEXT),
    PLAIN("recorded_at", "t.recorded_at", COLUMN_TIME),
};
static const struct listing_filter tie_out_filters[] = {
    {"entity_id", "t.entity_id = $", COLUMN_UUID},
    {"currency", "t.currency = $", COLUMN_TEXT},
    {"broken", "t.broken = $", COLUMN_BOOL},
};
const struct listing reconciliation_tie_out_list = {
    .name = "tie_outs",
    .source = "tie_out t",
    COLUMNS_AND_FILTERS(tie_out),
    .sort = {"-recorded_at", "-tie_out_id", "-entity_id", "-currency"},
    .entity_expression = "t.entity_id",
};
