/* SPDX-License-Identifier: Apache-2.0
 * Statement check: may a statement be posted as it is, or must a person look first (handbook
 * REC-7)? Pure: it sees a header, each entry once, and the header again, and remembers sums only.
 * What needs history (a statement id seen before, the previous closing balance, a gap in the
 * sequence) is the service's to decide from the facts. */
#pragma once
#include "services/payments/formats/statement.h"
#include "services/payments/formats/statement_split.h"

/* In the order in which they are named first: what makes the proof impossible comes before what it
 * found. */
#define STATEMENT_HOLDS(X)                                                                         \
    X(ACCOUNT_MISSING, "account_missing", "the statement does not say whose account it is")        \
    X(ID_MISSING, "statement_id_missing", "the statement has no identification")                   \
    X(PAGE, "page_without_balances",                                                               \
      "a page of a longer statement without the balances at its start and end")                    \
    X(OPENING_MISSING, "opening_balance_missing", "there is no opening balance to start from")     \
    X(CLOSING_MISSING, "closing_balance_missing", "there is no closing balance to arrive at")      \
    X(BALANCE_CURRENCY, "balance_currency", "a balance is not in the currency of the account")     \
    X(ENTRY_CURRENCY, "entry_currency", "an entry has no amount in the currency of the account")   \
    X(NEGATIVE_AMOUNT, "negative_amount", "an amount carries a sign of its own beside its side")   \
    X(BALANCE, "balance_mismatch", "opening + credits - debits is not the closing balance")        \
    X(PREVIOUS_CLOSING, "opening_is_not_previous_closing",                                         \
      "the opening balance is not the previous closing balance that the statement itself names")   \
    X(DETAILS, "details_mismatch", "the details of an entry do not sum to it")

enum statement_hold {
    HOLD_NONE,
#define X(name, code, text) HOLD_##name,
    STATEMENT_HOLDS(X)
#undef X
};

/* Refused is not here: statement_read returned an error, and nothing of the file counts. */
struct statement_verdict {
    enum statement_hold hold; /* NONE: read, and it may be posted */
    uint32_t holds;           /* every reason: bit 1 << hold */
    bool has_difference;      /* difference is known and not zero */
    struct money difference;  /* opening + credits - debits - closing; else opening - previous; else
                                 entry - details */
    uint64_t line;            /* of the first entry at fault; 0: none is */
};

/* What the proof stands on, and what the service compares with its history. */
struct statement_facts {
    struct currency
        currency; /* the account's; all zero: neither account, balance nor entry names one */
    const struct statement_balance *opening_balance, *closing_balance,
        *previous_balance;                   /* NULL: none; header's */
    struct money opening, closing, previous; /* signed; zero where there is no balance */
    struct money credits,
        debits; /* of booked entries, not negative unless the file writes minus signs */
    uint64_t booked, not_booked;
    uint64_t foreign;  /* booked entries without an amount in the currency: in no sum */
    uint64_t negative; /* entries with a minus sign */
};

struct statement_check {
    struct statement_facts facts;
    uint32_t holds;
    uint64_t line;
    bool has_details_difference;
    struct money details_difference;
};

void statement_check_begin(struct statement_check *check);

/* *split is what the entry stands for; its count is 0 for an entry that is not booked or has no
 * amount in the currency of the account. ERR_RANGE: a sum overflows, the file is refused. */
MUST_USE enum error statement_check_entry(struct statement_check *check,
                                          const struct statement_header *header,
                                          const struct statement_entry *entry,
                                          struct statement_split *split, struct problem *problem);

/* The header as it is at the end of the statement; check->facts is then complete. */
MUST_USE enum error statement_check_end(struct statement_check *check,
                                        const struct statement_header *header,
                                        struct statement_verdict *verdict, struct problem *problem);

const char *statement_hold_code(enum statement_hold hold); /* "balance_mismatch"; "read" for NONE */
const char *statement_hold_text(enum statement_hold hold);
