/* SPDX-License-Identifier: Apache-2.0
 * HTTP client: one request to a service, with time-outs, the bearer token and, for writes, an
 * Idempotency-Key, so that a request whose answer was lost may be sent again. RFC 9457 problems
 * become one sentence. */
#pragma once
#include <jansson.h>

#include "deploy/billctl/services.h"

struct http_request {
    const struct known_service *service;
    const char *method; /* "GET", "POST", "DELETE" */
    const char *path;   /* "/v1/clock", query included */
    const json_t *json; /* body; NULL: `body`, or none */
    const void *body;   /* bytes of a file */
    size_t body_size;
    const char *content_type; /* of `body` */
    const char *key;          /* Idempotency-Key; NULL: none */
    const char *token;        /* another bearer token; NULL: the caller's; "": none */
    int timeout_s;            /* 0: 30 */
};

/* Starts as {0}; http_answer_clear frees it and may be called twice. */
struct http_answer_read {
    long status;
    char *text; /* ends with NUL */
    size_t size, room;
    json_t *json;      /* of an answer that is JSON; NULL otherwise */
    char position[96]; /* header Duebook-Position; "" without */
};

void http_answer_clear(struct http_answer_read *answer);
#define HTTP_ANSWER_AUTO __attribute__((cleanup(http_answer_clear)))

/* OK: some answer came, whatever its status. ERR_TIMEOUT or ERR_BUSY (nobody listens): not reached;
 * the detail says whom. 429 and 503 are asked again for a few seconds, as their Retry-After says.
 */
MUST_USE enum error http_ask(struct tool *tool, const struct http_request *request,
                             struct http_answer_read *answer, struct problem *problem);
/* The same, and ERR_UNSUPPORTED (ERR_BUSY for 429, 503) with the service's own words unless the
 * status is 2xx. */
MUST_USE enum error http_ask_good(struct tool *tool, const struct http_request *request,
                                  struct http_answer_read *answer, struct problem *problem);

enum { KEY_SIZE = 48 };
/* A fresh Idempotency-Key, or `given` if it is not NULL. */
const char *http_key(char key[KEY_SIZE], const char *given);

/* Text member of an object; "" if it is absent or no text. */
const char *json_text(const json_t *object, const char *name);
/* Number member, written as a number or, as proto3 JSON writes int64, as text. */
int64_t json_number(const json_t *object, const char *name);
