/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/entry.h"

#include "common/base/text.h"
#include "services/payments/domain/check.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/domain/natural_key.h"
#include "services/payments/domain/payment.h"
#include "services/payments/domain/payment_return.h"
#include "services/payments/domain/refusals.h"

enum { NATURAL_KEY_BYTES_MAX = 2000, CODE_BYTES_MAX = 140 };

/* ISO 20022 external bank transaction domains in which no customer pays: interest and fees, cash
 * management, foreign exchange, securities, loans and deposits, derivatives, precious metals. */
static const char *const domains_without_payers[] = {"ACMT", "CAMT", "FORX", "SECU",
                                                     "LDAS", "DERV", "PMET"};

static bool payer_is_possible(const char *transaction_code)
{
    for (size_t i = 0; i < sizeof domains_without_payers / sizeof *domains_without_payers; i++) {
        const char *domain = domains_without_payers[i];
        size_t length = strlen(domain);
        if (!strncmp(transaction_code, domain, length) &&
            (transaction_code[length] == '/' || !transaction_code[length]))
            return false;
    }
    return true;
}

enum entry_class entry_classify(const Payments__IngestEntry *command)
{
    struct money amount = {0};
    bool credit =
        money_from_message(&amount, command->amount, NULL) == OK && money_sign(amount) > 0;
    bool returns = *command->return_reason_code != '\0';
    if (!credit)
        return returns ? ENTRY_RETURN : ENTRY_MOVEMENT;
    /* Money of ours that comes back was not paid by a customer. */
    return returns || !payer_is_possible(command->transaction_code) ? ENTRY_MOVEMENT
                                                                    : ENTRY_RECEIPT;
}

const char *entry_key(struct arena *arena, const Payments__IngestEntry *command)
{
    if (*command->original_payment_id)
        return command->original_payment_id;
    return entry_classify(command) == ENTRY_RECEIPT
               ? payment_id_of(arena, command->natural_key)
               : bank_movement_id_of(arena, command->natural_key);
}

bool entry_reference_key(char key[ENTRY_REFERENCE_KEY_SIZE], const char *entity_id,
                         const char *reference)
{
    struct text_buffer buffer = text_buffer_on(key, ENTRY_REFERENCE_KEY_SIZE);
    text_buffer_add(&buffer, entity_id);
    text_buffer_add_character(&buffer, '/');
    text_buffer_add(&buffer, reference);
    return *reference && !buffer.overflowed;
}

void entry_ingest_declare(struct declaring *declaring, const Payments__IngestEntry *command)
{
    const char *key = entry_key(declaring->arena, command);
    declare_key(declaring, key);
    switch (entry_classify(command)) {
    case ENTRY_RECEIPT:
        declare_stream(declaring, KIND_PAYMENT, key);
        return;
    case ENTRY_RETURN:
        payment_return_declare(declaring, command);
        return;
    case ENTRY_MOVEMENT:
        declare_stream(declaring, KIND_BANK_MOVEMENT, key);
        return;
    }
}

void entry_ingest_declare_more(struct declaring *declaring, const Payments__IngestEntry *command)
{
    if (entry_classify(command) == ENTRY_RETURN)
        payment_return_declare_more(declaring, command);
}

/* ---- what is common to all rows ---- */

static bool entry_check(struct deciding *deciding, const Payments__IngestEntry *command)
{
    struct money amount;
    if (!check_id(deciding, "statement_id", command->statement_id) ||
        !check_id(deciding, "bank_account_id", command->bank_account_id) ||
        !check_id(deciding, "entity_id", command->entity_id) ||
        !check_text_given(deciding, "natural_key", command->natural_key, NATURAL_KEY_BYTES_MAX) ||
        !check_money(deciding, "amount", command->amount, &amount) ||
        !check_date(deciding, "booking_date", command->booking_date))
        return false;
    if (money_is_zero(amount)) {
        deciding_refuse(deciding, &REFUSAL_AMOUNT_ZERO, "amount", NULL);
        return false;
    }
    return check_text(deciding, "transaction_code", command->transaction_code, CODE_BYTES_MAX) &&
           check_text(deciding, "bank_reference", command->bank_reference, CODE_BYTES_MAX) &&
           check_texts(deciding, "original_references", (char *const *)command->original_references,
                       command->n_original_references);
}

static void receipt_decide(struct deciding *deciding, const Payments__IngestEntry *command)
{
    char *id = payment_id_of(deciding->arena, command->natural_key);
    if (!payment_remittance_check(deciding, "remittance", command->remittance, id) ||
        !check_sealed(deciding, "payer_name", command->payer_name, id, PAYMENT_SEALED_NAME) ||
        !check_sealed(deciding, "payer_account", command->payer_account, id,
                      PAYMENT_SEALED_ACCOUNT))
        return;
    if (deciding_state(deciding, KIND_PAYMENT, id)) {
        deciding_refuse(deciding, &REFUSAL_DUPLICATE_RECEIPT, "natural_key",
                        "recorded as payment %s", id);
        return;
    }
    Payments__PaymentReceived *received =
        arena_new(deciding->arena, Payments__PaymentReceived, PAYMENTS__PAYMENT_RECEIVED__INIT);
    received->payment_id = id;
    received->entity_id = command->entity_id;
    received->amount = command->amount;
    received->value_date = command->value_date ? command->value_date : command->booking_date;
    received->booking_date = command->booking_date;
    received->method =
        natural_key_method((int)command->method) ? command->method : PAYMENT_METHOD_BANK_TRANSFER;
    received->natural_key = command->natural_key;
    received->remittance = command->remittance;
    received->payer_name = command->payer_name;
    received->payer_account = command->payer_account;
    received->statement_id = command->statement_id;
    received->bank_account_id = command->bank_account_id;
    received->bank_reference = command->bank_reference;
    deciding_emit(deciding, KIND_PAYMENT, id, &received->base);
}

/* ---- movements ---- */

/* The first reference of the original; the row's own if it names none. */
static const char *unmatched_reference(const Payments__IngestEntry *command)
{
    if (!*command->return_reason_code)
        return "";
    if (command->n_original_references > 0)
        return command->original_references[0];
    return *command->return_reference ? command->return_reference : command->natural_key;
}

void entry_movement_emit(struct deciding *deciding, const Payments__IngestEntry *command)
{
    char *id = bank_movement_id_of(deciding->arena, command->natural_key);
    Payments__BankMovementRecorded *recorded = arena_new(
        deciding->arena, Payments__BankMovementRecorded, PAYMENTS__BANK_MOVEMENT_RECORDED__INIT);
    recorded->movement_id = id;
    recorded->entity_id = command->entity_id;
    recorded->bank_account_id = command->bank_account_id;
    recorded->statement_id = command->statement_id;
    recorded->amount = command->amount;
    recorded->booking_date = command->booking_date;
    recorded->natural_key = command->natural_key;
    recorded->transaction_code = command->transaction_code;
    recorded->bank_reference = command->bank_reference;
    recorded->unmatched_return_reference = unmatched_reference(command);
    recorded->return_reason_code = command->return_reason_code;
    deciding_emit(deciding, KIND_BANK_MOVEMENT, id, &recorded->base);
}

static void movement_decide(struct deciding *deciding, const Payments__IngestEntry *command)
{
    char *id = bank_movement_id_of(deciding->arena, command->natural_key);
    if (deciding_state(deciding, KIND_BANK_MOVEMENT, id)) {
        deciding_refuse(deciding, &REFUSAL_DUPLICATE_MOVEMENT, "natural_key",
                        "recorded as movement %s", id);
        return;
    }
    entry_movement_emit(deciding, command);
}

void entry_ingest_decide(struct deciding *deciding, const Payments__IngestEntry *command)
{
    if (!entry_check(deciding, command))
        return;
    deciding_books(deciding, command->entity_id, command->booking_date->days, 0);
    switch (entry_classify(command)) {
    case ENTRY_RECEIPT:
        receipt_decide(deciding, command);
        return;
    case ENTRY_RETURN:
        payment_return_decide(deciding, command);
        return;
    case ENTRY_MOVEMENT:
        movement_decide(deciding, command);
        return;
    }
}

void entry_movement_evolve(struct arena *arena, Payments__BankMovementState *state,
                           const Payments__BankMovementRecorded *event)
{
    (void)arena;
    state->movement = (Payments__BankMovementRecorded *)event;
    state->entity_id = event->entity_id;
}
