/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/prepare.h"

#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "common/base/zone.h"
#include "common/identity/uuid.h"
#include "services/invoicing/domain/kinds.h"
#include "services/invoicing/domain/refusals.h"

/* Said here in the words in which decide would say it. */
static enum error refuse(struct api_call *call, const struct refusal *refusal, const char *field)
{
    call->status = refusal->http_status;
    call->code = refusal->code;
    return problem_set(&call->problem, refusal->http_status == 404 ? ERR_NOT_FOUND : ERR_MALFORMED,
                       field, refusal->rule, "%s", refusal->text);
}

/* The edge checks entities that stand in the command or in the stream of the path; this one was
 * looked up. */
static enum error entity_allow(struct api_call *call, const char *entity_id)
{
    if (api_caller_may_entity(call, entity_id))
        return OK;
    call->status = 403;
    call->code = "forbidden_entity";
    return problem_set(&call->problem, ERR_UNSUPPORTED, "entity_id", "SOD-1",
                       "the token holds no role for this legal entity");
}

static enum error state_get(struct api_call *call, int kind, const char *id, const char *field,
                            const struct refusal *missing, ProtobufCMessage **state)
{
    struct uuid uuid;
    int64_t version;
    if (!*id)
        return refuse(call, &REFUSAL_FIELD_REQUIRED, field);
    if (uuid_parse(&uuid, id, NULL) != OK)
        return refuse(call, &REFUSAL_ID_MALFORMED, field);
    enum error error = api_state(call, kind, id, state, &version);
    return error == ERR_NOT_FOUND ? refuse(call, missing, field) : error;
}

/* ---- legal entities: the id stands inside the entity, where the edge does not look ---- */

static enum error zone_check(struct api_call *call, const Invoicing__LegalEntity *entity)
{
    if (*entity->zone && !zone_find(entity->zone))
        return refuse(call, &REFUSAL_ZONE_MALFORMED, "entity.zone");
    return OK;
}

enum error prepare_register_entity(struct api_call *call, ProtobufCMessage *message)
{
    Invoicing__LegalEntity *entity = ((Invoicing__RegisterLegalEntity *)message)->entity;
    if (!entity)
        return refuse(call, &REFUSAL_FIELD_REQUIRED, "entity");
    if (!*entity->entity_id) {
        char decision[UUID_TEXT_SIZE], id[UUID_TEXT_SIZE];
        uuid_format(decision, call->decision_id);
        uuid_format(id, uuid_derive_text("entity_id", decision, NULL));
        entity->entity_id = arena_copy_text(call->arena, id);
        if (!entity->entity_id)
            return ERR_TOO_LARGE;
    }
    return zone_check(call, entity);
}

enum error prepare_change_entity(struct api_call *call, ProtobufCMessage *message)
{
    Invoicing__LegalEntity *entity = ((Invoicing__ChangeLegalEntity *)message)->entity;
    if (!entity)
        return refuse(call, &REFUSAL_FIELD_REQUIRED, "entity");
    const char *id = http_exchange_path_parameter(call->exchange, "entity_id");
    if (*entity->entity_id && strcmp(entity->entity_id, id) != 0)
        return refuse(call, &REFUSAL_ENTITY_FIELD_FIXED, "entity.entity_id");
    entity->entity_id = id;
    return zone_check(call, entity);
}

/* ---- accounts and their documents ---- */

enum error prepare_account_charge(struct api_call *call, ProtobufCMessage *message)
{
    Invoicing__RecurringCharge *charge = ((Invoicing__SetRecurringCharge *)message)->charge;
    if (!charge)
        return refuse(call, &REFUSAL_FIELD_REQUIRED, "charge");
    const char *id = http_exchange_path_parameter(call->exchange, "charge_id");
    if (*charge->charge_id && strcmp(charge->charge_id, id) != 0)
        return refuse(call, &REFUSAL_ACCOUNT_MISMATCH, "charge.charge_id");
    charge->charge_id = id;
    return OK;
}

enum error prepare_issue_invoice(struct api_call *call, ProtobufCMessage *message)
{
    Invoicing__IssueInvoice *command = (Invoicing__IssueInvoice *)message;
    ProtobufCMessage *state;
    enum error error = state_get(call, KIND_ACCOUNT, command->account_id, "account_id",
                                 &REFUSAL_ACCOUNT_NOT_FOUND, &state);
    if (error)
        return error;
    const Invoicing__AccountState *account = (const Invoicing__AccountState *)state;
    if (!*command->entity_id)
        command->entity_id = account->entity_id;
    if (!*command->customer_id)
        command->customer_id = account->customer_id;
    return entity_allow(call, account->entity_id);
}

enum error prepare_credit_note(struct api_call *call, ProtobufCMessage *message)
{
    Invoicing__IssueCreditNote *command = (Invoicing__IssueCreditNote *)message;
    ProtobufCMessage *state;
    enum error error = state_get(call, KIND_INVOICE, command->invoice_id, "invoice_id",
                                 &REFUSAL_INVOICE_NOT_FOUND, &state);
    if (error)
        return error;
    const Invoicing__InvoiceIssued *document = ((const Invoicing__InvoiceState *)state)->document;
    if (!*command->account_id)
        command->account_id = document->account_id;
    if (!*command->entity_id)
        command->entity_id = document->entity_id;
    return entity_allow(call, document->entity_id);
}

enum error prepare_cancel_invoice(struct api_call *call, ProtobufCMessage *message)
{
    ((Invoicing__IssueCreditNote *)message)->cancel = true;
    return prepare_credit_note(call, message);
}
