/* SPDX-License-Identifier: Apache-2.0
 * Own account: a bank account of a legal entity, and how far its statements have come in each
 * currency (handbook REC-7). Its id derives from its number, so a number belongs to one entity. */
#pragma once
#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/decision.h"

void own_account_register_declare(struct declaring *declaring,
                                  const Payments__RegisterBankAccount *command);
void own_account_register_decide(struct deciding *deciding,
                                 const Payments__RegisterBankAccount *command);

/* A legal entity was registered or changed: the IBANs on which it is paid become its bank accounts,
 * in any currency. One that it no longer names stays: money may still arrive there. */
void own_account_entity_registered_declare(struct declaring *declaring,
                                           const Invoicing__LegalEntityRegistered *event);
void own_account_entity_registered_decide(struct deciding *deciding,
                                          const Invoicing__LegalEntityRegistered *event);
void own_account_entity_changed_declare(struct declaring *declaring,
                                        const Invoicing__LegalEntityChanged *event);
void own_account_entity_changed_decide(struct deciding *deciding,
                                       const Invoicing__LegalEntityChanged *event);

/* NULL: no statement in this currency yet. */
const Payments__BankAccountBalance *own_account_balance(const Payments__BankAccountState *account,
                                                        const char *currency);

void own_account_evolve_registered(struct arena *arena, Payments__BankAccountState *state,
                                   const Payments__BankAccountRegistered *event);
void own_account_evolve_advanced(struct arena *arena, Payments__BankAccountState *state,
                                 const Payments__BankAccountAdvanced *event);
