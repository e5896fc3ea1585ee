/* SPDX-License-Identifier: Apache-2.0
 * The matching ladder (REC-1 levels 1, 2, 3 and 8, REC-2), receipts of known and unknown payers
 * (J4, J5, J7), exactly once (GEN-8), and later identification (REC-6). */
#include "reconciliation_fixture.h"

#define NUMBER_1 "INV2026000001"
#define NUMBER_2 "INV2026000002"

static void open_two(struct world *world)
{
    hear_account(world, ACCOUNT, "C00042");
    hear_invoice(world, INVOICE_1, NUMBER_1, 117600, "2026-04-14");
    hear_invoice(world, INVOICE_2, NUMBER_2, 50000, "2026-04-20");
}

/* An invoice of another account of the same legal entity. */
static void open_other(struct world *world)
{
    hear_account(world, ACCOUNT_2, "C00043");
    Invoicing__InvoiceIssued *invoice =
        invoice_new(world, INVOICE_3, "INV2026000003", 70000, 0, "2026-03-15", "2026-04-14");
    invoice->account_id = ACCOUNT_2;
    world_hear(world, &invoice->base, invoice->issue_date->days);
    assert_int_equal(world->verdict, VERDICT_DECIDED);
}

static void assert_made(struct world *world, uint32_t level, Reconciliation__MatchRule rule)
{
    const Reconciliation__MatchMade *made = FOUND(world, MatchMade, match_made, 0);
    assert_non_null(made);
    assert_int_equal(made->level, level);
    assert_int_equal(made->rule, rule);
    assert_int_equal(made->policy_version, 1);
}

static void assert_suspended(struct world *world, const char *reason)
{
    const Reconciliation__SentToSuspense *sent = FOUND(world, SentToSuspense, sent_to_suspense, 0);
    assert_non_null(sent);
    assert_string_equal(sent->reason, reason);
    assert_int_equal(world_count(world, &reconciliation__payment_applied__descriptor), 0);
    assert_int_equal(world_count(world, &reconciliation__money_on_account__descriptor), 0);
}

/* J4 and J5 of handbook 1.6. */
static void test_level_1_end_to_end_j4_j5(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 117600);
    payment->remittance->end_to_end_id = "10000000000040008000000000000001";
    hear_payment(world, payment);
    assert_made(world, 1, MATCH_RULE_END_TO_END_ID);
    assert_journal(world, 0, "J4: 1000 D 117600, 1190 C 117600");
    assert_journal(world, 1, "J5: 1190 D 117600, 1100 C 117600");
    assert_int_equal(item_open(world, INVOICE_1), 0);
    assert_int_equal(item_open(world, INVOICE_2), 50000);
    assert_int_equal(money_left(world, PAYMENT_1), 0);
    assert_int_equal(world_count(world, &reconciliation__item_settled__descriptor), 1);
    const Reconciliation__PaymentApplied *applied =
        FOUND(world, PaymentApplied, payment_applied, 0);
    assert_int_equal(applied->rule, MATCH_RULE_END_TO_END_ID);
    assert_int_equal(applied->open_after->minor, 0);
    assert_int_equal(applied->due_date->days, day("2026-04-14"));
    assert_int_equal(match_of(world, PAYMENT_1)->status, MATCH_STATUS_IDENTIFIED);
    assert_ties(world);
}

static void test_not_provided_is_no_evidence(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 117600);
    payment->remittance->end_to_end_id = "NOTPROVIDED";
    hear_payment(world, payment);
    assert_suspended(world, "NO_MATCH");
}

static const char *reference_for(struct world *world, const char *number)
{
    struct creditor_reference reference;
    assert_ok(creditor_reference_make(&reference, number, NULL));
    return arena_copy_text(&world->arena, reference.text);
}

/* PAY-4: 1000.00, 400.00 paid leaves 600.00 open with its due date. */
static void test_level_2_reference_partial(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C00042");
    hear_invoice(world, INVOICE_1, NUMBER_1, 100000, "2026-06-01");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 40000);
    payment->value_date = date_of(world, "2026-06-20");
    ADD_TEXT(world, payment->remittance, creditor_references, reference_for(world, NUMBER_1));
    hear_payment(world, payment);
    assert_made(world, 2, MATCH_RULE_CREDITOR_REFERENCE);
    assert_int_equal(item_open(world, INVOICE_1), 60000);
    const Reconciliation__PaymentApplied *applied =
        FOUND(world, PaymentApplied, payment_applied, 0);
    assert_int_equal(applied->due_date->days, day("2026-06-01"));
    assert_int_equal(world_count(world, &reconciliation__item_settled__descriptor), 0);
    assert_ties(world);
}

/* PAY-5: invoice 243.16, paid 250.00 leaves 6.84 on account. */
static void test_level_2_reference_over(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C00042");
    hear_invoice(world, INVOICE_1, NUMBER_1, 24316, "2026-04-14");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 25000);
    ADD_TEXT(world, payment->remittance, references_in_text, reference_for(world, NUMBER_1));
    hear_payment(world, payment);
    assert_made(world, 2, MATCH_RULE_CREDITOR_REFERENCE);
    assert_int_equal(item_open(world, INVOICE_1), 0);
    assert_int_equal(money_left(world, PAYMENT_1), 684);
    assert_ties(world);
}

static void test_broken_reference_is_no_match(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 117600);
    ADD_TEXT(world, payment->remittance, creditor_references, "RF00INV2026000001");
    hear_payment(world, payment);
    assert_suspended(world, "NO_MATCH");
}

static void test_level_3_number_and_amount(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 50000);
    ADD_TEXT(world, payment->remittance, references_in_text, "INV-2026-000002");
    hear_payment(world, payment);
    assert_made(world, 3, MATCH_RULE_DOCUMENT_NUMBER);
    assert_int_equal(item_open(world, INVOICE_2), 0);
    assert_ties(world);
}

/* PAY-6: 1200.00, paid 1198.50 is within tolerance (5.00); the residual stays open here. 100.00,
 * paid 99.00 is not. */
static void test_level_3_tolerance(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C00042");
    hear_invoice(world, INVOICE_1, NUMBER_1, 120000, "2026-04-14");
    hear_invoice(world, INVOICE_2, NUMBER_2, 10000, "2026-04-14");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 119850);
    ADD_TEXT(world, payment->remittance, references_in_text, NUMBER_1);
    hear_payment(world, payment);
    assert_made(world, 3, MATCH_RULE_DOCUMENT_NUMBER);
    assert_int_equal(item_open(world, INVOICE_1), 150);
    payment = payment_new(world, PAYMENT_2, 9900);
    ADD_TEXT(world, payment->remittance, references_in_text, NUMBER_2);
    hear_payment(world, payment);
    assert_suspended(world, "AMOUNT_DIFFERS");
    const Reconciliation__MatchAmbiguous *proposal =
        FOUND(world, MatchAmbiguous, match_ambiguous, 0);
    assert_int_equal(proposal->level, 3);
    assert_int_equal(proposal->n_candidates, 1);
    assert_string_equal(proposal->candidates[0]->document_number, NUMBER_2);
    assert_journal(world, 0, "J7: 1000 D 9900, 2300 C 9900");
    assert_ties(world);
}

static void test_level_3_same_customer_any_amount(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 30000);
    ADD_TEXT(world, payment->remittance, references_in_text, "C00042");
    ADD_TEXT(world, payment->remittance, references_in_text, NUMBER_2);
    hear_payment(world, payment);
    assert_made(world, 3, MATCH_RULE_DOCUMENT_NUMBER);
    assert_int_equal(item_open(world, INVOICE_2), 20000);
    assert_ties(world);
}

static void test_two_results_are_ambiguous(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 50000);
    ADD_TEXT(world, payment->remittance, references_in_text, NUMBER_1);
    ADD_TEXT(world, payment->remittance, references_in_text, NUMBER_2);
    hear_payment(world, payment);
    assert_suspended(world, "SEVERAL_RESULTS");
    assert_int_equal(FOUND(world, MatchAmbiguous, match_ambiguous, 0)->n_candidates, 2);
    assert_int_equal(match_of(world, PAYMENT_1)->n_candidates, 2);
    assert_ties(world);
}

/* Ambiguous, but the customer is known: 1190, and no application (REC-1). */
static void test_ambiguous_with_known_account(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 50000);
    payment->account_id = ACCOUNT;
    ADD_TEXT(world, payment->remittance, references_in_text, NUMBER_1);
    ADD_TEXT(world, payment->remittance, references_in_text, NUMBER_2);
    hear_payment(world, payment);
    assert_non_null(FOUND(world, MatchAmbiguous, match_ambiguous, 0));
    assert_int_equal(money_left(world, PAYMENT_1), 50000);
    assert_int_equal(world_count(world, &reconciliation__payment_applied__descriptor), 0);
    assert_ties(world);
}

/* REC-2: the reference of one customer, the number of another. */
static void test_conflicting_evidence(void **state)
{
    struct world *world = *state;
    open_two(world);
    open_other(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 70000);
    ADD_TEXT(world, payment->remittance, creditor_references, reference_for(world, NUMBER_1));
    ADD_TEXT(world, payment->remittance, references_in_text, "INV2026000003");
    hear_payment(world, payment);
    assert_suspended(world, "CONFLICTING_EVIDENCE");
    payment = payment_new(world, PAYMENT_2, 70000);
    ADD_TEXT(world, payment->remittance, creditor_references, "INV2026000003");
    ADD_TEXT(world, payment->remittance, references_in_text, "C00042");
    hear_payment(world, payment);
    assert_suspended(world, "CONFLICTING_EVIDENCE");
    assert_ties(world);
}

/* The account that a cashier named stands; another account's document is not paid with its money.
 */
static void test_cashier_and_foreign_reference(void **state)
{
    struct world *world = *state;
    open_two(world);
    open_other(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 70000);
    payment->account_id = ACCOUNT;
    ADD_TEXT(world, payment->remittance, references_in_text, "INV2026000003");
    hear_payment(world, payment);
    assert_string_equal(FOUND(world, MatchAmbiguous, match_ambiguous, 0)->reason,
                        "CONFLICTING_EVIDENCE");
    assert_int_equal(money_left(world, PAYMENT_1), 70000);
    assert_int_equal(item_open(world, INVOICE_3), 70000);
}

static void test_other_entity_or_currency_is_no_match(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 117600);
    payment->entity_id = ENTITY_2;
    payment->remittance->end_to_end_id = "10000000000040008000000000000001";
    hear_payment(world, payment);
    assert_suspended(world, "NO_MATCH");
    payment = payment_new(world, PAYMENT_2, 117600);
    payment->amount->currency = "USD";
    ADD_TEXT(world, payment->remittance, creditor_references, reference_for(world, NUMBER_1));
    hear_payment(world, payment);
    assert_suspended(world, "NO_MATCH");
    assert_int_equal(item_open(world, INVOICE_1), 117600);
}

/* Level 8: the account's number names the payer but no debt. */
static void test_level_8_account_known(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 12345);
    ADD_TEXT(world, payment->remittance, creditor_references, "RF71C00042");
    hear_payment(world, payment);
    assert_made(world, 8, MATCH_RULE_NONE);
    assert_int_equal(money_left(world, PAYMENT_1), 12345);
    assert_journal(world, 0, "J4: 1000 D 12345, 1190 C 12345");
    assert_ties(world);
}

/* A double payment finds its item settled: it belongs to the account and stays there. */
static void test_item_closed_meanwhile(void **state)
{
    struct world *world = *state;
    open_two(world);
    for (int i = 0; i < 2; i++) {
        Payments__PaymentReceived *payment = payment_new(world, i ? PAYMENT_2 : PAYMENT_1, 117600);
        ADD_TEXT(world, payment->remittance, creditor_references, reference_for(world, NUMBER_1));
        hear_payment(world, payment);
    }
    assert_int_equal(item_open(world, INVOICE_1), 0);
    assert_int_equal(money_left(world, PAYMENT_2), 117600);
    assert_ties(world);
}

/* J7: payer unknown, later identified. */
static void test_suspense_then_identified_j7(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 50000);
    hear_payment(world, payment);
    assert_suspended(world, "NO_MATCH");
    assert_journal(world, 0, "J7: 1000 D 50000, 2300 C 50000");
    assert_int_equal(FOUND(world, SentToSuspense, sent_to_suspense, 0)->opened->days,
                     day("2026-03-25"));
    assert_ties(world);

    Reconciliation__IdentifyPayer command = RECONCILIATION__IDENTIFY_PAYER__INIT;
    command.payment_id = PAYMENT_1;
    command.account_id = ACCOUNT;
    command.evidence = "letter of 1 July";
    world_command(world, &command.base);
    assert_journal(world, 0, "J7: 2300 D 50000, 1190 C 50000");
    assert_journal(world, 1, "J5: 1190 D 50000, 1100 C 50000");
    assert_int_equal(match_of(world, PAYMENT_1)->status, MATCH_STATUS_IDENTIFIED);
    assert_int_equal(match_of(world, PAYMENT_1)->suspended->minor, 0);
    /* Posted when it was identified, valued when it was paid (GEN-6). */
    assert_int_equal(world->events[1].posting_days, day("2026-07-01"));
    assert_int_equal(FOUND(world, MoneyOnAccount, money_on_account, 0)->value_date->days,
                     day("2026-03-25"));
    assert_int_equal(item_open(world, INVOICE_1), 67600);
    assert_ties(world);
    world_command(world, &command.base);
    assert_refused_with(world, "NOT_IN_SUSPENSE");
}

/* The one candidate of the account that was named is paid; of several, a person chooses. */
static void test_identified_with_candidates(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 20000);
    ADD_TEXT(world, payment->remittance, references_in_text, NUMBER_2);
    hear_payment(world, payment);
    assert_suspended(world, "AMOUNT_DIFFERS");
    Reconciliation__IdentifyPayer command = RECONCILIATION__IDENTIFY_PAYER__INIT;
    command.payment_id = PAYMENT_1;
    command.account_id = ACCOUNT;
    world_command(world, &command.base);
    assert_int_equal(item_open(world, INVOICE_2), 30000);
    assert_int_equal(item_open(world, INVOICE_1), 117600);

    payment = payment_new(world, PAYMENT_2, 50000);
    ADD_TEXT(world, payment->remittance, references_in_text, NUMBER_1);
    ADD_TEXT(world, payment->remittance, references_in_text, NUMBER_2);
    hear_payment(world, payment);
    command.payment_id = PAYMENT_2;
    world_command(world, &command.base);
    assert_int_equal(money_left(world, PAYMENT_2), 50000);
    assert_ties(world);
}

static void test_identify_refusals(void **state)
{
    struct world *world = *state;
    open_two(world);
    Reconciliation__IdentifyPayer command = RECONCILIATION__IDENTIFY_PAYER__INIT;
    command.payment_id = PAYMENT_1;
    command.account_id = ACCOUNT;
    world_command(world, &command.base);
    assert_refused_with(world, "PAYMENT_NOT_FOUND");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 50000);
    payment->entity_id = ENTITY_2;
    hear_payment(world, payment);
    world_command(world, &command.base);
    assert_refused_with(world, "ENTITY_MISMATCH");
    command.account_id = ACCOUNT_2;
    world_command(world, &command.base);
    assert_refused_with(world, "ACCOUNT_NOT_FOUND");
    payment = payment_new(world, PAYMENT_2, 50000);
    payment->amount->currency = "USD";
    hear_payment(world, payment);
    command.payment_id = PAYMENT_2;
    command.account_id = ACCOUNT;
    world_command(world, &command.base);
    assert_refused_with(world, "CURRENCY_MISMATCH");
}

/* GEN-8: three deliveries, one receipt, one journal. */
static void test_three_deliveries(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 117600);
    payment->remittance->end_to_end_id = NUMBER_1;
    hear_payment(world, payment);
    size_t events = world->n_events;
    int64_t bank = world_bank_ledger(world);
    for (int i = 0; i < 2; i++)
        world_decide(world, &payment->base, payment->value_date->days, false);
    assert_int_equal(world->n_events, events);
    assert_int_equal(world_bank_ledger(world), bank);
    assert_int_equal(bank, 117600);
    assert_ties(world);
}

/* PAY-2: two equal payments of one day are two receipts. */
static void test_equal_payments_are_two(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C00042");
    for (int i = 0; i < 2; i++) {
        Payments__PaymentReceived *payment = payment_new(world, i ? PAYMENT_2 : PAYMENT_1, 5000);
        payment->account_id = ACCOUNT;
        hear_payment(world, payment);
    }
    assert_int_equal(money_left(world, PAYMENT_1) + money_left(world, PAYMENT_2), 10000);
}

static void test_unknown_account_waits(void **state)
{
    struct world *world = *state;
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 5000);
    payment->account_id = ACCOUNT;
    world_decide(world, &payment->base, 0, false);
    assert_int_equal(world->verdict, VERDICT_WAIT);
    assert_int_equal(world->awaited.kind, KIND_ACCOUNT);
}

static void test_by_hand_goes_to_clearing(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 50000);
    payment->account_id = ACCOUNT;
    payment->statement_id = "";
    payment->bank_account_id = "";
    ADD_TEXT(world, payment->remittance, document_numbers, NUMBER_2);
    hear_payment(world, payment);
    assert_made(world, 1, MATCH_RULE_DESIGNATED);
    assert_journal(world, 0, "J4: 1010 D 50000, 1190 C 50000");
    assert_int_equal(item_open(world, INVOICE_2), 0);
    assert_int_equal(item_open(world, INVOICE_1), 117600);
    assert_ties(world);
}

/* A document that is not here binds all the same: nothing else is paid with the money. */
static void test_designation_of_unknown_document(void **state)
{
    struct world *world = *state;
    open_two(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 50000);
    payment->account_id = ACCOUNT;
    ADD_TEXT(world, payment->remittance, document_numbers, "INV2026999999");
    hear_payment(world, payment);
    assert_int_equal(money_left(world, PAYMENT_1), 50000);
}

static void test_malformed_payments(void **state)
{
    struct world *world = *state;
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 0);
    world_decide(world, &payment->base, 0, false);
    assert_refused_with(world, "AMOUNT_NOT_POSITIVE");
    payment->amount = eur(world, 100);
    payment->amount->currency = "ABC";
    world_decide(world, &payment->base, 0, false);
    assert_refused_with(world, "AMOUNT_NOT_POSITIVE");
    payment->amount = eur(world, 100);
    payment->value_date->days = INT32_MAX;
    world_decide(world, &payment->base, 0, false);
    assert_refused_with(world, "DATE_MALFORMED");
}

static void test_bank_movements(void **state)
{
    struct world *world = *state;
    Payments__BankMovementRecorded moved = PAYMENTS__BANK_MOVEMENT_RECORDED__INIT;
    moved.movement_id = MOVEMENT;
    moved.entity_id = ENTITY;
    moved.bank_account_id = BANK_ACCOUNT;
    moved.statement_id = STATEMENT;
    moved.amount = eur(world, -500);
    moved.booking_date = date_of(world, "2026-03-25");
    world_hear(world, &moved.base, 0);
    assert_journal(world, 0, "J7: 2300 D 500, 1000 C 500");
    assert_int_equal(match_of(world, MOVEMENT)->status, MATCH_STATUS_MOVEMENT);
    assert_ties(world);
    moved.movement_id = PAYMENT_2;
    moved.amount = eur(world, 700);
    world_hear(world, &moved.base, 0);
    assert_journal(world, 0, "J7: 1000 D 700, 2300 C 700");
    assert_ties(world);
    Reconciliation__IdentifyPayer command = RECONCILIATION__IDENTIFY_PAYER__INIT;
    command.payment_id = MOVEMENT;
    command.account_id = ACCOUNT;
    world_command(world, &command.base);
    assert_refused_with(world, "MOVEMENT_NOT_A_RECEIPT");
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_level_1_end_to_end_j4_j5),
        WORLD_TEST(test_not_provided_is_no_evidence),
        WORLD_TEST(test_level_2_reference_partial),
        WORLD_TEST(test_level_2_reference_over),
        WORLD_TEST(test_broken_reference_is_no_match),
        WORLD_TEST(test_level_3_number_and_amount),
        WORLD_TEST(test_level_3_tolerance),
        WORLD_TEST(test_level_3_same_customer_any_amount),
        WORLD_TEST(test_two_results_are_ambiguous),
        WORLD_TEST(test_ambiguous_with_known_account),
        WORLD_TEST(test_conflicting_evidence),
        WORLD_TEST(test_cashier_and_foreign_reference),
        WORLD_TEST(test_other_entity_or_currency_is_no_match),
        WORLD_TEST(test_level_8_account_known),
        WORLD_TEST(test_item_closed_meanwhile),
        WORLD_TEST(test_suspense_then_identified_j7),
        WORLD_TEST(test_identified_with_candidates),
        WORLD_TEST(test_identify_refusals),
        WORLD_TEST(test_three_deliveries),
        WORLD_TEST(test_equal_payments_are_two),
        WORLD_TEST(test_unknown_account_waits),
        WORLD_TEST(test_by_hand_goes_to_clearing),
        WORLD_TEST(test_designation_of_unknown_document),
        WORLD_TEST(test_malformed_payments),
        WORLD_TEST(test_bank_movements),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
