/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/request.h"

#include <assert.h>
#include <event2/buffer.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/time.h"
#include "common/http/admission.h"
#include "common/http/body.h"
#include "common/http/loop.h"

static const char *pair_get(const struct http_pair *pairs, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(pairs[i].name, name) == 0)
            return pairs[i].value;
    return NULL;
}

const char *http_exchange_header(const struct http_exchange *exchange, const char *name)
{
    return pair_get(exchange->headers, exchange->header_count, name);
}

const char *http_exchange_query(const struct http_exchange *exchange, const char *name)
{
    return pair_get(exchange->query, exchange->query_count, name);
}

const char *http_exchange_path_parameter(const struct http_exchange *exchange, const char *name)
{
    const char *value = pair_get(exchange->path_parameters, exchange->path_parameter_count, name);
    assert(value);
    return value;
}

struct http_exchange *http_exchange_new(struct http_server *server,
                                        struct http_connection *connection, const char *head,
                                        size_t head_size)
{
    struct http_exchange *exchange = calloc(1, sizeof *exchange);
    /* The head, its joined headers, and what http_admit needs. */
    char *text = malloc(head_size * 2 + 2 + HTTP_ADMISSION_ROOM(head_size));
    if (!exchange || !text)
        abort();
    if (head_size)
        memcpy(text, head, head_size);
    text[head_size] = 0;
    exchange->server = server;
    exchange->connection = connection;
    exchange->text = text;
    exchange->target = exchange->path = "";
    exchange->body_file = -1;
    exchange->arrived_at_us = wall_us();
    snprintf(exchange->request_id, sizeof exchange->request_id, "%016" PRIx64 "%016" PRIx64,
             server->request_seed, ++server->request_number);
    server->counters.exchanges_open++;
    return exchange;
}

void http_exchange_free(struct http_exchange *exchange)
{
    if (!exchange)
        return;
    if (exchange->context_free)
        exchange->context_free(exchange->context);
    if (exchange->answer)
        evbuffer_free(exchange->answer);
    http_body_free(exchange);
    exchange->server->counters.exchanges_open--;
    free(exchange->text);
    free(exchange);
}

/* Splitting a response in two by a line break in a value is refused here, once for all callers. */
static bool is_header_text(const char *text)
{
    for (; *text; text++)
        if (((unsigned char)*text < 0x20 && *text != '\t') || *text == 0x7F)
            return false;
    return true;
}

static bool has_header(const struct http_pair *headers, const char *name)
{
    for (; headers && headers->name; headers++)
        if (strcasecmp(headers->name, name) == 0)
            return true;
    return false;
}

/* Everything after the status line and Connection, which only the loop thread can know. */
static struct evbuffer *answer_head(const struct http_exchange *exchange,
                                    const struct http_answer *answer, size_t size)
{
    assert(answer->status >= 200 && answer->status <= 599);
    struct evbuffer *out = evbuffer_new();
    if (!out)
        abort();
    bool bodiless = answer->status == 204 || answer->status == 304;
    if (!bodiless) {
        const char *type = answer->content_type ? answer->content_type : "application/json";
        evbuffer_add_printf(out, "Content-Length: %zu\r\n", size);
        if (size)
            evbuffer_add_printf(out, "Content-Type: %s\r\n", type);
    }
    evbuffer_add_printf(out, "Request-Id: %s\r\nX-Content-Type-Options: nosniff\r\n",
                        exchange->request_id);
    if (!has_header(answer->headers, "Cache-Control"))
        evbuffer_add_printf(out, "Cache-Control: no-store\r\n");
    for (const struct http_pair *header = answer->headers; header && header->name; header++) {
        assert(is_header_text(header->name) && is_header_text(header->value));
        evbuffer_add_printf(out, "%s: %s\r\n", header->name, header->value);
    }
    evbuffer_add(out, "\r\n", 2);
    return out;
}

static bool sends_body(const struct http_exchange *exchange, const struct http_answer *answer)
{
    return exchange->method != HTTP_HEAD && answer->status != 204 && answer->status != 304;
}

static void answer_give(struct http_exchange *exchange, const struct http_answer *answer,
                        struct evbuffer *out)
{
    assert(!exchange->answer);
    exchange->answer_status = answer->status;
    exchange->answer_closes |= answer->closes;
    exchange->answer = out;
    http_server_deliver(exchange);
}

static void body_release(const void *body, size_t size, void *free_body)
{
    (void)size;
    union {
        void *pointer;
        void (*function)(void *);
    } release = {free_body};
    release.function((void *)(uintptr_t)body);
}

void http_exchange_answer(struct http_exchange *exchange, const struct http_answer *answer)
{
    struct evbuffer *out = answer_head(exchange, answer, answer->body_size);
    union {
        void (*function)(void *);
        void *pointer;
    } release = {answer->body_free};
    if (!sends_body(exchange, answer) || !answer->body_size) {
        if (answer->body_free)
            answer->body_free((void *)(uintptr_t)answer->body);
    } else if (answer->body_free) {
        evbuffer_add_reference(out, answer->body, answer->body_size, body_release, release.pointer);
    } else {
        evbuffer_add(out, answer->body, answer->body_size);
    }
    answer_give(exchange, answer, out);
}

void http_exchange_answer_file(struct http_exchange *exchange, const struct http_answer *answer,
                               int file, size_t size)
{
    struct evbuffer *out = answer_head(exchange, answer, size);
    /* evbuffer_add_file owns the descriptor from the moment it succeeds. */
    if (!sends_body(exchange, answer) || !size ||
        evbuffer_add_file(out, file, 0, (ev_off_t)size) != 0)
        close(file);
    answer_give(exchange, answer, out);
}
