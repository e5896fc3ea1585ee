/* SPDX-License-Identifier: Apache-2.0
 * Tie-out: the outcome of a proof is recorded, proved or broken (REC-8). */
#pragma once
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "services/reconciliation/domain/refusals.h"

extern const char *const tie_out_record_required[];
void tie_out_record_declare(struct declaring *declaring,
                            const Reconciliation__RecordTieOut *command);
void tie_out_record_decide(struct deciding *deciding, const Reconciliation__RecordTieOut *command);

void tie_out_evolve_proved(struct arena *arena, Reconciliation__TieOutState *state,
                           const Reconciliation__TieOutProved *event);
void tie_out_evolve_broken(struct arena *arena, Reconciliation__TieOutState *state,
                           const Reconciliation__TieOutBroken *event);
