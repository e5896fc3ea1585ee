/* SPDX-License-Identifier: Apache-2.0
 * Camt dump: prints what our reader makes of a bank file as JSON, in the form of the reference
 * readings, so that a script can put the two side by side. camt_dump FILE…    one JSON object per
 * line camt_dump --paths  every element path that the reader knows, after a number for the table
 * row behind it */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "services/payments/formats/camt_shape.h"
#include "services/payments/formats/statement_intake.h"
#include "services/payments/formats/statement_key.h"

struct dump {
    json_t *statements, *entries; /* entries of the statement that is open; borrowed */
    struct arena arena;
};

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *amount_or_null(const struct statement_amount *amount)
{
    char text[MONEY_TEXT_SIZE];
    if (!amount->present)
        return json_null();
    money_format_amount(text, amount->money);
    return json_string(text);
}

static json_t *currency_or_null(const struct statement_amount *amount)
{
    return amount->present ? json_string(amount->money.currency.code) : json_null();
}

static json_t *money_text(struct money money)
{
    char text[MONEY_TEXT_SIZE];
    if (money.currency.code[0] == '\0')
        return json_null();
    money_format(text, money);
    return json_string(text);
}

static json_t *date_or_null(const struct statement_date *date)
{
    char text[DATE_TEXT_SIZE];
    if (!date->present)
        return json_null();
    date_format(text, date->date);
    return json_string(text);
}

static json_t *side_or_null(enum statement_side side)
{
    switch (side) {
    case SIDE_ABSENT:
        return json_null();
    case SIDE_CREDIT:
        return json_string("CRDT");
    case SIDE_DEBIT:
        return json_string("DBIT");
    }
    return json_null();
}

static json_t *code_or_null(const struct statement_code *code)
{
    if (!code->domain)
        return json_null();
    return json_sprintf("%s/%s/%s", code->domain, code->family ? code->family : "",
                        code->subfamily ? code->subfamily : "");
}

static const char *party_name(const struct statement_party *party)
{
    return party ? party->name : NULL;
}

static json_t *detail_object(const struct statement_detail *detail)
{
    json_t *object = json_object(), *lines = json_array();
    const struct statement_amount *amount =
        detail->amount.present ? &detail->amount : &detail->amounts.transaction.amount;
    const char *reference = NULL;
    for (size_t i = 0; i < detail->structured.count && !reference; i++)
        reference = detail->structured.items[i]->creditor_reference;
    for (size_t i = 0; i < detail->unstructured.count; i++)
        json_array_append_new(lines, json_string(detail->unstructured.items[i]));
    const char *reason = detail->returned ? detail->returned->reason : NULL;

    json_object_set_new(object, "amount", amount_or_null(amount));
    json_object_set_new(object, "currency", currency_or_null(amount));
    json_object_set_new(object, "end_to_end_id", text_or_null(detail->references.end_to_end_id));
    json_object_set_new(object, "mandate_id", text_or_null(detail->references.mandate_id));
    json_object_set_new(object, "debtor", text_or_null(party_name(detail->debtor)));
    json_object_set_new(object, "debtor_iban",
                        text_or_null(detail->debtor ? detail->debtor->iban : NULL));
    json_object_set_new(object, "creditor", text_or_null(party_name(detail->creditor)));
    json_object_set_new(object, "creditor_ref", text_or_null(reference));
    json_object_set_new(object, "ustrd", lines);
    json_object_set_new(object, "return_reason", text_or_null(reason));
    json_object_set_new(object, "bank_tx_code", code_or_null(&detail->code));
    return object;
}

static enum error on_statement(void *context, const struct statement_header *header)
{
    struct dump *dump = context;
    (void)header;
    json_t *statement = json_object();
    dump->entries = json_array();
    json_object_set_new(statement, "entries", dump->entries);
    json_array_append_new(dump->statements, statement);
    return OK;
}

static enum error on_entry(void *context, const struct statement_header *header,
                           const struct statement_entry *entry, const struct statement_split *split)
{
    struct dump *dump = context;
    json_t *object = json_object(), *details = json_array(), *keys = json_array();
    json_object_set_new(object, "amount", amount_or_null(&entry->amount));
    json_object_set_new(object, "currency", currency_or_null(&entry->amount));
    json_object_set_new(object, "sign", side_or_null(entry->side));
    json_object_set_new(object, "reversal", json_boolean(entry->reversal));
    json_object_set_new(object, "status", text_or_null(entry->status_code));
    json_object_set_new(object, "booking_date", date_or_null(&entry->booked));
    json_object_set_new(object, "value_date", date_or_null(&entry->value));
    json_object_set_new(object, "entry_ref", text_or_null(entry->reference));
    json_object_set_new(object, "servicer_ref", text_or_null(entry->servicer_ref));
    for (size_t i = 0; i < entry->details.count; i++)
        json_array_append_new(details, detail_object(entry->details.items[i]));
    json_object_set_new(object, "transactions", details);
    arena_reset(&dump->arena);
    for (size_t i = 0; i < split->count; i++) {
        struct statement_part part;
        if (statement_split_part(&part, split, i, NULL) == OK)
            json_array_append_new(
                keys, json_string(statement_entry_key(&dump->arena, header, entry, part.index)));
    }
    json_object_set_new(object, "keys", keys);
    json_array_append_new(dump->entries, object);
    return OK;
}

static json_t *balance_object(const struct statement_balance *balance)
{
    json_t *object = json_object();
    json_object_set_new(object, "type",
                        text_or_null(balance->code ? balance->code : balance->proprietary));
    json_object_set_new(object, "amount", amount_or_null(&balance->amount));
    json_object_set_new(object, "currency", currency_or_null(&balance->amount));
    json_object_set_new(object, "sign", side_or_null(balance->side));
    json_object_set_new(object, "date", date_or_null(&balance->date));
    return object;
}

static enum error on_end(void *context, const struct statement_header *header,
                         const struct statement_facts *facts,
                         const struct statement_verdict *verdict)
{
    struct dump *dump = context;
    json_t *statement = json_array_get(dump->statements, json_array_size(dump->statements) - 1);
    json_t *balances = json_array();
    const char *currency = header->account.currency.code;
    for (size_t i = 0; i < header->balances.count; i++)
        json_array_append_new(balances, balance_object(header->balances.items[i]));
    json_object_set_new(statement, "id", text_or_null(header->id));
    json_object_set_new(statement, "account", text_or_null(statement_account_id(&header->account)));
    json_object_set_new(statement, "currency", text_or_null(currency[0] ? currency : NULL));
    json_object_set_new(statement, "balances", balances);
    json_object_set_new(statement, "hold", json_string(statement_hold_code(verdict->hold)));
    json_object_set_new(statement, "holds", json_integer(verdict->holds));
    json_object_set_new(statement, "difference",
                        verdict->has_difference ? money_text(verdict->difference) : json_null());
    json_object_set_new(statement, "line", json_integer((json_int_t)verdict->line));
    json_object_set_new(statement, "credits", money_text(facts->credits));
    json_object_set_new(statement, "debits", money_text(facts->debits));
    return OK;
}

static void file_dump(const char *path)
{
    struct dump dump = {.statements = json_array()};
    struct statement_reading reading;
    struct problem problem = {0};
    json_t *object = json_object();
    arena_init(&dump.arena, 64 << 20);
    json_object_set_new(object, "file", json_string(path));
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct statement_source source = statement_source_descriptor(&descriptor);
    enum error error = statement_intake(
        &source, &(struct statement_intake_events){&dump, on_statement, on_entry, on_end}, &reading,
        &problem);
    if (descriptor >= 0)
        close(descriptor);

    json_object_set_new(object, "format", json_string(reading.format));
    json_object_set_new(object, "error",
                        error == OK ? json_null() : json_string(error_code(error)));
    json_object_set_new(object, "path", json_string(reading.path));
    json_object_set_new(object, "error_line", json_integer((json_int_t)reading.line));
    json_object_set_new(object, "detail", json_string(problem.detail));
    json_object_set_new(object, "statements", dump.statements);
    json_dumpf(object, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(object);
    arena_fini(&dump.arena);
}

/* The tables have no cycles, so this ends. */
static void paths_print(const struct shape *shape, const char *path)
{
    for (size_t i = 0; i < shape->count; i++) {
        char inner[512];
        const struct shape_field *field = &shape->fields[i];
        if (field->name[0] == '\0')
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, field->name);
        printf("%p %s\n", (const void *)field, inner);
        if (field->inside)
            paths_print(field->inside, inner);
    }
}

int main(int count, char **arguments)
{
    if (count == 2 && strcmp(arguments[1], "--paths") == 0) {
        paths_print(&camt_message_shape, "BkToCstmrStmt");
        return 0;
    }
    for (int i = 1; i < count; i++)
        file_dump(arguments[i]);
    return count > 1 ? 0 : 2;
}
