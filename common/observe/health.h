/* SPDX-License-Identifier: Apache-2.0
 * Health: what each component of a process says about itself, and the three questions asked from
 * outside: /livez (do our own loops still turn? never about others, or a database outage becomes a
 * restart storm), /readyz (may requests come here?) and /healthz (everything, also queues and lags,
 * for people). Thread safe. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HEALTH_COMPONENTS_MAX = 32,
};

#define HEALTH_STATES(X)                                                                           \
    X(UP, "up")             /* works */                                                            \
    X(STARTING, "starting") /* not yet; counts as down */                                          \
    X(DEGRADED, "degraded") /* works, with less than it should; counts as up */                    \
    X(DOWN, "down")

enum health_state {
#define X(name, text) HEALTH_##name,
    HEALTH_STATES(X)
#undef X
};

const char *health_state_text(enum health_state state);

/* Which answers a component decides; /healthz shows all and is decided by all. */
enum health_question {
    HEALTH_ALL = 0,
    HEALTH_LIVE = 1u << 0,
    HEALTH_READY = 1u << 1,
};

struct health_component {
    char name[32];
    uint32_t questions; /* enum health_question */
    enum health_state state;
    char reason[128];
    int64_t since_us;    /* wall clock: when this state began */
    int64_t beat_ms_max; /* 0, or: down once it has not beaten for so long */
    int64_t beat_at_ms;  /* CLOCK_MONOTONIC */
};

struct health {
    pthread_mutex_t mutex;
    size_t count;
    struct health_component components[HEALTH_COMPONENTS_MAX];
};

void health_init(struct health *health);
void health_fini(struct health *health);

/* Adds a component in state STARTING and gives its handle. `beat_ms_max` > 0: a loop that must call
 * health_beat. The name is lower case, unique (asserted). */
size_t health_add(struct health *health, const char *name, uint32_t questions, int64_t beat_ms_max);

/* `reason` is one sentence (printf), never personal data; `since` moves only if the state changes.
 */
void health_set(struct health *health, size_t component, enum health_state state,
                const char *reason, ...) __attribute__((format(printf, 4, 5)));

/* The loop turns: state UP, and the deadline starts anew. */
void health_beat(struct health *health, size_t component);

/* The answer to a question: true is 200, false 503. *document is JSON to be
 * freed by the caller:
 * {"status":"up","components":{"database":{"status":"down","reason":"…","since":"2026-01-31T12:00:00Z"}}}.
 */
bool health_answer(struct health *health, enum health_question question, char **document);
