/* SPDX-License-Identifier: Apache-2.0
 * Loop: what server.c, connection.c and request.c share about one server. Private to this room. */
#pragma once
#include <event2/event.h>
#include <event2/listener.h>
#include <pthread.h>
#include <sys/queue.h>

#include "common/http/server.h"

struct http_post {
    void (*callback)(void *context);
    void *context;
    struct http_post *next;
};

struct http_timer {
    struct event *event;
    void (*callback)(void *context);
    void *context;
    SLIST_ENTRY(http_timer) link;
};

LIST_HEAD(http_connection_list, http_connection);
SLIST_HEAD(http_timer_list, http_timer);

struct http_server {
    struct http_options options;
    struct http_limits limits;
    struct http_counters counters;
    struct event_base *base;
    struct evconnlistener *listener;
    struct event *wake_event, *listen_again, *grace_event;
    struct http_connection_list connections;
    struct http_timer_list timers;
    uint64_t request_seed, request_number;
    uint16_t port;
    bool stopping;
    /* From other threads: */
    int wake_file;
    atomic_bool stop_wanted;
    atomic_uint stop_grace_ms;
    pthread_mutex_t mutex; /* over the two lists below */
    struct http_exchange *answered, **answered_last;
    struct http_post *posts, **posts_last;
};

/* Hands an answered exchange to the loop thread. */
void http_server_deliver(struct http_exchange *exchange);

/* A connection left the list: the last one ends a stopping server. */
void http_server_connection_gone(struct http_server *server);

/* Exchanges: made and freed on the loop thread only. `head` is copied; refused heads have size 0.
 */
struct http_exchange *http_exchange_new(struct http_server *server,
                                        struct http_connection *connection, const char *head,
                                        size_t head_size);
void http_exchange_free(struct http_exchange *exchange);
