/* SPDX-License-Identifier: Apache-2.0
 * Reader: reads partitions from where it is told, outside any group and without moving anything:
 * for the relay's cursor, for the check before writing, and for whoever reads whole topics (prove,
 * adopt, decode). One thread. Free all incomings before closing. */
#pragma once
#include "common/bus/broker.h"
#include "common/bus/incoming.h"

struct reader;

struct reader_options {
    struct broker_settings broker;
    int32_t queue_kbytes; /* bound of what is fetched ahead; 0: 65536 */
};

/* Does not wait for a connection. ERR_CONFIG. */
MUST_USE enum error reader_open(struct reader **reader, const struct reader_options *options,
                                struct problem *problem);
void reader_close(struct reader *reader); /* NULL is fine */
static inline void reader_close_at_end(struct reader **reader)
{
    reader_close(*reader);
}
#define READER_AUTO __attribute__((cleanup(reader_close_at_end)))

enum { OFFSET_BEGINNING = -2 }; /* the first message that the topic still has */

/* Reads the partition from that offset on, beside the others; if it is read already, moves it. */
MUST_USE enum error reader_assign(struct reader *reader, const char *topic, int32_t partition,
                                  int64_t offset, struct problem *problem);
/* Leaves the partition; does nothing if it is not read. */
MUST_USE enum error reader_unassign(struct reader *reader, const char *topic, int32_t partition,
                                    struct problem *problem);
/* The next incoming of any partition; NULL if none came in time. */
struct incoming *reader_poll(struct reader *reader, int32_t timeout_ms);

/* First offset kept, and the offset that the next message will get. ERR_BROKER_AWAY. */
MUST_USE enum error reader_watermarks(struct reader *reader, const char *topic, int32_t partition,
                                      int64_t *low, int64_t *high, int32_t timeout_ms,
                                      struct problem *problem);

/* Called for each message (records, ticks, foreign, malformed); true: go on. It must not free. */
typedef bool reader_visit(void *context, const struct incoming *incoming);
/* Reads one partition from `from` (or OFFSET_BEGINNING) up to, not including, `to` (-1: its end
 * now). The timeout is for silence, not for the whole. ERR_BROKER_AWAY; ERR_NOT_FOUND: `from` is
 * beyond the end or was deleted. The partition is left afterwards. */
MUST_USE enum error reader_scan(struct reader *reader, const char *topic, int32_t partition,
                                int64_t from, int64_t to, int32_t timeout_ms, reader_visit *visit,
                                void *context, struct problem *problem);
