/* SPDX-License-Identifier: Apache-2.0
 * Appending: one emission becomes a record that links to its shard's head, a changed state, index entries and rows. */
#include <assert.h>

#include "common/eventlog/unit_inside.h"

struct put_context {
    struct unit *unit;
    int32_t shard;
};

static void put(void *self, int index, const char *key, struct stream_ref ref)
{
    struct put_context *context = self;
    unit_index_put(context->unit, context->shard, index, key, ref, false);
}

static void drop(void *self, int index, const char *key, struct stream_ref ref)
{
    struct put_context *context = self;
    unit_index_put(context->unit, context->shard, index, key, ref, true);
}

static void look_up_change(struct unit *unit, struct unit_look_up *look_up, struct stream_ref ref, bool dropped)
{
    for (size_t i = 0; i < look_up->n; i++) {
        if (look_up->refs[i].kind != ref.kind || strcmp(look_up->refs[i].id, ref.id))
            continue;
        if (dropped)
            memmove(&look_up->refs[i], &look_up->refs[i + 1], (--look_up->n - i) * sizeof *look_up->refs);
        return;
    }
    if (dropped)
        return;
    unit_grow(unit->arena, (void **)&look_up->refs, look_up->n, &look_up->max, sizeof *look_up->refs);
    look_up->refs[look_up->n++] = ref;
}

void unit_index_put(struct unit *unit, int32_t shard, int index, const char *key, struct stream_ref ref, bool dropped)
{
    struct stream_ref kept = {ref.kind, arena_copy_text(unit->arena, ref.id)};
    const char *kept_key = arena_copy_text(unit->arena, key);
    struct unit_look_up *look_up = unit_look_up(unit, index, kept_key);
    if (look_up->loaded)
        look_up_change(unit, look_up, kept, dropped);
    UNIT_GROW(unit, index_changes);
    unit->index_changes[unit->n_index_changes++] =
        (struct unit_index_change){.index = index, .key = kept_key, .ref = kept, .drop = dropped, .shard = shard};
}

static enum error check_stream(struct unit_stream *stream, const struct work *work, const struct emission *emission,
                               struct problem *problem)
{
    const char *type = emission->event->descriptor->name;
    if (!stream || !stream->loaded || !stream->what)
        return problem_set(problem, ERR_INTERNAL, "", "", "%s was emitted to a stream that was not declared", type);
    if (!model_evolution(stream->what, type))
        return problem_set(problem, ERR_INTERNAL, "", "", "%s is no event of stream kind %s", type,
                           stream->what->name);
    if (stream->version && stream->shard >= 0 && stream->shard != work->shard)
        return problem_set(problem, ERR_INTERNAL, "", "", "%s/%s belongs to shard %d, decided in %d",
                           stream->what->name, stream->id, stream->shard, work->shard);
    return OK;
}

/* The decision's id with the place in its last bytes: a decision taken again after a lost COMMIT has the same ids, and
 * those of two decisions differ because the ids themselves come out of SHA-256. */
static struct uuid event_id(const struct work *work, uint16_t index)
{
    struct uuid id = work->decision_id;
    uint16_t place = (uint16_t)(index + 1);
    id.b[14] ^= (uint8_t)(place >> 8);
    id.b[15] ^= (uint8_t)place;
    return id;
}

static enum error seal(struct unit *unit, struct appending *appending, const struct emission *emission,
                       struct unit_stream *stream, struct record *record, struct problem *problem)
{
    struct work *work = appending->work;
    struct unit_head *head = &unit->heads[work->shard];
    *record = (struct record){
        .feed_id = unit->model->feed_id,
        .epoch = head->epoch,
        .shard = work->shard,
        .position = head->position + 1,
        .event_id = event_id(work, appending->index),
        .type = emission->event->descriptor->name,
        .stream_kind = stream->what->name,
        .stream_id = stream->uuid,
        .version = stream->version + 1,
        .posting_days = emission->posting_days,
        .occurred_us = emission->occurred_us ? emission->occurred_us : unit->now_us,
        .recorded_us = unit->now_us,
        .unit_id = work->decision_id,
        .unit_index = appending->index,
        .unit_count = appending->count,
        .hops = work->origin == WORK_MESSAGE ? (uint8_t)(work->record.hops + 1) : work->record.hops,
        .actor = work->actor ? work->actor : "",
        .cause_topic = work->cause.topic ? work->cause.topic : "",
        .cause_partition = work->cause.partition,
        .cause_position = work->cause.position,
        .command_key = work->command_key ? work->command_key : "",
    };
    memcpy(record->key, work->key, sizeof record->key);
    if (emission->entity_id && *emission->entity_id && uuid_parse(&record->entity_id, emission->entity_id, NULL) != OK)
        return problem_set(problem, ERR_INTERNAL, "", "", "%s: the legal entity's id is malformed", record->type);
    record->payload = arena_pack(unit->arena, emission->event, &record->payload_size);
    uint8_t *header = arena_get(unit->arena, FEED_HEADER_BYTES_MAX);
    enum error error = record_seal(record, &head->hash, header);
    if (error != OK)
        return problem_set(problem, error, "", "", "%s of %zu bytes: a record is at most %d", record->type,
                           record->payload_size, RECORD_BYTES_MAX);
    /* The header took a kilobyte to be sure; give back what it did not need. */
    unit->arena->used = (size_t)(header + record->header_size - unit->arena->base);
    return OK;
}

enum error unit_append(struct unit *unit, struct appending *appending, const struct emission *emission,
                       struct problem *problem)
{
    struct work *work = appending->work;
    struct unit_stream *stream = unit_stream(unit, emission->stream.kind, emission->stream.id);
    enum error error = check_stream(stream, work, emission, problem);
    if (error != OK)
        return error;
    UNIT_GROW(unit, events);
    struct unit_event *event = &unit->events[unit->n_events];
    *event = (struct unit_event){
        .stream = stream, .descriptor = emission->event->descriptor, .traceparent = work->traceparent};
    error = seal(unit, appending, emission, stream, &event->record, problem);
    if (error != OK)
        return error;
    unit->n_events++;
    appending->index++;

    struct unit_head *head = &unit->heads[work->shard];
    head->position++;
    head->hash = event->record.hash;
    head->moved = true;
    stream->version++;
    stream->shard = work->shard;
    stream->dirty = true;
    model_fold(stream->what, unit->arena, &stream->state, emission->event);

    struct stream_ref ref = {stream->kind, stream->id};
    if (unit->model->index && stream->kind < KIND_PARKED) {
        struct put_context context = {unit, work->shard};
        struct indexing indexing = {&context, put, drop};
        unit->model->index(&indexing, ref, emission->event, stream->state);
    }
    if (unit->model->project_event) {
        struct projecting projecting = unit_projecting(unit);
        unit->model->project_event(&projecting, &event->record, emission->event);
    }
    return OK;
}

enum error unit_append_house(struct unit *unit, struct work *work, int kind, const char *id,
                             const ProtobufCMessage *event, uint16_t index, uint16_t count, struct problem *problem)
{
    struct unit_stream *stream = unit_stream(unit, kind, id);
    stream->loaded = true; /* new, or loaded because prepare declared it */
    char entity_id[UUID_TEXT_SIZE];
    uuid_format(entity_id, work->record.entity_id);
    struct appending appending = {.work = work, .index = index, .count = count};
    struct emission emission = {.stream = {kind, id},
                                .event = event,
                                .entity_id = entity_id,
                                .posting_days = work->record.posting_days,
                                .occurred_us = work->record.occurred_us};
    return unit_append(unit, &appending, &emission, problem);
}
