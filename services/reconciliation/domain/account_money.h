/* SPDX-License-Identifier: Apache-2.0
 * Account money: what an account has paid and not used (1190): the unapplied rest of a payment
 * (PAY-5) or of a credit note. Receipt = applied + left + returned (GEN-9 c). */
#pragma once
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "services/reconciliation/domain/amount.h"

/* NULL: not born, or not declared. */
const Reconciliation__MoneyState *account_money_find(const struct deciding *deciding,
                                                     const char *money_id);
struct money account_money_left(const Reconciliation__MoneyState *money);
struct money account_money_returned(const Reconciliation__MoneyState *money);
/* When it could first settle something: its value date. */
struct date account_money_date(const Reconciliation__MoneyState *money);
const Reconciliation__Application *
account_money_application(const Reconciliation__MoneyState *money, const char *application_id);
bool account_money_returned_before(const Reconciliation__MoneyState *money,
                                   const char *return_reference);

void account_money_evolve_placed(struct arena *arena, Reconciliation__MoneyState *state,
                                 const Reconciliation__MoneyOnAccount *event);
void account_money_evolve_used(struct arena *arena, Reconciliation__MoneyState *state,
                               const Reconciliation__MoneyUsed *event);
void account_money_evolve_returned(struct arena *arena, Reconciliation__MoneyState *state,
                                   const Reconciliation__MoneyReturned *event);
