/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/headers.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_visible(const char *text)
{
    for (; *text; text++)
        if (*text < 0x21 || *text > 0x7E)
            return false;
    return true;
}

enum error http_idempotency_key(const struct http_exchange *exchange, const char **key,
                                struct problem *problem)
{
    const char *value = http_exchange_header(exchange, "idempotency-key");
    if (!value)
        return problem_set(
            problem, ERR_MISSING, "Idempotency-Key", NULL,
            "send an Idempotency-Key of your own, and the same one when you try again");
    if (!*value || strlen(value) > HTTP_IDEMPOTENCY_KEY_MAX || !is_visible(value))
        return problem_set(problem, ERR_MALFORMED, "Idempotency-Key", NULL,
                           "Idempotency-Key must have 1 to 128 visible ASCII characters");
    *key = value;
    return OK;
}

enum error http_bearer_token(const struct http_exchange *exchange, const char **token,
                             struct problem *problem)
{
    const char *value = http_exchange_header(exchange, "authorization");
    if (!value)
        return problem_set(problem, ERR_NOT_FOUND, "Authorization", "RFC 6750",
                           "send Authorization: Bearer <token>");
    if (strncasecmp(value, "Bearer ", 7) != 0)
        return problem_set(problem, ERR_MALFORMED, "Authorization", "RFC 6750",
                           "the scheme must be Bearer");
    value += 7 + strspn(value + 7, " ");
    size_t size =
        strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/");
    size_t padding = strspn(value + size, "=");
    if (!size || value[size + padding])
        return problem_set(problem, ERR_MALFORMED, "Authorization", "RFC 6750",
                           "the token is malformed");
    *token = value;
    return OK;
}

/* One entity tag at *at, with the separator after it. False: malformed. */
static bool tag_next(const char **at, bool *weak, const char **tag, size_t *size)
{
    *weak = strncmp(*at, "W/", 2) == 0;
    const char *quote = *at + (*weak ? 2 : 0);
    if (*quote != '"')
        return false;
    *tag = quote + 1;
    const char *end = *tag;
    while (*end && *end != '"' && (unsigned char)*end > 0x20 && *end != 0x7F)
        end++;
    if (*end != '"')
        return false;
    *size = (size_t)(end - *tag);
    end++;
    end += strspn(end, " \t");
    if (*end && *end != ',')
        return false;
    *at = end + strspn(end, ", \t");
    return true;
}

static enum http_match tag_match(const char *list, const char *etag, bool strong)
{
    if (!list)
        return HTTP_MATCH_ABSENT;
    if (strcmp(list, "*") == 0)
        return etag ? HTTP_MATCH_YES : HTTP_MATCH_NO;
    if (!*list)
        return HTTP_MATCH_MALFORMED;
    bool found = false;
    while (*list) {
        bool weak;
        const char *tag;
        size_t size;
        if (!tag_next(&list, &weak, &tag, &size))
            return HTTP_MATCH_MALFORMED;
        found |= etag && !(strong && weak) && strlen(etag) == size && memcmp(etag, tag, size) == 0;
    }
    return found ? HTTP_MATCH_YES : HTTP_MATCH_NO;
}

enum http_match http_if_match(const struct http_exchange *exchange, const char *etag)
{
    return tag_match(http_exchange_header(exchange, "if-match"), etag, true);
}

enum http_match http_if_none_match(const struct http_exchange *exchange, const char *etag)
{
    return tag_match(http_exchange_header(exchange, "if-none-match"), etag, false);
}

enum error http_if_match_version(const struct http_exchange *exchange, int64_t *version,
                                 struct problem *problem)
{
    const char *value = http_exchange_header(exchange, "if-match");
    if (!value || strcmp(value, "*") == 0)
        return problem_set(problem, ERR_MISSING, "If-Match", "RFC 9110",
                           "send If-Match with the ETag that you read");
    size_t digits = *value == '"' ? strspn(value + 1, "0123456789") : 0;
    if (digits < 1 || digits > 18 || strcmp(value + 1 + digits, "\"") != 0)
        return problem_set(problem, ERR_MALFORMED, "If-Match", "RFC 9110",
                           "If-Match must be the one ETag that a read gave, quotes included");
    *version = 0;
    for (size_t i = 0; i < digits; i++)
        *version = *version * 10 + (value[1 + i] - '0');
    return OK;
}

void http_etag_write(char out[80], const char *tag)
{
    assert(strlen(tag) < 77 && is_visible(tag) && !strchr(tag, '"'));
    snprintf(out, 80, "\"%s\"", tag);
}

enum error http_page_parse(const struct http_exchange *exchange, struct http_page *page,
                           struct problem *problem)
{
    const char *size = http_exchange_query(exchange, "page_size");
    const char *token = http_exchange_query(exchange, "page_token");
    *page = (struct http_page){.size = HTTP_PAGE_SIZE_DEFAULT, .token = token};
    if (size) {
        size_t digits = strspn(size, "0123456789");
        unsigned long number =
            digits >= 1 && digits <= 4 && !size[digits] ? strtoul(size, NULL, 10) : 0;
        if (number < 1 || number > HTTP_PAGE_SIZE_MAX)
            return problem_set(problem, ERR_MALFORMED, "page_size", NULL,
                               "page_size must be 1 to %d", HTTP_PAGE_SIZE_MAX);
        page->size = (uint32_t)number;
    }
    if (token) {
        size_t clean =
            strspn(token, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
        if (!clean || token[clean] || clean > HTTP_PAGE_TOKEN_MAX)
            return problem_set(problem, ERR_MALFORMED, "page_token", NULL,
                               "page_token must be one that an earlier page gave");
    }
    return OK;
}

bool http_content_type_is(const struct http_exchange *exchange, const char *media)
{
    const char *value = http_exchange_header(exchange, "content-type");
    size_t size = strlen(media);
    if (!value || strncasecmp(value, media, size) != 0)
        return false;
    value += size;
    value += strspn(value, " \t");
    if (!*value)
        return true;
    if (*value++ != ';')
        return false;
    value += strspn(value, " \t");
    return strcasecmp(value, "charset=utf-8") == 0 || strcasecmp(value, "charset=\"utf-8\"") == 0;
}

/* How specific the range in [at, at+size) is about `media`: 3 the same, 2 all of its type, 1
 * everything, 0 no match. */
static int range_matches(const char *at, size_t size, const char *media)
{
    size_t type = strcspn(media, "/") + 1;
    if (size == strlen(media) && strncasecmp(at, media, size) == 0)
        return 3;
    if (size == type + 1 && strncasecmp(at, media, type) == 0 && at[type] == '*')
        return 2;
    return size == 3 && strncmp(at, "*/*", 3) == 0;
}

/* q=0, q=0.0 … refuse; anything else accepts. `parameters` begins at the first ';' or white space.
 */
static bool quality_refuses(const char *parameters, size_t size)
{
    const char *end = parameters + size;
    for (const char *at = parameters; at < end; at++) {
        if (*at != ';')
            continue;
        const char *name = at + 1 + strspn(at + 1, " \t");
        if (name + 2 < end && (*name == 'q' || *name == 'Q') && name[1] == '=') {
            size_t zeros = strspn(name + 2, "0.");
            return zeros > 0 && !(name[2 + zeros] >= '1' && name[2 + zeros] <= '9');
        }
    }
    return false;
}

bool http_accepts(const struct http_exchange *exchange, const char *media)
{
    const char *value = http_exchange_header(exchange, "accept");
    if (!value || !*value)
        return true;
    int best = 0;
    bool accepted = false;
    while (*value) {
        value += strspn(value, ", \t");
        size_t item = strcspn(value, ",");
        size_t range = strcspn(value, ";, \t");
        int match = range_matches(value, range, media);
        if (match > best) {
            best = match;
            accepted = !quality_refuses(value + range, item - range);
        }
        value += item;
    }
    return accepted;
}
