/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/problem.h"

#include <assert.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *http_status_text(int status)
{
    static const struct {
        int status;
        const char *text;
    } texts[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {303, "See Other"},
        {304, "Not Modified"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {411, "Length Required"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {417, "Expectation Failed"},
        {422, "Unprocessable Content"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {505, "HTTP Version Not Supported"},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].status == status)
            return texts[i].text;
    return status < 400 ? "OK" : "Error";
}

int http_status_of_error(enum error error)
{
    switch (error) {
    case OK:
        return 200;
    case ERR_MALFORMED:
    case ERR_UNKNOWN_TYPE:
    case ERR_MISSING:
    case ERR_RANGE:
        return 400;
    case ERR_NOT_FOUND:
        return 404;
    case ERR_TOO_LARGE:
        return 413;
    case ERR_UNSUPPORTED:
        return 422;
    case ERR_BUSY:
        return 429;
    case ERR_AGAIN:
    case ERR_DATABASE_AWAY:
    case ERR_COMMIT_UNKNOWN:
    case ERR_BROKER_AWAY:
    case ERR_NOT_WRITABLE:
    case ERR_TIMEOUT:
        return 503;
    case ERR_HOPS:
    case ERR_FORK:
    case ERR_SCHEMA:
    case ERR_CONFIG:
    case ERR_CORRUPT:
    case ERR_INTERNAL:
        return 500;
    }
    return 500;
}

static void member_set(json_t *document, const char *name, const char *value)
{
    /* A text that is not UTF-8 cannot be in JSON; it is left out rather than losing the whole
     * answer. */
    if (value && *value)
        json_object_set_new(document, name, json_string(value));
}

char *http_problem_document(const struct http_problem *problem, const char *instance,
                            const char *request_id, const char *trace_id)
{
    assert(problem->code && problem->status >= 400);
    char type[128];
    snprintf(type, sizeof type, "urn:duebook:problem:%s", problem->code);
    json_t *document = json_object();
    member_set(document, "type", type);
    member_set(document, "title",
               problem->title ? problem->title : http_status_text(problem->status));
    json_object_set_new(document, "status", json_integer(problem->status));
    member_set(document, "detail", problem->detail);
    member_set(document, "instance", instance);
    member_set(document, "code", problem->code);
    member_set(document, "field", problem->field);
    member_set(document, "rule", problem->rule);
    member_set(document, "request_id", request_id);
    member_set(document, "trace_id", trace_id);
    char *text = json_dumps(document, JSON_COMPACT);
    json_decref(document);
    if (!text)
        abort();
    return text;
}

void http_exchange_answer_problem(struct http_exchange *exchange,
                                  const struct http_problem *problem)
{
    enum { HEADERS_MAX = 8 };
    struct http_pair headers[HEADERS_MAX + 3] = {0};
    char retry_after[16];
    size_t count = 0;
    for (const struct http_pair *one = problem->headers; one && one->name; one++) {
        assert(count < HEADERS_MAX);
        headers[count++] = *one;
    }
    uint32_t retry_after_s = problem->retry_after_s;
    if (!retry_after_s && (problem->status == 429 || problem->status == 503))
        retry_after_s = 1;
    if (retry_after_s) {
        snprintf(retry_after, sizeof retry_after, "%u", retry_after_s);
        headers[count++] = (struct http_pair){"Retry-After", retry_after};
    }
    if (problem->status == 401)
        headers[count++] = (struct http_pair){"WWW-Authenticate", "Bearer realm=\"duebook\""};
    char *text =
        http_problem_document(problem, exchange->path, exchange->request_id, exchange->trace_id);
    struct http_answer answer = {
        .status = problem->status,
        .content_type = "application/problem+json",
        .headers = headers,
        .body = text,
        .body_size = strlen(text),
        .body_free = free,
    };
    http_exchange_answer(exchange, &answer);
}

void http_exchange_answer_error(struct http_exchange *exchange, const struct problem *problem)
{
    http_exchange_answer_problem(exchange, &(struct http_problem){
                                               .status = http_status_of_error(problem->error),
                                               .code = error_code(problem->error),
                                               .title = error_text(problem->error),
                                               .detail = problem->detail,
                                               .field = problem->field,
                                               .rule = problem->rule,
                                           });
}
