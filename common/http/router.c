/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/router.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/http/parser.h"

/* One segment of a path: "invoices" or "{invoice_id}". */
struct segment {
    const char *begin;
    size_t size;
    bool is_parameter;
};

/* Takes the segment that begins after the '/' at *at; false at the end. */
static bool segment_next(const char **at, struct segment *segment)
{
    if (**at != '/')
        return false;
    segment->begin = *at + 1;
    segment->size = strcspn(segment->begin, "/");
    segment->is_parameter = segment->begin[0] == '{';
    *at = segment->begin + segment->size;
    return true;
}

static bool name_is(const struct segment *segment, const char *name)
{
    return segment->size == strlen(name) + 2 &&
           strncmp(segment->begin + 1, name, segment->size - 2) == 0;
}

static void assert_path(const char *path)
{
    assert(path && path[0] == '/' && strlen(path) < ROUTE_PATH_MAX);
    struct segment segment;
    size_t parameters = 0;
    for (const char *at = path; segment_next(&at, &segment);) {
        assert(segment.size > 0 || path[1] == 0);
        if (segment.is_parameter) {
            assert(segment.size > 2 && segment.begin[segment.size - 1] == '}');
            parameters++;
            struct segment other;
            size_t named = 0;
            for (const char *again = path; segment_next(&again, &other);)
                named += other.size == segment.size &&
                         memcmp(other.begin, segment.begin, segment.size) == 0;
            assert(named == 1);
        } else {
            assert(!memchr(segment.begin, '{', segment.size) &&
                   !memchr(segment.begin, '%', segment.size));
        }
    }
    assert(parameters <= HTTP_PATH_PARAMETERS_MAX);
}

/* Negative: `a` is the better match where both match, because its leftmost difference is a literal;
 * 0: the same set. */
static int path_compare(const char *a, const char *b)
{
    struct segment left, right;
    for (;;) {
        bool more_left = segment_next(&a, &left), more_right = segment_next(&b, &right);
        if (more_left != more_right)
            return more_left ? -1 : 1;
        if (!more_left)
            return 0;
        if (left.is_parameter != right.is_parameter)
            return right.is_parameter ? -1 : 1;
        if (left.is_parameter)
            continue;
        size_t shorter = left.size < right.size ? left.size : right.size;
        int order = memcmp(left.begin, right.begin, shorter);
        if (order || left.size != right.size)
            return order ? order : left.size < right.size ? -1 : 1;
    }
}

static void assert_parameters(const struct route *route)
{
    size_t count = 0;
    for (const struct route_parameter *one = route->parameters; one && one->name; one++, count++) {
        assert(one->text && one->name[0]);
        assert((one->kind == PARAMETER_CHOICE) == (one->choices != NULL));
        for (const struct route_parameter *other = route->parameters; other < one; other++)
            assert(strcmp(other->name, one->name) != 0);
    }
    assert(count <= HTTP_QUERY_MAX - 2);
}

struct router router_make(const struct route *routes, size_t route_count)
{
    for (size_t i = 0; i < route_count; i++) {
        assert(routes[i].method != HTTP_HEAD && routes[i].method != HTTP_OPTIONS);
        assert_path(routes[i].path);
        assert_parameters(&routes[i]);
        for (size_t k = 0; k < i; k++)
            assert(routes[i].method != routes[k].method ||
                   path_compare(routes[i].path, routes[k].path) != 0);
    }
    return (struct router){routes, route_count};
}

/* The raw path is compared segment by segment as sent: decoding first would let %2F make new
 * segments. Literals are plain, so an encoded literal does not match. */
static bool path_matches(const char *template, const char *raw)
{
    struct segment wanted, got;
    for (;;) {
        bool more_wanted = segment_next(&template, &wanted), more_got = segment_next(&raw, &got);
        if (more_wanted != more_got)
            return false;
        if (!more_wanted)
            return true;
        if (wanted.is_parameter
                ? got.size == 0
                : wanted.size != got.size || memcmp(wanted.begin, got.begin, got.size) != 0)
            return false;
    }
}

static void allow_add(char allow[64], enum http_method method)
{
    const char *name = http_method_name(method);
    size_t size = strlen(allow);
    if (!strstr(allow, name))
        snprintf(allow + size, 64 - size, "%s%s", size ? ", " : "", name);
}

static const struct route_parameter *parameter_find(const struct route *route, const char *name)
{
    for (const struct route_parameter *one = route->parameters; one && one->name; one++)
        if (strcmp(one->name, name) == 0)
            return one;
    return NULL;
}

static bool is_in_path(const struct route *route, const char *name)
{
    struct segment segment;
    for (const char *at = route->path; segment_next(&at, &segment);)
        if (segment.is_parameter && name_is(&segment, name))
            return true;
    return false;
}

static enum error decode_parameters(struct http_exchange *exchange, const char *raw, char *room,
                                    struct problem *problem)
{
    const char *template = exchange->route->path;
    struct segment wanted, got;
    while (segment_next(&template, &wanted) && segment_next(&raw, &got)) {
        if (!wanted.is_parameter)
            continue;
        /* The name is the route's; its copy ends without the brace. */
        char *name = room;
        memcpy(name, wanted.begin + 1, wanted.size - 2);
        name[wanted.size - 2] = 0;
        room += wanted.size - 1;
        if (!http_percent_decode(room, got.begin, got.size, false))
            return problem_set(problem, ERR_MALFORMED, name, "RFC 3986",
                               "the path's encoding is malformed");
        exchange->path_parameters[exchange->path_parameter_count++] =
            (struct http_pair){name, room};
        const struct route_parameter *parameter = parameter_find(exchange->route, name);
        enum error error = parameter ? route_parameter_check(parameter, room, problem) : OK;
        if (error)
            return error;
        room += strlen(room) + 1;
    }
    return OK;
}

enum error router_match(const struct router *router, struct http_exchange *exchange,
                        const char *raw_path, char *room, char allow[64], struct problem *problem)
{
    enum http_method method = exchange->method == HTTP_HEAD ? HTTP_GET : exchange->method;
    const struct route *best = NULL;
    allow[0] = 0;
    for (size_t i = 0; i < router->route_count; i++) {
        const struct route *route = &router->routes[i];
        if (!path_matches(route->path, raw_path))
            continue;
        allow_add(allow, route->method);
        if (route->method == HTTP_GET)
            allow_add(allow, HTTP_HEAD);
        if (route->method == method && (!best || path_compare(route->path, best->path) < 0))
            best = route;
    }
    if (!allow[0])
        return problem_set(problem, ERR_NOT_FOUND, NULL, NULL, "there is nothing at this path");
    allow_add(allow, HTTP_OPTIONS);
    if (!best)
        return problem_set(problem, ERR_UNSUPPORTED, NULL, NULL, "this path knows only %s", allow);
    exchange->route = best;
    exchange->path_parameter_count = 0;
    return decode_parameters(exchange, raw_path, room, problem);
}

static enum error query_add(struct http_exchange *exchange, const char *name, const char *value,
                            struct problem *problem)
{
    const struct route *route = exchange->route;
    const struct route_parameter *parameter = parameter_find(route, name);
    bool of_list = (route->flags & ROUTE_LIST) &&
                   (strcmp(name, "page_size") == 0 || strcmp(name, "page_token") == 0);
    if (!of_list && (!parameter || is_in_path(route, name)))
        return problem_set(problem, ERR_MALFORMED, name, NULL, "this parameter is not known here");
    if (http_exchange_query(exchange, name))
        return problem_set(problem, ERR_MALFORMED, name, NULL, "this parameter stands twice");
    exchange->query[exchange->query_count++] = (struct http_pair){name, value};
    return parameter ? route_parameter_check(parameter, value, problem) : OK;
}

enum error router_query(struct http_exchange *exchange, const char *raw_query, char *room,
                        struct problem *problem)
{
    exchange->query_count = 0;
    for (const char *at = raw_query; at && *at;) {
        size_t size = strcspn(at, "&"), name_size = strcspn(at, "=&");
        size_t value_at = name_size < size ? name_size + 1 : size;
        char *name = room;
        if (!http_percent_decode(name, at, name_size, true))
            return problem_set(problem, ERR_MALFORMED, "query", "RFC 3986",
                               "the query's encoding is malformed");
        char *value = name + strlen(name) + 1;
        if (!http_percent_decode(value, at + value_at, size - value_at, true))
            return problem_set(problem, ERR_MALFORMED, name, "RFC 3986",
                               "the value's encoding is malformed");
        enum error error = query_add(exchange, name, value, problem);
        if (error)
            return error;
        room = value + strlen(value) + 1;
        at += size + (at[size] == '&');
    }
    const struct route *route = exchange->route;
    for (const struct route_parameter *one = route->parameters; one && one->name; one++)
        if (one->required && !is_in_path(route, one->name) &&
            !http_exchange_query(exchange, one->name))
            return problem_set(problem, ERR_MISSING, one->name, NULL, "this parameter is required");
    return OK;
}
