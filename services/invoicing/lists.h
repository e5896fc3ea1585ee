/* SPDX-License-Identifier: Apache-2.0
 * Lists: what people scroll in invoicing, as data. */
#pragma once
#include "common/service/listing.h"

extern const struct listing legal_entity_list, customer_list, account_list, invoice_list,
    credit_note_list, bill_run_list, bill_run_shard_list, bill_run_skip_list;
