/* SPDX-License-Identifier: Apache-2.0
 * Pending: a command between the edge and its answer. The worker answers it on its own thread as
 * soon as it is committed, unless personal data must be opened or keys confirmed: then it comes
 * back to an edge thread. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/log.h"
#include "common/service/answer.h"
#include "common/service/edge_inside.h"
#include "common/wire/json.h"
#include "common/wire/message.h"

struct pending {
    struct work work;
    struct edge *edge;
    struct http_exchange *exchange;
    const struct route *route;
    uint32_t roles;
    bool reveals, stale;
    struct uuid *subjects; /* whose keys are to be confirmed */
    size_t n_subjects;
    char *extra_first, *extra_again; /* NULL: none */
    char *body;                      /* a copy, once it leaves the unit's arena */
    size_t body_size;
    char memory[]; /* payload and texts of the work */
};

static bool is_ours(const struct work *work)
{
    return work->origin == WORK_COMMAND && work->receipt.wanted && work->owner;
}

bool pending_view(const struct work *work, struct pending_view *view)
{
    if (!is_ours(work))
        return false;
    const struct pending *pending = work->owner;
    *view = (struct pending_view){
        .edge = pending->edge,
        .roles = pending->roles,
        .acts = edge_action(pending->route)->acts,
        .status = pending->route->flags & ROUTE_CREATES    ? 201
                  : pending->route->flags & ROUTE_ACCEPTED ? 202
                                                           : 200,
    };
    return true;
}

static void pending_free(struct pending *pending)
{
    atomic_fetch_sub(&pending->edge->pending_count, 1);
    free(pending->subjects);
    free(pending->extra_first);
    free(pending->extra_again);
    free(pending->body);
    free(pending);
}

/* ---- answering ---- */

static bool route_shows(const struct edge *edge, const char *path)
{
    size_t size = strlen(path);
    for (size_t i = 0; i < edge->n_routes; i++) {
        const struct route *route = &edge->routes[i];
        const char *rest = route->path + size;
        if (route->method == HTTP_GET && !strncmp(route->path, path, size) && rest[0] == '/' &&
            rest[1] == '{' && !strchr(rest + 1, '/'))
            return true;
    }
    return false;
}

/* What an error of the loop says to whoever asked; refusals and stored answers have their own
 * bodies. */
static struct http_problem problem_of(const struct work *work)
{
    struct http_problem problem = {
        .detail = work->problem.detail, .field = work->problem.field, .rule = work->problem.rule};
    switch (work->result) {
    case WORK_CONFLICT:
        return (struct http_problem){
            .status = 422,
            .code = "IDEMPOTENCY_CONFLICT",
            .field = "Idempotency-Key",
            .rule = "GEN-8",
            .detail = "another request used this key; a new request needs a new key"};
    case WORK_HELD:
        problem.status = 409;
        problem.code = "HELD";
        if (!*work->problem.detail)
            problem.detail =
                "an earlier message for this key was put aside; an operator must redrive it";
        return problem;
    case WORK_FAILED:
    case WORK_PARKED:
        problem.status =
            http_status_of_error(work->problem.error ? work->problem.error : ERR_INTERNAL);
        problem.code = error_code(work->problem.error ? work->problem.error : ERR_INTERNAL);
        problem.title = error_text(work->problem.error ? work->problem.error : ERR_INTERNAL);
        return problem;
    case WORK_OPEN:
    case WORK_DEFERRED:
    case WORK_APPLIED:
    case WORK_REFUSED:
    case WORK_REPLAYED:
    case WORK_IGNORED:
    case WORK_DUPLICATE:
    case WORK_AHEAD:
    case WORK_FORKED:
    case WORK_WAITS:
        break;
    }
    problem.status = 503;
    problem.code = error_code(work->problem.error ? work->problem.error : ERR_AGAIN);
    problem.retry_after_s = 1;
    if (!*work->problem.detail)
        problem.detail = "nothing was written; ask again with the same Idempotency-Key";
    return problem;
}

static bool was_answered(const struct work *work)
{
    return (work->result == WORK_APPLIED || work->result == WORK_REFUSED ||
            work->result == WORK_REPLAYED) &&
           work->answer_status;
}

enum { ANSWER_HEADERS = 6, HEADER_TEXT = 128 };

struct answer_headers {
    struct http_pair pairs[ANSWER_HEADERS + 1];
    char position[HEADER_TEXT], etag[HEADER_TEXT], location[ROUTE_PATH_MAX + HEADER_TEXT];
};

static void headers_make(const struct pending *pending, struct answer_headers *headers)
{
    const struct work *work = &pending->work;
    size_t n = 0;
    snprintf(headers->position, sizeof headers->position, "%s/%d/%lld", pending->edge->model->name,
             (int)work->shard, (long long)work->position);
    headers->pairs[n++] = (struct http_pair){"Duebook-Position", headers->position};
    if (work->result == WORK_REPLAYED)
        headers->pairs[n++] = (struct http_pair){"Idempotency-Replayed", "true"};
    if (pending->stale)
        headers->pairs[n++] = (struct http_pair){"Duebook-Stale", "true"};
    if (work->answer_status < 300 && *work->answer_etag) {
        snprintf(headers->etag, sizeof headers->etag, "\"%s\"", work->answer_etag);
        headers->pairs[n++] = (struct http_pair){"ETag", headers->etag};
    }
    if (work->answer_status == 201 && *work->answer_subject &&
        route_shows(pending->edge, pending->route->path)) {
        snprintf(headers->location, sizeof headers->location, "%s/%s", pending->exchange->path,
                 work->answer_subject);
        headers->pairs[n++] = (struct http_pair){"Location", headers->location};
    }
    headers->pairs[n] = (struct http_pair){0};
}

static size_t outcome_of(const struct work *work)
{
    if (!was_answered(work))
        return 3;
    if (work->result == WORK_REPLAYED)
        return 1;
    return work->result == WORK_REFUSED ? 2 : 0;
}

/* Gives the exchange away and frees the command. */
static void pending_answer(struct pending *pending, const char *body, size_t size)
{
    const struct work *work = &pending->work;
    edge_count(pending->edge, EDGE_METRIC_COMMANDS, outcome_of(work));
    if (!was_answered(work)) {
        struct http_problem problem = problem_of(work);
        if (problem.status == 500)
            log_line(LOG_ERROR, "a command failed", LOG_TEXT("path", pending->route->path),
                     LOG_TEXT("result", work_result_name(work->result)),
                     LOG_TEXT("request_id", pending->exchange->request_id),
                     LOG_PROBLEM(&work->problem));
        http_exchange_answer_problem(pending->exchange, &problem);
    } else {
        struct answer_headers headers;
        headers_make(pending, &headers);
        http_exchange_answer(pending->exchange,
                             &(struct http_answer){.status = work->answer_status,
                                                   .content_type = work->answer_status >= 400
                                                                       ? "application/problem+json"
                                                                       : NULL,
                                                   .headers = headers.pairs,
                                                   .body = body,
                                                   .body_size = size});
    }
    pending_free(pending);
}

/* ---- the end of a command ---- */

static bool holds_sealed(const char *body, size_t size)
{
    static const char mark[] = "{\"sealed\":\"";
    return size && memmem(body, size, mark, sizeof mark - 1) != NULL;
}

static bool wants_vault(const struct pending *pending)
{
    const struct work *work = &pending->work;
    if (!was_answered(work) || work->answer_status >= 400)
        return false;
    return pending->n_subjects || pending->extra_first ||
           (pending->reveals && holds_sealed((const char *)work->answer, work->answer_size));
}

static void body_put(struct arena_buffer *out, const char *body, size_t size, const char *extra)
{
    if (extra && size > 1 && body[size - 1] == '}') {
        arena_buffer_put(out, body, size - 1);
        if (size > 2)
            arena_buffer_put_text(out, ",");
        arena_buffer_put_text(out, extra);
        arena_buffer_put_text(out, "}");
    } else {
        arena_buffer_put(out, body, size);
    }
}

/* A key that is not confirmed now is confirmed by the sweep, which finds its stream. */
static void confirm(struct pending *pending)
{
    struct problem problem = {0};
    if (pending->n_subjects &&
        personal_data_confirm(pending->edge->options.personal_data, pending->subjects,
                              pending->n_subjects, &problem))
        log_line(LOG_WARN, "keys of new subjects stay pending", LOG_PROBLEM(&problem));
}

static void finish(struct pending *pending, struct arena *arena)
{
    const char *body = pending->body;
    size_t size = pending->body_size;
    struct problem problem = {0};
    struct arena_buffer revealed = {.arena = arena}, out = {.arena = arena};
    confirm(pending);
    if (pending->reveals && holds_sealed(body, size) &&
        !answer_reveal(pending->edge->options.personal_data, arena, body, size, &revealed,
                       &problem)) {
        body = revealed.data;
        size = revealed.size;
    }
    bool again = pending->work.result == WORK_REPLAYED;
    body_put(&out, body, size, again ? pending->extra_again : pending->extra_first);
    if (out.failed)
        pending_answer(pending, body, size);
    else
        pending_answer(pending, out.data, out.size);
}

void pending_finish(struct edge_thread *thread, struct pending *pending)
{
    finish(pending, &thread->arena);
}

static void done(struct work *work)
{
    struct pending *pending = work->owner;
    if (!wants_vault(pending)) {
        pending_answer(pending, (const char *)work->answer, work->answer_size);
        return;
    }
    pending->body = malloc(work->answer_size + 1);
    if (!pending->body)
        abort();
    memcpy(pending->body, work->answer, work->answer_size);
    pending->body[work->answer_size] = 0;
    pending->body_size = work->answer_size;
    work->answer = (uint8_t *)pending->body;
    if (edge_finish_later(pending->edge, pending))
        return;
    /* The edge has stopped; this worker is about to. */
    struct arena arena;
    arena_init(&arena, EDGE_ARENA_BYTES);
    finish(pending, &arena);
    arena_fini(&arena);
}

/* ---- the beginning ---- */

static char *put(char **at, const void *bytes, size_t size)
{
    char *place = *at;
    memcpy(place, bytes, size);
    place[size] = 0;
    *at += size + 1;
    return place;
}

static char *copy_or_null(const char *text)
{
    return text ? strdup(text) : NULL;
}

static struct pending *pending_new(struct edge_call *call, const ProtobufCMessage *command)
{
    const struct api_call *api = &call->call;
    size_t payload_size = protobuf_c_message_get_packed_size(command);
    const char *traceparent = http_exchange_header(api->exchange, "traceparent");
    size_t key_size = strlen(call->idempotency_key);
    size_t trace_size = traceparent ? strlen(traceparent) : 0;
    struct pending *pending = calloc(1, sizeof *pending + payload_size + key_size + trace_size +
                                            2 * (UUID_TEXT_SIZE + 16) + 8);
    if (!pending)
        abort();
    char *at = pending->memory;
    struct work *work = &pending->work;
    work->record.payload = (const uint8_t *)at;
    work->record.payload_size = protobuf_c_message_pack(command, (uint8_t *)at);
    assert(work->record.payload_size == payload_size);
    at += payload_size + 1;
    work->origin = WORK_COMMAND;
    work->record.type = command->descriptor->name;
    work->command_key = put(&at, call->idempotency_key, key_size);
    work->traceparent = traceparent ? put(&at, traceparent, trace_size) : NULL;
    char actor[UUID_TEXT_SIZE + 16];
    int actor_size = snprintf(actor, sizeof actor, "principal:%s", api->caller.principal_id);
    work->actor = put(&at, actor, (size_t)actor_size);
    if (call->expected.id)
        work->expected = (struct stream_ref){
            call->expected.kind, put(&at, call->expected.id, strlen(call->expected.id))};
    work->expected_version = call->expected_version;
    work->cause = (struct cause){.topic = ""};
    work->decision_id = api->decision_id;
    work->receipt = (struct receipt_key){true, call->receipt_id, call->request_hash};
    work->owner = pending;
    pending->edge = call->edge;
    pending->exchange = api->exchange;
    pending->route = api->route;
    pending->roles = api->caller.roles;
    pending->reveals = call->reveals;
    pending->stale = call->stale;
    pending->n_subjects = call->n_subjects;
    if (call->n_subjects) {
        pending->subjects = calloc(call->n_subjects, sizeof *pending->subjects);
        if (!pending->subjects)
            abort();
        memcpy(pending->subjects, call->subjects, call->n_subjects * sizeof *call->subjects);
    }
    pending->extra_first = copy_or_null(call->extra_first);
    pending->extra_again = copy_or_null(call->extra_again);
    atomic_fetch_add(&call->edge->pending_count, 1);
    return pending;
}

enum error pending_submit(struct edge_call *call, const ProtobufCMessage *command)
{
    assert(call->idempotency_key); /* a read does not write */
    if (protobuf_c_message_get_packed_size(command) > MESSAGE_BYTES_MAX)
        return problem_set(&call->call.problem, ERR_TOO_LARGE, "", NULL,
                           "a command has at most %d bytes", MESSAGE_BYTES_MAX);
    struct pending *pending = pending_new(call, command);
    const struct edge_backend *backend = &call->edge->options.backend;
    /* From here on the exchange may be answered at any moment, by another thread. */
    call->answered = true;
    enum error error = backend->submit(backend->self, &pending->work, done, &call->call.problem);
    if (error) {
        call->answered = false;
        pending_free(pending);
    }
    return error;
}
