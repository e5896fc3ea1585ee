/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/admission.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "common/http/headers.h"

static void refuse(struct admission *admission, int status, const char *code, const char *field,
                   const char *detail)
{
    admission->verdict = ADMISSION_REFUSED;
    admission->problem =
        (struct http_problem){.status = status, .code = code, .field = field, .detail = detail};
}

static void refuse_words(struct admission *admission, int status, const char *code)
{
    refuse(admission, status, code, admission->words.field, admission->words.detail);
    admission->problem.rule = admission->words.rule;
}

/* Only the last entry is the proxy's own word; the others are whatever the client sent. */
static void peer_from_proxy(const struct http_options *options, struct http_exchange *exchange)
{
    const char *forwarded = http_exchange_header(exchange, "x-forwarded-for");
    if (!options->trusted_proxy || strcmp(options->trusted_proxy, exchange->peer) != 0 ||
        !forwarded)
        return;
    const char *comma = strrchr(forwarded, ',');
    const char *last = comma ? comma + 1 + strspn(comma + 1, " \t") : forwarded;
    struct in6_addr address;
    if (inet_pton(AF_INET, last, &address) == 1 || inet_pton(AF_INET6, last, &address) == 1)
        snprintf(exchange->peer, sizeof exchange->peer, "%s", last);
}

/* The trace id of a traceparent (W3C Trace Context); a malformed one is ignored, as the standard
 * asks. */
static void trace_id_from_header(struct http_exchange *exchange)
{
    const char *text = http_exchange_header(exchange, "traceparent");
    if (!text || strlen(text) < 55 || strncmp(text, "ff", 2) == 0 || text[2] != '-' ||
        text[35] != '-')
        return;
    if (strspn(text + 3, "0123456789abcdef") != 32 || strspn(text + 3, "0") == 32)
        return;
    memcpy(exchange->trace_id, text + 3, 32);
}

static bool admit_route(struct admission *admission, const struct router *router,
                        struct http_exchange *exchange, char *room)
{
    char *query = strchr(exchange->target, '?');
    size_t path_size = query ? (size_t)(query - exchange->target) : strlen(exchange->target);
    if (!http_percent_decode(room, exchange->target, path_size, false)) {
        refuse(admission, 400, "malformed_target", NULL, "the path's encoding is malformed");
        return false;
    }
    exchange->path = room;
    room += strlen(room) + 1;
    char *raw_path = room;
    memcpy(raw_path, exchange->target, path_size);
    raw_path[path_size] = 0;
    room += path_size + 1;
    enum error error =
        router_match(router, exchange, raw_path, room, admission->allow, &admission->words);
    admission->headers[0] = (struct http_pair){"Allow", admission->allow};
    if (exchange->method == HTTP_OPTIONS &&
        (admission->allow[0] || strcmp(exchange->target, "*") == 0)) {
        admission->verdict = ADMISSION_OPTIONS;
        return false;
    }
    if (error == ERR_UNSUPPORTED) {
        refuse_words(admission, 405, "method_not_allowed");
        admission->problem.headers = admission->headers;
    } else if (error) {
        refuse_words(admission, error == ERR_NOT_FOUND ? 404 : 400,
                     error == ERR_NOT_FOUND ? "not_found" : "malformed_parameter");
    } else {
        room += path_size + ROUTE_PATH_MAX;
        error = router_query(exchange, query ? query + 1 : NULL, room, &admission->words);
        if (error)
            refuse_words(admission, 400,
                         error == ERR_MISSING ? "parameter_missing" : "malformed_parameter");
    }
    return admission->verdict == ADMISSION_GO;
}

static bool list_any(const struct http_exchange *exchange, const char *media_list,
                     bool (*allows)(const struct http_exchange *exchange, const char *media))
{
    for (const char *at = media_list; *at;) {
        char media[80];
        size_t size = strcspn(at, ", ");
        snprintf(media, sizeof media, "%.*s", (int)size, at);
        if (allows(exchange, media))
            return true;
        at += size;
        at += strspn(at, ", ");
    }
    return false;
}

static bool admit_headers(struct admission *admission, const struct http_exchange *exchange)
{
    const struct route *route = exchange->route;
    const char *key;
    struct http_page page;
    enum error error;
    if ((route->flags & ROUTE_IDEMPOTENCY_KEY) &&
        (error = http_idempotency_key(exchange, &key, &admission->words)))
        refuse_words(admission, 400,
                     error == ERR_MISSING ? "idempotency_key_missing"
                                          : "idempotency_key_malformed");
    else if ((route->flags & ROUTE_LIST) && http_page_parse(exchange, &page, &admission->words))
        refuse_words(admission, 400, "malformed_parameter");
    else if ((route->flags & ROUTE_NEEDS_IF_MATCH) && !http_exchange_header(exchange, "if-match"))
        refuse(admission, 428, "precondition_required", "If-Match",
               "send If-Match with the ETag that you read");
    else if ((route->flags & (ROUTE_NEEDS_IF_MATCH | ROUTE_IF_MATCH)) &&
             http_if_match(exchange, NULL) == HTTP_MATCH_MALFORMED)
        refuse(admission, 400, "malformed_header", "If-Match",
               "If-Match must be entity tags in quotes, or *");
    else if (!list_any(exchange, route->produces ? route->produces : "application/json",
                       http_accepts) &&
             !http_accepts(exchange, "application/problem+json"))
        refuse(admission, 406, "not_acceptable", "Accept",
               "Accept allows nothing that this path answers with");
    return admission->verdict == ADMISSION_GO;
}

uint64_t http_body_bound(const struct http_exchange *exchange, const struct http_limits *limits)
{
    const struct route *route = exchange->route;
    if (route->method == HTTP_GET)
        return 0;
    return route->body_bytes_max ? route->body_bytes_max : limits->body_bytes_max;
}

static void admit_body(struct admission *admission, const struct http_limits *limits,
                       const struct http_exchange *exchange, const struct http_head *head)
{
    bool has_body = head->chunked || head->content_length > 0;
    const char *coding = http_exchange_header(exchange, "content-encoding");
    const char *consumes =
        exchange->route->consumes ? exchange->route->consumes : "application/json";
    if (has_body && exchange->route->method == HTTP_GET)
        refuse(admission, 400, "body_unexpected", NULL, "GET has no body here");
    else if (head->content_length > http_body_bound(exchange, limits))
        refuse(admission, 413, "too_large", NULL, "the body is larger than this path takes");
    else if (has_body && coding && strcasecmp(coding, "identity") != 0)
        refuse(admission, 415, "content_encoding", "Content-Encoding",
               "send the body as it is, without compression");
    else if (has_body && strcmp(consumes, "any") != 0 &&
             !list_any(exchange, consumes, http_content_type_is)) {
        problem_set(&admission->words, ERR_MALFORMED, "Content-Type", NULL, "send Content-Type: %s",
                    consumes);
        refuse_words(admission, 415, "content_type");
    }
}

void http_admit(struct admission *admission, const struct http_options *options,
                const struct http_limits *limits, struct http_exchange *exchange,
                const struct http_head *head, char *room)
{
    admission->verdict = ADMISSION_GO;
    admission->headers[1] = (struct http_pair){0};
    peer_from_proxy(options, exchange);
    trace_id_from_header(exchange);
    if (admit_route(admission, &options->router, exchange, room) &&
        admit_headers(admission, exchange))
        admit_body(admission, limits, exchange, head);
}
