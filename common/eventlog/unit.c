/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/unit.h"

#include <assert.h>

#include "common/eventlog/unit_inside.h"

enum { KEPT_MAX = 16 };

const char *work_result_name(enum work_result result)
{
    static const char *const names[] = {
#define X(name, why) #name,
        WORK_RESULTS(X)
#undef X
    };
    return names[result];
}

void unit_grow(struct arena *arena, void **items, size_t count, size_t *max, size_t size)
{
    if (count < *max)
        return;
    size_t wanted = *max ? *max * 2 : 32;
    void *bigger = arena_get(arena, wanted * size);
    if (count)
        memcpy(bigger, *items, count * size);
    *items = bigger;
    *max = wanted;
}

static uint32_t mix(const void *bytes, size_t size, uint32_t seed)
{
    const uint8_t *at = bytes;
    uint32_t hash = 2166136261u ^ seed;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ at[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* Open addressing over indexes + 1; doubled at half full. */
static void slots_make_room(struct unit *unit, uint32_t **slots, uint32_t *mask, size_t count,
                            uint32_t (*hash_of)(const struct unit *unit, size_t index))
{
    if (*slots && count * 2 <= *mask)
        return;
    uint32_t size = *slots ? (*mask + 1) * 2 : 128;
    *slots = arena_zero(unit->arena, size * sizeof **slots);
    *mask = size - 1;
    for (size_t i = 0; i < count; i++) {
        uint32_t at = hash_of(unit, i) & *mask;
        while ((*slots)[at])
            at = (at + 1) & *mask;
        (*slots)[at] = (uint32_t)i + 1;
    }
}

static uint32_t stream_hash(int kind, const struct uuid *id)
{
    return mix(id->b, 16, (uint32_t)kind);
}

static uint32_t stream_hash_at(const struct unit *unit, size_t index)
{
    return stream_hash(unit->streams[index]->kind, &unit->streams[index]->uuid);
}

struct unit_stream *unit_stream(struct unit *unit, int kind, const char *id)
{
    struct uuid uuid;
    if (!id || uuid_parse(&uuid, id, NULL) != OK)
        return NULL;
    slots_make_room(unit, &unit->stream_slots, &unit->stream_slots_mask, unit->n_streams, stream_hash_at);
    uint32_t at = stream_hash(kind, &uuid) & unit->stream_slots_mask;
    for (; unit->stream_slots[at]; at = (at + 1) & unit->stream_slots_mask) {
        struct unit_stream *stream = unit->streams[unit->stream_slots[at] - 1];
        if (stream->kind == kind && uuid_equal(stream->uuid, uuid))
            return stream;
    }
    UNIT_GROW(unit, streams);
    struct unit_stream *stream = arena_zero(unit->arena, sizeof *stream);
    stream->kind = kind;
    stream->uuid = uuid;
    stream->shard = -1;
    memcpy(stream->id, id, UUID_TEXT_SIZE);
    stream->what = model_kind(unit->model, kind);
    unit->streams[unit->n_streams++] = stream;
    unit->stream_slots[at] = (uint32_t)unit->n_streams;
    return stream;
}

static uint32_t look_up_hash(int index, const char *key)
{
    return mix(key, strlen(key), (uint32_t)index * 7919u);
}

static uint32_t look_up_hash_at(const struct unit *unit, size_t index)
{
    return look_up_hash(unit->look_ups[index]->index, unit->look_ups[index]->key);
}

struct unit_look_up *unit_look_up(struct unit *unit, int index, const char *key)
{
    slots_make_room(unit, &unit->look_up_slots, &unit->look_up_slots_mask, unit->n_look_ups, look_up_hash_at);
    uint32_t at = look_up_hash(index, key) & unit->look_up_slots_mask;
    for (; unit->look_up_slots[at]; at = (at + 1) & unit->look_up_slots_mask) {
        struct unit_look_up *look_up = unit->look_ups[unit->look_up_slots[at] - 1];
        if (look_up->index == index && !strcmp(look_up->key, key))
            return look_up;
    }
    UNIT_GROW(unit, look_ups);
    struct unit_look_up *look_up = arena_zero(unit->arena, sizeof *look_up);
    look_up->index = index;
    look_up->key = key;
    unit->look_ups[unit->n_look_ups++] = look_up;
    unit->look_up_slots[at] = (uint32_t)unit->n_look_ups;
    return look_up;
}

struct unit_place *unit_place(struct unit *unit, const char *topic, int32_t partition)
{
    for (size_t i = 0; i < unit->n_places; i++)
        if (unit->places[i].partition == partition && !strcmp(unit->places[i].topic, topic))
            return &unit->places[i];
    assert(unit->n_places < PLACES_MAX);
    struct unit_place *place = &unit->places[unit->n_places++];
    *place = (struct unit_place){.topic = topic, .partition = partition};
    return place;
}

bool unit_holds(const struct unit *unit, const struct uuid *key)
{
    for (size_t i = 0; i < unit->n_held; i++)
        if (uuid_equal(unit->held[i], *key))
            return true;
    return false;
}

void unit_hold(struct unit *unit, const struct uuid *key)
{
    if (unit_holds(unit, key))
        return;
    struct uuid *held = arena_get(unit->arena, (unit->n_held + 1) * sizeof *held);
    if (unit->n_held)
        memcpy(held, unit->held, unit->n_held * sizeof *held);
    held[unit->n_held++] = *key;
    unit->held = held;
}

static void begin(struct unit *unit, struct arena *arena, const struct unit_options *options, struct work **works,
                  size_t n)
{
    arena_reset(arena);
    size_t places_used = unit->n_places;
    memset(unit->places, 0, places_used * sizeof *unit->places);
    int64_t clock_offset_us = unit->clock_offset_us;
    struct unit_head *heads = unit->heads;
    memset(heads, 0, sizeof unit->heads);
    memset((char *)unit + offsetof(struct unit, n_places), 0, sizeof *unit - offsetof(struct unit, n_places));
    unit->arena = arena;
    unit->model = options->model;
    unit->shards = options->shards;
    unit->blocking = options->blocking;
    unit->clock_offset_us = clock_offset_us;
    unit->now_us = 0;
    unit->works = works;
    unit->n_works = n;
    unit->answer = options->answer;
    unit->answer_context = options->answer_context;
    unit->progress = options->progress;
    unit->progress_context = options->progress_context;
    for (int32_t shard = 0; shard < unit->shards; shard++)
        heads[shard].writable = !options->writable || atomic_load(&options->writable[shard]);
}

static void forget(struct unit *unit)
{
    for (size_t i = 0; i < unit->n_works; i++)
        unit->works[i]->result = WORK_OPEN;
}

/* A message whose shard is not ours now must be taken again, and so must all that follow it in its partition: applied
 * out of order they would look like a gap. */
static bool deferred(struct unit *unit, struct work *work, struct unit_place *place)
{
    const struct unit_head *head = &unit->heads[work->shard];
    bool needs_head = work->handler || work->problem.error != OK || work->origin == WORK_REDRIVEN;
    bool full = unit->n_kept >= KEPT_MAX && work->origin != WORK_COMMAND; /* the rest comes in the next unit */
    if (full || (place && (place->stopped || !place->locked)) || (needs_head && (!head->locked || !head->writable))) {
        if (place && !place->stopped)
            place->stopped = true;
        work->result = WORK_DEFERRED;
        return true;
    }
    return false;
}

/* True: the message is the next of its feed. */
static bool message_is_next(struct work *work, struct unit_place *place)
{
    switch (feed_judge(&place->place, &work->record)) {
    case FEED_NEXT:
        return true;
    case FEED_DUPLICATE:
    case FEED_OLD_EPOCH:
        work->result = WORK_DUPLICATE;
        return false;
    case FEED_AHEAD:
        work->result = WORK_AHEAD;
        return false;
    case FEED_FORK:
        work->result = WORK_FORKED;
        place->stopped = true;
        return false;
    }
    return false;
}

/* Kept work is listed before its shard is locked: another process may have done it since. Its own stream tells. */
static bool done_before(struct unit *unit, const struct work *work)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(id, work->kept_id);
    switch (work->origin) {
    case WORK_HANDOVER:
        return unit_stream(unit, KIND_HANDOVER_TAKEN, id)->version > 0;
    case WORK_WAITING:
        return unit_stream(unit, KIND_WAITING, id)->version > 1;
    case WORK_REDRIVEN:
        return unit_stream(unit, KIND_PARKED, id)->version > 1;
    case WORK_MESSAGE:
    case WORK_COMMAND:
    case WORK_STRAY:
        return false;
    }
    return false;
}

/* The same request twice in one batch: the second finds the receipt of the first in the next. */
static bool asked_twice(const struct unit *unit, const struct work *work)
{
    for (size_t i = 0; work->receipt.wanted && unit->works[i] != work; i++) {
        const struct work *earlier = unit->works[i];
        if (earlier->receipt.wanted && (earlier->result == WORK_APPLIED || earlier->result == WORK_REFUSED) &&
            uuid_equal(earlier->receipt.id, work->receipt.id))
            return true;
    }
    return false;
}

static enum error take(struct unit *unit, struct work *work, struct problem *problem)
{
    if (work->result != WORK_OPEN) /* answered before: open found its receipt */
        return OK;
    if (asked_twice(unit, work)) {
        work->result = WORK_DEFERRED;
        return OK;
    }
    struct unit_place *place =
        work->origin == WORK_MESSAGE ? unit_place(unit, work->topic, work->partition) : NULL;
    if (deferred(unit, work, place))
        return OK;
    if (place && !message_is_next(work, place))
        return OK;
    if (done_before(unit, work)) {
        work->result = WORK_DUPLICATE;
        return OK;
    }

    struct uuid key;
    bool held = work->handler && uuid_parse(&key, work->key, NULL) == OK && unit_holds(unit, &key) &&
                work->origin != WORK_REDRIVEN;
    enum error error = OK;
    if (work->discard_reason) {
        error = unit_release_kept(unit, work, "DISCARDED", "", problem);
        work->result = WORK_APPLIED;
    } else if (work->origin == WORK_COMMAND && (held || work->problem.error != OK)) {
        work->result = held ? WORK_HELD : WORK_FAILED;
    } else if (held || work->problem.error != OK) {
        error = unit_put_aside(unit, work, held && work->problem.error == OK, problem);
    } else if (work->handler) {
        error = unit_decide(unit, work, problem);
    } else {
        work->result = work->descriptor ? WORK_APPLIED : WORK_IGNORED;
        if (work->origin == WORK_REDRIVEN)
            error = unit_release_kept(unit, work, "APPLIED", "", problem);
    }
    if (error != OK)
        return error;
    bool parked_message = work->origin == WORK_REDRIVEN && work->kept_origin == WORK_MESSAGE && !work->discard_reason;
    if ((place || parked_message) && work->message && work->result != WORK_PARKED &&
        (place || work->result != WORK_WAITS) && unit->model->project_event) {
        struct projecting projecting = unit_projecting(unit);
        unit->model->project_event(&projecting, &work->record, work->message);
    }
    if (place) {
        feed_apply(&place->place, &work->record, work->offset);
        place->moved = true;
    }
    work->position = unit->heads[work->shard].position;
    return OK;
}

static void project_states(struct unit *unit)
{
    if (!unit->model->project_state)
        return;
    struct projecting projecting = unit_projecting(unit);
    for (size_t i = 0; i < unit->n_streams; i++) {
        struct unit_stream *stream = unit->streams[i];
        if (stream->dirty && stream->state)
            unit->model->project_state(&projecting, (struct stream_ref){stream->kind, stream->id}, stream->version,
                                       stream->state);
    }
}

static bool something_to_commit(const struct unit *unit)
{
    if (unit->n_events || unit->n_rows || unit->n_kept || unit->n_handovers)
        return true;
    for (size_t i = 0; i < unit->n_places; i++)
        if (unit->places[i].moved)
            return true;
    for (size_t i = 0; i < unit->n_works; i++)
        if (unit->works[i]->receipt.wanted &&
            (unit->works[i]->result == WORK_APPLIED || unit->works[i]->result == WORK_REFUSED))
            return true;
    return false;
}

/* A job's progress tells of all its commands, so it may not stand without them. */
static bool any_deferred(const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_works; i++)
        if (unit->works[i]->result == WORK_DEFERRED)
            return true;
    return false;
}

static enum error decide_all(struct unit *unit, struct problem *problem)
{
    for (size_t i = 0; i < unit->n_works; i++) {
        enum error error = take(unit, unit->works[i], problem);
        if (error != OK)
            return error;
    }
    project_states(unit);
    if (unit->progress && !any_deferred(unit)) {
        struct projecting projecting = unit_projecting(unit);
        unit->progress(unit->progress_context, &projecting);
    }
    unit_sort_rows(unit);
    return OK;
}

/* Runs `step` with the arena allowed to jump out; the arena's end is ERR_TOO_LARGE for the whole unit, and the caller
 * finds the one work that needs it all by halving. */
#define BOUNDED(unit, problem, error, step)                                                        \
    do {                                                                                           \
        jmp_buf exhausted_;                                                                        \
        if (setjmp(exhausted_)) {                                                                  \
            (unit)->arena->on_exhausted = NULL;                                                    \
            (error) = problem_set((problem), ERR_TOO_LARGE, "", "", "the batch needs more than the %zu MiB of its arena", \
                                  (unit)->arena->size_max >> 20);                                  \
        } else {                                                                                   \
            (unit)->arena->on_exhausted = &exhausted_;                                             \
            step;                                                                                  \
            (unit)->arena->on_exhausted = NULL;                                                    \
        }                                                                                          \
    } while (0)

enum error unit_bounded(struct unit *unit, enum error (*step)(void *context), void *context, struct problem *problem)
{
    volatile enum error error = OK;
    BOUNDED(unit, problem, error, error = step(context));
    return error;
}

static void prepare_all(struct unit *unit)
{
    for (size_t i = 0; i < unit->n_works; i++)
        unit_prepare(unit, unit->works[i]);
}

static bool prepare_more_all(struct unit *unit)
{
    bool more = false;
    for (size_t i = 0; i < unit->n_works; i++) {
        struct work *work = unit->works[i];
        if (work->handler && work->handler->declare_more && work->problem.error == OK && work->result == WORK_OPEN) {
            unit_prepare_more(unit, work);
            more = true;
        }
    }
    return more;
}

static enum error run_open(struct unit *unit, const struct store *store, struct problem *problem)
{
    enum error error = store->load(store->self, unit, problem);
    if (error != OK)
        return error;
    volatile bool more = false;
    BOUNDED(unit, problem, error, more = prepare_more_all(unit));
    if (error == OK && more)
        error = store->load(store->self, unit, problem);
    if (error != OK)
        return error;
    volatile enum error decided = OK;
    BOUNDED(unit, problem, error, decided = decide_all(unit, problem));
    return error != OK ? error : decided;
}

/* The arena's end may be met in any step, so `error` crosses a longjmp. */
static enum error run(struct unit *unit, const struct store *store, struct problem *problem)
{
    volatile enum error error = OK;
    BOUNDED(unit, problem, error, prepare_all(unit));
    if (error == OK)
        error = store->open(store->self, unit, problem);
    if (error != OK) {
        store->abandon(store->self, unit);
        forget(unit);
        return error;
    }
    error = run_open(unit, store, problem);
    if (error == OK) {
        if (something_to_commit(unit))
            error = store->commit(store->self, unit, problem);
        else
            store->abandon(store->self, unit);
    } else {
        store->abandon(store->self, unit);
    }
    if (error != OK)
        forget(unit);
    return error;
}

enum error unit_run(struct unit *unit, struct arena *arena, const struct unit_options *options,
                    const struct store *store, struct work **works, size_t n, struct problem *problem)
{
    begin(unit, arena, options, works, n);
    for (size_t i = 0; i < n; i++) {
        works[i]->result = WORK_OPEN;
        works[i]->problem = (struct problem){0};
    }
    return run(unit, store, problem);
}

enum error unit_park(struct unit *unit, struct arena *arena, const struct unit_options *options,
                     const struct store *store, struct work *work, const struct problem *why, struct problem *problem)
{
    begin(unit, arena, options, &work, 1);
    work->result = WORK_OPEN;
    work->problem = *why;
    return run(unit, store, problem);
}
