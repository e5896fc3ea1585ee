/* SPDX-License-Identifier: Apache-2.0
 * Tables: what reporting keeps of the feeds that it hears. */
#pragma once
#include "common/eventlog/model.h"

extern const struct table reporting_legal_entity_table, reporting_account_table,
    reporting_item_table, reporting_movement_table;

/* In table item. The first three are those of reconciliation. */
enum reporting_item_kind {
    REPORTED_INVOICE = 1,
    REPORTED_DEBIT_NOTE = 2,
    REPORTED_FEE = 3,
    REPORTED_PAYMENT = 4,
    REPORTED_CREDIT = 5,
};
