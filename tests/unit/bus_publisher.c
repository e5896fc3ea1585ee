/* SPDX-License-Identifier: Apache-2.0
 * Publisher, reader and the topic's tail: what is published comes back whole and in order; what is
 * refused stops the publisher; what is not ours is told apart. On the mock cluster, and on the real
 * one. */
#include "bus_fixture.h"

#include "common/bus/topic_tail.h"

struct seen {
    const struct chain *chain;
    struct feed_place place;
    int64_t records, ticks, foreign, malformed, stop_after;
    const char *why;
    char traceparent[64];
};

static bool see(void *context, const struct incoming *incoming)
{
    struct seen *seen = context;
    if (incoming->kind == INCOMING_RECORD) {
        if (!seen->records)
            seen->place = feed_start(incoming->record.feed_id);
        assert_int_equal(feed_judge(&seen->place, &incoming->record), FEED_NEXT);
        feed_apply(&seen->place, &incoming->record, incoming->offset);
        seen->records++;
        if (incoming->traceparent)
            snprintf(seen->traceparent, sizeof seen->traceparent, "%s", incoming->traceparent);
    }
    seen->ticks += incoming->kind == INCOMING_TICK;
    seen->foreign += incoming->kind == INCOMING_FOREIGN;
    if (incoming->kind == INCOMING_MALFORMED) {
        seen->malformed++;
        seen->why = strdup(incoming->why);
    }
    return !seen->stop_after || seen->records < seen->stop_after;
}

static void what_is_published_comes_back(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    CHAIN_AUTO struct chain chain = chain_new(3, 1, 3000);
    PUBLISHER_AUTO struct publisher *publisher = publisher_make(kafka);
    publish(publisher, &chain, 0, 2999);
    size_t taken;
    const char *traceparents[] = {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
    expect(publisher_run(publisher, &chain.records[2999], traceparents, 1, &taken, &problem), OK,
           &problem);
    struct feed_tick tick = {1, 3, 3000, chain.records[2999].hash, 1769817600000000};
    publish_tick(publisher, tick);
    assert_int_equal(publisher_count(publisher).delivered, 3001);
    READER_AUTO struct reader *reader = reader_make(kafka);
    struct seen seen = {0};
    expect(reader_scan(reader, kafka->topic, 3, OFFSET_BEGINNING, -1, PATIENCE_MS, see, &seen,
                       &problem),
           OK, &problem);
    assert_int_equal(seen.records, 3000);
    assert_int_equal(seen.ticks, 1);
    assert_int_equal(seen.malformed, 0);
    assert_int_equal(seen.place.position, 3000);
    assert_string_equal(seen.traceparent, traceparents[0]);
    /* Part of it, and stopping early, leave the reader usable. */
    seen = (struct seen){.stop_after = 10};
    expect(reader_scan(reader, kafka->topic, 3, 0, 100, PATIENCE_MS, see, &seen, &problem), OK,
           &problem);
    assert_int_equal(seen.records, 10);
    seen = (struct seen){0};
    expect(reader_scan(reader, kafka->topic, 3, 0, 100, PATIENCE_MS, see, &seen, &problem), OK,
           &problem);
    assert_int_equal(seen.records, 100);
    expect(reader_scan(reader, kafka->topic, 3, 5000, -1, PATIENCE_MS, see, &seen, &problem),
           ERR_NOT_FOUND, &problem);
    expect(publisher_close(publisher, PATIENCE_MS, &problem), OK, &problem);
    publisher = NULL;
}

static void every_field_comes_back(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    CHAIN_AUTO struct chain chain = chain_new(0, 7, 1);
    PUBLISHER_AUTO struct publisher *publisher = publisher_make(kafka);
    publish(publisher, &chain, 0, 1);
    struct feed_tick tick = {9, 0, 1, chain.records[0].hash, -5};
    publish_tick(publisher, tick);
    READER_AUTO struct reader *reader = reader_make(kafka);
    expect(reader_assign(reader, kafka->topic, 0, 0, &problem), OK, &problem);
    INCOMING_AUTO struct incoming *first = NULL;
    for (int i = 0; i < 200 && !first; i++)
        first = reader_poll(reader, 100);
    assert_non_null(first);
    assert_int_equal(first->kind, INCOMING_RECORD);
    const struct record *got = &first->record, *put = &chain.records[0];
    assert_string_equal(first->topic, kafka->topic);
    assert_string_equal(got->feed_id, feed);
    assert_string_equal(got->key, put->key);
    assert_string_equal(got->type, put->type);
    assert_string_equal(got->actor, "tester");
    assert_memory_equal(got->event_id.b, put->event_id.b, 16);
    assert_int_equal(got->epoch, 7);
    assert_int_equal(got->payload_size, 7);
    assert_memory_equal(got->payload, "payload", 7);
    assert_int_equal(got->header_size, put->header_size);
    assert_memory_equal(got->header, put->header, put->header_size);
    struct record_hash origin = feed_origin(feed), link = record_link(got, &origin);
    assert_true(record_hash_equal(&link, &put->hash));
    struct bytes version;
    assert_true(incoming_header(first, "ce_specversion", &version));
    assert_memory_equal(version.data, "1.0", 3);
    assert_false(incoming_header(first, "nothing", &version));
    INCOMING_AUTO struct incoming *second = NULL;
    for (int i = 0; i < 200 && !second; i++)
        second = reader_poll(reader, 100);
    assert_int_equal(second->kind, INCOMING_TICK);
    assert_int_equal(second->tick.epoch, 9);
    assert_int_equal(second->tick.position, 1);
    assert_int_equal(second->tick.time_us, -5);
    assert_true(record_hash_equal(&second->tick.hash, &put->hash));
    assert_int_equal(second->key.size, 0);
    INCOMING_AUTO struct incoming *end = NULL;
    for (int i = 0; i < 200 && !end; i++)
        end = reader_poll(reader, 100);
    assert_int_equal(end->kind, INCOMING_END);
    assert_int_equal(end->offset, 2);
}

/* A message as a stranger might write it. */
struct strange {
    const char *id, *source, *type, *key;
    const void *header;
    size_t header_size;
    const char *value, *twice, *why;
};

static void strange_put(const struct kafka *kafka, const struct strange *strange)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", kafka->bootstrap, NULL, 0);
    rd_kafka_t *client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, (char[200]){0}, 200);
    rd_kafka_headers_t *headers = rd_kafka_headers_new(8);
    if (strange->id)
        rd_kafka_header_add(headers, "ce_id", -1, strange->id, -1);
    if (strange->source)
        rd_kafka_header_add(headers, "ce_source", -1, strange->source, -1);
    if (strange->type)
        rd_kafka_header_add(headers, "ce_type", -1, strange->type, -1);
    if (strange->header)
        rd_kafka_header_add(headers, "duebook-feed", -1, strange->header,
                            (ssize_t)strange->header_size);
    if (strange->twice)
        rd_kafka_header_add(headers, strange->twice, -1, "again", -1);
    assert_int_equal(
        rd_kafka_producev(client, RD_KAFKA_V_TOPIC(kafka->topic), RD_KAFKA_V_PARTITION(0),
                          RD_KAFKA_V_KEY(strange->key, strange->key ? strlen(strange->key) : 0),
                          RD_KAFKA_V_VALUE((void *)(uintptr_t)strange->value,
                                           strange->value ? strlen(strange->value) : 0),
                          RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_HEADERS(headers),
                          RD_KAFKA_V_END),
        0);
    assert_int_equal(rd_kafka_flush(client, PATIENCE_MS), 0);
    rd_kafka_destroy(client);
}

static void what_is_not_ours_is_told_apart(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    CHAIN_AUTO struct chain right = chain_new(0, 1, 1), other = chain_new(5, 1, 1);
    static const char id[] = "0190a3c1-7b2e-7c4d-8e5f-001122334455";
    static const char type[] = "billing.invoicing.v1.InvoiceIssued";
    static const char tick[] = "billing.common.v1.FeedTick";
    const uint8_t *header = right.records[0].header;
    size_t size = right.records[0].header_size;
    const struct strange cases[] = {
        {NULL, NULL, NULL, "any key", NULL, 0, "usage of a phone", NULL, NULL},
        {NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL},
        {id, feed, type, id, header, size - 1, "v", NULL,
         "the header duebook-feed is not of layout 1"},
        {id, feed, type, id, "", 0, "v", NULL, "the header duebook-feed is not of layout 1"},
        {id, feed, type, id, other.records[0].header, other.records[0].header_size, "v", NULL,
         "the shard is not the partition"},
        {"no uuid", feed, type, id, header, size, "v", NULL, "ce_id is no uuid"},
        {id, NULL, type, id, header, size, "v", NULL, "ce_source is missing"},
        {id, feed, NULL, id, header, size, "v", NULL, "ce_type is missing"},
        {id, feed, type, "short", header, size, "v", NULL, "the key is not 36 characters"},
        {id, feed, type, NULL, header, size, "v", NULL, "the key is not 36 characters"},
        {id, feed, type, id, header, size, "v", "ce_id", "a header comes twice"},
        {id, feed, tick, NULL, NULL, 0, "\xff\xff", NULL, "the tick cannot be unpacked"},
        {id, feed, tick, NULL, NULL, 0, NULL, NULL, "the tick's position or hash is not one"},
    };
    READER_AUTO struct reader *reader = reader_make(kafka);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        strange_put(kafka, &cases[i]);
        struct seen seen = {0};
        expect(
            reader_scan(reader, kafka->topic, 0, (int64_t)i, -1, PATIENCE_MS, see, &seen, &problem),
            OK, &problem);
        assert_int_equal(seen.foreign, cases[i].why ? 0 : 1);
        if (cases[i].why)
            assert_string_equal(seen.why ? seen.why : "nothing", cases[i].why);
        free((char *)(uintptr_t)seen.why);
    }
}

static void the_tail_shows_how_far_a_topic_is(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    struct topic_tail tail;
    CHAIN_AUTO struct chain chain = chain_new(1, 2, 700);
    PUBLISHER_AUTO struct publisher *publisher = publisher_make(kafka);
    READER_AUTO struct reader *reader = reader_make(kafka);
    expect(topic_tail_find(reader, kafka->topic, 1, -1, &tail, PATIENCE_MS, &problem), OK,
           &problem);
    assert_false(tail.has_record || tail.has_tick);
    assert_int_equal(tail.high, 0);
    struct feed_tick tick = {2, 1, 0, feed_origin(feed), 10};
    publish_tick(publisher, tick);
    publish(publisher, &chain, 0, 700);
    /* A relay that died came back to its cursor and repeats, but not to the end yet. */
    publish(publisher, &chain, 300, 500);
    expect(topic_tail_find(reader, kafka->topic, 1, -1, &tail, PATIENCE_MS, &problem), OK,
           &problem);
    assert_int_equal(tail.high, 901);
    assert_int_equal(tail.from, 0);
    assert_int_equal(tail.last.position, 500);
    assert_int_equal(tail.last.offset, 900);
    assert_int_equal(tail.highest.position, 700);
    assert_int_equal(tail.highest.offset, 700);
    assert_true(record_hash_equal(&tail.highest.hash, &chain.records[699].hash));
    assert_true(tail.has_tick);
    assert_int_equal(tail.tick_offset, 0);
    /* From the relay's cursor only. */
    expect(topic_tail_find(reader, kafka->topic, 1, 600, &tail, PATIENCE_MS, &problem), OK,
           &problem);
    assert_int_equal(tail.highest.position, 700);
    assert_false(tail.has_tick);
    expect(topic_tail_find(reader, kafka->topic, 1, 902, &tail, PATIENCE_MS, &problem),
           ERR_NOT_FOUND, &problem);
    /* A higher epoch wins over a higher position. */
    CHAIN_AUTO struct chain adopted = chain_new(1, 3, 3);
    publish(publisher, &adopted, 0, 3);
    tick = (struct feed_tick){3, 1, 3, adopted.records[2].hash, 20};
    publish_tick(publisher, tick);
    publish(publisher, &chain, 0, 1);
    expect(topic_tail_find(reader, kafka->topic, 1, -1, &tail, PATIENCE_MS, &problem), OK,
           &problem);
    assert_int_equal(tail.highest.epoch, 3);
    assert_int_equal(tail.highest.position, 3);
    assert_int_equal(tail.last.epoch, 2);
    assert_int_equal(tail.tick.epoch, 3);
}

static void a_refusal_stops_the_publisher(void **state)
{
    struct kafka *kafka = *state;
    if (!kafka->mock)
        skip();
    struct problem problem = {0};
    CHAIN_AUTO struct chain chain = chain_new(2, 1, 300);
    PUBLISHER_AUTO struct publisher *publisher = publisher_make(kafka);
    publish(publisher, &chain, 0, 100);
    rd_kafka_mock_push_request_errors(kafka->mock, 0 /* Produce */, 1,
                                      RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    size_t taken;
    expect(publisher_run(publisher, chain.records + 100, NULL, 100, &taken, &problem), OK,
           &problem);
    expect(publisher_flush(publisher, PATIENCE_MS, &problem), ERR_BROKER_AWAY, &problem);
    assert_true(publisher_count(publisher).failed > 0);
    expect(publisher_run(publisher, chain.records + 200, NULL, 100, &taken, &problem),
           ERR_BROKER_AWAY, &problem);
    assert_int_equal(taken, 0);
    struct feed_tick tick = {0};
    expect(publisher_tick(publisher, feed, &tick, &problem), ERR_BROKER_AWAY, &problem);
    publisher_discard(publisher);
    publisher = publisher_make(kafka);
    publish(publisher, &chain, 100, 300);
    READER_AUTO struct reader *reader = reader_make(kafka);
    struct seen seen = {0};
    expect(reader_scan(reader, kafka->topic, 2, 0, -1, PATIENCE_MS, see, &seen, &problem), OK,
           &problem);
    assert_int_equal(seen.place.position, 300);
}

static void a_broker_that_is_away_is_waited_for(void **state)
{
    struct kafka *kafka = *state;
    if (!kafka->mock)
        skip();
    struct problem problem = {0};
    CHAIN_AUTO struct chain chain = chain_new(4, 1, 200);
    PUBLISHER_AUTO struct publisher *publisher = publisher_make(kafka);
    publish(publisher, &chain, 0, 100);
    rd_kafka_mock_broker_set_down(kafka->mock, 1);
    size_t taken;
    expect(publisher_run(publisher, chain.records + 100, NULL, 100, &taken, &problem), OK,
           &problem);
    assert_int_equal(taken, 100);
    expect(publisher_flush(publisher, 1500, &problem), ERR_TIMEOUT, &problem);
    assert_true(publisher_count(publisher).brokers_away);
    PUBLISHER_AUTO struct publisher *hopeless = publisher_make(kafka);
    expect(publisher_run(hopeless, chain.records, NULL, 10, &taken, &problem), OK, &problem);
    int64_t begun_ms = now_ms();
    publisher_discard(hopeless);
    hopeless = NULL;
    assert_true(now_ms() - begun_ms < 2000);
    READER_AUTO struct reader *reader = reader_make(kafka);
    struct seen seen = {0};
    expect(reader_scan(reader, kafka->topic, 4, 0, -1, 1000, see, &seen, &problem), ERR_BROKER_AWAY,
           &problem);
    rd_kafka_mock_broker_set_up(kafka->mock, 1);
    expect(publisher_flush(publisher, PATIENCE_MS, &problem), OK, &problem);
    assert_false(publisher_count(publisher).brokers_away);
    expect(reader_scan(reader, kafka->topic, 4, 0, -1, PATIENCE_MS, see, &seen, &problem), OK,
           &problem);
    assert_int_equal(seen.place.position, 200);
}

static void a_full_queue_is_told(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    CHAIN_AUTO struct chain chain = chain_new(6, 1, 500);
    PUBLISHER_AUTO struct publisher *publisher = NULL;
    struct publisher_options options = {
        .broker = settings_of(kafka), .topic = kafka->topic, .queue_messages = 100};
    expect(publisher_open(&publisher, &options, &problem), OK, &problem);
    size_t taken;
    expect(publisher_run(publisher, chain.records, NULL, 500, &taken, &problem), OK, &problem);
    assert_true(taken >= 100 && taken < 500);
    publish(publisher, &chain, taken, 500);
    READER_AUTO struct reader *reader = reader_make(kafka);
    struct seen seen = {0};
    expect(reader_scan(reader, kafka->topic, 6, 0, -1, PATIENCE_MS, see, &seen, &problem), OK,
           &problem);
    assert_int_equal(seen.place.position, 500);
}

static void a_reader_moves_between_partitions(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    PUBLISHER_AUTO struct publisher *publisher = publisher_make(kafka);
    READER_AUTO struct reader *reader = reader_make(kafka);
    for (int32_t shard = 0; shard < PARTITIONS; shard++) {
        CHAIN_AUTO struct chain chain = chain_new(shard, 1, 50);
        publish(publisher, &chain, 0, 50);
        expect(reader_assign(reader, kafka->topic, shard, 10, &problem), OK, &problem);
    }
    int64_t got[PARTITIONS] = {0}, deadline_ms = now_ms() + PATIENCE_MS;
    int ends = 0;
    while (ends < PARTITIONS && now_ms() < deadline_ms) {
        INCOMING_AUTO struct incoming *incoming = reader_poll(reader, 100);
        if (incoming && incoming->kind == INCOMING_RECORD)
            assert_int_equal(incoming->record.position, 11 + got[incoming->partition]++);
        ends += incoming && incoming->kind == INCOMING_END;
    }
    for (int i = 0; i < PARTITIONS; i++)
        assert_int_equal(got[i], 40);
    /* Set back: the very same messages come again. */
    expect(reader_assign(reader, kafka->topic, 5, 45, &problem), OK, &problem);
    int64_t next = 46;
    while (next <= 50 && now_ms() < deadline_ms) {
        INCOMING_AUTO struct incoming *incoming = reader_poll(reader, 100);
        if (incoming && incoming->kind == INCOMING_RECORD) {
            assert_int_equal(incoming->partition, 5);
            assert_int_equal(incoming->record.position, next++);
        }
    }
    assert_int_equal(next, 51);
    expect(reader_assign(reader, kafka->topic, 5, 1000, &problem), OK, &problem);
    bool told = false;
    while (!told && now_ms() < deadline_ms) {
        INCOMING_AUTO struct incoming *incoming = reader_poll(reader, 100);
        told = incoming && incoming->kind == INCOMING_OUT_OF_RANGE && incoming->partition == 5;
    }
    assert_true(told);
    expect(reader_unassign(reader, kafka->topic, 5, &problem), OK, &problem);
}

static void the_cluster_is_described(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    BROKER_AUTO struct broker *broker = NULL;
    struct broker_settings settings = settings_of(kafka);
    expect(broker_open(&broker, &settings, &problem), OK, &problem);
    expect(broker_check(broker, PATIENCE_MS, &problem), OK, &problem);
    char id[CLUSTER_ID_SIZE];
    expect(broker_cluster_id(broker, id, PATIENCE_MS, &problem), OK, &problem);
    assert_true(strlen(id) > 0);
    expect(broker_topic_check(broker, kafka->topic, PARTITIONS, PATIENCE_MS, &problem), OK,
           &problem);
    expect(broker_topic_check(broker, kafka->topic, 24, PATIENCE_MS, &problem), ERR_CONFIG,
           &problem);
    if (kafka->mock) /* it creates topics for whoever asks */
        return;
    expect(broker_topic_check(broker, "test.nowhere", PARTITIONS, PATIENCE_MS, &problem),
           ERR_NOT_FOUND, &problem);
    const char *topics[] = {kafka->topic};
    expect(broker_topics_ensure(broker, topics, 1, PARTITIONS, PATIENCE_MS, &problem), OK,
           &problem);
    expect(broker_topics_ensure(broker, topics, 1, 7, PATIENCE_MS, &problem), ERR_CONFIG, &problem);
}

static void settings_are_judged(void **state)
{
    (void)state;
    struct problem problem = {0};
    struct broker *broker;
    struct broker_settings settings = {0};
    expect(broker_open(&broker, &settings, &problem), ERR_CONFIG, &problem);
    settings.bootstrap = "127.0.0.1:1";
    settings.properties = "nonsense=1";
    expect(broker_open(&broker, &settings, &problem), ERR_CONFIG, &problem);
    settings.properties = "sasl.password";
    expect(broker_open(&broker, &settings, &problem), ERR_CONFIG, &problem);
    settings.properties = " sasl.username=u ;\n sasl.password=secret\n";
    expect(broker_open(&broker, &settings, &problem), OK, &problem);
    int64_t begun_ms = now_ms();
    expect(broker_check(broker, 500, &problem), ERR_BROKER_AWAY, &problem);
    char id[CLUSTER_ID_SIZE];
    expect(broker_cluster_id(broker, id, 200, &problem), ERR_BROKER_AWAY, &problem);
    broker_close(broker);
    assert_true(now_ms() - begun_ms < 3000);
    struct publisher *publisher;
    struct publisher_options options = {.broker = {.bootstrap = "x:1", .properties = "a=b"}};
    expect(publisher_open(&publisher, &options, &problem), ERR_CONFIG, &problem);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh_topic)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_judged),
        TEST(what_is_published_comes_back),
        TEST(every_field_comes_back),
        TEST(what_is_not_ours_is_told_apart),
        TEST(the_tail_shows_how_far_a_topic_is),
        TEST(a_refusal_stops_the_publisher),
        TEST(a_broker_that_is_away_is_waited_for),
        TEST(a_full_queue_is_told),
        TEST(a_reader_moves_between_partitions),
        TEST(the_cluster_is_described),
    };
    int failed = cmocka_run_group_tests_name("mock cluster", tests, mock_start, kafka_stop);
    if (getenv("BILLING_KAFKA"))
        failed += cmocka_run_group_tests_name("real Kafka", tests, real_start, kafka_stop);
    return failed;
}
