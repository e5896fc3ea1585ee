/* SPDX-License-Identifier: Apache-2.0
 * Entry: one booked row of a bank statement and what it becomes: a receipt, the return of one, or a
 * movement that is neither (handbook PAY-2, PAY-10, REC-7). Whatever the bank booked is recorded
 * exactly once, so that its balance can be proved; what cannot be understood becomes a movement for
 * a person to look at. */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/decision.h"

/* What the row is, by its side, its return information and its bank transaction code. */
enum entry_class { ENTRY_RECEIPT, ENTRY_RETURN, ENTRY_MOVEMENT };
enum entry_class entry_classify(const Payments__IngestEntry *command);

/* The id that picks the row's shard; the job keeps its progress by shard. In the arena. */
const char *entry_key(struct arena *arena, const Payments__IngestEntry *command);

void entry_ingest_declare(struct declaring *declaring, const Payments__IngestEntry *command);
/* Of a return: the payments that its references name, read as last committed to choose among them.
 */
void entry_ingest_declare_more(struct declaring *declaring, const Payments__IngestEntry *command);
void entry_ingest_decide(struct deciding *deciding, const Payments__IngestEntry *command);

/* "<entity>/<reference>": how payments are found again by a reference of the bank or the payer.
 * False: there is no reference, or it is too long to be one. */
enum { ENTRY_REFERENCE_KEY_SIZE = 192 };
bool entry_reference_key(char key[ENTRY_REFERENCE_KEY_SIZE], const char *entity_id,
                         const char *reference);

void entry_movement_evolve(struct arena *arena, Payments__BankMovementState *state,
                           const Payments__BankMovementRecorded *event);

/* For payment_return.c: the row as a movement, with what it may have returned. */
void entry_movement_emit(struct deciding *deciding, const Payments__IngestEntry *command);
