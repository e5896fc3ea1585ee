/* SPDX-License-Identifier: Apache-2.0
 * Record: the header there and back, the hash from the documented bytes alone, and what a broken
 * header is (GEN-7, COL-22). */
#include "common/eventlog/record.h"
#include "check.h"

static struct uuid some(const char *name)
{
    return uuid_derive_text("test", name, NULL);
}

static struct record full(void)
{
    struct record record = {.feed_id = "/billing/invoicing",
                            .epoch = 7,
                            .shard = 11,
                            .position = 5000000001,
                            .event_id = some("event"),
                            .type = "billing.invoicing.v1.InvoiceIssued",
                            .entity_id = some("entity"),
                            .stream_kind = "invoice",
                            .stream_id = some("stream"),
                            .version = 3,
                            .posting_days = -5,
                            .occurred_us = -1,
                            .recorded_us = 1767225600123456,
                            .unit_id = some("unit"),
                            .unit_index = 2,
                            .unit_count = 9,
                            .hops = 16,
                            .actor = "person:7",
                            .cause_topic = "billing.payments.events",
                            .cause_partition = 3,
                            .cause_position = 77,
                            .command_key = "key-1",
                            .payload = (const uint8_t *)"\0payload",
                            .payload_size = 8};
    memcpy(record.key, "00000000-0000-8000-8000-00000000000a", UUID_TEXT_SIZE);
    return record;
}

static void a_header_comes_back_as_it_went(void **state)
{
    (void)state;
    struct record record = full(), read = {0};
    struct record_hash previous = feed_origin("/billing/invoicing");
    uint8_t header[FEED_HEADER_BYTES_MAX];
    char texts[RECORD_TEXTS_BYTES];
    assert_ok(record_seal(&record, &previous, header));
    assert_ok(record_read(&read, header, record.header_size, texts));
    assert_int_equal(read.epoch, 7);
    assert_int_equal(read.shard, 11);
    assert_int_equal(read.position, 5000000001);
    assert_true(uuid_equal(read.entity_id, some("entity")));
    assert_string_equal(read.stream_kind, "invoice");
    assert_true(uuid_equal(read.stream_id, some("stream")));
    assert_int_equal(read.version, 3);
    assert_int_equal(read.posting_days, -5);
    assert_int_equal(read.occurred_us, -1);
    assert_int_equal(read.recorded_us, 1767225600123456);
    assert_true(uuid_equal(read.unit_id, some("unit")));
    assert_int_equal(read.unit_index, 2);
    assert_int_equal(read.unit_count, 9);
    assert_int_equal(read.hops, 16);
    assert_string_equal(read.actor, "person:7");
    assert_string_equal(read.cause_topic, "billing.payments.events");
    assert_int_equal(read.cause_partition, 3);
    assert_int_equal(read.cause_position, 77);
    assert_string_equal(read.command_key, "key-1");
    assert_memory_equal(read.hash.b, record.hash.b, HASH_BYTES);
}

static size_t field(uint8_t *out, const void *bytes, size_t size)
{
    for (int i = 0; i < 4; i++)
        out[i] = (uint8_t)(size >> (24 - 8 * i));
    memcpy(out + 4, bytes, size);
    return size + 4;
}

/* The hash, made only of what record.h says, as a stranger would. */
static void the_hash_is_what_the_document_says(void **state)
{
    (void)state;
    struct record record = full();
    struct record_hash previous = feed_origin(record.feed_id);
    uint8_t header[FEED_HEADER_BYTES_MAX], bytes[4096];
    assert_ok(record_seal(&record, &previous, header));
    size_t size = HASH_BYTES;
    memcpy(bytes, previous.b, HASH_BYTES);
    size += field(bytes + size, record.feed_id, strlen(record.feed_id));
    size += field(bytes + size, record.type, strlen(record.type));
    size += field(bytes + size, record.event_id.b, 16);
    size += field(bytes + size, record.key, 36);
    size += field(bytes + size, header, record.header_size - HASH_BYTES);
    size += field(bytes + size, record.payload, record.payload_size);
    struct record_hash hash = sha256(bytes, size);
    assert_memory_equal(hash.b, record.hash.b, HASH_BYTES);
    assert_memory_equal(header + record.header_size - HASH_BYTES, hash.b, HASH_BYTES);
    struct record_hash link = record_link(&record, &previous);
    assert_memory_equal(link.b, hash.b, HASH_BYTES);
}

static void sha256_is_that_of_fips_180(void **state)
{
    (void)state;
    static const uint8_t abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                  0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                  0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    struct record_hash hash = sha256("abc", 3);
    assert_memory_equal(hash.b, abc, HASH_BYTES);
}

static void a_broken_header_is_malformed(void **state)
{
    (void)state;
    struct record record = full(), read;
    struct record_hash previous = feed_origin(record.feed_id);
    uint8_t header[FEED_HEADER_BYTES_MAX], broken[FEED_HEADER_BYTES_MAX + 1];
    char texts[RECORD_TEXTS_BYTES];
    assert_ok(record_seal(&record, &previous, header));
    for (size_t size = 0; size < record.header_size; size++)
        assert_refused(record_read(&read, header, size, texts), ERR_MALFORMED);
    memcpy(broken, header, record.header_size);
    broken[record.header_size] = 0;
    assert_refused(record_read(&read, broken, record.header_size + 1, texts), ERR_MALFORMED);
    broken[0] = 2; /* a layout of later days */
    assert_refused(record_read(&read, broken, record.header_size, texts), ERR_MALFORMED);
    memcpy(broken, header, record.header_size);
    memset(broken + 7, 0, 8); /* position 0 */
    assert_refused(record_read(&read, broken, record.header_size, texts), ERR_MALFORMED);
    memcpy(broken, header, record.header_size);
    broken[32] = 0; /* a NUL inside the stream kind */
    assert_refused(record_read(&read, broken, record.header_size, texts), ERR_MALFORMED);
}

static void what_is_too_large_is_not_sealed(void **state)
{
    (void)state;
    struct record_hash previous = feed_origin("/billing/invoicing");
    uint8_t header[FEED_HEADER_BYTES_MAX];
    char text[257];
    memset(text, 'x', 256);
    text[256] = 0;
    struct record record = full();
    record.actor = text;
    assert_refused(record_seal(&record, &previous, header), ERR_TOO_LARGE);
    text[255] = 0;
    assert_ok(record_seal(&record, &previous, header));
    record = full();
    uint8_t *payload = calloc(1, RECORD_BYTES_MAX);
    record.payload = payload;
    record.payload_size = RECORD_BYTES_MAX;
    assert_refused(record_seal(&record, &previous, header), ERR_TOO_LARGE);
    record.payload_size = RECORD_BYTES_MAX - 300;
    assert_ok(record_seal(&record, &previous, header));
    free(payload);
}

static void a_key_has_one_shard(void **state)
{
    (void)state;
    char text[UUID_TEXT_SIZE];
    int seen[12] = {0};
    for (int i = 0; i < 1200; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d", i);
        uuid_format(text, some(name));
        int32_t shard = shard_of_key(text, 12);
        assert_in_range(shard, 0, 11);
        assert_int_equal(shard, shard_of_key(text, 12));
        seen[shard]++;
    }
    for (int shard = 0; shard < 12; shard++)
        assert_in_range(seen[shard], 50, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_header_comes_back_as_it_went),
        cmocka_unit_test(the_hash_is_what_the_document_says),
        cmocka_unit_test(sha256_is_that_of_fips_180),
        cmocka_unit_test(a_broken_header_is_malformed),
        cmocka_unit_test(what_is_too_large_is_not_sealed),
        cmocka_unit_test(a_key_has_one_shard),
    };
    return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
