/* SPDX-License-Identifier: Apache-2.0
 * One request on an edge thread: caller, role, Duebook-After, action, and the problem document if
 * any of them fails. */
#include "common/base/log.h"
#include "common/base/time.h"
#include "common/http/headers.h"
#include "common/service/edge_inside.h"
#include "common/wire/message.h"

static void answer_problem(struct edge_call *call, const struct http_problem *problem)
{
    call->answered = true;
    http_exchange_answer_problem(call->call.exchange, problem);
}

void edge_answer_problem(struct edge_call *call, enum error error)
{
    if (call->answered)
        return;
    const struct problem *problem = &call->call.problem;
    int status = call->call.status ? call->call.status : http_status_of_error(error);
    if (error_class(error) == CLASS_FATAL)
        log_line(LOG_ERROR, "a request failed", LOG_TEXT("path", call->call.route->path),
                 LOG_TEXT("request_id", call->call.exchange->request_id), LOG_PROBLEM(problem));
    answer_problem(call, &(struct http_problem){
                             .status = status,
                             .code = call->call.code ? call->call.code : error_code(error),
                             .title = call->call.code ? NULL : error_text(error),
                             /* What our own faults say is for the log. */
                             .detail = status == 500 ? "see the service's log under this request id"
                                                     : problem->detail,
                             .field = status == 500 ? NULL : problem->field,
                             .rule = problem->rule});
}

enum error edge_connect(struct edge_thread *thread, struct problem *problem)
{
    if (thread->database && database_is_open(thread->database))
        return OK;
    if (monotonic_us() < thread->next_attempt_us)
        return problem_set(problem, ERR_DATABASE_AWAY, "", NULL, "PostgreSQL does not answer");
    struct database_options options = {.conninfo = thread->edge->options.conninfo,
                                       .schema = thread->edge->model->name,
                                       .application_name = "duebook edge"};
    enum error error = thread->database ? database_reopen(thread->database, problem)
                                        : database_open(&thread->database, &options, problem);
    /* A read that writes is our bug; the server then says so. Plans are made for the values at
     * hand: filters that are off fold away (listing_inside.h). */
    if (!error)
        error = database_run(thread->database,
                             "SET default_transaction_read_only = on; "
                             "SET plan_cache_mode = force_custom_plan",
                             problem);
    if (error)
        thread->next_attempt_us = monotonic_us() + SECOND_US / 2;
    return error;
}

const struct api_act *edge_acts(const struct edge *edge, int stream_kind)
{
    for (size_t i = 0; stream_kind && i < edge->n_routes; i++) {
        const struct api_action *action = edge->routes[i].action;
        if (action->kind == API_STATE && action->stream_kind == stream_kind && action->acts)
            return action->acts;
    }
    return NULL;
}

const char *message_entity(const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = message_field(message->descriptor, "entity_id");
    if (!field || field->type != PROTOBUF_C_TYPE_STRING || message_field_is_repeated(field))
        return NULL;
    const char *text = *(const char *const *)message_field_place(message, field);
    return text && *text ? text : NULL;
}

/* ---- who ---- */

static enum error authenticate(struct edge_call *call, struct access_identity *identity)
{
    const char *token;
    struct api_call *api = &call->call;
    enum error error = http_bearer_token(api->exchange, &token, &api->problem);
    if (!error)
        error = access_identify(call->edge->access, api->database, token, wall_us(), identity,
                                &api->problem);
    if (error == OK)
        return OK;
    if (error_class(error) == CLASS_RETRY || error_class(error) == CLASS_FATAL)
        return error;
    edge_count(call->edge, EDGE_METRIC_UNAUTHENTICATED, 0);
    api->status = 401;
    api->code = "unauthenticated";
    return error;
}

static enum error authorise(struct edge_call *call)
{
    struct api_call *api = &call->call;
    if (api->route->flags & ROUTE_PUBLIC)
        return OK;
    struct access_identity identity;
    enum error error = authenticate(call, &identity);
    if (error)
        return error;
    call->reveals = false;
    if (access_caller(&identity, api->route->roles, api->arena, &api->caller)) {
        call->reveals = (api->caller.roles & API_READS_PERSONAL_DATA) != 0;
        return OK;
    }
    edge_count(call->edge, EDGE_METRIC_FORBIDDEN, 0);
    api->status = 403;
    api->code = "forbidden";
    return problem_set(&api->problem, ERR_UNSUPPORTED, "Authorization", "SOD-1",
                       "the token holds no role that may do this");
}

/* ---- what ---- */

/* What a function sealed is confirmed once it says that it succeeded; commands see to it themselves
 * (pending.c). */
static enum error function_run(struct edge_call *call)
{
    struct problem problem = {0};
    enum error error = command_identify(call);
    if (!error)
        error = edge_action(call->call.route)->run(&call->call);
    if (!error && call->n_subjects && call->answered_status && call->answered_status < 300 &&
        personal_data_confirm(call->edge->options.personal_data, call->subjects, call->n_subjects,
                              &problem))
        log_line(LOG_WARN, "keys of new subjects stay pending", LOG_PROBLEM(&problem));
    return error;
}

static enum error action_run(struct edge_call *call)
{
    const struct api_action *action = edge_action(call->call.route);
    switch (action->kind) {
    case API_COMMAND:
        return command_run(call);
    case API_STATE:
        return state_run(call);
    case API_LIST:
        return listing_run(call);
    case API_FUNCTION:
    case API_IMMEDIATE:
        return function_run(call);
    }
    return ERR_INTERNAL;
}

/* OK and not *over: wait for Duebook-After and come again. */
static enum error request_run(struct edge_call *call, struct edge_item *item, bool *over)
{
    *over = true;
    enum error error = edge_connect(call->thread, &call->call.problem);
    call->call.database = call->thread->database;
    if (!error)
        error = authorise(call);
    bool reached = true;
    if (!error && !(call->call.route->flags & ROUTE_PUBLIC))
        error = after_reached(call, &reached);
    if (error)
        return error;
    int64_t now_us = monotonic_us();
    if (!item->after_us)
        item->after_us = now_us + EDGE_AFTER_MS * INT64_C(1000);
    if (!reached && now_us < item->after_us && !call->edge->stopping) {
        item->due_us = now_us + EDGE_AFTER_POLL_MS * INT64_C(1000);
        edge_count(call->edge, EDGE_METRIC_WAITED, 0);
        *over = false;
        return OK;
    }
    call->stale = !reached;
    if (call->stale)
        edge_count(call->edge, EDGE_METRIC_STALE, 0);
    return action_run(call);
}

static void call_begin(struct edge_call *call, struct edge *edge, struct http_exchange *exchange)
{
    memset(call, 0, offsetof(struct edge_call, sealings));
    call->n_sealings = call->n_subjects = call->subjects_max = 0;
    call->subjects = NULL;
    call->extra_first = call->extra_again = NULL;
    call->edge = edge;
    call->call.exchange = exchange;
    call->call.route = exchange->route;
    call->call.model = edge->model;
    call->call.shards = edge->options.shards;
    call->call.api = call;
}

bool edge_request(struct edge_thread *thread, struct edge_item *item)
{
    struct edge_call call;
    bool over = true;
    /* A session that died while nobody used it is found dead by the first statement; then once
     * more, from the start. */
    for (int attempt = 0; attempt < 2; attempt++) {
        call_begin(&call, thread->edge, item->exchange);
        call.thread = thread;
        call.call.arena = &thread->arena;
        call.call.now_us = thread->edge->options.backend.now_us(thread->edge->options.backend.self);
        enum error error = request_run(&call, item, &over);
        if (!over || call.answered)
            return over;
        bool again = error == ERR_DATABASE_AWAY && !attempt && thread->database &&
                     !database_is_open(thread->database);
        if (!again) {
            if (!error)
                error = problem_set(&call.call.problem, ERR_INTERNAL, "", NULL,
                                    "%s: the action did not answer", call.call.route->path);
            edge_answer_problem(&call, error);
            return true;
        }
        arena_reset(&thread->arena);
    }
    edge_answer_problem(&call, ERR_DATABASE_AWAY);
    return true;
}

void edge_request_immediate(struct edge *edge, struct http_exchange *exchange)
{
    struct edge_call call;
    call_begin(&call, edge, exchange);
    enum error error = edge_action(exchange->route)->run(&call.call);
    if (!call.answered)
        edge_answer_problem(&call, error ? error : ERR_INTERNAL);
}
