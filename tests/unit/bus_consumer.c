/* SPDX-License-Identifier: Apache-2.0
 * Consumer: the group says which partitions, the caller says from where; nothing is lost or
 * repeated by pauses, moves and rebalances. On the mock cluster, and on the real one. */
#include "bus_fixture.h"

#include "common/bus/consumer.h"

enum { RECORDS = 100, CLOSE_MS = 10000 };

/* What a member of the group has been told, as a service would keep it. */
struct member {
    struct consumer *consumer;
    int64_t start[PARTITIONS]; /* what on_assign answers */
    int64_t next[PARTITIONS];  /* position expected next; 0: not read */
    bool ours[PARTITIONS], ended[PARTITIONS];
    int assigns, revokes, got, out_of_range, troubles, late;
};

static void on_assign(void *context, struct consumer_partition *partitions, size_t n)
{
    struct member *member = context;
    member->assigns++;
    for (size_t i = 0; i < n; i++) {
        int32_t p = partitions[i].partition;
        partitions[i].offset = member->next[p] > 0 ? member->next[p] - 1 : member->start[p];
        member->ours[p] = true;
        member->ended[p] = false;
    }
}

static void on_revoke(void *context, const struct consumer_partition *partitions, size_t n,
                      bool lost)
{
    (void)lost;
    struct member *member = context;
    member->revokes++;
    for (size_t i = 0; i < n; i++)
        member->ours[partitions[i].partition] = false;
}

static void join_with(const struct kafka *kafka, struct member *member,
                      struct consumer_options options)
{
    struct problem problem = {0};
    char group[80];
    const char *topics[] = {kafka->topic};
    snprintf(group, sizeof group, "group.%s", kafka->topic);
    options.broker = settings_of(kafka);
    options.group = group;
    options.topics = topics;
    options.topics_count = 1;
    options.context = member;
    options.on_assign = on_assign;
    options.on_revoke = on_revoke;
    expect(consumer_open(&member->consumer, &options, &problem), OK, &problem);
}

static void join(const struct kafka *kafka, struct member *member)
{
    join_with(kafka, member, (struct consumer_options){.session_timeout_ms = 6000});
}

static void leave(struct member *member)
{
    struct problem problem = {0};
    expect(consumer_close(member->consumer, CLOSE_MS, &problem), OK, &problem);
    member->consumer = NULL;
}

/* Offset o holds position o + 1: each record must be the one that is next of its partition. */
static void step(struct member *member)
{
    INCOMING_AUTO struct incoming *incoming = consumer_poll(member->consumer, 50);
    if (!incoming)
        return;
    int32_t p = incoming->partition;
    member->out_of_range += incoming->kind == INCOMING_OUT_OF_RANGE;
    member->troubles += incoming->kind == INCOMING_TROUBLE;
    member->late += incoming->kind == INCOMING_POLLED_LATE;
    if (incoming->kind == INCOMING_END)
        member->ended[p] = true;
    if (incoming->kind != INCOMING_RECORD)
        return;
    assert_true(member->ours[p]);
    if (!member->next[p])
        member->next[p] = (member->start[p] > 0 ? member->start[p] : 0) + 1;
    if (incoming->record.position != member->next[p])
        fail_msg("partition %d: expected position %lld, got %lld", p, (long long)member->next[p],
                 (long long)incoming->record.position);
    member->next[p]++;
    member->got++;
    member->ended[p] = false;
}

#define UNTIL(condition, ...)                                                                      \
    do {                                                                                           \
        int64_t deadline_ms_ = now_ms() + PATIENCE_MS;                                             \
        while (!(condition) && now_ms() < deadline_ms_) {                                          \
            struct member *members_[] = {__VA_ARGS__};                                             \
            for (size_t m_ = 0; m_ < sizeof members_ / sizeof *members_; m_++)                     \
                step(members_[m_]);                                                                \
        }                                                                                          \
        if (!(condition))                                                                          \
            fail_msg("not reached in time: " #condition);                                          \
    } while (0)

static void quiet_for(struct member *member, int32_t ms)
{
    for (int64_t end_ms = now_ms() + ms; now_ms() < end_ms;)
        step(member);
}

static int owned(const struct member *member)
{
    int n = 0;
    for (int i = 0; i < PARTITIONS; i++)
        n += member->ours[i];
    return n;
}

static void fill(const struct kafka *kafka, size_t from, size_t to)
{
    PUBLISHER_AUTO struct publisher *publisher = publisher_make(kafka);
    for (int32_t shard = 0; shard < PARTITIONS; shard++) {
        CHAIN_AUTO struct chain chain = chain_new(shard, 1, to);
        publish(publisher, &chain, from, to);
    }
}

static void it_starts_where_the_caller_says(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    fill(kafka, 0, RECORDS);
    struct member member = {0};
    for (int p = 0; p < PARTITIONS; p++)
        member.start[p] = p == 1 ? CONSUMER_BEGINNING : p == 2 ? CONSUMER_LATER : p;
    join(kafka, &member);
    /* 11 partitions are read, number 2 waits. */
    int wanted = 11 * RECORDS - (3 + 4 + 5 + 6 + 7 + 8 + 9 + 10 + 11);
    UNTIL(member.got >= wanted, &member);
    quiet_for(&member, 500);
    assert_int_equal(member.got, wanted);
    assert_int_equal(member.next[2], 0);
    member.start[2] = 40;
    expect(consumer_start(member.consumer, kafka->topic, 2, 40, &problem), OK, &problem);
    UNTIL(member.next[2] == RECORDS + 1, &member);
    /* Back to the beginning of one; the others do not stir. */
    member.next[5] = 1;
    expect(consumer_start(member.consumer, kafka->topic, 5, CONSUMER_BEGINNING, &problem), OK,
           &problem);
    int before = member.got;
    UNTIL(member.next[5] == RECORDS + 1, &member);
    quiet_for(&member, 300);
    assert_int_equal(member.got, before + RECORDS);
    const struct consumer_partition *partitions;
    assert_int_equal(consumer_assignment(member.consumer, &partitions), PARTITIONS);
    for (int i = 0; i < PARTITIONS; i++)
        assert_int_equal(partitions[i].offset, RECORDS);
    expect(consumer_start(member.consumer, "other", 0, 0, &problem), ERR_NOT_FOUND, &problem);
    leave(&member);
    assert_int_equal(member.revokes, 1);
    assert_int_equal(owned(&member), 0);
}

static void a_pause_loses_and_repeats_nothing(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    struct member member = {0};
    fill(kafka, 0, RECORDS);
    join(kafka, &member);
    UNTIL(member.got == PARTITIONS * RECORDS, &member);
    for (int turn = 1; turn <= 5; turn++) {
        for (int p = 0; p < 6; p++)
            expect(consumer_pause(member.consumer, kafka->topic, p, &problem), OK, &problem);
        fill(kafka, (size_t)turn * RECORDS, (size_t)(turn + 1) * RECORDS);
        UNTIL(member.next[11] == (turn + 1) * RECORDS + 1, &member);
        quiet_for(&member, 300);
        for (int p = 0; p < 6; p++)
            assert_int_equal(member.next[p], turn * RECORDS + 1);
        for (int p = 0; p < 6; p++)
            expect(consumer_resume(member.consumer, kafka->topic, p, &problem), OK, &problem);
        UNTIL(member.got == PARTITIONS * RECORDS * (turn + 1), &member);
    }
    /* A pause in the middle of what was fetched ahead. */
    fill(kafka, 6 * RECORDS, 20 * RECORDS);
    for (int i = 0; i < 200; i++) {
        step(&member);
        int p = i % PARTITIONS;
        expect(consumer_pause(member.consumer, kafka->topic, p, &problem), OK, &problem);
        step(&member);
        expect(consumer_resume(member.consumer, kafka->topic, p, &problem), OK, &problem);
    }
    UNTIL(member.got == PARTITIONS * 20 * RECORDS, &member);
    expect(consumer_pause(member.consumer, "other", 0, &problem), ERR_NOT_FOUND, &problem);
    leave(&member);
}

static void a_move_leaves_the_pauses_of_others(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    struct member member = {0};
    fill(kafka, 0, RECORDS);
    join(kafka, &member);
    UNTIL(member.got == PARTITIONS * RECORDS, &member);
    expect(consumer_pause(member.consumer, kafka->topic, 3, &problem), OK, &problem);
    expect(consumer_pause(member.consumer, kafka->topic, 4, &problem), OK, &problem);
    fill(kafka, RECORDS, 2 * RECORDS);
    member.next[5] = member.next[4] = 11;
    expect(consumer_start(member.consumer, kafka->topic, 5, 10, &problem), OK, &problem);
    UNTIL(member.next[5] == 2 * RECORDS + 1 && member.next[6] == 2 * RECORDS + 1, &member);
    expect(consumer_pause(member.consumer, kafka->topic, 3, &problem), OK, &problem);
    quiet_for(&member, 500);
    assert_int_equal(member.next[3], RECORDS + 1);
    assert_int_equal(member.next[4], 11);
    /* Moving a paused partition ends its pause. */
    expect(consumer_start(member.consumer, kafka->topic, 4, 10, &problem), OK, &problem);
    UNTIL(member.next[4] == 2 * RECORDS + 1, &member);
    quiet_for(&member, 300);
    assert_int_equal(member.next[3], RECORDS + 1);
    expect(consumer_resume(member.consumer, kafka->topic, 3, &problem), OK, &problem);
    fill(kafka, 2 * RECORDS, 3 * RECORDS);
    for (int p = 0; p < PARTITIONS; p++)
        UNTIL(member.next[p] == 3 * RECORDS + 1, &member);
    leave(&member);
}

static void members_come_and_go(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    struct member first = {0}, second = {0};
    fill(kafka, 0, RECORDS);
    join(kafka, &first);
    UNTIL(first.got == PARTITIONS * RECORDS, &first);
    for (int p = 0; p < PARTITIONS; p++)
        expect(consumer_pause(first.consumer, kafka->topic, p, &problem), OK, &problem);
    memcpy(second.next, first.next, sizeof second.next);
    join(kafka, &second);
    UNTIL(owned(&first) == 6 && owned(&second) == 6, &first, &second);
    assert_true(first.revokes >= 1);
    for (int p = 0; p < PARTITIONS; p++)
        assert_true(first.ours[p] != second.ours[p]);
    fill(kafka, RECORDS, 2 * RECORDS);
    /* The pause ended with the assignment. */
    UNTIL(first.got + second.got == 2 * PARTITIONS * RECORDS, &first, &second);
    for (int p = 0; p < PARTITIONS; p++)
        if (second.ours[p])
            first.next[p] = second.next[p];
    leave(&second);
    UNTIL(owned(&first) == PARTITIONS, &first);
    fill(kafka, 2 * RECORDS, 3 * RECORDS);
    UNTIL(first.got + second.got == 3 * PARTITIONS * RECORDS, &first);
    for (int p = 0; p < PARTITIONS; p++)
        assert_int_equal(first.next[p], 3 * RECORDS + 1);
    leave(&first);
}

static void an_offset_that_is_not_there_is_news(void **state)
{
    struct kafka *kafka = *state;
    struct problem problem = {0};
    fill(kafka, 0, RECORDS);
    struct member member = {0};
    member.start[3] = 5000;
    join(kafka, &member);
    UNTIL(member.out_of_range == 1 && member.got == 11 * RECORDS, &member);
    member.start[3] = 0;
    expect(consumer_start(member.consumer, kafka->topic, 3, CONSUMER_BEGINNING, &problem), OK,
           &problem);
    UNTIL(member.next[3] == RECORDS + 1, &member);
    leave(&member);
}

static void committed_offsets_are_advice_for_monitors(void **state)
{
    struct kafka *kafka = *state;
    fill(kafka, 0, RECORDS);
    struct member member = {0};
    join(kafka, &member);
    UNTIL(member.got == PARTITIONS * RECORDS, &member);
    const struct consumer_partition *partitions;
    size_t n = consumer_assignment(member.consumer, &partitions);
    consumer_commit(member.consumer, partitions, n);
    quiet_for(&member, 500);
    char group[80];
    snprintf(group, sizeof group, "group.%s", kafka->topic);
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", kafka->bootstrap, NULL, 0);
    rd_kafka_conf_set(conf, "group.id", group, NULL, 0);
    rd_kafka_t *monitor = rd_kafka_new(RD_KAFKA_CONSUMER, conf, (char[200]){0}, 200);
    rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, kafka->topic, 4);
    assert_int_equal(rd_kafka_committed(monitor, list, PATIENCE_MS), 0);
    assert_int_equal(list->elems[0].offset, RECORDS);
    rd_kafka_topic_partition_list_destroy(list);
    rd_kafka_destroy(monitor);
    leave(&member);
}

static void who_polls_late_is_told_and_comes_back(void **state)
{
    struct kafka *kafka = *state;
    fill(kafka, 0, RECORDS);
    struct member member = {0};
    join_with(kafka, &member,
              (struct consumer_options){.session_timeout_ms = 6000, .max_poll_ms = 6000});
    UNTIL(member.got == PARTITIONS * RECORDS, &member);
    usleep(7500000);
    UNTIL(member.late == 1 && member.assigns == 2, &member);
    assert_int_equal(member.revokes, 1);
    fill(kafka, RECORDS, RECORDS + 1);
    UNTIL(member.got == PARTITIONS * (RECORDS + 1), &member);
    leave(&member);
}

static void a_broker_that_is_away_is_news(void **state)
{
    struct kafka *kafka = *state;
    fill(kafka, 0, RECORDS);
    struct member member = {0};
    join(kafka, &member);
    UNTIL(member.got == PARTITIONS * RECORDS, &member);
    rd_kafka_mock_broker_set_down(kafka->mock, 1);
    UNTIL(member.troubles > 0, &member);
    rd_kafka_mock_broker_set_up(kafka->mock, 1);
    fill(kafka, RECORDS, 2 * RECORDS);
    UNTIL(member.got == 2 * PARTITIONS * RECORDS, &member);
    rd_kafka_mock_broker_set_down(kafka->mock, 1);
    quiet_for(&member, 300);
    /* Leaving without a broker: done or given up, but never for ever. */
    int64_t begun_ms = now_ms();
    struct problem problem = {0};
    enum error error = consumer_close(member.consumer, 3000, &problem);
    assert_true(error == OK || error == ERR_TIMEOUT);
    assert_true(now_ms() - begun_ms < 6000);
    assert_int_equal(owned(&member), 0);
    rd_kafka_mock_broker_set_up(kafka->mock, 1);
}

static void leaving_before_anything_was_assigned(void **state)
{
    struct kafka *kafka = *state;
    struct member member = {0};
    join(kafka, &member);
    leave(&member);
    assert_int_equal(member.assigns, member.revokes);
    struct problem problem = {0};
    struct kafka nowhere = {.bootstrap = "127.0.0.1:1", .topic = "t"};
    join(&nowhere, &member);
    quiet_for(&member, 200);
    expect(consumer_close(member.consumer, CLOSE_MS, &problem), OK, &problem);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh_topic)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_starts_where_the_caller_says),
        TEST(a_pause_loses_and_repeats_nothing),
        TEST(a_move_leaves_the_pauses_of_others),
        TEST(members_come_and_go),
        TEST(an_offset_that_is_not_there_is_news),
        TEST(committed_offsets_are_advice_for_monitors),
        TEST(who_polls_late_is_told_and_comes_back),
        TEST(leaving_before_anything_was_assigned),
    };
    /* Each member of a mock group waits three seconds, so the mock does only what must be. */
    const struct CMUnitTest with_mock[] = {
        TEST(a_broker_that_is_away_is_news),
        TEST(it_starts_where_the_caller_says),
    };
    int failed = cmocka_run_group_tests_name("mock cluster", with_mock, mock_start, kafka_stop);
    if (getenv("BILLING_KAFKA"))
        failed += cmocka_run_group_tests_name("real Kafka", tests, real_start, kafka_stop);
    return failed;
}
