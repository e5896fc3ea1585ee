/* SPDX-License-Identifier: Apache-2.0
 * Known account: what reconciliation keeps of invoicing's accounts: whose they are, their legal
 * entity, currency and number. Everything on an account has one currency and one entity, so that
 * money and debts of it may meet. */
#pragma once
#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/money/money.h"
#include "services/reconciliation/domain/refusals.h"

extern const char *const known_account_required[];
void known_account_declare(struct declaring *declaring, const Invoicing__AccountOpened *event);
void known_account_decide(struct deciding *deciding, const Invoicing__AccountOpened *event);

/* NULL: not arrived yet, or not declared. */
const Reconciliation__AccountKnownState *known_account_find(const struct deciding *deciding,
                                                            const char *account_id);
bool known_account_holds(const Reconciliation__AccountKnownState *account, const char *entity_id,
                         struct currency currency);

void known_account_evolve(struct arena *arena, Reconciliation__AccountKnownState *state,
                          const Reconciliation__AccountRecognised *event);
