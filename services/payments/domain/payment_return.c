/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/payment_return.h"

#include "common/base/text.h"
#include "common/money/money.h"
#include "services/payments/domain/entry.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/domain/natural_key.h"
#include "services/payments/domain/refusals.h"
#include "services/payments/domain/transition.h"

/* A reference that more payments share says nothing. */
enum { CANDIDATES_PER_REFERENCE_MAX = 16, REFERENCES_LOOKED_UP_MAX = 8 };

static size_t reference_count(const Payments__IngestEntry *command)
{
    size_t n = command->n_original_references;
    return n < REFERENCES_LOOKED_UP_MAX ? n : REFERENCES_LOOKED_UP_MAX;
}

static const char *reference_key(struct arena *arena, const Payments__IngestEntry *command,
                                 size_t i)
{
    char key[ENTRY_REFERENCE_KEY_SIZE];
    if (!entry_reference_key(key, command->entity_id, command->original_references[i]))
        return "none";
    return arena_copy_text(arena, key);
}

void payment_return_declare(struct declaring *declaring, const Payments__IngestEntry *command)
{
    declare_stream(declaring, KIND_BANK_MOVEMENT,
                   bank_movement_id_of(declaring->arena, command->natural_key));
    if (*command->original_payment_id) {
        declare_stream(declaring, KIND_PAYMENT, command->original_payment_id);
        return;
    }
    for (size_t i = 0; i < reference_count(command); i++)
        declare_look_up_names(declaring, INDEX_PAYMENT_REFERENCE,
                              reference_key(declaring->arena, command, i),
                              CANDIDATES_PER_REFERENCE_MAX);
}

void payment_return_declare_more(struct declaring *declaring, const Payments__IngestEntry *command)
{
    if (*command->original_payment_id)
        return;
    for (size_t i = 0; i < reference_count(command); i++) {
        const struct stream_ref *refs;
        size_t n = declaring->source->look_up(declaring->source->self, INDEX_PAYMENT_REFERENCE,
                                              reference_key(declaring->arena, command, i), &refs);
        for (size_t k = 0; k < n; k++)
            declare_stream(declaring, KIND_PAYMENT, refs[k].id);
    }
}

/* ---- which payment it returns ---- */

static bool texts_have(char *const *texts, size_t n, const char *text)
{
    for (size_t i = 0; i < n; i++)
        if (text_equal(texts[i], text))
            return true;
    return false;
}

static bool is_recorded(const Payments__PaymentState *payment, const Payments__IngestEntry *command)
{
    return texts_have((char *const *)payment->return_keys, payment->n_return_keys,
                      command->natural_key);
}

/* What went back with this row; false: the currencies differ or the numbers do not fit. */
static bool returned_with(struct money *amount, struct money *total, struct money *paid,
                          const Payments__PaymentState *payment,
                          const Payments__IngestEntry *command)
{
    struct money before, row;
    return money_from_message(&row, command->amount, NULL) == OK &&
           money_absolute(amount, row, NULL) == OK &&
           money_from_message(paid, payment->payment->amount, NULL) == OK &&
           money_from_message(&before, payment->returned, NULL) == OK &&
           money_add(total, before, *amount, NULL) == OK;
}

enum fit { FIT_NOT, FIT_PART, FIT_WHOLE, FIT_KNOWN };

static enum fit fit_of(const Payments__PaymentState *payment, const Payments__IngestEntry *command)
{
    struct money amount, total, paid;
    int order;
    if (!payment || !text_equal(payment->payment->entity_id, command->entity_id))
        return FIT_NOT;
    if (is_recorded(payment, command))
        return FIT_KNOWN;
    if (!returned_with(&amount, &total, &paid, payment, command) ||
        money_compare(&order, total, paid, NULL) != OK || order > 0)
        return FIT_NOT;
    return money_equal(amount, paid) ? FIT_WHOLE : FIT_PART;
}

struct choice {
    const char *payment_id; /* NULL: none */
    enum fit fit;
    bool ambiguous;
};

static void choice_consider(struct choice *choice, const char *payment_id, enum fit fit)
{
    if (fit == FIT_NOT || (choice->payment_id && text_equal(choice->payment_id, payment_id)))
        return;
    if (choice->payment_id && fit < choice->fit)
        return;
    choice->ambiguous = choice->payment_id && fit == choice->fit;
    choice->payment_id = payment_id;
    choice->fit = fit;
}

/* The references are in the order of how much they say; the first that names payments decides, and
 * of those the one whose whole amount came back. Two that fit alike are nobody's to guess between
 * (REC-2). */
static const char *original_find(const struct deciding *deciding,
                                 const Payments__IngestEntry *command, bool *known)
{
    *known = false;
    for (size_t i = 0; i < reference_count(command); i++) {
        struct choice choice = {0};
        const struct stream_ref *refs;
        size_t n = deciding_look_up(deciding, INDEX_PAYMENT_REFERENCE,
                                    reference_key(deciding->arena, command, i), &refs);
        for (size_t k = 0; k < n; k++) {
            const Payments__PaymentState *payment =
                deciding_state(deciding, KIND_PAYMENT, refs[k].id);
            choice_consider(&choice, refs[k].id, fit_of(payment, command));
        }
        if (choice.payment_id && !choice.ambiguous) {
            *known = choice.fit == FIT_KNOWN;
            return choice.payment_id;
        }
    }
    return NULL;
}

/* ---- deciding ---- */

static void hand_over(struct deciding *deciding, const Payments__IngestEntry *command,
                      const char *payment_id)
{
    Payments__IngestEntry *second =
        arena_new(deciding->arena, Payments__IngestEntry, PAYMENTS__INGEST_ENTRY__INIT);
    *second = *command;
    second->base.unknown_fields = NULL;
    second->base.n_unknown_fields = 0;
    second->original_payment_id = payment_id;
    deciding_hand_over(deciding, payment_id, &second->base);
}

static void returned_emit(struct deciding *deciding, const Payments__IngestEntry *command,
                          struct money amount, struct money total)
{
    Payments__PaymentReturned *returned =
        arena_new(deciding->arena, Payments__PaymentReturned, PAYMENTS__PAYMENT_RETURNED__INIT);
    returned->payment_id = command->original_payment_id;
    returned->entity_id = command->entity_id;
    returned->amount = money_to_message(deciding->arena, amount);
    returned->reason_code = command->return_reason_code;
    returned->return_reference =
        *command->return_reference ? command->return_reference : command->natural_key;
    returned->value_date = command->value_date ? command->value_date : command->booking_date;
    returned->statement_id = command->statement_id;
    returned->bank_account_id = command->bank_account_id;
    returned->returned_total = money_to_message(deciding->arena, total);
    returned->natural_key = command->natural_key;
    deciding_emit(deciding, KIND_PAYMENT, command->original_payment_id, &returned->base);
}

/* In the original's own shard. Another row of a return that is known, or more than came in, did
 * leave the account: it is recorded, but not as a return of this payment. */
static void original_decide(struct deciding *deciding, const Payments__IngestEntry *command)
{
    const Payments__PaymentState *payment =
        deciding_state(deciding, KIND_PAYMENT, command->original_payment_id);
    enum fit fit = fit_of(payment, command);
    if (fit == FIT_KNOWN) {
        deciding_refuse(deciding, &REFUSAL_DUPLICATE_RETURN, "natural_key", NULL);
        return;
    }
    bool same_return = payment && *command->return_reference &&
                       texts_have((char *const *)payment->return_references,
                                  payment->n_return_references, command->return_reference);
    bool may =
        payment && state_machine_allows(&payment_machine, (int)payment->status, "PaymentReturned");
    struct money amount, total, paid;
    if (fit == FIT_NOT || same_return || !may ||
        !returned_with(&amount, &total, &paid, payment, command))
        entry_movement_emit(deciding, command);
    else
        returned_emit(deciding, command, amount, total);
}

void payment_return_decide(struct deciding *deciding, const Payments__IngestEntry *command)
{
    char *movement = bank_movement_id_of(deciding->arena, command->natural_key);
    if (deciding_state(deciding, KIND_BANK_MOVEMENT, movement)) {
        deciding_refuse(deciding, &REFUSAL_DUPLICATE_RETURN, "natural_key",
                        "recorded as movement %s", movement);
        return;
    }
    if (*command->original_payment_id) {
        original_decide(deciding, command);
        return;
    }
    bool known;
    const char *original = original_find(deciding, command, &known);
    /* A row that is asked once more was handed over before: the same handover twice would be no
     * second return. */
    if (original && known)
        deciding_refuse(deciding, &REFUSAL_DUPLICATE_RETURN, "natural_key",
                        "recorded as a return of payment %s", original);
    else if (original)
        hand_over(deciding, command, original);
    else
        entry_movement_emit(deciding, command);
}
