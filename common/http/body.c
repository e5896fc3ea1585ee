/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/body.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/http/loop.h"

enum {
    BODY_BYTES_FIRST = 4 * 1024 /* so that a promised length costs nothing before its bytes come */
};

static const struct http_problem too_large = {
    .status = 413, .code = "too_large", .detail = "the body is larger than this path takes"};
static const struct http_problem no_room = {.status = 503,
                                            .code = "busy",
                                            .detail =
                                                "too many bodies are being read; try again later",
                                            .retry_after_s = 2};
static const struct http_problem no_file = {.status = 503,
                                            .code = "busy",
                                            .detail = "the body cannot be stored at the moment",
                                            .retry_after_s = 5};

http_refusal http_body_open_file(struct http_exchange *exchange)
{
    const char *directory = exchange->server->options.spool_directory;
    exchange->body_file =
        open(directory ? directory : P_tmpdir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return exchange->body_file >= 0 ? NULL : &no_file;
}

static http_refusal file_add(struct http_exchange *exchange, const char *bytes, size_t size)
{
    for (size_t done = 0; done < size;) {
        ssize_t written = write(exchange->body_file, bytes + done, size - done);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return &no_file;
        done += (size_t)written;
    }
    exchange->body_size += size;
    return NULL;
}

/* Room for `size` bytes and a NUL. */
static bool reserve(struct http_exchange *exchange, size_t size)
{
    struct http_counters *counters = &exchange->server->counters;
    size_t more = size + 1 - exchange->body_room;
    if (counters->bodies_bytes + more > exchange->server->limits.bodies_bytes_max)
        return false;
    uint8_t *grown = realloc((void *)(uintptr_t)exchange->body, size + 1);
    if (!grown)
        return false;
    counters->bodies_bytes += more;
    exchange->body = grown;
    exchange->body_room = size + 1;
    return true;
}

http_refusal http_body_add(struct http_exchange *exchange, const char *bytes, size_t size,
                           uint64_t bytes_max)
{
    if (size > bytes_max - exchange->body_size)
        return &too_large;
    if (exchange->body_file >= 0)
        return file_add(exchange, bytes, size);
    size_t wanted = exchange->body_size + size;
    if (wanted >= exchange->body_room) {
        /* Doubling, since a body may come in a thousand pieces. */
        size_t grown =
            exchange->body_room * 2 > BODY_BYTES_FIRST ? exchange->body_room * 2 : BODY_BYTES_FIRST;
        grown = grown < bytes_max ? grown : (size_t)bytes_max;
        if (!reserve(exchange, wanted > grown ? wanted : grown))
            return &no_room;
    }
    memcpy((uint8_t *)(uintptr_t)exchange->body + exchange->body_size, bytes, size);
    exchange->body_size = wanted;
    return NULL;
}

void http_body_end(struct http_exchange *exchange)
{
    if (exchange->body_file >= 0)
        lseek(exchange->body_file, 0, SEEK_SET);
    else if (exchange->body)
        ((uint8_t *)(uintptr_t)exchange->body)[exchange->body_size] = 0;
}

void http_body_free(struct http_exchange *exchange)
{
    if (exchange->body_file >= 0)
        close(exchange->body_file);
    exchange->server->counters.bodies_bytes -= exchange->body_room;
    free((void *)(uintptr_t)exchange->body);
}
