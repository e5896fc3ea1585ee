/* SPDX-License-Identifier: Apache-2.0
 * Lists: what people scroll in reconciliation, as data. */
#pragma once
#include "common/service/listing.h"

extern const struct listing reconciliation_account_list, reconciliation_item_list,
    reconciliation_application_list, reconciliation_money_list, reconciliation_match_list,
    reconciliation_journal_list, reconciliation_ledger_list, reconciliation_statement_list,
    reconciliation_tie_out_list;
