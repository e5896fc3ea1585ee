/* SPDX-License-Identifier: Apache-2.0
 * Fixture: a server on a free port of this machine, one thread for its loop and one that answers,
 * and a client that writes and reads raw bytes. Shared by the tests of common/http. */
#pragma once
#include <arpa/inet.h>
#include <assert.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/http/problem.h"
#include "common/http/server.h"

struct fixture {
    struct http_server *server;
    pthread_t loop, worker;
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    struct http_exchange *queue[256];
    size_t queued;
    bool held; /* the worker leaves exchanges in the queue */
    bool ended;
    int last_status;
    int answered;
    uint16_t port;
};

static void fixture_answer(struct http_exchange *exchange)
{
    char text[512];
    const struct http_pair headers[] = {{"ETag", "\"7\""}, {0}};
    struct http_answer answer = {
        .status = 200, .content_type = "text/plain", .headers = headers, .body = text};
    const char *path = exchange->route->path;
    if (strcmp(path, "/v1/big") == 0) {
        answer.body_size = 8u << 20;
        answer.body = memset(malloc(answer.body_size), 'b', answer.body_size);
        answer.body_free = free;
    } else if (strcmp(path, "/v1/file") == 0) {
        FILE *file = tmpfile();
        for (int i = 0; i < 100000; i++)
            fputs("0123456789", file);
        fflush(file);
        int copy = dup(fileno(file));
        fclose(file);
        http_exchange_answer_file(exchange, &answer, copy, 1000000);
        return;
    } else if (strcmp(path, "/v1/upload") == 0) {
        uint64_t sum = 0;
        size_t size = 0;
        uint8_t bytes[4096];
        for (ssize_t got; (got = read(exchange->body_file, bytes, sizeof bytes)) > 0;
             size += (size_t)got)
            for (ssize_t i = 0; i < got; i++)
                sum += bytes[i];
        snprintf(text, sizeof text, "size %zu sum %llu", size, (unsigned long long)sum);
        answer.body_size = strlen(text);
    } else if (strcmp(path, "/v1/fails") == 0) {
        struct problem problem;
        (void)problem_set(&problem, ERR_BUSY, "lines[2].quantity", "GEN-1", "wait");
        http_exchange_answer_error(exchange, &problem);
        return;
    } else {
        snprintf(text, sizeof text, "%s %s peer=%s body=%.*s", http_method_name(exchange->method),
                 exchange->path, exchange->peer, (int)exchange->body_size,
                 exchange->body ? (const char *)exchange->body : "");
        answer.body_size = strlen(text);
    }
    http_exchange_answer(exchange, &answer);
}

static void *fixture_work(void *context)
{
    struct fixture *fixture = context;
    pthread_mutex_lock(&fixture->mutex);
    while (!fixture->ended || fixture->queued) {
        if (!fixture->queued || (fixture->held && !fixture->ended)) {
            pthread_cond_wait(&fixture->changed, &fixture->mutex);
            continue;
        }
        struct http_exchange *exchange = fixture->queue[--fixture->queued];
        pthread_mutex_unlock(&fixture->mutex);
        fixture_answer(exchange);
        pthread_mutex_lock(&fixture->mutex);
    }
    pthread_mutex_unlock(&fixture->mutex);
    return NULL;
}

static void fixture_on_request(struct http_exchange *exchange, void *context)
{
    struct fixture *fixture = context;
    pthread_mutex_lock(&fixture->mutex);
    assert(fixture->queued < 256);
    fixture->queue[fixture->queued++] = exchange;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->mutex);
}

static bool fixture_on_head(struct http_exchange *exchange, void *context)
{
    (void)context;
    if (!(exchange->route->flags & ROUTE_PUBLIC) &&
        !http_exchange_header(exchange, "authorization")) {
        http_exchange_answer_problem(
            exchange, &(struct http_problem){.status = 401, .code = "token_missing"});
        return false;
    }
    return true;
}

static void fixture_on_answered(const struct http_exchange *exchange, int status,
                                int64_t duration_us, void *context)
{
    (void)exchange;
    (void)duration_us;
    struct fixture *fixture = context;
    pthread_mutex_lock(&fixture->mutex);
    fixture->last_status = status;
    fixture->answered++;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->mutex);
}

static const struct route fixture_routes[] = {
    {HTTP_GET, "/v1/things/{thing_id}", .flags = ROUTE_PUBLIC | ROUTE_ETAG,
     .produces = "text/plain"},
    {HTTP_PUT, "/v1/things/{thing_id}", .flags = ROUTE_PUBLIC | ROUTE_NEEDS_IF_MATCH},
    {HTTP_POST, "/v1/things", .flags = ROUTE_PUBLIC | ROUTE_IDEMPOTENCY_KEY,
     .body_bytes_max = 1000},
    {HTTP_POST, "/v1/notes", .flags = ROUTE_PUBLIC, .consumes = "any"},
    {HTTP_POST, "/v1/upload", .flags = ROUTE_PUBLIC | ROUTE_STREAMS_BODY, .body_bytes_max = 4 << 20,
     .consumes = "any"},
    {HTTP_GET, "/v1/big", .flags = ROUTE_PUBLIC},
    {HTTP_GET, "/v1/file", .flags = ROUTE_PUBLIC},
    {HTTP_GET, "/v1/fails", .flags = ROUTE_PUBLIC},
    {HTTP_POST, "/v1/guarded", .body_bytes_max = 4 << 20, .consumes = "any"},
    {HTTP_GET, "/v1/list", .flags = ROUTE_PUBLIC | ROUTE_LIST},
};

static void *fixture_loop(void *server)
{
    http_server_run(server);
    return NULL;
}

static void fixture_start(struct fixture *fixture, const struct http_limits *limits,
                          const char *trusted_proxy)
{
    struct http_options options = {
        .router = router_make(fixture_routes, sizeof fixture_routes / sizeof *fixture_routes),
        .trusted_proxy = trusted_proxy,
        .on_request = fixture_on_request,
        .on_head = fixture_on_head,
        .on_answered = fixture_on_answered,
        .context = fixture,
    };
    if (limits)
        options.limits = *limits;
    memset(fixture, 0, sizeof *fixture);
    pthread_mutex_init(&fixture->mutex, NULL);
    pthread_cond_init(&fixture->changed, NULL);
    struct problem problem = {0};
    if (http_server_new(&fixture->server, &options, &problem))
        fail_msg("no server: %s", problem.detail);
    fixture->port = http_server_port(fixture->server);
    pthread_create(&fixture->loop, NULL, fixture_loop, fixture->server);
    pthread_create(&fixture->worker, NULL, fixture_work, fixture);
}

static void fixture_end(struct fixture *fixture)
{
    http_server_stop(fixture->server, 500);
    pthread_join(fixture->loop, NULL);
    pthread_mutex_lock(&fixture->mutex);
    fixture->ended = true;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->mutex);
    pthread_join(fixture->worker, NULL);
    http_server_free(fixture->server);
    pthread_mutex_destroy(&fixture->mutex);
    pthread_cond_destroy(&fixture->changed);
}

static void fixture_hold(struct fixture *fixture, bool held)
{
    pthread_mutex_lock(&fixture->mutex);
    fixture->held = held;
    pthread_cond_broadcast(&fixture->changed);
    pthread_mutex_unlock(&fixture->mutex);
}

static void fixture_wait_queued(struct fixture *fixture, size_t count)
{
    pthread_mutex_lock(&fixture->mutex);
    while (fixture->queued < count)
        pthread_cond_wait(&fixture->changed, &fixture->mutex);
    pthread_mutex_unlock(&fixture->mutex);
}

static int client_open(const struct fixture *fixture)
{
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(fixture->port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct timeval limit = {10, 0};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(client, (struct sockaddr *)&address, sizeof address) != 0)
        fail_msg("cannot connect to port %u", fixture->port);
    return client;
}

static void client_send(int client, const void *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t sent = send(client, (const char *)bytes + done, size - done, MSG_NOSIGNAL);
        if (sent <= 0)
            return; /* the server refused and closed: what it answered is the test */
        done += (size_t)sent;
    }
}

static void client_say(int client, const char *text)
{
    client_send(client, text, strlen(text));
}

/* Everything until the server closes; freed by the caller. */
static char *client_read_all(int client)
{
    size_t size = 0, room = 4096;
    char *text = malloc(room);
    for (;;) {
        if (room - size < 2048)
            text = realloc(text, room *= 2);
        ssize_t got = recv(client, text + size, room - size - 1, 0);
        if (got <= 0)
            break;
        size += (size_t)got;
    }
    text[size] = 0;
    return text;
}

/* One whole answer with Content-Length (or without a body); freed by the caller. */
static __attribute__((unused)) char *client_read_one(int client)
{
    char *text = malloc(65536);
    size_t size = 0, wanted = 0;
    while (size < 65535 && (!wanted || size < wanted)) {
        ssize_t got = recv(client, text + size, 1, 0);
        if (got <= 0)
            break;
        size += (size_t)got;
        text[size] = 0;
        if (!wanted && size >= 4 && memcmp(text + size - 4, "\r\n\r\n", 4) == 0) {
            const char *length = strstr(text, "Content-Length: ");
            wanted = size + (length ? strtoul(length + 16, NULL, 10) : 0);
        }
    }
    text[size] = 0;
    return text;
}

static char *ask_bytes(const struct fixture *fixture, const void *bytes, size_t size)
{
    int client = client_open(fixture);
    client_send(client, bytes, size);
    char *answer = client_read_all(client);
    close(client);
    return answer;
}

static char *ask(const struct fixture *fixture, const char *request)
{
    return ask_bytes(fixture, request, strlen(request));
}

/* The request is answered by `status`, and the answer contains `word`; then the server closes. */
static void expect(const struct fixture *fixture, const char *request, int status, const char *word)
{
    char *answer = ask(fixture, request);
    int got = 0;
    sscanf(answer, "HTTP/1.1 %d", &got);
    if (got != status || !strstr(answer, word))
        fail_msg("asked:\n%.300s\nexpected %d and '%s', came:\n%.600s", request, status, word,
                 answer);
    free(answer);
}
