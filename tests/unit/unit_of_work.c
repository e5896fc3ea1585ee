/* SPDX-License-Identifier: Apache-2.0
 * Unit of work: one source for both forms of the store, so that what the simulator proves in memory
 * holds in PostgreSQL (architecture.md, section 4). */
#include "unit_fixture.h"

/* ---- commands ---- */

static void a_command_becomes_an_event_a_state_and_rows(void **state)
{
    struct trial_run *run = *state;
    struct work *open = open_account(run, "acc-1", "1001", "customer");
    expect_result((run_one(run, SESSION_ONE, open), open), WORK_APPLIED);
    assert_int_equal(events_of(run, "AccountOpened"), 1);
    assert_int_equal(open->position, 1);
    assert_int_equal(number(run, "trial_account", "version", "acc-1"), 1);
    assert_int_equal(number(run, "trial_total", "accounts", "customer"), 1);
}

static void two_works_of_a_batch_meet_on_one_stream(void **state)
{
    struct trial_run *run = *state;
    struct work *works[] = {
        open_account(run, "acc-1", "1001", "customer"), set_charge(run, "acc-1", "c1", "rent", 0),
        set_charge(run, "acc-1", "c2", "heat", 0), open_account(run, "acc-1", "1001", "customer")};
    works[3]->decision_id = uuid_derive_text("decision", "again", NULL);
    assert_ok(run_works(run, SESSION_ONE, works, 4));
    expect_result(works[2], WORK_APPLIED);
    expect_result(works[3], WORK_REFUSED);
    assert_string_equal(works[3]->refusal_code, "account_exists");
    assert_int_equal(works[2]->position, 3);
    assert_int_equal(number(run, "trial_account", "charges", "acc-1"), 2);
    assert_int_equal(number(run, "trial_account", "version", "acc-1"), 3);
}

static void rows_are_replaced_added_to_and_dropped(void **state)
{
    struct trial_run *run = *state;
    struct work *works[] = {open_account(run, "acc-1", "1001", "customer"),
                            open_account(run, "acc-2", "1002", "customer"),
                            set_charge(run, "acc-1", "c1", "12", 0),
                            set_charge(run, "acc-1", "c1", "34", 0)};
    assert_ok(run_works(run, SESSION_ONE, works, 4));
    expect_result(
        (run_one(run, SESSION_ONE, open_account(run, "acc-3", "1003", "customer")), works[0]),
        WORK_APPLIED);
    assert_int_equal(number(run, "trial_total", "accounts", "customer"), 3);
    assert_true(number(run, "trial_charge", "description", "acc-1") != INT64_MIN);
    run_one(run, SESSION_ONE, set_charge(run, "acc-1", "c1", "gone", 0));
    assert_int_equal(number(run, "trial_charge", "description", "acc-1"), INT64_MIN);
    struct work *again[] = {set_charge(run, "acc-2", "c1", "1", 0),
                            set_charge(run, "acc-2", "c1", "gone", 0)};
    assert_ok(run_works(run, SESSION_ONE, again, 2));
    assert_int_equal(number(run, "trial_charge", "description", "acc-2"), INT64_MIN);
}

static void a_receipt_gives_the_same_answer_again(void **state)
{
    struct trial_run *run = *state;
    struct work *open = open_account(run, "acc-1", "1001", "customer");
    with_receipt(open, "request");
    run_one(run, SESSION_ONE, open);
    expect_result(open, WORK_APPLIED);

    struct work *again = open_account(run, "acc-1", "1001", "customer");
    with_receipt(again, "request");
    run_one(run, SESSION_TWO, again);
    expect_result(again, WORK_REPLAYED);
    assert_int_equal(again->answer_status, 201);
    assert_string_equal(again->answer_subject, id(run, "acc-1"));
    assert_int_equal(again->answer_size, strlen("version 1"));
    assert_memory_equal(again->answer, "version 1", again->answer_size);
    assert_int_equal(again->position, open->position);

    struct work *other = open_account(run, "acc-1", "1001", "customer");
    with_receipt(other, "another request");
    run_one(run, SESSION_ONE, other);
    expect_result(other, WORK_CONFLICT);
    assert_int_equal(events_of(run, NULL), 1);
}

static void a_refusal_is_kept_with_its_receipt(void **state)
{
    struct trial_run *run = *state;
    struct work *charge = set_charge(run, "acc-1", "c1", "rent", 0);
    with_receipt(charge, "request");
    run_one(run, SESSION_ONE, charge);
    expect_result(charge, WORK_REFUSED);
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    /* The world has changed, the answer has not. */
    struct work *again = set_charge(run, "acc-1", "c1", "rent", 0);
    with_receipt(again, "request");
    run_one(run, SESSION_ONE, again);
    expect_result(again, WORK_REPLAYED);
    assert_string_equal(again->refusal_code, "account_unknown");
    assert_int_equal(again->answer_status, 404);
}

static void a_request_twice_in_one_batch_is_decided_once(void **state)
{
    struct trial_run *run = *state;
    struct work *works[] = {open_account(run, "acc-1", "1001", "customer"),
                            open_account(run, "acc-1", "1001", "customer")};
    with_receipt(works[0], "request");
    with_receipt(works[1], "request");
    assert_ok(run_works(run, SESSION_ONE, works, 2));
    expect_result(works[0], WORK_APPLIED);
    expect_result(works[1], WORK_DEFERRED);
    run_one(run, SESSION_ONE, works[1]);
    expect_result(works[1], WORK_REPLAYED);
}

static void a_command_that_cannot_be_read_fails_alone(void **state)
{
    struct trial_run *run = *state;
    struct work *works[] = {open_account(run, "acc-1", "1001", "customer"),
                            set_charge(run, "acc-1", "c1", "rent", 0),
                            open_account(run, "acc-2", "1002", "customer")};
    works[1]->record.payload = (const uint8_t *)"\xff\xff\xff";
    works[1]->record.payload_size = 3;
    assert_ok(run_works(run, SESSION_ONE, works, 3));
    expect_result(works[1], WORK_FAILED);
    assert_int_equal(works[1]->problem.error, ERR_MALFORMED);
    expect_result(works[2], WORK_APPLIED);
    assert_int_equal(events_of(run, "Parked"), 0);
}

static void an_expected_version_must_be_the_stream_s(void **state)
{
    struct trial_run *run = *state;
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    struct work *charge = set_charge(run, "acc-1", "c1", "rent", 0);
    charge->expected = (struct stream_ref){TRIAL_ACCOUNT, id(run, "acc-1")};
    charge->expected_version = 2;
    run_one(run, SESSION_ONE, charge);
    expect_result(charge, WORK_REFUSED);
    assert_string_equal(charge->refusal_code, "precondition_failed");
    charge->expected_version = 1;
    run_one(run, SESSION_ONE, charge);
    expect_result(charge, WORK_APPLIED);
}

static void a_claim_belongs_to_the_first(void **state)
{
    struct trial_run *run = *state;
    struct work *works[] = {open_account(run, "acc-1", "1001", "customer"),
                            open_account(run, "acc-2", "1001", "customer")};
    assert_ok(run_works(run, SESSION_ONE, works, 2));
    expect_result(works[0], WORK_APPLIED);
    expect_result(works[1], WORK_REFUSED);
    struct work *third = open_account(run, "acc-3", "1001", "customer");
    run_one(run, SESSION_TWO, third);
    assert_string_equal(third->refusal_code, "number_taken");
}

static void what_is_dropped_in_a_batch_is_gone_for_the_next_work(void **state)
{
    struct trial_run *run = *state;
    struct work *works[] = {
        open_account(run, "acc-1", "1001", "customer"), set_charge(run, "acc-1", "c1", "left", 0),
        start_run(run, "run-1", "customer", NULL), open_account(run, "acc-2", "1001", "customer")};
    assert_ok(run_works(run, SESSION_ONE, works, 4));
    expect_result(works[3], WORK_APPLIED); /* the number is free again */
    assert_int_equal(events_of(run, "HandedOver"), 0);
    run_one(run, SESSION_TWO, start_run(run, "run-2", "customer", NULL));
    assert_int_equal(events_of(run, "HandedOver"), 1);
    struct work *third = open_account(run, "acc-3", "1001", "customer");
    run_one(run, SESSION_ONE, third);
    assert_string_equal(third->refusal_code, "number_taken");
}

static void a_series_has_no_gaps(void **state)
{
    struct trial_run *run = *state;
    struct work *works[] = {
        open_account(run, "acc-1", "1001", "customer"), issue(run, "inv-1", "acc-1", 20500),
        issue(run, "inv-2", "acc-1", 20500), issue(run, "inv-x", "acc-unknown", 20500),
        issue(run, "inv-3", "acc-1", 20499)};
    assert_ok(run_works(run, SESSION_ONE, works, 5));
    expect_result(works[2], WORK_APPLIED);
    expect_result(works[3], WORK_REFUSED); /* spends no number */
    assert_string_equal(works[4]->refusal_code, "issue_date_passed");
    struct work *more[] = {issue(run, "inv-4", "acc-1", 20501), issue(run, "inv-5", "acc-1", 20900),
                           issue(run, "inv-6", "acc-1", 20501)};
    assert_ok(run_works(run, SESSION_TWO, more, 3));
    expect_result(more[2], WORK_APPLIED);
    const char *wanted[] = {"2026-3", "2027-1", "2026-4"};
    struct store door = run->form->door(run->store, SESSION_ONE);
    struct record *records;
    size_t n;
    int32_t shard = more[0]->shard;
    assert_ok(door.feed(door.self, &run->arena, shard, 0, 100, &records, &n, &run->problem));
    for (size_t i = 0; i < 3; i++) {
        const struct record *record = &records[n - 3 + i];
        Invoicing__InvoiceIssued *event =
            arena_unpack(&run->arena, &invoicing__invoice_issued__descriptor, record->payload,
                         record->payload_size);
        assert_string_equal(event->number, wanted[i]);
        assert_int_equal(record->posting_days, event->issue_date->days);
    }
}

/* ---- batches that do not fit ---- */

static void a_batch_too_large_leaves_nothing_and_its_halves_pass(void **state)
{
    struct trial_run *run = *state;
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    struct work *works[] = {set_charge(run, "acc-1", "c1", "rent", 5 << 20),
                            set_charge(run, "acc-1", "c2", "heat", 5 << 20)};
    with_receipt(works[0], "request");
    struct unit_options how = options();
    assert_refused(run_with(run, &how, SESSION_ONE, works, 2), ERR_TOO_LARGE);
    assert_int_equal(works[0]->result, WORK_OPEN);
    assert_int_equal(events_of(run, NULL), 1);
    assert_int_equal(number(run, "trial_account", "charges", "acc-1"), 0);
    run_one(run, SESSION_ONE, works[0]);
    run_one(run, SESSION_ONE, works[1]);
    expect_result(works[0], WORK_APPLIED);
    expect_result(works[1], WORK_APPLIED);
    assert_int_equal(number(run, "trial_account", "charges", "acc-1"), 2);
}

static void states_too_large_for_the_arena_are_an_error_and_no_crash(void **state)
{
    struct trial_run *run = *state;
    char *text = arena_get(&run->arena, 60001);
    memset(text, 'x', 60000);
    text[60000] = 0;
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    for (int i = 0; i < 12; i++)
        run_one(run, SESSION_ONE,
                set_charge(run, "acc-1", arena_text(&run->arena, "%d", i), text, 0));
    struct arena small;
    arena_init(&small, 300 << 10);
    struct unit_options how = options();
    for (int session = 0; session < 2; session++) { /* from memory, and from the store */
        struct store door = run->form->door(run->store, session);
        struct work *charge = set_charge(run, "acc-1", "last", "x", 0);
        assert_refused(unit_run(run->unit, &small, &how, &door, &charge, 1, &run->problem),
                       ERR_TOO_LARGE);
    }
    arena_fini(&small);
    run->unit->arena = &run->unit_arena;
    assert_int_equal(events_of(run, NULL), 13);
}

static void what_breaks_its_transaction_alone_is_parked(void **state)
{
    struct trial_run *run = *state;
    struct foreign_feed feed = foreign_feed(run, 0);
    struct work *item = hear_item(&feed, "item-1", "acc-1", "INV-1", 100);
    struct problem why = {.error = ERR_TOO_LARGE, .detail = "it needs more than its arena"};
    struct unit_options how = options();
    struct store door = run->form->door(run->store, SESSION_ONE);
    assert_ok(unit_park(run->unit, &run->unit_arena, &how, &door, item, &why, &run->problem));
    expect_result(item, WORK_PARKED);
    assert_int_equal(events_of(run, "MessageParked"), 1);
    run_one(run, SESSION_ONE, item);
    expect_result(item, WORK_DUPLICATE); /* parking was its application */
}

/* ---- feeds ---- */

static void a_feed_is_applied_once_and_in_order(void **state)
{
    struct trial_run *run = *state;
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    struct foreign_feed feed = foreign_feed(run, 2);
    struct work *first = hear_item(&feed, "item-1", "acc-1", "INV-1", 100);
    struct work *second = hear_item(&feed, "item-2", "acc-1", "INV-2", 100);
    struct work *third = hear_item(&feed, "item-3", "acc-1", "INV-3", 100);
    struct work early = *third;
    struct work *batch[] = {second, first, first, &early, second, third};
    assert_ok(run_works(run, SESSION_ONE, batch, 2));
    expect_result(second, WORK_AHEAD);
    expect_result(first, WORK_APPLIED);
    assert_ok(run_works(run, SESSION_TWO, batch + 2, 4));
    expect_result(first, WORK_DUPLICATE);
    expect_result(&early, WORK_AHEAD);
    expect_result(second, WORK_APPLIED);
    expect_result(third, WORK_APPLIED);
    assert_int_equal(events_of(run, "AccountSkipped"), 3);
    assert_int_equal(number(run, "trial_item", "heard", "item-3"), 1);
}

static void a_fork_stops_the_partition(void **state)
{
    struct trial_run *run = *state;
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    struct foreign_feed feed = foreign_feed(run, 1), other = feed;
    struct work *first = hear_item(&feed, "item-1", "acc-1", "INV-1", 100);
    struct work *forked = hear_item(&other, "item-9", "acc-1", "INV-9", 100);
    struct work *after = hear_item(&other, "item-10", "acc-1", "INV-10", 100);
    run_one(run, SESSION_ONE, first);
    struct work *batch[] = {forked, after};
    assert_ok(run_works(run, SESSION_ONE, batch, 2));
    expect_result(forked, WORK_FORKED); /* our position, another hash */
    expect_result(after, WORK_DEFERRED);
    run_one(run, SESSION_ONE, after);
    expect_result(after, WORK_FORKED); /* the next position, a link that does not fit */
    assert_int_equal(events_of(run, "AccountSkipped"), 1);
}

static void types_are_handled_heard_ignored_or_parked(void **state)
{
    struct trial_run *run = *state;
    struct foreign_feed feed = foreign_feed(run, 3);
    Reconciliation__JournalPosted journal = RECONCILIATION__JOURNAL_POSTED__INIT;
    Reconciliation__ItemSettled settled = RECONCILIATION__ITEM_SETTLED__INIT;
    struct work *works[] = {
        hear_suspense(&feed, "payment-1"), hear(&feed, id(run, "journal-1"), &journal.base),
        hear(&feed, id(run, "item-1"), &settled.base), hear_suspense(&feed, "payment-2")};
    assert_ok(run_works(run, SESSION_ONE, works, 4));
    expect_result(works[0], WORK_APPLIED);
    expect_result(works[1], WORK_IGNORED);
    expect_result(works[2], WORK_PARKED);
    assert_int_equal(works[2]->problem.error, ERR_UNKNOWN_TYPE);
    expect_result(works[3], WORK_APPLIED);
    assert_int_equal(number(run, "trial_item", "heard", "payment-2"), 1);
}

static void a_shard_closed_for_writing_defers_all_that_follows(void **state)
{
    struct trial_run *run = *state;
    struct work *open = open_account(run, "acc-1", "1001", "customer");
    atomic_bool writable[SHARDS_MAX] = {false};
    struct unit_options how = options();
    how.writable = writable;
    assert_ok(run_with(run, &how, SESSION_ONE, &open, 1));
    expect_result(open, WORK_DEFERRED);
    run_one(run, SESSION_ONE, open);
    struct foreign_feed feed = foreign_feed(run, 0);
    struct work *works[] = {hear_suspense(&feed, "payment-1"),
                            hear_item(&feed, "item-1", "acc-1", "INV-1", 100),
                            hear_suspense(&feed, "payment-2")};
    assert_ok(run_with(run, &how, SESSION_ONE, works, 3));
    expect_result(works[0], WORK_APPLIED); /* writes nothing of ours */
    expect_result(works[1], WORK_DEFERRED);
    expect_result(works[2], WORK_DEFERRED); /* else it would look like a gap */
}

/* ---- waiting ---- */

static void a_message_waits_for_its_predecessor(void **state)
{
    struct trial_run *run = *state;
    struct foreign_feed feed = foreign_feed(run, 0);
    struct work *item = hear_item(&feed, "item-1", "acc-1", "INV-1", 100);
    struct work *waiting[KEPT_MAX], *stale[KEPT_MAX];
    run_one(run, SESSION_ONE, item);
    expect_result(item, WORK_WAITS);
    run_one(run, SESSION_ONE, item);
    expect_result(item, WORK_DUPLICATE);
    assert_int_equal(kept(run, KEPT_WAITING, waiting), 0);
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    assert_int_equal(kept(run, KEPT_WAITING, waiting), 1);
    assert_int_equal(kept(run, KEPT_WAITING, stale), 1);
    run_one(run, SESSION_ONE, waiting[0]);
    expect_result(waiting[0], WORK_APPLIED);
    /* Another process had listed it too. */
    run_one(run, SESSION_TWO, stale[0]);
    expect_result(stale[0], WORK_DUPLICATE);
    assert_int_equal(kept(run, KEPT_WAITING, waiting), 0);
    assert_int_equal(events_of(run, "AccountSkipped"), 1);
    assert_int_equal(events_of(run, "MessageResumed"), 1);
    assert_int_equal(number(run, "trial_item", "heard", "item-1"), 1);
}

static void many_resume_at_once(void **state)
{
    struct trial_run *run = *state;
    struct foreign_feed feed = foreign_feed(run, 0);
    struct work *works[WORKS_MAX];
    for (int i = 0; i < 60; i++)
        works[i] = hear_item(&feed, arena_text(&run->arena, "item-%d", i), "acc-1", "INV", 100);
    size_t from = 0;
    for (int round = 0; round < 20 && from < 60; round++) {
        assert_ok(run_works(run, SESSION_ONE, works + from, 60 - from));
        while (from < 60 && works[from]->result != WORK_DEFERRED)
            from++;
    }
    assert_int_equal(from, 60);
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    for (int round = 0; round < 20; round++) {
        struct work *waiting[KEPT_MAX];
        size_t n = kept(run, KEPT_WAITING, waiting);
        if (!n)
            break;
        assert_ok(run_works(run, SESSION_ONE, waiting, n));
    }
    assert_int_equal(events_of(run, "MessageResumed"), 60);
    assert_int_equal(events_of(run, "AccountSkipped"), 60);
}

/* ---- parking ---- */

static void poison_holds_its_key_and_nobody_else(void **state)
{
    struct trial_run *run = *state;
    struct work *accounts[] = {open_account(run, "acc-1", "1001", "customer"),
                               open_account(run, "acc-2", "1002", "customer")};
    assert_ok(run_works(run, SESSION_ONE, accounts, 2));
    struct foreign_feed feed = foreign_feed(run, 1);
    struct work *works[] = {hear_item(&feed, "item-1", "acc-1", "INV-1", 0),
                            hear_item(&feed, "item-2", "acc-1", "INV-2", 100),
                            hear_item(&feed, "item-3", "acc-2", "INV-3", 100)};
    assert_ok(run_works(run, SESSION_ONE, works, 3));
    expect_result(works[0], WORK_PARKED);
    assert_int_equal(works[0]->problem.error, ERR_MISSING);
    assert_string_equal(works[0]->problem.field, "amount");
    expect_result(works[1], WORK_PARKED); /* a follower */
    expect_result(works[2], WORK_APPLIED);
    struct work *charge = set_charge(run, "acc-1", "c1", "rent", 0);
    run_one(run, SESSION_TWO, charge);
    expect_result(charge, WORK_HELD);
    assert_int_equal(number(run, "trial_item", "heard", "item-2"), INT64_MIN);

    struct work *parked[KEPT_MAX], *stale[KEPT_MAX];
    assert_int_equal(kept(run, KEPT_PARKED, parked), 2);
    kept(run, KEPT_PARKED, stale);
    run_one(run, SESSION_ONE, parked[0]);
    expect_result(parked[0], WORK_PARKED); /* still poison: it stays */
    parked[0]->discard_reason = "a test";
    parked[0]->discard_requested_by = "one";
    parked[0]->discard_approved_by = "other";
    run_one(run, SESSION_ONE, parked[0]);
    expect_result(parked[0], WORK_APPLIED);
    run_one(run, SESSION_TWO, charge);
    expect_result(charge, WORK_HELD); /* its follower stands yet */
    run_one(run, SESSION_ONE, parked[1]);
    expect_result(parked[1], WORK_APPLIED);
    run_one(run, SESSION_TWO, stale[1]);
    expect_result(stale[1], WORK_DUPLICATE);
    run_one(run, SESSION_TWO, charge);
    expect_result(charge, WORK_APPLIED);
    assert_int_equal(kept(run, KEPT_PARKED, parked), 0);
    assert_int_equal(number(run, "trial_item", "heard", "item-2"), 1);
    assert_int_equal(events_of(run, "MessageDiscarded"), 1);
    assert_int_equal(events_of(run, "MessageRedriven"), 1);
}

/* What cannot be read has no key of its own: it goes by its record's, and leaves by the same. */
static void a_message_of_an_unknown_type_can_be_discarded(void **state)
{
    struct trial_run *run = *state;
    struct foreign_feed feed = foreign_feed(run, 1);
    Reconciliation__ItemSettled settled = RECONCILIATION__ITEM_SETTLED__INIT;
    for (int i = 0; i < 8; i++) {
        char *key = id(run, arena_text(&run->arena, "item-%d", i));
        run_one(run, SESSION_ONE, hear(&feed, key, &settled.base));
    }
    struct work *parked[KEPT_MAX];
    assert_int_equal(kept(run, KEPT_PARKED, parked), 8);
    for (int i = 0; i < 8; i++) {
        parked[i]->discard_reason = "a test";
        parked[i]->discard_requested_by = "one";
        parked[i]->discard_approved_by = "other";
        run_one(run, SESSION_ONE, parked[i]);
        expect_result(parked[i], WORK_APPLIED);
    }
    assert_int_equal(kept(run, KEPT_PARKED, parked), 0);
    assert_int_equal(events_of(run, "MessageDiscarded"), 8);
}

static void a_stray_message_is_parked_once(void **state)
{
    struct trial_run *run = *state;
    for (int i = 0; i < 2; i++) {
        struct work stray = {
            .origin = WORK_STRAY,
            .topic = TRIAL_TOPIC_IN,
            .partition = 1,
            .offset = 7,
            .decision_id = uuid_derive_text("stray", "7", NULL),
            .record = {.type = "", .payload = (const uint8_t *)"?", .payload_size = 1}};
        run_one(run, i, &stray);
        assert_int_equal(stray.result, i ? WORK_DUPLICATE : WORK_PARKED);
    }
    assert_int_equal(events_of(run, "MessageParked"), 1);
}

static void one_unit_parks_only_so_many(void **state)
{
    struct trial_run *run = *state;
    struct foreign_feed feed = foreign_feed(run, 1);
    struct work *works[WORKS_MAX];
    for (int i = 0; i < 100; i++)
        works[i] = hear_item(&feed, "item", arena_text(&run->arena, "acc-%d", i), "INV", 0);
    size_t from = 0;
    for (int round = 0; round < 20 && from < 100; round++) {
        assert_ok(run_works(run, SESSION_ONE, works + from, 100 - from));
        while (from < 100 && works[from]->result == WORK_PARKED)
            from++;
    }
    assert_int_equal(from, 100);
    assert_int_equal(events_of(run, "MessageParked"), 100);
}

/* ---- handing over ---- */

static void work_for_other_shards_is_handed_over_once(void **state)
{
    struct trial_run *run = *state;
    struct work *works[12];
    for (int i = 0; i < 12; i++)
        works[i] = open_account(run, arena_text(&run->arena, "acc-%d", i), "", "customer");
    assert_ok(run_works(run, SESSION_ONE, works, 12));
    struct work *start = start_run(run, "run-1", "customer", NULL);
    run_one(run, SESSION_ONE, start);
    expect_result(start, WORK_APPLIED);
    assert_int_equal(events_of(run, "HandedOver"), 12);
    struct work *handed[KEPT_MAX], *stale[KEPT_MAX];
    assert_int_equal(kept(run, KEPT_HANDOVERS, handed), 12);
    assert_int_equal(kept(run, KEPT_HANDOVERS, stale), 12);
    assert_ok(run_works(run, SESSION_ONE, handed, 12));
    assert_ok(run_works(run, SESSION_TWO, stale, 12)); /* another process had listed them too */
    for (int i = 0; i < 12; i++) {
        expect_result(handed[i], WORK_APPLIED);
        expect_result(stale[i], WORK_DUPLICATE);
    }
    assert_int_equal(events_of(run, "AccountBilled"), 12);
    assert_int_equal(events_of(run, "HandoverTaken"), 12);
    assert_int_equal(kept(run, KEPT_HANDOVERS, handed), 0);
}

static void a_handover_waits_where_it_was_taken(void **state)
{
    struct trial_run *run = *state;
    struct work *kept_works[KEPT_MAX];
    run_one(run, SESSION_ONE, start_run(run, "run-1", "customer", "acc-1"));
    assert_int_equal(kept(run, KEPT_HANDOVERS, kept_works), 1);
    run_one(run, SESSION_ONE, kept_works[0]);
    expect_result(kept_works[0], WORK_WAITS);
    assert_int_equal(kept(run, KEPT_HANDOVERS, kept_works), 0);
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    assert_int_equal(kept(run, KEPT_WAITING, kept_works), 1);
    run_one(run, SESSION_ONE, kept_works[0]);
    expect_result(kept_works[0], WORK_APPLIED);
    assert_int_equal(events_of(run, "AccountBilled"), 1);
}

static void a_handover_for_a_held_key_is_parked_behind_it(void **state)
{
    struct trial_run *run = *state;
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    struct foreign_feed feed = foreign_feed(run, 1);
    struct work *poison = hear_item(&feed, "item-1", "acc-1", "INV-1", 0);
    struct work *kept_works[KEPT_MAX];
    run_one(run, SESSION_ONE, poison);
    run_one(run, SESSION_ONE, start_run(run, "run-1", "customer", NULL));
    assert_int_equal(kept(run, KEPT_HANDOVERS, kept_works), 1);
    run_one(run, SESSION_ONE, kept_works[0]);
    expect_result(kept_works[0], WORK_PARKED);
    assert_int_equal(kept(run, KEPT_HANDOVERS, kept_works), 0);
    assert_int_equal(kept(run, KEPT_PARKED, kept_works), 2);
    run_one(run, SESSION_ONE, kept_works[1]);
    expect_result(kept_works[1], WORK_APPLIED);
    assert_int_equal(events_of(run, "AccountBilled"), 1);
}

/* ---- memory of a worker ---- */

static void two_workers_see_each_other_s_states(void **state)
{
    struct trial_run *run = *state;
    run_one(run, SESSION_ONE, open_account(run, "acc-1", "1001", "customer"));
    for (int i = 0; i < 20; i++) { /* over a snapshot or two */
        struct work *charge = set_charge(run, "acc-1", arena_text(&run->arena, "c%d", i), "x", 0);
        run_one(run, i % 2, charge);
        expect_result(charge, WORK_APPLIED);
        assert_int_equal(number(run, "trial_account", "charges", "acc-1"), i + 1);
    }
    run->form->restart(run->store, SESSION_ONE);
    run_one(run, SESSION_ONE, set_charge(run, "acc-1", "last", "x", 0));
    assert_int_equal(number(run, "trial_account", "charges", "acc-1"), 21);
    assert_int_equal(number(run, "trial_account", "version", "acc-1"), 22);
}

/* ---- the program ---- */

static const struct trial_form *form;

static int set_up(void **state)
{
    *state = trial_run_new(form);
    return 0;
}

static int tear_down(void **state)
{
    trial_run_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_command_becomes_an_event_a_state_and_rows),
        TEST(two_works_of_a_batch_meet_on_one_stream),
        TEST(rows_are_replaced_added_to_and_dropped),
        TEST(a_receipt_gives_the_same_answer_again),
        TEST(a_refusal_is_kept_with_its_receipt),
        TEST(a_request_twice_in_one_batch_is_decided_once),
        TEST(a_command_that_cannot_be_read_fails_alone),
        TEST(an_expected_version_must_be_the_stream_s),
        TEST(a_claim_belongs_to_the_first),
        TEST(what_is_dropped_in_a_batch_is_gone_for_the_next_work),
        TEST(a_series_has_no_gaps),
        TEST(a_batch_too_large_leaves_nothing_and_its_halves_pass),
        TEST(states_too_large_for_the_arena_are_an_error_and_no_crash),
        TEST(what_breaks_its_transaction_alone_is_parked),
        TEST(a_feed_is_applied_once_and_in_order),
        TEST(a_fork_stops_the_partition),
        TEST(types_are_handled_heard_ignored_or_parked),
        TEST(a_shard_closed_for_writing_defers_all_that_follows),
        TEST(a_message_waits_for_its_predecessor),
        TEST(many_resume_at_once),
        TEST(poison_holds_its_key_and_nobody_else),
        TEST(a_message_of_an_unknown_type_can_be_discarded),
        TEST(a_stray_message_is_parked_once),
        TEST(one_unit_parks_only_so_many),
        TEST(work_for_other_shards_is_handed_over_once),
        TEST(a_handover_waits_where_it_was_taken),
        TEST(a_handover_for_a_held_key_is_parked_behind_it),
        TEST(two_workers_see_each_other_s_states),
    };
    form = &trial_memory;
    int failed = cmocka_run_group_tests_name("unit of work in memory", tests, NULL, NULL);
    if (!trial_postgres_database()) {
        print_message(
            "BILLING_TEST_DATABASE is not set: the same tests in PostgreSQL are left out\n");
        return failed;
    }
    form = &trial_postgres;
    return failed + cmocka_run_group_tests_name("unit of work in PostgreSQL", tests, NULL, NULL);
}
