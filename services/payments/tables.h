/* SPDX-License-Identifier: Apache-2.0
 * Tables: what people query of payments, as data (migrations/0100_payments.sql). */
#pragma once
#include "common/eventlog/model.h"

extern const struct table payment_table, payment_return_table, bank_movement_table,
    bank_account_table, bank_balance_table, statement_table, statement_reason_table, import_table,
    import_progress_table;
