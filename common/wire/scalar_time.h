/* SPDX-License-Identifier: Apache-2.0
 * Times as scalars: google.protobuf.Timestamp as RFC 3339 and google.protobuf.Duration as seconds,
 * in the forms of the proto3 JSON mapping: 0, 3, 6 or 9 digits of fraction. The contracts of both
 * are seconds = 1 and nanos = 2. */
#pragma once
#include <stdbool.h>

#include "common/base/error.h"
#include "common/wire/arena_buffer.h"

/* "2026-01-31T23:59:59.120Z", years 0001 to 9999; false outside. */
bool timestamp_print(struct arena_buffer *out, const ProtobufCMessage *message);
/* 'T', up to nine digits of fraction, 'Z' or an offset. ERR_MALFORMED or ERR_RANGE. */
MUST_USE enum error timestamp_parse(struct arena *arena, ProtobufCMessage *message,
                                    const char *text, struct problem *problem);

/* "-1.500s", at most 10,000 years; false outside. */
bool duration_print(struct arena_buffer *out, const ProtobufCMessage *message);
MUST_USE enum error duration_parse(struct arena *arena, ProtobufCMessage *message, const char *text,
                                   struct problem *problem);
