/* SPDX-License-Identifier: Apache-2.0
 * Feed: every verdict about a record and about a tick (architecture.md, section 3). */
#include "common/eventlog/feed.h"
#include "check.h"

#define FEED "/billing/test"

/* A record with a sealed header; `say` makes two histories differ. */
struct made {
    struct record record;
    uint8_t header[FEED_HEADER_BYTES_MAX];
};

static void make(struct made *made, const struct record_hash *previous, uint32_t epoch,
                 int64_t position, int64_t recorded_us, const char *say)
{
    *made = (struct made){.record = {.feed_id = FEED,
                                     .epoch = epoch,
                                     .position = position,
                                     .type = "billing.test.v1.Said",
                                     .stream_kind = "talk",
                                     .version = 1,
                                     .recorded_us = recorded_us,
                                     .actor = "",
                                     .cause_topic = "",
                                     .command_key = "",
                                     .payload = (const uint8_t *)say,
                                     .payload_size = strlen(say)}};
    memcpy(made->record.key, "00000000-0000-8000-8000-000000000000", UUID_TEXT_SIZE);
    assert_ok(record_seal(&made->record, previous, made->header));
}

/* A place after the records 1 and 2 of epoch 3. */
static struct feed_place place_after_two(struct made made[2])
{
    struct feed_place place = feed_start(FEED);
    for (int i = 0; i < 2; i++) {
        make(&made[i], &place.hash, 3, i + 1, 1000 * (i + 1), "hello");
        assert_int_equal(feed_judge(&place, &made[i].record), FEED_NEXT);
        feed_apply(&place, &made[i].record, 70 + i);
    }
    return place;
}

static void it_starts_at_the_hash_of_its_name(void **state)
{
    (void)state;
    struct feed_place place = feed_start(FEED);
    struct record_hash origin = sha256(FEED, strlen(FEED));
    assert_int_equal(place.position, 0);
    assert_int_equal(place.offset, -1);
    assert_memory_equal(place.hash.b, origin.b, HASH_BYTES);
}

static void an_applied_record_moves_everything(void **state)
{
    (void)state;
    struct made made[2];
    struct feed_place place = place_after_two(made);
    assert_int_equal(place.position, 2);
    assert_int_equal(place.epoch, 3);
    assert_int_equal(place.offset, 71);
    assert_memory_equal(place.hash.b, made[1].record.hash.b, HASH_BYTES);
    /* An event proves its feed complete before its own recorded_at, not at it. */
    assert_int_equal(place.complete_us, 1999);
}

static void every_verdict_has_its_record(void **state)
{
    (void)state;
    struct made made[2], other;
    struct feed_place place = place_after_two(made);
    assert_int_equal(feed_judge(&place, &made[0].record), FEED_DUPLICATE);
    assert_int_equal(feed_judge(&place, &made[1].record), FEED_DUPLICATE);
    make(&other, &made[0].record.hash, 3, 2, 2000, "another history");
    assert_int_equal(feed_judge(&place, &other.record), FEED_FORK);
    make(&other, &place.hash, 3, 3, 2000, "next");
    assert_int_equal(feed_judge(&place, &other.record), FEED_NEXT);
    make(&other, &made[0].record.hash, 3, 3, 2000, "links elsewhere");
    assert_int_equal(feed_judge(&place, &other.record), FEED_FORK);
    make(&other, &place.hash, 3, 4, 2000, "one is missing");
    assert_int_equal(feed_judge(&place, &other.record), FEED_AHEAD);
    make(&other, &place.hash, 2, 3, 2000, "of a closed epoch");
    assert_int_equal(feed_judge(&place, &other.record), FEED_OLD_EPOCH);
    make(&other, &place.hash, 4, 3, 2000, "of the next epoch");
    assert_int_equal(feed_judge(&place, &other.record), FEED_NEXT);
    feed_apply(&place, &other.record, 99);
    assert_int_equal(place.epoch, 4);
    assert_string_equal(feed_verdict_name(FEED_OLD_EPOCH), "FEED_OLD_EPOCH");
}

static void a_changed_byte_is_a_fork(void **state)
{
    (void)state;
    struct made made[2], next;
    struct feed_place place = place_after_two(made);
    make(&next, &place.hash, 3, 3, 2000, "next");
    next.record.payload = (const uint8_t *)"nexT";
    assert_int_equal(feed_judge(&place, &next.record), FEED_FORK);
}

static struct feed_tick tick(const struct feed_place *place, int64_t time_us)
{
    return (struct feed_tick){.epoch = place->epoch,
                              .position = place->position,
                              .hash = place->hash,
                              .time_us = time_us};
}

static void a_tick_counts_once_its_position_is_applied(void **state)
{
    (void)state;
    struct made made[2];
    struct feed_place place = place_after_two(made);
    struct feed_tick now = tick(&place, 5000);
    assert_int_equal(feed_tick_judge(&place, &now), TICK_COUNTS);
    feed_tick_apply(&place, &now);
    assert_int_equal(place.complete_us, 5000);
    struct feed_tick older = tick(&place, 4000);
    feed_tick_apply(&place, &older);
    assert_int_equal(place.complete_us, 5000);

    struct feed_tick early = tick(&place, 6000);
    early.position++;
    assert_int_equal(feed_tick_judge(&place, &early), TICK_EARLY);
    struct feed_tick behind = tick(&place, 6000);
    behind.position = 1;
    behind.hash = made[0].record.hash;
    behind.time_us = 1500; /* made between our two events */
    assert_int_equal(feed_tick_judge(&place, &behind), TICK_COUNTS);
    behind.time_us = 6000; /* at a later time the feed ended before our place: a lost history */
    assert_int_equal(feed_tick_judge(&place, &behind), TICK_FORK);
    behind.epoch++; /* but what a new epoch closes out may have overtaken its first tick */
    assert_int_equal(feed_tick_judge(&place, &behind), TICK_COUNTS);
    struct feed_tick forked = tick(&place, 6000);
    forked.hash = made[0].record.hash;
    assert_int_equal(feed_tick_judge(&place, &forked), TICK_FORK);
}

static void a_tick_of_the_next_epoch_closes_the_lower_ones(void **state)
{
    (void)state;
    struct made made[2], late;
    struct feed_place place = place_after_two(made);
    struct feed_tick adopting = tick(&place, 5000), old = tick(&place, 9000);
    adopting.epoch = 4;
    assert_int_equal(feed_tick_judge(&place, &adopting), TICK_COUNTS);
    feed_tick_apply(&place, &adopting);
    assert_int_equal(place.epoch, 4);
    assert_int_equal(feed_tick_judge(&place, &old), TICK_OLD_EPOCH);
    make(&late, &place.hash, 3, 3, 2000, "a zombie of epoch 3");
    assert_int_equal(feed_judge(&place, &late.record), FEED_OLD_EPOCH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_starts_at_the_hash_of_its_name),
        cmocka_unit_test(an_applied_record_moves_everything),
        cmocka_unit_test(every_verdict_has_its_record),
        cmocka_unit_test(a_changed_byte_is_a_fork),
        cmocka_unit_test(a_tick_counts_once_its_position_is_applied),
        cmocka_unit_test(a_tick_of_the_next_epoch_closes_the_lower_ones),
    };
    return cmocka_run_group_tests_name("feed", tests, NULL, NULL);
}
