/* SPDX-License-Identifier: Apache-2.0
 * Record: one event as it is hashed, stored and published (architecture.md, section 3; handbook GEN-7, COL-22).
 *
 * What travels: the Kafka message's key and value are the record's key and payload; ce_id, ce_source and ce_type are
 * its event id, feed id and type; everything else stands in the binary header `duebook-feed`. That header is stored
 * beside the payload as it was made, so the relay forwards bytes and never makes them again.
 *
 * duebook-feed, layout 1, integers big-endian:
 *   u8 layout = 1 | u32 epoch | u16 shard | u64 position | uuid legal entity | u8 n, n bytes stream kind |
 *   uuid stream id | u64 stream version | i32 posting date (days since 1970-01-01) | i64 occurred_at |
 *   i64 recorded_at (microseconds since 1970-01-01 UTC) | uuid unit | u16 index in unit | u16 events in unit |
 *   u8 hops | u8 n, n bytes actor | u8 n, n bytes cause topic | u16 cause partition | u64 cause position |
 *   u8 n, n bytes command key | 32 bytes hash
 *
 * hash = SHA-256(previous hash ‖ record), record = the fields feed id, type, event id (16 bytes), key, duebook-feed
 * without its last 32 bytes, payload; each preceded by its length as u32. The record at position 1 links to
 * SHA-256(feed id). Feed id: "/billing/<service>". */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/identity/uuid.h"

enum {
    HASH_BYTES = 32,
    RECORD_BYTES_MAX = 512 * 1024, /* payload + header; larger is refused at append: it would block its feed */
    FEED_HEADER_BYTES_MAX = 1024,
    HOPS_MAX = 16,
    KEY_TEXT_BYTES = 36,
};

struct record_hash {
    uint8_t b[HASH_BYTES];
};

/* Texts and payload are borrowed: from the arena, a message or a result, whoever filled the record. */
struct record {
    const char *feed_id;
    uint32_t epoch;
    int32_t shard;
    int64_t position;
    struct record_hash hash;
    char key[KEY_TEXT_BYTES + 1];
    struct uuid event_id;
    const char *type; /* full protobuf name: billing.invoicing.v1.InvoiceIssued */
    struct uuid entity_id;
    const char *stream_kind;
    struct uuid stream_id;
    int64_t version;
    int32_t posting_days;
    int64_t occurred_us, recorded_us;
    struct uuid unit_id;
    uint16_t unit_index, unit_count;
    uint8_t hops;
    const char *actor;
    const char *cause_topic; /* "": a command */
    int32_t cause_partition;
    int64_t cause_position;
    const char *command_key;
    const uint8_t *payload;
    size_t payload_size;
    /* The header's bytes, hash included; NULL until record_seal or record_read filled them. */
    const uint8_t *header;
    size_t header_size;
};

/* Writes the header into `header` (FEED_HEADER_BYTES_MAX), links it to `previous`, and sets hash and header of the
 * record. ERR_TOO_LARGE if a text exceeds 255 bytes or the whole RECORD_BYTES_MAX. */
MUST_USE enum error record_seal(struct record *record, const struct record_hash *previous, uint8_t *header);

/* Fills the record from header bytes; texts are copied to `texts` (at least 4 * 256 bytes). feed_id, key, event_id,
 * type and payload are the caller's: they travel outside the header. */
MUST_USE enum error record_read(struct record *record, const uint8_t *header, size_t size, char *texts);
enum { RECORD_TEXTS_BYTES = 4 * 256 };

/* The hash that the record must have after `previous`. */
struct record_hash record_link(const struct record *record, const struct record_hash *previous);
/* What position 1 links to. */
struct record_hash feed_origin(const char *feed_id);
struct record_hash sha256(const void *bytes, size_t size);
int record_hash_equal(const struct record_hash *left, const struct record_hash *right);

/* Kafka's murmur2 over the 36-character key, as the Java client partitions. */
int32_t shard_of_key(const char *key, int32_t shards);
