/* SPDX-License-Identifier: Apache-2.0
 * Proof of the log: every shard from position 1 to its head, each record linking to the one before.
 * On the way every event is shown to whoever proves something else with it, so the log is read
 * once. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "deploy/billctl/prove_inside.h"

static void unit_empty(struct proving *proving)
{
    struct unit *unit = proving->unit;
    unit->arena = proving->arena;
    unit->model = proving->model;
    unit->shards = proving->shards;
    unit->n_rows = unit->rows_max = 0;
    unit->rows = NULL;
    unit->row_slots = NULL;
    unit->row_slots_mask = 0;
}

void project_event(struct proving *proving, const struct record *record,
                   const ProtobufCMessage *message)
{
    if (!proving->model->project_event)
        return;
    unit_empty(proving);
    struct projecting projecting = {.unit = proving->unit, .arena = proving->arena};
    proving->model->project_event(&projecting, record, message);
    struct row_origin origin = {strrchr(record->feed_id, '/') + 1, record->shard, record->position,
                                record->recorded_us};
    row_store_apply(&proving->rows, proving->unit, &origin);
}

void project_state(struct proving *proving, const struct record *record, struct stream_ref stream,
                   int64_t version, const ProtobufCMessage *state)
{
    if (!proving->model->project_state || !state || stream.kind >= KIND_PARKED)
        return;
    unit_empty(proving);
    struct projecting projecting = {.unit = proving->unit, .arena = proving->arena};
    proving->model->project_state(&projecting, stream, version, state);
    struct row_origin origin = {proving->service->name, record->shard, record->position,
                                record->recorded_us};
    row_store_apply(&proving->rows, proving->unit, &origin);
}

struct walk {
    struct feed_place place;
    int64_t recorded_us;
};

/* What a record must be at its place. */
static void check_record(struct proof *proof, const struct proving *proving,
                         const struct walk *walk, const struct record *record, int32_t shard)
{
    const char *name = proving->service->name;
    long long position = (long long)record->position;
    struct record_hash link = record_link(record, &walk->place.hash);
    if (record->position != walk->place.position + 1)
        proof_break(proof, "%s/%d/%lld: position %lld is missing", name, shard, position,
                    (long long)walk->place.position + 1);
    else if (!record_hash_equal(&link, &record->hash))
        proof_break(proof, "%s/%d/%lld: its hash is not that of its bytes after its predecessor",
                    name, shard, position);
    if (record->epoch < walk->place.epoch)
        proof_break(proof, "%s/%d/%lld: epoch %u after epoch %u", name, shard, position,
                    record->epoch, walk->place.epoch);
    if (record->recorded_us < walk->recorded_us)
        proof_break(proof, "%s/%d/%lld: recorded before its predecessor", name, shard, position);
    if (shard_of_key(record->key, proving->shards) != shard)
        proof_break(proof, "%s/%d/%lld: its key %s belongs to shard %d", name, shard, position,
                    record->key, shard_of_key(record->key, proving->shards));
}

static void show_event(struct proving *proving, const struct event_scan *scan, struct proof *proof,
                       bool rows_only)
{
    const struct record *record = &scan->record;
    arena_reset(proving->arena);
    ProtobufCMessage *message =
        scan->descriptor
            ? arena_unpack(proving->arena, scan->descriptor, record->payload, record->payload_size)
            : NULL;
    if (!message) {
        if (!rows_only)
            proof_break(proof, "%s/%d/%lld: %s of %zu bytes cannot be read", proving->service->name,
                        record->shard, (long long)record->position, record->type,
                        record->payload_size);
        return;
    }
    project_event(proving, record, message);
    if (rows_only)
        return;
    books_see(proving->books, record, message);
    kept_ids_see(proving->kept, record, message);
}

static void check_end(struct proof *proof, const struct proving *proving, int32_t shard,
                      const struct walk *walk)
{
    const struct proved_head *head = &proving->heads[shard];
    const char *name = proving->service->name;
    if (!head->there)
        proof_break(proof, "%s shard %d has no head", name, shard);
    else if (head->position != walk->place.position)
        proof_break(proof, "%s shard %d: the head says %lld, the last event is %lld", name, shard,
                    (long long)head->position, (long long)walk->place.position);
    else if (!record_hash_equal(&head->hash, &walk->place.hash))
        proof_break(proof, "%s shard %d: the head's hash is not that of its last event %lld", name,
                    shard, (long long)walk->place.position);
    else if (head->epoch < walk->place.epoch)
        proof_break(proof, "%s shard %d: the head's epoch %u is below that of its last event", name,
                    shard, head->epoch);
}

/* The walk goes on with what stands there, so that one break is told once and later ones are found.
 */
static enum error walk_shard(struct proving *proving, int32_t shard, struct proof *proof,
                             bool rows_only, int64_t *events, struct problem *problem)
{
    EVENT_SCAN_AUTO struct event_scan scan = {0};
    char rest[80];
    bool more = true;
    struct walk walk = {.place = feed_start(proving->service->feed_id), .recorded_us = INT64_MIN};
    snprintf(rest, sizeof rest, "WHERE e.shard = %d ORDER BY e.position", shard);
    enum error error = event_scan_begin(&scan, proving->service, proving->database, &proving->types,
                                        rest, problem);
    while (error == OK) {
        error = event_scan_next(&scan, &more, problem);
        if (error == ERR_CORRUPT) {
            proof_break(proof, "%s", problem->detail);
            walk.place.position++;
            error = OK;
            continue;
        }
        if (error != OK || !more)
            break;
        if (!rows_only)
            check_record(proof, proving, &walk, &scan.record, shard);
        walk.place.position = scan.record.position;
        walk.place.hash = scan.record.hash;
        walk.place.epoch =
            scan.record.epoch > walk.place.epoch ? scan.record.epoch : walk.place.epoch;
        walk.recorded_us = scan.record.recorded_us;
        ++*events;
        show_event(proving, &scan, proof, rows_only);
    }
    if (error == OK && !rows_only)
        check_end(proof, proving, shard, &walk);
    return error;
}

enum error prove_log(struct proving *proving, bool rows_only, struct problem *problem)
{
    struct proof proof = {.name = "links", .service = proving->service->name};
    int64_t events = 0;
    for (int32_t shard = 0; shard < proving->shards; shard++) {
        enum error error = walk_shard(proving, shard, &proof, rows_only, &events, problem);
        if (error != OK)
            return error;
    }
    if (rows_only)
        return OK;
    char text[32];
    if (!proof_print(&proof, "%d shards, %s events", proving->shards, count_text(text, events)))
        proving->broken = true;
    return OK;
}
