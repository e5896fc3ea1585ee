/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/account_money.h"

#include "services/reconciliation/domain/application_list.h"
#include "services/reconciliation/domain/kinds.h"

const Reconciliation__MoneyState *account_money_find(const struct deciding *deciding,
                                                     const char *money_id)
{
    return deciding_state(deciding, KIND_MONEY, money_id);
}

struct money account_money_left(const Reconciliation__MoneyState *money)
{
    return amount_kept(money->left);
}

struct money account_money_returned(const Reconciliation__MoneyState *money)
{
    return amount_kept_of(money->returned, amount_kept(money->left).currency);
}

struct date account_money_date(const Reconciliation__MoneyState *money)
{
    return (struct date){money->money->value_date ? money->money->value_date->days : DATE_DAYS_MIN};
}

const Reconciliation__Application *
account_money_application(const Reconciliation__MoneyState *money, const char *application_id)
{
    return application_list_find(money->applications, money->n_applications, application_id);
}

bool account_money_returned_before(const Reconciliation__MoneyState *money,
                                   const char *return_reference)
{
    for (size_t i = 0; i < money->n_return_references; i++)
        if (!strcmp(money->return_references[i], return_reference))
            return true;
    return false;
}

void account_money_evolve_placed(struct arena *arena, Reconciliation__MoneyState *state,
                                 const Reconciliation__MoneyOnAccount *event)
{
    (void)arena;
    state->money = (Reconciliation__MoneyOnAccount *)(uintptr_t)event;
    state->left = event->amount;
    state->entity_id = event->entity_id;
}

/* A negative amount came back from an item. */
void account_money_evolve_used(struct arena *arena, Reconciliation__MoneyState *state,
                               const Reconciliation__MoneyUsed *event)
{
    state->left = event->left_after;
    struct money amount = amount_kept(event->amount);
    if (money_sign(amount) > 0) {
        arena_append(arena, state->n_applications, state->applications,
                     application_list_new(arena, event->application_id, event->item_id, amount,
                                          state->money && state->money->credit));
        return;
    }
    Reconciliation__Application *application =
        application_list_find(state->applications, state->n_applications, event->application_id);
    if (application)
        application_list_reverse(arena, application, amount_negated(amount));
}

void account_money_evolve_returned(struct arena *arena, Reconciliation__MoneyState *state,
                                   const Reconciliation__MoneyReturned *event)
{
    struct money amount = amount_kept(event->amount);
    state->left = event->left_after;
    state->returned = money_to_message(
        arena, amount_plus(amount_kept_of(state->returned, amount.currency), amount));
    arena_append(arena, state->n_return_references, state->return_references,
                 (void *)(uintptr_t)event->return_reference);
}
