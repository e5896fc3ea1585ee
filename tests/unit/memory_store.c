/* SPDX-License-Identifier: Apache-2.0
 * Memory store: what only it can do: the fates of a COMMIT, sessions that overlap, processes that
 * die, and the proofs that find what was tampered with. */
#include "common/eventlog/memory/memory_store.h"
#include "unit_fixture.h"

/* The form in memory with our own hooks on its first session. */
struct fated {
    struct memory_store *store;
    struct memory_session *one, *two;
    struct memory_hooks hooks;
    enum memory_fate fate;
    struct trial_run *run;  /* whose ids and arenas are used */
    struct work *meanwhile; /* run in session two while session one holds its locks */
    enum error meanwhile_error;
};

static enum memory_fate fate_of(void *context, const struct unit *unit)
{
    (void)unit;
    return ((struct fated *)context)->fate;
}

static enum error run_in(struct fated *fated, struct memory_session *session, struct work *work)
{
    struct unit_options how = options();
    struct store door = memory_session_door(session);
    struct unit *unit = calloc(1, sizeof *unit);
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    enum error error = unit_run(unit, &arena, &how, &door, &work, 1, &fated->run->problem);
    arena_fini(&arena);
    free(unit);
    return error;
}

static void run_meanwhile(void *context, const struct unit *unit)
{
    (void)unit;
    struct fated *fated = context;
    struct work *work = fated->meanwhile;
    fated->meanwhile = NULL;
    if (work)
        fated->meanwhile_error = run_in(fated, fated->two, work);
}

static int set_up(void **state)
{
    struct fated *fated = calloc(1, sizeof *fated);
    fated->run = trial_run_new(&trial_memory);
    fated->store = memory_store_new(&trial_model, TRIAL_SHARDS);
    memory_store_set_time(fated->store, INT64_C(1770000000000000));
    fated->hooks = (struct memory_hooks){fated, run_meanwhile, fate_of};
    fated->one = memory_session_new(fated->store, &fated->hooks);
    fated->two = memory_session_new(fated->store, NULL);
    *state = fated;
    return 0;
}

static int tear_down(void **state)
{
    struct fated *fated = *state;
    memory_store_free(fated->store);
    trial_run_free(fated->run);
    free(fated);
    return 0;
}

static size_t n_events(const struct fated *fated)
{
    return memory_store_counts(fated->store).events;
}

static void a_lost_race_leaves_nothing(void **state)
{
    struct fated *fated = *state;
    struct work *open = open_account(fated->run, "acc-1", "1001", "customer");
    with_receipt(open, "request");
    fated->fate = MEMORY_LOSES_RACE;
    assert_refused(run_in(fated, fated->one, open), ERR_AGAIN);
    assert_int_equal(open->result, WORK_OPEN);
    struct memory_counts counts = memory_store_counts(fated->store), nothing = {0};
    assert_memory_equal(&counts, &nothing, sizeof counts);
    fated->fate = MEMORY_LANDS;
    assert_ok(run_in(fated, fated->one, open));
    expect_result(open, WORK_APPLIED);
}

static void a_lost_answer_is_found_out(void **state)
{
    struct fated *fated = *state;
    struct work *open = open_account(fated->run, "acc-1", "1001", "customer");
    fated->fate = MEMORY_ANSWER_LOST_ABSENT;
    assert_refused(run_in(fated, fated->one, open), ERR_AGAIN);
    assert_int_equal(n_events(fated), 0);
    fated->fate = MEMORY_ANSWER_LOST_LANDED;
    assert_ok(run_in(fated, fated->one, open));
    expect_result(open, WORK_APPLIED);
    assert_int_equal(n_events(fated), 1);
}

static void a_dead_process_is_gone_and_its_commit_stands_or_not(void **state)
{
    struct fated *fated = *state;
    struct work *open = open_account(fated->run, "acc-1", "1001", "customer");
    fated->fate = MEMORY_CRASH_BEFORE;
    assert_refused(run_in(fated, fated->one, open), ERR_COMMIT_UNKNOWN);
    assert_true(memory_session_dead(fated->one));
    assert_refused(run_in(fated, fated->one, open), ERR_DATABASE_AWAY);
    memory_session_free(fated->one);
    assert_int_equal(n_events(fated), 0);

    fated->one = memory_session_new(fated->store, &fated->hooks);
    fated->fate = MEMORY_CRASH_AFTER;
    with_receipt(open, "request");
    assert_refused(run_in(fated, fated->one, open), ERR_COMMIT_UNKNOWN);
    memory_session_free(fated->one);
    assert_int_equal(n_events(fated), 1);

    fated->one = memory_session_new(fated->store, &fated->hooks);
    fated->fate = MEMORY_LANDS;
    assert_ok(run_in(fated, fated->one, open));
    expect_result(open, WORK_REPLAYED);
}

static void a_head_that_is_locked_is_left_out(void **state)
{
    struct fated *fated = *state;
    fated->meanwhile = open_account(fated->run, "acc-1", "1002", "customer");
    struct work *again = fated->meanwhile;
    assert_ok(run_in(fated, fated->one, open_account(fated->run, "acc-1", "1001", "customer")));
    assert_int_equal(fated->meanwhile_error, OK);
    expect_result(again, WORK_DEFERRED);
    assert_ok(run_in(fated, fated->two, again));
    expect_result(again, WORK_REFUSED);
}

/* Two shards at once: both saw the number free, one commits. */
static void a_claim_that_was_taken_meanwhile_is_tried_again(void **state)
{
    struct fated *fated = *state;
    struct work *first = NULL, *second = open_account(fated->run, "acc-0", "1001", "customer");
    int32_t shard = shard_of_key(id(fated->run, "acc-0"), TRIAL_SHARDS);
    for (int i = 1; !first; i++) {
        char *name = arena_text(&fated->run->arena, "acc-%d", i);
        if (shard_of_key(id(fated->run, name), TRIAL_SHARDS) != shard)
            first = open_account(fated->run, name, "1001", "customer");
    }
    fated->meanwhile = first;
    assert_ok(run_in(fated, fated->one, second)); /* ran after the other had committed */
    expect_result(first, WORK_APPLIED);
    expect_result(second, WORK_REFUSED);
    assert_int_equal(memory_store_counts(fated->store).claims, 1);
}

static void a_stale_state_is_not_believed(void **state)
{
    struct fated *fated = *state;
    assert_ok(run_in(fated, fated->one, open_account(fated->run, "acc-1", "1001", "customer")));
    for (int i = 0; i < 30; i++) {
        char *name = arena_text(&fated->run->arena, "c%d", i);
        struct work *charge = set_charge(fated->run, "acc-1", name, "x", 0);
        assert_ok(run_in(fated, i % 3 ? fated->one : fated->two, charge));
        expect_result(charge, WORK_APPLIED);
    }
    struct problem problem = {0};
    assert_ok(memory_prove_states(fated->store, &fated->run->arena, &problem));
    assert_ok(memory_prove_links(fated->store, &fated->run->arena, &problem));
    assert_ok(memory_prove_indexes(fated->store, &fated->run->arena, &problem));
    assert_ok(memory_prove_rows(fated->store, &fated->run->arena, NULL, NULL, &problem));
}

static void the_proofs_find_a_changed_byte(void **state)
{
    struct fated *fated = *state;
    assert_ok(run_in(fated, fated->one, open_account(fated->run, "acc-1", "1001", "customer")));
    int32_t shard = shard_of_key(id(fated->run, "acc-1"), TRIAL_SHARDS);
    const struct record *record = memory_store_record(fated->store, shard, 1);
    uint8_t *payload = (uint8_t *)(uintptr_t)record->payload;
    uint8_t *number = memmem(payload, record->payload_size, "1001", 4);
    assert_non_null(number);
    number[3] = '2';
    struct problem problem = {0};
    assert_refused(memory_prove_links(fated->store, &fated->run->arena, &problem), ERR_CORRUPT);
    assert_refused(memory_prove_states(fated->store, &fated->run->arena, &problem), ERR_CORRUPT);
    assert_refused(memory_prove_indexes(fated->store, &fated->run->arena, &problem), ERR_CORRUPT);
    assert_refused(memory_prove_rows(fated->store, &fated->run->arena, NULL, NULL, &problem),
                   ERR_CORRUPT);
    number[3] = '1';
    assert_ok(memory_prove_rows(fated->store, &fated->run->arena, NULL, NULL, &problem));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_lost_race_leaves_nothing),
        TEST(a_lost_answer_is_found_out),
        TEST(a_dead_process_is_gone_and_its_commit_stands_or_not),
        TEST(a_head_that_is_locked_is_left_out),
        TEST(a_claim_that_was_taken_meanwhile_is_tried_again),
        TEST(a_stale_state_is_not_believed),
        TEST(the_proofs_find_a_changed_byte),
    };
    return cmocka_run_group_tests_name("memory store", tests, NULL, NULL);
}
