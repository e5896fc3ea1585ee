/* SPDX-License-Identifier: Apache-2.0
 * Problem document: every answer that is not a success (RFC 9457), with a stable `code` for
 * programs, the `field` at fault, the `rule` behind it, and the ids under which operators find the
 * request. */
#pragma once
#include "common/http/request.h"

struct http_problem {
    int status;
    const char *code;   /* stable, snake_case; also the last part of `type` */
    const char *title;  /* NULL: the status's name; else the same sentence each time for one code */
    const char *detail; /* this occurrence, names the remedy; never personal data */
    const char *field;  /* path in the body, header or parameter; NULL: none */
    const char *rule;   /* handbook id or standard; NULL: none */
    uint32_t retry_after_s; /* 0: no header, except that 429 and 503 always say at least 1 */
    const struct http_pair *headers; /* more headers, ended by a name of NULL; NULL: none */
};

/* Answers with it; as http_exchange_answer. 401 carries WWW-Authenticate: Bearer. */
void http_exchange_answer_problem(struct http_exchange *exchange,
                                  const struct http_problem *problem);

/* The same for an error of ours: status from the error, code and title from its list, the rest from
 * `problem`. */
void http_exchange_answer_error(struct http_exchange *exchange, const struct problem *problem);

/* A command's error as a status: malformed 400, not found 404, too large 413, busy 429, all else
 * that may pass 503, our own faults 500. Refusals of the business are not errors: their caller
 * names 409 or 422. */
int http_status_of_error(enum error error);

const char *http_status_text(int status);

/* The document itself, to be freed by the caller. `instance` is the path, or NULL. */
char *http_problem_document(const struct http_problem *problem, const char *instance,
                            const char *request_id, const char *trace_id);
