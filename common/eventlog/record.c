/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/record.h"

#include <assert.h>
#include <endian.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "common/identity/murmur2.h"

enum { LAYOUT = 1, TEXT_BYTES_MAX = 255 };

struct hashing {
    EVP_MD_CTX *context;
    EVP_MD *algorithm;
};

static pthread_key_t hashing_of_thread; /* only so that a thread's own is freed with it */

static void hashing_free(void *own)
{
    struct hashing *hashing = own;
    EVP_MD_CTX_free(hashing->context);
    EVP_MD_free(hashing->algorithm);
    free(hashing);
}

static void hashing_key_make(void)
{
    int made = pthread_key_create(&hashing_of_thread, hashing_free);
    assert(made == 0);
}

static struct hashing *hashing_new(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, hashing_key_make);
    struct hashing *hashing = malloc(sizeof *hashing);
    assert(hashing);
    *hashing = (struct hashing){EVP_MD_CTX_new(), EVP_MD_fetch(NULL, "SHA256", NULL)};
    assert(hashing->context && hashing->algorithm);
    pthread_setspecific(hashing_of_thread, hashing);
    return hashing;
}

/* OpenSSL looks an algorithm up by name at each EVP_sha256(); fetched once it is five times as fast. */
static EVP_MD_CTX *hashing(void)
{
    static __thread struct hashing *own;
    if (!own)
        own = hashing_new();
    EVP_MD_CTX *context = own->context;
    EVP_MD *algorithm = own->algorithm;
    int begun = EVP_DigestInit_ex2(context, algorithm, NULL);
    assert(begun == 1);
    return context;
}

static struct record_hash finished(EVP_MD_CTX *context)
{
    struct record_hash hash;
    int done = EVP_DigestFinal_ex(context, hash.b, NULL);
    assert(done == 1);
    return hash;
}

struct record_hash sha256(const void *bytes, size_t size)
{
    EVP_MD_CTX *context = hashing();
    EVP_DigestUpdate(context, bytes, size);
    return finished(context);
}

struct record_hash feed_origin(const char *feed_id)
{
    return sha256(feed_id, strlen(feed_id));
}

int record_hash_equal(const struct record_hash *left, const struct record_hash *right)
{
    return memcmp(left->b, right->b, HASH_BYTES) == 0;
}

int32_t shard_of_key(const char *key, int32_t shards)
{
    return murmur2_partition(key, shards);
}

static void hash_field(EVP_MD_CTX *context, const void *bytes, size_t size)
{
    uint32_t length = htobe32((uint32_t)size);
    EVP_DigestUpdate(context, &length, sizeof length);
    if (size)
        EVP_DigestUpdate(context, bytes, size);
}

static struct record_hash link_header(const struct record *record, const struct record_hash *previous,
                                      const uint8_t *header, size_t unhashed_size)
{
    EVP_MD_CTX *context = hashing();
    EVP_DigestUpdate(context, previous->b, HASH_BYTES);
    hash_field(context, record->feed_id, strlen(record->feed_id));
    hash_field(context, record->type, strlen(record->type));
    hash_field(context, record->event_id.b, sizeof record->event_id.b);
    hash_field(context, record->key, strlen(record->key));
    hash_field(context, header, unhashed_size);
    hash_field(context, record->payload, record->payload_size);
    return finished(context);
}

struct record_hash record_link(const struct record *record, const struct record_hash *previous)
{
    assert(record->header && record->header_size > HASH_BYTES);
    return link_header(record, previous, record->header, record->header_size - HASH_BYTES);
}

struct writer {
    uint8_t *at;
};

static void write_bytes(struct writer *writer, const void *bytes, size_t size)
{
    memcpy(writer->at, bytes, size);
    writer->at += size;
}

static void write_u8(struct writer *writer, uint8_t value)
{
    *writer->at++ = value;
}

static void write_u16(struct writer *writer, uint16_t value)
{
    value = htobe16(value);
    write_bytes(writer, &value, sizeof value);
}

static void write_u32(struct writer *writer, uint32_t value)
{
    value = htobe32(value);
    write_bytes(writer, &value, sizeof value);
}

static void write_u64(struct writer *writer, uint64_t value)
{
    value = htobe64(value);
    write_bytes(writer, &value, sizeof value);
}

static void write_text(struct writer *writer, const char *text)
{
    size_t size = strlen(text);
    write_u8(writer, (uint8_t)size);
    write_bytes(writer, text, size);
}

enum error record_seal(struct record *record, const struct record_hash *previous, uint8_t *header)
{
    if (strlen(record->stream_kind) > TEXT_BYTES_MAX / 4 || strlen(record->actor) > TEXT_BYTES_MAX ||
        strlen(record->cause_topic) > TEXT_BYTES_MAX || strlen(record->command_key) > TEXT_BYTES_MAX)
        return ERR_TOO_LARGE;
    struct writer out = {header};
    write_u8(&out, LAYOUT);
    write_u32(&out, record->epoch);
    write_u16(&out, (uint16_t)record->shard);
    write_u64(&out, (uint64_t)record->position);
    write_bytes(&out, record->entity_id.b, 16);
    write_text(&out, record->stream_kind);
    write_bytes(&out, record->stream_id.b, 16);
    write_u64(&out, (uint64_t)record->version);
    write_u32(&out, (uint32_t)record->posting_days);
    write_u64(&out, (uint64_t)record->occurred_us);
    write_u64(&out, (uint64_t)record->recorded_us);
    write_bytes(&out, record->unit_id.b, 16);
    write_u16(&out, record->unit_index);
    write_u16(&out, record->unit_count);
    write_u8(&out, record->hops);
    write_text(&out, record->actor);
    write_text(&out, record->cause_topic);
    write_u16(&out, (uint16_t)record->cause_partition);
    write_u64(&out, (uint64_t)record->cause_position);
    write_text(&out, record->command_key);
    size_t unhashed_size = (size_t)(out.at - header);
    if (unhashed_size + HASH_BYTES + record->payload_size > RECORD_BYTES_MAX)
        return ERR_TOO_LARGE;
    record->hash = link_header(record, previous, header, unhashed_size);
    write_bytes(&out, record->hash.b, HASH_BYTES);
    record->header = header;
    record->header_size = unhashed_size + HASH_BYTES;
    return OK;
}

struct reader {
    const uint8_t *at, *end;
    char *texts;
    int short_of_bytes;
};

static void read_bytes(struct reader *reader, void *out, size_t size)
{
    if ((size_t)(reader->end - reader->at) < size) {
        reader->short_of_bytes = 1;
        memset(out, 0, size);
        return;
    }
    memcpy(out, reader->at, size);
    reader->at += size;
}

static uint8_t read_u8(struct reader *reader)
{
    uint8_t value;
    read_bytes(reader, &value, sizeof value);
    return value;
}

static uint16_t read_u16(struct reader *reader)
{
    uint16_t value;
    read_bytes(reader, &value, sizeof value);
    return be16toh(value);
}

static uint32_t read_u32(struct reader *reader)
{
    uint32_t value;
    read_bytes(reader, &value, sizeof value);
    return be32toh(value);
}

static uint64_t read_u64(struct reader *reader)
{
    uint64_t value;
    read_bytes(reader, &value, sizeof value);
    return be64toh(value);
}

static const char *read_text(struct reader *reader)
{
    size_t size = read_u8(reader);
    char *text = reader->texts;
    read_bytes(reader, text, size);
    text[size] = '\0';
    if (memchr(text, '\0', size))
        reader->short_of_bytes = 1;
    reader->texts += size + 1;
    return text;
}

enum error record_read(struct record *record, const uint8_t *header, size_t size, char *texts)
{
    if (size <= HASH_BYTES || size > FEED_HEADER_BYTES_MAX)
        return ERR_MALFORMED;
    struct reader in = {.at = header, .end = header + size, .texts = texts};
    if (read_u8(&in) != LAYOUT)
        return ERR_MALFORMED;
    record->epoch = read_u32(&in);
    record->shard = read_u16(&in);
    record->position = (int64_t)read_u64(&in);
    read_bytes(&in, record->entity_id.b, 16);
    record->stream_kind = read_text(&in);
    read_bytes(&in, record->stream_id.b, 16);
    record->version = (int64_t)read_u64(&in);
    record->posting_days = (int32_t)read_u32(&in);
    record->occurred_us = (int64_t)read_u64(&in);
    record->recorded_us = (int64_t)read_u64(&in);
    read_bytes(&in, record->unit_id.b, 16);
    record->unit_index = read_u16(&in);
    record->unit_count = read_u16(&in);
    record->hops = read_u8(&in);
    record->actor = read_text(&in);
    record->cause_topic = read_text(&in);
    record->cause_partition = read_u16(&in);
    record->cause_position = (int64_t)read_u64(&in);
    record->command_key = read_text(&in);
    read_bytes(&in, record->hash.b, HASH_BYTES);
    if (in.short_of_bytes || in.at != in.end || record->position < 1 || record->version < 1)
        return ERR_MALFORMED;
    record->header = header;
    record->header_size = size;
    return OK;
}
