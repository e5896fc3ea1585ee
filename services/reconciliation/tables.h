/* SPDX-License-Identifier: Apache-2.0
 * Tables: what people query of reconciliation, and the sums that the tie-out reads, as data
 * (migrations/0100_reconciliation.sql). A sum stands under its shard: no row is written by two
 * workers. */
#pragma once
#include "common/eventlog/model.h"

/* Columns of the table's own names: `reconciliation_` because services may be linked into one
 * program. */
extern const struct table reconciliation_account_table, reconciliation_item_table,
    reconciliation_application_table, reconciliation_money_table, reconciliation_match_table,
    reconciliation_journal_table, reconciliation_journal_line_table, reconciliation_statement_table,
    reconciliation_statement_posted_table, reconciliation_tie_out_table;
/* Sums. */
extern const struct table reconciliation_statement_rows_table, reconciliation_incoming_table,
    reconciliation_ledger_table, reconciliation_bank_ledger_table, reconciliation_document_table;
