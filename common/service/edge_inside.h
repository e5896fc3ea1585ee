/* SPDX-License-Identifier: Apache-2.0
 * Edge, inside: what edge.c (threads and queue), edge_request.c (one request), command.c
 * (API_COMMAND), pending.c (commands under way) and api.c share. Private to this room. */
#pragma once
#include <pthread.h>
#include <stdatomic.h>

#include "common/eventlog/unit.h"
#include "common/http/problem.h"
#include "common/service/access.h"
#include "common/service/access_domain.h"
#include "common/service/edge.h"
#include "common/wire/arena_buffer.h"

enum { API_SEALINGS_MAX = 256 };

/* One thing for an edge thread to do: a request, or the end of a command that needs the vault. */
struct edge_item {
    struct http_exchange *exchange;
    struct pending *finished;
    int64_t due_us;   /* monotonic; of one that waits for Duebook-After */
    int64_t after_us; /* monotonic: until when it may wait; 0: has not waited yet */
    struct edge_item *next;
};

struct edge_list {
    struct edge_item *first, **last;
};

struct edge {
    struct edge_options options;
    const struct service_model *model;
    struct access *access;
    struct route *routes;
    size_t n_routes;
    struct router router;
    struct listing_plan *plans; /* one per listing of the routes */
    size_t n_plans;
    char *openapi;
    uint8_t request_hash_key[PERSONAL_DATA_KEY_BYTES];
    struct metric_set *metrics;

    pthread_mutex_t mutex; /* over all below */
    pthread_cond_t wake;   /* monotonic clock */
    struct edge_list ready, waiting, finishing;
    int32_t queued;
    bool stopping;
    atomic_int pending_count; /* commands under way */
    struct edge_thread *threads;
    int32_t n_threads;
};

struct edge_thread {
    struct edge *edge;
    pthread_t thread;
    struct database *database;
    struct arena arena;
    int64_t next_attempt_us;
};

enum edge_metric {
    EDGE_METRIC_QUEUED,
    EDGE_METRIC_REFUSED,
    EDGE_METRIC_UNAUTHENTICATED,
    EDGE_METRIC_FORBIDDEN,
    EDGE_METRIC_STALE,
    EDGE_METRIC_COMMANDS,
    EDGE_METRIC_WAITED,
    EDGE_METRICS
};
void edge_count(struct edge *edge, enum edge_metric metric, size_t label);

/* A text of the command that is to be sealed, and where the seal goes. */
struct api_sealing {
    const char *kind, *text;
    Common__Sealed *sealed;
};

/* What api_call->api points to: one request in the hands of an edge thread. */
struct edge_call {
    struct api_call call;
    struct edge *edge;
    struct edge_thread *thread; /* NULL on the loop thread */
    bool answered;              /* the exchange was given away */
    int answered_status;        /* 0: by somebody else */
    bool stale;                 /* Duebook-After was not reached */
    bool reveals;               /* the caller may read personal data */
    const char *idempotency_key;
    struct uuid receipt_id;
    struct record_hash request_hash;
    int64_t expected_version; /* If-Match */
    struct stream_ref expected;
    struct api_sealing sealings[API_SEALINGS_MAX];
    size_t n_sealings;
    struct uuid *subjects; /* whose keys are to be confirmed; in the arena */
    size_t n_subjects, subjects_max;
    /* Members that the answer gets when it is sent, never stored: `"token":"…"`; the first time and
     * on replays. */
    const char *extra_first, *extra_again;
};

static inline struct edge_call *edge_call(const struct api_call *call)
{
    return call->api;
}

static inline const struct api_action *edge_action(const struct route *route)
{
    return route->action;
}

/* edge_request.c: from the caller to the action. False: it waits, call again at item->due_us. */
bool edge_request(struct edge_thread *thread, struct edge_item *item);
/* On the loop thread. */
void edge_request_immediate(struct edge *edge, struct http_exchange *exchange);
enum error edge_connect(struct edge_thread *thread, struct problem *problem);
/* Answers by call->problem, status and code unless it was answered. */
void edge_answer_problem(struct edge_call *call, enum error error);
/* The acts of a stream kind: those of the route that shows it. */
const struct api_act *edge_acts(const struct edge *edge, int stream_kind);
/* The text of `entity_id` in a message; NULL if it has no such field or it is empty. */
const char *message_entity(const ProtobufCMessage *message);

/* after.c: Duebook-After. ERR_MALFORMED; *reached: every place named is applied. */
MUST_USE enum error after_reached(struct edge_call *call, bool *reached);

/* command.c */
enum error command_run(struct edge_call *call);
/* Ids and request hash of an API_FUNCTION that writes. */
MUST_USE enum error command_identify(struct edge_call *call);
/* Remembers whose keys are to be confirmed once the command is committed. */
MUST_USE enum error command_subject(struct edge_call *call, struct uuid subject);

/* pending.c: a command under way belongs to itself until it is answered. */
enum error pending_submit(struct edge_call *call, const ProtobufCMessage *command);
void pending_finish(struct edge_thread *thread, struct pending *pending);
/* The act mask and kinds, for answer_make. */
struct pending_view {
    const struct edge *edge;
    uint32_t roles;
    const struct api_act *acts;
    int status; /* of an answer that is not a refusal: 200, 201 or 202 */
};
bool pending_view(const struct work *work, struct pending_view *view);
/* Gives a command's end to an edge thread; false: there is none any more. */
bool edge_finish_later(struct edge *edge, struct pending *pending);

/* listing.c */
enum error listing_run(struct edge_call *call);

/* state.c: API_STATE */
enum error state_run(struct edge_call *call);
