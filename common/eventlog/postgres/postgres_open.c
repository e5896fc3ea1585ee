/* SPDX-License-Identifier: Apache-2.0
 * Opening. The statements of one unit go out in one pipeline and so cost one round trip; each still has its own snapshot,
 * which is what the design asks for: lock first, then, in later statements, read time and receipts. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/eventlog/postgres/inside.h"

static const struct statement lock_heads = {
    "lock_heads",
    "SELECT shard, position, hash, epoch, recorded_at, parked FROM shard_head WHERE shard = ANY($1::int2[]) "
    "ORDER BY shard FOR UPDATE",
    false,
};
static const struct statement lock_free_heads = {
    "lock_free_heads",
    "SELECT shard, position, hash, epoch, recorded_at, parked FROM shard_head WHERE shard = ANY($1::int2[]) "
    "ORDER BY shard FOR UPDATE SKIP LOCKED",
    false,
};
static const struct statement lock_places = {
    "lock_places",
    "SELECT topic, partition, epoch, position, hash, kafka_offset, complete_at FROM inbox "
    "WHERE (topic, partition) IN (SELECT * FROM unnest($1::text[], $2::int2[])) "
    "ORDER BY topic, partition FOR UPDATE",
    false,
};
static const struct statement lock_series = {
    "lock_series",
    "SELECT s.entity, s.class, s.year, s.next, s.last_issue_date FROM number_series s "
    "WHERE (entity, class) IN (SELECT * FROM unnest($1::uuid[], $2::text[])) "
    "ORDER BY entity, class, year FOR UPDATE",
    false,
};
static const struct statement read_time = {
    "read_time",
    "SELECT clock_timestamp(), offset_us FROM clock_offset",
    false,
};
static const struct statement read_receipts = {
    "read_receipts",
    "SELECT id, request_hash, status, code, etag, subject, body, shard, position FROM command_receipt "
    "WHERE id = ANY($1::uuid[])",
    false,
};
static const struct statement read_held = {
    "read_held",
    "SELECT DISTINCT key FROM parked WHERE EXISTS (SELECT FROM parked) AND key = ANY($1::text[])",
    false,
};
static const struct statement read_positions = {
    "read_positions",
    "SELECT shard, position FROM shard_head",
    false,
};
/* ---- what a unit needs, as statements ---- */

static void send_heads(struct postgres_store *store, const struct unit *unit)
{
    struct array *wanted = parameters_array(next_parameters(store), SQL_INT16);
    for (int32_t shard = 0; shard < unit->shards; shard++)
        if (unit->heads[shard].wanted)
            array_int16(wanted, (int16_t)shard);
    send_next(store, unit->blocking ? &lock_heads : &lock_free_heads);
}

static void send_places(struct postgres_store *store, const struct unit *unit)
{
    struct parameters *parameters = next_parameters(store);
    struct array *topics = parameters_array(parameters, SQL_TEXT);
    for (size_t i = 0; i < unit->n_places; i++)
        array_text(topics, unit->places[i].topic);
    struct array *partitions = parameters_array(parameters, SQL_INT16);
    for (size_t i = 0; i < unit->n_places; i++)
        array_int16(partitions, (int16_t)unit->places[i].partition);
    send_next(store, &lock_places);
}

static void send_series(struct postgres_store *store, const struct unit *unit)
{
    struct parameters *parameters = next_parameters(store);
    struct array *entities = parameters_array(parameters, SQL_UUID);
    for (size_t i = 0; i < unit->n_series; i++)
        array_uuid(entities, unit->series[i]->entity);
    struct array *classes = parameters_array(parameters, SQL_TEXT);
    for (size_t i = 0; i < unit->n_series; i++)
        array_text(classes, unit->series[i]->document_class);
    send_next(store, &lock_series);
}

static void send_receipts(struct postgres_store *store, const struct unit *unit)
{
    struct array *ids = parameters_array(next_parameters(store), SQL_UUID);
    for (size_t i = 0; i < unit->n_works; i++)
        if (unit->works[i]->receipt.wanted)
            array_uuid(ids, unit->works[i]->receipt.id);
    send_next(store, &read_receipts);
}

static void send_held(struct postgres_store *store, const struct unit *unit)
{
    struct array *keys = parameters_array(next_parameters(store), SQL_TEXT);
    for (size_t i = 0; i < unit->n_works; i++)
        if (unit->works[i]->handler)
            array_text(keys, unit->works[i]->key);
    send_next(store, &read_held);
}

/* ---- reading the answers ---- */

static void take_heads(struct unit *unit, const struct rows *rows)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        int16_t shard = rows_int16(rows, row, 0);
        struct unit_head *head = &unit->heads[shard];
        head->locked = true;
        head->position = head->position_before = rows_int64(rows, row, 1);
        memcpy(head->hash.b, rows_bytes(rows, row, 2).data, HASH_BYTES);
        head->epoch = (uint32_t)rows_int32(rows, row, 3);
        head->recorded_us = rows_timestamp(rows, row, 4);
        head->has_parked = rows_int32(rows, row, 5) > 0;
    }
}

static void take_places(struct unit *unit, const struct rows *rows)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        struct unit_place *place = unit_place(unit, rows_text(rows, row, 0), rows_int16(rows, row, 1));
        place->locked = true;
        place->place.epoch = (uint32_t)rows_int32(rows, row, 2);
        place->place.position = rows_int64(rows, row, 3);
        memcpy(place->place.hash.b, rows_bytes(rows, row, 4).data, HASH_BYTES);
        place->place.offset = rows_int64(rows, row, 5);
        place->place.complete_us = rows_timestamp(rows, row, 6);
    }
}

static enum error take_series(struct unit *unit, const struct rows *rows)
{
    size_t asked = unit->n_series;
    for (int32_t row = 0; row < rows_count(rows); row++) {
        for (size_t i = 0; i < asked; i++) {
            struct unit_series *series = unit->series[i];
            if (!uuid_equal(series->entity, rows_uuid(rows, row, 0)) ||
                strcmp(series->document_class, rows_text(rows, row, 1)))
                continue;
            struct unit_series *year = arena_zero(unit->arena, sizeof *year);
            struct unit_series **all = arena_get(unit->arena, (unit->n_series + 1) * sizeof *all);
            if (!year || !all)
                return ERR_TOO_LARGE;
            *year = (struct unit_series){.entity = series->entity,
                                         .document_class = series->document_class,
                                         .year = rows_int32(rows, row, 2),
                                         .stored = true,
                                         .next = rows_int64(rows, row, 3),
                                         .last_issue_days = rows_date(rows, row, 4)};
            memcpy(all, unit->series, unit->n_series * sizeof *all);
            all[unit->n_series++] = year;
            unit->series = all;
            unit->series_max = unit->n_series;
            break;
        }
    }
    return OK;
}

static void take_time(struct unit *unit, const struct rows *rows)
{
    unit->clock_offset_us = rows_int64(rows, 0, 1);
    unit->now_us = rows_timestamp(rows, 0, 0) + unit->clock_offset_us;
    /* Never below a head's: recorded_at does not go back along a feed, whatever the machine's clock does. */
    for (int32_t shard = 0; shard < unit->shards; shard++)
        if (unit->heads[shard].locked && unit->heads[shard].recorded_us > unit->now_us)
            unit->now_us = unit->heads[shard].recorded_us;
}

/* All zero: the request stood in a database that was lost; its key alone says that it was answered (billctl adopt). */
static bool same_request(struct bytes stored, const struct record_hash *asked)
{
    static const uint8_t lost[HASH_BYTES];
    return !memcmp(stored.data, asked->b, HASH_BYTES) || !memcmp(stored.data, lost, HASH_BYTES);
}

static enum error take_receipts(struct unit *unit, const struct rows *rows)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        for (size_t i = 0; i < unit->n_works; i++) {
            struct work *work = unit->works[i];
            if (!work->receipt.wanted || !uuid_equal(work->receipt.id, rows_uuid(rows, row, 0)))
                continue;
            struct bytes hash = rows_bytes(rows, row, 1), body = rows_bytes(rows, row, 6);
            if (!same_request(hash, &work->receipt.request_hash)) {
                work->result = WORK_CONFLICT;
                continue;
            }
            work->result = WORK_REPLAYED;
            work->answer_status = rows_int16(rows, row, 2);
            snprintf(work->refusal_code, sizeof work->refusal_code, "%s", rows_text(rows, row, 3));
            snprintf(work->answer_etag, sizeof work->answer_etag, "%s", rows_text(rows, row, 4));
            snprintf(work->answer_subject, sizeof work->answer_subject, "%s", rows_text(rows, row, 5));
            work->answer = arena_copy(unit->arena, body.data, body.size);
            work->answer_size = body.size;
            work->shard = rows_int16(rows, row, 7);
            work->position = rows_int64(rows, row, 8);
            if (!work->answer)
                return ERR_TOO_LARGE;
        }
    }
    return OK;
}

static enum error take_held(struct unit *unit, const struct rows *rows)
{
    unit->n_held = 0;
    unit->held = arena_get(unit->arena, ((size_t)rows_count(rows) + 1) * sizeof *unit->held);
    if (!unit->held)
        return ERR_TOO_LARGE;
    for (int32_t row = 0; row < rows_count(rows); row++)
        if (uuid_parse(&unit->held[unit->n_held], rows_text(rows, row, 0), NULL) == OK)
            unit->n_held++;
    return OK;
}

/* Kept states of a shard are believed only while nobody else moved its head. */
static void take_positions(struct postgres_store *store, const struct rows *rows)
{
    for (int32_t row = 0; row < rows_count(rows); row++) {
        int16_t shard = rows_int16(rows, row, 0);
        int64_t position = rows_int64(rows, row, 1);
        if (store->seen[shard] == position)
            continue;
        kept_states_forget(&store->kept, shard);
        store->seen[shard] = position;
    }
}

static bool any_receipt(const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_works; i++)
        if (unit->works[i]->receipt.wanted)
            return true;
    return false;
}

static bool any_head(const struct unit *unit)
{
    for (int32_t shard = 0; shard < unit->shards; shard++)
        if (unit->heads[shard].wanted)
            return true;
    return false;
}

enum error postgres_open(void *self, struct unit *unit, struct problem *problem)
{
    struct postgres_store *store = self;
    if (!database_is_open(store->database)) {
        enum error error = postgres_store_reopen(store, problem);
        if (error != OK)
            return error;
    }
    bool heads = any_head(unit), receipts = any_receipt(unit);
    size_t at = 0;
    database_pipeline_begin(store->database);
    database_pipeline_send_begin(store->database);
    store->n_sent = 1;
    if (heads)
        send_heads(store, unit);
    if (unit->n_places)
        send_places(store, unit);
    if (unit->n_series)
        send_series(store, unit);
    next_parameters(store);
    send_next(store, &read_time);
    if (receipts)
        send_receipts(store, unit);
    if (heads)
        send_held(store, unit);
    next_parameters(store);
    send_next(store, &read_positions);
    enum error error = finish(store, problem);
    if (error != OK)
        return error;
    if (heads)
        take_heads(unit, &store->rows[++at]);
    if (unit->n_places)
        take_places(unit, &store->rows[++at]);
    if (unit->n_series)
        error = take_series(unit, &store->rows[++at]);
    take_time(unit, &store->rows[++at]);
    if (receipts && error == OK)
        error = take_receipts(unit, &store->rows[++at]);
    if (heads && error == OK)
        error = take_held(unit, &store->rows[++at]);
    if (error == OK)
        take_positions(store, &store->rows[++at]);
    return error;
}
