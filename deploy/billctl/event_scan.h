/* SPDX-License-Identifier: Apache-2.0
 * Event scan: events of a service's table as records, streamed with COPY, so that any number of
 * them needs the memory of one. Also how a record is printed. */
#pragma once
#include <stdio.h>

#include "common/database/copy.h"
#include "common/eventlog/postgres/type_codes.h"
#include "common/eventlog/record.h"
#include "deploy/billctl/services.h"

struct event_scan {
    const struct known_service *service;
    const struct type_codes *types;
    struct copy_out copy;
    /* The event at hand; borrowed until the next. */
    struct record record;
    int kind;
    struct uuid stream;
    int32_t version;
    const ProtobufCMessageDescriptor *descriptor; /* NULL: a type that this program does not know */
    char texts[RECORD_TEXTS_BYTES];
};

/* `rest`: "WHERE … ORDER BY …" over the table event e. */
MUST_USE enum error event_scan_begin(struct event_scan *scan, const struct known_service *service,
                                     struct database *database, const struct type_codes *types,
                                     const char *rest, struct problem *problem);
/* *more false: the end. ERR_CORRUPT: an event that cannot be read; the detail names it. */
MUST_USE enum error event_scan_next(struct event_scan *scan, bool *more, struct problem *problem);
void event_scan_end(struct event_scan *scan);
#define EVENT_SCAN_AUTO __attribute__((cleanup(event_scan_end)))

/* Head line, what the header says, and the payload's fields below. `offset` -1: not from a topic.
 */
void record_print(FILE *out, struct arena *arena, const char *topic, int64_t offset,
                  const struct record *record);
/* The lines of a payload, each after `indent` spaces. False: the type is unknown or the bytes are
 * not of it; then hex. */
bool payload_print(FILE *out, struct arena *arena, const char *type, const uint8_t *payload,
                   size_t size, unsigned indent);
