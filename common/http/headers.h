/* SPDX-License-Identifier: Apache-2.0
 * Headers: those with a grammar of their own, parsed strictly. Pure: text in, meaning out. Errors
 * are ERR_MALFORMED with the header's name in problem->field, or ERR_MISSING where one is required.
 */
#pragma once
#include "common/http/request.h"

enum {
    HTTP_IDEMPOTENCY_KEY_MAX = 128,
    HTTP_PAGE_SIZE_DEFAULT = 50,
    HTTP_PAGE_SIZE_MAX = 1000,
    HTTP_PAGE_TOKEN_MAX = 512,
};

/* Idempotency-Key: 1 to 128 visible ASCII characters (0x21 to 0x7E). *key borrows from the
 * exchange. */
MUST_USE enum error http_idempotency_key(const struct http_exchange *exchange, const char **key,
                                         struct problem *problem);

/* Authorization: Bearer <token68> (RFC 6750). ERR_NOT_FOUND if there is no Authorization: answer
 * 401. */
MUST_USE enum error http_bearer_token(const struct http_exchange *exchange, const char **token,
                                      struct problem *problem);

/* If-Match and If-None-Match (RFC 9110, 13.1): `etag` is the current one without quotes, NULL if
 * there is no such object. If-Match compares strongly, so a weak tag never matches; If-None-Match
 * weakly. */
enum http_match {
    HTTP_MATCH_ABSENT,    /* no such header: no condition */
    HTTP_MATCH_YES,       /* one of the tags, or * and the object exists */
    HTTP_MATCH_NO,        /* If-Match: answer 412; If-None-Match: go on */
    HTTP_MATCH_MALFORMED, /* answer 400 */
};
enum http_match http_if_match(const struct http_exchange *exchange, const char *etag);
enum http_match http_if_none_match(const struct http_exchange *exchange, const char *etag);

/* The version in a single strong tag of the form "<digits>", as our own reads give: the expected
 * version of a stream without reading it first. ERR_MISSING: no If-Match, or *; ERR_MALFORMED:
 * anything else. */
MUST_USE enum error http_if_match_version(const struct http_exchange *exchange, int64_t *version,
                                          struct problem *problem);

/* Writes `"tag"`; the tag is of visible ASCII without quotes (asserted). */
void http_etag_write(char out[80], const char *tag);

/* page_size (1 to 1000, default 50) and page_token (1 to 512 characters of base64url) of a
 * ROUTE_LIST. */
struct http_page {
    uint32_t size;
    const char *token; /* NULL: the first page; borrows from the exchange */
};
MUST_USE enum error http_page_parse(const struct http_exchange *exchange, struct http_page *page,
                                    struct problem *problem);

/* Content-Type is `media` (parameters: none but charset=utf-8). An absent header is false. */
bool http_content_type_is(const struct http_exchange *exchange, const char *media);

/* Accept allows `media` (RFC 9110, 12.5.1; the most specific range counts; q=0 refuses). Absent:
 * true. */
bool http_accepts(const struct http_exchange *exchange, const char *media);
