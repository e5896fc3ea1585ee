/* SPDX-License-Identifier: Apache-2.0
 * Match ladder: which debt, or at least which account, a payment speaks of (REC-1, REC-2). It stops
 * at the first level with exactly one result; two or more results, or evidence that contradicts
 * itself, are for a person: nothing is posted at that level or below. Levels here: 1 our own id, 2
 * creditor reference, 3 document number in text, 8 none. Another legal entity or currency is no
 * result.
 *
 * It runs in the payment's shard, where items of other shards are seen as last committed: that
 * chooses where to hand over, and the account's shard reads the facts again. */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "services/reconciliation/domain/known_account.h"
#include "services/reconciliation/domain/open_item.h"

enum { LADDER_FOUND_MAX = 64, LADDER_LEVEL_DESIGNATED = 1, LADDER_LEVEL_NONE = 8 };

struct ladder_found {
    uint32_t level;
    Reconciliation__MatchRule rule;
    const Reconciliation__ItemState *item;
};

struct ladder {
    struct deciding *deciding;
    const Payments__PaymentReceived *payment;
    struct money amount;
    struct ladder_found found[LADDER_FOUND_MAX];
    size_t n_found;
    const Reconciliation__AccountKnownState *account; /* found by its number */
    bool accounts_differ;                             /* two numbers, two accounts */
};

struct ladder_verdict {
    uint32_t level;
    Reconciliation__MatchRule rule;
    const char *account_id;                /* NULL: the payer is unknown */
    const Reconciliation__ItemState *item; /* NULL: none is certain */
    const char *ambiguity;                 /* NULL: none; else why a person must look */
    bool by_policy;                        /* apply what no item was named for (PAY-3) */
};

/* All that may be named in the payment's references. */
void match_ladder_declare(struct declaring *declaring, const Payments__PaymentReceived *payment);
void match_ladder_climb(struct ladder *ladder, struct deciding *deciding,
                        const Payments__PaymentReceived *payment, struct money amount);
/* `given`: the account that a cashier named, of this entity and currency; NULL: none. */
struct ladder_verdict match_ladder_judge(const struct ladder *ladder,
                                         const Reconciliation__AccountKnownState *given);
