/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/connection.h"

#include <assert.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "common/base/time.h"
#include "common/http/admission.h"
#include "common/http/body.h"

enum {
    INPUT_BYTES_MAX = 64 * 1024, /* read ahead of what is being worked on */
    FAREWELL_MS = 2000,          /* a client that still sends may read its refusal for so long */
    FAREWELL_BYTES_MAX = 1024 * 1024,
};

/* IDLE no byte of a request yet · HEAD, BODY reading · HANDLED the exchange is out of our hands ·
 * SENDING the answer · FAREWELL answered and shut for writing, reads and forgets so that the answer
 * is not lost to a reset. */
enum phase { IDLE, HEAD, BODY, HANDLED, SENDING, FAREWELL };

struct http_connection {
    struct http_server *server;
    struct bufferevent *stream;
    struct event *timer;
    enum phase phase;
    struct http_scan scan;
    struct http_chunks chunks;
    struct http_exchange *exchange;
    bool chunked, closes, input_ended;
    uint64_t body_left, body_bound, body_taken;
    int64_t due_us, begun_at_us, body_begun_at_us;
    uint64_t farewell_bytes;
    LIST_ENTRY(http_connection) link;
    char peer[46];
};

static void connection_go(struct http_connection *connection);

static void connection_close(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    if (connection->exchange) {
        connection->exchange->connection = NULL;
        if (connection->phase != HANDLED)
            http_exchange_free(connection->exchange);
    }
    LIST_REMOVE(connection, link);
    event_free(connection->timer);
    bufferevent_free(connection->stream);
    free(connection);
    server->counters.connections_open--;
    http_server_connection_gone(server);
}

/* The timer is set once per phase; when it fires early because bytes earned time, it is set again.
 */
static void due_set(struct http_connection *connection, int64_t due_us)
{
    connection->due_us = due_us;
    int64_t left_us = due_us - monotonic_us();
    if (left_us < 1000)
        left_us = 1000;
    struct timeval after = {left_us / 1000000, left_us % 1000000};
    event_add(connection->timer, &after);
}

static int64_t earned_us(const struct http_connection *connection, uint64_t bytes)
{
    return (int64_t)(bytes * 1000000 / connection->server->limits.rate_bytes_min);
}

static void phase_idle(struct http_connection *connection)
{
    connection->phase = IDLE;
    connection->exchange = NULL;
    connection->scan = (struct http_scan){0};
    connection->chunks = (struct http_chunks){0};
    connection->body_taken = 0;
    due_set(connection, monotonic_us() + connection->server->limits.idle_ms * 1000ll);
}

/* Ends the request with an answer of the server's own; no more requests are read. The exchange is
 * in our hands or, if the handler still has it, is let go and a new one carries the answer. */
static void refuse(struct http_connection *connection, const struct http_problem *problem)
{
    struct http_exchange *exchange = connection->exchange;
    if (connection->phase == HANDLED) {
        exchange->connection = NULL;
        exchange = NULL;
    }
    if (!exchange)
        exchange = http_exchange_new(connection->server, connection, NULL, 0);
    connection->exchange = exchange;
    memcpy(exchange->peer, connection->peer, sizeof exchange->peer);
    exchange->arrived_monotonic_us = connection->begun_at_us;
    connection->phase = HANDLED;
    connection->closes = true;
    http_exchange_answer_problem(exchange, problem);
}

static void refuse_malformed(struct http_connection *connection, http_refusal refusal)
{
    connection->server->counters.requests_malformed_total++;
    refuse(connection, refusal);
}

static void status_line(struct evbuffer *out, int status, bool closes)
{
    struct tm now;
    time_t seconds = time(NULL);
    gmtime_r(&seconds, &now);
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    evbuffer_add_printf(out, "HTTP/1.1 %d %s\r\nDate: %s, %02d %s %d %02d:%02d:%02d GMT\r\n%s",
                        status, http_status_text(status), days[now.tm_wday], now.tm_mday,
                        months[now.tm_mon], now.tm_year + 1900, now.tm_hour, now.tm_min, now.tm_sec,
                        closes ? "Connection: close\r\n" : "");
}

void http_connection_answer(struct http_connection *connection, struct http_exchange *exchange)
{
    struct http_server *server = connection->server;
    assert(connection->phase == HANDLED && connection->exchange == exchange);
    connection->closes |= exchange->answer_closes || connection->input_ended || server->stopping;
    struct evbuffer *out = bufferevent_get_output(connection->stream);
    size_t before = evbuffer_get_length(out);
    status_line(out, exchange->answer_status, connection->closes);
    evbuffer_add_buffer(out, exchange->answer);
    size_t size = evbuffer_get_length(out) - before;
    server->counters.bytes_out_total += size;
    connection->phase = SENDING;
    int64_t now = monotonic_us();
    if (server->options.on_answered)
        server->options.on_answered(exchange, exchange->answer_status,
                                    now - exchange->arrived_monotonic_us, server->options.context);
    due_set(connection, now + server->limits.deadline_ms * 1000ll + earned_us(connection, size));
}

static void answer_sent(struct http_connection *connection)
{
    http_exchange_free(connection->exchange);
    connection->exchange = NULL;
    if (!connection->closes && !connection->server->stopping) {
        phase_idle(connection);
        connection_go(connection);
        return;
    }
    if (connection->input_ended) {
        connection_close(connection);
        return;
    }
    connection->phase = FAREWELL;
    shutdown(bufferevent_getfd(connection->stream), SHUT_WR);
    due_set(connection, monotonic_us() + FAREWELL_MS * 1000ll);
    connection_go(connection);
}

static void exchange_hand_over(struct http_connection *connection)
{
    struct http_server *server = connection->server;
    connection->phase = HANDLED;
    http_body_end(connection->exchange);
    /* Reading the body was judged by its rate; the work has what was left when the body began. */
    connection->exchange->deadline_us += monotonic_us() - connection->body_begun_at_us;
    due_set(connection, connection->exchange->deadline_us);
    server->options.on_request(connection->exchange, server->options.context);
}

/* Goes from a complete head to the body, the handler or a refusal. */
static void head_admit(struct http_connection *connection, struct http_head *head, char *room)
{
    struct http_server *server = connection->server;
    struct http_exchange *exchange = connection->exchange;
    struct admission admission;
    http_admit(&admission, &server->options, &server->limits, exchange, head, room);
    connection->chunked = head->chunked;
    connection->body_left = head->content_length;
    bool has_body = head->chunked || head->content_length;
    /* An unread body stands between us and the next request. */
    connection->closes = head->closes || (has_body && admission.verdict != ADMISSION_GO);
    connection->body_begun_at_us = monotonic_us();
    due_set(connection, exchange->deadline_us);
    if (admission.verdict != ADMISSION_GO) {
        connection->phase = HANDLED;
        if (admission.verdict == ADMISSION_REFUSED)
            http_exchange_answer_problem(exchange, &admission.problem);
        else
            http_exchange_answer(
                exchange, &(struct http_answer){.status = 204, .headers = admission.headers});
        return;
    }
    connection->phase = BODY;
    connection->body_bound = http_body_bound(exchange, &server->limits);
    if (server->options.on_head) {
        /* While it is asked it may answer, from then on the exchange is not ours. */
        connection->phase = HANDLED;
        if (!server->options.on_head(exchange, server->options.context)) {
            connection->closes |= has_body;
            return;
        }
        connection->phase = BODY;
    }
    bool to_file = (exchange->route->flags & ROUTE_STREAMS_BODY) != 0;
    http_refusal refusal = to_file ? http_body_open_file(exchange) : NULL;
    if (refusal) {
        refuse(connection, refusal);
        return;
    }
    if (!has_body)
        exchange_hand_over(connection);
    else if (head->expects_continue &&
             !evbuffer_get_length(bufferevent_get_input(connection->stream)))
        bufferevent_write(connection->stream, "HTTP/1.1 100 Continue\r\n\r\n", 25);
}

static void head_complete(struct http_connection *connection, struct evbuffer *input,
                          const char *bytes)
{
    struct http_server *server = connection->server;
    size_t size = connection->scan.at;
    struct http_exchange *exchange = http_exchange_new(server, connection, bytes, size);
    evbuffer_drain(input, size);
    server->counters.requests_total++;
    server->counters.bytes_in_total += size;
    memcpy(exchange->peer, connection->peer, sizeof exchange->peer);
    exchange->arrived_monotonic_us = connection->begun_at_us;
    exchange->deadline_us = connection->begun_at_us + server->limits.deadline_ms * 1000ll;
    connection->exchange = exchange;
    char *room = exchange->text + size + 1;
    struct http_head head = {.headers = exchange->headers};
    http_refusal refusal = http_head_parse(&head, exchange->text, size, room);
    if (refusal) {
        refuse_malformed(connection, refusal);
        return;
    }
    exchange->method = head.method;
    exchange->target = head.target;
    exchange->header_count = (uint8_t)head.header_count;
    head_admit(connection, &head, room + size + 1);
}

/* The readers below return true if there may be more to do with the bytes at hand. After false the
 * connection may be gone. */
static bool head_read(struct http_connection *connection, struct evbuffer *input)
{
    const struct http_limits *limits = &connection->server->limits;
    size_t most = limits->head_bytes_max + limits->target_bytes_max + 2;
    size_t size = evbuffer_get_length(input);
    if (!size) {
        if (connection->input_ended)
            connection_close(connection);
        return false;
    }
    if (connection->phase == IDLE) {
        connection->phase = HEAD;
        connection->begun_at_us = monotonic_us();
        due_set(connection, connection->begun_at_us + limits->head_ms * 1000ll);
    }
    size = size < most ? size : most;
    const char *bytes = (const char *)evbuffer_pullup(input, (ev_ssize_t)size);
    struct http_scan_limits scan_limits = {limits->head_bytes_max, limits->target_bytes_max,
                                           limits->headers_max};
    http_refusal refusal = http_head_scan(&connection->scan, bytes, size, &scan_limits);
    if (refusal) {
        refuse_malformed(connection, refusal);
        return false;
    }
    if (connection->scan.complete) {
        head_complete(connection, input, bytes);
        return true;
    }
    if (connection->input_ended)
        connection_close(connection);
    return false;
}

static bool body_read(struct http_connection *connection, struct evbuffer *input)
{
    size_t size = evbuffer_get_contiguous_space(input);
    bool ended = false;
    if (size) {
        const char *bytes = (const char *)evbuffer_pullup(input, (ev_ssize_t)size), *data = bytes;
        size_t used = size, data_size = size;
        if (connection->chunked) {
            http_refusal refusal =
                http_chunks_take(&connection->chunks, bytes, size, &used, &data, &data_size);
            if (refusal) {
                refuse_malformed(connection, refusal);
                return false;
            }
        } else {
            used = data_size = size < connection->body_left ? size : (size_t)connection->body_left;
            connection->body_left -= used;
        }
        connection->body_taken += data_size;
        http_refusal refusal =
            data_size ? http_body_add(connection->exchange, data, data_size, connection->body_bound)
                      : NULL;
        if (refusal) {
            refuse(connection, refusal);
            return false;
        }
        evbuffer_drain(input, used);
        connection->server->counters.bytes_in_total += used;
    }
    ended = connection->chunked ? connection->chunks.state == CHUNK_END : !connection->body_left;
    if (ended) {
        exchange_hand_over(connection);
        return false;
    }
    if (!evbuffer_get_length(input) && connection->input_ended) {
        connection_close(connection);
        return false;
    }
    return evbuffer_get_length(input) > 0;
}

static bool farewell_read(struct http_connection *connection, struct evbuffer *input)
{
    connection->farewell_bytes += evbuffer_get_length(input);
    evbuffer_drain(input, evbuffer_get_length(input));
    if (connection->input_ended || connection->farewell_bytes > FAREWELL_BYTES_MAX)
        connection_close(connection);
    return false;
}

static void connection_go(struct http_connection *connection)
{
    struct evbuffer *input = bufferevent_get_input(connection->stream);
    bool more = true;
    while (more) {
        switch (connection->phase) {
        case IDLE:
        case HEAD:
            more = head_read(connection, input);
            break;
        case BODY:
            more = body_read(connection, input);
            break;
        case FAREWELL:
            more = farewell_read(connection, input);
            break;
        case HANDLED:
        case SENDING:
            more = false;
            break;
        }
    }
}

static void on_read(struct bufferevent *stream, void *context)
{
    (void)stream;
    connection_go(context);
}

static void on_written(struct bufferevent *stream, void *context)
{
    (void)stream;
    struct http_connection *connection = context;
    if (connection->phase == SENDING)
        answer_sent(connection);
}

static void on_event(struct bufferevent *stream, short what, void *context)
{
    (void)stream;
    struct http_connection *connection = context;
    if (!(what & BEV_EVENT_EOF)) {
        connection_close(connection);
        return;
    }
    /* The client sends no more; it may still read, so what it asked for is answered. */
    connection->input_ended = true;
    connection_go(connection);
}

static void on_due(evutil_socket_t none, short what, void *context)
{
    (void)none;
    (void)what;
    struct http_connection *connection = context;
    static const struct http_problem too_slow = {
        .status = 408, .code = "request_timeout", .detail = "the request did not arrive in time"};
    static const struct http_problem unanswered = {
        .status = 503,
        .code = "timeout",
        .detail = "the work did not finish in time; ask again with the same key"};
    int64_t due_us = connection->due_us;
    if (connection->phase == BODY)
        due_us += earned_us(connection, connection->body_taken);
    if (monotonic_us() < due_us) {
        int64_t base_us = connection->due_us;
        due_set(connection, due_us);
        connection->due_us = base_us;
        return;
    }
    switch (connection->phase) {
    case IDLE:
    case SENDING:
    case FAREWELL:
        connection_close(connection);
        break;
    case HEAD:
    case BODY:
        connection->server->counters.requests_late_total++;
        refuse(connection, &too_slow);
        break;
    case HANDLED:
        connection->server->counters.requests_late_total++;
        refuse(connection, &unanswered);
        break;
    }
}

void http_connection_new(struct http_server *server, evutil_socket_t socket, const char *peer)
{
    struct http_connection *connection = calloc(1, sizeof *connection);
    int yes = 1;
    if (!connection) {
        close(socket);
        return;
    }
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    connection->server = server;
    connection->stream = bufferevent_socket_new(server->base, socket, BEV_OPT_CLOSE_ON_FREE);
    connection->timer = evtimer_new(server->base, on_due, connection);
    if (!connection->stream || !connection->timer)
        abort();
    snprintf(connection->peer, sizeof connection->peer, "%s", peer);
    LIST_INSERT_HEAD(&server->connections, connection, link);
    server->counters.connections_open++;
    bufferevent_setwatermark(connection->stream, EV_READ, 0,
                             INPUT_BYTES_MAX + server->limits.head_bytes_max +
                                 server->limits.target_bytes_max);
    bufferevent_setcb(connection->stream, on_read, on_written, on_event, connection);
    bufferevent_enable(connection->stream, EV_READ | EV_WRITE);
    phase_idle(connection);
}

uint32_t http_connection_count_peer(const struct http_server *server, const char *peer)
{
    uint32_t count = 0;
    const struct http_connection *connection;
    LIST_FOREACH(connection, &server->connections, link)
    count += strcmp(connection->peer, peer) == 0;
    return count;
}

void http_connections_close(struct http_server *server, bool force)
{
    struct http_connection *connection = LIST_FIRST(&server->connections);
    while (connection) {
        struct http_connection *next = LIST_NEXT(connection, link);
        if (force || connection->phase == IDLE || connection->phase == FAREWELL)
            connection_close(connection);
        connection = next;
    }
}
