/* SPDX-License-Identifier: Apache-2.0
 * Explain: the events behind a state, decoded, with everything that their records say: who, when,
 * because of what. */
#include <stdio.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/eventlog/house.h"
#include "common/service/standard_routes_inside.h"

enum { EVENTS_MAX = 200 };

#define COLUMNS                                                                                    \
    "SELECT e.shard, e.position, t.name, e.envelope, e.payload FROM event e "                      \
    "JOIN event_type t ON t.code = e.type "
static const struct statement event_read = {
    .name = "explain_event", .sql = COLUMNS "WHERE e.shard = $1::int2 AND e.position = $2::int8"};
static const struct statement stream_read = {
    .name = "explain_stream",
    .sql = COLUMNS "WHERE e.stream = $1::uuid AND e.kind = $2::int2 AND e.version > $3::int4 "
                   "ORDER BY e.version LIMIT $4::int8"};

static void text_put(struct arena_buffer *out, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    arena_buffer_format(out, ",\"%s\":", name);
    arena_buffer_put_quoted(out, value, strlen(value));
}

static void uuid_put(struct arena_buffer *out, const char *name, struct uuid uuid)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, uuid);
    text_put(out, name, uuid_is_nil(uuid) ? NULL : text);
}

static void time_put(struct arena_buffer *out, const char *name, int64_t us)
{
    char text[INSTANT_TEXT_SIZE];
    if (us < INSTANT_MIN_US || us > INSTANT_MAX_US)
        return;
    instant_format(text, us);
    text_put(out, name, text);
}

static void record_put(struct api_call *call, struct arena_buffer *out, const struct record *record)
{
    char hash[HEX_TEXT_SIZE(HASH_BYTES)];
    int64_t year;
    int month, day;
    hex_encode(hash, sizeof hash, bytes_of(record->hash.b, sizeof record->hash.b));
    civil_from_days(record->posting_days, &year, &month, &day);
    arena_buffer_format(out, "{\"shard\":%d,\"position\":\"%lld\",\"epoch\":%u,\"hash\":\"%s\"",
                        record->shard, (long long)record->position, record->epoch, hash);
    uuid_put(out, "eventId", record->event_id);
    text_put(out, "type", record->type);
    text_put(out, "key", record->key);
    uuid_put(out, "entityId", record->entity_id);
    text_put(out, "streamKind", record->stream_kind);
    uuid_put(out, "streamId", record->stream_id);
    arena_buffer_format(out, ",\"version\":\"%lld\",\"postingDate\":\"%04lld-%02d-%02d\"",
                        (long long)record->version, (long long)year, month, day);
    time_put(out, "occurredAt", record->occurred_us);
    time_put(out, "recordedAt", record->recorded_us);
    text_put(out, "actor", record->actor);
    if (record->cause_topic && *record->cause_topic) {
        text_put(out, "causeTopic", record->cause_topic);
        arena_buffer_format(out, ",\"causePartition\":%d,\"causePosition\":\"%lld\"",
                            record->cause_partition, (long long)record->cause_position);
    }
    uuid_put(out, "unitId", record->unit_id);
    arena_buffer_format(out, ",\"unitIndex\":%u,\"unitCount\":%u,\"hops\":%u", record->unit_index,
                        record->unit_count, record->hops);
    text_put(out, "commandKey", record->command_key);
    arena_buffer_put_text(out, ",\"payload\":");
    payload_put(call, out, record->type, record->payload, record->payload_size);
    arena_buffer_put_text(out, "}");
}

/* ERR_UNSUPPORTED with 403: the event is of a legal entity that the caller has no role for. */
static enum error event_put(struct api_call *call, struct arena_buffer *out,
                            const struct rows *rows, int32_t row)
{
    struct record record = {.feed_id = call->model->feed_id};
    struct bytes envelope = rows_bytes(rows, row, 3), payload = rows_bytes(rows, row, 4);
    char texts[RECORD_TEXTS_BYTES], entity[UUID_TEXT_SIZE];
    struct uuid key;
    if (envelope.size < 32 ||
        record_read(&record, envelope.data + 32, envelope.size - 32, texts) != OK)
        return problem_set(&call->problem, ERR_CORRUPT, "", NULL, "event %d/%lld cannot be read",
                           rows_int16(rows, row, 0), (long long)rows_int64(rows, row, 1));
    memcpy(record.event_id.b, envelope.data, sizeof record.event_id.b);
    memcpy(key.b, envelope.data + 16, sizeof key.b);
    uuid_format(record.key, key);
    record.shard = rows_int16(rows, row, 0);
    record.position = rows_int64(rows, row, 1);
    record.type = rows_text(rows, row, 2);
    record.payload = payload.data;
    record.payload_size = payload.size;
    uuid_format(entity, record.entity_id);
    if (!uuid_is_nil(record.entity_id) && !api_caller_may_entity(call, entity)) {
        call->status = 403;
        call->code = "forbidden_entity";
        return problem_set(&call->problem, ERR_UNSUPPORTED, "entity_id", "SOD-1",
                           "the token holds no role for this legal entity");
    }
    record_put(call, out, &record);
    return OK;
}

enum error explain_event_run(struct api_call *call)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    struct arena_buffer out = {.arena = call->arena};
    int64_t shard, position;
    if (text_parse_int64(&shard, http_exchange_path_parameter(call->exchange, "shard"), 0,
                         INT16_MAX, NULL) ||
        text_parse_int64(&position, http_exchange_path_parameter(call->exchange, "position"), 1,
                         INT64_MAX, NULL))
        return problem_set(&call->problem, ERR_NOT_FOUND, "position", NULL,
                           "shards count from 0, positions from 1");
    parameters_int16(&parameters, (int16_t)shard);
    parameters_int64(&parameters, position);
    enum error error =
        database_query(call->database, &event_read, &parameters, &rows, &call->problem);
    if (!error && !rows_count(&rows))
        error = problem_set(&call->problem, ERR_NOT_FOUND, "position", NULL,
                            "the feed has no such event yet");
    if (!error)
        error = event_put(call, &out, &rows, 0);
    if (!error && out.failed)
        error = problem_set(&call->problem, ERR_TOO_LARGE, "", NULL, "the event is too large");
    if (!error)
        api_answer_json(call, 200, out.data, out.size);
    return error;
}

static const struct stream_kind *kind_find(struct api_call *call)
{
    const char *name = http_exchange_path_parameter(call->exchange, "kind");
    const struct stream_kind *kind = model_kind_named(call->model, name);
    return kind ? kind : house_kind_named(name);
}

static enum error stream_ask(struct api_call *call, struct rows *rows)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    const struct stream_kind *kind = kind_find(call);
    const char *after = http_exchange_query(call->exchange, "after_version");
    int64_t version = 0;
    struct uuid id;
    enum error error =
        uuid_parse(&id, http_exchange_path_parameter(call->exchange, "id"), &call->problem);
    if (!error && !kind)
        error = problem_set(&call->problem, ERR_NOT_FOUND, "kind", NULL,
                            "this service has no streams of this kind");
    if (!error && after)
        error = text_parse_int64(&version, after, 0, INT32_MAX, &call->problem);
    if (error)
        return error;
    parameters_uuid(&parameters, id);
    parameters_int16(&parameters, (int16_t)kind->code);
    parameters_int32(&parameters, (int32_t)version);
    parameters_int64(&parameters, EVENTS_MAX + 1);
    error = database_query(call->database, &stream_read, &parameters, rows, &call->problem);
    if (!error && !rows_count(rows) && !version)
        error = problem_set(&call->problem, ERR_NOT_FOUND, "id", NULL, "there is no such stream");
    return error;
}

enum error explain_stream_run(struct api_call *call)
{
    ROWS_AUTO struct rows rows = {0};
    struct arena_buffer out = {.arena = call->arena};
    enum error error = stream_ask(call, &rows);
    if (error)
        return error;
    int32_t count = rows_count(&rows) > EVENTS_MAX ? EVENTS_MAX : rows_count(&rows);
    arena_buffer_put_text(&out, "{\"events\":[");
    for (int32_t row = 0; row < count && !error; row++) {
        if (row)
            arena_buffer_put_text(&out, ",");
        error = event_put(call, &out, &rows, row);
    }
    arena_buffer_format(&out, "],\"more\":%s}", rows_count(&rows) > EVENTS_MAX ? "true" : "false");
    if (!error && out.failed)
        error = problem_set(&call->problem, ERR_TOO_LARGE, "", NULL,
                            "the events are too large; ask with after_version");
    if (!error)
        api_answer_json(call, 200, out.data, out.size);
    return error;
}
