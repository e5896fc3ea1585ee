/* SPDX-License-Identifier: Apache-2.0
 * Application plan: which money settles which debts, thought through before anything is said
 * (PAY-3, PAY-5). Amounts are taken from both sides as they are planned, so nothing is used twice
 * within one decision; zero is never planned. Then the whole is emitted under one posting date: an
 * application is not older than the money or the debt. */
#pragma once
#include "services/reconciliation/domain/account_money.h"
#include "services/reconciliation/domain/open_item.h"

struct plan_money {
    const char *money_id;
    bool credit; /* the rest of a credit note */
    struct money left;
    struct date date;
};

struct plan_debt {
    const Reconciliation__ItemState *item;
    struct money open, disputed;
};

struct planned {
    struct plan_money *money;
    struct plan_debt *debt;
    struct money amount, left_after, open_after;
    Reconciliation__MatchRule rule;
    const char *application_id;
};

struct application_plan {
    struct deciding *deciding;
    const char *account_id, *entity_id;
    const char *request; /* what makes the ids of its applications unique */
    struct currency currency;
    struct date posting; /* the earliest; grows with what is planned */
    struct money total;
    struct planned *planned;
    size_t n, max;
    struct plan_debt **debts;
    size_t n_debts;
};

struct application_plan application_plan_begin(struct deciding *deciding, const char *account_id,
                                               const char *entity_id, struct currency currency,
                                               struct date posting, const char *request);
/* The id of the application of this money to this item by this request. */
const char *application_id_new(struct arena *arena, const char *money_id, const char *item_id,
                               const char *request);

/* The debt of an item in this plan; NULL if the item is not there, or not of this account, entity
 * and currency. */
struct plan_debt *application_plan_debt(struct application_plan *plan, const char *item_id);
/* At most `most` (NULL: no bound) of the money to the debt, of a designated debt also what is
 * disputed (PAY-3). Plans nothing if either side has nothing. */
void application_plan_add(struct application_plan *plan, struct plan_money *money,
                          struct plan_debt *debt, const struct money *most,
                          Reconciliation__MatchRule rule);
/* The open items of the account, oldest due first: due date, issue date, number (PAY-3). */
struct plan_debt **application_plan_oldest_first(struct application_plan *plan, size_t *n);
/* The money over the account's undisputed debts, oldest due first. */
void application_plan_by_policy(struct application_plan *plan, struct plan_money *money);

/* PaymentApplied or CreditApplied, MoneyUsed, ItemSettled for each, and J5 for all of it. Nothing
 * planned: nothing. */
void application_plan_emit(struct application_plan *plan, const char *journal_stream_id,
                           const char *document_id);
