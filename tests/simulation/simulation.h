/* SPDX-License-Identifier: Apache-2.0
 * Simulation: all services that this tree has, in one process, on stores and a bus in memory. The
 * models, the decisions, the unit of work and the judgement of feeds are the real ones; the clock,
 * the stores, the bus and the order in which everything happens come from one seed, and so does
 * whatever goes wrong. */
#pragma once
#include "common/eventlog/memory/memory_store.h"

enum {
    SHARDS = 4,
    SERVICES_MAX = 5,
    TOPICS_IN_MAX = 5,
    PROCESSES = 2, /* the one at work, and one that may be a zombie */
    KEPT_AT_ONCE = 16,
};

struct sim;

/* ---- chance ---- */

struct chance {
    uint64_t state;
};
uint64_t chance_next(struct chance *chance);
uint32_t chance_below(struct chance *chance, uint32_t below);
bool chance_of(struct chance *chance, uint32_t per_thousand);

/* ---- the bus ---- */

struct bus_message {
    bool is_tick;
    const struct record *record; /* of the producer's store, which never forgets */
    struct feed_tick tick;
};

struct bus_partition {
    struct bus_message *messages;
    int64_t n, max;
    int64_t visible; /* what readers can see yet */
};

void bus_put(struct bus_partition *partition, struct bus_message message);

/* ---- services and their processes ---- */

struct sim_process {
    struct sim *sim;
    struct sim_service *service;
    bool alive;
    int64_t asleep_until; /* step; it wakes with a stale memory */
    struct memory_session *session;
    struct memory_hooks hooks;
    struct arena unit_arena, kept_arena, works_arena;
    struct unit *unit;
    int64_t offsets[TOPICS_IN_MAX][SHARDS]; /* next to read */
    struct work *kept[KEPT_AT_ONCE];        /* listed, not done yet */
    size_t n_kept;
    int64_t lease[SHARDS];              /* of each shard's relay */
    struct memory_relay cursor[SHARDS]; /* as it last knew them */
    int64_t read_back[SHARDS];          /* next offset of the topic to read back */
};

struct sim_service {
    const struct service_model *model;
    struct memory_store *store;
    struct bus_partition topic[SHARDS];
    struct sim_process processes[PROCESSES];
    int working; /* index of the process that is no zombie */
    int64_t lease[SHARDS], next_lease;
    int n_topics_in;
    struct sim_service *from[TOPICS_IN_MAX]; /* who publishes each topic; NULL: nobody here */
    int64_t ticked[SHARDS];                  /* position of the last tick */
    int64_t checked[SHARDS];                 /* records that the invariants have seen */
};

/* ---- the client ---- */

enum request_state { REQUEST_PENDING, REQUEST_DONE };

/* A command with its Idempotency-Key: sent again until it is answered. */
struct request {
    enum request_state state;
    int service;
    const char *type;
    uint8_t *payload;
    size_t size;
    struct uuid id;
    bool racy;     /* asked while its twin was under way: either answer is right */
    int64_t after; /* index of the request that must be answered first; -1 none */
    enum work_result result;
    char code[64], subject[UUID_TEXT_SIZE];
};

struct workload;

struct sim {
    uint64_t seed;
    struct chance workload_chance, chance; /* what is asked, and everything else */
    uint32_t faults, faults_wanted;        /* per thousand, now and at most; 0: none */
    int64_t step, steps_max, now_us;
    struct sim_service services[SERVICES_MAX];
    int n_services;
    struct request *requests;
    size_t n_requests, requests_max, first_pending;
    struct workload *workload;
    struct ledger *ledger;
    struct arena scratch;
    int nested; /* a unit runs inside the locks of another */
    uint64_t counts[32];
    char broken[512]; /* which promise, if any */
};

enum counted {
    COUNT_UNITS,
    COUNT_COMMANDS,
    COUNT_REFUSED,
    COUNT_REPLAYED,
    COUNT_APPLIED,
    COUNT_DUPLICATES,
    COUNT_AHEAD,
    COUNT_DEFERRED,
    COUNT_WAITS,
    COUNT_KEPT,
    COUNT_KEPT_DONE_BEFORE,
    COUNT_AGAIN,
    COUNT_ANSWERS_LOST,
    COUNT_CRASHES,
    COUNT_ZOMBIES,
    COUNT_OVERLAPS,
    COUNT_PUBLISHED,
    COUNT_REFUSED_BY_BUS,
    COUNT_ACKS_LOST,
    COUNT_REPUBLISHED,
    COUNT_TICKS,
    COUNT_PROOFS,
    COUNTED
};
extern const char *const counted_names[COUNTED];

/* Says which promise is broken; the first word stands. Returns false. */
bool sim_break(struct sim *sim, const char *format, ...) __attribute__((format(printf, 2, 3)));
struct sim_service *sim_service_named(struct sim *sim, const char *name);

/* process.c */
void process_start(struct sim *sim, struct sim_service *service, int index);
void process_end(struct sim_process *process);
void process_crash(struct sim *sim, struct sim_process *process);
/* Falls asleep; another takes over. */
void process_sleep(struct sim *sim, struct sim_process *process);
bool process_awake(const struct sim *sim, const struct sim_process *process);
bool process_consume(struct sim *sim, struct sim_process *process);
bool process_keep(struct sim *sim, struct sim_process *process);
bool process_command(struct sim *sim, struct sim_process *process);

/* relay.c */
bool relay_run(struct sim *sim, struct sim_process *process, int32_t shard);
void relay_tick(struct sim *sim, struct sim_process *process, int32_t shard);
void relay_republish(struct sim *sim, struct sim_service *service, int32_t shard);

/* workload.c: months of business. Each call asks for the next phase; false: all rounds are over. */
struct workload *workload_new(struct sim *sim, int rounds);
void workload_free(struct workload *workload);
bool workload_next(struct sim *sim, struct workload *workload);
int workload_rounds(const struct workload *workload);
void sim_ask(struct sim *sim, const char *service, const char *name, int64_t after,
             const ProtobufCMessage *command);

/* actors.c: one step, and what comes to rest. */
void sim_step(struct sim *sim);
enum { UNREST_SIZE = 200 };
/* What is still under way; NULL: nothing. */
const char *sim_unrest(const struct sim *sim, char text[UNREST_SIZE]);

/* invariants.c */
struct ledger *ledger_new(void);
void ledger_free(struct ledger *ledger);
bool invariants_step(struct sim *sim);    /* what is new since the last call */
bool invariants_proofs(struct sim *sim);  /* I7 to I9 in full */
bool invariants_at_rest(struct sim *sim); /* tie-out by four paths, nothing under way */

/* digest.c */
struct record_hash sim_state_hash(const struct sim *sim);
/* What the business sees, without positions, times and document numbers: kind and id -> text. */
void digest_make(struct sim *sim, struct memory_map *texts);
struct record_hash digest_hash(const struct memory_map *texts);
bool digest_compare(struct sim *sim, const struct memory_map *one, const struct memory_map *other);
