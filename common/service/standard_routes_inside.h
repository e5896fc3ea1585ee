/* SPDX-License-Identifier: Apache-2.0
 * Standard routes, inside: their actions by file. Private to this room. */
#pragma once
#include "billing/operate/v1/operate.pb-c.h"
#include "common/service/edge_inside.h"
#include "common/service/listing.h"

/* feeds.c */
enum error feeds_run(struct api_call *call);
/* clock_routes.c */
enum error clock_get_run(struct api_call *call);
enum error clock_set_run(struct api_call *call);
/* parked.c */
extern const struct listing parked_listing;
enum error parked_get_run(struct api_call *call);
enum error parked_redrive_run(struct api_call *call);
enum error parked_discard_run(struct api_call *call);
/* explain.c */
enum error explain_event_run(struct api_call *call);
enum error explain_stream_run(struct api_call *call);

/* An instant as a message; NULL for PostgreSQL's infinities. */
Google__Protobuf__Timestamp *timestamp_message(struct arena *arena, int64_t us);
/* Reads the body of an API_FUNCTION as its route's request. */
MUST_USE enum error request_read(struct api_call *call, ProtobufCMessage **message);
/* A payload as JSON: by its type if this program knows it, else base64. */
void payload_put(struct api_call *call, struct arena_buffer *out, const char *type,
                 const void *payload, size_t size);
/* Runs one writing statement in a transaction of its own: edge connections read by default. */
MUST_USE enum error write_once(struct api_call *call, const struct statement *statement,
                               const struct parameters *parameters, struct rows *rows);
