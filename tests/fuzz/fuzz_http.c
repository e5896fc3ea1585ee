/* SPDX-License-Identifier: Apache-2.0
 * Fuzz target: whatever a stranger may send to an HTTP port. The input goes twice: through the pure
 * parser, in one piece and byte by byte, which must agree; and through a socket into a server whose
 * handler answers at once. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/http/connection.h"
#include "common/http/headers.h"
#include "common/http/parser.h"
#include "common/http/problem.h"

static const struct route routes[] = {
    {HTTP_GET, "/", .flags = ROUTE_PUBLIC},
    {HTTP_GET, "/v1/l", .flags = ROUTE_LIST,
     .parameters = (const struct route_parameter[]){{"d", PARAMETER_DATE, false, "x", NULL},
                                                    {"t", PARAMETER_INSTANT, false, "x", NULL},
                                                    {"i", PARAMETER_INTEGER, false, "x", NULL},
                                                    {"u", PARAMETER_UUID, false, "x", NULL},
                                                    {"c", PARAMETER_CURRENCY, false, "x", NULL},
                                                    {"s", PARAMETER_TEXT, false, "x", NULL},
                                                    {0}}},
    {HTTP_GET, "/v1/{a}/{b}", .flags = ROUTE_PUBLIC},
    {HTTP_POST, "/v1/p", .flags = ROUTE_IDEMPOTENCY_KEY | ROUTE_IF_MATCH, .body_bytes_max = 64},
    {HTTP_PUT, "/v1/{a}", .flags = ROUTE_STREAMS_BODY, .body_bytes_max = 64, .consumes = "any"},
};

static void answer(struct http_exchange *exchange, void *context)
{
    (void)context;
    const char *token;
    int64_t version;
    struct problem problem;
    (void)http_if_none_match(exchange, "7");
    if (http_if_match_version(exchange, &version, NULL) == OK && version < 0)
        abort();
    if (http_bearer_token(exchange, &token, &problem) == ERR_MALFORMED) {
        http_exchange_answer_error(exchange, &problem);
        return;
    }
    struct http_answer ok = {
        .status = 200, .body = exchange->path, .body_size = strlen(exchange->path)};
    http_exchange_answer(exchange, &ok);
}

static struct http_server *server_get(void)
{
    static struct http_server *server;
    struct http_options options = {
        .router = router_make(routes, sizeof routes / sizeof *routes),
        .limits = {.head_bytes_max = 2048,
                   .target_bytes_max = 512,
                   .headers_max = 20,
                   .bodies_bytes_max = 100},
        .trusted_proxy = "10.0.0.1",
        .on_request = answer,
    };
    struct problem problem;
    if (!server && http_server_new(&server, &options, &problem) != OK)
        abort();
    return server;
}

static http_refusal scan(struct http_scan *scan, const char *text, size_t size, size_t step)
{
    const struct http_scan_limits limits = {2048, 512, 20};
    http_refusal refusal = NULL;
    for (size_t at = 0; at < size && !refusal && !scan->complete;) {
        at = size - at < step ? size : at + step;
        refusal = http_head_scan(scan, text, at, &limits);
    }
    return refusal;
}

static void try_parser(const char *bytes, size_t size)
{
    struct http_scan whole = {0}, slow = {0};
    http_refusal one = scan(&whole, bytes, size, size), other = scan(&slow, bytes, size, 1);
    if (one != other || whole.at != slow.at || whole.complete != slow.complete)
        abort();
    if (one || !whole.complete)
        return;
    struct http_pair headers[HTTP_HEADERS_MAX];
    struct http_head head = {.headers = headers};
    char *text = malloc(whole.at + 1), *room = malloc(whole.at);
    memcpy(text, bytes, whole.at);
    text[whole.at] = 0;
    if (!http_head_parse(&head, text, whole.at, room) && head.chunked) {
        struct http_chunks chunks = {0};
        size_t used, data_size;
        const char *data;
        for (size_t at = whole.at; at < size && chunks.state != CHUNK_END; at += used)
            if (http_chunks_take(&chunks, bytes + at, size - at, &used, &data, &data_size) || !used)
                break;
    }
    free(text);
    free(room);
}

static void try_server(const uint8_t *bytes, size_t size)
{
    struct http_server *server = server_get();
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair) != 0)
        abort();
    http_connection_new(server, pair[0], size % 2 ? "10.0.0.1" : "10.0.0.2");
    size_t sent = 0;
    for (int turn = 0; turn < 2000 && server->counters.connections_open; turn++) {
        if (sent < size) {
            ssize_t got = send(pair[1], bytes + sent, size - sent, MSG_NOSIGNAL);
            sent = got > 0 ? sent + (size_t)got : got < 0 && turn > 1000 ? size : sent;
        }
        if (sent == size)
            shutdown(pair[1], SHUT_WR);
        event_base_loop(server->base, EVLOOP_NONBLOCK);
        char trash[65536];
        while (recv(pair[1], trash, sizeof trash, 0) > 0) {
        }
    }
    close(pair[1]);
    for (int turn = 0; turn < 100 && server->counters.connections_open; turn++)
        event_base_loop(server->base, EVLOOP_NONBLOCK);
    if (server->counters.connections_open || server->counters.exchanges_open ||
        server->counters.bodies_bytes)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0 || size > 16384)
        return 0;
    try_parser((const char *)bytes, size);
    try_server(bytes, size);
    return 0;
}
