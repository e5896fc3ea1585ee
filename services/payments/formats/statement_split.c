/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/statement_split.h"

#include <assert.h>

static const struct statement_amount *in_currency(const struct statement_amount *amount,
                                                  struct currency currency)
{
    return amount->present && currency_equal(amount->money.currency, currency) ? amount : NULL;
}

/* Instructed amounts never count: they are what the payer ordered, before exchange and charges. */
static const struct statement_amount *amounts_pick(const struct statement_amounts *amounts,
                                                   struct currency currency,
                                                   enum statement_split_source source)
{
    const struct statement_amount *transaction =
        in_currency(&amounts->transaction.amount, currency);
    const struct statement_amount *counter_value =
        in_currency(&amounts->counter_value.amount, currency);
    switch (source) {
    case SPLIT_FIRST_NAMED:
        return transaction ? transaction : counter_value;
    case SPLIT_TRANSACTION:
        return transaction;
    case SPLIT_COUNTER_VALUE:
        return counter_value;
    }
    assert(false && "a source of ours");
    return NULL;
}

static const struct statement_amount *detail_amount(const struct statement_detail *detail,
                                                    struct currency currency,
                                                    enum statement_split_source source)
{
    const struct statement_amount *own = in_currency(&detail->amount, currency);
    return source == SPLIT_FIRST_NAMED && own ? own
                                              : amounts_pick(&detail->amounts, currency, source);
}

/* What the bank took from the payment on the way: records that are debits, or the total where there
 * are none. */
static enum error charges_sum(struct money *sum, const statement_charges *charges,
                              struct problem *problem)
{
    for (size_t i = 0; i < charges->count; i++) {
        const struct statement_charge *group = charges->items[i];
        size_t records = group->records.count;
        bool plain = records == 0 && group->amount.present;
        for (size_t j = 0; j < (records > 0 ? records : 1); j++) {
            const struct statement_charge *record = records > 0 ? group->records.items[j] : group;
            const struct statement_amount *amount =
                records > 0 || plain ? &record->amount : &group->total;
            if (!in_currency(amount, sum->currency))
                continue;
            enum error error = record->side == SIDE_CREDIT
                                   ? money_sub(sum, *sum, amount->money, problem)
                                   : money_add(sum, *sum, amount->money, problem);
            if (error != OK)
                return error;
        }
    }
    return OK;
}

/* A charge makes a credit smaller and a debit larger. */
static enum error charges_take_off(struct money *amount, const statement_charges *charges,
                                   enum statement_side side, struct problem *problem)
{
    struct money sum = money_zero(amount->currency);
    enum error error = charges_sum(&sum, charges, problem);
    if (error != OK)
        return error;
    return side == SIDE_DEBIT ? money_add(amount, *amount, sum, problem)
                              : money_sub(amount, *amount, sum, problem);
}

static enum error part_amount(struct money *amount, const struct statement_entry *entry,
                              const struct statement_detail *detail,
                              const struct statement_amount *named, bool net,
                              struct problem *problem)
{
    *amount = named->money;
    if (!net)
        return OK;
    /* Some banks put the charges of a single payment on the entry instead. */
    const statement_charges *charges = detail->charges.count == 0 && entry->details.count == 1
                                           ? &entry->charges
                                           : &detail->charges;
    return charges_take_off(amount, charges, entry->side, problem);
}

/* *complete: every detail names an amount from this source. */
static enum error details_sum(struct money *sum, bool *complete,
                              const struct statement_entry *entry, struct currency currency,
                              enum statement_split_source source, bool net, struct problem *problem)
{
    *sum = money_zero(currency);
    *complete = entry->details.count > 0;
    for (size_t i = 0; i < entry->details.count; i++) {
        const struct statement_detail *detail = entry->details.items[i];
        const struct statement_amount *named = detail_amount(detail, currency, source);
        if (!named) {
            *complete = false;
            return OK;
        }
        struct money amount;
        enum error error = part_amount(&amount, entry, detail, named, net, problem);
        if (error != OK)
            return error;
        /* The side of a single detail repeats the payment's direction, which a return turns around.
         */
        bool against =
            entry->details.count > 1 && detail->side != SIDE_ABSENT && detail->side != entry->side;
        error =
            against ? money_sub(sum, *sum, amount, problem) : money_add(sum, *sum, amount, problem);
        if (error != OK)
            return error;
    }
    return OK;
}

static bool any_detail_names(const struct statement_entry *entry, struct currency currency)
{
    for (size_t i = 0; i < entry->details.count; i++)
        if (detail_amount(entry->details.items[i], currency, SPLIT_FIRST_NAMED))
            return true;
    return false;
}

static enum error booked_find(struct money *booked, const struct statement_entry *entry,
                              struct currency currency, struct problem *problem)
{
    const struct statement_amount *own = in_currency(&entry->amount, currency);
    if (!own)
        own = amounts_pick(&entry->amounts, currency, SPLIT_FIRST_NAMED);
    if (own) {
        *booked = own->money;
        return OK;
    }
    bool complete;
    enum error error =
        details_sum(booked, &complete, entry, currency, SPLIT_FIRST_NAMED, false, problem);
    if (error != OK || complete)
        return error;
    return problem_set(problem, ERR_NOT_FOUND, "Ntry/Amt", "REC-7",
                       "the entry has no amount in the currency of the account");
}

enum error statement_entry_split(struct statement_split *split, const struct statement_entry *entry,
                                 struct currency currency, struct problem *problem)
{
    *split = (struct statement_split){.entry = entry, .form = SPLIT_WHOLE, .count = 1};
    enum error error = booked_find(&split->booked, entry, currency, problem);
    if (error != OK || !any_detail_names(entry, currency))
        return error;

    for (int source = SPLIT_FIRST_NAMED; source <= SPLIT_COUNTER_VALUE; source++) {
        for (int net = 0; net <= 1; net++) {
            struct money sum;
            bool complete;
            error = details_sum(&sum, &complete, entry, currency,
                                (enum statement_split_source)source, net, problem);
            if (error != OK)
                return error;
            if (!complete)
                break;
            if (money_equal(sum, split->booked)) {
                bool one = entry->details.count == 1;
                split->form = one ? SPLIT_WHOLE : net ? SPLIT_NET : SPLIT_GROSS;
                split->source = (enum statement_split_source)source;
                split->count = entry->details.count;
                split->has_difference = false;
                return OK;
            }
            if (!split->has_difference) {
                split->has_difference = true;
                error = money_sub(&split->difference, split->booked, sum, problem);
                if (error != OK)
                    return error;
            }
        }
    }
    split->form = SPLIT_BROKEN;
    return OK;
}

enum error statement_split_part(struct statement_part *part, const struct statement_split *split,
                                size_t at, struct problem *problem)
{
    const struct statement_entry *entry = split->entry;
    assert(at < split->count);
    *part = (struct statement_part){.amount = split->booked, .side = entry->side};
    switch (split->form) {
    case SPLIT_WHOLE:
    case SPLIT_BROKEN:
        part->detail = entry->details.count == 1 ? entry->details.items[0] : NULL;
        return OK;
    case SPLIT_GROSS:
    case SPLIT_NET:
        part->detail = entry->details.items[at];
        part->index = part->detail->index;
        if (part->detail->side != SIDE_ABSENT)
            part->side = part->detail->side;
        return part_amount(&part->amount, entry, part->detail,
                           detail_amount(part->detail, split->booked.currency, split->source),
                           split->form == SPLIT_NET, problem);
    }
    assert(false && "a form of ours");
    return ERR_INTERNAL;
}
