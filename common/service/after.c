/* SPDX-License-Identifier: Apache-2.0
 * After: `Duebook-After: invoicing/3/1207, payments/0/88` asks for an answer that knows these
 * positions (architecture.md, section 5). It promises the feeds named and nothing that third
 * services derive from them; a feed that this service does not hear cannot be behind. */
#include <stdio.h>

#include "common/base/text.h"
#include "common/service/edge_inside.h"

static const struct statement inbox_position = {
    .name = "edge_inbox_position",
    .sql = "SELECT position FROM inbox WHERE topic = $1::text AND partition = $2::int2"};
static const struct statement head_position = {
    .name = "edge_head_position", .sql = "SELECT position FROM shard_head WHERE shard = $1::int2"};

struct after {
    char service[32];
    int16_t shard;
    int64_t position;
};

static enum error after_parse(struct after *after, struct bytes text, int32_t shards,
                              struct problem *problem)
{
    char copy[96];
    enum error malformed =
        problem_set(problem, ERR_MALFORMED, "Duebook-After", "architecture 5",
                    "must be <service>/<shard>/<position>, several with commas between");
    if (text.size >= sizeof copy)
        return malformed;
    memcpy(copy, text.data, text.size);
    copy[text.size] = 0;
    char *shard = strchr(copy, '/');
    char *position = shard ? strchr(shard + 1, '/') : NULL;
    int64_t number;
    if (!position)
        return malformed;
    *shard++ = *position++ = 0;
    if (text_copy(after->service, sizeof after->service, copy) ||
        text_parse_int64(&number, shard, 0, shards - 1, NULL) ||
        text_parse_int64(&after->position, position, 0, INT64_MAX, NULL))
        return malformed;
    after->shard = (int16_t)number;
    if (problem)
        *problem = (struct problem){0};
    return OK;
}

static bool hears(const struct service_model *model, const char *topic)
{
    for (size_t i = 0; i < model->n_topics_in; i++)
        if (!strcmp(model->topics_in[i], topic))
            return true;
    return false;
}

static enum error is_reached(struct edge_call *call, const struct after *after, bool *reached)
{
    const struct service_model *model = call->edge->model;
    char topic[64];
    snprintf(topic, sizeof topic, "billing.%s.events", after->service);
    bool own = !strcmp(after->service, model->name);
    if (!own && !hears(model, topic))
        return OK;
    PARAMETERS_AUTO struct parameters parameters = {0};
    if (!own)
        parameters_text(&parameters, topic);
    parameters_int16(&parameters, after->shard);
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(call->call.database, own ? &head_position : &inbox_position,
                                      &parameters, &rows, &call->call.problem);
    if (!error)
        *reached = *reached && rows_count(&rows) && rows_int64(&rows, 0, 0) >= after->position;
    return error;
}

enum error after_reached(struct edge_call *call, bool *reached)
{
    *reached = true;
    const char *header = http_exchange_header(call->call.exchange, "duebook-after");
    if (!header)
        return OK;
    int named = 0;
    for (const char *at = header;; at++) {
        size_t size = strcspn(at, ",");
        struct after after;
        enum error error = after_parse(&after, bytes_trimmed(bytes_of(at, size)),
                                       call->edge->options.shards, &call->call.problem);
        if (!error && ++named > EDGE_AFTER_MAX)
            error = problem_set(&call->call.problem, ERR_MALFORMED, "Duebook-After", NULL,
                                "names at most %d positions", EDGE_AFTER_MAX);
        if (!error)
            error = is_reached(call, &after, reached);
        if (error)
            return error;
        at += size;
        if (!*at)
            return OK;
    }
}
