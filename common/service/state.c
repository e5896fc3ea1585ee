/* SPDX-License-Identifier: Apache-2.0
 * State: one object as last committed (API_STATE), with its version as ETag and the acts that this
 * caller may do on it. */
#include <stdio.h>

#include "common/http/headers.h"
#include "common/service/answer.h"
#include "common/service/edge_inside.h"
#include "common/wire/json.h"

static enum error state_find(struct edge_call *call, ProtobufCMessage **state, int64_t *version)
{
    struct api_call *api = &call->call;
    const struct api_action *action = edge_action(api->route);
    const char *id = http_exchange_path_parameter(api->exchange, action->id_parameter);
    struct uuid uuid;
    if (uuid_parse(&uuid, id, NULL))
        return problem_set(&api->problem, ERR_MALFORMED, action->id_parameter, NULL,
                           "must be a UUID in lower case");
    enum error error = api_state(api, action->stream_kind, id, state, version);
    if (error == ERR_NOT_FOUND)
        return problem_set(&api->problem, ERR_NOT_FOUND, action->id_parameter, NULL,
                           "there is no %s with this id",
                           model_kind(api->model, action->stream_kind)->name);
    if (error)
        return error;
    const char *entity = message_entity(*state);
    if (!entity || api_caller_may_entity(api, entity))
        return OK;
    api->status = 403;
    api->code = "forbidden_entity";
    return problem_set(&api->problem, ERR_UNSUPPORTED, "entity_id", "SOD-1",
                       "the token holds no role for this legal entity");
}

static void state_answer(struct edge_call *call, int status, const char *tag, const char *body,
                         size_t size)
{
    char etag[80];
    http_etag_write(etag, tag);
    struct http_pair headers[3] = {{"ETag", etag}};
    if (call->stale)
        headers[1] = (struct http_pair){"Duebook-Stale", "true"};
    call->answered = true;
    http_exchange_answer(call->call.exchange, &(struct http_answer){.status = status,
                                                                    .headers = headers,
                                                                    .body = body,
                                                                    .body_size = size});
}

enum error state_run(struct edge_call *call)
{
    struct api_call *api = &call->call;
    ProtobufCMessage *state;
    int64_t version = 0;
    char tag[24];
    enum error error = state_find(call, &state, &version);
    if (error)
        return error;
    snprintf(tag, sizeof tag, "%lld", (long long)version);
    if (http_if_none_match(api->exchange, tag) == HTTP_MATCH_YES) {
        state_answer(call, 304, tag, NULL, 0);
        return OK;
    }
    struct json_options options = {.emit_defaults = true};
    struct arena_buffer out = {.arena = api->arena}, revealed = {.arena = api->arena};
    error =
        answer_write_state(&out, state, edge_action(api->route)->acts, api->caller.roles, &options);
    if (!error && call->reveals)
        error = answer_reveal(call->edge->options.personal_data, api->arena, out.data, out.size,
                              &revealed, &api->problem);
    if (error)
        return error;
    struct arena_buffer *body = call->reveals ? &revealed : &out;
    state_answer(call, 200, tag, body->data, body->size);
    return OK;
}
