/* SPDX-License-Identifier: Apache-2.0
 * COL-2..4: a case through the real unit of work on the memory store: its state and its rows. The
 * events of each vector stand in tests/stories/collections. */
#include "check.h"

#include "billing/collections/v1/collections.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/base/time.h"
#include "common/eventlog/memory/memory_store.h"
#include "common/money/calendar.h"
#include "common/money/money.h"
#include "services/collections/domain/delinquency.h"
#include "services/collections/domain/dunning_policy.h"
#include "services/collections/domain/kinds.h"
#include "services/collections/domain/stage.h"
#include "services/collections/model.h"
#include "services/collections/tables.h"

#define ACCOUNT "a0000000-0000-8000-8000-000000000001"
#define ENTITY "e0000000-0000-8000-8000-000000000001"
#define CUSTOMER "c0000000-0000-8000-8000-000000000001"
#define FEED "/billing/reconciliation"

enum { SHARDS = 2 };

struct world {
    struct arena arena, unit_arena;
    struct memory_store *store;
    struct memory_session *session;
    struct unit *unit;
    struct feed_place places[SHARDS];
    int64_t now_us;
    int works;
};

static int setup(void **state)
{
    struct world *world = *state = calloc(1, sizeof *world);
    arena_init(&world->arena, 64 << 20);
    arena_init(&world->unit_arena, 64 << 20);
    world->store = memory_store_new(&collections_model, SHARDS);
    world->session = memory_session_new(world->store, NULL);
    world->unit = calloc(1, sizeof *world->unit);
    for (int i = 0; i < SHARDS; i++)
        world->places[i] = feed_start(FEED);
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    memory_session_free(world->session);
    memory_store_free(world->store);
    arena_fini(&world->arena);
    arena_fini(&world->unit_arena);
    free(world->unit);
    free(world);
    return 0;
}

/* ---- doing ---- */

static Common__Date *on(struct world *world, const char *text)
{
    struct date date;
    assert_ok(date_parse(&date, text, NULL));
    return date_to_message(&world->arena, date);
}

static Common__Money *money(struct world *world, const char *text)
{
    struct money amount;
    assert_ok(money_parse(&amount, text, NULL));
    return money_to_message(&world->arena, amount);
}

static void run(struct world *world, struct work *work, enum work_result expected)
{
    struct work *works[] = {work};
    struct problem problem = {0};
    struct store door = memory_session_door(world->session);
    struct unit_options options = {.model = &collections_model, .shards = SHARDS};
    memory_store_set_time(world->store, ++world->now_us);
    enum error error =
        unit_run(world->unit, &world->unit_arena, &options, &door, works, 1, &problem);
    if (error || work->result != expected)
        fail_msg("%s: expected %s, came %s %s %s", work->record.type, work_result_name(expected),
                 work_result_name(work->result), work->refusal_code, problem.detail);
}

static void command(struct world *world, const ProtobufCMessage *message, enum work_result expected)
{
    char number[16];
    snprintf(number, sizeof number, "%d", ++world->works);
    struct work work = {.origin = WORK_COMMAND, .actor = "test", .command_key = number};
    work.decision_id = uuid_derive_text("test", number, NULL);
    work.record.type = message->descriptor->name;
    work.record.payload = arena_pack(&world->arena, message, &work.record.payload_size);
    run(world, &work, expected);
}

static void hear(struct world *world, const ProtobufCMessage *event)
{
    struct work work = {.origin = WORK_MESSAGE, .topic = DEBT_TOPIC};
    struct record *record = &work.record;
    int32_t shard = shard_of_key(ACCOUNT, SHARDS);
    struct feed_place *place = &world->places[shard];
    work.partition = record->shard = shard;
    record->feed_id = FEED;
    record->position = place->position + 1;
    record->type = event->descriptor->name;
    record->stream_kind = "item";
    record->version = 1;
    record->occurred_us = record->recorded_us = world->now_us;
    record->posting_days = (int32_t)(world->now_us / DAY_US);
    record->actor = record->cause_topic = record->command_key = "";
    assert_ok(uuid_parse(&record->entity_id, ENTITY, NULL));
    memcpy(record->key, ACCOUNT, UUID_TEXT_SIZE);
    record->payload = arena_pack(&world->arena, event, &record->payload_size);
    assert_ok(record_seal(record, &place->hash, arena_get(&world->arena, FEED_HEADER_BYTES_MAX)));
    feed_apply(place, record, record->position);
    run(world, &work, WORK_APPLIED);
}

static const char *item_id(struct world *world, const char *name)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(id, uuid_derive_text("item", name, NULL));
    return arena_copy_text(&world->arena, id);
}

static void opened(struct world *world, const char *name, const char *amount, const char *due)
{
    Reconciliation__ItemOpened event = RECONCILIATION__ITEM_OPENED__INIT;
    event.item_id = item_id(world, name);
    event.account_id = ACCOUNT;
    event.customer_id = CUSTOMER;
    event.entity_id = ENTITY;
    event.document_number = name;
    event.amount = money(world, amount);
    event.due_date = on(world, due);
    event.account_number = "A-1";
    event.segment = "STANDARD";
    hear(world, &event.base);
}

static void applied(struct world *world, const char *name, const char *left, const char *due)
{
    Reconciliation__PaymentApplied event = RECONCILIATION__PAYMENT_APPLIED__INIT;
    event.item_id = item_id(world, name);
    event.account_id = ACCOUNT;
    event.entity_id = ENTITY;
    event.open_after = money(world, left);
    event.due_date = on(world, due);
    hear(world, &event.base);
}

static void reversed(struct world *world, const char *name, const char *left, const char *due)
{
    Reconciliation__ApplicationReversed event = RECONCILIATION__APPLICATION_REVERSED__INIT;
    event.item_id = item_id(world, name);
    event.account_id = ACCOUNT;
    event.entity_id = ENTITY;
    event.open_after = money(world, left);
    event.due_date = on(world, due);
    hear(world, &event.base);
}

static void evaluate(struct world *world, const char *as_of)
{
    Collections__EvaluateAccount message = COLLECTIONS__EVALUATE_ACCOUNT__INIT;
    message.account_id = ACCOUNT;
    message.as_of = on(world, as_of);
    world->now_us = message.as_of->days * DAY_US + 8 * HOUR_US;
    command(world, &message.base, WORK_APPLIED);
}

/* Steps at these days past due, letters, gap 5; the last is the final notice. Ends with 0. */
static void policy(struct world *world, const uint32_t *days)
{
    Collections__DunningPolicy policy = COLLECTIONS__DUNNING_POLICY__INIT;
    Collections__SetDunningPolicy message = COLLECTIONS__SET_DUNNING_POLICY__INIT;
    Collections__DunningStep steps[8], *list[8];
    size_t n = 0;
    for (; days[n]; n++) {
        steps[n] = (Collections__DunningStep)COLLECTIONS__DUNNING_STEP__INIT;
        steps[n].step = (uint32_t)n + 1;
        steps[n].trigger_days_past_due = days[n];
        steps[n].channel = "LETTER";
        steps[n].final_notice = !days[n + 1];
        list[n] = &steps[n];
    }
    policy.entity_id = ENTITY;
    policy.segment = "STANDARD";
    policy.gap_days_min = 5;
    policy.steps = list;
    policy.n_steps = n;
    message.policy = &policy;
    command(world, &message.base, WORK_APPLIED);
}

/* ---- looking ---- */

static const Collections__CaseState *state_of(struct world *world)
{
    return (const Collections__CaseState *)memory_store_state(world->store, &world->arena,
                                                              KIND_CASE, ACCOUNT, NULL);
}

static void expect(struct world *world, Collections__Stage stage, uint32_t level, uint32_t days,
                   Collections__Bucket bucket)
{
    const Collections__CaseState *state = state_of(world);
    if (state->stage != stage || state->level != level || state->days_past_due != days ||
        state->bucket != bucket)
        fail_msg("expected %s %u, %u days, bucket %d; came %s %u, %u days, bucket %d",
                 case_stage_name(stage), level, days, (int)bucket, case_stage_name(state->stage),
                 state->level, state->days_past_due, (int)state->bucket);
}

/* A cell of the last row of a table. */
static struct cell cell_of(struct world *world, const struct table *table, const char *column)
{
    const struct memory_map *map = memory_rows_of(memory_store_rows(world->store), table);
    const struct memory_row *row = NULL;
    memory_map_each(map, at) row = map->items[at]->value;
    assert_non_null(row);
    for (size_t i = 0; i < table->n_columns; i++)
        if (!strcmp(table->columns[i].name, column))
            return row->cells[i];
    fail_msg("no column %s", column);
    return (struct cell){0};
}

/* ---- the tests ---- */

static void test_aging_bucket(void **state)
{
    (void)state;
    struct date due, day;
    assert_ok(date_parse(&due, "2026-06-30", NULL));
    static const struct {
        const char *as_of;
        uint32_t days;
        Collections__Bucket bucket;
    } cases[] = {
        {"2026-06-29", 0, BUCKET_CURRENT},  {"2026-06-30", 0, BUCKET_CURRENT},
        {"2026-07-01", 1, BUCKET_1_30},     {"2026-07-30", 30, BUCKET_1_30},
        {"2026-07-31", 31, BUCKET_31_60},   {"2026-08-29", 60, BUCKET_31_60},
        {"2026-08-30", 61, BUCKET_61_90},   {"2026-09-28", 90, BUCKET_61_90},
        {"2026-09-29", 91, BUCKET_OVER_90},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_ok(date_parse(&day, cases[i].as_of, NULL));
        assert_int_equal(debt_days_late(due.days, day.days), cases[i].days);
        assert_int_equal(debt_bucket(cases[i].days), cases[i].bucket);
    }
    assert_int_equal(debt_days_late(due.days, NEVER_DAYS), 0);
    assert_int_equal(debt_days_late(INT32_MIN + 1, INT32_MAX), UINT32_MAX - 1);
}

static void test_cured_and_returned(void **state)
{
    struct world *world = *state;
    policy(world, (const uint32_t[]){3, 10, 30, 0});
    opened(world, "inv-1", "EUR 100.00", "2026-06-01");
    expect(world, STAGE_CURRENT, 0, 0, BUCKET_CURRENT);
    evaluate(world, "2026-06-02");
    expect(world, STAGE_GRACE, 0, 1, BUCKET_1_30);
    evaluate(world, "2026-06-04");
    evaluate(world, "2026-06-11");
    evaluate(world, "2026-06-25");
    expect(world, STAGE_DUNNING, 2, 24, BUCKET_1_30);
    applied(world, "inv-1", "EUR 0.00", "2026-06-01");
    expect(world, STAGE_CURRENT, 0, 0, BUCKET_CURRENT);
    reversed(world, "inv-1", "EUR 100.00", "2026-06-01");
    evaluate(world, "2026-06-29");
    expect(world, STAGE_DUNNING, 2, 28, BUCKET_1_30);
    evaluate(world, "2026-07-01");
    expect(world, STAGE_FINAL_NOTICE, 3, 30, BUCKET_1_30);
    assert_int_equal(state_of(world)->episode, 1);
}

static void test_rows(void **state)
{
    struct world *world = *state;
    opened(world, "inv-1", "EUR 100.00", "2026-06-01");
    opened(world, "inv-2", "EUR 30.00", "2026-06-20");
    /* It need not be evaluated before its first item can be late. */
    assert_int_equal(cell_of(world, &collections_case_table, "evaluate_from").number,
                     on(world, "2026-06-02")->days);
    evaluate(world, "2026-06-10");
    assert_int_equal(cell_of(world, &collections_case_table, "evaluate_from").number,
                     on(world, "2026-06-11")->days);
    assert_int_equal(cell_of(world, &collections_case_overdue_table, "overdue").number, 10000);
    assert_int_equal(cell_of(world, &collections_case_overdue_table, "open").number, 13000);
    assert_int_equal(cell_of(world, &collections_evaluation_table, "accounts").number, 1);
    applied(world, "inv-1", "EUR 0.00", "2026-06-01");
    /* Only inv-2 is left, which is not due. */
    assert_int_equal(cell_of(world, &collections_case_table, "evaluate_from").number,
                     on(world, "2026-06-21")->days);
    assert_int_equal(cell_of(world, &collections_case_overdue_table, "overdue").number, 0);
    assert_int_equal(cell_of(world, &collections_case_item_table, "open").number, 3000);
    applied(world, "inv-2", "EUR 0.00", "2026-06-20");
    assert_true(cell_of(world, &collections_case_table, "evaluate_from").is_null);
}

/* Settled items are remembered for their numbers, but not without bound. */
static void test_settled_items_are_bounded(void **state)
{
    struct world *world = *state;
    char name[16];
    for (int i = 0; i < 130; i++) {
        snprintf(name, sizeof name, "inv-%d", i);
        opened(world, name, "EUR 1.00", "2026-06-01");
        applied(world, name, "EUR 0.00", "2026-06-01");
    }
    opened(world, "inv-last", "EUR 1.00", "2026-06-01");
    const Collections__CaseState *known = state_of(world);
    assert_int_equal(known->n_items, 101);
    assert_string_equal(known->items[0]->document_number, "inv-30");
    reversed(world, "inv-129", "EUR 1.00", "2026-06-01");
    known = state_of(world);
    bool found = false;
    for (size_t i = 0; i < known->n_items; i++)
        found = found || (!strcmp(known->items[i]->document_number, "inv-129") &&
                          !debt_is_zero(known->items[i]->open));
    assert_true(found);
}

static void test_replay_gives_the_same(void **state)
{
    struct world *world = *state;
    struct problem problem = {0};
    policy(world, (const uint32_t[]){3, 10, 20, 30, 0});
    opened(world, "inv-1", "EUR 100.00", "2026-06-01");
    opened(world, "inv-2", "JPY 500", "2026-06-03");
    evaluate(world, "2026-06-23");
    applied(world, "inv-1", "EUR 0.00", "2026-06-01");
    applied(world, "inv-2", "JPY 0", "2026-06-03");
    reversed(world, "inv-1", "EUR 100.00", "2026-06-01");
    evaluate(world, "2026-07-01");
    expect(world, STAGE_FINAL_NOTICE, 4, 30, BUCKET_1_30);
    assert_ok(memory_prove_links(world->store, &world->unit_arena, &problem));
    assert_ok(memory_prove_states(world->store, &world->unit_arena, &problem));
}

static void test_policy_in_force(void **state)
{
    (void)state;
    Common__Date july = COMMON__DATE__INIT;
    Collections__DunningPolicy first = COLLECTIONS__DUNNING_POLICY__INIT, second = first;
    Collections__DunningPolicy *versions[] = {&first, &second};
    Collections__DunningPolicyState known = COLLECTIONS__DUNNING_POLICY_STATE__INIT;
    july.days = 20635;
    first.version = 1;
    second.version = 2;
    second.effective_date = &july;
    known.versions = versions;
    known.n_versions = 2;
    assert_ptr_equal(dunning_policy_on(&known, july.days - 1), &first);
    assert_ptr_equal(dunning_policy_on(&known, july.days), &second);
    assert_null(dunning_policy_on(NULL, july.days));
    assert_ptr_equal(dunning_policy_version(&known, 1), &first);
    assert_null(dunning_policy_version(&known, 3));
}

/* Every stage can be left again, and nothing leads to a stage that the table does not name. */
static void test_stages(void **state)
{
    (void)state;
    size_t count;
    const struct case_stage_transition *transitions = case_stage_transitions(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(
            case_stage_allows(transitions[i].from, transitions[i].event, transitions[i].to));
        assert_string_not_equal(case_stage_name(transitions[i].to), "?");
        assert_true(strlen(transitions[i].why) > 0);
    }
    assert_false(case_stage_allows(STAGE_FINAL_NOTICE, "DunningStepTaken", STAGE_DUNNING));
    assert_false(case_stage_allows(STAGE_CURRENT, "DunningStepTaken", STAGE_DUNNING));
    assert_string_equal(case_stage_name((Collections__Stage)99), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aging_bucket),
        cmocka_unit_test_setup_teardown(test_cured_and_returned, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rows, setup, teardown),
        cmocka_unit_test_setup_teardown(test_settled_items_are_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_replay_gives_the_same, setup, teardown),
        cmocka_unit_test(test_policy_in_force),
        cmocka_unit_test(test_stages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
