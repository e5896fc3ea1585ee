/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/traces.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { TRACES_MAX = 1024 };

/* An event by its place, a handover by its id. */
struct traced {
    struct uuid key;
    char traceparent[TRACE_TEXT_SIZE];
};

struct traces {
    pthread_mutex_t mutex;
    atomic_bool any; /* something was ever kept */
    struct traced ring[TRACES_MAX];
    size_t next;
};

struct traces *traces_new(void)
{
    struct traces *traces = calloc(1, sizeof *traces);
    assert(traces);
    pthread_mutex_init(&traces->mutex, NULL);
    return traces;
}

void traces_free(struct traces *traces)
{
    if (!traces)
        return;
    pthread_mutex_destroy(&traces->mutex);
    free(traces);
}

bool traces_any(const struct traces *traces)
{
    return atomic_load(&((struct traces *)(uintptr_t)traces)->any);
}

static struct uuid key_of_event(int32_t shard, int64_t position)
{
    struct uuid key = {0};
    memcpy(key.b, &shard, sizeof shard);
    memcpy(key.b + 8, &position, sizeof position);
    return key;
}

static void keep(struct traces *traces, struct uuid key, const struct trace *trace)
{
    pthread_mutex_lock(&traces->mutex);
    struct traced *traced = &traces->ring[traces->next++ % TRACES_MAX];
    traced->key = key;
    trace_write(trace, traced->traceparent);
    pthread_mutex_unlock(&traces->mutex);
    atomic_store(&traces->any, true);
}

static bool is_sampled(struct trace *trace, const char *traceparent)
{
    return traceparent && trace_parse(trace, traceparent, NULL) == OK && trace->sampled;
}

void traces_keep(struct traces *traces, const struct unit *unit)
{
    struct trace trace;
    for (size_t i = 0; i < unit->n_events; i++) {
        const struct unit_event *event = &unit->events[i];
        if (!is_sampled(&trace, event->traceparent))
            continue;
        trace = trace_child(&trace);
        keep(traces, key_of_event(event->record.shard, event->record.position), &trace);
    }
    for (size_t i = 0; i < unit->n_handovers; i++)
        if (!unit->handovers[i].taken && is_sampled(&trace, unit->handovers[i].traceparent))
            keep(traces, unit->handovers[i].id, &trace);
}

static const char *find(struct traces *traces, struct uuid key, char out[TRACE_TEXT_SIZE])
{
    const char *found = NULL;
    pthread_mutex_lock(&traces->mutex);
    for (size_t i = 0; i < TRACES_MAX && i < traces->next && !found; i++)
        if (!memcmp(&traces->ring[i].key, &key, sizeof key))
            found = memcpy(out, traces->ring[i].traceparent, TRACE_TEXT_SIZE);
    pthread_mutex_unlock(&traces->mutex);
    return found;
}

const char *traces_of_event(struct traces *traces, int32_t shard, int64_t position,
                            char out[TRACE_TEXT_SIZE])
{
    return find(traces, key_of_event(shard, position), out);
}

const char *traces_of_handover(struct traces *traces, struct uuid id, char out[TRACE_TEXT_SIZE])
{
    return find(traces, id, out);
}

const char *const *traces_of_records(struct traces *traces, struct arena *arena,
                                     const struct record *records, size_t n)
{
    char text[TRACE_TEXT_SIZE];
    const char **all = traces_any(traces) ? arena_zero(arena, n * sizeof *all) : NULL;
    for (size_t i = 0; all && i < n; i++)
        if (traces_of_event(traces, records[i].shard, records[i].position, text))
            all[i] = arena_copy_text(arena, text);
    return all;
}
