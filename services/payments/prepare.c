/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/prepare.h"

#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/text.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/domain/natural_key.h"
#include "services/payments/domain/references.h"
#include "services/payments/domain/refusals.h"

/* Said here in the words in which decide would say it. */
static enum error refuse(struct api_call *call, const struct refusal *refusal, const char *field)
{
    call->status = refusal->http_status;
    call->code = refusal->code;
    return problem_set(&call->problem, refusal->http_status == 404 ? ERR_NOT_FOUND : ERR_MALFORMED,
                       field, refusal->rule, "%s", refusal->text);
}

/* What the cashier named comes first, then what the payer's own words hold. */
static void references_complete(struct api_call *call, Payments__Remittance *remittance)
{
    struct references references = {.arena = call->arena}, creditor = {.arena = call->arena};
    const char *text = api_plain(call, remittance->text);
    for (size_t i = 0; i < remittance->n_references_in_text; i++)
        references_add(&references, remittance->references_in_text[i]);
    for (size_t i = 0; i < remittance->n_creditor_references; i++)
        references_add(&creditor, remittance->creditor_references[i]);
    if (text)
        references_scan(&references, &creditor, text);
    remittance->n_references_in_text = references.n;
    remittance->references_in_text =
        arena_copy(call->arena, references.texts, references.n * sizeof *references.texts);
    remittance->n_creditor_references = creditor.n;
    remittance->creditor_references =
        arena_copy(call->arena, creditor.texts, creditor.n * sizeof *creditor.texts);
}

enum error prepare_record_payment(struct api_call *call, ProtobufCMessage *message)
{
    Payments__RecordPayment *command = (Payments__RecordPayment *)message;
    char decision[UUID_TEXT_SIZE], given[UUID_TEXT_SIZE];
    if (!*command->source_reference)
        return refuse(call, &REFUSAL_FIELD_REQUIRED, "source_reference");
    if (!natural_key_method((int)command->method))
        return refuse(call, &REFUSAL_ENUM_REQUIRED, "method");
    const char *id = payment_id_of(call->arena, natural_key_manual(call->arena, command->entity_id,
                                                                   (int)command->method,
                                                                   command->source_reference));
    /* The edge fills in an id of its own where the body has none. */
    uuid_format(decision, call->decision_id);
    uuid_format(given, uuid_derive_text("payment_id", decision, NULL));
    if (!text_equal(command->payment_id, given) && !text_equal(command->payment_id, id))
        return refuse(call, &REFUSAL_ID_NOT_DERIVED, "payment_id");
    command->payment_id = id;
    if (command->remittance)
        references_complete(call, command->remittance);
    return OK;
}

/* A statement that was held before anybody registered its account names no legal entity; the
 * account does by now. */
static enum error owner_allow(struct api_call *call, const char *bank_account_id)
{
    ProtobufCMessage *state;
    int64_t version;
    if (!*bank_account_id)
        return OK;
    enum error error = api_state(call, KIND_BANK_ACCOUNT, bank_account_id, &state, &version);
    if (error == ERR_NOT_FOUND) {
        call->problem = (struct problem){0};
        return OK;
    }
    if (error != OK ||
        api_caller_may_entity(call, ((Payments__BankAccountState *)state)->entity_id))
        return error;
    call->status = 403;
    call->code = "forbidden_entity";
    return problem_set(&call->problem, ERR_UNSUPPORTED, "entity_id", "SOD-1",
                       "the token holds no role for this legal entity");
}

enum error prepare_accept_statement(struct api_call *call, ProtobufCMessage *message)
{
    Payments__AcceptStatement *command = (Payments__AcceptStatement *)message;
    ProtobufCMessage *state;
    int64_t version;
    enum error error = api_state(call, KIND_STATEMENT, command->statement_id, &state, &version);
    if (error == ERR_NOT_FOUND)
        return refuse(call, &REFUSAL_STATEMENT_NOT_FOUND, "statement_id");
    if (error != OK)
        return error;
    command->bank_account_id = ((Payments__StatementState *)state)->statement->bank_account_id;
    return owner_allow(call, command->bank_account_id);
}
