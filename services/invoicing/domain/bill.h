/* SPDX-License-Identifier: Apache-2.0
 * Bill: one account for one cycle: the same bill or nothing when asked again (INV-14). What stands
 * in the way of one account is recorded as its reason and never stops a run (REP-11). */
#pragma once
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "common/base/decision.h"
#include "common/money/calendar.h"

/* "MONTHLY-01/2026-01-01/2026-02-01": a cycle is one period of one cycle code. */
const char *bill_cycle_key(struct arena *arena, const char *cycle_code, struct date start,
                           struct date end);
/* False: not such a key. */
bool bill_cycle_period(const char *cycle_key, struct date *start, struct date *end);

/* The id of the account's invoice for a cycle, the same in every run. */
const char *bill_invoice_id(struct arena *arena, const char *account_id, const char *cycle_key);

/* True: somebody must look at it. False: there was nothing to bill. */
bool bill_reason_is_exception(const char *reason);

void bill_account_declare(struct declaring *declaring, const Invoicing__BillAccount *command);
void bill_account_decide(struct deciding *deciding, const Invoicing__BillAccount *command);
