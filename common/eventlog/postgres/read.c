/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/postgres/read.h"

#include <string.h>

#include "common/database/statement.h"

static const struct statement read_state = {
    "read_one_state",
    "WITH s AS MATERIALIZED (SELECT version, state FROM stream WHERE stream = $2::uuid AND kind = $1::int2 "
    "AND fold_version = $3::int4) "
    "SELECT ''::text, version, state FROM s "
    "UNION ALL SELECT t.name, e.version, e.payload FROM event e JOIN event_type t ON t.code = e.type "
    "WHERE e.stream = $2::uuid AND e.kind = $1::int2 AND e.version > coalesce((SELECT version FROM s), 0) ORDER BY 2",
    false,
};
static const struct statement read_ids = {
    "read_ids",
    "SELECT kind, stream FROM (SELECT kind, stream, position FROM lookup WHERE index_no = $1::int2 AND key = $2::text "
    "UNION ALL SELECT kind, stream, 0 FROM claim WHERE index_no = $1::int2 AND key = $2::text) l "
    "ORDER BY position LIMIT $3::int8",
    false,
};

static enum error fold(const struct service_model *model, const struct stream_kind *kind, struct arena *arena,
                       const struct rows *rows, int32_t row, ProtobufCMessage **state, struct problem *problem)
{
    const char *type = rows_text(rows, row, 0);
    struct bytes bytes = rows_bytes(rows, row, 2);
    if (!*type) {
        *state = arena_unpack(arena, kind->state, bytes.data, bytes.size);
    } else {
        const ProtobufCMessageDescriptor *descriptor = model_descriptor(model, type);
        ProtobufCMessage *event = descriptor ? arena_unpack(arena, descriptor, bytes.data, bytes.size) : NULL;
        if (!event)
            return problem_set(problem, ERR_CORRUPT, "", "", "an event of type %s cannot be read", type);
        model_fold(kind, arena, state, event);
    }
    if (arena->exhausted)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "the state does not fit the arena of one request");
    return *state ? OK : problem_set(problem, ERR_CORRUPT, "", "", "a stored state cannot be read");
}

enum error postgres_state(struct database *database, const struct service_model *model, struct arena *arena, int kind,
                          const char *id, ProtobufCMessage **state, int64_t *version, struct problem *problem)
{
    struct uuid uuid;
    const struct stream_kind *what = model_kind(model, kind);
    *state = NULL;
    if (!what || !what->state || uuid_parse(&uuid, id, NULL) != OK)
        return problem_set(problem, ERR_NOT_FOUND, "", "", "there is no such thing");
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_int16(&parameters, (int16_t)kind);
    parameters_uuid(&parameters, uuid);
    parameters_int32(&parameters, (int32_t)what->fold_version);
    enum error error = database_query(database, &read_state, &parameters, &rows, problem);
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        error = fold(model, what, arena, &rows, row, state, problem);
        if (version)
            *version = rows_int32(&rows, row, 1);
    }
    if (error == OK && !*state)
        return problem_set(problem, ERR_NOT_FOUND, "", "", "there is no %s %s", what->name, id);
    return error;
}

enum error postgres_look_up(struct database *database, const struct service_model *model, struct arena *arena,
                            int index, const char *key, struct stream_ref *refs, size_t max, size_t *n,
                            struct problem *problem)
{
    (void)model;
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_int16(&parameters, (int16_t)index);
    parameters_text(&parameters, key);
    parameters_int64(&parameters, (int64_t)max);
    *n = 0;
    enum error error = database_query(database, &read_ids, &parameters, &rows, problem);
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        char *id = arena_get(arena, UUID_TEXT_SIZE);
        if (!id)
            return ERR_TOO_LARGE;
        uuid_format(id, rows_uuid(&rows, row, 1));
        refs[(*n)++] = (struct stream_ref){rows_int16(&rows, row, 0), id};
    }
    return error;
}
