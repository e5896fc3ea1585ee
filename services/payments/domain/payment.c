/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/payment.h"

#include "common/base/text.h"
#include "common/base/time.h"
#include "services/payments/domain/check.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/domain/natural_key.h"
#include "services/payments/domain/refusals.h"
#include "services/payments/domain/transition.h"

static const char *const states[] = {"none", "received", "partly_returned", "returned"};

static const struct transition transitions[] = {
    {PAYMENT_STATUS_UNSPECIFIED, "PaymentReceived", PAYMENT_STATUS_RECEIVED,
     "the money is there; reconciliation finds out whose it is and what it settles"},
    {PAYMENT_STATUS_RECEIVED, "PaymentReturned", PAYMENT_STATUS_PARTLY_RETURNED,
     "a part went back; what it settled is open again as it was (PAY-10)"},
    {PAYMENT_STATUS_PARTLY_RETURNED, "PaymentReturned", PAYMENT_STATUS_PARTLY_RETURNED,
     "another part went back, never more than came in"},
    {PAYMENT_STATUS_RECEIVED, "PaymentReturned", PAYMENT_STATUS_RETURNED, "all of it went back"},
    {PAYMENT_STATUS_PARTLY_RETURNED, "PaymentReturned", PAYMENT_STATUS_RETURNED,
     "the last of it went back"},
};

const struct state_machine payment_machine = {"payment", states, sizeof states / sizeof *states,
                                              transitions,
                                              sizeof transitions / sizeof *transitions};

bool payment_remittance_check(struct deciding *deciding, const char *field,
                              const Payments__Remittance *remittance, const char *payment_id)
{
    if (!remittance)
        return true;
    return check_texts(deciding, field, (char *const *)remittance->creditor_references,
                       remittance->n_creditor_references) &&
           check_texts(deciding, field, (char *const *)remittance->references_in_text,
                       remittance->n_references_in_text) &&
           check_texts(deciding, field, (char *const *)remittance->document_numbers,
                       remittance->n_document_numbers) &&
           check_text(deciding, field, remittance->end_to_end_id, CHECK_REFERENCE_BYTES_MAX) &&
           check_text(deciding, field, remittance->mandate_id, CHECK_REFERENCE_BYTES_MAX) &&
           check_sealed(deciding, field, remittance->text, payment_id, PAYMENT_SEALED_TEXT);
}

/* ---- by hand ---- */

static char *manual_key(struct arena *arena, const Payments__RecordPayment *command)
{
    return natural_key_manual(arena, command->entity_id, (int)command->method,
                              command->source_reference);
}

void payment_record_declare(struct declaring *declaring, const Payments__RecordPayment *command)
{
    char *id = payment_id_of(declaring->arena, manual_key(declaring->arena, command));
    declare_key(declaring, id);
    declare_stream(declaring, KIND_PAYMENT, id);
}

/* The day after today's in UTC is today somewhere. */
static bool value_date_check(struct deciding *deciding, const Common__Date *value_date)
{
    if (!check_date(deciding, "value_date", value_date))
        return false;
    if (value_date->days <= (int32_t)(deciding->now_us / DAY_US) + 1)
        return true;
    deciding_refuse(deciding, &REFUSAL_VALUE_DATE_IN_FUTURE, "value_date", NULL);
    return false;
}

static bool amount_check(struct deciding *deciding, const Common__Money *message)
{
    struct money amount;
    if (!check_money(deciding, "amount", message, &amount))
        return false;
    if (money_sign(amount) > 0)
        return true;
    deciding_refuse(deciding, &REFUSAL_AMOUNT_NOT_POSITIVE, "amount", NULL);
    return false;
}

static bool record_check(struct deciding *deciding, const Payments__RecordPayment *command,
                         const char *payment_id)
{
    if (!check_id(deciding, "entity_id", command->entity_id) ||
        (*command->account_id && !check_id(deciding, "account_id", command->account_id)) ||
        !amount_check(deciding, command->amount) ||
        !value_date_check(deciding, command->value_date))
        return false;
    if (!natural_key_method((int)command->method)) {
        deciding_refuse(deciding, &REFUSAL_ENUM_REQUIRED, "method", NULL);
        return false;
    }
    if (command->at_risk_until_us < 0 || command->at_risk_until_us > INSTANT_MAX_US) {
        deciding_refuse(deciding, &REFUSAL_INSTANT_OUT_OF_RANGE, "at_risk_until_us", NULL);
        return false;
    }
    if (*command->payment_id && !text_equal(command->payment_id, payment_id)) {
        deciding_refuse(deciding, &REFUSAL_ID_NOT_DERIVED, "payment_id", "it is %s", payment_id);
        return false;
    }
    return check_text_given(deciding, "source_reference", command->source_reference,
                            CHECK_REFERENCE_BYTES_MAX) &&
           payment_remittance_check(deciding, "remittance", command->remittance, payment_id) &&
           check_sealed(deciding, "payer_name", command->payer_name, payment_id,
                        PAYMENT_SEALED_NAME);
}

void payment_record_decide(struct deciding *deciding, const Payments__RecordPayment *command)
{
    char *key = manual_key(deciding->arena, command);
    char *id = payment_id_of(deciding->arena, key);
    if (!record_check(deciding, command, id))
        return;
    if (deciding_state(deciding, KIND_PAYMENT, id)) {
        deciding_refuse(deciding, &REFUSAL_DUPLICATE_RECEIPT, "source_reference",
                        "recorded as payment %s", id);
        return;
    }
    Payments__PaymentReceived *received =
        arena_new(deciding->arena, Payments__PaymentReceived, PAYMENTS__PAYMENT_RECEIVED__INIT);
    received->payment_id = id;
    received->entity_id = command->entity_id;
    received->account_id = command->account_id;
    received->amount = command->amount;
    received->value_date = command->value_date;
    received->booking_date = command->value_date;
    received->method = command->method;
    received->natural_key = key;
    received->remittance = command->remittance;
    received->payer_name = command->payer_name;
    received->at_risk_until_us = command->at_risk_until_us;
    deciding_books(deciding, command->entity_id, command->value_date->days, 0);
    deciding_emit(deciding, KIND_PAYMENT, id, &received->base);
}

/* ---- state ---- */

void payment_evolve_received(struct arena *arena, Payments__PaymentState *state,
                             const Payments__PaymentReceived *event)
{
    Common__Money *returned = arena_new(arena, Common__Money, COMMON__MONEY__INIT);
    returned->currency = event->amount->currency;
    state->status = PAYMENT_STATUS_RECEIVED;
    state->payment = (Payments__PaymentReceived *)event;
    state->returned = returned;
    state->entity_id = event->entity_id;
}

void payment_evolve_returned(struct arena *arena, Payments__PaymentState *state,
                             const Payments__PaymentReturned *event)
{
    struct money returned = {0}, amount = {0};
    state->returned = event->returned_total;
    bool all = money_from_message(&returned, event->returned_total, NULL) == OK &&
               money_from_message(&amount, state->payment->amount, NULL) == OK &&
               money_equal(returned, amount);
    state->status = all ? PAYMENT_STATUS_RETURNED : PAYMENT_STATUS_PARTLY_RETURNED;
    arena_append(arena, state->n_return_references, state->return_references,
                 (char *)(uintptr_t)event->return_reference);
    arena_append(arena, state->n_return_keys, state->return_keys,
                 (char *)(uintptr_t)event->natural_key);
}
