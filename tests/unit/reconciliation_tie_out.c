/* SPDX-License-Identifier: Apache-2.0
 * The tie-out (REC-8): the handbook's roll-forward, each of the four paths broken alone and named,
 * what is under way, and what is recorded. */
#include "reconciliation_fixture.h"

static struct tie_out_book *book_new(struct arena *arena)
{
    struct tie_out_book *book = arena_zero(arena, sizeof *book);
    assert_ok(uuid_parse(&book->entity, ENTITY, NULL));
    assert_ok(currency_parse(&book->currency, "EUR", NULL));
    return book;
}

/* The vector: 250000.00 + 180000.00 + 1200.00 + 350.50 + 800.00 + 2450.00 + 300.00 - 9500.00 -
 * 161275.25 - 420.00 - 3100.00 - 145.25 = 260660.00; a GL of 260780.00 misses one credit note of
 * 120.00. */
static void test_roll_forward(void **state)
{
    struct world *world = *state;
    static const int64_t moves[] = {25000000, 18000000, 120000,    35050,  80000,   245000,
                                    30000,    -950000,  -16127525, -42000, -310000, -14525};
    struct tie_out_book *book = book_new(&world->arena);
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        book->incoming_minor += moves[i];
    assert_int_equal(book->incoming_minor, 26066000);
    book->open_items_minor = 26066000;
    book->receivable_minor = 26066000;
    struct tie_out_rows rows = {.books = book, .n_books = 1};
    struct tie_out_report report;
    tie_out_check(&world->arena, &rows, &report);
    assert_false(report.broken);

    book->receivable_minor = 26078000;
    struct tie_out_document note = {.entity = book->entity,
                                    .currency = book->currency,
                                    .incoming_minor = -12000,
                                    .items_minor = -12000};
    assert_ok(uuid_parse(&note.document, CREDIT_NOTE, NULL));
    rows.documents = &note;
    rows.n_documents = 1;
    tie_out_check(&world->arena, &rows, &report);
    assert_true(report.broken);
    assert_string_equal(report.results[0]->breaks[0], "JOURNAL_DIFFERS");
    assert_int_equal(report.results[0]->n_documents, 1);
    assert_non_null(strstr(report.results[0]->documents[0], CREDIT_NOTE));
    assert_non_null(strstr(report.results[0]->documents[0], "items -120.00, journal 0.00"));
}

/* ---- a little business, and each path broken alone ---- */

static void business(struct world *world)
{
    hear_account(world, ACCOUNT, "C00042");
    hear_invoice(world, INVOICE_1, "INV2026000001", 30000, "2026-04-14");
    hear_invoice(world, INVOICE_2, "INV2026000002", 40000, "2026-04-20");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 50000);
    payment->account_id = ACCOUNT;
    hear_payment(world, payment);
    hear_payment(world, payment_new(world, PAYMENT_2, 7000));
}

static struct table_row *row_of(struct world *world, const struct table *table, const char *id)
{
    struct uuid wanted;
    assert_ok(uuid_parse(&wanted, id, NULL));
    for (size_t i = 0; i < world->unit->n_rows; i++) {
        struct table_row *row = world->unit->rows[i];
        for (size_t at = 0; row->table == table && at < table->n_columns; at++)
            if (table->columns[at].type == COLUMN_UUID && row->cells[at].size == 16 &&
                !memcmp(row->cells[at].bytes, wanted.b, 16))
                return row;
    }
    return NULL;
}

static void add_to(struct table_row *row, const char *column, int64_t minor)
{
    assert_non_null(row);
    for (size_t i = 0; i < row->table->n_columns; i++)
        if (!strcmp(row->table->columns[i].name, column))
            row->cells[i].number += minor;
}

static const Reconciliation__TieOut *check(struct world *world, struct tie_out_rows *rows)
{
    struct tie_out_report report;
    world_tie_out_rows(world, rows);
    tie_out_check(&world->arena, rows, &report);
    return report.results[0];
}

static bool says(const char *const *texts, size_t n, const char *wanted)
{
    for (size_t i = 0; i < n; i++)
        if (strstr(texts[i], wanted))
            return true;
    return false;
}

static bool breaks(const Reconciliation__TieOut *result, const char *code)
{
    return says((const char *const *)result->breaks, result->n_breaks, code);
}

static bool names(const Reconciliation__TieOut *result, const char *text)
{
    return says((const char *const *)result->documents, result->n_documents, text);
}

/* An invoice that came in and was counted, and of which nothing became. */
static void test_first_path_alone(void **state)
{
    struct world *world = *state;
    struct tie_out_rows rows = {0};
    business(world);
    assert_ties(world);
    Invoicing__InvoiceIssued *lost =
        invoice_new(world, INVOICE_3, "INV2026000003", 9900, 0, "2026-03-15", "2026-04-14");
    world_project(world, &lost->base, "", 0);
    const Reconciliation__TieOut *result = check(world, &rows);
    assert_true(breaks(result, "INCOMING_DIFFERS"));
    assert_false(breaks(result, "ITEMS_DIFFER"));
    assert_true(names(result, INVOICE_3));
    assert_int_equal(result->n_documents, 1);
}

/* An item opened and booked twice as high as its journal. */
static void test_second_path_alone(void **state)
{
    struct world *world = *state;
    struct tie_out_rows rows = {0};
    business(world);
    add_to(row_of(world, &reconciliation_item_table, INVOICE_2), "open_minor", 500);
    add_to(row_of(world, &reconciliation_document_table, INVOICE_2), "items_minor", 500);
    const Reconciliation__TieOut *result = check(world, &rows);
    assert_true(breaks(result, "ITEMS_DIFFER"));
    assert_false(breaks(result, "JOURNAL_DIFFERS"));
    assert_true(breaks(result, "CONTROL_ACCOUNT_DIFFERS"));
    assert_true(names(result, INVOICE_2));
    assert_int_equal(result->n_documents, 1);
}

/* A state that its own events do not explain is named as such. */
static void test_second_path_drift(void **state)
{
    struct world *world = *state;
    struct tie_out_rows rows = {0};
    business(world);
    add_to(row_of(world, &reconciliation_money_table, PAYMENT_1), "left_minor", 100);
    struct tie_out_drift drift = {.what = "money", .kept_minor = 100};
    assert_ok(uuid_parse(&drift.entity, ENTITY, NULL));
    assert_ok(uuid_parse(&drift.id, PAYMENT_1, NULL));
    assert_ok(currency_parse(&drift.currency, "EUR", NULL));
    rows.drifts = &drift;
    rows.n_drifts = 1;
    const Reconciliation__TieOut *result = check(world, &rows);
    assert_true(breaks(result, "ITEMS_DIFFER"));
    assert_true(names(result, "money " PAYMENT_1 ": kept 1.00, by its events 0.00"));
}

static void test_third_path_alone(void **state)
{
    struct world *world = *state;
    struct tie_out_rows rows = {0};
    business(world);
    Reconciliation__JournalLine line = RECONCILIATION__JOURNAL_LINE__INIT;
    line.ledger_account = 1100;
    line.side_case = RECONCILIATION__JOURNAL_LINE__SIDE_DEBIT_MINOR;
    line.debit_minor = 300;
    Reconciliation__JournalLine *lines[] = {&line};
    Reconciliation__JournalPosted posted = RECONCILIATION__JOURNAL_POSTED__INIT;
    posted.journal_id = REQUEST;
    posted.entity_id = ENTITY;
    posted.currency = "EUR";
    posted.document_id = INVOICE_1;
    posted.account_id = ACCOUNT;
    posted.posting_date = date_of(world, "2026-03-25");
    posted.n_lines = 1;
    posted.lines = lines;
    world_project(world, &posted.base, ENTITY, 0);
    const Reconciliation__TieOut *result = check(world, &rows);
    assert_true(breaks(result, "JOURNAL_DIFFERS"));
    assert_false(breaks(result, "ITEMS_DIFFER"));
    assert_false(breaks(result, "INCOMING_DIFFERS"));
    assert_true(names(result, INVOICE_1));
}

/* Between control accounts: the family agrees, 1100 and 1190 do not. */
static void test_control_accounts(void **state)
{
    struct world *world = *state;
    struct tie_out_book *book = book_new(&world->arena);
    book->incoming_minor = 100;
    book->open_items_minor = 150;
    book->money_minor = 50;
    book->receivable_minor = 100;
    struct tie_out_rows rows = {.books = book, .n_books = 1};
    struct tie_out_report report;
    tie_out_check(&world->arena, &rows, &report);
    assert_int_equal(report.results[0]->n_breaks, 1);
    assert_string_equal(report.results[0]->breaks[0], "CONTROL_ACCOUNT_DIFFERS");
}

static struct tie_out_bank bank_of(struct world *world)
{
    struct tie_out_bank bank = {.opening_minor = 1000000,
                                .closing_minor = 1057000,
                                .posted_minor = world_bank_ledger(world)};
    assert_ok(uuid_parse(&bank.bank_account, BANK_ACCOUNT, NULL));
    assert_ok(uuid_parse(&bank.entity, ENTITY, NULL));
    assert_ok(currency_parse(&bank.currency, "EUR", NULL));
    return bank;
}

/* First opening + movements on 1000 = last closing, per bank account. */
static void test_fourth_path_alone(void **state)
{
    struct world *world = *state;
    business(world);
    struct tie_out_bank bank = bank_of(world);
    struct tie_out_rows rows = {.banks = &bank, .n_banks = 1};
    const Reconciliation__TieOut *result = check(world, &rows);
    assert_int_equal(result->n_breaks, 0);
    assert_int_equal(result->bank_accounts, 1);
    assert_int_equal(result->bank_minor, 57000);

    bank.closing_minor -= 1;
    result = check(world, &rows);
    assert_int_equal(result->n_breaks, 1);
    assert_string_equal(result->breaks[0], "BANK_DIFFERS");
    assert_true(names(result, "bank account " BANK_ACCOUNT));

    /* A difference that somebody accepted with a held statement is known. */
    bank.accepted_minor = -1;
    assert_int_equal(check(world, &rows)->n_breaks, 0);
    bank.accepted_minor = 0;
    /* Rows that have not come yet are no difference. */
    bank.pending = true;
    result = check(world, &rows);
    assert_int_equal(result->n_breaks, 0);
    assert_int_equal(result->bank_accounts_pending, 1);
}

/* A receipt booked on another account than the bank's is named by its document. */
static void test_bank_names_the_document(void **state)
{
    struct world *world = *state;
    business(world);
    add_to(row_of(world, &reconciliation_document_table, PAYMENT_1), "bank_journal_minor", -50000);
    struct tie_out_bank bank = bank_of(world);
    bank.posted_minor -= 50000;
    struct tie_out_rows rows = {.banks = &bank, .n_banks = 1};
    const Reconciliation__TieOut *result = check(world, &rows);
    assert_true(breaks(result, "BANK_DIFFERS"));
    assert_true(names(result, "document " PAYMENT_1));
}

/* ---- under way ---- */

static void add_under_way(struct tie_out_book *book, const ProtobufCMessage *message)
{
    struct tie_out_under_way way;
    assert_true(tie_out_effect_under_way(&way, message));
    book->under_way_items_minor += way.items.minor;
    book->under_way_journal_minor += way.journal.minor;
    book->under_way_suspense_minor += way.suspense.minor;
    book->under_way_bank_minor += way.bank.minor;
}

static bool ties_with_under_way(struct world *world, const ProtobufCMessage *message, int64_t *bank)
{
    struct tie_out_rows rows = {0};
    struct tie_out_report report;
    world_tie_out_rows(world, &rows);
    tie_out_check(&world->arena, &rows, &report);
    assert_true(report.broken);
    add_under_way(rows.books, message);
    *bank = rows.books->under_way_bank_minor;
    tie_out_check(&world->arena, &rows, &report);
    return !report.broken;
}

static void test_handed_over_is_no_difference(void **state)
{
    struct world *world = *state;
    int64_t bank;
    hear_account(world, ACCOUNT, "C00042");
    hear_invoice(world, INVOICE_1, "INV2026000001", 30000, "2026-04-14");
    world->hold_handovers = true;
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 30000);
    payment->account_id = ACCOUNT;
    hear_payment(world, payment);
    assert_int_equal(world->n_handed, 1);
    assert_true(ties_with_under_way(world, world->handed[0], &bank));
    assert_int_equal(bank, 30000);
    world_take_handed(world);
    assert_ties(world);

    Payments__PaymentReturned *returned = return_new(world, PAYMENT_1, 30000, "R-1");
    world_hear(world, &returned->base, 0);
    assert_int_equal(world->n_handed, 1);
    assert_true(ties_with_under_way(world, world->handed[0], &bank));
    assert_int_equal(bank, -30000);
    world_take_handed(world);
    assert_ties(world);
}

static void test_identified_under_way(void **state)
{
    struct world *world = *state;
    int64_t bank;
    hear_account(world, ACCOUNT, "C00042");
    hear_payment(world, payment_new(world, PAYMENT_1, 30000));
    world->hold_handovers = true;
    Reconciliation__IdentifyPayer command = RECONCILIATION__IDENTIFY_PAYER__INIT;
    command.payment_id = PAYMENT_1;
    command.account_id = ACCOUNT;
    world_command(world, &command.base);
    assert_true(ties_with_under_way(world, world->handed[0], &bank));
    assert_int_equal(bank, 0);
    world_take_handed(world);
    assert_ties(world);
}

static void test_waiting_is_no_difference(void **state)
{
    struct world *world = *state;
    int64_t bank;
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 30000);
    payment->account_id = ACCOUNT;
    world_hear(world, &payment->base, 0);
    assert_int_equal(world->verdict, VERDICT_WAIT);
    assert_true(ties_with_under_way(world, &payment->base, &bank));
    assert_int_equal(bank, 30000);
}

/* ---- recording ---- */

static void test_record(void **state)
{
    struct world *world = *state;
    Reconciliation__TieOut result = RECONCILIATION__TIE_OUT__INIT;
    result.entity_id = ENTITY;
    result.currency = "EUR";
    Reconciliation__TieOut *results[] = {&result};
    Reconciliation__RecordTieOut command = RECONCILIATION__RECORD_TIE_OUT__INIT;
    command.tie_out_id = REQUEST;
    command.n_results = 1;
    command.results = results;
    world_command(world, &command.base);
    assert_int_equal(world_count(world, &reconciliation__tie_out_proved__descriptor), 1);
    world_command(world, &command.base);
    assert_refused_with(world, "TIE_OUT_EXISTS");
    const char *why[] = {"BANK_DIFFERS"};
    result.n_breaks = 1;
    result.breaks = why;
    command.tie_out_id = REQUEST_2;
    world_command(world, &command.base);
    assert_int_equal(world_count(world, &reconciliation__tie_out_broken__descriptor), 1);
}

/* Every journal that the business posted balances (GEN-9 a), and every item is within its bounds
 * (GEN-9 b). */
static void test_ledger_balances(void **state)
{
    struct world *world = *state;
    int64_t balance = 0;
    business(world);
    for (size_t i = 0; i < world->unit->n_rows; i++) {
        const struct table_row *row = world->unit->rows[i];
        if (row->table == &reconciliation_ledger_table)
            balance += number_of(row, "debit_minor") - number_of(row, "credit_minor");
        if (row->table == &reconciliation_item_table) {
            assert_true(number_of(row, "open_minor") >= 0);
            assert_true(number_of(row, "open_minor") <= number_of(row, "amount_minor"));
        }
    }
    assert_int_equal(balance, 0);
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_roll_forward),
        WORLD_TEST(test_first_path_alone),
        WORLD_TEST(test_second_path_alone),
        WORLD_TEST(test_second_path_drift),
        WORLD_TEST(test_third_path_alone),
        WORLD_TEST(test_control_accounts),
        WORLD_TEST(test_fourth_path_alone),
        WORLD_TEST(test_bank_names_the_document),
        WORLD_TEST(test_handed_over_is_no_difference),
        WORLD_TEST(test_identified_under_way),
        WORLD_TEST(test_waiting_is_no_difference),
        WORLD_TEST(test_record),
        WORLD_TEST(test_ledger_balances),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
