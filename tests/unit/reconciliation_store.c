/* SPDX-License-Identifier: Apache-2.0
 * The tables and the SQL of the tie-out on a real PostgreSQL: a little business through units of
 * work, then each of the four paths broken alone by hand, found and named. Skipped without
 * BILLING_TEST_DATABASE. */
#include "reconciliation_fixture.h"

#include "common/database/migration.h"
#include "common/eventlog/postgres/postgres_store.h"
#include "common/service/kept_work.h"
#include "services/reconciliation/tie_out.h"

extern const struct migrations reconciliation_migrations;

enum { SHARDS = 12, WORKS_MAX = 64 };
#define SCHEMA "reconciliation_unit"
#define INVOICING_FEED "/billing/invoicing"
#define PAYMENTS_FEED "/billing/payments"

struct feed_end {
    int64_t position;
    struct record_hash hash;
};

struct house {
    struct world world; /* makes messages only */
    struct arena unit_arena, arena;
    struct database *database;
    struct postgres_store *store;
    struct unit *unit;
    struct feed_end invoicing[SHARDS], payments[SHARDS];
    struct problem problem;
};

static const char *conninfo(void)
{
    const char *text = getenv("BILLING_TEST_DATABASE");
    return text && *text ? text : NULL;
}

static void sql(struct house *house, const char *text)
{
    if (database_run(house->database, text, &house->problem) != OK)
        fail_msg("%s: %s", text, house->problem.detail);
}

static int house_setup(void **state)
{
    struct house *house = calloc(1, sizeof *house);
    assert_non_null(house);
    *state = house;
    if (!conninfo())
        return 0;
    world_open(&house->world);
    arena_init(&house->unit_arena, (size_t)64 << 20);
    arena_init(&house->arena, (size_t)64 << 20);
    house->unit = calloc(1, sizeof *house->unit);
    struct database_options options = {.conninfo = conninfo(), .schema = SCHEMA};
    assert_ok(database_open(&house->database, &options, &house->problem));
    sql(house, "DROP SCHEMA IF EXISTS " SCHEMA " CASCADE");
    struct migration_options migrating = {.schema = SCHEMA};
    if (migration_run(house->database, &reconciliation_migrations, &migrating, NULL,
                      &house->problem) != OK)
        fail_msg("%s", house->problem.detail);
    struct postgres_store_options storing = {
        .model = &reconciliation_model, .database = options, .shards = SHARDS};
    if (postgres_store_new(&house->store, &storing, &house->problem) != OK)
        fail_msg("%s", house->problem.detail);
    for (size_t i = 0; i < SHARDS; i++) {
        house->invoicing[i].hash = feed_origin(INVOICING_FEED);
        house->payments[i].hash = feed_origin(PAYMENTS_FEED);
    }
    return 0;
}

static int house_teardown(void **state)
{
    struct house *house = *state;
    if (conninfo()) {
        postgres_store_free(house->store);
        database_close(house->database);
        free(house->unit);
        arena_fini(&house->unit_arena);
        arena_fini(&house->arena);
        world_close(&house->world);
    }
    free(house);
    return 0;
}

#define NEEDS_DATABASE()                                                                           \
    if (!conninfo())                                                                               \
    skip()

/* ---- running ---- */

static void run_works(struct house *house, struct work **works, size_t n)
{
    struct unit_options options = {
        .model = &reconciliation_model, .shards = SHARDS, .blocking = true};
    struct store door = postgres_store_door(house->store);
    if (unit_run(house->unit, &house->unit_arena, &options, &door, works, n, &house->problem) != OK)
        fail_msg("%s: %s", house->problem.field, house->problem.detail);
}

static struct work *message(struct house *house, bool payments, const char *key,
                            const ProtobufCMessage *event, int32_t days)
{
    struct arena *arena = &house->arena;
    int32_t shard = shard_of_key(key, SHARDS);
    struct feed_end *end = payments ? &house->payments[shard] : &house->invoicing[shard];
    struct work *work = arena_zero(arena, sizeof *work);
    work->origin = WORK_MESSAGE;
    work->topic = payments ? "billing.payments.events" : "billing.invoicing.events";
    work->partition = shard;
    work->offset = end->position;
    work->record = (struct record){.feed_id = payments ? PAYMENTS_FEED : INVOICING_FEED,
                                   .shard = shard,
                                   .position = ++end->position,
                                   .type = event->descriptor->name,
                                   .stream_kind = "any",
                                   .version = 1,
                                   .posting_days = days,
                                   .occurred_us = 1,
                                   .recorded_us = 1,
                                   .actor = "",
                                   .cause_topic = "",
                                   .command_key = ""};
    memcpy(work->record.key, key, UUID_TEXT_SIZE);
    work->record.payload = arena_pack(arena, event, &work->record.payload_size);
    assert_ok(record_seal(&work->record, &end->hash, arena_get(arena, FEED_HEADER_BYTES_MAX)));
    end->hash = work->record.hash;
    return work;
}

static void hear_now(struct house *house, bool payments, const char *key,
                     const ProtobufCMessage *event)
{
    struct work *work = message(house, payments, key, event, day("2026-03-25"));
    run_works(house, &work, 1);
    if (work->result != WORK_APPLIED)
        fail_msg("%s: %s %s %s", event->descriptor->short_name, work_result_name(work->result),
                 work->refusal_code, work->problem.detail);
}

static size_t take_handovers(struct house *house)
{
    struct work *works[WORKS_MAX];
    bool shards[SHARDS];
    size_t n;
    memset(shards, true, sizeof shards);
    assert_ok(kept_handovers(house->database, &house->arena, shards, SHARDS, WORKS_MAX, works, &n,
                             &house->problem));
    if (n)
        run_works(house, works, n);
    for (size_t i = 0; i < n; i++)
        if (works[i]->result != WORK_APPLIED)
            fail_msg("handover: %s %s %s", work_result_name(works[i]->result),
                     works[i]->refusal_code, works[i]->problem.detail);
    return n;
}

static struct tie_out_report prove(struct house *house)
{
    struct tie_out_report report;
    if (tie_out_read(house->database, &house->arena, &report, &house->problem) != OK)
        fail_msg("tie_out_read: %s %s", house->problem.rule, house->problem.detail);
    for (size_t i = 0; i < report.n_results; i++)
        for (size_t at = 0; at < report.results[i]->n_documents; at++)
            print_message("%s\n", report.results[i]->documents[at]);
    return report;
}

/* ---- a little business ---- */

static void hear_statement(struct house *house, int64_t closing)
{
    struct world *world = &house->world;
    Payments__Statement statement = PAYMENTS__STATEMENT__INIT;
    statement.statement_id = STATEMENT;
    statement.entity_id = ENTITY;
    statement.bank_account_id = BANK_ACCOUNT;
    statement.currency = "EUR";
    statement.opening = eur(world, 1000000);
    statement.closing = eur(world, closing);
    statement.opening_known = statement.closing_known = true;
    statement.closing_date = date_of(world, "2026-03-25");
    statement.credits = eur(world, closing - 1000000);
    statement.debits = eur(world, 0);
    Payments__StatementIngested ingested = PAYMENTS__STATEMENT_INGESTED__INIT;
    ingested.statement = &statement;
    hear_now(house, true, BANK_ACCOUNT, &ingested.base);
    Payments__StatementPosted posted = PAYMENTS__STATEMENT_POSTED__INIT;
    posted.statement_id = STATEMENT;
    posted.payments = 2;
    hear_now(house, true, BANK_ACCOUNT, &posted.base);
}

static Invoicing__AccountOpened *account_new(struct world *world)
{
    Invoicing__AccountOpened *opened =
        arena_new(&world->arena, Invoicing__AccountOpened, INVOICING__ACCOUNT_OPENED__INIT);
    opened->account_id = ACCOUNT;
    opened->customer_id = CUSTOMER;
    opened->entity_id = ENTITY;
    opened->account_number = "C00042";
    opened->currency = "EUR";
    opened->segment = "STANDARD";
    return opened;
}

static void business(struct house *house)
{
    struct world *world = &house->world;
    hear_now(house, false, ACCOUNT, &account_new(world)->base);
    hear_now(
        house, false, ACCOUNT,
        &invoice_new(world, INVOICE_1, "INV2026000001", 25000, 5000, "2026-03-15", "2026-04-14")
             ->base);
    hear_now(house, false, ACCOUNT,
             &invoice_new(world, INVOICE_2, "INV2026000002", 40000, 0, "2026-03-15", "2026-04-20")
                  ->base);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 30000);
    struct creditor_reference reference;
    assert_ok(creditor_reference_make(&reference, "INV2026000001", NULL));
    ADD_TEXT(world, payment->remittance, creditor_references,
             arena_copy_text(&world->arena, reference.text));
    hear_now(house, true, PAYMENT_1, &payment->base);
    hear_now(house, true, PAYMENT_2, &payment_new(world, PAYMENT_2, 7000)->base);
    hear_statement(house, 1037000);
}

static bool has(const struct tie_out_report *report, const char *code, const char *name)
{
    bool code_found = false, name_found = !name;
    for (size_t i = 0; i < report->n_results; i++) {
        const Reconciliation__TieOut *result = report->results[i];
        for (size_t at = 0; at < result->n_breaks; at++)
            code_found = code_found || !strcmp(result->breaks[at], code);
        for (size_t at = 0; name && at < result->n_documents; at++)
            name_found = name_found || strstr(result->documents[at], name);
    }
    return code_found && name_found;
}

static void test_ties_while_handed_over_and_after(void **state)
{
    struct house *house = *state;
    NEEDS_DATABASE();
    business(house);
    struct tie_out_report report = prove(house);
    assert_false(report.broken);
    assert_int_equal(report.n_results, 1);
    assert_int_equal(report.results[0]->under_way_items_minor, -30000);
    assert_int_equal(take_handovers(house), 1);
    report = prove(house);
    assert_false(report.broken);
    assert_int_equal(report.results[0]->under_way_items_minor, 0);
    assert_int_equal(report.results[0]->incoming_minor, 70000 - 37000);
    assert_int_equal(report.results[0]->open_items_minor, 40000);
    assert_int_equal(report.results[0]->suspense_minor, 7000);
    assert_int_equal(report.results[0]->bank_accounts, 1);
    assert_int_equal(report.results[0]->bank_minor, 37000);
    assert_int_equal(report.results[0]->bank_journal_minor, 37000);
    bool due, news;
    assert_ok(tie_out_due(house->database, 0, &due, &house->problem));
    assert_true(due);
    assert_ok(tie_out_is_news(house->database, &report, &news, &house->problem));
    assert_true(news);
}

static void test_return_and_wait(void **state)
{
    struct house *house = *state;
    NEEDS_DATABASE();
    struct world *world = &house->world;
    business(house);
    take_handovers(house);
    Payments__PaymentReturned *returned = return_new(world, PAYMENT_1, 30000, "R-1");
    hear_now(house, true, PAYMENT_1, &returned->base);
    assert_int_equal(prove(house).results[0]->under_way_items_minor, 30000);
    assert_int_equal(take_handovers(house), 1);
    struct tie_out_report report = prove(house);
    assert_false(report.broken);
    assert_int_equal(report.results[0]->open_items_minor, 70000);
    /* Three rows of the statement were seen, two were told: not compared yet. */
    assert_int_equal(report.results[0]->bank_accounts_pending, 1);

    /* A payment for an account that is not here waits; it counts as under way. */
    Payments__PaymentReceived *early = payment_new(world, REQUEST, 1000);
    early->account_id = ACCOUNT_2;
    early->statement_id = "";
    struct work *work = message(house, true, REQUEST, &early->base, day("2026-03-25"));
    run_works(house, &work, 1);
    assert_int_equal(work->result, WORK_WAITS);
    report = prove(house);
    assert_false(report.broken);
    assert_int_equal(report.results[0]->under_way_items_minor, -1000);
}

static void check_break(struct house *house, const char *by, const char *code, const char *name)
{
    sql(house, by);
    struct tie_out_report report = prove(house);
    assert_true(report.broken);
    assert_true(has(&report, code, name));
}

static void test_each_path_alone(void **state)
{
    struct house *house = *state;
    NEEDS_DATABASE();
    business(house);
    take_handovers(house);
    assert_false(prove(house).broken);

    check_break(house,
                "UPDATE incoming_total SET amount_minor = amount_minor + 9900 WHERE ctid = "
                "(SELECT min(ctid) FROM incoming_total);"
                "INSERT INTO document_total (shard, document_id, entity_id, currency, "
                "incoming_minor) VALUES (1, '" INVOICE_3 "', '" ENTITY "', 'EUR', 9900)",
                "INCOMING_DIFFERS", INVOICE_3);
    sql(house, "UPDATE incoming_total SET amount_minor = amount_minor - 9900 WHERE ctid = "
               "(SELECT max(ctid) FROM incoming_total);"
               "DELETE FROM document_total WHERE document_id = '" INVOICE_3 "'");
    assert_false(prove(house).broken);

    check_break(house, "UPDATE open_item SET open_minor = 39900 WHERE item_id = '" INVOICE_2 "'",
                "ITEMS_DIFFER", "item " INVOICE_2);
    sql(house, "UPDATE open_item SET open_minor = 40000 WHERE item_id = '" INVOICE_2 "'");
    check_break(house, "UPDATE account_money SET left_minor = 5 WHERE money_id = '" PAYMENT_1 "'",
                "ITEMS_DIFFER", "money " PAYMENT_1);
    sql(house, "UPDATE account_money SET left_minor = 0 WHERE money_id = '" PAYMENT_1 "'");
    check_break(house,
                "UPDATE payment_match SET suspended_minor = 0 WHERE payment_id = '" PAYMENT_2 "'",
                "ITEMS_DIFFER", "suspense " PAYMENT_2);
    sql(house,
        "UPDATE payment_match SET suspended_minor = 7000 WHERE payment_id = '" PAYMENT_2 "'");
    assert_false(prove(house).broken);

    check_break(house,
                "UPDATE ledger_total SET debit_minor = debit_minor + 300 "
                "WHERE ledger_account = 1100;"
                "UPDATE document_total SET journal_minor = journal_minor + 300 "
                "WHERE document_id = '" INVOICE_1 "'",
                "JOURNAL_DIFFERS", INVOICE_1);
    sql(house, "UPDATE ledger_total SET debit_minor = debit_minor - 300 "
               "WHERE ledger_account = 1100;"
               "UPDATE document_total SET journal_minor = journal_minor - 300 "
               "WHERE document_id = '" INVOICE_1 "'");
    assert_false(prove(house).broken);

    check_break(house, "UPDATE bank_statement SET closing_minor = closing_minor + 1",
                "BANK_DIFFERS", BANK_ACCOUNT);
    /* The same difference, accepted by a person with the held statement, is known. */
    sql(house, "UPDATE bank_statement SET accepted = true");
    assert_false(prove(house).broken);
}

static void test_tie_out_recorded(void **state)
{
    struct house *house = *state;
    NEEDS_DATABASE();
    business(house);
    take_handovers(house);
    struct tie_out_report report = prove(house);
    Reconciliation__RecordTieOut command = RECONCILIATION__RECORD_TIE_OUT__INIT;
    command.tie_out_id = REQUEST;
    command.n_results = report.n_results;
    command.results = report.results;
    struct work *work = arena_zero(&house->arena, sizeof *work);
    work->origin = WORK_COMMAND;
    work->actor = "test";
    work->decision_id = uuid_derive_text("test", "record", NULL);
    work->record.type = command.base.descriptor->name;
    work->record.payload = arena_pack(&house->arena, &command.base, &work->record.payload_size);
    run_works(house, &work, 1);
    assert_int_equal(work->result, WORK_APPLIED);
    bool news;
    assert_ok(tie_out_is_news(house->database, &report, &news, &house->problem));
    assert_false(news);
    check_break(house, "UPDATE open_item SET open_minor = 39900 WHERE item_id = '" INVOICE_2 "'",
                "ITEMS_DIFFER", "item " INVOICE_2);
    report = prove(house);
    assert_ok(tie_out_is_news(house->database, &report, &news, &house->problem));
    assert_true(news);
}

#define HOUSE_TEST(name) cmocka_unit_test_setup_teardown(name, house_setup, house_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOUSE_TEST(test_ties_while_handed_over_and_after),
        HOUSE_TEST(test_return_and_wait),
        HOUSE_TEST(test_each_path_alone),
        HOUSE_TEST(test_tie_out_recorded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
