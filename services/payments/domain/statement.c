/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/statement.h"

#include "common/base/text.h"
#include "common/base/time.h"
#include "services/payments/domain/check.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/domain/natural_key.h"
#include "services/payments/domain/refusals.h"
#include "services/payments/domain/statement_history.h"
#include "services/payments/domain/transition.h"

enum { STATEMENT_TEXT_BYTES_MAX = 500, REASONS_MAX = 32 };

static const char *const states[] = {"none", "held", "ingested", "posted"};

static const struct transition transitions[] = {
    {STATEMENT_STATUS_UNSPECIFIED, "StatementIngested", STATEMENT_STATUS_INGESTED,
     "it adds up and follows the one before: its rows are posted"},
    {STATEMENT_STATUS_UNSPECIFIED, "StatementHeld", STATEMENT_STATUS_HELD,
     "something does not fit: nothing is posted until another person accepts it (REC-7)"},
    {STATEMENT_STATUS_HELD, "StatementAccepted", STATEMENT_STATUS_INGESTED,
     "a second person looked and took it over: its rows are posted"},
    {STATEMENT_STATUS_INGESTED, "StatementPosted", STATEMENT_STATUS_POSTED,
     "every row has become a payment, a return or a movement"},
};

const struct state_machine statement_machine = {"statement", states, sizeof states / sizeof *states,
                                                transitions,
                                                sizeof transitions / sizeof *transitions};

static const char *key_of(const char *bank_account_id, const char *statement_id)
{
    return *bank_account_id ? bank_account_id : statement_id;
}

static void declare_both(struct declaring *declaring, const char *bank_account_id,
                         const char *statement_id)
{
    declare_key(declaring, key_of(bank_account_id, statement_id));
    declare_stream(declaring, KIND_STATEMENT, statement_id);
    if (*bank_account_id)
        declare_stream(declaring, KIND_BANK_ACCOUNT, bank_account_id);
}

/* GEN-6: a statement belongs to the day on which it closes. */
static void statement_books(struct deciding *deciding, const Payments__Statement *statement)
{
    int32_t days = statement->closing_date ? statement->closing_date->days
                                           : (int32_t)(deciding->now_us / DAY_US);
    deciding_books(deciding, statement->entity_id, days, 0);
}

static void advance_emit(struct deciding *deciding, const Payments__Statement *statement,
                         const Payments__BankAccountState *account)
{
    Payments__BankAccountAdvanced *advanced =
        statement_history_advance(deciding->arena, statement, account);
    if (advanced)
        deciding_emit(deciding, KIND_BANK_ACCOUNT, account->bank_account_id, &advanced->base);
}

/* ---- from the file ---- */

void statement_ingest_declare(struct declaring *declaring, const Payments__IngestStatement *command)
{
    declare_both(declaring, command->statement->bank_account_id, command->statement->statement_id);
}

static bool optional_money_check(struct deciding *deciding, const char *field, bool known,
                                 const Common__Money *message, struct currency currency)
{
    struct money money;
    if (!known && !message)
        return true;
    if (!check_money(deciding, field, message, &money))
        return false;
    if (currency_equal(money.currency, currency))
        return true;
    deciding_refuse(deciding, &REFUSAL_CURRENCY_MISMATCH, field, "the statement is in %s",
                    currency.code);
    return false;
}

static bool derived_check(struct deciding *deciding, const Payments__Statement *statement)
{
    const char *id = statement_id_of(deciding->arena, statement->natural_key);
    const char *account = bank_account_id_of(deciding->arena, statement->account_number);
    if (!text_equal(statement->statement_id, id)) {
        deciding_refuse(deciding, &REFUSAL_ID_NOT_DERIVED, "statement.statement_id", NULL);
        return false;
    }
    if (!text_equal(statement->bank_account_id, account)) {
        deciding_refuse(deciding, &REFUSAL_ID_NOT_DERIVED, "statement.bank_account_id", NULL);
        return false;
    }
    return true;
}

static bool ingest_check(struct deciding *deciding, const Payments__IngestStatement *command)
{
    const Payments__Statement *statement = command->statement;
    struct currency currency;
    if (!check_text_given(deciding, "statement.natural_key", statement->natural_key,
                          STATEMENT_TEXT_BYTES_MAX) ||
        !check_text(deciding, "statement.bank_statement_reference",
                    statement->bank_statement_reference, STATEMENT_TEXT_BYTES_MAX) ||
        !derived_check(deciding, statement))
        return false;
    if (command->n_reasons > REASONS_MAX) {
        deciding_refuse(deciding, &REFUSAL_TOO_MANY_ELEMENTS, "reasons", NULL);
        return false;
    }
    /* Without amounts there may be no currency either; such a statement is held. */
    if (!*statement->currency && !statement->opening && !statement->closing && !statement->rows &&
        command->n_reasons > 0)
        return true;
    if (currency_parse(&currency, statement->currency, NULL) != OK) {
        deciding_refuse(deciding, &REFUSAL_CURRENCY_UNKNOWN, "statement.currency", NULL);
        return false;
    }
    return optional_money_check(deciding, "statement.opening", statement->opening_known,
                                statement->opening, currency) &&
           optional_money_check(deciding, "statement.closing", statement->closing_known,
                                statement->closing, currency) &&
           optional_money_check(deciding, "statement.credits", false, statement->credits,
                                currency) &&
           optional_money_check(deciding, "statement.debits", false, statement->debits, currency);
}

/* As it will be kept: with the legal entity that the account belongs to. */
static Payments__Statement *statement_of(struct deciding *deciding,
                                         const Payments__Statement *given,
                                         const Payments__BankAccountState *account)
{
    Payments__Statement *statement =
        arena_new(deciding->arena, Payments__Statement, PAYMENTS__STATEMENT__INIT);
    *statement = *given;
    statement->base.unknown_fields = NULL;
    statement->base.n_unknown_fields = 0;
    statement->entity_id = account ? account->entity_id : "";
    if (!*statement->imported_by)
        statement->imported_by = deciding->actor;
    return statement;
}

static void hold_emit(struct deciding *deciding, Payments__Statement *statement,
                      const struct hold_reasons *reasons)
{
    Payments__StatementHeld *held =
        arena_new(deciding->arena, Payments__StatementHeld, PAYMENTS__STATEMENT_HELD__INIT);
    held->statement = statement;
    held->reasons = reasons->items;
    held->n_reasons = reasons->n;
    deciding_emit(deciding, KIND_STATEMENT, statement->statement_id, &held->base);
}

void statement_ingest_decide(struct deciding *deciding, const Payments__IngestStatement *command)
{
    if (!ingest_check(deciding, command))
        return;
    const Payments__Statement *given = command->statement;
    const Payments__StatementState *known =
        deciding_state(deciding, KIND_STATEMENT, given->statement_id);
    if (known) {
        deciding_refuse(deciding, &REFUSAL_DUPLICATE_STATEMENT, "statement.statement_id",
                        "statement %s came with import %s", given->bank_statement_reference,
                        known->statement->import_id);
        return;
    }
    const Payments__BankAccountState *account =
        *given->bank_account_id
            ? deciding_state(deciding, KIND_BANK_ACCOUNT, given->bank_account_id)
            : NULL;
    Payments__Statement *statement = statement_of(deciding, given, account);
    struct hold_reasons reasons = {.arena = deciding->arena};
    for (size_t i = 0; i < command->n_reasons; i++)
        arena_append(deciding->arena, reasons.n, reasons.items, command->reasons[i]);
    if (*given->bank_account_id)
        statement_history_check(&reasons, statement, account);
    else if (reasons.n == 0)
        hold_reasons_add(&reasons, "ACCOUNT_MISSING", "whose account it is cannot be told", NULL);
    statement_books(deciding, statement);
    if (reasons.n > 0) {
        hold_emit(deciding, statement, &reasons);
        return;
    }
    Payments__StatementIngested *ingested =
        arena_new(deciding->arena, Payments__StatementIngested, PAYMENTS__STATEMENT_INGESTED__INIT);
    ingested->statement = statement;
    deciding_emit(deciding, KIND_STATEMENT, statement->statement_id, &ingested->base);
    advance_emit(deciding, statement, account);
}

/* ---- by a second person ---- */

void statement_accept_declare(struct declaring *declaring, const Payments__AcceptStatement *command)
{
    declare_both(declaring, command->bank_account_id, command->statement_id);
}

/* The statement, if the command names it with its own account; else refused. */
static const Payments__StatementState *
statement_find(struct deciding *deciding, const char *statement_id, const char *bank_account_id)
{
    const Payments__StatementState *known = deciding_state(deciding, KIND_STATEMENT, statement_id);
    if (known && text_equal(known->statement->bank_account_id, bank_account_id))
        return known;
    deciding_refuse(deciding, &REFUSAL_STATEMENT_NOT_FOUND, "statement_id", NULL);
    return NULL;
}

void statement_accept_decide(struct deciding *deciding, const Payments__AcceptStatement *command)
{
    const Payments__StatementState *known =
        statement_find(deciding, command->statement_id, command->bank_account_id);
    if (!known || !check_text_given(deciding, "reason", command->reason, CHECK_REASON_BYTES_MAX))
        return;
    if (!state_machine_allows(&statement_machine, (int)known->status, "StatementAccepted")) {
        deciding_refuse(deciding, &REFUSAL_STATEMENT_NOT_HELD, "statement_id", NULL);
        return;
    }
    if (text_equal(known->ingested_by, deciding->actor)) {
        deciding_refuse(deciding, &REFUSAL_ACCEPTED_BY_IMPORTER, "", NULL);
        return;
    }
    const Payments__BankAccountState *account =
        *command->bank_account_id
            ? deciding_state(deciding, KIND_BANK_ACCOUNT, command->bank_account_id)
            : NULL;
    if (!account) {
        deciding_refuse(deciding, &REFUSAL_BANK_ACCOUNT_UNKNOWN, "bank_account_id", NULL);
        return;
    }
    Payments__StatementAccepted *accepted =
        arena_new(deciding->arena, Payments__StatementAccepted, PAYMENTS__STATEMENT_ACCEPTED__INIT);
    accepted->statement = statement_of(deciding, known->statement, account);
    accepted->reason = command->reason;
    statement_books(deciding, accepted->statement);
    deciding_emit(deciding, KIND_STATEMENT, command->statement_id, &accepted->base);
    advance_emit(deciding, accepted->statement, account);
}

/* ---- when all rows are in ---- */

void statement_complete_declare(struct declaring *declaring,
                                const Payments__CompleteStatement *command)
{
    declare_both(declaring, command->bank_account_id, command->statement_id);
}

void statement_complete_decide(struct deciding *deciding,
                               const Payments__CompleteStatement *command)
{
    const Payments__StatementState *known =
        statement_find(deciding, command->statement_id, command->bank_account_id);
    if (!known)
        return;
    if (!state_machine_allows(&statement_machine, (int)known->status, "StatementPosted")) {
        deciding_refuse(deciding, &REFUSAL_STATEMENT_NOT_INGESTED, "statement_id", NULL);
        return;
    }
    Payments__StatementPosted *posted =
        arena_new(deciding->arena, Payments__StatementPosted, PAYMENTS__STATEMENT_POSTED__INIT);
    posted->statement_id = command->statement_id;
    posted->bank_account_id = command->bank_account_id;
    posted->payments = command->payments;
    posted->returns = command->returns;
    posted->movements = command->movements;
    posted->duplicates = command->duplicates;
    statement_books(deciding, known->statement);
    deciding_emit(deciding, KIND_STATEMENT, command->statement_id, &posted->base);
}

/* ---- state ---- */

static void evolve_statement(Payments__StatementState *state, Payments__Statement *statement)
{
    state->statement = statement;
    state->entity_id = statement->entity_id;
    state->ingested_by = statement->imported_by;
}

void statement_evolve_ingested(struct arena *arena, Payments__StatementState *state,
                               const Payments__StatementIngested *event)
{
    (void)arena;
    state->status = STATEMENT_STATUS_INGESTED;
    evolve_statement(state, event->statement);
}

void statement_evolve_held(struct arena *arena, Payments__StatementState *state,
                           const Payments__StatementHeld *event)
{
    (void)arena;
    state->status = STATEMENT_STATUS_HELD;
    evolve_statement(state, event->statement);
    state->reasons = event->reasons;
    state->n_reasons = event->n_reasons;
}

void statement_evolve_accepted(struct arena *arena, Payments__StatementState *state,
                               const Payments__StatementAccepted *event)
{
    (void)arena;
    state->status = STATEMENT_STATUS_INGESTED;
    evolve_statement(state, event->statement);
}

void statement_evolve_posted(struct arena *arena, Payments__StatementState *state,
                             const Payments__StatementPosted *event)
{
    (void)arena;
    state->status = STATEMENT_STATUS_POSTED;
    state->payments = event->payments;
    state->returns = event->returns;
    state->movements = event->movements;
    state->duplicates = event->duplicates;
}
