/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/known_account.h"

#include "services/reconciliation/domain/books.h"
#include "services/reconciliation/domain/kinds.h"

const char *const known_account_required[] = {"account_id", "customer_id",    "entity_id",
                                              "currency",   "account_number", NULL};

void known_account_declare(struct declaring *declaring, const Invoicing__AccountOpened *event)
{
    declare_key(declaring, event->account_id);
    declare_stream(declaring, KIND_ACCOUNT, event->account_id);
}

void known_account_decide(struct deciding *deciding, const Invoicing__AccountOpened *event)
{
    if (deciding_state(deciding, KIND_ACCOUNT, event->account_id))
        return;
    Reconciliation__AccountRecognised *recognised =
        arena_new(deciding->arena, Reconciliation__AccountRecognised,
                  RECONCILIATION__ACCOUNT_RECOGNISED__INIT);
    recognised->account_id = event->account_id;
    recognised->customer_id = event->customer_id;
    recognised->entity_id = event->entity_id;
    recognised->account_number = event->account_number;
    recognised->currency = event->currency;
    recognised->segment = event->segment;
    books_open(deciding, event->entity_id, (struct date){deciding->cause_posting_days});
    deciding_emit(deciding, KIND_ACCOUNT, event->account_id, &recognised->base);
}

const Reconciliation__AccountKnownState *known_account_find(const struct deciding *deciding,
                                                            const char *account_id)
{
    return deciding_state(deciding, KIND_ACCOUNT, account_id);
}

bool known_account_holds(const Reconciliation__AccountKnownState *account, const char *entity_id,
                         struct currency currency)
{
    return !strcmp(account->entity_id, entity_id) && !strcmp(account->currency, currency.code);
}

void known_account_evolve(struct arena *arena, Reconciliation__AccountKnownState *state,
                          const Reconciliation__AccountRecognised *event)
{
    (void)arena;
    state->account_id = event->account_id;
    state->customer_id = event->customer_id;
    state->entity_id = event->entity_id;
    state->account_number = event->account_number;
    state->currency = event->currency;
    state->segment = event->segment;
}
