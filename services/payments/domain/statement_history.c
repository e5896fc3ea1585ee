/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/statement_history.h"

#include "common/base/text.h"
#include "common/money/calendar.h"
#include "common/money/money.h"
#include "services/payments/domain/own_account.h"

void hold_reasons_add(struct hold_reasons *reasons, const char *code, const char *detail,
                      Common__Money *difference)
{
    Payments__HoldReason *reason =
        arena_new(reasons->arena, Payments__HoldReason, PAYMENTS__HOLD_REASON__INIT);
    reason->code = code;
    reason->detail = detail;
    reason->difference = difference;
    arena_append(reasons->arena, reasons->n, reasons->items, reason);
}

/* ---- balances ---- */

static void opening_check(struct hold_reasons *reasons, const Payments__Statement *statement,
                          const Payments__BankAccountBalance *balance)
{
    struct money opening, closing, difference;
    if (!statement->opening_known || !statement->opening ||
        money_from_message(&opening, statement->opening, NULL) != OK ||
        money_from_message(&closing, balance->last_closing, NULL) != OK ||
        money_equal(opening, closing))
        return;
    char opens[MONEY_TEXT_SIZE], closed[MONEY_TEXT_SIZE];
    money_format(opens, opening);
    money_format(closed, closing);
    bool known = money_sub(&difference, opening, closing, NULL) == OK;
    hold_reasons_add(reasons, "OPENING_DIFFERS",
                     arena_text(reasons->arena,
                                "opens with %s, the previous statement closed with %s", opens,
                                closed),
                     known ? money_to_message(reasons->arena, difference) : NULL);
}

/* ---- sequence ---- */

static int32_t year_of(const Common__Date *date)
{
    return date ? date_civil((struct date){date->days}).year : 0;
}

/* The next number; the same one for a further page; 1 again in a new year. */
static bool sequence_follows(const Payments__Statement *statement,
                             const Payments__BankAccountBalance *balance)
{
    int64_t number = statement->sequence_number, last = balance->last_sequence_number;
    if (number == last + 1 || (number == last && statement->page_number > 1))
        return true;
    return number == 1 && year_of(statement->closing_date) > year_of(balance->last_closing_date);
}

/* "camt.053.001.08" and "camt.053.001.02" count together. */
static bool same_kind(const char *left, const char *right)
{
    enum { KIND_CHARACTERS = 8 };
    return strncmp(left, right, KIND_CHARACTERS) == 0;
}

static void sequence_check(struct hold_reasons *reasons, const Payments__Statement *statement,
                           const Payments__BankAccountBalance *balance)
{
    if (statement->sequence_number <= 0 || balance->last_sequence_number <= 0 ||
        !same_kind(statement->format, balance->format) || sequence_follows(statement, balance))
        return;
    hold_reasons_add(reasons, "SEQUENCE_GAP",
                     arena_text(reasons->arena, "number %lld, but %lld was expected",
                                (long long)statement->sequence_number,
                                (long long)balance->last_sequence_number + 1),
                     NULL);
}

void statement_history_check(struct hold_reasons *reasons, const Payments__Statement *statement,
                             const Payments__BankAccountState *account)
{
    if (!account) {
        hold_reasons_add(reasons, "UNKNOWN_BANK_ACCOUNT",
                         arena_text(reasons->arena,
                                    "no legal entity registered the account number %s",
                                    statement->account_number),
                         NULL);
        return;
    }
    if (*account->currency && !text_equal(account->currency, statement->currency))
        hold_reasons_add(reasons, "CURRENCY_DIFFERS",
                         arena_text(reasons->arena, "in %s, the account is registered in %s",
                                    statement->currency, account->currency),
                         NULL);
    const Payments__BankAccountBalance *balance = own_account_balance(account, statement->currency);
    if (!balance)
        return;
    opening_check(reasons, statement, balance);
    sequence_check(reasons, statement, balance);
}

/* ---- the way on ---- */

static bool closes_where_history_begins(const Payments__Statement *statement,
                                        const Payments__BankAccountBalance *balance)
{
    struct money closing, first;
    return statement->opening_known && balance->first_opening &&
           money_from_message(&closing, statement->closing, NULL) == OK &&
           money_from_message(&first, balance->first_opening, NULL) == OK &&
           money_equal(closing, first);
}

Payments__BankAccountAdvanced *statement_history_advance(struct arena *arena,
                                                         const Payments__Statement *statement,
                                                         const Payments__BankAccountState *account)
{
    if (!statement->closing_known || !statement->closing)
        return NULL;
    const Payments__BankAccountBalance *balance = own_account_balance(account, statement->currency);
    Payments__BankAccountAdvanced *advanced =
        arena_new(arena, Payments__BankAccountAdvanced, PAYMENTS__BANK_ACCOUNT_ADVANCED__INIT);
    advanced->bank_account_id = account->bank_account_id;
    advanced->entity_id = account->entity_id;
    advanced->statement_id = statement->statement_id;
    advanced->closing = statement->closing;
    advanced->closing_date = statement->closing_date;
    advanced->sequence_number = statement->sequence_number;
    advanced->format = statement->format;
    advanced->first_opening = statement->opening_known ? statement->opening : NULL;
    if (!balance)
        return advanced;
    advanced->first_opening = balance->first_opening;
    bool older = statement->closing_date && balance->last_closing_date &&
                 statement->closing_date->days < balance->last_closing_date->days;
    if (!older)
        return advanced;
    if (!closes_where_history_begins(statement, balance))
        return NULL;
    /* An earlier statement, accepted later: history begins earlier and ends where it did. */
    advanced->statement_id = balance->last_statement_id;
    advanced->closing = balance->last_closing;
    advanced->closing_date = balance->last_closing_date;
    advanced->sequence_number = balance->last_sequence_number;
    advanced->format = balance->format;
    advanced->first_opening = statement->opening;
    return advanced;
}
