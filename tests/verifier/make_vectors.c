/* SPDX-License-Identifier: Apache-2.0
 * Vectors: what docs/consumer-guide.md says, as bytes, made by the code that makes the feeds.
 * `write` prints vectors.json; `check FILE` reads it back and recomputes every hash, so that the
 * file, this code and the verifier in Python (which shares no code with us) agree on the same
 * bytes. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "billing/common/v1/house.pb-c.h"
#include "billing/common/v1/scalar.pb-c.h"
#include "common/base/text.h"
#include "common/eventlog/feed.h"

enum { SHARDS = 12 };

static json_t *hex_of(const void *bytes, size_t size)
{
    char *text = malloc(HEX_TEXT_SIZE(size));
    assert(text);
    hex_encode(text, HEX_TEXT_SIZE(size), bytes_of(bytes, size));
    json_t *value = json_string(text);
    free(text);
    return value;
}

static json_t *uuid_of(struct uuid uuid)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, uuid);
    return json_string(text);
}

static json_t *fields_of(const struct record *record)
{
    json_t *fields = json_object();
    json_object_set_new(fields, "layout", json_integer(1));
    json_object_set_new(fields, "epoch", json_integer(record->epoch));
    json_object_set_new(fields, "shard", json_integer(record->shard));
    json_object_set_new(fields, "position", json_integer(record->position));
    json_object_set_new(fields, "entity_id", uuid_of(record->entity_id));
    json_object_set_new(fields, "stream_kind", json_string(record->stream_kind));
    json_object_set_new(fields, "stream_id", uuid_of(record->stream_id));
    json_object_set_new(fields, "version", json_integer(record->version));
    json_object_set_new(fields, "posting_days", json_integer(record->posting_days));
    json_object_set_new(fields, "occurred_us", json_integer(record->occurred_us));
    json_object_set_new(fields, "recorded_us", json_integer(record->recorded_us));
    json_object_set_new(fields, "unit_id", uuid_of(record->unit_id));
    json_object_set_new(fields, "unit_index", json_integer(record->unit_index));
    json_object_set_new(fields, "unit_count", json_integer(record->unit_count));
    json_object_set_new(fields, "hops", json_integer(record->hops));
    json_object_set_new(fields, "actor", json_string(record->actor));
    json_object_set_new(fields, "cause_topic", json_string(record->cause_topic));
    json_object_set_new(fields, "cause_partition", json_integer(record->cause_partition));
    json_object_set_new(fields, "cause_position", json_integer(record->cause_position));
    json_object_set_new(fields, "command_key", json_string(record->command_key));
    return fields;
}

/* Seals the record after `previous` and adds it to the list. */
static struct record_hash record_add(json_t *list, const char *chain, struct record record,
                                     struct record_hash previous)
{
    uint8_t header[FEED_HEADER_BYTES_MAX];
    enum error error = record_seal(&record, &previous, header);
    assert(error == OK);
    json_t *vector = json_object();
    json_object_set_new(vector, "chain", json_string(chain));
    json_object_set_new(vector, "feed_id", json_string(record.feed_id));
    json_object_set_new(vector, "type", json_string(record.type));
    json_object_set_new(vector, "event_id", uuid_of(record.event_id));
    json_object_set_new(vector, "key", json_string(record.key));
    json_object_set_new(vector, "header", hex_of(record.header, record.header_size));
    json_object_set_new(vector, "payload", hex_of(record.payload, record.payload_size));
    json_object_set_new(vector, "previous_hash", hex_of(previous.b, HASH_BYTES));
    json_object_set_new(vector, "hash", hex_of(record.hash.b, HASH_BYTES));
    json_object_set_new(vector, "fields", fields_of(&record));
    json_array_append_new(list, vector);
    return record.hash;
}

static struct uuid named(const char *name)
{
    return uuid_derive_text("verifier-vector", name, NULL);
}

static struct record plain_record(const char *key, int64_t position)
{
    char number[24];
    snprintf(number, sizeof number, "%lld", (long long)position);
    struct record record = {.feed_id = "/billing/invoicing",
                            .shard = shard_of_key(key, SHARDS),
                            .position = position,
                            .event_id = uuid_derive_text("verifier-event", number, NULL),
                            .type = "billing.invoicing.v1.InvoiceIssued",
                            .entity_id = named("entity"),
                            .stream_kind = "invoice",
                            .stream_id = named("invoice"),
                            .version = position,
                            .posting_days = 20484,
                            .occurred_us = INT64_C(1769817600000000),
                            .recorded_us = INT64_C(1769817600123456) + position,
                            .unit_id = named("unit"),
                            .unit_index = (uint16_t)(position - 1),
                            .unit_count = 3,
                            .actor = "principal:1b4e28ba-2fa1-81d2-883f-0016d3cca427",
                            .cause_topic = "",
                            .command_key = "order-4711"};
    memcpy(record.key, key, sizeof record.key);
    return record;
}

/* Three records that follow one another: a plain one, one without a payload, one at every limit. */
static void chain_add(json_t *list)
{
    static const char key[] = "0f0e0d0c-0b0a-8908-8706-050403020100";
    static uint8_t payload[4096];
    static char long_text[256];
    Common__Money money = COMMON__MONEY__INIT;
    char currency[] = "EUR";
    money.currency = currency;
    money.minor = 14599;
    struct record record = plain_record(key, 1);
    record.payload_size = common__money__pack(&money, payload);
    record.payload = payload;
    struct record_hash hash = record_add(list, "plain", record, feed_origin(record.feed_id));

    record = plain_record(key, 2);
    record.entity_id = (struct uuid){{0}};
    record.posting_days = -1;
    record.occurred_us = INT64_C(-62135596800000000);
    hash = record_add(list, "plain", record, hash);

    for (size_t i = 0; i + 1 < sizeof long_text; i++)
        long_text[i] = (char)('a' + i % 26);
    for (size_t i = 0; i < sizeof payload; i++)
        payload[i] = (uint8_t)(i * 131 + 7);
    record = plain_record(key, 3);
    record.epoch = 2;
    record.unit_index = UINT16_MAX - 1;
    record.unit_count = UINT16_MAX;
    record.hops = 16;
    record.actor = "";
    record.cause_topic = "billing.payments.events";
    record.cause_partition = 11;
    record.cause_position = INT64_MAX;
    record.command_key = long_text;
    record.payload = payload;
    record.payload_size = sizeof payload;
    record_add(list, "plain", record, hash);
}

/* Text that is not ASCII, and a type of our own book-keeping, far along a feed. */
static void other_add(json_t *list)
{
    struct record record = plain_record("ffffffff-ffff-8fff-bfff-ffffffffffff", 1);
    record.feed_id = "/billing/reconciliation";
    record.type = "billing.common.v1.HandoverTaken";
    record.stream_kind = "handover_taken";
    record.position = INT64_C(9007199254740993); /* not a number that a double can hold */
    record.version = 1;
    record.actor = "service:reconciliation";
    record.command_key = "Zażółć gęślą jaźń · 請求書";
    record.payload = (const uint8_t *)"\x0a\x03"
                                      "abc";
    record.payload_size = 5;
    record_add(list, "far", record, sha256("any predecessor", 15));
}

static json_t *ticks(void)
{
    static const char feed_id[] = "/billing/payments";
    Common__FeedTick tick = COMMON__FEED_TICK__INIT;
    struct record_hash hash = feed_origin(feed_id);
    uint8_t packed[256];
    tick.feed_id = (char *)(uintptr_t)feed_id;
    tick.shard = 7;
    tick.epoch = 3;
    tick.position = 0;
    tick.hash = (ProtobufCBinaryData){HASH_BYTES, hash.b};
    tick.time_us = INT64_C(1769817600000001);
    size_t size = common__feed_tick__pack(&tick, packed);
    json_t *list = json_array();
    json_array_append_new(
        list, json_pack("{s:o, s:s, s:i, s:i, s:I, s:o, s:I}", "payload", hex_of(packed, size),
                        "feed_id", feed_id, "shard", (int)tick.shard, "epoch", (int)tick.epoch,
                        "position", (json_int_t)tick.position, "hash", hex_of(hash.b, HASH_BYTES),
                        "time_us", (json_int_t)tick.time_us));
    return list;
}

static void refuse_add(json_t *list, const char *why, const uint8_t *header, size_t size)
{
    struct record record = {0};
    char texts[RECORD_TEXTS_BYTES];
    uint8_t *exact = malloc(size); /* so that reading beyond the end is found */
    assert(exact);
    memcpy(exact, header, size);
    enum error error = record_read(&record, exact, size, texts);
    assert(error == ERR_MALFORMED);
    free(exact);
    json_array_append_new(list,
                          json_pack("{s:s, s:o}", "why", why, "header", hex_of(header, size)));
}

static json_t *refused(void)
{
    static const char key[] = "0f0e0d0c-0b0a-8908-8706-050403020100";
    uint8_t header[FEED_HEADER_BYTES_MAX + 8] = {0}, changed[FEED_HEADER_BYTES_MAX + 8];
    struct record record = plain_record(key, 1);
    struct record_hash origin = feed_origin(record.feed_id);
    enum error error = record_seal(&record, &origin, header);
    assert(error == OK);
    size_t size = record.header_size;
    enum { POSITION_AT = 7, KIND_AT = 31, VERSION_AT = 31 + 8 + 16 };
    json_t *list = json_array();
    refuse_add(list, "one byte short", header, size - 1);
    refuse_add(list, "one byte long", header, size + 1);
    refuse_add(list, "only a hash", header, HASH_BYTES);
    refuse_add(list, "longer than 1024 bytes", header, sizeof header);
    memcpy(changed, header, size);
    changed[0] = 2;
    refuse_add(list, "layout 2", changed, size);
    memcpy(changed, header, size);
    memset(changed + POSITION_AT, 0, 8);
    refuse_add(list, "position 0", changed, size);
    memcpy(changed, header, size);
    memset(changed + VERSION_AT, 0, 8);
    refuse_add(list, "version 0", changed, size);
    memcpy(changed, header, size);
    changed[KIND_AT + 3] = 0;
    refuse_add(list, "a NUL in a text", changed, size);
    memcpy(changed, header, size);
    changed[KIND_AT] = 200;
    refuse_add(list, "a text that runs into the next fields", changed, size);
    return list;
}

static json_t *vectors(void)
{
    static const char *const feeds[] = {"/billing/invoicing", "/billing/payments",
                                        "/billing/reconciliation", "/billing/collections",
                                        "/billing/reporting"};
    json_t *all = json_object(), *origins = json_object(), *partitions = json_object(),
           *records = json_array();
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++) {
        struct record_hash hash = feed_origin(feeds[i]);
        json_object_set_new(origins, feeds[i], hex_of(hash.b, HASH_BYTES));
    }
    for (int i = 0; i < 24; i++) {
        char number[24], key[UUID_TEXT_SIZE];
        snprintf(number, sizeof number, "key %d", i);
        uuid_format(key, named(number));
        json_object_set_new(partitions, key, json_integer(shard_of_key(key, SHARDS)));
    }
    chain_add(records);
    other_add(records);
    json_object_set_new(
        all, "about", json_string("docs/consumer-guide.md; made by tests/verifier/make_vectors.c"));
    json_object_set_new(all, "partition_count", json_integer(SHARDS));
    json_object_set_new(all, "origins", origins);
    json_object_set_new(all, "partitions", partitions);
    json_object_set_new(all, "records", records);
    json_object_set_new(all, "ticks", ticks());
    json_object_set_new(all, "refused", refused());
    return all;
}

/* Reads a vector as a consumer would: nothing but its bytes. True: its hash is what it says. */
static bool record_check(const json_t *vector)
{
    static uint8_t header[FEED_HEADER_BYTES_MAX], payload[RECORD_BYTES_MAX];
    static char texts[RECORD_TEXTS_BYTES];
    struct record record = {.feed_id = json_string_value(json_object_get(vector, "feed_id")),
                            .type = json_string_value(json_object_get(vector, "type")),
                            .payload = payload};
    struct record_hash previous, wanted;
    size_t size, hash_size;
    const char *key = json_string_value(json_object_get(vector, "key"));
#define HEX(name, into, max, size)                                                                 \
    (hex_decode(into, max, size, bytes_of_text(json_string_value(json_object_get(vector, name))),  \
                NULL) == OK)
    if (strlen(key) != KEY_TEXT_BYTES || !HEX("header", header, sizeof header, &size) ||
        !HEX("payload", payload, sizeof payload, &record.payload_size) ||
        !HEX("previous_hash", previous.b, HASH_BYTES, &hash_size) ||
        !HEX("hash", wanted.b, HASH_BYTES, &hash_size) ||
        uuid_parse(&record.event_id, json_string_value(json_object_get(vector, "event_id")),
                   NULL) != OK ||
        record_read(&record, header, size, texts) != OK)
        return false;
#undef HEX
    memcpy(record.key, key, sizeof record.key);
    struct record_hash link = record_link(&record, &previous);
    json_t *fields = fields_of(&record);
    bool same = record_hash_equal(&link, &wanted) && record_hash_equal(&record.hash, &wanted) &&
                json_equal(fields, json_object_get(vector, "fields"));
    json_decref(fields);
    return same;
}

static int check(const char *path)
{
    json_error_t error;
    json_t *read = json_load_file(path, 0, &error), *made = vectors();
    if (!read) {
        fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        return 1;
    }
    size_t index, good = 0;
    json_t *vector;
    json_array_foreach(json_object_get(read, "records"), index, vector)
    {
        if (record_check(vector))
            good++;
        else
            fprintf(stderr, "%s: records[%zu]: hash or fields are not what our code computes\n",
                    path, index);
    }
    bool same = json_equal(read, made);
    if (!same)
        fprintf(stderr, "%s is not what make_vectors makes now: the layout changed\n", path);
    printf("%zu records, %zu refused headers: %s\n", good,
           json_array_size(json_object_get(read, "refused")),
           same && good == index ? "ok" : "BROKEN");
    json_decref(read);
    json_decref(made);
    return same && good == index ? 0 : 1;
}

int main(int argc, char **argv)
{
    if (argc == 2 && !strcmp(argv[1], "write")) {
        json_t *all = vectors();
        json_dumpf(all, stdout, JSON_INDENT(1));
        putchar('\n');
        json_decref(all);
        return 0;
    }
    if (argc == 3 && !strcmp(argv[1], "check"))
        return check(argv[2]);
    fprintf(stderr, "usage: make_vectors write | check FILE\n");
    return 2;
}
