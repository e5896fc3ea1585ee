/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/api.h"

#include <assert.h>
#include <stdio.h>

#include "common/base/time.h"
#include "common/service/answer.h"
#include "common/service/edge_inside.h"
#include "common/wire/json.h"

static const struct edge_backend *backend_of(struct api_call *call)
{
    return &edge_call(call)->edge->options.backend;
}

enum error api_state(struct api_call *call, int kind, const char *id, ProtobufCMessage **state,
                     int64_t *version)
{
    const struct edge_backend *backend = backend_of(call);
    return backend->state(backend->self, call->database, call->arena, kind, id, state, version,
                          &call->problem);
}

enum error api_look_up(struct api_call *call, int index, const char *key, struct stream_ref *refs,
                       size_t max, size_t *n)
{
    const struct edge_backend *backend = backend_of(call);
    return backend->look_up(backend->self, call->database, call->arena, index, key, refs, max, n,
                            &call->problem);
}

enum error api_submit(struct api_call *call, ProtobufCMessage *command)
{
    return pending_submit(edge_call(call), command);
}

enum error api_submit_all(struct api_call *call, struct job_command *commands, size_t n)
{
    const struct edge_backend *backend = backend_of(call);
    return backend->submit_all(backend->self, commands, n, &call->problem);
}

/* ---- answering ---- */

void api_answer_text(struct api_call *call, int status, const char *content_type, const void *body,
                     size_t size)
{
    struct edge_call *edge = edge_call(call);
    assert(!edge->answered);
    static const struct http_pair stale[] = {{"Duebook-Stale", "true"}, {0}};
    edge->answered = true;
    edge->answered_status = status;
    http_exchange_answer(call->exchange,
                         &(struct http_answer){.status = status,
                                               .content_type = content_type,
                                               .headers = edge->stale ? stale : NULL,
                                               .body = body,
                                               .body_size = size});
}

void api_answer_file(struct api_call *call, const char *content_type, const char *download,
                     int file, size_t size)
{
    struct edge_call *edge = edge_call(call);
    assert(!edge->answered);
    char disposition[128];
    struct http_pair headers[3] = {{0}};
    size_t n = 0;
    if (download) {
        snprintf(disposition, sizeof disposition, "attachment; filename=\"%s\"", download);
        headers[n++] = (struct http_pair){"Content-Disposition", disposition};
    }
    if (edge->stale)
        headers[n] = (struct http_pair){"Duebook-Stale", "true"};
    edge->answered = true;
    http_exchange_answer_file(
        call->exchange,
        &(struct http_answer){.status = 200, .content_type = content_type, .headers = headers}, file,
        size);
}

void api_answer_json(struct api_call *call, int status, const char *json, size_t size)
{
    api_answer_text(call, status, NULL, json, size);
}

static void answer_too_large(struct api_call *call, enum error error)
{
    (void)problem_set(&call->problem, error, "", NULL, "the answer is too large for one document");
    call->status = 500;
    edge_answer_problem(edge_call(call), error);
}

void api_answer_message(struct api_call *call, int status, const ProtobufCMessage *message)
{
    struct edge_call *edge = edge_call(call);
    struct json_options options = {.emit_defaults = true};
    struct arena_buffer out = {.arena = call->arena}, revealed = {.arena = call->arena};
    enum error error = json_write(&out, message, &options);
    if (error || out.failed) {
        answer_too_large(call, error ? error : ERR_TOO_LARGE);
        return;
    }
    if (edge->reveals)
        error = answer_reveal(edge->edge->options.personal_data, call->arena, out.data, out.size,
                              &revealed, &call->problem);
    if (error)
        edge_answer_problem(edge, error);
    else
        api_answer_json(call, status, edge->reveals ? revealed.data : out.data,
                        edge->reveals ? revealed.size : out.size);
}

/* ---- legal entities ---- */

bool api_caller_may_entity(const struct api_call *call, const char *entity_id)
{
    if (call->caller.all_entities)
        return true;
    for (const char *const *entity = call->caller.entities; entity && *entity; entity++)
        if (!strcmp(*entity, entity_id))
            return true;
    return false;
}

/* ---- personal data ---- */

enum error api_seal_all(struct api_call *call, const struct sealing *items, size_t n)
{
    struct edge_call *edge = edge_call(call);
    enum error error = OK;
    for (size_t at = 0; at < n && !error; at += PERSONAL_DATA_BATCH_MAX) {
        size_t part = n - at < PERSONAL_DATA_BATCH_MAX ? n - at : PERSONAL_DATA_BATCH_MAX;
        error = personal_data_seal(edge->edge->options.personal_data, call->arena, items + at, part,
                                   &call->problem);
    }
    for (size_t i = 0; i < n && !error; i++) {
        struct uuid subject;
        error = uuid_parse(&subject, items[i].subject_id, &call->problem);
        if (!error)
            error = command_subject(edge, subject);
    }
    return error;
}

enum error api_seal(struct api_call *call, const char *subject_id, const char *kind,
                    const char *text, Common__Sealed **sealed)
{
    *sealed = arena_new(call->arena, Common__Sealed, COMMON__SEALED__INIT);
    struct sealing item = {subject_id, kind, text, *sealed};
    return *sealed ? api_seal_all(call, &item, 1) : ERR_TOO_LARGE;
}

const char *api_plain(const struct api_call *call, const Common__Sealed *sealed)
{
    const struct edge_call *edge = edge_call(call);
    for (size_t i = 0; sealed && i < edge->n_sealings; i++)
        if (edge->sealings[i].sealed == sealed)
            return edge->sealings[i].text;
    return NULL;
}

const char *api_reveal(struct api_call *call, const Common__Sealed *sealed)
{
    struct edge_call *edge = edge_call(call);
    const char *text = NULL;
    struct problem problem = {0};
    if (!edge->reveals)
        return "[sealed]";
    if (personal_data_open(edge->edge->options.personal_data, call->arena, &sealed, 1, &text, NULL,
                           &problem))
        return "[unavailable]";
    return text ? text : "[erased]";
}

struct personal_data *api_personal_data(const struct api_call *call)
{
    return edge_call(call)->edge->options.personal_data;
}

/* ---- feeds ---- */

static const struct statement feed_complete = {
    .name = "api_feed_complete",
    .sql = "SELECT count(*)::int8, min(complete_at) FROM inbox WHERE topic = $1::text"};

enum error api_feed_complete_us(struct api_call *call, const char *topic, int64_t *complete_us)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_text(&parameters, topic);
    ROWS_AUTO struct rows rows = {0};
    enum error error =
        database_query(call->database, &feed_complete, &parameters, &rows, &call->problem);
    if (error)
        return error;
    bool all = rows_int64(&rows, 0, 0) >= call->shards && !rows_is_null(&rows, 0, 1);
    *complete_us = all ? rows_timestamp(&rows, 0, 1) : INT64_MIN;
    return OK;
}
