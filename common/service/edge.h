/* SPDX-License-Identifier: Apache-2.0
 * Edge: the threads between the event loop and the workers. The loop thread must not wait, so a
 * request is put into a bounded queue; an edge thread, with a connection and an arena of its own,
 * finds the caller, checks role and legal entity, waits for what Duebook-After names, and runs the
 * route's action (api.h). Commands go on to their worker, which answers; only what needs the vault
 * comes back to an edge thread first.
 *
 * The loop behind it is a table of functions, so that the edge is tested alone. */
#pragma once
#include "common/eventlog/personal_data.h"
#include "common/observe/health.h"
#include "common/observe/metrics.h"
#include "common/service/api.h"
#include "common/service/service.h"

enum {
    EDGE_THREADS_MAX = 32,
    EDGE_QUEUE_MAX = 512, /* requests waiting for a thread; more are answered 429 */
    EDGE_ARENA_BYTES = 64 << 20,
    EDGE_AFTER_MS = 2000, /* how long a read waits for Duebook-After */
    EDGE_AFTER_POLL_MS = 20,
    EDGE_AFTER_MAX = 16, /* positions named by one header */
};

struct edge_backend {
    void *self;
    /* One command for the worker of its key. `done` is called once, on the worker's thread, when
     * the work is over; the work and all it points to stay until then. ERR_BUSY: the queue is full,
     * `done` is not called. */
    enum error (*submit)(void *self, struct work *work, void (*done)(struct work *work),
                         struct problem *problem);
    /* Many; returns when all are over. */
    enum error (*submit_all)(void *self, struct job_command *commands, size_t n,
                             struct problem *problem);
    int64_t (*now_us)(void *self); /* business clock */
    /* As last committed: snapshot and later events. ERR_NOT_FOUND: not born. */
    enum error (*state)(void *self, struct database *database, struct arena *arena, int kind,
                        const char *id, ProtobufCMessage **state, int64_t *version,
                        struct problem *problem);
    enum error (*look_up)(void *self, struct database *database, struct arena *arena, int index,
                          const char *key, struct stream_ref *refs, size_t max, size_t *n,
                          struct problem *problem);
};

struct edge_options {
    const struct service *service;
    struct edge_backend backend;
    const char *conninfo; /* of the service's role */
    int32_t threads;      /* BILLING_EDGE_THREADS; 0: 2 */
    int32_t queue_max;    /* 0: EDGE_QUEUE_MAX */
    int32_t shards;
    const char *bootstrap_token;         /* NULL: none */
    struct personal_data *personal_data; /* borrowed */
    struct health *health;               /* borrowed */
    struct metrics *metrics;             /* borrowed; edge metrics are registered; may be NULL */
    bool test_clock;                     /* the installation allows `clock set` */
    /* Called after the test clock was set, so that ticks go out at once; may be NULL. */
    void (*clock_changed)(void *self);
};

struct edge;

/* Starts the threads. ERR_CONFIG: a route table that cannot be. PostgreSQL need not answer yet. */
MUST_USE enum error edge_new(struct edge **edge, const struct edge_options *options,
                             struct problem *problem);
/* The service's routes and those that every service has; for http_options. */
struct router edge_router(const struct edge *edge);
/* For http_options; context is the edge. */
bool edge_on_head(struct http_exchange *exchange, void *edge);
void edge_on_request(struct http_exchange *exchange, void *edge);
/* No further requests are taken (503); returns when all that wait are answered. Commands under way
 * are answered when their worker is done, so stop the workers after this and free the edge after
 * them. */
void edge_stop(struct edge *edge);
/* Asserts that no command is under way. */
void edge_free(struct edge *edge);
