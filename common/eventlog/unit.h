/* SPDX-License-Identifier: Apache-2.0
 * Unit of work: everything that one batch changes, decided in memory under the locks of its shards, committed whole
 * (architecture.md, section 4). One batch may hold messages, commands, handed-over and resumed work of many shards of
 * one worker. The steps: prepare (unpack and declare, no lock held) · open (lock, then read the time) · load (states
 * and look-ups, at most two rounds) · decide each in order, seeing what those before it decided · commit. */
#pragma once
#include <stdatomic.h>

#include "common/eventlog/store.h"

enum { SHARDS_MAX = 64, PLACES_MAX = 256, WORK_ANSWER_MAX = 256 };

enum work_origin {
    WORK_MESSAGE,
    WORK_COMMAND,
    WORK_HANDOVER,
    WORK_WAITING,
    WORK_REDRIVEN,
    WORK_STRAY, /* a message of our topics that is no record at all: parked once, its feed is not touched */
};

#define WORK_RESULTS(X)                                                                            \
    X(WORK_OPEN, "not looked at yet")                                                              \
    X(WORK_APPLIED, "decided; its events are committed")                                           \
    X(WORK_REFUSED, "refused by the business; the refusal is committed with the receipt")          \
    X(WORK_REPLAYED, "the same command was answered before; here is that answer")                  \
    X(WORK_CONFLICT, "another request used this Idempotency-Key")                                  \
    X(WORK_IGNORED, "a type that this service does not need; its place moved on")                  \
    X(WORK_DUPLICATE, "below the place of its feed, or of a closed epoch: dropped")                \
    X(WORK_AHEAD, "above the next of its feed: not applied, the relay will repeat")                \
    X(WORK_FORKED, "its feed shows two histories: stop the partition")                             \
    X(WORK_WAITS, "a predecessor is missing: kept, and run again when it arrives")                 \
    X(WORK_PARKED, "could not be processed, or its key is held: put aside")                        \
    X(WORK_HELD, "a command for a key whose earlier message is parked: 409")                       \
    X(WORK_DEFERRED, "its shard is locked elsewhere or closed for writing: take it again")         \
    X(WORK_FAILED, "a command that cannot be read or processed: answered, nothing written")

enum work_result {
#define X(name, why) name,
    WORK_RESULTS(X)
#undef X
};
const char *work_result_name(enum work_result result);

struct receipt_key {
    bool wanted; /* false: a job's command, idempotent by its own state */
    struct uuid id;                  /* derived from caller, route and Idempotency-Key */
    struct record_hash request_hash; /* HMAC over the canonical request before sealing */
};

/* One thing to do. The caller owns it and all it points to until the unit is over; then it reads the result. */
struct work {
    enum work_origin origin;
    /* WORK_MESSAGE: the whole record, topic and offset. Others: type and payload only. */
    const char *topic;
    int32_t partition;
    int64_t offset;
    struct record record;
    /* Any other: */
    const char *actor, *command_key;
    struct uuid decision_id; /* what new ids derive from; set for commands and handovers */
    struct uuid kept_id;     /* handover, waiting or parked id */
    char kept_key[UUID_TEXT_SIZE]; /* the key that it is kept under: its shard, if it cannot say its own */
    enum work_origin kept_origin;  /* WORK_REDRIVEN: what was parked */
    int32_t source_shard;    /* handover */
    int64_t source_position;
    int32_t source_index;
    uint8_t hops;
    struct cause cause;
    struct receipt_key receipt;
    const char *traceparent;
    /* If-Match: the version that the caller saw; expected.id NULL: any. The stream must be one that is declared. */
    struct stream_ref expected;
    int64_t expected_version;
    /* Second person of a discard; NULL unless origin is WORK_REDRIVEN and it is to be thrown away. */
    const char *discard_reason, *discard_requested_by, *discard_approved_by;
    void *owner; /* the caller's own */

    /* the result */
    enum work_result result;
    struct problem problem;         /* WORK_PARKED, WORK_FAILED, WORK_HELD */
    const struct refusal *refusal;  /* WORK_REFUSED of this process */
    char refusal_code[64];          /* also of a replayed one */
    int32_t shard;                  /* of its key */
    int64_t position;               /* of its last event, or of the head if it has none */
    int answer_status;              /* HTTP status for commands */
    uint8_t *answer;                /* body, in the unit's arena; stored with the receipt */
    size_t answer_size;
    char answer_etag[24], answer_subject[UUID_TEXT_SIZE];

    /* the unit's own */
    const struct handler *handler;
    const ProtobufCMessageDescriptor *descriptor;
    ProtobufCMessage *message;
    struct declaring declaring;
    char key[UUID_TEXT_SIZE];
    bool prepared, second_round;
};

struct unit_head {
    bool wanted, locked, moved;
    bool writable; /* the log was compared with the topic's end; set by the owner of the unit */
    int64_t position, position_before;
    struct record_hash hash;
    uint32_t epoch;
    int64_t recorded_us;
    bool has_parked; /* some key of the shard is held */
};

struct unit_place {
    const char *topic;
    int32_t partition;
    bool locked, moved, stopped;
    struct feed_place place;
};

struct unit_stream {
    int kind;
    struct uuid uuid;
    char id[UUID_TEXT_SIZE];
    const struct stream_kind *what; /* NULL for the house kinds */
    int32_t shard;                  /* of its last event if stored, else of its key; -1 unknown */
    int64_t version, version_loaded, snapshot_version;
    bool loaded, dirty;
    ProtobufCMessage *state;
};

struct unit_look_up {
    int index;
    const char *key;
    uint32_t count_max;
    bool loaded, names_only;
    struct stream_ref *refs;
    size_t n, max;
};

struct unit_series {
    struct uuid entity;
    const char *document_class;
    int32_t year;
    bool asked; /* stands for all years of (entity, class): what open locks */
    bool stored, dirty;
    int64_t next;
    int32_t last_issue_days;
};

struct unit_event {
    struct record record;
    struct unit_stream *stream;
    const ProtobufCMessageDescriptor *descriptor; /* the message itself may be gone by COMMIT */
    const char *traceparent;                      /* of the work that it comes from; never stored */
    int64_t envelope_us;
};

struct unit_index_change {
    int index;
    const char *key;
    struct stream_ref ref;
    bool drop;
    int32_t shard;
};

struct unit_handover {
    bool taken; /* false: written by this unit, true: deleted by it */
    struct uuid id;
    int32_t target_shard, source_shard;
    int64_t source_position;
    int32_t index;
    const char *type, *key, *actor, *command_key;
    const char *traceparent; /* never stored */
    const uint8_t *payload;
    size_t payload_size;
    uint8_t hops;
    struct uuid entity;
    struct cause cause;
    int64_t occurred_us;
    int32_t posting_days;
};

/* A row of waiting or parked, written or deleted. */
struct unit_kept {
    bool parked, gone, follower;
    struct uuid id;
    int32_t shard;
    char key[UUID_TEXT_SIZE];
    int awaited_kind;
    struct uuid awaited;
    enum work_origin origin;
    const struct work *work;
    struct problem problem;
    int64_t at_us;
};

/* One row for a table of the model, coalesced by its key (table_row.h). */
struct table_row;

struct unit {
    struct arena *arena;
    const struct service_model *model;
    int32_t shards;
    bool blocking;       /* wait for heads that others hold */
    int64_t clock_offset_us; /* test clock; read by open */
    int64_t now_us;      /* read by open after the last lock */

    struct unit_head heads[SHARDS_MAX];
    struct unit_place places[PLACES_MAX];
    size_t n_places;
    struct unit_stream **streams;
    size_t n_streams, streams_max;
    uint32_t *stream_slots, stream_slots_mask;
    struct unit_look_up **look_ups;
    size_t n_look_ups, look_ups_max;
    uint32_t *look_up_slots, look_up_slots_mask;
    struct unit_series **series;
    size_t n_series, series_max;
    struct unit_event *events;
    size_t n_events, events_max;
    struct unit_index_change *index_changes;
    size_t n_index_changes, index_changes_max;
    struct unit_handover *handovers;
    size_t n_handovers, handovers_max;
    struct unit_kept *kept;
    size_t n_kept, kept_max;
    struct table_row **rows;
    size_t n_rows, rows_max;
    uint32_t *row_slots, row_slots_mask;

    struct work **works;
    size_t n_works;
    /* Receipts: filled by open for works that had been answered before (result WORK_REPLAYED or WORK_CONFLICT). */
    /* Keys that are held; filled by open for the keys of the unit when a head has_parked. */
    struct uuid *held;
    size_t n_held;

    /* Makes the body of a command's answer from the subject's state; may be NULL. */
    void (*answer)(void *context, struct unit *unit, struct work *work, struct stream_ref subject,
                   int64_t version, const ProtobufCMessage *state);
    void *answer_context;
    /* Adds rows to the same transaction, say a job's progress; may be NULL. */
    void (*progress)(void *context, struct projecting *projecting);
    void *progress_context;
};

struct unit_options {
    const struct service_model *model;
    int32_t shards;
    bool blocking;
    const atomic_bool *writable; /* per shard; NULL: all */
    void (*answer)(void *context, struct unit *unit, struct work *work, struct stream_ref subject,
                   int64_t version, const ProtobufCMessage *state);
    void *answer_context;
    void (*progress)(void *context, struct projecting *projecting);
    void *progress_context;
};

/* Runs one batch through the store. OK: committed (or nothing to commit), each work has its result. ERR_AGAIN and
 * other RETRY errors: rolled back, all works are WORK_OPEN again. ERR_POISON-class: some work of the batch broke the
 * transaction; the caller halves the batch, and parks the one that is left with unit_park. FATAL: stop.
 * The arena is reset first; results that point into it live until its next reset. */
MUST_USE enum error unit_run(struct unit *unit, struct arena *arena, const struct unit_options *options,
                             const struct store *store, struct work **works, size_t n, struct problem *problem);
/* The same for a single work that is known to break its transaction: it is parked for `why`. */
MUST_USE enum error unit_park(struct unit *unit, struct arena *arena, const struct unit_options *options,
                              const struct store *store, struct work *work, const struct problem *why,
                              struct problem *problem);

/* For stores. */
struct unit_stream *unit_stream(struct unit *unit, int kind, const char *id);
struct unit_look_up *unit_look_up(struct unit *unit, int index, const char *key);
struct unit_place *unit_place(struct unit *unit, const char *topic, int32_t partition);
bool unit_holds(const struct unit *unit, const struct uuid *key);
/* Runs a step that takes from the unit's arena (folding, naming streams) and holds no resource: at the arena's end it is
 * cut short, and the answer is ERR_TOO_LARGE. */
MUST_USE enum error unit_bounded(struct unit *unit, enum error (*step)(void *context), void *context,
                                 struct problem *problem);
