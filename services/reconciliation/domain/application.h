/* SPDX-License-Identifier: Apache-2.0
 * Application: a person applies money to a debt, takes an application back, or has all money of an
 * account applied by the policy's order (PAY-3). Posted today, but not before the money or the debt
 * was there. */
#pragma once
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "services/reconciliation/domain/account_money.h"
#include "services/reconciliation/domain/open_item.h"

extern const char *const application_apply_required[];
void application_apply_declare(struct declaring *declaring,
                               const Reconciliation__ApplyPayment *command);
void application_apply_decide(struct deciding *deciding,
                              const Reconciliation__ApplyPayment *command);

extern const char *const application_unapply_required[];
void application_unapply_declare(struct declaring *declaring,
                                 const Reconciliation__UnapplyPayment *command);
void application_unapply_decide(struct deciding *deciding,
                                const Reconciliation__UnapplyPayment *command);

extern const char *const application_apply_all_required[];
void application_apply_all_declare(struct declaring *declaring,
                                   const Reconciliation__ApplyMoneyOnAccount *command);
void application_apply_all_decide(struct deciding *deciding,
                                  const Reconciliation__ApplyMoneyOnAccount *command);

/* Says that `amount` of an application came back: ApplicationReversed on the item, MoneyUsed on the
 * money. The amounts that remain are given, since several may be taken back in one decision. */
struct application_back {
    const Reconciliation__MoneyState *money;
    const Reconciliation__ItemState *item;
    const char *application_id, *reason;
    struct money amount, open_after, left_after;
};
void application_take_back(struct deciding *deciding, const struct application_back *back);
