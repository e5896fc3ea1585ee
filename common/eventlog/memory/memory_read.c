/* SPDX-License-Identifier: Apache-2.0
 * Opening and loading: locks first, then the time, then states and look-ups, as the PostgreSQL
 * store does in later statements. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/eventlog/memory/memory_inside.h"

/* ---- open ---- */

static bool lock_free(const struct memory_session *owner, const struct memory_session *session)
{
    return !owner || owner == session;
}

static bool lock_heads(struct memory_session *session, struct unit *unit)
{
    for (int32_t shard = 0; shard < unit->shards; shard++) {
        struct shard_log *log = &session->store->logs[shard];
        struct unit_head *head = &unit->heads[shard];
        if (!head->wanted)
            continue;
        if (!lock_free(log->owner, session)) {
            if (unit->blocking)
                return false;
            continue;
        }
        log->owner = session;
        head->locked = true;
        head->position = head->position_before = log->head.position;
        head->hash = log->head.hash;
        head->epoch = log->head.epoch;
        head->recorded_us = log->head.recorded_us;
    }
    return true;
}

static bool lock_places(struct memory_session *session, struct unit *unit)
{
    for (size_t i = 0; i < unit->n_places; i++) {
        struct unit_place *place = &unit->places[i];
        for (size_t at = 0; at < session->store->n_places; at++) {
            struct inbox_place *stored = &session->store->places[at];
            if (stored->partition != place->partition || strcmp(stored->topic, place->topic))
                continue;
            if (!lock_free(stored->owner, session))
                return false;
            stored->owner = session;
            place->locked = true;
            place->place = stored->place;
        }
    }
    return true;
}

/* Every year of what was asked for becomes an entry of the unit. */
static enum error lock_series(struct memory_session *session, struct unit *unit, bool *free)
{
    struct memory_map *all = &session->store->series;
    size_t asked = unit->n_series;
    *free = true;
    memory_map_each(all, i)
    {
        struct series_row *row = all->items[i]->value;
        for (size_t at = 0; at < asked; at++) {
            const struct unit_series *wanted = unit->series[at];
            if (!uuid_equal(wanted->entity, row->series.entity) ||
                strcmp(wanted->document_class, row->series.document_class))
                continue;
            if (!lock_free(row->owner, session)) {
                *free = false;
                return OK;
            }
            row->owner = session;
            struct unit_series *year = arena_zero(unit->arena, sizeof *year);
            struct unit_series **grown =
                arena_get(unit->arena, (unit->n_series + 1) * sizeof *grown);
            if (!year || !grown)
                return ERR_TOO_LARGE;
            *year = (struct unit_series){.entity = row->series.entity,
                                         .document_class = wanted->document_class,
                                         .year = row->series.year,
                                         .stored = true,
                                         .next = row->series.next,
                                         .last_issue_days = row->series.last_issue_days};
            memcpy(grown, unit->series, unit->n_series * sizeof *grown);
            grown[unit->n_series++] = year;
            unit->series = grown;
            unit->series_max = unit->n_series;
            break;
        }
    }
    return OK;
}

static void take_time(const struct memory_store *store, struct unit *unit)
{
    unit->clock_offset_us = store->offset_us;
    unit->now_us = store->now_us + store->offset_us;
    for (int32_t shard = 0; shard < unit->shards; shard++)
        if (unit->heads[shard].locked && unit->heads[shard].recorded_us > unit->now_us)
            unit->now_us = unit->heads[shard].recorded_us;
}

static enum error take_receipts(const struct memory_store *store, struct unit *unit)
{
    for (size_t i = 0; i < unit->n_works; i++) {
        struct work *work = unit->works[i];
        const struct receipt_row *receipt =
            work->receipt.wanted ? memory_map_get(&store->receipts, work->receipt.id.b, 16) : NULL;
        if (!receipt)
            continue;
        if (!record_hash_equal(&receipt->request_hash, &work->receipt.request_hash)) {
            work->result = WORK_CONFLICT;
            continue;
        }
        work->result = WORK_REPLAYED;
        work->answer_status = receipt->status;
        memcpy(work->refusal_code, receipt->code, sizeof work->refusal_code);
        memcpy(work->answer_etag, receipt->etag, sizeof work->answer_etag);
        memcpy(work->answer_subject, receipt->subject, sizeof work->answer_subject);
        work->answer = arena_copy(unit->arena, receipt->body, receipt->body_size);
        work->answer_size = receipt->body_size;
        work->shard = receipt->shard;
        work->position = receipt->position;
        if (!work->answer)
            return ERR_TOO_LARGE;
    }
    return OK;
}

static enum error take_held(const struct memory_store *store, struct unit *unit)
{
    unit->n_held = 0;
    unit->held = arena_get(unit->arena, (store->parked.n_live + 1) * sizeof *unit->held);
    if (!unit->held)
        return ERR_TOO_LARGE;
    memory_map_each(&store->parked, i)
    {
        const struct kept_row *row = store->parked.items[i]->value;
        struct uuid key;
        unit->heads[row->shard].has_parked = true;
        if (uuid_parse(&key, row->key, NULL) == OK && !unit_holds(unit, &key))
            unit->held[unit->n_held++] = key;
    }
    return OK;
}

/* Kept states of a shard are believed only while nobody else moved its head. */
static void take_positions(struct memory_session *session)
{
    for (int32_t shard = 0; shard < session->store->shards; shard++) {
        int64_t position = session->store->logs[shard].head.position;
        if (session->seen[shard] == position)
            continue;
        kept_states_forget(&session->kept, shard);
        session->seen[shard] = position;
    }
}

enum error memory_open(void *self, struct unit *unit, struct problem *problem)
{
    struct memory_session *session = self;
    if (session->dead)
        return problem_set(problem, ERR_DATABASE_AWAY, "", "", "the process has died");
    bool free_series = true;
    enum error error = OK;
    bool free = lock_heads(session, unit) && lock_places(session, unit);
    if (free)
        error = lock_series(session, unit, &free_series);
    if (!free || !free_series)
        return problem_set(problem, ERR_AGAIN, "", "", "a lock is held by another session");
    take_time(session->store, unit);
    if (error == OK)
        error = take_receipts(session->store, unit);
    if (error == OK)
        error = take_held(session->store, unit);
    if (error != OK)
        return problem_set(problem, error, "", "", "what the batch reads does not fit its arena");
    take_positions(session);
    if (session->hooks && session->hooks->opened)
        session->hooks->opened(session->hooks->context, unit);
    return OK;
}

/* ---- states ---- */

uint8_t *state_pack(const ProtobufCMessage *state, size_t *size)
{
    *size = state ? protobuf_c_message_get_packed_size(state) : 0;
    uint8_t *bytes = malloc(*size + 1);
    assert(bytes);
    if (state)
        protobuf_c_message_pack(state, bytes);
    return bytes;
}

enum error stream_fold(const struct memory_store *store, struct arena *arena,
                       const struct memory_stream *stream, bool from_birth,
                       ProtobufCMessage **state, struct problem *problem)
{
    const struct stream_kind *kind = model_kind(store->model, stream->kind);
    size_t from = 0;
    *state = NULL;
    if (!kind || !kind->state)
        return OK;
    if (!from_birth && stream->snapshot) {
        *state = arena_unpack(arena, kind->state, stream->snapshot, stream->snapshot_size);
        from = (size_t)stream->snapshot_version;
        if (!*state)
            return problem_set(problem, ERR_CORRUPT, "", "", "a snapshot cannot be read");
    }
    for (size_t i = from; i < stream->n; i++) {
        const struct record *record = store->logs[stream->shard].records[stream->positions[i] - 1];
        const struct evolution *evolution = model_evolution(kind, record->type);
        ProtobufCMessage *event =
            evolution ? arena_unpack(arena, evolution->event, record->payload, record->payload_size)
                      : NULL;
        if (!event)
            return problem_set(problem, arena->exhausted ? ERR_TOO_LARGE : ERR_CORRUPT, "", "",
                               "%s at position %lld cannot be read", record->type,
                               (long long)record->position);
        model_fold(kind, arena, state, event);
    }
    return OK;
}

static bool load_kept(struct memory_session *session, struct unit *unit, struct unit_stream *stream)
{
    const struct kept_state *kept = kept_states_find(&session->kept, stream->kind, stream->uuid);
    if (!kept)
        return false;
    if (stream->what && stream->what->state)
        stream->state = arena_unpack(unit->arena, stream->what->state, kept->bytes, kept->size);
    stream->version = stream->version_loaded = kept->version;
    stream->snapshot_version = kept->snapshot_version;
    stream->shard = kept->shard;
    return true;
}

static enum error load_stream(struct memory_session *session, struct unit *unit,
                              struct unit_stream *stream, struct problem *problem)
{
    stream->loaded = true;
    if (load_kept(session, unit, stream))
        return OK;
    const struct memory_stream *stored = stream_find(session->store, stream->kind, stream->uuid);
    if (!stored)
        return OK;
    stream->version = stream->version_loaded = (int64_t)stored->n;
    stream->snapshot_version = stored->snapshot_version;
    stream->shard = stored->shard;
    return stream_fold(session->store, unit->arena, stored, false, &stream->state, problem);
}

/* ---- look-ups ---- */

void look_up_list_free(void *value)
{
    struct look_up_list *list = value;
    free(list->entries);
    free(list);
}

void look_up_put(struct look_up_list *list, int kind, struct uuid stream, int64_t order)
{
    for (size_t i = 0; i < list->n; i++)
        if (list->entries[i].kind == kind && uuid_equal(list->entries[i].stream, stream))
            return;
    if (list->n == list->max) {
        list->max = list->max ? list->max * 2 : 4;
        list->entries = realloc(list->entries, list->max * sizeof *list->entries);
        assert(list->entries);
    }
    size_t at = list->n++;
    for (; at > 0 && list->entries[at - 1].order > order; at--)
        list->entries[at] = list->entries[at - 1];
    list->entries[at] = (struct look_up_entry){kind, stream, order};
}

void look_up_drop(struct look_up_list *list, int kind, struct uuid stream)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->entries[i].kind != kind || !uuid_equal(list->entries[i].stream, stream))
            continue;
        memmove(&list->entries[i], &list->entries[i + 1], (--list->n - i) * sizeof *list->entries);
        return;
    }
}

static void load_look_up(const struct memory_store *store, struct unit *unit,
                         struct unit_look_up *look_up)
{
    uint8_t key[INDEX_KEY_BYTES_MAX];
    size_t size = index_key(key, look_up->index, look_up->key);
    bool unique = store->model->indexes[look_up->index].unique;
    const struct look_up_entry *claim = unique ? memory_map_get(&store->claims, key, size) : NULL;
    const struct look_up_list *list = unique ? NULL : memory_map_get(&store->look_ups, key, size);
    const struct look_up_entry *entries = claim ? claim : list ? list->entries : NULL;
    size_t n = claim ? 1 : list ? list->n : 0;
    if (!unique && look_up->count_max && n > look_up->count_max)
        n = look_up->count_max;
    look_up->loaded = true;
    look_up->refs = arena_get(unit->arena, (n + 1) * sizeof *look_up->refs);
    look_up->max = n + 1;
    for (size_t i = 0; i < n; i++) {
        char *text = arena_get(unit->arena, UUID_TEXT_SIZE);
        uuid_format(text, entries[i].stream);
        look_up->refs[look_up->n++] = (struct stream_ref){entries[i].kind, text};
        if (!look_up->names_only)
            unit_stream(unit, entries[i].kind, text);
    }
}

struct loading {
    struct memory_session *session;
    struct unit *unit;
    struct problem *problem;
};

static enum error load_all(void *context)
{
    const struct loading *loading = context;
    struct unit *unit = loading->unit;
    for (size_t i = 0; i < unit->n_look_ups; i++)
        if (!unit->look_ups[i]->loaded)
            load_look_up(loading->session->store, unit, unit->look_ups[i]);
    for (size_t i = 0; i < unit->n_streams; i++) {
        if (unit->streams[i]->loaded)
            continue;
        enum error error = load_stream(loading->session, unit, unit->streams[i], loading->problem);
        if (error != OK)
            return error;
    }
    return OK;
}

enum error memory_load(void *self, struct unit *unit, struct problem *problem)
{
    struct loading loading = {self, unit, problem};
    return unit_bounded(unit, load_all, &loading, problem);
}
