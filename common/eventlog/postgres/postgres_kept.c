/* SPDX-License-Identifier: Apache-2.0
 * Rows of waiting and parked work, and the question after a COMMIT whose answer was lost. */
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/time.h"
#include "common/eventlog/postgres/inside.h"

static const struct statement put_waiting = {
    "put_waiting",
    "INSERT INTO waiting (id, shard, key, origin, topic, partition, position, kafka_offset, type, feed_id, record_key, "
    "event_id, header, payload, decision_id, hops, entity, occurred_at, posting_date, since, awaited_kind, awaited) "
    "VALUES ($1::uuid, $2::int2, $3::text, $4::int2, $5::text, $6::int2, $7::int8, $8::int8, $9::text, $10::text, "
    "$11::text, $12::uuid, $13::bytea, $14::bytea, $15::uuid, $16::int2, $17::uuid, $18::timestamptz, $19::date, "
    "$20::timestamptz, $21::int2, $22::uuid)",
    false,
};
static const struct statement put_parked = {
    "put_parked",
    "INSERT INTO parked (id, shard, key, origin, topic, partition, position, kafka_offset, type, feed_id, record_key, "
    "event_id, header, payload, decision_id, hops, entity, occurred_at, posting_date, parked_at, seq, follower, code, "
    "field, detail) "
    "VALUES ($1::uuid, $2::int2, $3::text, $4::int2, $5::text, $6::int2, $7::int8, $8::int8, $9::text, $10::text, "
    "$11::text, $12::uuid, $13::bytea, $14::bytea, $15::uuid, $16::int2, $17::uuid, $18::timestamptz, $19::date, "
    "$20::timestamptz, $21::int8, $22::bool, $23::text, $24::text, $25::text)",
    false,
};
static const struct statement drop_waiting = {
    "drop_waiting", "DELETE FROM waiting WHERE id = $1::uuid", false};
static const struct statement drop_parked = {"drop_parked", "DELETE FROM parked WHERE id = $1::uuid", false};
static const struct statement count_parked = {
    "count_parked",
    "UPDATE shard_head SET parked = (SELECT count(*) FROM parked p WHERE p.shard = shard_head.shard) "
    "WHERE shard = $1::int2",
    false,
};

static void send_one(struct postgres_store *store, const struct unit *unit, const struct unit_kept *kept)
{
    const struct work *work = kept->work;
    const struct record *record = &work->record;
    struct parameters *out = next_parameters(store);
    parameters_uuid(out, kept->id);
    parameters_int16(out, (int16_t)kept->shard);
    parameters_text(out, kept->key);
    parameters_int16(out, (int16_t)kept->origin);
    parameters_text(out, work->topic ? work->topic : "");
    parameters_int16(out, (int16_t)work->partition);
    parameters_int64(out, record->position);
    parameters_int64(out, work->offset);
    parameters_text(out, record->type);
    parameters_text(out, record->feed_id ? record->feed_id : "");
    parameters_text(out, record->key);
    parameters_uuid(out, record->event_id);
    parameters_bytes(out, record->header ? record->header : (const uint8_t *)"", record->header_size);
    parameters_bytes(out, record->payload ? record->payload : (const uint8_t *)"", record->payload_size);
    parameters_uuid(out, work->decision_id);
    parameters_int16(out, work->record.hops);
    parameters_uuid(out, record->entity_id);
    parameters_timestamp(out, record->occurred_us);
    parameters_date(out, record->posting_days);
    parameters_timestamp(out, kept->at_us);
    if (!kept->parked) {
        parameters_int16(out, (int16_t)kept->awaited_kind);
        parameters_uuid(out, kept->awaited);
        send_next(store, &put_waiting);
        return;
    }
    parameters_int64(out, unit->heads[kept->shard].position);
    parameters_bool(out, kept->follower);
    parameters_text(out, kept->follower ? "key_held" : error_code(kept->problem.error));
    parameters_text(out, kept->problem.field);
    parameters_text(out, kept->problem.detail);
    send_next(store, &put_parked);
}

void send_kept(struct postgres_store *store, const struct unit *unit)
{
    bool changed[SHARDS_MAX] = {false};
    for (size_t i = 0; i < unit->n_kept; i++) {
        const struct unit_kept *kept = &unit->kept[i];
        changed[kept->shard] = changed[kept->shard] || kept->parked;
        if (kept->gone) {
            parameters_uuid(next_parameters(store), kept->id);
            send_next(store, kept->parked ? &drop_parked : &drop_waiting);
        } else {
            send_one(store, unit, kept);
        }
    }
    for (int32_t shard = 0; shard < unit->shards; shard++) {
        if (!changed[shard])
            continue;
        parameters_int16(next_parameters(store), (int16_t)shard);
        send_next(store, &count_parked);
    }
}

/* ---- what landed? ---- */

static const struct statement lock_one_head = {
    "lock_one_head", "SELECT position FROM shard_head WHERE shard = $1::int2 FOR UPDATE", false};
static const struct statement read_envelope = {
    "read_envelope", "SELECT envelope FROM event WHERE shard = $1::int2 AND position = $2::int8", false};
static const struct statement lock_one_place = {
    "lock_one_place",
    "SELECT position, hash FROM inbox WHERE topic = $1::text AND partition = $2::int2 FOR UPDATE", false};
static const struct statement read_one_receipt = {
    "read_one_receipt", "SELECT 1 FROM command_receipt WHERE id = $1::uuid", false};

static enum error ask(struct postgres_store *store, const struct statement *statement,
                      const struct parameters *parameters, struct rows *rows, struct problem *problem)
{
    rows_clear(rows);
    return database_query(store->database, statement, parameters, rows, problem);
}

static enum error event_landed(struct postgres_store *store, const struct unit *unit, bool *landed,
                               struct problem *problem)
{
    const struct record *record = &unit->events[0].record;
    ROWS_AUTO struct rows rows = {0};
    struct parameters *parameters = next_parameters(store);
    parameters_int16(parameters, (int16_t)record->shard);
    enum error error = ask(store, &lock_one_head, parameters, &rows, problem);
    parameters_int64(parameters, record->position);
    if (error == OK)
        error = ask(store, &read_envelope, parameters, &rows, problem);
    if (error != OK)
        return error;
    *landed = false;
    if (rows_count(&rows) == 1) {
        struct bytes envelope = rows_bytes(&rows, 0, 0);
        *landed = envelope.size > HASH_BYTES &&
                  !memcmp(envelope.data + envelope.size - HASH_BYTES, record->hash.b, HASH_BYTES);
    }
    return OK;
}

static enum error other_landed(struct postgres_store *store, const struct unit *unit, bool *landed,
                               struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    struct parameters *parameters = next_parameters(store);
    for (size_t i = 0; i < unit->n_places; i++) {
        const struct unit_place *place = &unit->places[i];
        if (!place->moved)
            continue;
        parameters_text(parameters, place->topic);
        parameters_int16(parameters, (int16_t)place->partition);
        enum error error = ask(store, &lock_one_place, parameters, &rows, problem);
        if (error == OK)
            *landed = rows_count(&rows) == 1 && rows_int64(&rows, 0, 0) == place->place.position &&
                      !memcmp(rows_bytes(&rows, 0, 1).data, place->place.hash.b, HASH_BYTES);
        return error;
    }
    for (size_t i = 0; i < unit->n_works; i++) {
        const struct work *work = unit->works[i];
        if (!work->receipt.wanted || (work->result != WORK_APPLIED && work->result != WORK_REFUSED))
            continue;
        parameters_uuid(parameters, work->receipt.id);
        enum error error = ask(store, &read_one_receipt, parameters, &rows, problem);
        if (error == OK)
            *landed = rows_count(&rows) == 1;
        return error;
    }
    *landed = false; /* nothing but rows of a job's progress: written again */
    return OK;
}

enum error postgres_resolve(struct postgres_store *store, struct unit *unit, struct problem *problem)
{
    useconds_t pause_us = 50000;
    for (;;) {
        bool landed = false;
        enum error error = postgres_store_reopen(store, problem);
        store->n_sent = 0;
        if (error == OK)
            error = database_begin(store->database, problem);
        if (error == OK)
            error = unit->n_events ? event_landed(store, unit, &landed, problem)
                                   : other_landed(store, unit, &landed, problem);
        if (error == OK) {
            database_rollback(store->database);
            log_line(LOG_WARN, "the answer to a COMMIT was lost", LOG_TEXT("outcome", landed ? "committed" : "rolled back"),
                     LOG_TEXT("hint", "the log was asked; nothing to do"));
            return landed ? OK : problem_set(problem, ERR_AGAIN, "", "", "the COMMIT did not land");
        }
        if (store->stop && atomic_load(store->stop))
            return ERR_COMMIT_UNKNOWN;
        usleep(pause_us);
        pause_us = pause_us < 1000000 ? pause_us * 2 : pause_us;
    }
}
