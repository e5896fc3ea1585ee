/* SPDX-License-Identifier: Apache-2.0
 * A process of a service: its memory, and the loop's three kinds of work: messages, kept work and
 * commands. What worker.c does with threads, here one step at a time. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/time.h"
#include "simulation.h"

enum { UNIT_ARENA = 64 << 20, OTHER_ARENA = 16 << 20, BATCH_MAX = 24 };

/* ---- life ---- */

static enum memory_fate fate(void *context, const struct unit *unit)
{
    (void)unit;
    struct sim_process *process = context;
    struct sim *sim = process->sim;
    if (!chance_of(&sim->chance, sim->faults))
        return MEMORY_LANDS;
    enum memory_fate fates[] = {MEMORY_LOSES_RACE, MEMORY_ANSWER_LOST_LANDED,
                                MEMORY_ANSWER_LOST_ABSENT, MEMORY_CRASH_BEFORE, MEMORY_CRASH_AFTER};
    enum memory_fate chosen = fates[chance_below(&sim->chance, 5)];
    sim->counts[COUNT_ANSWERS_LOST] +=
        chosen == MEMORY_ANSWER_LOST_LANDED || chosen == MEMORY_ANSWER_LOST_ABSENT;
    return chosen;
}

/* While one process holds its locks, the other one runs. */
static void overlap(void *context, const struct unit *unit)
{
    (void)unit;
    struct sim_process *process = context;
    struct sim *sim = process->sim;
    if (sim->nested || !chance_of(&sim->chance, 5 * sim->faults))
        return;
    struct sim_process *other =
        &process->service->processes[process == &process->service->processes[0]];
    if (!process_awake(sim, other))
        return;
    sim->nested++;
    sim->counts[COUNT_OVERLAPS]++;
    if (chance_below(&sim->chance, 2))
        process_consume(sim, other);
    else
        process_keep(sim, other);
    sim->nested--;
}

/* The stored offset is a hint: what stands there must be what the place says. */
static int64_t resume_offset(const struct sim_service *service, int topic, int32_t partition)
{
    const struct feed_place *place =
        memory_store_place(service->store, service->model->topics_in[topic], partition);
    const struct bus_partition *from = &service->from[topic]->topic[partition];
    if (place->offset < 0 || place->offset >= from->n)
        return 0;
    const struct bus_message *at = &from->messages[place->offset];
    bool ours = !at->is_tick && at->record->position == place->position &&
                record_hash_equal(&at->record->hash, &place->hash);
    return ours ? place->offset + 1 : 0;
}

void process_start(struct sim *sim, struct sim_service *service, int index)
{
    struct sim_process *process = &service->processes[index];
    *process = (struct sim_process){.sim = sim, .service = service, .alive = true};
    process->hooks = (struct memory_hooks){process, overlap, fate};
    process->session = memory_session_new(service->store, &process->hooks);
    process->unit = calloc(1, sizeof *process->unit);
    assert(process->unit);
    arena_init(&process->unit_arena, UNIT_ARENA);
    arena_init(&process->kept_arena, OTHER_ARENA);
    arena_init(&process->works_arena, OTHER_ARENA);
    for (int topic = 0; topic < service->n_topics_in; topic++)
        for (int32_t partition = 0; service->from[topic] && partition < SHARDS; partition++)
            process->offsets[topic][partition] = resume_offset(service, topic, partition);
    for (int32_t shard = 0; shard < SHARDS; shard++) {
        process->lease[shard] = service->lease[shard] = ++service->next_lease;
        process->cursor[shard] = memory_store_relay(service->store, shard);
    }
    service->working = index;
}

void process_end(struct sim_process *process)
{
    if (!process->alive)
        return;
    memory_session_free(process->session);
    arena_fini(&process->unit_arena);
    arena_fini(&process->kept_arena);
    arena_fini(&process->works_arena);
    free(process->unit);
    process->alive = false;
}

/* Only what it had in memory is lost; it starts again at once. */
void process_crash(struct sim *sim, struct sim_process *process)
{
    struct sim_service *service = process->service;
    int index = (int)(process - service->processes);
    sim->counts[COUNT_CRASHES]++;
    process_end(process);
    if (index == service->working)
        process_start(sim, service, index);
}

void process_sleep(struct sim *sim, struct sim_process *process)
{
    struct sim_service *service = process->service;
    int index = (int)(process - service->processes);
    if (index != service->working || service->processes[!index].alive)
        return;
    sim->counts[COUNT_ZOMBIES]++;
    process->asleep_until = sim->step + 20 + chance_below(&sim->chance, 400);
    process_start(sim, service, !index);
}

bool process_awake(const struct sim *sim, const struct sim_process *process)
{
    return process->alive && process->asleep_until <= sim->step;
}

/* ---- running a unit ---- */

static void answer(void *context, struct unit *unit, struct work *work, struct stream_ref subject,
                   int64_t version, const ProtobufCMessage *state)
{
    (void)context;
    (void)unit;
    (void)version;
    (void)state;
    work->answer_status = work->result == WORK_REFUSED ? work->refusal->http_status : 200;
    snprintf(work->answer_subject, sizeof work->answer_subject, "%s", subject.id ? subject.id : "");
}

/* A nested unit runs on the other process, so no unit is ever used twice at once. */
static enum error run(struct sim *sim, struct sim_process *process, struct work **works, size_t n,
                      const struct problem *park)
{
    struct unit_options options = {.model = process->service->model,
                                   .shards = SHARDS,
                                   .blocking = chance_below(&sim->chance, 4) == 0,
                                   .answer = answer};
    struct store door = memory_session_door(process->session);
    struct problem problem = {0};
    memory_store_set_time(process->service->store, sim->now_us);
    sim->counts[COUNT_UNITS]++;
    enum error error =
        park ? unit_park(process->unit, &process->unit_arena, &options, &door, works[0], park,
                         &problem)
             : unit_run(process->unit, &process->unit_arena, &options, &door, works, n, &problem);
    switch (error_class(error)) {
    case CLASS_NONE:
        break;
    case CLASS_RETRY:
        sim->counts[COUNT_AGAIN]++;
        break;
    case CLASS_REJECT:
    case CLASS_WAIT:
    case CLASS_POISON:
    case CLASS_FATAL:
        sim_break(sim, "%s: a unit of %zu ended with %s: %s (%s)", process->service->model->name, n,
                  error_code(error), problem.detail, works[0]->record.type);
        break;
    }
    return error;
}

/* After a COMMIT in which the process died nothing of its memory may be used any more. */
static bool died(struct sim *sim, struct sim_process *process)
{
    if (!memory_session_dead(process->session))
        return false;
    process_crash(sim, process);
    return true;
}

static void count_result(struct sim *sim, const struct sim_process *process,
                         const struct work *work)
{
    switch (work->result) {
    case WORK_APPLIED:
    case WORK_IGNORED:
        sim->counts[COUNT_APPLIED]++;
        return;
    case WORK_REFUSED:
        sim->counts[COUNT_REFUSED]++;
        return;
    case WORK_REPLAYED:
        sim->counts[COUNT_REPLAYED]++;
        return;
    case WORK_DUPLICATE:
        sim->counts[work->origin == WORK_MESSAGE ? COUNT_DUPLICATES : COUNT_KEPT_DONE_BEFORE]++;
        return;
    case WORK_AHEAD:
        sim->counts[COUNT_AHEAD]++;
        return;
    case WORK_WAITS:
        sim->counts[COUNT_WAITS]++;
        return;
    case WORK_DEFERRED:
        sim->counts[COUNT_DEFERRED]++;
        return;
    case WORK_OPEN:
        return;
    case WORK_CONFLICT:
    case WORK_FORKED:
    case WORK_PARKED:
    case WORK_HELD:
    case WORK_FAILED:
        break;
    }
    sim_break(sim, "%s: %s of %s: %s %s %s", process->service->model->name,
              work_result_name(work->result), work->record.type, error_code(work->problem.error),
              work->problem.field, work->problem.detail);
}

/* ---- messages ---- */

/* A message as it comes from the bus: what does not travel is not known. */
static struct work *work_of_message(struct sim *sim, struct sim_process *process, int topic,
                                    int32_t partition, int64_t offset, const struct record *record)
{
    struct arena *arena = &process->works_arena;
    struct work *work = arena_zero(arena, sizeof *work);
    char *texts = arena_get(arena, RECORD_TEXTS_BYTES);
    work->origin = WORK_MESSAGE;
    work->topic = process->service->model->topics_in[topic];
    work->partition = partition;
    work->offset = offset;
    work->record.feed_id = record->feed_id;
    work->record.event_id = record->event_id;
    work->record.type = record->type;
    memcpy(work->record.key, record->key, sizeof record->key);
    work->record.payload = record->payload;
    work->record.payload_size = record->payload_size;
    if (record_read(&work->record, record->header, record->header_size, texts) != OK)
        sim_break(sim, "a header cannot be read");
    return work;
}

static void hear_tick(struct sim *sim, struct sim_process *process, int topic, int32_t partition,
                      const struct feed_tick *tick)
{
    const char *name = process->service->model->topics_in[topic];
    struct feed_place place = *memory_store_place(process->service->store, name, partition);
    switch (feed_tick_judge(&place, tick)) {
    case TICK_COUNTS:
        feed_tick_apply(&place, tick);
        memory_store_set_place(process->service->store, name, partition, &place);
        return;
    case TICK_EARLY:
    case TICK_OLD_EPOCH:
        return;
    case TICK_FORK:
        sim_break(sim, "%s/%d: a tick shows a fork", name, partition);
        return;
    }
}

/* Gathers from one partition until a tick; a tick at the front is heard at once. */
static size_t gather(struct sim *sim, struct sim_process *process, int topic, int32_t partition,
                     size_t max, struct work **works)
{
    const struct bus_partition *from = &process->service->from[topic]->topic[partition];
    int64_t *offset = &process->offsets[topic][partition];
    while (*offset < from->visible && from->messages[*offset].is_tick && !sim->nested)
        hear_tick(sim, process, topic, partition, &from->messages[(*offset)++].tick);
    size_t n = 0;
    for (int64_t at = *offset; n < max && at < from->visible && !from->messages[at].is_tick; at++)
        works[n++] = work_of_message(sim, process, topic, partition, at, from->messages[at].record);
    return n;
}

/* Reads on behind whatever was judged; stops before what must be taken again. */
static void advance(struct sim_process *process, struct work *const *works, size_t n)
{
    bool stopped[TOPICS_IN_MAX][SHARDS] = {{false}};
    for (size_t i = 0; i < n; i++) {
        int topic = 0;
        while (process->service->model->topics_in[topic] != works[i]->topic)
            topic++;
        int32_t partition = works[i]->partition;
        bool again = works[i]->result == WORK_DEFERRED || works[i]->result == WORK_OPEN;
        stopped[topic][partition] = stopped[topic][partition] || again;
        if (!stopped[topic][partition])
            process->offsets[topic][partition] = works[i]->offset + 1;
    }
}

bool process_consume(struct sim *sim, struct sim_process *process)
{
    struct sim_service *service = process->service;
    struct work *works[2 * BATCH_MAX];
    size_t n = 0;
    if (!service->n_topics_in)
        return false;
    arena_reset(&process->works_arena);
    int first = (int)chance_below(&sim->chance, (uint32_t)(service->n_topics_in * SHARDS));
    int places = 1 + (int)chance_below(&sim->chance, 3);
    for (int i = 0; i < service->n_topics_in * SHARDS && places && n < BATCH_MAX; i++) {
        int at = (first + i) % (service->n_topics_in * SHARDS);
        if (!service->from[at / SHARDS])
            continue;
        size_t max = 1 + chance_below(&sim->chance, BATCH_MAX);
        size_t taken = gather(sim, process, at / SHARDS, at % SHARDS, max, works + n);
        n += taken;
        places -= taken > 0;
    }
    if (!n)
        return false;
    enum error error = run(sim, process, works, n, NULL);
    for (size_t i = 0; error == OK && i < n; i++)
        count_result(sim, process, works[i]);
    if (error == OK)
        advance(process, works, n);
    died(sim, process);
    return true;
}

/* ---- kept work ---- */

static void list_kept(struct sim_process *process)
{
    const struct memory_store *store = process->service->store;
    bool shards[SHARDS_MAX];
    memset(shards, 1, sizeof shards);
    arena_reset(&process->kept_arena);
    memory_kept_handovers(store, &process->kept_arena, shards, KEPT_AT_ONCE, process->kept,
                          &process->n_kept);
    if (!process->n_kept)
        memory_kept_waiting(store, &process->kept_arena, shards, KEPT_AT_ONCE, process->kept,
                            &process->n_kept);
}

/* Listing and doing are two steps: in between another process may have done it. */
bool process_keep(struct sim *sim, struct sim_process *process)
{
    if (!process->n_kept) {
        list_kept(process);
        if (process->n_kept && !sim->nested && chance_of(&sim->chance, 3 * sim->faults))
            process_sleep(sim, process); /* it will wake with a list of what others have done */
        if (!process->n_kept || process->asleep_until > sim->step ||
            chance_below(&sim->chance, 3) == 0)
            return process->n_kept > 0;
    }
    size_t n = process->n_kept;
    process->n_kept = 0;
    enum error error = run(sim, process, process->kept, n, NULL);
    for (size_t i = 0; error == OK && i < n; i++) {
        count_result(sim, process, process->kept[i]);
        sim->counts[COUNT_KEPT]++;
    }
    died(sim, process);
    return true;
}

/* ---- commands ---- */

static bool request_is_ready(const struct sim *sim, const struct request *request, int service)
{
    return request->state == REQUEST_PENDING && request->service == service &&
           (request->after < 0 || sim->requests[request->after].state == REQUEST_DONE);
}

static struct work *work_of_request(struct sim_process *process, const struct request *request)
{
    struct work *work = arena_zero(&process->works_arena, sizeof *work);
    work->origin = WORK_COMMAND;
    work->actor = "client";
    work->record.type = request->type;
    work->record.payload = request->payload;
    work->record.payload_size = request->size;
    work->decision_id = request->id;
    work->receipt =
        (struct receipt_key){true, request->id, sha256(request->payload, request->size)};
    return work;
}

static void note_answer(struct request *request, const struct work *work)
{
    if (work->result != WORK_APPLIED && work->result != WORK_REFUSED &&
        work->result != WORK_REPLAYED)
        return;
    bool refused = work->refusal_code[0];
    request->state = REQUEST_DONE;
    request->result = refused ? WORK_REFUSED : WORK_APPLIED;
    memcpy(request->code, work->refusal_code, sizeof request->code);
    memcpy(request->subject, work->answer_subject, sizeof request->subject);
}

bool process_command(struct sim *sim, struct sim_process *process)
{
    int index = (int)(process->service - sim->services);
    struct work *works[BATCH_MAX];
    size_t requests[BATCH_MAX], n = 0, max = 1 + chance_below(&sim->chance, BATCH_MAX);
    arena_reset(&process->works_arena);
    for (size_t i = sim->first_pending; i < sim->n_requests && n < max; i++) {
        const struct request *request = &sim->requests[i];
        if (!request_is_ready(sim, request, index) || chance_below(&sim->chance, 4) == 0)
            continue;
        requests[n] = i;
        works[n++] = work_of_request(process, request);
    }
    if (!n)
        return false;
    enum error error = run(sim, process, works, n, NULL);
    bool answered = !chance_of(&sim->chance, sim->faults); /* else the client asks again */
    for (size_t i = 0; error == OK && i < n; i++) {
        count_result(sim, process, works[i]);
        sim->counts[COUNT_COMMANDS]++;
        if (answered)
            note_answer(&sim->requests[requests[i]], works[i]);
    }
    while (sim->first_pending < sim->n_requests &&
           sim->requests[sim->first_pending].state == REQUEST_DONE)
        sim->first_pending++;
    died(sim, process);
    return true;
}
