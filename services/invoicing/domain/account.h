/* SPDX-License-Identifier: Apache-2.0
 * Account: the billing relation of a customer with a legal entity in one currency, its terms, and
 * what it is billed with each cycle (CUS-1, INV-14). Cycles that were billed are kept here, so that
 * none is billed twice. */
#pragma once
#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "common/base/decision.h"

enum { ACCOUNT_CHARGES_MAX = 200, ACCOUNT_CYCLES_MAX = 36 };

/* Key of INDEX_ACCOUNT_NUMBER: numbers differ by more than the case of their letters. Cut if a text
 * is too long. */
enum { ACCOUNT_NUMBER_KEY_SIZE = 80 };
void account_number_key(char key[ACCOUNT_NUMBER_KEY_SIZE], const char *entity_id,
                        const char *account_number);

void account_open_declare(struct declaring *declaring, const Invoicing__OpenAccount *command);
void account_open_decide(struct deciding *deciding, const Invoicing__OpenAccount *command);
/* Replaces both: terms must be given, an empty cycle code means that no run bills the account. */
void account_terms_declare(struct declaring *declaring,
                           const Invoicing__ChangeAccountTerms *command);
void account_terms_decide(struct deciding *deciding, const Invoicing__ChangeAccountTerms *command);
/* A charge of the same id is replaced. */
void account_charge_declare(struct declaring *declaring,
                            const Invoicing__SetRecurringCharge *command);
void account_charge_decide(struct deciding *deciding, const Invoicing__SetRecurringCharge *command);
void account_end_charge_declare(struct declaring *declaring,
                                const Invoicing__EndRecurringCharge *command);
void account_end_charge_decide(struct deciding *deciding,
                               const Invoicing__EndRecurringCharge *command);

void account_evolve_opened(struct arena *arena, Invoicing__AccountState *state,
                           const Invoicing__AccountOpened *event);
void account_evolve_terms(struct arena *arena, Invoicing__AccountState *state,
                          const Invoicing__AccountTermsChanged *event);
void account_evolve_charge(struct arena *arena, Invoicing__AccountState *state,
                           const Invoicing__RecurringChargeSet *event);
void account_evolve_end_charge(struct arena *arena, Invoicing__AccountState *state,
                               const Invoicing__RecurringChargeEnded *event);
void account_evolve_billed(struct arena *arena, Invoicing__AccountState *state,
                           const Invoicing__AccountBilled *event);
void account_evolve_skipped(struct arena *arena, Invoicing__AccountState *state,
                            const Invoicing__AccountSkipped *event);
