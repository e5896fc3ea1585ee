/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/kept_work.h"

#include <stdio.h>
#include <string.h>

#include "common/database/statement.h"

static const struct statement read_handovers = {
    "kept_handovers",
    "SELECT target_shard, source_shard, source_position, index_no, id, type, key, actor, command_key, payload, hops, "
    "entity, occurred_at, posting_date FROM handover WHERE target_shard = ANY($1::int2[]) "
    "ORDER BY target_shard, source_shard, source_position, index_no LIMIT $2::int4",
    false,
};

#define KEPT_COLUMNS                                                                               \
    "id, origin, topic, partition, position, kafka_offset, type, feed_id, record_key, event_id, header, payload, "     \
    "decision_id, hops, entity, occurred_at, posting_date, shard, key"

static const struct statement read_waiting = {
    "kept_waiting",
    "SELECT " KEPT_COLUMNS " FROM waiting w WHERE shard = ANY($1::int2[]) AND EXISTS "
    "(SELECT FROM event e WHERE e.stream = w.awaited AND e.kind = w.awaited_kind AND e.version = 1) "
    "ORDER BY since, id LIMIT $2::int4",
    false,
};
static const struct statement read_parked = {
    "kept_parked", "SELECT " KEPT_COLUMNS " FROM parked WHERE id = $1::uuid", false};

static void add_shards(struct parameters *parameters, const bool *shards, int32_t n_shards)
{
    struct array *array = parameters_array(parameters, SQL_INT16);
    for (int32_t shard = 0; shard < n_shards; shard++)
        if (shards[shard])
            array_int16(array, (int16_t)shard);
}

static const uint8_t *copy_bytes(struct arena *arena, struct bytes view)
{
    return arena_copy(arena, view.data, view.size);
}

enum error kept_handovers(struct database *database, struct arena *arena, const bool *shards, int32_t n_shards,
                          int32_t max, struct work **works, size_t *n, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    add_shards(&parameters, shards, n_shards);
    parameters_int32(&parameters, max);
    *n = 0;
    enum error error = database_query(database, &read_handovers, &parameters, &rows, problem);
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        struct work *work = arena_zero(arena, sizeof *work);
        if (!work)
            break;
        struct bytes payload = rows_bytes(&rows, row, 9);
        work->origin = WORK_HANDOVER;
        work->source_shard = rows_int16(&rows, row, 1);
        work->source_position = rows_int64(&rows, row, 2);
        work->source_index = rows_int32(&rows, row, 3);
        work->kept_id = rows_uuid(&rows, row, 4);
        work->decision_id = work->kept_id;
        snprintf(work->kept_key, sizeof work->kept_key, "%s", rows_text(&rows, row, 6));
        work->record.type = rows_text_copy(&rows, row, 5, arena);
        work->actor = rows_text_copy(&rows, row, 7, arena);
        work->command_key = rows_text_copy(&rows, row, 8, arena);
        work->record.payload = copy_bytes(arena, payload);
        work->record.payload_size = payload.size;
        work->record.hops = (uint8_t)rows_int16(&rows, row, 10);
        work->record.entity_id = rows_uuid(&rows, row, 11);
        work->record.occurred_us = rows_timestamp(&rows, row, 12);
        work->record.posting_days = rows_date(&rows, row, 13);
        work->offset = -1;
        if (arena->exhausted)
            break;
        works[(*n)++] = work;
    }
    return error;
}

static struct work *kept_row(struct arena *arena, const struct rows *rows, int32_t row, enum work_origin origin)
{
    struct work *work = arena_zero(arena, sizeof *work);
    char *texts = arena_get(arena, RECORD_TEXTS_BYTES);
    if (!work || !texts)
        return NULL;
    struct bytes header = rows_bytes(rows, row, 10), payload = rows_bytes(rows, row, 11);
    const uint8_t *header_bytes = copy_bytes(arena, header);
    /* What the header says first; the columns are the truth for what was never in a header. */
    if (header.size == 0 || record_read(&work->record, header_bytes, header.size, texts) != OK)
        work->record = (struct record){0};
    work->origin = origin;
    work->kept_id = rows_uuid(rows, row, 0);
    work->kept_origin = (enum work_origin)rows_int16(rows, row, 1);
    snprintf(work->kept_key, sizeof work->kept_key, "%s", rows_text(rows, row, 18));
    work->topic = rows_text_copy(rows, row, 2, arena);
    work->partition = rows_int16(rows, row, 3);
    work->record.position = rows_int64(rows, row, 4);
    work->offset = rows_int64(rows, row, 5);
    work->record.type = rows_text_copy(rows, row, 6, arena);
    work->record.feed_id = rows_text_copy(rows, row, 7, arena);
    const char *key = rows_text(rows, row, 8);
    memcpy(work->record.key, key, strlen(key) < KEY_TEXT_BYTES ? strlen(key) + 1 : KEY_TEXT_BYTES + 1);
    work->record.event_id = rows_uuid(rows, row, 9);
    work->record.payload = copy_bytes(arena, payload);
    work->record.payload_size = payload.size;
    work->decision_id = rows_uuid(rows, row, 12);
    work->record.hops = (uint8_t)rows_int16(rows, row, 13);
    work->record.entity_id = rows_uuid(rows, row, 14);
    work->record.occurred_us = rows_timestamp(rows, row, 15);
    work->record.posting_days = rows_date(rows, row, 16);
    work->shard = rows_int16(rows, row, 17);
    if (*work->topic)
        work->cause = (struct cause){work->topic, work->partition, work->record.position};
    work->actor = "";
    /* A decision taken later has ids of its own: the first attempt's parking or waiting used the old ones. */
    char before[UUID_TEXT_SIZE];
    uuid_format(before, work->decision_id);
    work->decision_id = uuid_derive_text("kept", before, NULL);
    return arena->exhausted ? NULL : work;
}

enum error kept_waiting(struct database *database, struct arena *arena, const bool *shards, int32_t n_shards,
                        int32_t max, struct work **works, size_t *n, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    add_shards(&parameters, shards, n_shards);
    parameters_int32(&parameters, max);
    *n = 0;
    enum error error = database_query(database, &read_waiting, &parameters, &rows, problem);
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        struct work *work = kept_row(arena, &rows, row, WORK_WAITING);
        if (!work)
            break;
        works[(*n)++] = work;
    }
    return error;
}

enum error kept_parked(struct database *database, struct arena *arena, const struct uuid *id, struct work **work,
                       struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_uuid(&parameters, *id);
    enum error error = database_query(database, &read_parked, &parameters, &rows, problem);
    if (error != OK)
        return error;
    if (rows_count(&rows) != 1)
        return problem_set(problem, ERR_NOT_FOUND, "parked_id", "", "no such parked message");
    *work = kept_row(arena, &rows, 0, WORK_REDRIVEN);
    if (!*work)
        return ERR_TOO_LARGE;
    return OK;
}
