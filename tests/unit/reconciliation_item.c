/* SPDX-License-Identifier: Apache-2.0
 * Invoices become open items and journals, credit notes take them back: J1, J2, GEN-9 (a) (b), and
 * that nothing is done twice or out of order. */
#include "reconciliation_fixture.h"

static void test_invoice_opens_item_j1(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    Invoicing__InvoiceIssued *invoice =
        invoice_new(world, INVOICE_1, "INV2026000001", 100000, 20000, "2026-03-15", "2026-04-14");
    world_hear(world, &invoice->base, invoice->issue_date->days);
    assert_int_equal(world->n_events, 2);
    const Reconciliation__ItemOpened *opened = FOUND(world, ItemOpened, item_opened, 0);
    assert_int_equal(opened->amount->minor, 120000);
    assert_int_equal(opened->due_date->days, day("2026-04-14"));
    assert_string_equal(opened->segment, "STANDARD");
    assert_string_equal(opened->account_number, "C-1");
    assert_journal(world, 0, "J1: 1100 D 120000, 4000 C 100000, 2200 C 20000");
    assert_int_equal(world->events[0].posting_days, day("2026-03-15"));
    assert_int_equal(world->events[1].posting_days, day("2026-03-15"));
    assert_int_equal(item_open(world, INVOICE_1), 120000);
    assert_ties(world);
}

static void test_zero_tax_makes_no_line(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    hear_invoice(world, INVOICE_1, "INV2026000001", 100000, "2026-04-14");
    assert_journal(world, 0, "J1: 1100 D 100000, 4000 C 100000");
}

static void test_same_invoice_again_is_nothing(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    Invoicing__InvoiceIssued *invoice =
        invoice_new(world, INVOICE_1, "INV2026000001", 100000, 0, "2026-03-15", "2026-04-14");
    world_hear(world, &invoice->base, 0);
    world->n_events = 0;
    world_decide(world, &invoice->base, 0, false);
    assert_int_equal(world->n_events, 0);
}

static void test_invoice_before_account_waits(void **state)
{
    struct world *world = *state;
    Invoicing__InvoiceIssued *invoice =
        invoice_new(world, INVOICE_1, "INV2026000001", 100000, 0, "2026-03-15", "2026-04-14");
    world_decide(world, &invoice->base, 0, false);
    assert_int_equal(world->verdict, VERDICT_WAIT);
    assert_int_equal(world->awaited.kind, KIND_ACCOUNT);
    assert_string_equal(world->awaited.id, ACCOUNT);
}

/* BT-115 is what is open: what was paid in advance was a deposit (2100), a rounding goes to 6110.
 */
static void test_prepaid_and_rounding(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    Invoicing__InvoiceIssued *invoice =
        invoice_new(world, INVOICE_1, "INV2026000001", 100000, 20003, "2026-03-15", "2026-04-14");
    invoice->totals->prepaid = eur(world, 20000);
    invoice->totals->rounding = eur(world, 2);
    invoice->totals->payable = eur(world, 100005);
    world_hear(world, &invoice->base, 0);
    assert_journal(world, 0,
                   "J1: 1100 D 100005, 2100 D 20000, 4000 C 100000, 2200 C 20003, 6110 C 2");
    assert_int_equal(item_open(world, INVOICE_1), 100005);
    assert_ties(world);
}

static void test_wholly_prepaid_is_settled_at_birth(void **state)
{
    struct world *world = *state;
    const struct stream_ref *refs;
    hear_account(world, ACCOUNT, "C-1");
    Invoicing__InvoiceIssued *invoice =
        invoice_new(world, INVOICE_1, "INV2026000001", 100000, 0, "2026-03-15", "2026-04-14");
    invoice->totals->prepaid = eur(world, 100000);
    invoice->totals->payable = eur(world, 0);
    world_hear(world, &invoice->base, 0);
    assert_journal(world, 0, "J1: 2100 D 100000, 4000 C 100000");
    assert_int_equal(world_count(world, &reconciliation__item_settled__descriptor), 1);
    assert_int_equal(world_look_up(world, INDEX_OPEN_ITEMS, ACCOUNT, &refs), 0);
    assert_ties(world);
}

static void test_totals_that_do_not_add_up(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    Invoicing__InvoiceIssued *invoice =
        invoice_new(world, INVOICE_1, "INV2026000001", 100000, 20000, "2026-03-15", "2026-04-14");
    invoice->totals->payable = eur(world, 119999);
    world_decide(world, &invoice->base, 0, false);
    assert_refused_with(world, "TOTALS_INCONSISTENT");
    invoice->totals->payable = eur(world, -1);
    world_decide(world, &invoice->base, 0, false);
    assert_refused_with(world, "AMOUNT_MALFORMED");
    invoice->totals->payable = eur(world, 120000);
    invoice->totals->payable->currency = "XXQ";
    world_decide(world, &invoice->base, 0, false);
    assert_refused_with(world, "AMOUNT_MALFORMED");
    invoice->totals->payable = eur(world, 120000);
    invoice->entity_id = ENTITY_2;
    world_decide(world, &invoice->base, 0, false);
    assert_refused_with(world, "ACCOUNT_MISMATCH");
    assert_int_equal(world->n_events, 1); /* the account alone */
}

static Invoicing__CreditNoteIssued *credit_note_new(struct world *world, int64_t net, int64_t tax)
{
    Invoicing__CreditNoteIssued *note =
        arena_new(&world->arena, Invoicing__CreditNoteIssued, INVOICING__CREDIT_NOTE_ISSUED__INIT);
    note->credit_note_id = CREDIT_NOTE;
    note->invoice_id = INVOICE_1;
    note->account_id = ACCOUNT;
    note->customer_id = CUSTOMER;
    note->entity_id = ENTITY;
    note->number = "CN2026000001";
    note->currency = "EUR";
    note->issue_date = date_of(world, "2026-03-20");
    note->totals = arena_new(&world->arena, Invoicing__Totals, INVOICING__TOTALS__INIT);
    note->totals->net = eur(world, net);
    note->totals->tax = eur(world, tax);
    note->totals->gross = eur(world, net + tax);
    return note;
}

static void test_credit_note_reduces_open_j2(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    hear_invoice(world, INVOICE_1, "INV2026000001", 120000, "2026-04-14");
    Invoicing__CreditNoteIssued *note = credit_note_new(world, 10000, 2000);
    world_hear(world, &note->base, 0);
    assert_journal(world, 0, "J2: 4050 D 10000, 2200 D 2000, 1100 C 12000");
    assert_int_equal(world_count(world, &reconciliation__journal_posted__descriptor), 1);
    assert_int_equal(item_open(world, INVOICE_1), 108000);
    assert_int_equal(world->events[0].posting_days, day("2026-03-20"));
    assert_ties(world);
    world->n_events = 0;
    world_decide(world, &note->base, 0, false);
    assert_int_equal(world->n_events, 0);
}

/* The open part first, the rest is money on the account: 1100 = open items and 1190 = money,
 * always. */
static void test_credit_note_on_paid_invoice(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    hear_invoice(world, INVOICE_1, "INV2026000001", 12000, "2026-04-14");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 9000);
    payment->remittance->end_to_end_id = "INV2026000001";
    hear_payment(world, payment);
    assert_int_equal(item_open(world, INVOICE_1), 3000);
    Invoicing__CreditNoteIssued *note = credit_note_new(world, 10000, 0);
    world_hear(world, &note->base, 0);
    assert_journal(world, 0, "J2: 4050 D 10000, 1100 C 10000");
    assert_journal(world, 1, "J2: 1100 D 7000, 1190 C 7000");
    assert_int_equal(item_open(world, INVOICE_1), 0);
    assert_int_equal(money_left(world, CREDIT_NOTE), 7000);
    assert_int_equal(world_count(world, &reconciliation__item_settled__descriptor), 1);
    assert_true(FOUND(world, MoneyOnAccount, money_on_account, 0)->credit);
    assert_ties(world);
}

/* A credit's rest settles another debt as a credit, not as a payment. */
static void test_rest_of_credit_is_applied(void **state)
{
    struct world *world = *state;
    test_credit_note_on_paid_invoice(state);
    hear_invoice(world, INVOICE_2, "INV2026000002", 5000, "2026-04-20");
    Reconciliation__ApplyPayment command = RECONCILIATION__APPLY_PAYMENT__INIT;
    command.account_id = ACCOUNT;
    command.payment_id = CREDIT_NOTE;
    command.item_id = INVOICE_2;
    command.request_id = REQUEST;
    world_command(world, &command.base);
    assert_int_equal(world->verdict, VERDICT_DECIDED);
    assert_int_equal(world_count(world, &reconciliation__credit_applied__descriptor), 1);
    assert_journal(world, 0, "J5: 1190 D 5000, 1100 C 5000");
    assert_int_equal(money_left(world, CREDIT_NOTE), 2000);
    assert_ties(world);
}

static void test_credit_note_before_invoice_waits(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    world_decide(world, &credit_note_new(world, 100, 0)->base, 0, false);
    assert_int_equal(world->verdict, VERDICT_WAIT);
    assert_int_equal(world->awaited.kind, KIND_ITEM);
}

static void test_credit_note_inconsistent(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    hear_invoice(world, INVOICE_1, "INV2026000001", 12000, "2026-04-14");
    Invoicing__CreditNoteIssued *note = credit_note_new(world, 100, 0);
    note->totals->gross = eur(world, 101);
    world_decide(world, &note->base, 0, false);
    assert_refused_with(world, "TOTALS_INCONSISTENT");
    note->totals->gross = eur(world, 0);
    world_decide(world, &note->base, 0, false);
    assert_refused_with(world, "AMOUNT_MALFORMED");
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_invoice_opens_item_j1),
        WORLD_TEST(test_zero_tax_makes_no_line),
        WORLD_TEST(test_same_invoice_again_is_nothing),
        WORLD_TEST(test_invoice_before_account_waits),
        WORLD_TEST(test_prepaid_and_rounding),
        WORLD_TEST(test_wholly_prepaid_is_settled_at_birth),
        WORLD_TEST(test_totals_that_do_not_add_up),
        WORLD_TEST(test_credit_note_reduces_open_j2),
        WORLD_TEST(test_credit_note_on_paid_invoice),
        WORLD_TEST(test_rest_of_credit_is_applied),
        WORLD_TEST(test_credit_note_before_invoice_waits),
        WORLD_TEST(test_credit_note_inconsistent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
