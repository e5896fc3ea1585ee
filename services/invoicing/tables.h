/* SPDX-License-Identifier: Apache-2.0
 * Tables: what people query of invoicing, as data (migrations/0100_invoicing.sql). */
#pragma once
#include "common/eventlog/model.h"

extern const struct table legal_entity_table, customer_table, account_table, account_billing_table,
    invoice_table, credit_note_table, bill_run_table, bill_run_outcome_table,
    bill_run_progress_table, bill_run_count_table, bill_run_skip_table;
