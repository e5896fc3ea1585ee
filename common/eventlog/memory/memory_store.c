/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/eventlog/memory/memory_inside.h"

enum { KEPT_BYTES_MAX = 32 << 20, FEED_BYTES_MAX = 4 << 20 };

/* "billing.invoicing.events" is fed by "/billing/invoicing". */
static struct record_hash origin_of_topic(const char *topic)
{
    char feed[128];
    int length = (int)strlen(topic) - (int)strlen("billing.") - (int)strlen(".events");
    assert(length > 0 && length < 100);
    snprintf(feed, sizeof feed, "/billing/%.*s", length, topic + strlen("billing."));
    return feed_origin(feed);
}

struct memory_store *memory_store_new(const struct service_model *model, int32_t shards)
{
    struct memory_store *store = calloc(1, sizeof *store);
    assert(store && shards > 0 && shards <= SHARDS_MAX);
    store->model = model;
    store->shards = shards;
    for (int32_t shard = 0; shard < shards; shard++) {
        store->logs[shard].head =
            (struct memory_head){.hash = feed_origin(model->feed_id), .recorded_us = INT64_MIN};
        store->relays[shard] = (struct memory_relay){.offset = -1};
    }
    for (size_t topic = 0; topic < model->n_topics_in; topic++) {
        for (int32_t partition = 0; partition < shards; partition++) {
            assert(store->n_places < PLACES_MAX);
            store->places[store->n_places++] =
                (struct inbox_place){.topic = model->topics_in[topic],
                                     .partition = partition,
                                     .place = {.hash = origin_of_topic(model->topics_in[topic]),
                                               .offset = -1,
                                               .complete_us = INT64_MIN}};
        }
    }
    memory_rows_init(&store->rows, model);
    return store;
}

static void stream_free(void *value)
{
    struct memory_stream *stream = value;
    free(stream->positions);
    free(stream->snapshot);
    free(stream);
}

static void receipt_free(void *value)
{
    struct receipt_row *receipt = value;
    free(receipt->body);
    free(receipt);
}

void memory_store_free(struct memory_store *store)
{
    if (!store)
        return;
    while (store->sessions)
        memory_session_free(store->sessions);
    for (int32_t shard = 0; shard < store->shards; shard++) {
        for (size_t i = 0; i < store->logs[shard].n; i++)
            free(store->logs[shard].records[i]);
        free(store->logs[shard].records);
    }
    memory_map_fini(&store->streams, stream_free);
    memory_map_fini(&store->look_ups, look_up_list_free);
    memory_map_fini(&store->claims, free);
    memory_map_fini(&store->series, free);
    memory_map_fini(&store->receipts, receipt_free);
    memory_map_fini(&store->handovers, kept_row_free);
    memory_map_fini(&store->waiting, kept_row_free);
    memory_map_fini(&store->parked, kept_row_free);
    memory_rows_fini(&store->rows);
    free(store);
}

void memory_store_set_time(struct memory_store *store, int64_t now_us)
{
    store->now_us = now_us;
}

void memory_store_set_offset(struct memory_store *store, int64_t offset_us)
{
    store->offset_us = offset_us;
}

/* ---- sessions ---- */

struct memory_session *memory_session_new(struct memory_store *store,
                                          const struct memory_hooks *hooks)
{
    struct memory_session *session = calloc(1, sizeof *session);
    assert(session);
    session->store = store;
    session->hooks = hooks;
    for (size_t shard = 0; shard < SHARDS_MAX; shard++)
        session->seen[shard] = -1;
    kept_states_init(&session->kept, KEPT_BYTES_MAX);
    session->next = store->sessions;
    store->sessions = session;
    return session;
}

void session_unlock(struct memory_session *session)
{
    struct memory_store *store = session->store;
    for (int32_t shard = 0; shard < store->shards; shard++)
        if (store->logs[shard].owner == session)
            store->logs[shard].owner = NULL;
    for (size_t i = 0; i < store->n_places; i++)
        if (store->places[i].owner == session)
            store->places[i].owner = NULL;
    memory_map_each(&store->series, i)
    {
        struct series_row *row = store->series.items[i]->value;
        if (row->owner == session)
            row->owner = NULL;
    }
}

void memory_session_free(struct memory_session *session)
{
    if (!session)
        return;
    session_unlock(session);
    struct memory_session **at = &session->store->sessions;
    while (*at != session)
        at = &(*at)->next;
    *at = session->next;
    kept_states_fini(&session->kept);
    free(session);
}

bool memory_session_dead(const struct memory_session *session)
{
    return session->dead;
}

static void memory_abandon(void *self, struct unit *unit)
{
    (void)unit; /* kept states change only after COMMIT, so nothing that was decided is in them */
    session_unlock(self);
}

static enum error memory_feed(void *self, struct arena *arena, int32_t shard, int64_t after,
                              size_t max, struct record **records, size_t *n,
                              struct problem *problem)
{
    const struct memory_session *session = self;
    const struct shard_log *log = &session->store->logs[shard];
    *n = 0;
    if (session->dead)
        return problem_set(problem, ERR_DATABASE_AWAY, "", "", "the process has died");
    size_t first = after < 0 ? 0 : (size_t)after;
    size_t count = first < log->n ? log->n - first : 0;
    count = count < max ? count : max;
    *records = arena_get(arena, (count + 1) * sizeof **records);
    if (!*records)
        return ERR_TOO_LARGE;
    for (size_t bytes = 0; *n < count && bytes < FEED_BYTES_MAX; ++*n) {
        (*records)[*n] = *log->records[first + *n];
        bytes += (*records)[*n].payload_size + (*records)[*n].header_size;
    }
    return OK;
}

struct store memory_session_door(struct memory_session *session)
{
    return (struct store){session,       memory_open,    memory_load,
                          memory_commit, memory_abandon, memory_feed};
}

/* ---- keys ---- */

struct stream_key stream_key(int kind, struct uuid id)
{
    struct stream_key key;
    int32_t number = kind;
    memcpy(key.b, id.b, 16);
    memcpy(key.b + 16, &number, 4);
    return key;
}

struct memory_stream *stream_find(const struct memory_store *store, int kind, struct uuid id)
{
    struct stream_key key = stream_key(kind, id);
    return memory_map_get(&store->streams, key.b, sizeof key.b);
}

size_t index_key(uint8_t out[INDEX_KEY_BYTES_MAX], int index, const char *key)
{
    int32_t number = index;
    size_t length = strlen(key);
    assert(length + sizeof number <= INDEX_KEY_BYTES_MAX);
    memcpy(out, &number, sizeof number);
    memcpy(out + sizeof number, key, length);
    return length + sizeof number;
}

size_t series_key(uint8_t out[SERIES_KEY_BYTES_MAX], struct uuid entity, const char *document_class,
                  int32_t year)
{
    size_t length = strlen(document_class);
    assert(16 + sizeof year + length <= SERIES_KEY_BYTES_MAX);
    memcpy(out, entity.b, 16);
    memcpy(out + 16, &year, sizeof year);
    memcpy(out + 16 + sizeof year, document_class, length);
    return 16 + sizeof year + length;
}

/* ---- what stands in it ---- */

struct memory_head memory_store_head(const struct memory_store *store, int32_t shard)
{
    return store->logs[shard].head;
}

const struct record *memory_store_record(const struct memory_store *store, int32_t shard,
                                         int64_t position)
{
    const struct shard_log *log = &store->logs[shard];
    return position >= 1 && (size_t)position <= log->n ? log->records[position - 1] : NULL;
}

static struct inbox_place *place_find(const struct memory_store *store, const char *topic,
                                      int32_t partition)
{
    for (size_t i = 0; i < store->n_places; i++)
        if (store->places[i].partition == partition && !strcmp(store->places[i].topic, topic))
            return (struct inbox_place *)(uintptr_t)&store->places[i];
    return NULL;
}

const struct feed_place *memory_store_place(const struct memory_store *store, const char *topic,
                                            int32_t partition)
{
    const struct inbox_place *found = place_find(store, topic, partition);
    return found ? &found->place : NULL;
}

void memory_store_set_place(struct memory_store *store, const char *topic, int32_t partition,
                            const struct feed_place *place)
{
    struct inbox_place *found = place_find(store, topic, partition);
    assert(found);
    found->place = *place;
}

const struct memory_rows *memory_store_rows(const struct memory_store *store)
{
    return &store->rows;
}

ProtobufCMessage *memory_store_state(const struct memory_store *store, struct arena *arena,
                                     int kind, const char *id, int64_t *version)
{
    struct uuid parsed;
    const struct memory_stream *stream = NULL;
    if (uuid_parse(&parsed, id, NULL) == OK)
        stream = stream_find(store, kind, parsed);
    if (version)
        *version = stream ? (int64_t)stream->n : 0;
    ProtobufCMessage *state = NULL;
    if (stream && stream_fold(store, arena, stream, false, &state, NULL) != OK)
        return NULL;
    return state;
}

bool memory_store_stream(const struct memory_store *store, size_t index, int *kind, struct uuid *id)
{
    if (index >= store->streams.n) /* streams are never taken out, so items are dense */
        return false;
    const struct memory_stream *stream = store->streams.items[index]->value;
    *kind = stream->kind;
    *id = stream->id;
    return true;
}

bool memory_store_series(const struct memory_store *store, size_t index,
                         struct memory_series *series)
{
    if (index >= store->series.n)
        return false;
    *series = ((const struct series_row *)store->series.items[index]->value)->series;
    return true;
}

struct memory_relay memory_store_relay(const struct memory_store *store, int32_t shard)
{
    return store->relays[shard];
}

void memory_store_set_relay(struct memory_store *store, int32_t shard, struct memory_relay relay)
{
    store->relays[shard] = relay;
}

struct memory_counts memory_store_counts(const struct memory_store *store)
{
    struct memory_counts counts = {.streams = store->streams.n_live,
                                   .handovers = store->handovers.n_live,
                                   .waiting = store->waiting.n_live,
                                   .parked = store->parked.n_live,
                                   .receipts = store->receipts.n_live,
                                   .claims = store->claims.n_live};
    for (int32_t shard = 0; shard < store->shards; shard++)
        counts.events += store->logs[shard].n;
    memory_map_each(&store->look_ups, i) counts.look_ups +=
        ((const struct look_up_list *)store->look_ups.items[i]->value)->n;
    return counts;
}
