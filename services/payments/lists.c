/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/lists.h"

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
#define SEALED(name, sql)                                                                          \
    {                                                                                              \
        .json_name = name, .expression = sql, .type = COLUMN_BYTES, .form = LISTING_SEALED         \
    }
#define COLUMNS_AND_FILTERS(name)                                                                  \
    .columns = name##_columns, .n_columns = COUNT(name##_columns), .filters = name##_filters,      \
    .n_filters = COUNT(name##_filters)

#define NO_DATE "'-infinity'::date"

/* ---- payments ---- */

#define PAYMENT_STATUS_SQL                                                                         \
    "CASE p.status WHEN 1 THEN 'received' WHEN 2 THEN 'partly_returned' ELSE 'returned' END"
#define PAYMENT_METHOD_SQL                                                                         \
    "CASE p.method WHEN 1 THEN 'bank_transfer' WHEN 2 THEN 'cash' WHEN 3 THEN 'cheque' "           \
    "WHEN 4 THEN 'card' WHEN 5 THEN 'direct_debit' ELSE 'other' END"

static const struct listing_column payment_columns[] = {
    PLAIN("payment_id", "p.payment_id", COLUMN_UUID),
    PLAIN("entity_id", "p.entity_id", COLUMN_UUID),
    PLAIN("account_id", "p.account_id", COLUMN_UUID),
    PLAIN("status", PAYMENT_STATUS_SQL, COLUMN_TEXT),
    PLAIN("method", PAYMENT_METHOD_SQL, COLUMN_TEXT),
    MONEY("amount", "p.amount", "p.currency"),
    MONEY("returned", "p.returned", "p.currency"),
    PLAIN("value_date", "p.value_date", COLUMN_DATE),
    PLAIN("booking_date", "p.booking_date", COLUMN_DATE),
    SEALED("payer_name", "p.payer_name"),
    SEALED("payer_account", "p.payer_account"),
    SEALED("text", "p.text"),
    PLAIN("references", "p.references_found", COLUMN_TEXT),
    PLAIN("end_to_end_id", "p.end_to_end_id", COLUMN_TEXT),
    PLAIN("mandate_id", "p.mandate_id", COLUMN_TEXT),
    PLAIN("bank_reference", "p.bank_reference", COLUMN_TEXT),
    PLAIN("bank_account_id", "p.bank_account_id", COLUMN_UUID),
    PLAIN("statement_id", "p.statement_id", COLUMN_UUID),
    PLAIN("natural_key", "p.natural_key", COLUMN_TEXT),
    PLAIN("at_risk_until", "p.at_risk_until", COLUMN_TIME),
};
static const struct listing_filter payment_filters[] = {
    {"entity_id", "p.entity_id = $", COLUMN_UUID},
    {"account_id", "p.account_id = $", COLUMN_UUID},
    {"statement_id", "p.statement_id = $", COLUMN_UUID},
    {"bank_account_id", "p.bank_account_id = $", COLUMN_UUID},
    {"currency", "p.currency = $", COLUMN_TEXT},
    {"status", PAYMENT_STATUS_SQL " = $", COLUMN_TEXT},
    {"method", PAYMENT_METHOD_SQL " = $", COLUMN_TEXT},
    {"end_to_end_id", "p.end_to_end_id = $", COLUMN_TEXT},
    {"value_from", "p.value_date >= $", COLUMN_DATE},
    {"value_to", "p.value_date <= $", COLUMN_DATE},
};
const struct listing payment_list = {
    .name = "payments",
    .source = "payment p",
    COLUMNS_AND_FILTERS(payment),
    .sort = {"-value_date", "-payment_id"},
    .entity_expression = "p.entity_id",
};

static const struct listing_column payment_return_columns[] = {
    PLAIN("payment_id", "r.payment_id", COLUMN_UUID),
    PLAIN("natural_key", "r.natural_key", COLUMN_TEXT),
    PLAIN("entity_id", "r.entity_id", COLUMN_UUID),
    MONEY("amount", "r.amount", "r.currency"),
    PLAIN("reason_code", "r.reason_code", COLUMN_TEXT),
    PLAIN("return_reference", "r.return_reference", COLUMN_TEXT),
    PLAIN("value_date", "r.value_date", COLUMN_DATE),
    PLAIN("statement_id", "r.statement_id", COLUMN_UUID),
    PLAIN("bank_account_id", "r.bank_account_id", COLUMN_UUID),
};
static const struct listing_filter payment_return_filters[] = {
    {"entity_id", "r.entity_id = $", COLUMN_UUID},
    {"payment_id", "r.payment_id = $", COLUMN_UUID},
    {"reason_code", "r.reason_code = $", COLUMN_TEXT},
    {"value_from", "r.value_date >= $", COLUMN_DATE},
    {"value_to", "r.value_date <= $", COLUMN_DATE},
};
const struct listing payment_return_list = {
    .name = "payment_returns",
    .source = "payment_return r",
    COLUMNS_AND_FILTERS(payment_return),
    .sort = {"-value_date", "-payment_id", "-natural_key"},
    .entity_expression = "r.entity_id",
};

/* ---- the bank's other movements ---- */

static const struct listing_column bank_movement_columns[] = {
    PLAIN("movement_id", "m.movement_id", COLUMN_UUID),
    PLAIN("entity_id", "m.entity_id", COLUMN_UUID),
    PLAIN("bank_account_id", "m.bank_account_id", COLUMN_UUID),
    PLAIN("statement_id", "m.statement_id", COLUMN_UUID),
    MONEY("amount", "m.amount", "m.currency"),
    PLAIN("booking_date", "m.booking_date", COLUMN_DATE),
    PLAIN("transaction_code", "m.transaction_code", COLUMN_TEXT),
    PLAIN("bank_reference", "m.bank_reference", COLUMN_TEXT),
    PLAIN("unmatched_return_reference", "m.unmatched_return_reference", COLUMN_TEXT),
    PLAIN("return_reason_code", "m.return_reason_code", COLUMN_TEXT),
    PLAIN("natural_key", "m.natural_key", COLUMN_TEXT),
};
static const struct listing_filter bank_movement_filters[] = {
    {"entity_id", "m.entity_id = $", COLUMN_UUID},
    {"bank_account_id", "m.bank_account_id = $", COLUMN_UUID},
    {"statement_id", "m.statement_id = $", COLUMN_UUID},
    {"unmatched_return", "(m.unmatched_return_reference <> '') = $", COLUMN_BOOL},
    {"booked_from", "m.booking_date >= $", COLUMN_DATE},
    {"booked_to", "m.booking_date <= $", COLUMN_DATE},
};
const struct listing bank_movement_list = {
    .name = "bank_movements",
    .source = "bank_movement m",
    COLUMNS_AND_FILTERS(bank_movement),
    .sort = {"-booking_date", "-movement_id"},
    .entity_expression = "m.entity_id",
};

/* ---- bank accounts ---- */

static const struct listing_column bank_account_columns[] = {
    PLAIN("bank_account_id", "a.bank_account_id", COLUMN_UUID),
    PLAIN("entity_id", "a.entity_id", COLUMN_UUID),
    PLAIN("account_number", "a.account_number", COLUMN_TEXT),
    PLAIN("currency", "a.currency", COLUMN_TEXT),
};
static const struct listing_filter bank_account_filters[] = {
    {"entity_id", "a.entity_id = $", COLUMN_UUID},
    {"account_number", "a.account_number = upper(replace($, ' ', ''))", COLUMN_TEXT},
};
const struct listing bank_account_list = {
    .name = "bank_accounts",
    .source = "bank_account a",
    COLUMNS_AND_FILTERS(bank_account),
    .sort = {"account_number"},
    .entity_expression = "a.entity_id",
};

static const struct listing_column bank_balance_columns[] = {
    PLAIN("bank_account_id", "b.bank_account_id", COLUMN_UUID),
    PLAIN("currency", "b.currency", COLUMN_TEXT),
    PLAIN("entity_id", "b.entity_id", COLUMN_UUID),
    PLAIN("account_number", "a.account_number", COLUMN_TEXT),
    MONEY("last_closing", "b.last_closing", "b.currency"),
    PLAIN("last_closing_date", "b.last_closing_date", COLUMN_DATE),
    PLAIN("last_sequence_number", "b.last_sequence_number", COLUMN_INT64),
    PLAIN("last_statement_id", "b.last_statement_id", COLUMN_UUID),
    MONEY("first_opening", "b.first_opening", "b.currency"),
};
static const struct listing_filter bank_balance_filters[] = {
    {"entity_id", "b.entity_id = $", COLUMN_UUID},
    {"currency", "b.currency = $", COLUMN_TEXT},
};
const struct listing bank_balance_list = {
    .name = "bank_balances",
    .source = "bank_balance b JOIN bank_account a ON a.bank_account_id = b.bank_account_id",
    COLUMNS_AND_FILTERS(bank_balance),
    .sort = {"account_number", "currency"},
    .entity_expression = "b.entity_id",
};

/* ---- statements ---- */

#define STATEMENT_STATUS_SQL                                                                       \
    "CASE s.status WHEN 1 THEN 'held' WHEN 2 THEN 'ingested' ELSE 'posted' END"

static const struct listing_column statement_columns[] = {
    PLAIN("statement_id", "s.statement_id", COLUMN_UUID),
    PLAIN("import_id", "s.import_id", COLUMN_UUID),
    PLAIN("entity_id", "s.entity_id", COLUMN_UUID),
    PLAIN("bank_account_id", "s.bank_account_id", COLUMN_UUID),
    PLAIN("account_number", "s.account_number", COLUMN_TEXT),
    PLAIN("bank_statement_reference", "s.bank_statement_reference", COLUMN_TEXT),
    PLAIN("sequence_number", "s.sequence_number", COLUMN_INT64),
    PLAIN("page_number", "s.page_number", COLUMN_INT32),
    PLAIN("format", "s.format", COLUMN_TEXT),
    PLAIN("status", STATEMENT_STATUS_SQL, COLUMN_TEXT),
    MONEY("opening", "s.opening", "s.currency"),
    MONEY("closing", "s.closing", "s.currency"),
    PLAIN("opening_date", "s.opening_date", COLUMN_DATE),
    PLAIN("closing_date", "coalesce(s.closing_date, " NO_DATE ")", COLUMN_DATE),
    MONEY("credits", "s.credits", "s.currency"),
    MONEY("debits", "s.debits", "s.currency"),
    PLAIN("booked_entries", "s.booked_entries", COLUMN_INT32),
    PLAIN("pending_entries", "s.pending_entries", COLUMN_INT32),
    PLAIN("rows", "s.rows", COLUMN_INT32),
    PLAIN("payments", "s.payments", COLUMN_INT32),
    PLAIN("returns", "s.returns", COLUMN_INT32),
    PLAIN("movements", "s.movements", COLUMN_INT32),
    PLAIN("duplicates", "s.duplicates", COLUMN_INT32),
    PLAIN("imported_by", "s.imported_by", COLUMN_TEXT),
    PLAIN("reasons",
          "(SELECT coalesce(string_agg(r.code, ' ' ORDER BY r.number), '') FROM statement_reason r "
          "WHERE r.statement_id = s.statement_id)",
          COLUMN_TEXT),
};
static const struct listing_filter statement_filters[] = {
    {"entity_id", "s.entity_id = $", COLUMN_UUID},
    {"bank_account_id", "s.bank_account_id = $", COLUMN_UUID},
    {"import_id", "s.import_id = $", COLUMN_UUID},
    {"status", STATEMENT_STATUS_SQL " = $", COLUMN_TEXT},
    {"reason",
     "EXISTS (SELECT FROM statement_reason r WHERE r.statement_id = s.statement_id AND r.code = $)",
     COLUMN_TEXT},
    {"closing_from", "s.closing_date >= $", COLUMN_DATE},
    {"closing_to", "s.closing_date <= $", COLUMN_DATE},
};
const struct listing statement_list = {
    .name = "statements",
    .source = "statement s",
    COLUMNS_AND_FILTERS(statement),
    .sort = {"-closing_date", "-statement_id"},
    .entity_expression = "s.entity_id",
};

static const struct listing_column statement_row_columns[] = {
    PLAIN("natural_key", "w.natural_key", COLUMN_TEXT),
    PLAIN("became", "w.became", COLUMN_TEXT),
    PLAIN("id", "w.id", COLUMN_UUID),
    PLAIN("entity_id", "w.entity_id", COLUMN_UUID),
    MONEY("amount", "w.amount", "w.currency"),
    PLAIN("booking_date", "w.booking_date", COLUMN_DATE),
    PLAIN("bank_reference", "w.bank_reference", COLUMN_TEXT),
    PLAIN("reason_code", "w.reason_code", COLUMN_TEXT),
};
static const struct listing_filter statement_row_filters[] = {
    {"statement_id", "w.statement_id = $", COLUMN_UUID},
    {"became", "w.became = $", COLUMN_TEXT},
};
const struct listing statement_row_list = {
    .name = "statement_rows",
    .source = "statement_row w",
    COLUMNS_AND_FILTERS(statement_row),
    .sort = {"natural_key", "id"},
    .entity_expression = "w.entity_id",
};

static const struct listing_column statement_reason_columns[] = {
    PLAIN("statement_id", "r.statement_id", COLUMN_UUID),
    PLAIN("number", "r.number", COLUMN_INT32),
    PLAIN("code", "r.code", COLUMN_TEXT),
    PLAIN("detail", "r.detail", COLUMN_TEXT),
    MONEY("difference", "r.difference", "r.currency"),
};
static const struct listing_filter statement_reason_filters[] = {
    {"statement_id", "r.statement_id = $", COLUMN_UUID},
};
const struct listing statement_reason_list = {
    .name = "statement_reasons",
    .source = "statement_reason r",
    COLUMNS_AND_FILTERS(statement_reason),
    .sort = {"statement_id", "number"},
    .entity_expression = "r.entity_id",
};

/* ---- imports ---- */

#define IMPORT_VERDICT_SQL                                                                         \
    "CASE i.verdict WHEN 1 THEN 'read' WHEN 2 THEN 'refused' ELSE 'not_read_yet' END"

static const struct listing_column import_columns[] = {
    PLAIN("import_id", "i.import_id", COLUMN_UUID),
    PLAIN("recorded_at", "i.recorded_at", COLUMN_TIME),
    PLAIN("verdict", IMPORT_VERDICT_SQL, COLUMN_TEXT),
    PLAIN("format", "i.format", COLUMN_TEXT),
    PLAIN("size", "i.size", COLUMN_INT64),
    PLAIN("sha256", "encode(i.sha256, 'hex')", COLUMN_TEXT),
    PLAIN("code", "i.code", COLUMN_TEXT),
    PLAIN("line", "i.line", COLUMN_INT64),
    PLAIN("path", "i.path", COLUMN_TEXT),
    PLAIN("detail", "i.detail", COLUMN_TEXT),
    PLAIN("statements", "i.statements", COLUMN_INT32),
    PLAIN("entries", "i.entries", COLUMN_INT64),
    PLAIN("imported_by", "i.imported_by", COLUMN_TEXT),
};
static const struct listing_filter import_filters[] = {
    {"verdict", IMPORT_VERDICT_SQL " = $", COLUMN_TEXT},
    {"sha256", "encode(i.sha256, 'hex') = $", COLUMN_TEXT},
    {"recorded_from", "i.recorded_at >= $", COLUMN_TIME},
    {"recorded_to", "i.recorded_at <= $", COLUMN_TIME},
};
const struct listing import_list = {
    .name = "imports",
    .source = "import i",
    COLUMNS_AND_FILTERS(import),
    .sort = {"-recorded_at", "-import_id"},
};
