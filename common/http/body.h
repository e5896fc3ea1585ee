/* SPDX-License-Identifier: Apache-2.0
 * Body: the bytes of a request as they come in, in memory under one budget for all, or in a file
 * without a name. On the loop thread. Private to this room. */
#pragma once
#include "common/http/parser.h"

/* For ROUTE_STREAMS_BODY, before the first byte. */
MUST_USE http_refusal http_body_open_file(struct http_exchange *exchange);

/* Refused are a body over `bytes_max` and one for which there is no room at the moment. */
MUST_USE http_refusal http_body_add(struct http_exchange *exchange, const char *bytes, size_t size,
                                    uint64_t bytes_max);

/* After the last byte: ends it with NUL, or goes back to the file's begin. */
void http_body_end(struct http_exchange *exchange);

void http_body_free(struct http_exchange *exchange);
