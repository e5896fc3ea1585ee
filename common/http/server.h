/* SPDX-License-Identifier: Apache-2.0
 * Server: HTTP/1.1 on one libevent loop, answered from any thread. It owns the listener, the
 * connections and the timers of the process and knows nothing of services.
 *
 * Strict by intent, since proxies and servers that read a request differently are how requests are
 * smuggled: refused are Transfer-Encoding together with Content-Length, repeated or unclean
 * Content-Length, any transfer coding but chunked, folded headers, bare CR or LF, NUL, space before
 * a colon, a missing or second Host, absolute and authority form, HTTP/1.0 with Transfer-Encoding,
 * and everything over a limit below. libevent 2.1's evhttp reads heads and bodies before anyone may
 * look at them, so this is a parser of our own (parser.h) on libevent's buffers. TLS is the proxy's
 * (nginx) business. */
#pragma once
#include <stdatomic.h>

#include "common/http/request.h"
#include "common/http/router.h"

struct http_timer;

struct http_limits {
    size_t head_bytes_max;             /* the header fields; 16 KiB */
    size_t target_bytes_max;           /* 8 KiB */
    uint32_t headers_max;              /* 100, also the most */
    size_t body_bytes_max;             /* of a route that names none; 1 MiB */
    size_t bodies_bytes_max;           /* of all bodies in memory together; 64 MiB; beyond: 503 */
    uint32_t connections_max;          /* 1024; beyond: 503 */
    uint32_t connections_per_peer_max; /* 64; beyond: 429 */
    uint32_t head_ms;     /* from the first byte of a request to its whole head; 10 s; then 408 */
    uint32_t deadline_ms; /* from its first byte to the answer's; 30 s; then 408 or 503 */
    uint32_t idle_ms;     /* an unused connection; 75 s */
    /* Per second: a body, either way, earns its time beyond the deadline; 64 KiB. */
    uint32_t rate_bytes_min;
};

struct http_options {
    const char *host; /* numeric address; NULL: 127.0.0.1 */
    uint16_t port;    /* 0: any free one; see http_server_port */
    struct router router;
    struct http_limits limits; /* 0: the default named above */
    /* Address whose X-Forwarded-For is believed and that has no cap of its own; NULL: none. */
    const char *trusted_proxy;
    const char *spool_directory; /* for streamed bodies; NULL: the system's for such files */

    /* All on the loop thread, so none may block. */
    /* A whole request: to be answered now or later, on any thread. */
    void (*on_request)(struct http_exchange *exchange, void *context);
    /* May be NULL. After the head and before the body, the place to check a token: true goes on;
     * false means that it has answered. */
    bool (*on_head)(struct http_exchange *exchange, void *context);
    /* May be NULL. Each answer that was given to a client, for access log and metrics. */
    void (*on_answered)(const struct http_exchange *exchange, int status, int64_t duration_us,
                        void *context);
    void *context;
};

/* Counted since the start; read from any thread. */
struct http_counters {
    atomic_uint_fast64_t connections_open, connections_total, connections_refused_total;
    atomic_uint_fast64_t requests_total, requests_malformed_total, requests_late_total,
        answers_dropped_total;
    atomic_uint_fast64_t exchanges_open, bodies_bytes, bytes_in_total, bytes_out_total;
};

/* Binds and listens; ERR_CONFIG with the reason if the address cannot be had. Ignores SIGPIPE for
 * the process. */
MUST_USE enum error http_server_new(struct http_server **server, const struct http_options *options,
                                    struct problem *problem);
/* After http_server_run returned and every exchange was answered (asserted). */
void http_server_free(struct http_server *server);

uint16_t http_server_port(const struct http_server *server);
const struct http_counters *http_server_counters(const struct http_server *server);

/* Serves on the calling thread until http_server_stop has done its work. */
void http_server_run(struct http_server *server);

/* Any thread or signal-safe context: stops accepting, closes idle connections, lets exchanges
 * finish for at most `grace_ms`, then closes what is left and lets http_server_run return. */
void http_server_stop(struct http_server *server, uint32_t grace_ms);

/* Calls back on the loop thread each `period_ms` until the server is freed. Before run, or on the
 * loop thread. */
struct http_timer *http_server_timer(struct http_server *server, uint32_t period_ms,
                                     void (*callback)(void *context), void *context);

/* Calls back once on the loop thread; any thread. Never called if the loop has ended. */
void http_server_post(struct http_server *server, void (*callback)(void *context), void *context);
