/* SPDX-License-Identifier: Apache-2.0
 * Exchange: one HTTP request and its one answer (RFC 9110, RFC 9112). The server's loop thread
 * makes it, hands it to the handler, and from then on it belongs to whoever holds it, on any
 * thread, until it is answered, exactly once. Everything it points to lives as long as it does;
 * nothing in it changes after the handler got it, except `context`. All text is checked: no NUL,
 * percent-decoding done, UTF-8 valid in path and query. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

struct http_server;
struct http_connection;
struct route;
struct evbuffer;

/* The allow-list: any other method is 501. */
#define HTTP_METHODS(X) X(GET) X(HEAD) X(POST) X(PUT) X(PATCH) X(DELETE) X(OPTIONS)

enum http_method {
#define X(name) HTTP_##name,
    HTTP_METHODS(X)
#undef X
};

const char *http_method_name(enum http_method method);

enum {
    HTTP_HEADERS_MAX = 100,
    HTTP_QUERY_MAX = 32,
    HTTP_PATH_PARAMETERS_MAX = 8,
};

struct http_pair {
    const char *name, *value;
};

struct http_exchange {
    enum http_method method; /* as sent; HEAD is routed as GET, the server leaves the body out */
    const struct route *route;
    const char *target; /* as sent: path and query; may hold personal data, never log the query */
    const char *path;   /* decoded */
    struct http_pair path_parameters[HTTP_PATH_PARAMETERS_MAX]; /* decoded, never empty */
    struct http_pair query[HTTP_QUERY_MAX];     /* decoded, declared by the route, valid */
    struct http_pair headers[HTTP_HEADERS_MAX]; /* names in lower case */
    uint8_t path_parameter_count, query_count, header_count;

    const uint8_t *body; /* followed by a NUL that is not counted; NULL if streamed */
    size_t body_size;
    int body_file; /* ROUTE_STREAMS_BODY: unlinked file at offset 0, closed with the exchange; or -1
                    */

    char peer[46];         /* the client's address; from X-Forwarded-For if the proxy is trusted */
    char request_id[33];   /* ours, also sent back as Request-Id */
    char trace_id[33];     /* of a well-formed traceparent, else empty; the service may set it */
    int64_t arrived_at_us; /* wall clock */
    int64_t deadline_us;   /* CLOCK_MONOTONIC: after it the client is told 503 `timeout` */

    void *context; /* the service's own, say the caller's identity; released with the exchange */
    void (*context_free)(void *context);

    /* The server's own. */
    struct http_server *server;
    struct http_connection *connection; /* loop thread only; NULL once the client is gone */
    struct http_exchange *next;
    struct evbuffer *answer;
    char *text;
    size_t body_room;
    int64_t arrived_monotonic_us;
    int answer_status;
    bool answer_closes;
};

/* NULL if absent. Header names are given in lower case; a repeated list header is joined by ", "
 * (RFC 9110 5.2). */
const char *http_exchange_header(const struct http_exchange *exchange, const char *name);
const char *http_exchange_query(const struct http_exchange *exchange, const char *name);
/* The parameter must be in the route's path: asking for another is our own bug. */
const char *http_exchange_path_parameter(const struct http_exchange *exchange, const char *name);

/* An answer; everything is copied unless said otherwise, so it may live on the stack. */
struct http_answer {
    int status;
    const char *content_type;        /* NULL: application/json */
    const struct http_pair *headers; /* ended by a name of NULL; NULL: none. No CR, LF or NUL */
    const void *body;
    size_t body_size;
    void (*body_free)(void *body); /* set: the body is moved, and freed once sent or dropped */
    bool closes;                   /* ask the client to open a new connection */
};

/* Answers and gives the exchange away: not to be touched afterwards. Any thread, exactly once per
 * exchange, never blocks on the network. If the client went away or was told `timeout`, the answer
 * is dropped. */
void http_exchange_answer(struct http_exchange *exchange, const struct http_answer *answer);

/* The same with a body of `size` bytes from `file`, from offset 0; the descriptor is moved and
 * closed once sent. */
void http_exchange_answer_file(struct http_exchange *exchange, const struct http_answer *answer,
                               int file, size_t size);
