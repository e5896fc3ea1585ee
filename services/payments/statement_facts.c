/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/statement_facts.h"

#include <stdio.h>

#include "common/base/text.h"
#include "services/payments/domain/natural_key.h"
#include "services/payments/domain/statement_history.h"
#include "services/payments/formats/statement_key.h"

enum { REFERENCE_BYTES_MAX = 200 };

/* The contract's codes (payment.proto, HoldReason). */
static const char *reason_code(enum statement_hold hold)
{
    switch (hold) {
    case HOLD_ACCOUNT_MISSING:
        return "ACCOUNT_MISSING";
    case HOLD_ID_MISSING:
        return "STATEMENT_ID_MISSING";
    case HOLD_PAGE:
    case HOLD_OPENING_MISSING:
    case HOLD_CLOSING_MISSING:
        return "BALANCE_MISSING";
    case HOLD_BALANCE_CURRENCY:
        return "BALANCE_CURRENCY";
    case HOLD_ENTRY_CURRENCY:
        return "ENTRY_CURRENCY";
    case HOLD_NEGATIVE_AMOUNT:
        return "NEGATIVE_AMOUNT";
    case HOLD_BALANCE:
        return "BALANCE_DIFFERENCE";
    case HOLD_PREVIOUS_CLOSING:
        return "OPENING_DIFFERS";
    case HOLD_DETAILS:
        return "DETAILS_DIFFER";
    case HOLD_NONE:
        break;
    }
    return "";
}

enum error statement_rows_count(struct statement_rows *rows, const struct statement_entry *entry,
                                const struct statement_split *split, struct problem *problem)
{
    for (size_t i = 0; i < split->count; i++) {
        struct statement_part part;
        struct money amount;
        enum error error = statement_split_part(&part, split, i, problem);
        if (error == OK)
            error = statement_amount_signed(&amount, part.amount, part.side, problem);
        if (error != OK)
            return error;
        if (money_is_zero(amount))
            continue;
        rows->rows++;
        if (money_sign(amount) < 0 && statement_entry_is_return(entry, part.detail))
            rows->return_rows++;
    }
    return OK;
}

/* ---- reasons ---- */

/* The one difference that the check names belongs to the first reason that can have one. */
static bool has_difference(enum statement_hold hold)
{
    return hold == HOLD_BALANCE || hold == HOLD_PREVIOUS_CLOSING || hold == HOLD_DETAILS;
}

static void reasons_put(struct arena *arena, Payments__IngestStatement *command,
                        const struct statement_verdict *verdict)
{
    struct hold_reasons reasons = {.arena = arena};
    bool told = !verdict->has_difference;
    for (enum statement_hold hold = HOLD_ACCOUNT_MISSING; hold <= HOLD_DETAILS; hold++) {
        if (!(verdict->holds & 1u << hold))
            continue;
        const char *detail = statement_hold_text(hold);
        if (verdict->line > 0)
            detail = arena_text(arena, "%s (first at line %llu)", detail,
                                (unsigned long long)verdict->line);
        Common__Money *difference = NULL;
        if (!told && has_difference(hold)) {
            difference = money_to_message(arena, verdict->difference);
            told = true;
        }
        hold_reasons_add(&reasons, reason_code(hold), detail, difference);
    }
    command->reasons = reasons.items;
    command->n_reasons = reasons.n;
}

/* ---- the statement ---- */

static Common__Date *balance_date(struct arena *arena, const struct statement_balance *balance,
                                  const struct statement_time *fallback)
{
    if (balance && balance->date.present)
        return date_to_message(arena, balance->date.date);
    return fallback->present ? date_to_message(arena, fallback->date) : NULL;
}

static int64_t sequence_of(const struct statement_header *header)
{
    const struct statement_number *number = header->electronic_sequence.present
                                                ? &header->electronic_sequence
                                                : &header->legal_sequence;
    return number->present && number->value <= INT64_MAX ? (int64_t)number->value : 0;
}

/* Whole characters of at most `bytes_max` bytes. */
static char *text_cut(struct arena *arena, const char *text, size_t bytes_max)
{
    size_t length = strlen(text);
    if (length > bytes_max)
        for (length = bytes_max; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;)
            length--;
    return arena_text(arena, "%.*s", (int)length, text);
}

static char *reference_of(struct arena *arena, const struct statement_header *header)
{
    char *id = text_cut(arena, header->id ? header->id : "", REFERENCE_BYTES_MAX);
    if (id && header->page.number.present && header->page.number.value > 1)
        return arena_text(arena, "%s:%llu", id, (unsigned long long)header->page.number.value);
    return id;
}

static uint32_t count_of(uint64_t count)
{
    return count < INT32_MAX ? (uint32_t)count : INT32_MAX;
}

static void amounts_put(struct arena *arena, Payments__Statement *statement,
                        const struct statement_facts *facts)
{
    statement->currency = arena_copy_text(arena, facts->currency.code);
    statement->opening_known = facts->opening_balance != NULL;
    statement->closing_known = facts->closing_balance != NULL;
    if (statement->opening_known)
        statement->opening = money_to_message(arena, facts->opening);
    if (statement->closing_known)
        statement->closing = money_to_message(arena, facts->closing);
    statement->credits = money_to_message(arena, facts->credits);
    statement->debits = money_to_message(arena, facts->debits);
}

static Payments__Statement *statement_make(struct arena *arena,
                                           const struct statement_header *header,
                                           const struct statement_facts *facts)
{
    Payments__Statement *statement =
        arena_new(arena, Payments__Statement, PAYMENTS__STATEMENT__INIT);
    const char *account = statement_account_id(&header->account);
    const char *number = account ? account_number_normal(arena, account) : NULL;
    statement->natural_key = statement_key(arena, header);
    statement->statement_id = statement_id_of(arena, statement->natural_key);
    statement->account_number = number ? number : "";
    statement->bank_account_id = bank_account_id_of(arena, statement->account_number);
    statement->bank_statement_reference = reference_of(arena, header);
    statement->sequence_number = sequence_of(header);
    if (header->page.number.present)
        statement->page_number = count_of(header->page.number.value);
    statement->ordinal = header->ordinal;
    statement->opening_date = balance_date(arena, facts->opening_balance, &header->from);
    statement->closing_date = balance_date(arena, facts->closing_balance, &header->to);
    if (!statement->closing_date && header->created.present)
        statement->closing_date = date_to_message(arena, header->created.date);
    statement->booked_entries = count_of(facts->booked);
    statement->pending_entries = count_of(facts->not_booked);
    if (facts->currency.code[0])
        amounts_put(arena, statement, facts);
    return statement;
}

Payments__IngestStatement *
statement_facts_command(struct arena *arena, const struct statement_header *header,
                        const struct statement_facts *facts,
                        const struct statement_verdict *verdict, const struct statement_rows *rows,
                        const char *import_id, const char *format, const char *imported_by)
{
    Payments__IngestStatement *command =
        arena_new(arena, Payments__IngestStatement, PAYMENTS__INGEST_STATEMENT__INIT);
    Payments__Statement *statement = statement_make(arena, header, facts);
    statement->import_id = import_id;
    statement->format = arena_copy_text(arena, format);
    statement->imported_by = imported_by;
    statement->rows = rows->rows;
    statement->return_rows = rows->return_rows;
    command->statement = statement;
    reasons_put(arena, command, verdict);
    return command;
}
