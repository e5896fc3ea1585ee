/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/server.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/http/connection.h"
#include "common/http/loop.h"

enum {
    LISTEN_BACKLOG = 512,
    LISTEN_PAUSE_MS = 100, /* out of descriptors: accepting again at once would spin */
};

static void limits_default(struct http_limits *limits)
{
#define DEFAULT(name, value)                                                                       \
    if (!limits->name)                                                                             \
    limits->name = (value)
    DEFAULT(head_bytes_max, 16 * 1024);
    DEFAULT(target_bytes_max, 8 * 1024);
    DEFAULT(headers_max, HTTP_HEADERS_MAX);
    DEFAULT(body_bytes_max, 1024 * 1024);
    DEFAULT(bodies_bytes_max, 64 * 1024 * 1024);
    DEFAULT(connections_max, 1024);
    DEFAULT(connections_per_peer_max, 64);
    DEFAULT(head_ms, 10 * 1000);
    DEFAULT(deadline_ms, 30 * 1000);
    DEFAULT(idle_ms, 75 * 1000);
    DEFAULT(rate_bytes_min, 64 * 1024);
#undef DEFAULT
    assert(limits->headers_max <= HTTP_HEADERS_MAX);
}

static bool peer_text(const struct sockaddr *address, char peer[46])
{
    /* Both are read through copies, since a sockaddr may not be aligned for them. */
    if (address->sa_family == AF_INET) {
        struct sockaddr_in four;
        memcpy(&four, address, sizeof four);
        return inet_ntop(AF_INET, &four.sin_addr, peer, 46) != NULL;
    }
    struct sockaddr_in6 six;
    if (address->sa_family != AF_INET6)
        return false;
    memcpy(&six, address, sizeof six);
    return inet_ntop(AF_INET6, &six.sin6_addr, peer, 46) != NULL;
}

/* Nothing is read and nothing is kept: the answer is one constant text and the socket is closed. */
static void connection_turn_away(struct http_server *server, evutil_socket_t socket,
                                 const char *text)
{
    server->counters.connections_refused_total++;
    send(socket, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(socket, SHUT_WR);
    close(socket);
}

#define TURN_AWAY(status, code, detail)                                                            \
    "HTTP/1.1 " status "\r\nConnection: close\r\nRetry-After: 1\r\n"                               \
    "Content-Type: application/problem+json\r\n\r\n"                                               \
    "{\"type\":\"urn:duebook:problem:" code "\",\"title\":\"" detail "\",\"code\":\"" code "\"}"

static void on_accept(struct evconnlistener *listener, evutil_socket_t socket,
                      struct sockaddr *address, int size, void *context)
{
    (void)listener;
    (void)size;
    struct http_server *server = context;
    const struct http_limits *limits = &server->limits;
    const char *proxy = server->options.trusted_proxy;
    char peer[46] = "";
    server->counters.connections_total++;
    if (!peer_text(address, peer))
        close(socket);
    else if (server->counters.connections_open >= limits->connections_max)
        connection_turn_away(
            server, socket,
            TURN_AWAY("503 Service Unavailable", "busy", "all connections are in use"));
    else if (!(proxy && strcmp(proxy, peer) == 0) &&
             http_connection_count_peer(server, peer) >= limits->connections_per_peer_max)
        connection_turn_away(
            server, socket,
            TURN_AWAY("429 Too Many Requests", "busy", "too many connections from one address"));
    else
        http_connection_new(server, socket, peer);
}

static void on_accept_error(struct evconnlistener *listener, void *context)
{
    struct http_server *server = context;
    struct timeval pause = {0, LISTEN_PAUSE_MS * 1000};
    evconnlistener_disable(listener);
    event_add(server->listen_again, &pause);
}

static void on_listen_again(evutil_socket_t none, short what, void *context)
{
    (void)none;
    (void)what;
    struct http_server *server = context;
    if (server->listener)
        evconnlistener_enable(server->listener);
}

static void wake(struct http_server *server)
{
    uint64_t one = 1;
    while (write(server->wake_file, &one, sizeof one) < 0 && errno == EINTR) {
    }
}

void http_server_deliver(struct http_exchange *exchange)
{
    struct http_server *server = exchange->server;
    pthread_mutex_lock(&server->mutex);
    bool was_empty = !server->answered;
    exchange->next = NULL;
    *server->answered_last = exchange;
    server->answered_last = &exchange->next;
    /* Under the mutex: once the loop has the exchange and the last one is gone, the server may be
     * freed. */
    if (was_empty)
        wake(server);
    pthread_mutex_unlock(&server->mutex);
}

void http_server_post(struct http_server *server, void (*callback)(void *context), void *context)
{
    struct http_post *post = malloc(sizeof *post);
    if (!post)
        abort();
    *post = (struct http_post){callback, context, NULL};
    pthread_mutex_lock(&server->mutex);
    *server->posts_last = post;
    server->posts_last = &post->next;
    wake(server);
    pthread_mutex_unlock(&server->mutex);
}

static void answers_deliver(struct http_server *server)
{
    pthread_mutex_lock(&server->mutex);
    struct http_exchange *exchange = server->answered;
    server->answered = NULL;
    server->answered_last = &server->answered;
    pthread_mutex_unlock(&server->mutex);
    while (exchange) {
        struct http_exchange *next = exchange->next;
        if (exchange->connection) {
            http_connection_answer(exchange->connection, exchange);
        } else {
            server->counters.answers_dropped_total++;
            http_exchange_free(exchange);
        }
        exchange = next;
    }
}

static void posts_call(struct http_server *server, bool call)
{
    pthread_mutex_lock(&server->mutex);
    struct http_post *post = server->posts;
    server->posts = NULL;
    server->posts_last = &server->posts;
    pthread_mutex_unlock(&server->mutex);
    while (post) {
        struct http_post *next = post->next;
        if (call)
            post->callback(post->context);
        free(post);
        post = next;
    }
}

void http_server_connection_gone(struct http_server *server)
{
    if (server->stopping && LIST_EMPTY(&server->connections))
        event_base_loopbreak(server->base);
}

static void on_grace_over(evutil_socket_t none, short what, void *context)
{
    (void)none;
    (void)what;
    http_connections_close(context, true);
}

static void stop_begin(struct http_server *server)
{
    server->stopping = true;
    evconnlistener_free(server->listener);
    server->listener = NULL;
    uint32_t grace_ms = server->stop_grace_ms;
    struct timeval grace = {grace_ms / 1000, (grace_ms % 1000) * 1000};
    event_add(server->grace_event, &grace);
    http_connections_close(server, false);
    http_server_connection_gone(server);
}

static void on_wake(evutil_socket_t file, short what, void *context)
{
    (void)what;
    struct http_server *server = context;
    uint64_t count;
    while (read(file, &count, sizeof count) < 0 && errno == EINTR) {
    }
    answers_deliver(server);
    posts_call(server, true);
    if (server->stop_wanted && !server->stopping)
        stop_begin(server);
}

void http_server_stop(struct http_server *server, uint32_t grace_ms)
{
    server->stop_grace_ms = grace_ms;
    server->stop_wanted = true;
    wake(server);
}

static void on_timer(evutil_socket_t none, short what, void *context)
{
    (void)none;
    (void)what;
    struct http_timer *timer = context;
    timer->callback(timer->context);
}

struct http_timer *http_server_timer(struct http_server *server, uint32_t period_ms,
                                     void (*callback)(void *context), void *context)
{
    struct http_timer *timer = calloc(1, sizeof *timer);
    if (!timer)
        abort();
    timer->callback = callback;
    timer->context = context;
    timer->event = event_new(server->base, -1, EV_PERSIST, on_timer, timer);
    struct timeval period = {period_ms / 1000, (period_ms % 1000) * 1000};
    event_add(timer->event, &period);
    SLIST_INSERT_HEAD(&server->timers, timer, link);
    return timer;
}

static enum error listen_on(struct http_server *server, const struct http_options *options,
                            struct problem *problem)
{
    const char *host = options->host ? options->host : "127.0.0.1";
    struct sockaddr_storage address = {0};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(options->port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(options->port)};
    socklen_t size;
    if (inet_pton(AF_INET, host, &four.sin_addr) == 1) {
        memcpy(&address, &four, size = sizeof four);
    } else if (inet_pton(AF_INET6, host, &six.sin6_addr) == 1) {
        memcpy(&address, &six, size = sizeof six);
    } else {
        return problem_set(problem, ERR_CONFIG, "host", NULL, "'%s' is not a numeric address",
                           host);
    }
    unsigned flags = LEV_OPT_REUSEABLE | LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC;
    server->listener =
        evconnlistener_new_bind(server->base, on_accept, server, flags, LISTEN_BACKLOG,
                                (struct sockaddr *)&address, (int)size);
    if (!server->listener)
        return problem_set(problem, ERR_CONFIG, "port", NULL, "cannot listen on %s port %u: %s",
                           host, options->port, strerror(errno));
    evconnlistener_set_error_cb(server->listener, on_accept_error);
    size = sizeof address;
    getsockname(evconnlistener_get_fd(server->listener), (struct sockaddr *)&address, &size);
    /* sin_port and sin6_port stand at the same place. */
    memcpy(&four, &address, sizeof four);
    server->port = ntohs(four.sin_port);
    return OK;
}

enum error http_server_new(struct http_server **out, const struct http_options *options,
                           struct problem *problem)
{
    assert(options->on_request);
    struct http_server *server = calloc(1, sizeof *server);
    struct event_base *base = event_base_new();
    if (!server || !base)
        abort();
    signal(SIGPIPE, SIG_IGN);
    server->options = *options;
    server->limits = options->limits;
    limits_default(&server->limits);
    server->base = base;
    LIST_INIT(&server->connections);
    SLIST_INIT(&server->timers);
    pthread_mutex_init(&server->mutex, NULL);
    server->answered_last = &server->answered;
    server->posts_last = &server->posts;
    server->wake_file = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (server->wake_file < 0 ||
        getrandom(&server->request_seed, sizeof server->request_seed, 0) < 0)
        abort();
    server->wake_event = event_new(base, server->wake_file, EV_READ | EV_PERSIST, on_wake, server);
    server->listen_again = evtimer_new(base, on_listen_again, server);
    server->grace_event = evtimer_new(base, on_grace_over, server);
    event_add(server->wake_event, NULL);
    enum error error = listen_on(server, options, problem);
    if (error)
        http_server_free(server);
    else
        *out = server;
    return error;
}

void http_server_free(struct http_server *server)
{
    if (!server)
        return;
    http_connections_close(server, true);
    answers_deliver(server);
    posts_call(server, false);
    assert(server->counters.exchanges_open == 0);
    while (!SLIST_EMPTY(&server->timers)) {
        struct http_timer *timer = SLIST_FIRST(&server->timers);
        SLIST_REMOVE_HEAD(&server->timers, link);
        event_free(timer->event);
        free(timer);
    }
    if (server->listener)
        evconnlistener_free(server->listener);
    event_free(server->wake_event);
    event_free(server->listen_again);
    event_free(server->grace_event);
    event_base_free(server->base);
    close(server->wake_file);
    pthread_mutex_destroy(&server->mutex);
    free(server);
}

uint16_t http_server_port(const struct http_server *server)
{
    return server->port;
}

const struct http_counters *http_server_counters(const struct http_server *server)
{
    return &server->counters;
}

void http_server_run(struct http_server *server)
{
    event_base_loop(server->base, EVLOOP_NO_EXIT_ON_EMPTY);
}
