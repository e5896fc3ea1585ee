/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/standard_routes.h"

#include <stdlib.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/service/answer.h"
#include "common/service/standard_routes_inside.h"
#include "common/wire/json.h"
#include "common/wire/message.h"

/* ---- on the loop thread ---- */

static enum error health_run(struct api_call *call, enum health_question question)
{
    struct edge_call *edge = edge_call(call);
    char *document;
    bool good = health_answer(edge->edge->options.health, question, &document);
    edge->answered = true;
    http_exchange_answer(call->exchange, &(struct http_answer){.status = good ? 200 : 503,
                                                               .body = document,
                                                               .body_size = strlen(document),
                                                               .body_free = free});
    return OK;
}

static enum error livez_run(struct api_call *call)
{
    return health_run(call, HEALTH_LIVE);
}

static enum error readyz_run(struct api_call *call)
{
    return health_run(call, HEALTH_READY);
}

static enum error healthz_run(struct api_call *call)
{
    return health_run(call, (enum health_question)0);
}

static enum error metrics_run(struct api_call *call)
{
    struct edge_call *edge = edge_call(call);
    size_t size = 0;
    char *text = edge->edge->options.metrics ? metrics_write(edge->edge->options.metrics, &size)
                                             : strdup("");
    edge->answered = true;
    http_exchange_answer(call->exchange, &(struct http_answer){.status = 200,
                                                               .content_type = METRICS_CONTENT_TYPE,
                                                               .body = text,
                                                               .body_size = size,
                                                               .body_free = free});
    return OK;
}

static enum error openapi_run(struct api_call *call)
{
    const char *document = edge_call(call)->edge->openapi;
    api_answer_json(call, 200, document, strlen(document));
    return OK;
}

/* ---- what the files of the standard routes share ---- */

Google__Protobuf__Timestamp *timestamp_message(struct arena *arena, int64_t us)
{
    if (us < INSTANT_MIN_US || us > INSTANT_MAX_US)
        return NULL;
    Google__Protobuf__Timestamp *timestamp =
        arena_new(arena, Google__Protobuf__Timestamp, GOOGLE__PROTOBUF__TIMESTAMP__INIT);
    if (!timestamp)
        return NULL;
    int64_t seconds = us / SECOND_US - (us % SECOND_US < 0);
    timestamp->seconds = seconds;
    timestamp->nanos = (int32_t)(us - seconds * SECOND_US) * 1000;
    return timestamp;
}

enum error request_read(struct api_call *call, ProtobufCMessage **message)
{
    const struct http_exchange *exchange = call->exchange;
    const char *body = exchange->body_size ? (const char *)exchange->body : "{}";
    return json_read(call->arena, call->route->request, body,
                     exchange->body_size ? exchange->body_size : 2, NULL, message, &call->problem);
}

void payload_put(struct api_call *call, struct arena_buffer *out, const char *type,
                 const void *payload, size_t size)
{
    const ProtobufCMessageDescriptor *descriptor = model_descriptor(call->model, type);
    ProtobufCMessage *message = NULL;
    struct json_options options = {.emit_defaults = true};
    struct arena_buffer text = {.arena = call->arena}, revealed = {.arena = call->arena};
    if (descriptor &&
        !message_unpack(call->arena, descriptor, payload, size, NULL, &message, NULL) &&
        !json_write(&text, message, &options) && !text.failed) {
        struct edge_call *edge = edge_call(call);
        if (edge->reveals && !answer_reveal(edge->edge->options.personal_data, call->arena,
                                            text.data, text.size, &revealed, NULL))
            text = revealed;
        arena_buffer_put(out, text.data, text.size);
        return;
    }
    char *base64 = arena_get(call->arena, BASE64_TEXT_SIZE(size));
    if (!base64) {
        out->failed = true;
        return;
    }
    base64_encode(base64, BASE64_TEXT_SIZE(size), bytes_of(payload, size), BASE64_STANDARD);
    arena_buffer_format(out, "{\"undecoded\":\"%s\"}", base64);
}

enum error write_once(struct api_call *call, const struct statement *statement,
                      const struct parameters *parameters, struct rows *rows)
{
    enum error error = database_begin(call->database, &call->problem);
    if (!error)
        error = database_run(call->database, "SET TRANSACTION READ WRITE", &call->problem);
    if (!error)
        error = database_query(call->database, statement, parameters, rows, &call->problem);
    if (!error)
        error = database_commit(call->database, &call->problem);
    if (error)
        database_rollback(call->database);
    return error;
}

/* ---- the table ---- */

#define OPERATES API_ROLE(OPERATOR)
#define LOOKS (API_ROLE(OPERATOR) | API_ROLE(AUDITOR) | API_ROLE(CONTROLLER))
#define EXPLAINS (LOOKS | API_ROLE(ACCOUNTANT) | API_ROLE(AR_MANAGER))

#define IMMEDIATE(name)                                                                            \
    static const struct api_action name##_action = {.kind = API_IMMEDIATE, .run = name##_run}
#define FUNCTION(name)                                                                             \
    static const struct api_action name##_action = {.kind = API_FUNCTION, .run = name##_run}

IMMEDIATE(livez);
IMMEDIATE(readyz);
IMMEDIATE(healthz);
IMMEDIATE(metrics);
IMMEDIATE(openapi);
FUNCTION(feeds);
FUNCTION(clock_get);
FUNCTION(clock_set);
FUNCTION(parked_get);
FUNCTION(parked_redrive);
FUNCTION(parked_discard);
FUNCTION(explain_event);
FUNCTION(explain_stream);
static const struct api_action parked_list_action = {.kind = API_LIST, .listing = &parked_listing};

static const struct route_parameter parked_parameters[] = {
    {"parked_id", PARAMETER_UUID, .text = "The message that was put aside."}, {0}};
static const struct route_parameter parked_list_parameters[] = {
    {"key", PARAMETER_TEXT, .text = "Only those held under this key."},
    {"code", PARAMETER_TEXT, .text = "Only those put aside for this reason."},
    {"type", PARAMETER_TEXT, .text = "Only those of this type."},
    {"follower", PARAMETER_BOOLEAN,
     .text = "Put aside only because an earlier one of its key was."},
    {0}};
static const struct route_parameter event_parameters[] = {
    {"shard", PARAMETER_INTEGER, .text = "The shard, which is the partition of the topic."},
    {"position", PARAMETER_INTEGER, .text = "The position in the shard's feed, from 1."},
    {0}};
static const struct route_parameter stream_parameters[] = {
    {"kind", PARAMETER_TEXT, .text = "Kind of the stream, as records name it."},
    {"id", PARAMETER_UUID, .text = "Id of the stream."},
    {"after_version", PARAMETER_INTEGER, .text = "Only events after this version of the stream."},
    {0}};

#define ACTION(name) (void *)&name##_action

const struct route standard_routes[] = {
    {HTTP_GET, "/livez", "Whether the process's own loops turn", "operating", 0, NULL, NULL,
     ROUTE_PUBLIC, .action = ACTION(livez)},
    {HTTP_GET, "/readyz", "Whether requests may come here", "operating", 0, NULL, NULL,
     ROUTE_PUBLIC, .action = ACTION(readyz)},
    {HTTP_GET, "/healthz", "What every part says about itself", "operating", 0, NULL, NULL,
     ROUTE_PUBLIC, .action = ACTION(healthz)},
    {HTTP_GET, "/metrics", "Numbers for Prometheus", "operating", 0, NULL, NULL, ROUTE_PUBLIC,
     .produces = "text/plain", .action = ACTION(metrics)},
    {HTTP_GET, "/openapi.json", "This interface", "operating", 0, NULL, NULL,
     ROUTE_PUBLIC | ROUTE_HIDDEN, .action = ACTION(openapi)},
    {HTTP_GET, "/v1/feeds", "How far the feeds are heard and published", "operating", API_READERS,
     NULL, &operate__feeds__descriptor, 0, .action = ACTION(feeds)},
    {HTTP_GET, "/v1/clock", "The business clock", "operating", API_READERS, NULL,
     &operate__clock__descriptor, 0, .action = ACTION(clock_get)},
    {HTTP_POST, "/v1/clock", "Sets the test clock forward", "operating", OPERATES,
     &operate__set_clock__descriptor, &operate__clock__descriptor, 0, .action = ACTION(clock_set)},
    {HTTP_GET, "/v1/parked", "Messages that were put aside", "operating", LOOKS, NULL, NULL,
     ROUTE_LIST, .parameters = parked_list_parameters, .produces = "application/json, text/csv",
     .action = ACTION(parked_list)},
    {HTTP_GET, "/v1/parked/{parked_id}", "One message that was put aside", "operating", LOOKS, NULL,
     NULL, 0, .parameters = parked_parameters, .action = ACTION(parked_get)},
    {HTTP_POST, "/v1/parked/{parked_id}/redrive",
     "Processes it again, then those that were held behind it", "operating", OPERATES, NULL,
     &operate__parked_outcomes__descriptor, 0, .parameters = parked_parameters,
     .action = ACTION(parked_redrive)},
    {HTTP_POST, "/v1/parked/{parked_id}/discard",
     "Asks that it be thrown away; a second person approves by the same call", "operating",
     OPERATES, &operate__discard_parked__descriptor, &operate__parked_outcomes__descriptor, 0,
     .parameters = parked_parameters, .action = ACTION(parked_discard)},
    {HTTP_GET, "/v1/events/{shard}/{position}", "One event of this service's feed", "operating",
     EXPLAINS, NULL, NULL, 0, .parameters = event_parameters, .action = ACTION(explain_event)},
    {HTTP_GET, "/v1/streams/{kind}/{id}/events", "The events behind a state", "operating", EXPLAINS,
     NULL, NULL, 0, .parameters = stream_parameters, .action = ACTION(explain_stream)},
};
const size_t standard_routes_count = sizeof standard_routes / sizeof *standard_routes;
