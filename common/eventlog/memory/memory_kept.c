/* SPDX-License-Identifier: Apache-2.0
 * Kept work: the rows of handover, waiting and parked, and how they are read back as works. The
 * same as common/service/kept_work.c does with the tables. */
#include <assert.h>
#include <stdlib.h>

#include "common/eventlog/memory/memory_inside.h"

static char *text_copy(const char *text)
{
    char *copy = strdup(text ? text : "");
    assert(copy);
    return copy;
}

static uint8_t *bytes_copy(const uint8_t *bytes, size_t size)
{
    uint8_t *copy = malloc(size + 1);
    assert(copy);
    if (size)
        memcpy(copy, bytes, size);
    return copy;
}

void kept_row_free(void *value)
{
    struct kept_row *row = value;
    if (!row)
        return;
    free(row->topic);
    free(row->type);
    free(row->feed_id);
    free(row->actor);
    free(row->command_key);
    free(row->header);
    free(row->payload);
    free(row->code);
    free(row->field);
    free(row->detail);
    free(row);
}

/* ---- writing ---- */

/* Big end first, so that the order of the bytes is that of the rows. */
struct handover_key {
    uint8_t b[16];
};

static void put_number(uint8_t *at, size_t size, uint64_t number)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(number >> 8 * (size - 1 - i));
}

static struct handover_key handover_key(int32_t target, int32_t source, int64_t position,
                                        int32_t index)
{
    struct handover_key key;
    put_number(key.b, 2, (uint64_t)target);
    put_number(key.b + 2, 2, (uint64_t)source);
    put_number(key.b + 4, 8, (uint64_t)position);
    put_number(key.b + 12, 4, (uint64_t)index);
    return key;
}

static void apply_handover(struct memory_store *store, const struct unit *unit,
                           const struct unit_handover *handover)
{
    struct handover_key key = handover_key(handover->target_shard, handover->source_shard,
                                           handover->source_position, handover->index);
    if (handover->taken) {
        kept_row_free(memory_map_take(&store->handovers, key.b, sizeof key.b));
        return;
    }
    struct kept_row *row = calloc(1, sizeof *row);
    assert(row);
    *row = (struct kept_row){.id = handover->id,
                             .shard = handover->target_shard,
                             .origin = WORK_HANDOVER,
                             .source_shard = handover->source_shard,
                             .source_position = handover->source_position,
                             .index = handover->index,
                             .type = text_copy(handover->type),
                             .actor = text_copy(handover->actor),
                             .command_key = text_copy(handover->command_key),
                             .payload = bytes_copy(handover->payload, handover->payload_size),
                             .payload_size = handover->payload_size,
                             .hops = handover->hops,
                             .entity = handover->entity,
                             .occurred_us = handover->occurred_us,
                             .posting_days = handover->posting_days,
                             .since_us = unit->now_us};
    memcpy(row->key, handover->key, UUID_TEXT_SIZE);
    void *before = memory_map_put(&store->handovers, key.b, sizeof key.b, row);
    assert(!before);
}

static struct kept_row *row_of_work(const struct unit_kept *kept)
{
    const struct work *work = kept->work;
    const struct record *record = &work->record;
    struct kept_row *row = calloc(1, sizeof *row);
    assert(row);
    *row = (struct kept_row){.id = kept->id,
                             .shard = kept->shard,
                             .origin = kept->origin,
                             .topic = text_copy(work->topic),
                             .partition = work->partition,
                             .position = record->position,
                             .offset = work->offset,
                             .type = text_copy(record->type),
                             .feed_id = text_copy(record->feed_id),
                             .event_id = record->event_id,
                             .header = bytes_copy(record->header, record->header_size),
                             .header_size = record->header_size,
                             .payload = bytes_copy(record->payload, record->payload_size),
                             .payload_size = record->payload_size,
                             .decision_id = work->decision_id,
                             .hops = record->hops,
                             .entity = record->entity_id,
                             .occurred_us = record->occurred_us,
                             .posting_days = record->posting_days,
                             .since_us = kept->at_us};
    memcpy(row->key, kept->key, sizeof row->key);
    memcpy(row->record_key, record->key, sizeof row->record_key);
    return row;
}

static void apply_kept(struct memory_store *store, const struct unit *unit,
                       const struct unit_kept *kept)
{
    struct memory_map *map = kept->parked ? &store->parked : &store->waiting;
    if (kept->gone) {
        kept_row_free(memory_map_take(map, kept->id.b, 16));
        return;
    }
    struct kept_row *row = row_of_work(kept);
    if (kept->parked) {
        row->seq = unit->heads[kept->shard].position;
        row->follower = kept->follower;
        row->code = text_copy(kept->follower ? "key_held" : error_code(kept->problem.error));
        row->field = text_copy(kept->problem.field);
        row->detail = text_copy(kept->problem.detail);
    } else {
        row->awaited_kind = kept->awaited_kind;
        row->awaited = kept->awaited;
    }
    void *before = memory_map_put(map, kept->id.b, 16, row);
    assert(!before);
}

void kept_apply(struct memory_store *store, const struct unit *unit)
{
    for (size_t i = 0; i < unit->n_handovers; i++)
        apply_handover(store, unit, &unit->handovers[i]);
    for (size_t i = 0; i < unit->n_kept; i++)
        apply_kept(store, unit, &unit->kept[i]);
}

/* ---- reading ---- */

typedef int (*row_order)(const struct kept_row *left, const struct kept_row *right);

static int handover_order(const struct kept_row *left, const struct kept_row *right)
{
    struct handover_key one =
        handover_key(left->shard, left->source_shard, left->source_position, left->index);
    struct handover_key other =
        handover_key(right->shard, right->source_shard, right->source_position, right->index);
    return memcmp(one.b, other.b, sizeof one.b);
}

static int waiting_order(const struct kept_row *left, const struct kept_row *right)
{
    if (left->since_us != right->since_us)
        return left->since_us < right->since_us ? -1 : 1;
    return uuid_compare(left->id, right->id);
}

static int compare_rows(const void *left, const void *right, void *order)
{
    return (*(row_order *)order)(*(struct kept_row *const *)left, *(struct kept_row *const *)right);
}

/* The rows of a map that `due` lets pass, sorted; the caller frees the array. */
static const struct kept_row **
sorted(const struct memory_store *store, const struct memory_map *map, const bool *shards,
       bool (*due)(const struct memory_store *store, const struct kept_row *row), row_order order,
       size_t *n)
{
    const struct kept_row **rows = calloc(map->n_live + 1, sizeof *rows);
    assert(rows);
    *n = 0;
    memory_map_each(map, i)
    {
        const struct kept_row *row = map->items[i]->value;
        if (shards[row->shard] && (!due || due(store, row)))
            rows[(*n)++] = row;
    }
    qsort_r(rows, *n, sizeof *rows, compare_rows, &order);
    return rows;
}

void memory_kept_handovers(const struct memory_store *store, struct arena *arena,
                           const bool *shards, size_t max, struct work **works, size_t *n)
{
    size_t found;
    const struct kept_row **rows =
        sorted(store, &store->handovers, shards, NULL, handover_order, &found);
    for (*n = 0; *n < found && *n < max; ++*n) {
        const struct kept_row *row = rows[*n];
        struct work *work = arena_zero(arena, sizeof *work);
        work->origin = WORK_HANDOVER;
        work->source_shard = row->source_shard;
        work->source_position = row->source_position;
        work->source_index = row->index;
        work->kept_id = work->decision_id = row->id;
        memcpy(work->kept_key, row->key, sizeof work->kept_key);
        work->record.type = arena_copy_text(arena, row->type);
        work->actor = arena_copy_text(arena, row->actor);
        work->command_key = arena_copy_text(arena, row->command_key);
        work->record.payload = arena_copy(arena, row->payload, row->payload_size);
        work->record.payload_size = row->payload_size;
        work->record.hops = row->hops;
        work->record.entity_id = row->entity;
        work->record.occurred_us = row->occurred_us;
        work->record.posting_days = row->posting_days;
        work->offset = -1;
        works[*n] = work;
    }
    free(rows);
}

static struct work *row_read(struct arena *arena, const struct kept_row *row,
                             enum work_origin origin)
{
    struct work *work = arena_zero(arena, sizeof *work);
    char *texts = arena_get(arena, RECORD_TEXTS_BYTES);
    const uint8_t *header = arena_copy(arena, row->header, row->header_size);
    if (row->header_size == 0 || record_read(&work->record, header, row->header_size, texts) != OK)
        work->record = (struct record){0};
    work->origin = origin;
    work->kept_id = row->id;
    work->kept_origin = row->origin;
    memcpy(work->kept_key, row->key, sizeof work->kept_key);
    work->topic = arena_copy_text(arena, row->topic);
    work->partition = row->partition;
    work->record.position = row->position;
    work->offset = row->offset;
    work->record.type = arena_copy_text(arena, row->type);
    work->record.feed_id = arena_copy_text(arena, row->feed_id);
    memcpy(work->record.key, row->record_key, sizeof row->record_key);
    work->record.event_id = row->event_id;
    work->record.payload = arena_copy(arena, row->payload, row->payload_size);
    work->record.payload_size = row->payload_size;
    work->record.hops = row->hops;
    work->record.entity_id = row->entity;
    work->record.occurred_us = row->occurred_us;
    work->record.posting_days = row->posting_days;
    if (*work->topic)
        work->cause = (struct cause){work->topic, work->partition, work->record.position};
    work->actor = "";
    /* A decision taken later has ids of its own: the first attempt's event used the old ones. */
    char before[UUID_TEXT_SIZE];
    uuid_format(before, row->decision_id);
    work->decision_id = uuid_derive_text("kept", before, NULL);
    return work;
}

static bool is_born(const struct memory_store *store, const struct kept_row *row)
{
    return stream_find(store, row->awaited_kind, row->awaited);
}

void memory_kept_waiting(const struct memory_store *store, struct arena *arena, const bool *shards,
                         size_t max, struct work **works, size_t *n)
{
    size_t found;
    const struct kept_row **rows =
        sorted(store, &store->waiting, shards, is_born, waiting_order, &found);
    for (*n = 0; *n < found && *n < max; ++*n)
        works[*n] = row_read(arena, rows[*n], WORK_WAITING);
    free(rows);
}

enum error memory_kept_parked(const struct memory_store *store, struct arena *arena,
                              const struct uuid *id, struct work **work, struct problem *problem)
{
    const struct kept_row *row = memory_map_get(&store->parked, id->b, 16);
    if (!row)
        return problem_set(problem, ERR_NOT_FOUND, "parked_id", "", "no such parked message");
    *work = row_read(arena, row, WORK_REDRIVEN);
    return OK;
}

bool memory_store_parked(const struct memory_store *store, size_t index,
                         struct memory_parked *parked)
{
    memory_map_each(&store->parked, i)
    {
        if (index--)
            continue;
        const struct kept_row *row = store->parked.items[i]->value;
        *parked = (struct memory_parked){.id = row->id,
                                         .seq = row->seq,
                                         .follower = row->follower,
                                         .type = row->type,
                                         .code = row->code,
                                         .field = row->field,
                                         .detail = row->detail};
        memcpy(parked->key, row->key, sizeof parked->key);
        return true;
    }
    return false;
}

bool memory_store_waiting(const struct memory_store *store, size_t index,
                          struct memory_waiting *waiting)
{
    memory_map_each(&store->waiting, i)
    {
        if (index--)
            continue;
        const struct kept_row *row = store->waiting.items[i]->value;
        *waiting = (struct memory_waiting){row->type, row->awaited_kind, row->awaited};
        return true;
    }
    return false;
}
