/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/incoming.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "billing/common/v1/house.pb-c.h"
#include "common/bus/client.h"

const char *incoming_kind_name(enum incoming_kind kind)
{
    static const char *const names[] = {
#define X(name, why) #name,
        INCOMING_KINDS(X)
#undef X
    };
    return names[kind];
}

void incoming_free(struct incoming *incoming)
{
    if (!incoming)
        return;
    if (incoming->raw)
        rd_kafka_message_destroy(incoming->raw);
    free(incoming);
}

bool incoming_header(const struct incoming *incoming, const char *name, struct bytes *value)
{
    rd_kafka_headers_t *headers;
    const void *bytes;
    size_t size;
    if (!incoming->raw || rd_kafka_message_headers(incoming->raw, &headers) ||
        rd_kafka_header_get_last(headers, name, &bytes, &size))
        return false;
    *value = bytes_of(bytes, size);
    return true;
}

/* The headers that we know; a name that comes twice is refused, since readers may differ in which
 * one they believe. */
struct known_headers {
    struct bytes id, source, type, feed, traceparent;
    bool twice;
};

static struct known_headers headers_read(const rd_kafka_message_t *message)
{
    struct known_headers known = {0};
    struct {
        const char *name;
        struct bytes *place;
    } const places[] = {{HEADER_ID, &known.id},
                        {HEADER_SOURCE, &known.source},
                        {HEADER_TYPE, &known.type},
                        {HEADER_FEED, &known.feed},
                        {HEADER_TRACEPARENT, &known.traceparent}};
    rd_kafka_headers_t *headers;
    if (rd_kafka_message_headers(message, &headers))
        return known;
    const char *name;
    const void *value;
    size_t size;
    for (size_t i = 0; !rd_kafka_header_get_all(headers, i, &name, &value, &size); i++)
        for (size_t j = 0; j < sizeof places / sizeof *places; j++)
            if (!strcmp(name, places[j].name)) {
                known.twice |= places[j].place->data != NULL;
                *places[j].place = bytes_of(value ? value : "", size);
            }
    return known;
}

/* librdkafka ends header values with a NUL of its own, so a value without one inside is a text. */
static const char *text_of(struct bytes value)
{
    if (!value.data || !value.size || memchr(value.data, 0, value.size))
        return NULL;
    return (const char *)value.data;
}

/* NULL: whole; else what is wrong. */
static const char *record_fill(struct incoming *incoming, const struct known_headers *known)
{
    struct record *record = &incoming->record;
    const char *id = text_of(known->id);
    record->feed_id = text_of(known->source);
    record->type = text_of(known->type);
    if (!id || uuid_parse(&record->event_id, id, NULL))
        return "ce_id is no uuid";
    if (!record->feed_id)
        return "ce_source is missing";
    if (!record->type)
        return "ce_type is missing";
    if (incoming->key.size != KEY_TEXT_BYTES || memchr(incoming->key.data, 0, KEY_TEXT_BYTES))
        return "the key is not 36 characters";
    memcpy(record->key, incoming->key.data, KEY_TEXT_BYTES);
    record->key[KEY_TEXT_BYTES] = 0;
    if (incoming->value.size > RECORD_BYTES_MAX)
        return "the record is too large";
    record->payload = incoming->value.data;
    record->payload_size = incoming->value.size;
    if (record_read(record, known->feed.data, known->feed.size, incoming->texts))
        return "the header duebook-feed is not of layout 1";
    if (record->shard != incoming->partition)
        return "the shard is not the partition";
    return NULL;
}

static const char *tick_fill(struct incoming *incoming)
{
    Common__FeedTick *read =
        common__feed_tick__unpack(NULL, incoming->value.size, incoming->value.data);
    if (!read)
        return "the tick cannot be unpacked";
    const char *why = NULL;
    if (read->hash.len != HASH_BYTES || read->position < 0)
        why = "the tick's position or hash is not one";
    else if (!incoming->feed_id || strcmp(read->feed_id, incoming->feed_id))
        why = "the tick's feed is not its ce_source";
    else if (incoming->partition < 0 || read->shard != (uint32_t)incoming->partition)
        why = "the tick's shard is not the partition";
    if (!why) {
        incoming->tick = (struct feed_tick){.epoch = read->epoch,
                                            .shard = incoming->partition,
                                            .position = read->position,
                                            .time_us = read->time_us};
        memcpy(incoming->tick.hash.b, read->hash.data, HASH_BYTES);
    }
    common__feed_tick__free_unpacked(read, NULL);
    return why;
}

static void message_judge(struct incoming *incoming, const rd_kafka_message_t *message)
{
    struct known_headers known = headers_read(message);
    incoming->key = bytes_of(message->key, message->key_len);
    incoming->value = bytes_of(message->payload, message->len);
    incoming->feed_id = text_of(known.source);
    incoming->traceparent = text_of(known.traceparent);
    const char *type = text_of(known.type);
    bool is_record = known.feed.data != NULL, is_tick = type && !strcmp(type, TICK_TYPE);
    if (known.twice && (is_record || is_tick))
        incoming->why = "a header comes twice";
    else if (is_record)
        incoming->why = record_fill(incoming, &known);
    else if (is_tick)
        incoming->why = tick_fill(incoming);
    incoming->kind = incoming->why ? INCOMING_MALFORMED
                     : is_record   ? INCOMING_RECORD
                     : is_tick     ? INCOMING_TICK
                                   : INCOMING_FOREIGN;
}

static enum incoming_kind news_kind(rd_kafka_resp_err_t code)
{
    if (code == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return INCOMING_END;
    if (code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET ||
        code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE)
        return INCOMING_OUT_OF_RANGE;
    if (code == RD_KAFKA_RESP_ERR__MAX_POLL_EXCEEDED)
        return INCOMING_POLLED_LATE;
    if (code == RD_KAFKA_RESP_ERR__FATAL)
        return INCOMING_FATAL;
    return INCOMING_TROUBLE;
}

struct incoming *incoming_new(rd_kafka_message_t *message)
{
    struct incoming *incoming = malloc(sizeof *incoming);
    assert(incoming);
    /* All but the texts, which record_read writes. */
    memset(incoming, 0, offsetof(struct incoming, texts));
    incoming->texts[0] = 0;
    incoming->raw = message;
    incoming->topic = message->rkt ? rd_kafka_topic_name(message->rkt) : "";
    incoming->partition = message->rkt ? message->partition : -1;
    incoming->offset = message->rkt ? message->offset : -1;
    if (!message->err) {
        message_judge(incoming, message);
        return incoming;
    }
    incoming->kind = news_kind(message->err);
    if (incoming->kind != INCOMING_END)
        incoming->why = rd_kafka_message_errstr(message);
    return incoming;
}

struct incoming *incoming_of_trouble(struct trouble *trouble)
{
    if (!trouble->pending)
        return NULL;
    trouble->pending = false;
    struct incoming *incoming = calloc(1, sizeof *incoming);
    assert(incoming);
    incoming->kind = trouble->fatal ? INCOMING_FATAL : INCOMING_TROUBLE;
    incoming->topic = "";
    incoming->partition = -1;
    incoming->offset = -1;
    memcpy(incoming->texts, trouble->text, sizeof incoming->texts);
    incoming->why = incoming->texts;
    return incoming;
}
