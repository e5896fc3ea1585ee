/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/statement_fill.h"

#include <assert.h>
#include <string.h>

#include "common/base/text.h"
#include "services/payments/formats/statement_scalar.h"

/* Every STATEMENT_LIST and struct statement_texts has this layout. Pointers are moved with memcpy,
 * since the lists are of many types and a cast would break C's aliasing rule. */
struct any_list {
    size_t count, capacity;
    void *items;
};

static bool list_append(struct arena *arena, void *place, const void *item)
{
    struct any_list list;
    memcpy(&list, place, sizeof list);
    if (list.count == list.capacity) {
        size_t capacity = list.capacity ? 2 * list.capacity : 4;
        char *items = arena_get(arena, capacity * sizeof(void *));
        if (!items)
            return false;
        if (list.count > 0)
            memcpy(items, list.items, list.count * sizeof(void *));
        list.items = items;
        list.capacity = capacity;
    }
    memcpy((char *)list.items + list.count * sizeof(void *), &item, sizeof item);
    list.count++;
    memcpy(place, &list, sizeof list);
    return true;
}

void *statement_descend(struct arena *arena, void *object, const struct shape_field *field)
{
    char *place = (char *)object + field->offset;
    void *inside = NULL;
    switch (field->kind) {
    case SHAPE_OBJECT:
        memcpy(&inside, place, sizeof inside);
        if (!inside) {
            inside = arena_zero(arena, field->inside->object_size);
            memcpy(place, &inside, sizeof inside);
        }
        return inside;
    case SHAPE_LIST:
    case SHAPE_DETAIL:
    case SHAPE_BALANCE:
        inside = arena_zero(arena, field->inside->object_size);
        return inside && list_append(arena, place, inside) ? inside : NULL;
    case SHAPE_WITHIN:
        return place;
    case SHAPE_MESSAGE:
    case SHAPE_STATEMENT:
    case SHAPE_ENTRY:
    case SHAPE_TEXT:
    case SHAPE_TEXTS:
    case SHAPE_AMOUNT:
    case SHAPE_AMOUNT_NOTED:
    case SHAPE_DATE:
    case SHAPE_DATE_NOTED:
    case SHAPE_TIME:
    case SHAPE_NUMBER:
    case SHAPE_FLAG:
    case SHAPE_SIDE:
    case SHAPE_STATUS:
    case SHAPE_CURRENCY:
        break;
    }
    assert(false && "only groups have children; the reader makes the three roots itself");
    return NULL;
}

static enum error fail(const char **why, enum error error, const char *sentence)
{
    *why = sentence;
    return error;
}

static enum error amount_fill(struct statement_amount *amount, bool noted, const char *text,
                              const char *currency_code, uint32_t *unreadable, const char **why)
{
    if (amount->present) /* the first one counts, as for texts */
        return OK;
    enum scalar_verdict verdict = scalar_read_amount(&amount->money, text, currency_code);
    amount->present = verdict == SCALAR_READ;
    if (verdict == SCALAR_READ)
        return OK;
    if (noted) {
        (*unreadable)++;
        return OK;
    }
    if (verdict == SCALAR_MALFORMED)
        return fail(why, ERR_MALFORMED, "the amount is not a decimal number");
    struct currency currency;
    if (!currency_code)
        return fail(why, ERR_MISSING, "the amount has no currency");
    if (currency_parse(&currency, currency_code, NULL) != OK)
        return fail(why, ERR_RANGE, "the currency is not an active ISO 4217 code");
    return fail(why, ERR_RANGE,
                "the amount has more decimals than its currency, or too many digits");
}

static enum error date_fill(struct statement_date *date, bool noted, const char *text,
                            uint32_t *unreadable, const char **why)
{
    if (date->present)
        return OK;
    date->present = scalar_read_date(&date->date, text);
    if (date->present)
        return OK;
    if (!noted)
        return fail(why, ERR_MALFORMED,
                    "the date is not a day of the calendar in the form 2026-01-31");
    (*unreadable)++;
    return OK;
}

static enum error side_fill(enum statement_side *side, const char *text, const char **why)
{
    if (text_equal(text, "CRDT"))
        *side = SIDE_CREDIT;
    else if (text_equal(text, "DBIT"))
        *side = SIDE_DEBIT;
    else
        return fail(why, ERR_MALFORMED, "the side is neither CRDT nor DBIT");
    return OK;
}

static void status_fill(struct statement_entry *entry, const char *copy)
{
    static const struct {
        char code[5];
        enum statement_status status;
    } known[] = {{"BOOK", STATUS_BOOKED},
                 {"PDNG", STATUS_PENDING},
                 {"INFO", STATUS_INFORMATION},
                 {"FUTR", STATUS_FUTURE}};

    entry->status_code = copy;
    entry->status = STATUS_OTHER;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(copy, known[i].code) == 0)
            entry->status = known[i].status;
}

/* The fields that keep the text itself. */
static enum error text_fill(struct arena *arena, void *place, enum shape_kind kind,
                            const char *text, const char **why)
{
    const char *held = NULL;
    if (kind == SHAPE_TEXT) {
        memcpy(&held, place, sizeof held);
        if (held) /* the first one counts */
            return OK;
    }
    const char *copy = arena_copy_text(arena, text);
    if (!copy || (kind == SHAPE_TEXTS && !list_append(arena, place, copy)))
        return fail(why, ERR_TOO_LARGE,
                    "one entry, or the header of a statement, is larger than we keep");
    if (kind == SHAPE_TEXT)
        memcpy(place, &copy, sizeof copy);
    if (kind == SHAPE_STATUS)
        status_fill(place, copy);
    return OK;
}

enum error statement_fill(struct arena *arena, void *object, const struct shape_field *field,
                          const char *text, const char *currency_code, uint32_t *unreadable,
                          const char **why)
{
    void *place = (char *)object + field->offset;
    switch (field->kind) {
    case SHAPE_TEXT:
    case SHAPE_TEXTS:
    case SHAPE_STATUS:
        return text_fill(arena, place, field->kind, text, why);
    case SHAPE_AMOUNT:
    case SHAPE_AMOUNT_NOTED:
        return amount_fill(place, field->kind == SHAPE_AMOUNT_NOTED, text, currency_code,
                           unreadable, why);
    case SHAPE_DATE:
    case SHAPE_DATE_NOTED:
        return date_fill(place, field->kind == SHAPE_DATE_NOTED, text, unreadable, why);
    case SHAPE_TIME:
        *unreadable += !scalar_read_time(place, text);
        return OK;
    case SHAPE_NUMBER: {
        struct statement_number *number = place;
        number->present = scalar_read_number(&number->value, text);
        *unreadable += !number->present;
        return OK;
    }
    case SHAPE_FLAG:
        if (!scalar_read_boolean(place, text))
            return fail(why, ERR_MALFORMED, "the flag is neither true nor false");
        return OK;
    case SHAPE_SIDE:
        return side_fill(place, text, why);
    case SHAPE_CURRENCY:
        if (currency_parse(place, text, NULL) != OK)
            *(struct currency *)place = (struct currency){{0}};
        return OK;
    case SHAPE_WITHIN:
    case SHAPE_OBJECT:
    case SHAPE_LIST:
    case SHAPE_DETAIL:
    case SHAPE_BALANCE:
    case SHAPE_MESSAGE:
    case SHAPE_STATEMENT:
    case SHAPE_ENTRY:
        break;
    }
    assert(false && "groups have no text of their own");
    return ERR_INTERNAL;
}
