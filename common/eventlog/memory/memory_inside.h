/* SPDX-License-Identifier: Apache-2.0
 * What the files of the memory store share; nobody else includes it. */
#pragma once
#include "common/eventlog/memory/memory_store.h"
#include "common/eventlog/postgres/kept_states.h"

struct shard_log {
    struct memory_head head;
    const struct memory_session *owner; /* who has locked the head; NULL: nobody */
    struct record **records;            /* at position - 1 */
    size_t n, max;
};

struct inbox_place {
    const char *topic; /* the model's */
    int32_t partition;
    const struct memory_session *owner;
    struct feed_place place;
};

/* A stream: where its events stand, and its snapshot. */
struct memory_stream {
    int kind;
    struct uuid id;
    int32_t shard;
    int64_t *positions;
    size_t n, max;
    int64_t snapshot_version;
    uint8_t *snapshot; /* NULL: none */
    size_t snapshot_size;
};

/* A stream under a key of an index. */
struct look_up_entry {
    int kind;
    struct uuid stream;
    int64_t order;
};
struct look_up_list {
    struct look_up_entry *entries;
    size_t n, max;
};

struct series_row {
    struct memory_series series;
    const struct memory_session *owner;
};

struct receipt_row {
    struct record_hash request_hash;
    int status;
    char code[64], etag[24], subject[UUID_TEXT_SIZE];
    uint8_t *body;
    size_t body_size;
    int32_t shard;
    int64_t position;
};

/* A row of handover, waiting or parked. Texts and bytes belong to it. */
struct kept_row {
    struct uuid id;
    int32_t shard; /* of the key; a handover's target */
    char key[UUID_TEXT_SIZE];
    enum work_origin origin;
    char *topic;
    int32_t partition;
    int64_t position, offset;
    char *type, *feed_id, *actor, *command_key;
    char record_key[UUID_TEXT_SIZE];
    struct uuid event_id;
    uint8_t *header, *payload;
    size_t header_size, payload_size;
    struct uuid decision_id;
    uint8_t hops;
    struct uuid entity;
    int64_t occurred_us;
    int32_t posting_days;
    int64_t since_us, seq;
    int32_t source_shard; /* handover */
    int64_t source_position;
    int32_t index;
    int awaited_kind; /* waiting */
    struct uuid awaited;
    bool follower; /* parked */
    char *code, *field, *detail;
};

struct memory_store {
    const struct service_model *model;
    int32_t shards;
    int64_t now_us, offset_us, next_seq;
    struct shard_log logs[SHARDS_MAX];
    struct memory_relay relays[SHARDS_MAX];
    struct inbox_place places[PLACES_MAX];
    size_t n_places;
    struct memory_map streams, look_ups, claims, series, receipts, handovers, waiting, parked;
    struct memory_rows rows;
    struct memory_session *sessions;
};

struct memory_session {
    struct memory_store *store;
    const struct memory_hooks *hooks;
    bool dead;
    struct kept_states kept;
    int64_t seen[SHARDS_MAX]; /* head when the kept states of the shard were true; -1 never */
    struct memory_session *next;
};

struct stream_key {
    uint8_t b[20];
};
struct stream_key stream_key(int kind, struct uuid id);
struct memory_stream *stream_find(const struct memory_store *store, int kind, struct uuid id);

/* "index:key" in the arena of the caller's choice; here on the stack. */
enum { INDEX_KEY_BYTES_MAX = 1024 };
size_t index_key(uint8_t out[INDEX_KEY_BYTES_MAX], int index, const char *key);
void look_up_put(struct look_up_list *list, int kind, struct uuid stream, int64_t order);
void look_up_drop(struct look_up_list *list, int kind, struct uuid stream);
void look_up_list_free(void *list);

enum { SERIES_KEY_BYTES_MAX = 128 };
size_t series_key(uint8_t out[SERIES_KEY_BYTES_MAX], struct uuid entity, const char *document_class,
                  int32_t year);

/* Folds a stream up to its end, from its snapshot or (from_birth) from its first event. */
enum error stream_fold(const struct memory_store *store, struct arena *arena,
                       const struct memory_stream *stream, bool from_birth,
                       ProtobufCMessage **state, struct problem *problem);
uint8_t *state_pack(const ProtobufCMessage *state, size_t *size);

enum error memory_open(void *self, struct unit *unit, struct problem *problem);
enum error memory_load(void *self, struct unit *unit, struct problem *problem);
enum error memory_commit(void *self, struct unit *unit, struct problem *problem);
void session_unlock(struct memory_session *session);

void kept_row_free(void *row);
/* Writes and deletes the rows of handover, waiting and parked. */
void kept_apply(struct memory_store *store, const struct unit *unit);
