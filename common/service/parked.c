/* SPDX-License-Identifier: Apache-2.0
 * Parked: messages that could not be processed (architecture.md, section 6). They are redriven in
 * the order of arrival, each key from its first; throwing one away takes two people. */
#include <pthread.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/service/kept_work.h"
#include "common/service/standard_routes_inside.h"

/* ---- looking ---- */

static const struct listing_column parked_columns[] = {
    {.json_name = "parked_id", .expression = "p.id", .type = COLUMN_UUID},
    {.json_name = "shard", .expression = "p.shard", .type = COLUMN_INT16},
    {.json_name = "seq", .expression = "p.seq", .type = COLUMN_INT64},
    {.json_name = "key", .expression = "p.key", .type = COLUMN_TEXT},
    {.json_name = "follower", .expression = "p.follower", .type = COLUMN_BOOL},
    {.json_name = "type", .expression = "p.type", .type = COLUMN_TEXT},
    {.json_name = "topic", .expression = "p.topic", .type = COLUMN_TEXT},
    {.json_name = "partition", .expression = "p.partition", .type = COLUMN_INT16},
    {.json_name = "position", .expression = "p.position", .type = COLUMN_INT64},
    {.json_name = "code", .expression = "p.code", .type = COLUMN_TEXT},
    {.json_name = "field", .expression = "p.field", .type = COLUMN_TEXT},
    {.json_name = "detail", .expression = "p.detail", .type = COLUMN_TEXT},
    {.json_name = "parked_at", .expression = "p.parked_at", .type = COLUMN_TIME},
    {.json_name = "discard_requested_by",
     .expression = "p.discard_requested_by",
     .type = COLUMN_TEXT},
};
static const struct listing_filter parked_filters[] = {
    {"key", "p.key = $", COLUMN_TEXT},
    {"code", "p.code = $", COLUMN_TEXT},
    {"type", "p.type = $", COLUMN_TEXT},
    {"follower", "p.follower = $", COLUMN_BOOL},
};
const struct listing parked_listing = {
    .name = "parked",
    .source = "parked p",
    .columns = parked_columns,
    .n_columns = sizeof parked_columns / sizeof *parked_columns,
    .filters = parked_filters,
    .n_filters = sizeof parked_filters / sizeof *parked_filters,
    .sort = {"shard", "seq"},
};

static const struct statement parked_read = {
    .name = "parked_read",
    .sql = "SELECT key, follower, topic, partition, position, kafka_offset, type, payload, code, "
           "       field, detail, parked_at, discard_requested_by, discard_reason, "
           "       (SELECT count(*) FROM parked o WHERE o.key = p.key AND o.shard = p.shard "
           "           AND o.seq < p.seq)::int8 "
           "FROM parked p WHERE p.id = $1::uuid"};
enum {
    KEY,
    FOLLOWER,
    TOPIC,
    PARTITION,
    POSITION,
    OFFSET,
    TYPE,
    PAYLOAD,
    CODE,
    FIELD,
    DETAIL,
    PARKED_AT,
    REQUESTED_BY,
    REASON,
    EARLIER
};

static enum error not_found(struct api_call *call)
{
    return problem_set(&call->problem, ERR_NOT_FOUND, "parked_id", NULL,
                       "no message is put aside under this id");
}

static enum error parked_find(struct api_call *call, struct uuid *id, struct rows *rows)
{
    enum error error =
        uuid_parse(id, http_exchange_path_parameter(call->exchange, "parked_id"), &call->problem);
    if (error)
        return error;
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_uuid(&parameters, *id);
    error = database_query(call->database, &parked_read, &parameters, rows, &call->problem);
    return error ? error : rows_count(rows) ? OK : not_found(call);
}

static void text_put(struct arena_buffer *out, const char *name, const char *value)
{
    arena_buffer_format(out, ",\"%s\":", name);
    if (value)
        arena_buffer_put_quoted(out, value, strlen(value));
    else
        arena_buffer_put_text(out, "null");
}

enum error parked_get_run(struct api_call *call)
{
    struct uuid id;
    ROWS_AUTO struct rows rows = {0};
    enum error error = parked_find(call, &id, &rows);
    if (error)
        return error;
    struct arena_buffer out = {.arena = call->arena};
    char text[UUID_TEXT_SIZE], parked_at[INSTANT_TEXT_SIZE];
    struct bytes payload = rows_bytes(&rows, 0, PAYLOAD);
    uuid_format(text, id);
    instant_format(parked_at, rows_timestamp(&rows, 0, PARKED_AT));
    arena_buffer_format(&out, "{\"parkedId\":\"%s\",\"follower\":%s,\"earlier\":%lld", text,
                        rows_bool(&rows, 0, FOLLOWER) ? "true" : "false",
                        (long long)rows_int64(&rows, 0, EARLIER));
    text_put(&out, "key", rows_text(&rows, 0, KEY));
    text_put(&out, "topic", rows_text(&rows, 0, TOPIC));
    arena_buffer_format(&out, ",\"partition\":%d,\"position\":\"%lld\",\"kafkaOffset\":\"%lld\"",
                        rows_int16(&rows, 0, PARTITION), (long long)rows_int64(&rows, 0, POSITION),
                        (long long)rows_int64(&rows, 0, OFFSET));
    text_put(&out, "type", rows_text(&rows, 0, TYPE));
    text_put(&out, "code", rows_text(&rows, 0, CODE));
    text_put(&out, "field", rows_text(&rows, 0, FIELD));
    text_put(&out, "detail", rows_text(&rows, 0, DETAIL));
    text_put(&out, "parkedAt", parked_at);
    text_put(&out, "discardRequestedBy", rows_text(&rows, 0, REQUESTED_BY));
    text_put(&out, "discardReason", rows_text(&rows, 0, REASON));
    arena_buffer_put_text(&out, ",\"payload\":");
    payload_put(call, &out, rows_text(&rows, 0, TYPE), payload.data, payload.size);
    arena_buffer_put_text(&out, "}");
    if (out.failed)
        return problem_set(&call->problem, ERR_TOO_LARGE, "", NULL, "the payload is too large");
    api_answer_json(call, 200, out.data, out.size);
    return OK;
}

/* ---- doing it again ---- */

struct await {
    pthread_mutex_t mutex;
    pthread_cond_t over;
    bool is_over;
};

static void awaited(struct work *work)
{
    struct await *await = work->owner;
    pthread_mutex_lock(&await->mutex);
    await->is_over = true;
    pthread_cond_signal(&await->over);
    pthread_mutex_unlock(&await->mutex);
}

/* Waits here: operators are few, and the order of arrival is the point. */
static enum error work_and_wait(struct api_call *call, struct work *work)
{
    struct await await = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    const struct edge_backend *backend = &edge_call(call)->edge->options.backend;
    work->owner = &await;
    enum error error = backend->submit(backend->self, work, awaited, &call->problem);
    if (error)
        return error;
    pthread_mutex_lock(&await.mutex);
    while (!await.is_over)
        pthread_cond_wait(&await.over, &await.mutex);
    pthread_mutex_unlock(&await.mutex);
    return OK;
}

static const char *outcome_of(const struct work *work)
{
    switch (work->result) {
    case WORK_APPLIED:
    case WORK_IGNORED:
        return work->discard_reason ? "DISCARDED" : "APPLIED";
    case WORK_REFUSED:
        return "REFUSED";
    case WORK_PARKED:
    case WORK_HELD:
    case WORK_WAITS:
        return "PARKED";
    case WORK_OPEN:
    case WORK_REPLAYED:
    case WORK_CONFLICT:
    case WORK_DUPLICATE:
    case WORK_AHEAD:
    case WORK_FORKED:
    case WORK_DEFERRED:
    case WORK_FAILED:
        break;
    }
    return "FAILED";
}

static enum error outcome_add(struct api_call *call, Operate__ParkedOutcomes *outcomes,
                              struct uuid id, const struct work *work)
{
    Operate__ParkedOutcome *outcome =
        arena_new(call->arena, Operate__ParkedOutcome, OPERATE__PARKED_OUTCOME__INIT);
    char text[UUID_TEXT_SIZE];
    uuid_format(text, id);
    const char *code = work->refusal_code;
    if (!*code && work->problem.error)
        code = error_code(work->problem.error);
    outcome->parked_id = arena_copy_text(call->arena, text);
    outcome->outcome = arena_copy_text(call->arena, outcome_of(work));
    outcome->code = arena_copy_text(call->arena, code);
    outcome->detail = arena_copy_text(call->arena, work->problem.detail);
    if (!outcome->detail)
        return ERR_TOO_LARGE;
    arena_append(call->arena, outcomes->n_outcomes, outcomes->outcomes, outcome);
    return OK;
}

static const struct statement parked_next = {.name = "parked_next",
                                             .sql =
                                                 "SELECT id, (count(*) OVER ())::int8 FROM parked "
                                                 "WHERE key = $1::text ORDER BY seq LIMIT 1"};

/* *remaining: how many are held under the key; 0: none, and *id is left alone. */
static enum error next_of_key(struct api_call *call, const char *key, struct uuid *id,
                              int64_t *remaining)
{
    ROWS_AUTO struct rows rows = {0};
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_text(&parameters, key);
    enum error error =
        database_query(call->database, &parked_next, &parameters, &rows, &call->problem);
    *remaining = 0;
    if (error || !rows_count(&rows))
        return error;
    *id = rows_uuid(&rows, 0, 0);
    *remaining = rows_int64(&rows, 0, 1);
    return OK;
}

static bool is_done(const struct work *work)
{
    return work->result == WORK_APPLIED || work->result == WORK_REFUSED ||
           work->result == WORK_IGNORED;
}

enum { REDRIVE_MAX = 1000, REDRIVE_MS = 15000 };

static enum error redrive_key(struct api_call *call, const char *key, struct uuid id,
                              Operate__ParkedOutcomes *outcomes)
{
    int64_t until_us = monotonic_us() + REDRIVE_MS * INT64_C(1000), remaining = 1;
    bool done = true;
    enum error error = OK;
    for (int i = 0; i < REDRIVE_MAX && remaining && done && !error; i++) {
        struct work *work;
        error = kept_parked(call->database, call->arena, &id, &work, &call->problem);
        if (!error)
            error = work_and_wait(call, work);
        if (error)
            break;
        error = outcome_add(call, outcomes, id, work);
        done = is_done(work) && monotonic_us() < until_us;
        if (!error)
            error = next_of_key(call, key, &id, &remaining);
    }
    outcomes->remaining = remaining;
    /* What was done so far is told even if the next could not be asked. */
    return outcomes->n_outcomes ? OK : error;
}

enum error parked_redrive_run(struct api_call *call)
{
    struct uuid id;
    ROWS_AUTO struct rows rows = {0};
    enum error error = parked_find(call, &id, &rows);
    if (error)
        return error;
    if (rows_int64(&rows, 0, EARLIER)) {
        call->status = 409;
        call->code = "REDRIVE_OUT_OF_ORDER";
        return problem_set(&call->problem, ERR_UNSUPPORTED, "parked_id", "architecture 6",
                           "an earlier message is held under the same key; redrive that one first");
    }
    Operate__ParkedOutcomes outcomes = OPERATE__PARKED_OUTCOMES__INIT;
    error = redrive_key(call, rows_text(&rows, 0, KEY), id, &outcomes);
    if (error)
        return error;
    outcomes.state = arena_copy_text(call->arena, outcomes.remaining ? "STOPPED" : "DONE");
    api_answer_message(call, 200, &outcomes.base);
    return OK;
}

/* ---- throwing it away ---- */

static const struct statement discard_request = {
    .name = "parked_discard_request",
    .sql = "UPDATE parked SET discard_requested_by = $2::text, discard_reason = $3::text "
           "WHERE id = $1::uuid AND discard_requested_by IS NULL RETURNING id"};

static enum error discard_ask(struct api_call *call, struct uuid id, const char *reason)
{
    if (!*reason || strlen(reason) > 500)
        return problem_set(&call->problem, ERR_MISSING, "reason", "SOD-2",
                           "say in 1 to 500 characters why it will never be processed");
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_uuid(&parameters, id);
    parameters_text(&parameters, call->caller.principal_id);
    parameters_text(&parameters, reason);
    ROWS_AUTO struct rows rows = {0};
    enum error error = write_once(call, &discard_request, &parameters, &rows);
    if (error)
        return error;
    if (!rows_count(&rows)) {
        call->status = 409;
        call->code = "DISCARD_REQUESTED_MEANWHILE";
        return problem_set(&call->problem, ERR_UNSUPPORTED, "parked_id", "SOD-2",
                           "somebody else asked first; look at it again, then approve");
    }
    Operate__ParkedOutcomes outcomes = OPERATE__PARKED_OUTCOMES__INIT;
    outcomes.state = arena_copy_text(call->arena, "DISCARD_REQUESTED");
    outcomes.discard_requested_by = call->caller.principal_id;
    api_answer_message(call, 202, &outcomes.base);
    return OK;
}

static enum error discard_approve(struct api_call *call, struct uuid id, const struct rows *rows)
{
    struct work *work;
    const char *requested_by = rows_text(rows, 0, REQUESTED_BY);
    if (!strcmp(requested_by, call->caller.principal_id)) {
        call->status = 409;
        call->code = "SOD_VIOLATION";
        return problem_set(&call->problem, ERR_UNSUPPORTED, "parked_id", "SOD-2",
                           "who asks never approves: a second person must discard it");
    }
    enum error error = kept_parked(call->database, call->arena, &id, &work, &call->problem);
    if (error)
        return error;
    const char *reason = rows_text(rows, 0, REASON);
    work->discard_reason = reason && *reason ? reason : "no reason was kept";
    work->discard_requested_by = arena_text(call->arena, "principal:%s", requested_by);
    work->discard_approved_by = arena_text(call->arena, "principal:%s", call->caller.principal_id);
    Operate__ParkedOutcomes outcomes = OPERATE__PARKED_OUTCOMES__INIT;
    error = work_and_wait(call, work);
    if (!error)
        error = outcome_add(call, &outcomes, id, work);
    if (!error)
        error = next_of_key(call, rows_text(rows, 0, KEY), &id, &outcomes.remaining);
    if (error)
        return error;
    outcomes.state = arena_copy_text(call->arena, is_done(work) ? "DONE" : "STOPPED");
    api_answer_message(call, 200, &outcomes.base);
    return OK;
}

enum error parked_discard_run(struct api_call *call)
{
    struct uuid id;
    ProtobufCMessage *message;
    ROWS_AUTO struct rows rows = {0};
    enum error error = request_read(call, &message);
    if (!error)
        error = parked_find(call, &id, &rows);
    if (error)
        return error;
    return rows_is_null(&rows, 0, REQUESTED_BY)
               ? discard_ask(call, id, ((const Operate__DiscardParked *)message)->reason)
               : discard_approve(call, id, &rows);
}
