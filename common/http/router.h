/* SPDX-License-Identifier: Apache-2.0
 * Router: a service's route table is the truth about its HTTP: what is matched, who may, what is
 * read and answered; the server checks requests against it and openapi.h describes it. Tables are
 * const and never copied. */
#pragma once
#include <protobuf-c/protobuf-c.h>

#include "common/http/request.h"

enum { ROUTE_PATH_MAX = 512 };

enum parameter_kind {
    PARAMETER_TEXT,     /* 1 to 512 bytes of UTF-8 without control characters */
    PARAMETER_INTEGER,  /* int64 in decimal */
    PARAMETER_BOOLEAN,  /* true | false */
    PARAMETER_DATE,     /* 2026-01-31, a day that exists */
    PARAMETER_INSTANT,  /* RFC 3339, 2026-01-31T12:00:00Z, down to microseconds */
    PARAMETER_UUID,     /* 36 characters, lower case */
    PARAMETER_CURRENCY, /* ISO 4217, with a minor unit */
    PARAMETER_CHOICE,   /* one of `choices` */
};

/* One parameter of the query, or, if its name stands in the path in braces, of the path. */
struct route_parameter {
    const char *name;
    enum parameter_kind kind;
    bool required;       /* of the path: always */
    const char *text;    /* one sentence for the OpenAPI document */
    const char *choices; /* "open|settled|disputed"; the first is not a default */
};

enum route_flag {
    ROUTE_PUBLIC = 1u << 0,          /* no token; else bearerAuth, which the service checks */
    ROUTE_IDEMPOTENCY_KEY = 1u << 1, /* the server answers 400 if it is missing or malformed */
    ROUTE_STREAMS_BODY = 1u << 2,    /* the body goes to a temporary file: exchange->body_file */
    ROUTE_LIST = 1u << 3,            /* page_size (1..1000) and page_token are understood */
    ROUTE_CREATES = 1u << 4,         /* success is 201 with Location */
    ROUTE_ETAG = 1u << 5,            /* answers carry ETag; If-None-Match gives 304 */
    ROUTE_IF_MATCH = 1u << 6,        /* If-Match is honoured: 412 */
    ROUTE_NEEDS_IF_MATCH = 1u << 7,  /* 428 if it is missing; the server checks this */
    ROUTE_AFTER = 1u << 8,           /* Duebook-After is honoured */
    ROUTE_HIDDEN = 1u << 9,          /* not in the OpenAPI document */
    ROUTE_ACCEPTED = 1u << 10,       /* success is 202: the work goes on */
};

struct route {
    enum http_method method; /* never HEAD or OPTIONS: both are answered from the others */
    const char *path; /* "/v1/invoices/{invoice_id}/issue"; a segment is text or one parameter */
    const char *summary, *tag;
    uint32_t roles; /* opaque: the service's mask of those who may */
    const ProtobufCMessageDescriptor *request, *response; /* NULL: no body */
    uint32_t flags;                                       /* enum route_flag */
    size_t body_bytes_max;                                /* 0: the server's default */
    const struct route_parameter *parameters;             /* ended by a name of NULL; NULL: none */
    /* Media types, "text/csv, text/plain"; NULL: application/json; consumes "any": not looked at.
     */
    const char *consumes, *produces;
    void *action;        /* the service's function for this route */
    const void *context; /* the service's own, say a command's descriptor */
};

struct router {
    const struct route *routes;
    size_t route_count;
};

/* Asserts, since a bad table is our own bug: paths well-formed, no two routes of a method match the
 * same set of paths, every parameter named once. Of two that overlap, the one with the leftmost
 * literal wins. */
struct router router_make(const struct route *routes, size_t route_count);

/* Finds the route of exchange->method and fills route and path_parameters. The path parameters are
 * decoded into `room`, of strlen(raw_path) + ROUTE_PATH_MAX bytes. `raw_path` is as sent, without
 * query. OK; ERR_NOT_FOUND: no such path; ERR_UNSUPPORTED: the path exists with the methods in
 * `allow` only ("GET, HEAD"); ERR_MALFORMED: bad percent-encoding, NUL, control character or UTF-8.
 */
MUST_USE enum error router_match(const struct router *router, struct http_exchange *exchange,
                                 const char *raw_path, char *room, char allow[64],
                                 struct problem *problem);

/* Splits, decodes (into `room`, of 2 * strlen(raw_query) + 2 bytes) and checks the query against
 * the exchange's route. Unknown, repeated, missing and malformed parameters are ERR_MALFORMED with
 * the name in problem->field. */
MUST_USE enum error router_query(struct http_exchange *exchange, const char *raw_query, char *room,
                                 struct problem *problem);

MUST_USE enum error route_parameter_check(const struct route_parameter *parameter,
                                          const char *value, struct problem *problem);
