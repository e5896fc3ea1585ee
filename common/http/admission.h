/* SPDX-License-Identifier: Apache-2.0
 * Admission: what can be said about a request from its head alone, before a byte of its body is
 * read. Private to this room. */
#pragma once
#include "common/http/parser.h"
#include "common/http/server.h"

/* The path decoded, its parameters with their names, the query decoded. */
#define HTTP_ADMISSION_ROOM(target_size) (4 * (target_size) + ROUTE_PATH_MAX + 4)

struct admission {
    enum { ADMISSION_GO, ADMISSION_REFUSED, ADMISSION_OPTIONS } verdict;
    struct http_problem problem; /* REFUSED; its texts point into `words`, `allow` or constants */
    struct problem words;
    char allow[64];
    struct http_pair headers[2];
};

/* Routes the exchange, checks its query and the headers its route asks for, and its length against
 * the route's bound. `room` has HTTP_ADMISSION_ROOM(strlen(target)) bytes. */
void http_admit(struct admission *admission, const struct http_options *options,
                const struct http_limits *limits, struct http_exchange *exchange,
                const struct http_head *head, char *room);

/* The bound on the body of this exchange's route. */
uint64_t http_body_bound(const struct http_exchange *exchange, const struct http_limits *limits);
