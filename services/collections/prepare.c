/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/prepare.h"

#include "billing/collections/v1/collections.pb-c.h"
#include "common/base/text.h"
#include "common/base/zone.h"
#include "common/money/calendar.h"
#include "services/collections/domain/delinquency.h"
#include "services/collections/domain/kinds.h"
#include "services/collections/domain/refusals.h"
#include "services/collections/model.h"
#include "services/collections/store.h"

/* Said here in the words in which decide would say it. */
static enum error refuse(struct api_call *call, const struct refusal *refusal, const char *field)
{
    call->status = refusal->http_status;
    call->code = refusal->code;
    return problem_set(&call->problem, refusal->http_status == 404 ? ERR_NOT_FOUND : ERR_MALFORMED,
                       field, refusal->rule, "%s", refusal->text);
}

static enum error zone_get(struct api_call *call, const char *entity_id, const struct zone **zone)
{
    const char *name;
    enum error error =
        collections_zone_read(call->database, call->arena, entity_id, &name, &call->problem);
    if (error == ERR_NOT_FOUND)
        return refuse(call, &COLLECTIONS_ENTITY_NOT_FOUND, "entity_id");
    if (error)
        return error;
    *zone = zone_find(name);
    return *zone ? OK
                 : problem_set(&call->problem, ERR_CONFIG, "entity_id", "GEN-5",
                               "the machine does not know the legal entity's time zone");
}

enum error collections_prepare_evaluate(struct api_call *call, ProtobufCMessage *message)
{
    Collections__EvaluateAccount *command = (Collections__EvaluateAccount *)message;
    ProtobufCMessage *state;
    const struct zone *zone;
    int64_t version, complete_us;
    enum error error = api_state(call, KIND_CASE, command->account_id, &state, &version);
    if (error == ERR_NOT_FOUND)
        return refuse(call, &COLLECTIONS_CASE_NOT_FOUND, "account_id");
    if (!error)
        error = zone_get(call, ((const Collections__CaseState *)state)->entity_id, &zone);
    if (error)
        return error;
    struct date today = date_of_instant(zone, call->now_us);
    if (!command->as_of)
        command->as_of = debt_days_message(call->arena, today.days);
    if (!command->as_of)
        return ERR_TOO_LARGE;
    if (command->as_of->days > today.days)
        return refuse(call, &COLLECTIONS_EVALUATION_DATE_IN_FUTURE, "as_of");
    error = api_feed_complete_us(call, DEBT_TOPIC, &complete_us);
    if (!error && complete_us < date_start_us(zone, (struct date){command->as_of->days}))
        error = refuse(call, &COLLECTIONS_FEED_BEHIND, "as_of");
    return error;
}

/* The edge checks an entity_id of the command itself; this one stands in the path and inside the
 * policy. */
static enum error entity_allow(struct api_call *call, const char *entity_id)
{
    if (api_caller_may_entity(call, entity_id))
        return OK;
    call->status = 403;
    call->code = "forbidden_entity";
    return problem_set(&call->problem, ERR_UNSUPPORTED, "entity_id", "SOD-1",
                       "the token holds no role for this legal entity");
}

static enum error from_path(struct api_call *call, const char *name, const char *field,
                            const char **text)
{
    const char *given = http_exchange_path_parameter(call->exchange, name);
    if (**text && !text_equal(*text, given))
        return problem_set(&call->problem, ERR_MALFORMED, field, NULL,
                           "the body says something else than the path");
    *text = given;
    return OK;
}

enum error collections_prepare_set_policy(struct api_call *call, ProtobufCMessage *message)
{
    Collections__DunningPolicy *policy = ((Collections__SetDunningPolicy *)message)->policy;
    const struct zone *zone;
    if (!policy)
        return refuse(call, &COLLECTIONS_FIELD_REQUIRED, "policy");
    enum error error = from_path(call, "entity_id", "policy.entity_id", &policy->entity_id);
    if (!error)
        error = from_path(call, "segment", "policy.segment", &policy->segment);
    if (!error)
        error = entity_allow(call, policy->entity_id);
    return error ? error : zone_get(call, policy->entity_id, &zone);
}
