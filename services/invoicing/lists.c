/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/lists.h"

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

/* ---- legal entities ---- */

static const struct listing_column legal_entity_columns[] = {
    PLAIN("entity_id", "e.entity_id", COLUMN_UUID),
    PLAIN("name", "e.name", COLUMN_TEXT),
    PLAIN("country", "e.country", COLUMN_TEXT),
    PLAIN("vat_id", "e.vat_id", COLUMN_TEXT),
    PLAIN("currency", "e.currency", COLUMN_TEXT),
    PLAIN("zone", "e.zone", COLUMN_TEXT),
    PLAIN("number_prefix", "e.number_prefix", COLUMN_TEXT),
};
static const struct listing_filter legal_entity_filters[] = {
    {"country", "e.country = $", COLUMN_TEXT},
};
const struct listing legal_entity_list = {
    .name = "legal_entities",
    .source = "legal_entity e",
    COLUMNS_AND_FILTERS(legal_entity),
    .sort = {"name", "entity_id"},
    .entity_expression = "e.entity_id",
};

/* ---- customers ---- */

static const struct listing_column customer_columns[] = {
    PLAIN("customer_id", "c.customer_id", COLUMN_UUID),
    PLAIN("kind", "CASE c.kind WHEN 1 THEN 'organisation' ELSE 'person' END", COLUMN_TEXT),
    {.json_name = "name", .expression = "c.name", .type = COLUMN_BYTES, .form = LISTING_SEALED},
    PLAIN("country", "c.country", COLUMN_TEXT),
    PLAIN("vat_id", "c.vat_id", COLUMN_TEXT),
    PLAIN("language", "c.language", COLUMN_TEXT),
};
static const struct listing_filter customer_filters[] = {
    {"country", "c.country = $", COLUMN_TEXT},
    {"vat_id", "c.vat_id = $", COLUMN_TEXT},
    {"kind", "CASE c.kind WHEN 1 THEN 'organisation' ELSE 'person' END = $", COLUMN_TEXT},
};
const struct listing customer_list = {
    .name = "customers",
    .source = "customer c",
    COLUMNS_AND_FILTERS(customer),
    .sort = {"customer_id"},
};

/* ---- accounts ---- */

static const struct listing_column account_columns[] = {
    PLAIN("account_id", "a.account_id", COLUMN_UUID),
    PLAIN("account_number", "a.account_number", COLUMN_TEXT),
    PLAIN("customer_id", "a.customer_id", COLUMN_UUID),
    PLAIN("entity_id", "a.entity_id", COLUMN_UUID),
    PLAIN("currency", "a.currency", COLUMN_TEXT),
    PLAIN("segment", "a.segment", COLUMN_TEXT),
    PLAIN("cycle_code", "b.cycle_code", COLUMN_TEXT),
    PLAIN("terms", "b.terms", COLUMN_TEXT),
    PLAIN("opened_at", "a.opened_at", COLUMN_TIME),
};
static const struct listing_filter account_filters[] = {
    {"entity_id", "a.entity_id = $", COLUMN_UUID},
    {"customer_id", "a.customer_id = $", COLUMN_UUID},
    {"account_number", "a.account_number = $", COLUMN_TEXT},
    {"currency", "a.currency = $", COLUMN_TEXT},
    {"cycle_code", "b.cycle_code = $", COLUMN_TEXT},
    {"segment", "a.segment = $", COLUMN_TEXT},
};
const struct listing account_list = {
    .name = "accounts",
    .source = "account a JOIN account_billing b ON b.account_id = a.account_id",
    COLUMNS_AND_FILTERS(account),
    .sort = {"account_number", "account_id"},
    .entity_expression = "a.entity_id",
};

/* ---- invoices ---- */

#define INVOICE_STATUS "CASE i.status WHEN 1 THEN 'issued' ELSE 'cancelled' END"

static const struct listing_column invoice_columns[] = {
    PLAIN("invoice_id", "i.invoice_id", COLUMN_UUID),
    PLAIN("number", "i.number", COLUMN_TEXT),
    PLAIN("entity_id", "i.entity_id", COLUMN_UUID),
    PLAIN("account_id", "i.account_id", COLUMN_UUID),
    PLAIN("account_number", "i.account_number", COLUMN_TEXT),
    PLAIN("customer_id", "i.customer_id", COLUMN_UUID),
    PLAIN("issue_date", "i.issue_date", COLUMN_DATE),
    PLAIN("due_date", "i.due_date", COLUMN_DATE),
    MONEY("net", "i.net", "i.currency"),
    MONEY("tax", "i.tax", "i.currency"),
    MONEY("gross", "i.gross", "i.currency"),
    MONEY("payable", "i.payable", "i.currency"),
    MONEY("credited", "i.credited", "i.currency"),
    PLAIN("status", INVOICE_STATUS, COLUMN_TEXT),
    PLAIN("source_reference", "i.source_reference", COLUMN_TEXT),
    PLAIN("bill_run_id", "i.bill_run_id", COLUMN_UUID),
};
static const struct listing_filter invoice_filters[] = {
    {"entity_id", "i.entity_id = $", COLUMN_UUID},
    {"account_id", "i.account_id = $", COLUMN_UUID},
    {"customer_id", "i.customer_id = $", COLUMN_UUID},
    {"bill_run_id", "i.bill_run_id = $", COLUMN_UUID},
    {"number", "i.number = $", COLUMN_TEXT},
    {"currency", "i.currency = $", COLUMN_TEXT},
    {"status", INVOICE_STATUS " = $", COLUMN_TEXT},
    {"issued_from", "i.issue_date >= $", COLUMN_DATE},
    {"issued_to", "i.issue_date <= $", COLUMN_DATE},
    {"due_to", "i.due_date <= $", COLUMN_DATE},
};
const struct listing invoice_list = {
    .name = "invoices",
    .source = "invoice i",
    COLUMNS_AND_FILTERS(invoice),
    .sort = {"-issue_date", "-number", "-invoice_id"},
    .entity_expression = "i.entity_id",
};

/* ---- credit notes ---- */

static const struct listing_column credit_note_columns[] = {
    PLAIN("credit_note_id", "n.credit_note_id", COLUMN_UUID),
    PLAIN("number", "n.number", COLUMN_TEXT),
    PLAIN("entity_id", "n.entity_id", COLUMN_UUID),
    PLAIN("account_id", "n.account_id", COLUMN_UUID),
    PLAIN("account_number", "n.account_number", COLUMN_TEXT),
    PLAIN("invoice_id", "n.invoice_id", COLUMN_UUID),
    PLAIN("preceding_number", "n.preceding_number", COLUMN_TEXT),
    PLAIN("issue_date", "n.issue_date", COLUMN_DATE),
    MONEY("net", "n.net", "n.currency"),
    MONEY("tax", "n.tax", "n.currency"),
    MONEY("gross", "n.gross", "n.currency"),
    PLAIN("reason", "n.reason", COLUMN_TEXT),
};
static const struct listing_filter credit_note_filters[] = {
    {"entity_id", "n.entity_id = $", COLUMN_UUID},
    {"account_id", "n.account_id = $", COLUMN_UUID},
    {"invoice_id", "n.invoice_id = $", COLUMN_UUID},
    {"number", "n.number = $", COLUMN_TEXT},
    {"issued_from", "n.issue_date >= $", COLUMN_DATE},
    {"issued_to", "n.issue_date <= $", COLUMN_DATE},
};
const struct listing credit_note_list = {
    .name = "credit_notes",
    .source = "credit_note n",
    COLUMNS_AND_FILTERS(credit_note),
    .sort = {"-issue_date", "-number", "-credit_note_id"},
    .entity_expression = "n.entity_id",
};

/* ---- bill runs ---- */

#define RUN_STATUS "CASE o.status WHEN 2 THEN 'proved' WHEN 3 THEN 'blocked' ELSE 'started' END"
/* While it runs, the counts of its events; afterwards what was proved. */
#define RUN_COUNT(column)                                                                          \
    "coalesce(CASE WHEN o.status = 2 THEN o." column "::int8 END, "                                \
    "(SELECT sum(c." column ")::int8 FROM bill_run_count c "                                       \
    "WHERE c.bill_run_id = r.bill_run_id), 0)"

static const struct listing_column bill_run_columns[] = {
    PLAIN("bill_run_id", "r.bill_run_id", COLUMN_UUID),
    PLAIN("entity_id", "r.entity_id", COLUMN_UUID),
    PLAIN("cycle_code", "r.cycle_code", COLUMN_TEXT),
    PLAIN("period_start", "r.period_start", COLUMN_DATE),
    PLAIN("period_end", "r.period_end", COLUMN_DATE),
    PLAIN("issue_date", "r.issue_date", COLUMN_DATE),
    PLAIN("started_at", "r.started_at", COLUMN_TIME),
    PLAIN("ended_at", "o.ended_at", COLUMN_TIME),
    PLAIN("status", RUN_STATUS, COLUMN_TEXT),
    PLAIN("billed", RUN_COUNT("billed"), COLUMN_INT64),
    PLAIN("skipped", RUN_COUNT("skipped"), COLUMN_INT64),
    PLAIN("exceptions", RUN_COUNT("exceptions"), COLUMN_INT64),
    PLAIN("blocked_reason", "o.blocked_reason", COLUMN_TEXT),
};
static const struct listing_filter bill_run_filters[] = {
    {"entity_id", "r.entity_id = $", COLUMN_UUID},
    {"cycle_code", "r.cycle_code = $", COLUMN_TEXT},
    {"status", RUN_STATUS " = $", COLUMN_TEXT},
};
const struct listing bill_run_list = {
    .name = "bill_runs",
    .source = "bill_run r LEFT JOIN bill_run_outcome o ON o.bill_run_id = r.bill_run_id",
    COLUMNS_AND_FILTERS(bill_run),
    .sort = {"-started_at", "-bill_run_id"},
    .entity_expression = "r.entity_id",
};

static const struct listing_column bill_run_shard_columns[] = {
    PLAIN("shard", "c.shard", COLUMN_INT16),
    PLAIN("billed", "c.billed", COLUMN_INT64),
    PLAIN("skipped", "c.skipped", COLUMN_INT64),
    PLAIN("exceptions", "c.exceptions", COLUMN_INT64),
    PLAIN("last_account_id", "p.last_account_id", COLUMN_UUID),
    PLAIN("done", "coalesce(p.done, false)", COLUMN_BOOL),
};
static const struct listing_filter bill_run_shard_filters[] = {
    {"bill_run_id", "c.bill_run_id = $", COLUMN_UUID},
};
const struct listing bill_run_shard_list = {
    .name = "bill_run_shards",
    .source = "bill_run_count c JOIN bill_run r ON r.bill_run_id = c.bill_run_id "
              "LEFT JOIN bill_run_progress p "
              "ON p.bill_run_id = c.bill_run_id AND p.shard = c.shard",
    COLUMNS_AND_FILTERS(bill_run_shard),
    .sort = {"shard"},
    .entity_expression = "r.entity_id",
};

static const struct listing_column bill_run_skip_columns[] = {
    PLAIN("account_id", "s.account_id", COLUMN_UUID),
    PLAIN("account_number", "a.account_number", COLUMN_TEXT),
    PLAIN("reason", "s.reason", COLUMN_TEXT),
    PLAIN("exception", "s.exception", COLUMN_BOOL),
};
static const struct listing_filter bill_run_skip_filters[] = {
    {"bill_run_id", "s.bill_run_id = $", COLUMN_UUID},
    {"reason", "s.reason = $", COLUMN_TEXT},
    {"exception", "s.exception = $", COLUMN_BOOL},
};
const struct listing bill_run_skip_list = {
    .name = "bill_run_skips",
    .source = "bill_run_skip s JOIN account a ON a.account_id = s.account_id",
    COLUMNS_AND_FILTERS(bill_run_skip),
    .sort = {"account_id"},
    .entity_expression = "a.entity_id",
};
