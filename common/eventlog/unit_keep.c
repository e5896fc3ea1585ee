/* SPDX-License-Identifier: Apache-2.0
 * Keeping: what cannot be decided now is put aside (parked) or waits, with an event that says so and a row that the
 * loop finds again; each row can be rebuilt from its events. Parking is an application: the place of the feed moves. */
#include <stdio.h>

#include "billing/common/v1/house.pb-c.h"
#include "common/eventlog/unit_inside.h"

enum { KEPT_BYTES_MAX = 128 * 1024 };

static const char *origin_text(enum work_origin origin)
{
    switch (origin) {
    case WORK_MESSAGE:
        return "message";
    case WORK_COMMAND:
        return "command";
    case WORK_HANDOVER:
        return "handover";
    case WORK_WAITING:
        return "waiting";
    case WORK_REDRIVEN:
        return "redriven";
    case WORK_STRAY:
        return "stray";
    }
    return "";
}

static ProtobufCBinaryData cut(const uint8_t *bytes, size_t size)
{
    return (ProtobufCBinaryData){size < KEPT_BYTES_MAX ? size : KEPT_BYTES_MAX, (uint8_t *)(uintptr_t)bytes};
}

/* The id of a work that is put aside for the first time. */
static struct uuid derived(const char *domain, const struct work *work)
{
    char decision[UUID_TEXT_SIZE];
    uuid_format(decision, work->decision_id);
    return uuid_derive_text(domain, decision, NULL);
}

static struct unit_kept *add_kept(struct unit *unit, struct work *work, bool parked, struct uuid id)
{
    UNIT_GROW(unit, kept);
    struct unit_kept *kept = &unit->kept[unit->n_kept++];
    *kept = (struct unit_kept){.parked = parked,
                               .id = id,
                               .shard = work->shard,
                               .origin = work->origin,
                               .work = work,
                               .problem = work->problem,
                               .at_us = unit->now_us};
    memcpy(kept->key, work->key, sizeof kept->key);
    return kept;
}

/* A handover or a waiting work that is parked leaves the place where it was kept. */
static void leave_place(struct unit *unit, struct work *work)
{
    if (work->origin == WORK_HANDOVER) {
        UNIT_GROW(unit, handovers);
        unit->handovers[unit->n_handovers++] = (struct unit_handover){.taken = true,
                                                                      .id = work->kept_id,
                                                                      .target_shard = work->shard,
                                                                      .source_shard = work->source_shard,
                                                                      .source_position = work->source_position,
                                                                      .index = work->source_index};
    } else if (work->origin == WORK_WAITING || work->origin == WORK_REDRIVEN) {
        add_kept(unit, work, work->origin == WORK_REDRIVEN, work->kept_id)->gone = true;
    }
}

enum error unit_put_aside(struct unit *unit, struct work *work, bool follower, struct problem *problem)
{
    work->result = WORK_PARKED;
    if (follower)
        problem_set(&work->problem, ERR_AGAIN, "", "", "an earlier message of key %s is parked", work->key);
    if (work->origin == WORK_REDRIVEN)
        return OK; /* it stays where it is; whoever asked reads the problem */
    struct uuid id = derived("parked", work);
    char text[UUID_TEXT_SIZE], event_id[UUID_TEXT_SIZE];
    uuid_format(text, id);
    uuid_format(event_id, work->record.event_id);
    struct unit_stream *before = unit_stream(unit, KIND_PARKED, text);
    if (work->origin == WORK_STRAY && before->loaded && before->version) {
        work->result = WORK_DUPLICATE;
        return OK;
    }
    Common__MessageParked event = COMMON__MESSAGE_PARKED__INIT;
    event.parked_id = text;
    event.origin = origin_text(work->origin);
    event.code = follower ? "key_held" : error_code(work->problem.error);
    event.field = work->problem.field;
    event.detail = work->problem.detail;
    event.topic = work->topic ? work->topic : "";
    event.partition = (uint32_t)work->partition;
    event.position = work->record.position;
    event.offset = work->offset;
    event.type = work->record.type;
    event.held_key = work->key;
    event.header = cut(work->record.header, work->record.header_size);
    event.payload = cut(work->record.payload, work->record.payload_size);
    event.follower = follower;
    event.event_id = event_id;
    event.feed_id = work->record.feed_id ? work->record.feed_id : "";
    uint16_t count = work->origin == WORK_MESSAGE || work->origin == WORK_STRAY ? 1 : 2;
    enum error error = unit_append_house(unit, work, KIND_PARKED, arena_copy_text(unit->arena, text), &event.base, 0,
                                         count, problem);
    if (error != OK)
        return error;
    struct unit_kept *kept = add_kept(unit, work, true, id);
    kept->follower = follower;
    struct uuid key;
    if (uuid_parse(&key, work->key, NULL) == OK)
        unit_hold(unit, &key);
    if (count == 2) {
        error = unit_release_kept(unit, work, "PARKED", event.code, problem);
        work->result = WORK_PARKED;
    }
    return error;
}

enum error unit_keep_waiting(struct unit *unit, struct work *work, struct stream_ref awaited, struct problem *problem)
{
    if (work->origin == WORK_WAITING || work->origin == WORK_REDRIVEN)
        return OK; /* it waits already, or stays parked; nothing changes */
    const struct stream_kind *kind = model_kind(unit->model, awaited.kind);
    struct uuid awaited_id;
    if (!kind || uuid_parse(&awaited_id, awaited.id, NULL) != OK)
        return problem_set(problem, ERR_INTERNAL, "", "", "a decision waits for a stream that cannot be named");
    struct uuid id = derived("waiting", work);
    char text[UUID_TEXT_SIZE], event_id[UUID_TEXT_SIZE];
    uuid_format(text, id);
    uuid_format(event_id, work->record.event_id);
    Common__MessageWaits event = COMMON__MESSAGE_WAITS__INIT;
    event.waiting_id = text;
    event.awaited_kind = kind->name;
    event.awaited_id = awaited.id;
    event.origin = origin_text(work->origin);
    event.topic = work->topic ? work->topic : "";
    event.partition = (uint32_t)work->partition;
    event.position = work->record.position;
    event.offset = work->offset;
    event.type = work->record.type;
    event.header = cut(work->record.header, work->record.header_size);
    event.payload = (ProtobufCBinaryData){work->record.payload_size, (uint8_t *)(uintptr_t)work->record.payload};
    event.event_id = event_id;
    event.feed_id = work->record.feed_id ? work->record.feed_id : "";
    event.key = work->key;
    uint16_t count = work->origin == WORK_HANDOVER ? 2 : 1;
    enum error error = unit_append_house(unit, work, KIND_WAITING, arena_copy_text(unit->arena, text), &event.base,
                                         0, count, problem);
    if (error != OK)
        return error;
    struct unit_kept *kept = add_kept(unit, work, false, id);
    kept->awaited_kind = awaited.kind;
    kept->awaited = awaited_id;
    if (count == 2) {
        error = unit_release_kept(unit, work, "WAITS", "", problem);
        work->result = WORK_WAITS;
    }
    return error;
}

static enum error say_discarded(struct unit *unit, struct work *work, char *id, struct problem *problem)
{
    Common__MessageDiscarded event = COMMON__MESSAGE_DISCARDED__INIT;
    event.parked_id = id;
    event.reason = work->discard_reason;
    event.requested_by = work->discard_requested_by;
    event.approved_by = work->discard_approved_by;
    return unit_append_house(unit, work, KIND_PARKED, id, &event.base, 0, 1, problem);
}

enum error unit_release_kept(struct unit *unit, struct work *work, const char *outcome, const char *code,
                             struct problem *problem)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, work->kept_id);
    char *id = arena_copy_text(unit->arena, text);
    /* The last event of its decision. */
    uint16_t last = 0;
    for (size_t i = unit->n_events; i-- > 0 && uuid_equal(unit->events[i].record.unit_id, work->decision_id);)
        last++;
    enum error error = OK;
    if (work->discard_reason) {
        error = say_discarded(unit, work, id, problem);
    } else if (work->origin == WORK_HANDOVER) {
        Common__HandoverTaken event = COMMON__HANDOVER_TAKEN__INIT;
        event.handover_id = id;
        event.source_shard = (uint32_t)work->source_shard;
        event.source_position = work->source_position;
        event.outcome = outcome;
        event.code = code;
        error = unit_append_house(unit, work, KIND_HANDOVER_TAKEN, id, &event.base, last, (uint16_t)(last + 1),
                                  problem);
    } else if (work->origin == WORK_WAITING) {
        Common__MessageResumed event = COMMON__MESSAGE_RESUMED__INIT;
        event.waiting_id = id;
        event.outcome = outcome;
        event.code = code;
        error = unit_append_house(unit, work, KIND_WAITING, id, &event.base, last, (uint16_t)(last + 1), problem);
    } else if (work->origin == WORK_REDRIVEN) {
        Common__MessageRedriven event = COMMON__MESSAGE_REDRIVEN__INIT;
        event.parked_id = id;
        event.outcome = outcome;
        event.code = code;
        error = unit_append_house(unit, work, KIND_PARKED, id, &event.base, last, (uint16_t)(last + 1), problem);
    } else {
        return OK;
    }
    if (error == OK)
        leave_place(unit, work);
    return error;
}
