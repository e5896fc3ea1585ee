/* SPDX-License-Identifier: Apache-2.0
 * Journal: entries of handbook 1.6. A journal is made line by line and is posted only when it
 * balances (GEN-9 a): what our own rules made must balance; where the amounts are somebody's
 * document, the maker asks first. */
#pragma once
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/money/money.h"
#include "services/reconciliation/domain/kinds.h"
#include "services/reconciliation/domain/refusals.h"

enum { JOURNAL_LINES_MAX = 8 };

struct journal {
    Reconciliation__JournalPosted *posted;
    Reconciliation__JournalLine *lines[JOURNAL_LINES_MAX];
    struct money debits, credits;
    struct arena *arena;
    bool overflowed;
};

struct journal_options {
    const char *id; /* journal_id */
    const char *template_name, *document_id, *account_id, *entity_id, *bank_account_id;
    struct currency currency;
    int32_t posting_days;
    bool reversal;
};

/* The id of the journal that a document, or a part of its life, gives rise to; known before the
 * decision, since the stream must be declared. `part` may be NULL. */
const char *journal_id(struct arena *arena, const char *document_id, const char *purpose,
                       const char *part);

struct journal journal_begin(struct deciding *deciding, const struct journal_options *options);
/* A zero amount makes no line; a negative one stands on the other side. */
void journal_debit(struct journal *journal, enum ledger_account account, struct money amount);
void journal_credit(struct journal *journal, enum ledger_account account, struct money amount);
bool journal_balances(const struct journal *journal);
/* Asserts that it balances. A journal without lines is not posted. */
void journal_post(struct journal *journal, struct deciding *deciding);

void journal_evolve_posted(struct arena *arena, Reconciliation__JournalState *state,
                           const Reconciliation__JournalPosted *event);
