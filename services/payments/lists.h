/* SPDX-License-Identifier: Apache-2.0
 * Lists: what of payments people scroll, as data. */
#pragma once
#include "common/service/listing.h"

extern const struct listing payment_list, payment_return_list, bank_movement_list,
    bank_account_list, bank_balance_list, statement_list, statement_row_list, statement_reason_list,
    import_list;
