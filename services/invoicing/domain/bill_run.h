/* SPDX-License-Identifier: Apache-2.0
 * Bill run: all accounts of a cycle of a legal entity, and the proof that none was lost: accounts
 * in the cycle = billed + skipped + exceptions (INV-14, REP-11). The work itself is a job's,
 * account by account. */
#pragma once
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "common/base/decision.h"

void bill_run_start_declare(struct declaring *declaring, const Invoicing__StartBillRun *command);
void bill_run_start_decide(struct deciding *deciding, const Invoicing__StartBillRun *command);
void bill_run_complete_declare(struct declaring *declaring,
                               const Invoicing__CompleteBillRun *command);
void bill_run_complete_decide(struct deciding *deciding, const Invoicing__CompleteBillRun *command);

void bill_run_evolve_started(struct arena *arena, Invoicing__BillRunState *state,
                             const Invoicing__BillRunStarted *event);
void bill_run_evolve_proved(struct arena *arena, Invoicing__BillRunState *state,
                            const Invoicing__BillRunProved *event);
void bill_run_evolve_blocked(struct arena *arena, Invoicing__BillRunState *state,
                             const Invoicing__BillRunBlocked *event);
