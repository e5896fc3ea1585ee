/* SPDX-License-Identifier: Apache-2.0
 * The bus and the relay: publishing from a cursor that moves only over what was read back, on a bus
 * that refuses, repeats, delays and loses acknowledgements. */
#include <assert.h>
#include <stdlib.h>

#include "simulation.h"

enum { RUN_MAX = 40 };

void bus_put(struct bus_partition *partition, struct bus_message message)
{
    if (partition->n == partition->max) {
        partition->max = partition->max ? partition->max * 2 : 256;
        partition->messages =
            realloc(partition->messages, (size_t)partition->max * sizeof *partition->messages);
        assert(partition->messages);
    }
    partition->messages[partition->n++] = message;
}

static bool is_cursor(const struct sim_service *service, int32_t shard,
                      const struct memory_relay *cursor)
{
    const struct bus_partition *topic = &service->topic[shard];
    if (cursor->offset < 0 || cursor->offset >= topic->n)
        return cursor->position == 0;
    const struct bus_message *at = &topic->messages[cursor->offset];
    const struct record *record = memory_store_record(service->store, shard, cursor->position);
    return !at->is_tick && record && at->record->position == cursor->position &&
           record_hash_equal(&at->record->hash, &record->hash);
}

static void read_back(struct sim *sim, struct sim_process *process, int32_t shard)
{
    const struct sim_service *service = process->service;
    const struct bus_partition *topic = &service->topic[shard];
    struct memory_relay *cursor = &process->cursor[shard];
    int64_t *read = &process->read_back[shard];
    if (!is_cursor(service, shard, cursor))
        sim_break(sim, "%s/%d: the topic does not hold what was read back from it",
                  service->model->name, shard);
    for (*read = *read > cursor->offset ? *read : cursor->offset + 1; *read < topic->n; ++*read) {
        const struct bus_message *message = &topic->messages[*read];
        if (message->is_tick || message->record->position != cursor->position + 1)
            continue;
        const struct record *ours =
            memory_store_record(service->store, shard, cursor->position + 1);
        if (!ours || !record_hash_equal(&ours->hash, &message->record->hash)) {
            sim_break(sim, "%s/%d: position %lld was published and is not ours",
                      service->model->name, shard, (long long)cursor->position + 1);
            return;
        }
        cursor->position++;
        cursor->offset = *read;
    }
}

/* One contiguous run. A refusal is told late, so that what follows it is published; then the
 * producer is thrown away and the next run starts at the cursor. */
static bool publish(struct sim *sim, struct sim_process *process, int32_t shard)
{
    struct sim_service *service = process->service;
    const struct memory_relay *cursor = &process->cursor[shard];
    struct bus_partition *topic = &service->topic[shard];
    int64_t to = cursor->position + 1 + chance_below(&sim->chance, RUN_MAX);
    bool any = false;
    for (int64_t position = cursor->position + 1; position <= to; position++) {
        const struct record *record = memory_store_record(service->store, shard, position);
        if (!record)
            break;
        if (chance_of(&sim->chance, sim->faults / 2)) {
            sim->counts[COUNT_REFUSED_BY_BUS]++;
            continue;
        }
        int times = chance_of(&sim->chance, sim->faults / 2) ? 2 : 1;
        for (int i = 0; i < times; i++)
            bus_put(topic, (struct bus_message){.record = record});
        sim->counts[COUNT_PUBLISHED] += (uint64_t)times;
        any = true;
        if (chance_of(&sim->chance, sim->faults / 2)) {
            sim->counts[COUNT_ACKS_LOST]++;
            break;
        }
    }
    return any;
}

bool relay_run(struct sim *sim, struct sim_process *process, int32_t shard)
{
    struct sim_service *service = process->service;
    struct memory_relay *cursor = &process->cursor[shard];
    bool leads = process->lease[shard] == service->lease[shard];
    if (leads) { /* somebody may have set the cursor back: republish */
        struct memory_relay stored = memory_store_relay(service->store, shard);
        if (stored.position < cursor->position) {
            *cursor = stored;
            process->read_back[shard] = 0;
        }
    }
    bool moved = publish(sim, process, shard);
    if (chance_of(&sim->chance, sim->faults / 4)) { /* published, and gone before it read back */
        process_crash(sim, process);
        return true;
    }
    int64_t before = cursor->position;
    read_back(sim, process, shard);
    if (chance_of(&sim->chance, sim->faults / 4)) { /* read back, and gone before it said so */
        process_crash(sim, process);
        return true;
    }
    if (leads)
        memory_store_set_relay(service->store, shard, *cursor);
    return moved || cursor->position != before;
}

/* Only when everything was published: an event proves more than a tick. */
void relay_tick(struct sim *sim, struct sim_process *process, int32_t shard)
{
    struct sim_service *service = process->service;
    struct memory_head head = memory_store_head(service->store, shard);
    if (process->cursor[shard].position != head.position)
        return;
    sim->now_us++;
    bus_put(&service->topic[shard], (struct bus_message){.is_tick = true,
                                                         .tick = {.epoch = head.epoch,
                                                                  .shard = shard,
                                                                  .position = head.position,
                                                                  .hash = head.hash,
                                                                  .time_us = sim->now_us}});
    sim->now_us++;
    service->ticked[shard] = head.position;
    sim->counts[COUNT_TICKS]++;
}

/* A person sets the cursor back by some events; nothing else may publish. */
void relay_republish(struct sim *sim, struct sim_service *service, int32_t shard)
{
    struct memory_relay cursor = memory_store_relay(service->store, shard);
    const struct bus_partition *topic = &service->topic[shard];
    int64_t back = 1 + chance_below(&sim->chance, 60);
    for (int64_t at = cursor.offset; at >= 0; at--) {
        const struct bus_message *message = &topic->messages[at];
        if (message->is_tick || message->record->position + back > cursor.position)
            continue;
        memory_store_set_relay(service->store, shard,
                               (struct memory_relay){message->record->position, at, cursor.epoch});
        sim->counts[COUNT_REPUBLISHED]++;
        return;
    }
}
