/* SPDX-License-Identifier: Apache-2.0
 * Memory store: the other form of store.h, for simulation and stories. What PostgreSQL keeps stands
 * in a memory_store, which outlives any process; a memory_session is one worker's door to it, with
 * the states that the worker keeps in its own memory. Both forms pass the same tests.
 *
 * One thread. Sessions overlap when a hook runs another session's unit: locks are then met as in
 * the database, except that nobody can wait, so a lock that is held elsewhere is ERR_AGAIN (heads
 * of a unit that does not block are left out). */
#pragma once
#include "common/eventlog/memory/memory_rows.h"
#include "common/eventlog/unit.h"

struct memory_store;
struct memory_session;

/* Empty logs of `shards` shards. The model is borrowed. */
struct memory_store *memory_store_new(const struct service_model *model, int32_t shards);
void memory_store_free(struct memory_store *store);

/* The database's clock. It starts at 0 and stands still until told. */
void memory_store_set_time(struct memory_store *store, int64_t now_us);
/* The test clock's offset, as in the table clock_offset. */
void memory_store_set_offset(struct memory_store *store, int64_t offset_us);

/* ---- sessions ---- */

/* What becomes of a COMMIT. */
enum memory_fate {
    MEMORY_LANDS,
    MEMORY_LOSES_RACE,         /* ERR_AGAIN, as after a deadlock: nothing stands */
    MEMORY_ANSWER_LOST_LANDED, /* the connection died, the log is asked: OK */
    MEMORY_ANSWER_LOST_ABSENT, /* the same, but nothing landed: ERR_AGAIN */
    MEMORY_CRASH_BEFORE,       /* the process dies; nothing landed */
    MEMORY_CRASH_AFTER,        /* the process dies; everything landed */
};

struct memory_hooks {
    void *context;
    /* After the locks and the time, before the states are read; may run another session's unit. */
    void (*opened)(void *context, const struct unit *unit);
    enum memory_fate (*commit)(void *context, const struct unit *unit);
};

/* `hooks` is borrowed and may be NULL. */
struct memory_session *memory_session_new(struct memory_store *store,
                                          const struct memory_hooks *hooks);
/* Whatever it had locked is free again. */
void memory_session_free(struct memory_session *session);
struct store memory_session_door(struct memory_session *session);
/* The process has died in a COMMIT: nothing works through it any more. */
bool memory_session_dead(const struct memory_session *session);

/* ---- what stands in it ---- */

struct memory_head {
    int64_t position, recorded_us;
    struct record_hash hash;
    uint32_t epoch;
};
struct memory_head memory_store_head(const struct memory_store *store, int32_t shard);
/* The record at a position, borrowed; NULL beyond the head. */
const struct record *memory_store_record(const struct memory_store *store, int32_t shard,
                                         int64_t position);
/* Place of an incoming partition; NULL: a topic that the model does not name. */
const struct feed_place *memory_store_place(const struct memory_store *store, const char *topic,
                                            int32_t partition);
/* Counts a tick that feed_tick_judge let pass. */
void memory_store_set_place(struct memory_store *store, const char *topic, int32_t partition,
                            const struct feed_place *place);
const struct memory_rows *memory_store_rows(const struct memory_store *store);
/* The latest state of a stream, folded from the log into the arena; NULL: not born. */
ProtobufCMessage *memory_store_state(const struct memory_store *store, struct arena *arena,
                                     int kind, const char *id, int64_t *version);
/* Streams in the order of their birth: false at the end. */
bool memory_store_stream(const struct memory_store *store, size_t index, int *kind,
                         struct uuid *id);

struct memory_series {
    struct uuid entity;
    char document_class[32];
    int32_t year;
    int64_t next;
    int32_t last_issue_days;
};
bool memory_store_series(const struct memory_store *store, size_t index,
                         struct memory_series *series);

/* How far a shard was published and read back; written by the relay outside any unit. */
struct memory_relay {
    int64_t position, offset;
    uint32_t epoch;
};
struct memory_relay memory_store_relay(const struct memory_store *store, int32_t shard);
void memory_store_set_relay(struct memory_store *store, int32_t shard, struct memory_relay relay);

/* ---- kept work, as common/service/kept_work.h has it ---- */

/* Handovers to these shards, in order per source shard. The works stand in the arena. */
void memory_kept_handovers(const struct memory_store *store, struct arena *arena,
                           const bool *shards, size_t max, struct work **works, size_t *n);
/* Waiting work whose awaited stream is born. */
void memory_kept_waiting(const struct memory_store *store, struct arena *arena, const bool *shards,
                         size_t max, struct work **works, size_t *n);
/* One parked message, to be redriven. ERR_NOT_FOUND. */
MUST_USE enum error memory_kept_parked(const struct memory_store *store, struct arena *arena,
                                       const struct uuid *id, struct work **work,
                                       struct problem *problem);

struct memory_parked {
    struct uuid id;
    char key[UUID_TEXT_SIZE];
    int64_t seq;
    bool follower;
    const char *type, *code, *field, *detail; /* borrowed until it is taken out */
};
/* Parked messages in the order in which they were parked: false at the end. */
bool memory_store_parked(const struct memory_store *store, size_t index,
                         struct memory_parked *parked);

struct memory_waiting {
    const char *type; /* borrowed */
    int awaited_kind;
    struct uuid awaited;
};
/* Waiting work, also what is not due yet: false at the end. */
bool memory_store_waiting(const struct memory_store *store, size_t index,
                          struct memory_waiting *waiting);

struct memory_counts {
    size_t events, streams, handovers, waiting, parked, receipts, claims, look_ups;
};
struct memory_counts memory_store_counts(const struct memory_store *store);

/* ---- proofs ---- */

/* The hash chain of every shard, contiguous positions, versions of streams, and each head. */
MUST_USE enum error memory_prove_links(const struct memory_store *store, struct arena *arena,
                                       struct problem *problem);
/* Each snapshot, and each state that a session keeps, is what folding the log gives (I9). */
MUST_USE enum error memory_prove_states(const struct memory_store *store, struct arena *arena,
                                        struct problem *problem);
/* Look-ups and claims are what the model's index function makes of the log. */
MUST_USE enum error memory_prove_indexes(const struct memory_store *store, struct arena *arena,
                                         struct problem *problem);
/* Tables are what replaying the own log, and what `foreign` gives of the others, makes (I8).
 * `foreign` calls `apply` for each foreign record that the service has applied; may be NULL. */
struct memory_replay;
void memory_replay_apply(struct memory_replay *replay, const struct record *record);
MUST_USE enum error memory_prove_rows(const struct memory_store *store, struct arena *arena,
                                      void (*foreign)(void *context, struct memory_replay *replay),
                                      void *context, struct problem *problem);
