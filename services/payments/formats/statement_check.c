/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/statement_check.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *code, *text;
} holds[] = {{"read", "the statement is complete and adds up"},
#define X(name, code, text) {code, text},
             STATEMENT_HOLDS(X)
#undef X
};

const char *statement_hold_code(enum statement_hold hold)
{
    assert((size_t)hold < sizeof holds / sizeof *holds);
    return holds[hold].code;
}

const char *statement_hold_text(enum statement_hold hold)
{
    assert((size_t)hold < sizeof holds / sizeof *holds);
    return holds[hold].text;
}

static bool currency_is_known(struct currency currency)
{
    return currency.code[0] != '\0';
}

static void hold(struct statement_check *check, enum statement_hold reason,
                 const struct statement_entry *entry)
{
    check->holds |= 1u << reason;
    if (entry && check->line == 0)
        check->line = entry->line;
}

/* ---- balances ---- */

static bool balance_is(const struct statement_balance *balance, const char *code)
{
    return balance->code && strcmp(balance->code, code) == 0 && balance->amount.present &&
           balance->side != SIDE_ABSENT;
}

static int date_order(const struct statement_balance *left, const struct statement_balance *right)
{
    if (!left->date.present || !right->date.present)
        return 0;
    return date_compare(left->date.date, right->date.date);
}

/* The earliest of its code and currency, the first in the file if dates do not decide; or the
 * latest and last. */
static const struct statement_balance *balance_find(const struct statement_header *header,
                                                    const char *code, struct currency currency,
                                                    bool latest)
{
    const struct statement_balance *found = NULL;
    for (size_t i = 0; i < header->balances.count; i++) {
        const struct statement_balance *balance = header->balances.items[i];
        if (!balance_is(balance, code) || !currency_equal(balance->amount.money.currency, currency))
            continue;
        int order = found ? date_order(balance, found) : 0;
        if (!found || (latest ? order >= 0 : order < 0))
            found = balance;
    }
    return found;
}

static bool any_balance(const struct statement_header *header, const char *code)
{
    for (size_t i = 0; i < header->balances.count; i++)
        if (balance_is(header->balances.items[i], code))
            return true;
    return false;
}

/* A page between others is framed by interim balances; many banks give the previous closing as
 * opening. */
static void balances_find(struct statement_facts *facts, const struct statement_header *header)
{
    struct currency currency = facts->currency;
    facts->previous_balance = balance_find(header, "PRCD", currency, false);
    facts->opening_balance = balance_find(header, "OPBD", currency, false);
    facts->closing_balance = balance_find(header, "CLBD", currency, true);
    if (!facts->opening_balance)
        facts->opening_balance = facts->previous_balance;
    if (!facts->opening_balance)
        facts->opening_balance = balance_find(header, "ITBD", currency, false);
    if (!facts->closing_balance) {
        const struct statement_balance *interim = balance_find(header, "ITBD", currency, true);
        facts->closing_balance = interim == facts->opening_balance ? NULL : interim;
    }
}

static enum error balance_value(struct money *value, const struct statement_balance *balance,
                                struct problem *problem)
{
    if (!balance)
        return OK;
    return statement_amount_signed(value, balance->amount.money, balance->side, problem);
}

/* ---- entries ---- */

static struct currency currency_choose(const struct statement_header *header)
{
    if (currency_is_known(header->account.currency))
        return header->account.currency;
    static const char *const codes[] = {"OPBD", "PRCD", "CLBD", "ITBD"};
    for (size_t c = 0; c < sizeof codes / sizeof *codes; c++)
        for (size_t i = 0; i < header->balances.count; i++)
            if (balance_is(header->balances.items[i], codes[c]))
                return header->balances.items[i]->amount.money.currency;
    return (struct currency){{0}};
}

static void currency_settle(struct statement_check *check, struct currency currency)
{
    struct statement_facts *facts = &check->facts;
    if (currency_is_known(facts->currency) || !currency_is_known(currency))
        return;
    facts->currency = currency;
    facts->credits = facts->debits = facts->opening = facts->closing = facts->previous =
        money_zero(currency);
}

static enum error entry_count(struct statement_facts *facts, const struct statement_entry *entry,
                              struct money booked, struct problem *problem)
{
    bool debit = entry->side == SIDE_DEBIT;
    if (money_sign(booked) < 0) {
        /* Money out, on whichever side it stands. */
        debit = true;
        enum error error = money_negate(&booked, booked, problem);
        if (error != OK)
            return error;
    }
    facts->booked++;
    struct money *sum = debit ? &facts->debits : &facts->credits;
    return money_add(sum, *sum, booked, problem);
}

void statement_check_begin(struct statement_check *check)
{
    *check = (struct statement_check){0};
}

enum error statement_check_entry(struct statement_check *check,
                                 const struct statement_header *header,
                                 const struct statement_entry *entry, struct statement_split *split,
                                 struct problem *problem)
{
    *split = (struct statement_split){.entry = entry};
    struct statement_facts *facts = &check->facts;
    currency_settle(check, currency_choose(header));
    currency_settle(check, entry->amount.money.currency);
    if (!statement_entry_is_booked(entry)) {
        facts->not_booked++;
        return OK;
    }
    struct problem found = {0};
    enum error error = statement_entry_split(split, entry, facts->currency, &found);
    if (error == ERR_NOT_FOUND) {
        facts->booked++;
        facts->foreign++;
        hold(check, HOLD_ENTRY_CURRENCY, entry);
        *split = (struct statement_split){.entry = entry};
        return OK;
    }
    if (error != OK) {
        if (problem)
            *problem = found;
        return error;
    }
    if (money_sign(entry->amount.money) < 0) {
        facts->negative++;
        hold(check, HOLD_NEGATIVE_AMOUNT, entry);
    } else if (split->form == SPLIT_BROKEN) {
        hold(check, HOLD_DETAILS, entry);
        if (!check->has_details_difference) {
            check->has_details_difference = split->has_difference;
            check->details_difference = split->difference;
        }
    }
    return entry_count(facts, entry, split->booked, problem);
}

/* ---- the end ---- */

static void missing_check(struct statement_check *check, const struct statement_header *header)
{
    const struct statement_facts *facts = &check->facts;
    bool page =
        (header->page.number.present && header->page.number.value > 1) || !header->page.last;
    if (!facts->opening_balance) {
        bool foreign = any_balance(header, "OPBD") || any_balance(header, "PRCD");
        hold(check,
             foreign ? HOLD_BALANCE_CURRENCY
             : page  ? HOLD_PAGE
                     : HOLD_OPENING_MISSING,
             NULL);
    }
    if (!facts->closing_balance) {
        bool foreign = any_balance(header, "CLBD");
        hold(check,
             foreign ? HOLD_BALANCE_CURRENCY
             : page  ? HOLD_PAGE
                     : HOLD_CLOSING_MISSING,
             NULL);
    }
    if (!statement_account_id(&header->account))
        hold(check, HOLD_ACCOUNT_MISSING, NULL);
    if (!header->id)
        hold(check, HOLD_ID_MISSING, NULL);
    if (currency_is_known(header->account.currency) &&
        !currency_equal(header->account.currency, facts->currency))
        hold(check, HOLD_ENTRY_CURRENCY, NULL); /* the account was named after its entries */
}

static void difference_set(struct statement_verdict *verdict, struct money difference)
{
    if (verdict->has_difference || money_is_zero(difference))
        return;
    verdict->has_difference = true;
    verdict->difference = difference;
}

static enum error balances_prove(struct statement_check *check, struct statement_verdict *verdict,
                                 struct problem *problem)
{
    const struct statement_facts *facts = &check->facts;
    if (!facts->opening_balance || !facts->closing_balance)
        return OK;
    struct money difference;
    enum error error = money_add(&difference, facts->opening, facts->credits, problem);
    if (error == OK)
        error = money_sub(&difference, difference, facts->debits, problem);
    if (error == OK)
        error = money_sub(&difference, difference, facts->closing, problem);
    if (error != OK)
        return error;
    if (!money_is_zero(difference))
        hold(check, HOLD_BALANCE, NULL);
    difference_set(verdict, difference);

    if (!facts->previous_balance || money_equal(facts->opening, facts->previous))
        return OK;
    hold(check, HOLD_PREVIOUS_CLOSING, NULL);
    error = money_sub(&difference, facts->opening, facts->previous, problem);
    if (error == OK)
        difference_set(verdict, difference);
    return error;
}

enum error statement_check_end(struct statement_check *check, const struct statement_header *header,
                               struct statement_verdict *verdict, struct problem *problem)
{
    struct statement_facts *facts = &check->facts;
    *verdict = (struct statement_verdict){0};
    currency_settle(check, currency_choose(header));
    if (currency_is_known(facts->currency))
        balances_find(facts, header);
    enum error error = balance_value(&facts->opening, facts->opening_balance, problem);
    if (error == OK)
        error = balance_value(&facts->closing, facts->closing_balance, problem);
    if (error == OK)
        error = balance_value(&facts->previous, facts->previous_balance, problem);
    missing_check(check, header);
    if (error == OK)
        error = balances_prove(check, verdict, problem);
    if (error != OK)
        return error;
    if (check->has_details_difference)
        difference_set(verdict, check->details_difference);
    verdict->holds = check->holds;
    verdict->line = check->line;
    verdict->hold =
        check->holds == 0 ? HOLD_NONE : (enum statement_hold)__builtin_ctz(check->holds);
    return OK;
}
