/* SPDX-License-Identifier: Apache-2.0
 * Parser: the bytes of HTTP/1.1 (RFC 9112), read strictly and in one way only. Pure: no sockets, no
 * memory of its own, so that it can be fuzzed. Used by connection.c alone.
 *
 * Stricter than the standard where the standard lets readers differ: a line ends in CRLF and
 * nowhere else, no control character anywhere, no folding, one Host, one Content-Length, chunked as
 * the only transfer coding, origin form only. */
#pragma once
#include "common/http/problem.h"

/* A refusal is a constant; NULL: no objection. After one, the connection must be closed: where the
 * next request begins is not known. */
typedef const struct http_problem *http_refusal;

/* Looks for the end of a head as bytes come in. Zero it for each request. */
struct http_scan {
    size_t at; /* bytes looked at; of a complete head: its size with the last CRLF */
    size_t line_begin;
    uint32_t lines;
    bool complete;
};

struct http_scan_limits {
    size_t head_bytes_max, target_bytes_max;
    uint32_t headers_max;
};

/* `bytes` are all bytes of the head so far; goes on at scan->at. */
MUST_USE http_refusal http_head_scan(struct http_scan *scan, const char *bytes, size_t size,
                                     const struct http_scan_limits *limits);

struct http_head {
    enum http_method method;
    const char *target;
    struct http_pair *headers; /* room for HTTP_HEADERS_MAX */
    size_t header_count;
    uint64_t content_length; /* 0 if chunked */
    bool chunked, closes, expects_continue;
};

/* Parses a complete head in place: names become lower case, values NUL-terminated, repeated list
 * headers joined in `room`, which is as long as the head. head->headers is set by the caller. */
MUST_USE http_refusal http_head_parse(struct http_head *head, char *text, size_t size, char *room);

/* The first header of that name, or NULL. */
const char *http_head_get(const struct http_head *head, const char *name);

/* Takes a chunked body apart. Zero it for each request. */
struct http_chunks {
    enum {
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK_SIZE_LF,
        CHUNK_DATA,
        CHUNK_DATA_CR,
        CHUNK_DATA_LF,
        CHUNK_TRAILER,
        CHUNK_TRAILER_LF,
        CHUNK_END
    } state;
    uint64_t left;
    uint32_t digits, line_bytes, trailer_bytes;
};

/* Takes up to `size` bytes: *used tells how many; *data and *data_size are a piece of the body
 * among them, perhaps empty. At the end chunks->state is CHUNK_END. */
MUST_USE http_refusal http_chunks_take(struct http_chunks *chunks, const char *bytes, size_t size,
                                       size_t *used, const char **data, size_t *data_size);

bool http_is_token(const char *text);
/* Decodes %XX in place of `raw` into `room`; '+' becomes a space if asked (query only). False: bad
 * escape, a control character (also NUL), or not UTF-8. */
MUST_USE bool http_percent_decode(char *room, const char *raw, size_t size, bool plus_is_space);
