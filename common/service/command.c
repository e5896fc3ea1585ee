/* SPDX-License-Identifier: Apache-2.0
 * Command: from the body of a request to the work of a worker (API_COMMAND). Ids derive from
 * caller, route and Idempotency-Key, so that a retry meets the same head; what the caller asked is
 * remembered as a keyed hash, since the sealed request differs each time; personal data is sealed
 * last, when nothing else can refuse the command here. */
#include <sodium.h>
#include <stdio.h>

#include "common/base/text.h"
#include "common/http/headers.h"
#include "common/service/edge_inside.h"
#include "common/wire/json.h"
#include "common/wire/message.h"

static enum error bad_request(struct edge_call *call, int status, const char *code,
                              enum error error)
{
    call->call.status = status;
    call->call.code = code;
    return error;
}

/* ---- who asks for what: ids and hash ---- */

static enum error key_read(struct edge_call *call)
{
    const struct http_exchange *exchange = call->call.exchange;
    enum error error = http_idempotency_key(exchange, &call->idempotency_key, &call->call.problem);
    if (error == OK)
        return OK;
    bool may_be_absent =
        exchange->method != HTTP_POST || edge_action(call->call.route)->kind == API_FUNCTION;
    if (!may_be_absent || error != ERR_MISSING)
        return bad_request(
            call, 400,
            error == ERR_MISSING ? "idempotency_key_missing" : "idempotency_key_malformed", error);
    /* PUT, PATCH and DELETE without a key: each request is a command of its own. */
    call->call.problem = (struct problem){0};
    uint8_t bytes[16];
    char text[HEX_TEXT_SIZE(sizeof bytes)];
    randombytes_buf(bytes, sizeof bytes);
    hex_encode(text, sizeof text, bytes_of(bytes, sizeof bytes));
    call->idempotency_key = arena_copy_text(call->call.arena, text);
    return OK;
}

static void ids_derive(struct edge_call *call)
{
    char route[ROUTE_PATH_MAX + 16];
    snprintf(route, sizeof route, "%s %s", http_method_name(call->call.route->method),
             call->call.route->path);
    const char *principal = call->call.caller.principal_id;
    call->call.decision_id =
        uuid_derive_text("command-id", principal, route, call->idempotency_key, NULL);
    call->receipt_id = uuid_derive_text("receipt", principal, route, call->idempotency_key, NULL);
}

static struct bytes body_of(const struct http_exchange *exchange)
{
    return exchange->body_size ? bytes_of(exchange->body, exchange->body_size)
                               : bytes_of_text("{}");
}

/* Over the path as well: the same key for another object is another request. */
static enum error hash_text(struct edge_call *call, const char *body, size_t size)
{
    struct api_call *api = &call->call;
    struct arena_buffer text = {.arena = api->arena};
    arena_buffer_put_text(&text, http_method_name(api->route->method));
    arena_buffer_put_text(&text, " ");
    arena_buffer_put_text(&text, api->exchange->path);
    arena_buffer_put_text(&text, "\n");
    arena_buffer_put(&text, body, size);
    if (text.failed)
        return ERR_TOO_LARGE;
    keyed_hash(call->edge->request_hash_key, text.data, text.size, call->request_hash.b);
    return OK;
}

static enum error hash_request(struct edge_call *call)
{
    struct api_call *api = &call->call;
    struct bytes body = body_of(api->exchange);
    const char *canonical;
    size_t size;
    enum error error = json_canonical(api->arena, api->route->request, (const char *)body.data,
                                      body.size, NULL, &canonical, &size, &api->problem);
    return error ? error : hash_text(call, canonical, size);
}

enum error command_identify(struct edge_call *call)
{
    const struct http_exchange *exchange = call->call.exchange;
    if (exchange->method == HTTP_GET || exchange->method == HTTP_HEAD)
        return OK;
    enum error error = key_read(call);
    if (error)
        return error;
    ids_derive(call);
    /* A body in a file is the function's to recognise. */
    return hash_text(call, exchange->body ? (const char *)exchange->body : "",
                     exchange->body ? exchange->body_size : 0);
}

/* ---- the message ---- */

static const char *kind_of_field(struct arena *arena, const char *field)
{
    const char *dot = strrchr(field, '.');
    const char *name = dot ? dot + 1 : field;
    char *kind = arena_copy_text(arena, name);
    if (kind)
        kind[strcspn(kind, "[")] = 0;
    return kind;
}

static enum error seal_later(void *context, struct arena *arena, const char *field,
                             const char *text, Common__Sealed *out, struct problem *problem)
{
    struct edge_call *call = context;
    if (call->n_sealings == API_SEALINGS_MAX)
        return problem_set(problem, ERR_TOO_LARGE, field, NULL, "at most %d texts about people",
                           API_SEALINGS_MAX);
    const char *kind = kind_of_field(arena, field), *copy = arena_copy_text(arena, text);
    if (!kind || !copy)
        return ERR_TOO_LARGE;
    call->sealings[call->n_sealings++] = (struct api_sealing){kind, copy, out};
    return OK;
}

static enum error text_set(struct edge_call *call, ProtobufCMessage *command,
                           const ProtobufCFieldDescriptor *field, const char *value)
{
    const char *given = field->type == PROTOBUF_C_TYPE_STRING
                            ? *(const char *const *)message_field_place(command, field)
                            : NULL;
    if (given && *given && strcmp(given, value))
        return problem_set(&call->call.problem, ERR_MALFORMED, field->name, NULL,
                           "the body says something else than the path");
    return message_set_text(call->call.arena, command, field->name, value, &call->call.problem);
}

static enum error path_set(struct edge_call *call, ProtobufCMessage *command)
{
    const struct http_exchange *exchange = call->call.exchange;
    for (size_t i = 0; i < exchange->path_parameter_count; i++) {
        const struct http_pair *pair = &exchange->path_parameters[i];
        const ProtobufCFieldDescriptor *field = message_field(command->descriptor, pair->name);
        if (!field || message_field_is_repeated(field))
            continue;
        enum error error = text_set(call, command, field, pair->value);
        if (error)
            return error;
    }
    return OK;
}

static const char *id_get(const ProtobufCMessage *command, const char *name)
{
    const ProtobufCFieldDescriptor *field = name ? message_field(command->descriptor, name) : NULL;
    const char *text = field && field->type == PROTOBUF_C_TYPE_STRING
                           ? *(const char *const *)message_field_place(command, field)
                           : NULL;
    return text && *text ? text : NULL;
}

static enum error id_set(struct edge_call *call, ProtobufCMessage *command)
{
    const char *name = edge_action(call->call.route)->id_field;
    struct uuid given;
    if (!name)
        return OK;
    const char *text = id_get(command, name);
    if (text)
        return uuid_parse(&given, text, NULL)
                   ? problem_set(&call->call.problem, ERR_MALFORMED, name, NULL,
                                 "must be a UUID in lower case, or absent")
                   : OK;
    char decision[UUID_TEXT_SIZE], id[UUID_TEXT_SIZE];
    uuid_format(decision, call->call.decision_id);
    uuid_format(id, uuid_derive_text(name, decision, NULL));
    return message_set_text(call->call.arena, command, name, id, &call->call.problem);
}

/* ---- may this caller, for this legal entity ---- */

static enum error entity_check(struct edge_call *call, const ProtobufCMessage *command)
{
    struct api_call *api = &call->call;
    if (api->caller.all_entities)
        return OK;
    const struct api_action *action = edge_action(api->route);
    const char *entity = message_entity(command);
    if (!entity && action->stream_kind && action->id_parameter) {
        ProtobufCMessage *state;
        int64_t version;
        enum error error = api_state(
            api, action->stream_kind,
            http_exchange_path_parameter(api->exchange, action->id_parameter), &state, &version);
        if (error)
            return error == ERR_NOT_FOUND ? OK : error; /* the decision says so in its own words */
        entity = message_entity(state);
    }
    if (!entity || api_caller_may_entity(api, entity))
        return OK;
    edge_count(call->edge, EDGE_METRIC_FORBIDDEN, 0);
    (void)problem_set(&api->problem, ERR_UNSUPPORTED, "entity_id", "SOD-1",
                      "the token holds no role for this legal entity");
    return bad_request(call, 403, "forbidden_entity", ERR_UNSUPPORTED);
}

static enum error if_match_read(struct edge_call *call)
{
    struct api_call *api = &call->call;
    const struct api_action *action = edge_action(api->route);
    if (!(api->route->flags & (ROUTE_IF_MATCH | ROUTE_NEEDS_IF_MATCH)) || !action->stream_kind ||
        !action->id_parameter)
        return OK;
    enum error error = http_if_match_version(api->exchange, &call->expected_version, &api->problem);
    if (error == ERR_MISSING) {
        api->problem = (struct problem){0};
        return OK;
    }
    if (error)
        return bad_request(call, 400, "malformed_header", error);
    call->expected = (struct stream_ref){
        action->stream_kind, http_exchange_path_parameter(api->exchange, action->id_parameter)};
    return OK;
}

/* ---- sealing ---- */

enum error command_subject(struct edge_call *call, struct uuid subject)
{
    if (call->n_subjects == call->subjects_max) {
        size_t max = call->subjects_max ? 2 * call->subjects_max : 16;
        struct uuid *grown = arena_get(call->call.arena, max * sizeof *grown);
        if (!grown)
            return ERR_TOO_LARGE;
        if (call->n_subjects)
            memcpy(grown, call->subjects, call->n_subjects * sizeof *grown);
        call->subjects = grown;
        call->subjects_max = max;
    }
    call->subjects[call->n_subjects++] = subject;
    return OK;
}

/* Whom the command is about: the thing that it makes or names. */
static const char *subject_of(struct edge_call *call, const ProtobufCMessage *command)
{
    const struct api_action *action = edge_action(call->call.route);
    const struct http_exchange *exchange = call->call.exchange;
    struct uuid uuid;
    const char *id = id_get(command, "subject_id");
    if (!id)
        id = id_get(command, action->id_field);
    if (!id && action->id_parameter)
        id = http_exchange_path_parameter(exchange, action->id_parameter);
    for (size_t i = 0; !id && i < exchange->path_parameter_count; i++)
        if (!uuid_parse(&uuid, exchange->path_parameters[i].value, NULL))
            id = exchange->path_parameters[i].value;
    if (id)
        return id;
    char *derived = arena_get(call->call.arena, UUID_TEXT_SIZE);
    if (derived)
        uuid_format(derived, call->call.decision_id);
    return derived;
}

static const struct statement receipt_exists = {
    .name = "edge_receipt_exists",
    .sql = "SELECT EXISTS (SELECT FROM command_receipt WHERE id = $1::uuid)"};

/* The subject was erased. A command that was answered before is answered so again, and its message
 * is not looked at; any other cannot be sealed any more. */
static enum error sealed_before(struct edge_call *call)
{
    struct problem erased = call->call.problem;
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_uuid(&parameters, call->receipt_id);
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(call->call.database, &receipt_exists, &parameters, &rows,
                                      &call->call.problem);
    if (error || rows_bool(&rows, 0, 0))
        return error;
    call->call.problem = erased;
    return bad_request(call, 409, "subject_erased", ERR_NOT_FOUND);
}

static enum error seal_now(struct edge_call *call, const ProtobufCMessage *command)
{
    struct api_call *api = &call->call;
    size_t n = call->n_sealings;
    if (!n)
        return OK;
    const char *subject = subject_of(call, command);
    struct sealing *items = arena_get(api->arena, n * sizeof *items);
    if (!subject || !items)
        return ERR_TOO_LARGE;
    for (size_t i = 0; i < n; i++)
        items[i] = (struct sealing){subject, call->sealings[i].kind, call->sealings[i].text,
                                    call->sealings[i].sealed};
    enum error error =
        personal_data_seal(call->edge->options.personal_data, api->arena, items, n, &api->problem);
    if (error == ERR_NOT_FOUND)
        return sealed_before(call);
    if (error)
        return error;
    struct uuid uuid;
    error = uuid_parse(&uuid, subject, &api->problem);
    return error ? error : command_subject(call, uuid);
}

static enum error command_read(struct edge_call *call, ProtobufCMessage **command)
{
    struct api_call *api = &call->call;
    struct bytes body = body_of(api->exchange);
    struct json_options options = {.context = call, .seal = seal_later};
    call->n_sealings = 0;
    enum error error = json_read(api->arena, api->route->request, (const char *)body.data,
                                 body.size, &options, command, &api->problem);
    if (!error)
        error = path_set(call, *command);
    if (!error)
        error = id_set(call, *command);
    return error;
}

enum error command_run(struct edge_call *call)
{
    struct api_call *api = &call->call;
    const struct api_action *action = edge_action(api->route);
    const struct handler *handler = model_handler(api->model, api->route->request->name);
    ProtobufCMessage *command = NULL;
    enum error error = key_read(call);
    if (error)
        return error;
    ids_derive(call);
    error = hash_request(call);
    if (!error)
        error = command_read(call, &command);
    if (!error)
        error = if_match_read(call);
    if (!error)
        error = entity_check(call, command);
    if (!error && action->prepare)
        error = action->prepare(api, command);
    if (!error && !call->answered)
        error = message_check_required(command, handler->required, &api->problem);
    if (!error && !call->answered)
        error = seal_now(call, command);
    if (error || call->answered)
        return error;
    return api_submit(api, command);
}
