/* SPDX-License-Identifier: Apache-2.0
 * Statement history: does a statement follow the ones before it on the same bank account and in the
 * same currency (handbook REC-7)? The file itself cannot tell; the account's state can. */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/decision.h"

/* A statement's reasons in one list, in the arena; it starts with those that the file's own check
 * found. */
struct hold_reasons {
    struct arena *arena;
    Payments__HoldReason **items;
    size_t n;
};

void hold_reasons_add(struct hold_reasons *reasons, const char *code, const char *detail,
                      Common__Money *difference);

/* Adds UNKNOWN_BANK_ACCOUNT (`account` NULL), CURRENCY_DIFFERS, OPENING_DIFFERS and SEQUENCE_GAP.
 * The statement's amounts are in its currency. */
void statement_history_check(struct hold_reasons *reasons, const Payments__Statement *statement,
                             const Payments__BankAccountState *account);

/* What the account's history becomes with this statement; NULL: it does not move (no closing
 * balance, or an older statement that does not join the first one). */
Payments__BankAccountAdvanced *statement_history_advance(struct arena *arena,
                                                         const Payments__Statement *statement,
                                                         const Payments__BankAccountState *account);
