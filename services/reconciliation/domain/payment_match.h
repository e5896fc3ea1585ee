/* SPDX-License-Identifier: Apache-2.0
 * Payment match: one payment in its own shard. Its payer is found by the ladder (REC-1) and the
 * money handed over to the account, or it goes to suspense (2300, J7) until a person names the
 * payer (REC-6). Bank movements that are no receipt are kept in suspense with their sign. What a
 * match found and by which policy is recorded (REC-2). */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "services/reconciliation/domain/amount.h"

extern const char *const payment_match_required[];
void payment_match_declare(struct declaring *declaring, const Payments__PaymentReceived *event);
void payment_match_decide(struct deciding *deciding, const Payments__PaymentReceived *event);

extern const char *const payment_identify_required[];
void payment_identify_declare(struct declaring *declaring,
                              const Reconciliation__IdentifyPayer *command);
void payment_identify_decide(struct deciding *deciding,
                             const Reconciliation__IdentifyPayer *command);

extern const char *const bank_movement_required[];
void bank_movement_declare(struct declaring *declaring,
                           const Payments__BankMovementRecorded *event);
void bank_movement_decide(struct deciding *deciding, const Payments__BankMovementRecorded *event);

bool payment_match_returned_before(const Reconciliation__MatchState *match,
                                   const char *return_reference);

void payment_match_evolve_made(struct arena *arena, Reconciliation__MatchState *state,
                               const Reconciliation__MatchMade *event);
void payment_match_evolve_ambiguous(struct arena *arena, Reconciliation__MatchState *state,
                                    const Reconciliation__MatchAmbiguous *event);
void payment_match_evolve_suspended(struct arena *arena, Reconciliation__MatchState *state,
                                    const Reconciliation__SentToSuspense *event);
void payment_match_evolve_identified(struct arena *arena, Reconciliation__MatchState *state,
                                     const Reconciliation__PayerIdentified *event);
void payment_match_evolve_returned(struct arena *arena, Reconciliation__MatchState *state,
                                   const Reconciliation__SuspenseReturned *event);
void payment_match_evolve_moved(struct arena *arena, Reconciliation__MatchState *state,
                                const Reconciliation__MovementSuspended *event);
