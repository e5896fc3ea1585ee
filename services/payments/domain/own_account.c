/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/own_account.h"

#include "common/base/text.h"
#include "common/base/time.h"
#include "services/payments/domain/check.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/domain/natural_key.h"
#include "services/payments/domain/refusals.h"

enum { IBANS_MAX = 10 };

/* A command whose number is malformed is refused under a key of its own. */
static const char *register_key(struct arena *arena, const Payments__RegisterBankAccount *command)
{
    char *number = account_number_normal(arena, command->account_number);
    return bank_account_id_of(arena, number ? number : "malformed");
}

void own_account_register_declare(struct declaring *declaring,
                                  const Payments__RegisterBankAccount *command)
{
    const char *id = register_key(declaring->arena, command);
    declare_key(declaring, id);
    declare_stream(declaring, KIND_BANK_ACCOUNT, id);
}

void own_account_register_decide(struct deciding *deciding,
                                 const Payments__RegisterBankAccount *command)
{
    struct currency currency;
    const char *number = account_number_normal(deciding->arena, command->account_number);
    const char *id = register_key(deciding->arena, command);
    const Payments__BankAccountState *known = deciding_state(deciding, KIND_BANK_ACCOUNT, id);
    if (!check_id(deciding, "entity_id", command->entity_id))
        return;
    if (!number) {
        deciding_refuse(deciding, &REFUSAL_ACCOUNT_NUMBER_MALFORMED, "account_number", NULL);
        return;
    }
    if (*command->bank_account_id && !text_equal(command->bank_account_id, id)) {
        deciding_refuse(deciding, &REFUSAL_ID_NOT_DERIVED, "bank_account_id", "it is %s", id);
        return;
    }
    if (*command->currency && currency_parse(&currency, command->currency, NULL) != OK) {
        deciding_refuse(deciding, &REFUSAL_CURRENCY_UNKNOWN, "currency", NULL);
        return;
    }
    if (known) {
        deciding_refuse(deciding, &REFUSAL_BANK_ACCOUNT_EXISTS, "account_number",
                        "registered for legal entity %s as %s", known->entity_id, id);
        return;
    }
    Payments__BankAccountRegistered *registered = arena_new(
        deciding->arena, Payments__BankAccountRegistered, PAYMENTS__BANK_ACCOUNT_REGISTERED__INIT);
    registered->bank_account_id = id;
    registered->entity_id = command->entity_id;
    registered->account_number = number;
    registered->currency = command->currency;
    deciding_books(deciding, command->entity_id, (int32_t)(deciding->now_us / DAY_US), 0);
    deciding_emit(deciding, KIND_BANK_ACCOUNT, id, &registered->base);
}

/* ---- legal entities ---- */

static size_t iban_count(const Invoicing__LegalEntity *entity)
{
    return entity->n_ibans < IBANS_MAX ? entity->n_ibans : IBANS_MAX;
}

static void entity_declare(struct declaring *declaring, const Invoicing__LegalEntity *entity)
{
    declare_key(declaring, entity->entity_id);
    for (size_t i = 0; i < iban_count(entity); i++) {
        char *number = account_number_normal(declaring->arena, entity->ibans[i]);
        if (number)
            declare_stream(declaring, KIND_BANK_ACCOUNT,
                           bank_account_id_of(declaring->arena, number));
    }
}

/* The accounts live in other shards, so each is asked for there; what is known is as last
 * committed, and the shard of the account decides again. */
static void entity_decide(struct deciding *deciding, const Invoicing__LegalEntity *entity)
{
    for (size_t i = 0; i < iban_count(entity); i++) {
        char *number = account_number_normal(deciding->arena, entity->ibans[i]);
        const char *id = number ? bank_account_id_of(deciding->arena, number) : "";
        if (!*id || deciding_state(deciding, KIND_BANK_ACCOUNT, id))
            continue;
        Payments__RegisterBankAccount *command = arena_new(
            deciding->arena, Payments__RegisterBankAccount, PAYMENTS__REGISTER_BANK_ACCOUNT__INIT);
        command->bank_account_id = id;
        command->entity_id = entity->entity_id;
        command->account_number = number;
        deciding_hand_over(deciding, id, &command->base);
    }
}

void own_account_entity_registered_declare(struct declaring *declaring,
                                           const Invoicing__LegalEntityRegistered *event)
{
    entity_declare(declaring, event->entity);
}

void own_account_entity_registered_decide(struct deciding *deciding,
                                          const Invoicing__LegalEntityRegistered *event)
{
    entity_decide(deciding, event->entity);
}

void own_account_entity_changed_declare(struct declaring *declaring,
                                        const Invoicing__LegalEntityChanged *event)
{
    entity_declare(declaring, event->entity);
}

void own_account_entity_changed_decide(struct deciding *deciding,
                                       const Invoicing__LegalEntityChanged *event)
{
    entity_decide(deciding, event->entity);
}

/* ---- state ---- */

const Payments__BankAccountBalance *own_account_balance(const Payments__BankAccountState *account,
                                                        const char *currency)
{
    for (size_t i = 0; i < account->n_balances; i++)
        if (text_equal(account->balances[i]->currency, currency))
            return account->balances[i];
    return NULL;
}

void own_account_evolve_registered(struct arena *arena, Payments__BankAccountState *state,
                                   const Payments__BankAccountRegistered *event)
{
    (void)arena;
    state->bank_account_id = event->bank_account_id;
    state->entity_id = event->entity_id;
    state->account_number = event->account_number;
    state->currency = event->currency;
}

void own_account_evolve_advanced(struct arena *arena, Payments__BankAccountState *state,
                                 const Payments__BankAccountAdvanced *event)
{
    Payments__BankAccountBalance *balance =
        arena_new(arena, Payments__BankAccountBalance, PAYMENTS__BANK_ACCOUNT_BALANCE__INIT);
    balance->currency = event->closing->currency;
    balance->last_statement_id = event->statement_id;
    balance->last_closing = event->closing;
    balance->last_closing_date = event->closing_date;
    balance->last_sequence_number = event->sequence_number;
    balance->first_opening = event->first_opening;
    balance->format = event->format;
    size_t at = 0;
    while (at < state->n_balances && !text_equal(state->balances[at]->currency, balance->currency))
        at++;
    if (at < state->n_balances) {
        state->balances[at] = balance;
    } else {
        arena_append(arena, state->n_balances, state->balances, balance);
    }
    state->last_statement_id = event->statement_id;
    state->last_closing = event->closing;
    state->last_closing_date = event->closing_date;
    state->last_sequence_number = event->sequence_number;
    state->first_opening = event->first_opening;
}
