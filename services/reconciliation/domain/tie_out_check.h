/* SPDX-License-Identifier: Apache-2.0
 * Tie-out check: four code paths must say the same of every legal entity and currency (REC-8): what
 * came in, what items, money and suspense hold, what the journal says, and what the bank says it
 * has. Pure: it judges rows that were read at one instant, so each path can be broken alone in a
 * test. What is under way is added to the paths that lack it. */
#pragma once
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/base/arena.h"
#include "common/identity/uuid.h"
#include "common/money/money.h"

enum { TIE_OUT_NAMES_MAX = 20 };

/* All amounts in minor units of the currency; debit is positive, of ledger accounts too. */
struct tie_out_book {
    struct uuid entity;
    struct currency currency;
    int64_t incoming_minor;
    int64_t open_items_minor, money_minor, suspense_minor;
    int64_t receivable_minor, unapplied_minor, unidentified_minor; /* 1100 + 1150, 1190, 2300 */
    int64_t under_way_items_minor, under_way_journal_minor, under_way_bank_minor;
    int64_t under_way_suspense_minor;
};

struct tie_out_bank {
    struct uuid bank_account, entity;
    struct currency currency;
    int64_t opening_minor;  /* of its first statement */
    int64_t closing_minor;  /* of its last */
    int64_t accepted_minor; /* differences that a person accepted with a held statement (REC-7) */
    int64_t posted_minor, under_way_minor; /* on 1000 */
    bool pending; /* rows of a statement are on their way, or a balance was not given: not compared
                   */
};

/* Read only when something differs: what names it. */
struct tie_out_document {
    struct uuid document, entity;
    struct currency currency;
    int64_t incoming_minor, items_minor, journal_minor, bank_incoming_minor, bank_journal_minor;
};
/* A state that its own events do not explain. */
struct tie_out_drift {
    struct uuid id, entity;
    struct currency currency;
    const char *what; /* "item", "money", "suspense" or "ledger account 1100" */
    int64_t kept_minor, events_minor;
};

struct tie_out_rows {
    struct tie_out_book *books;
    size_t n_books;
    struct tie_out_bank *banks;
    size_t n_banks;
    struct tie_out_document *documents;
    size_t n_documents;
    struct tie_out_drift *drifts;
    size_t n_drifts;
};

struct tie_out_report {
    Reconciliation__TieOut **results; /* one per entity and currency */
    size_t n_results;
    bool broken;
};

/* Everything in the report lives in the arena. */
void tie_out_check(struct arena *arena, const struct tie_out_rows *rows,
                   struct tie_out_report *report);
