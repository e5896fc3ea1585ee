/* SPDX-License-Identifier: Apache-2.0
 * Statement: a bank statement from the file to the last of its rows (handbook REC-7). It is decided
 * under the head of its bank account, whose history it must follow; one without an account is
 * decided under its own. */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/decision.h"

void statement_ingest_declare(struct declaring *declaring,
                              const Payments__IngestStatement *command);
void statement_ingest_decide(struct deciding *deciding, const Payments__IngestStatement *command);

/* A held statement, by another person than the one who brought it (SOD-2). */
void statement_accept_declare(struct declaring *declaring,
                              const Payments__AcceptStatement *command);
void statement_accept_decide(struct deciding *deciding, const Payments__AcceptStatement *command);

/* All rows are in: from the job of the import. */
void statement_complete_declare(struct declaring *declaring,
                                const Payments__CompleteStatement *command);
void statement_complete_decide(struct deciding *deciding,
                               const Payments__CompleteStatement *command);

void statement_evolve_ingested(struct arena *arena, Payments__StatementState *state,
                               const Payments__StatementIngested *event);
void statement_evolve_held(struct arena *arena, Payments__StatementState *state,
                           const Payments__StatementHeld *event);
void statement_evolve_accepted(struct arena *arena, Payments__StatementState *state,
                               const Payments__StatementAccepted *event);
void statement_evolve_posted(struct arena *arena, Payments__StatementState *state,
                             const Payments__StatementPosted *event);
