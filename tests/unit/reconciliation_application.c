/* SPDX-License-Identifier: Apache-2.0
 * Applications by policy and by people (PAY-3), their reversal, and returned payments (PAY-10, J9,
 * GEN-6, GEN-9 b c). */
#include "reconciliation_fixture.h"

static const struct stream_ref item_1 = {KIND_ITEM, INVOICE_1};

/* PAY-3: 700.00; I1 300.00 due 05-01 disputed, I2 250.00 due 05-10, I3 400.00 due 05-20 -> I2
 * 250.00, I3 400.00, 50.00. */
static void test_oldest_due_first_without_disputed(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    hear_invoice(world, INVOICE_3, "INV2026000003", 40000, "2026-05-20");
    hear_invoice(world, INVOICE_1, "INV2026000001", 30000, "2026-05-01");
    hear_invoice(world, INVOICE_2, "INV2026000002", 25000, "2026-05-10");
    Reconciliation__ItemState *disputed = (void *)(uintptr_t)world_state(world, item_1, NULL);
    disputed->disputed = eur(world, 30000);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 70000);
    payment->account_id = ACCOUNT;
    hear_payment(world, payment);
    assert_int_equal(item_open(world, INVOICE_1), 30000);
    assert_int_equal(item_open(world, INVOICE_2), 0);
    assert_int_equal(item_open(world, INVOICE_3), 0);
    assert_int_equal(money_left(world, PAYMENT_1), 5000);
    const Reconciliation__PaymentApplied *first = FOUND(world, PaymentApplied, payment_applied, 0);
    assert_string_equal(first->item_id, INVOICE_2);
    assert_int_equal(first->rule, MATCH_RULE_OLDEST_DUE_FIRST);
    assert_journal(world, 1, "J5: 1190 D 65000, 1100 C 65000");
    assert_ties(world);
}

/* REC-12: only the disputed amount is held; and a designation binds (PAY-3). */
static void test_disputed_part_and_designation(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    hear_invoice(world, INVOICE_1, "INV2026000001", 120000, "2026-05-01");
    Reconciliation__ItemState *disputed = (void *)(uintptr_t)world_state(world, item_1, NULL);
    disputed->disputed = eur(world, 30000);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 100000);
    payment->account_id = ACCOUNT;
    hear_payment(world, payment);
    assert_int_equal(item_open(world, INVOICE_1), 30000);
    assert_int_equal(money_left(world, PAYMENT_1), 10000);
    payment = payment_new(world, PAYMENT_2, 30000);
    payment->account_id = ACCOUNT;
    ADD_TEXT(world, payment->remittance, document_numbers, "INV2026000001");
    hear_payment(world, payment);
    assert_int_equal(item_open(world, INVOICE_1), 0);
}

/* PAY-10 without the discount: 1176.00 settled 03-25, returned 03-30: open again, with its due
 * date; J9. */
static void test_return_reinstates_j9(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    hear_invoice(world, INVOICE_1, "INV2026000001", 117600, "2026-04-14");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 117600);
    payment->remittance->end_to_end_id = "INV2026000001";
    hear_payment(world, payment);
    assert_int_equal(item_open(world, INVOICE_1), 0);

    Payments__PaymentReturned *returned = return_new(world, PAYMENT_1, 117600, "R-1");
    world_hear(world, &returned->base, returned->value_date->days);
    assert_journal(world, 0, "J9: 1100 D 117600, 1190 C 117600, 1190 D 117600, 1000 C 117600");
    assert_true(FOUND(world, JournalPosted, journal_posted, 0)->reversal);
    const Reconciliation__ApplicationReversed *reversed =
        FOUND(world, ApplicationReversed, application_reversed, 0);
    assert_int_equal(reversed->due_date->days, day("2026-04-14"));
    assert_int_equal(reversed->open_after->minor, 117600);
    assert_string_equal(reversed->reason, "RETURNED");
    /* GEN-6: reports as of a day between see the payment. */
    assert_int_equal(world->events[0].posting_days, day("2026-03-30"));
    assert_int_equal(item_open(world, INVOICE_1), 117600);
    assert_int_equal(money_left(world, PAYMENT_1), 0);
    assert_int_equal(world_bank_ledger(world), 0);
    const struct stream_ref *refs;
    assert_int_equal(world_look_up(world, INDEX_OPEN_ITEMS, ACCOUNT, &refs), 1);
    assert_ties(world);

    /* Idempotent per payment and return reference. */
    world->n_events = 0;
    world_decide(world, &returned->base, returned->value_date->days, false);
    assert_int_equal(world->n_events, 0);
    /* Never more than the payment. */
    returned = return_new(world, PAYMENT_1, 1, "R-2");
    world_decide(world, &returned->base, returned->value_date->days, false);
    assert_refused_with(world, "RETURN_EXCEEDS_PAYMENT");
}

/* Unused money first, then the latest application. */
static void test_partial_return(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    hear_invoice(world, INVOICE_1, "INV2026000001", 30000, "2026-04-14");
    hear_invoice(world, INVOICE_2, "INV2026000002", 20000, "2026-04-20");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 60000);
    payment->account_id = ACCOUNT;
    hear_payment(world, payment);
    assert_int_equal(money_left(world, PAYMENT_1), 10000);
    Payments__PaymentReturned *returned = return_new(world, PAYMENT_1, 15000, "R-1");
    world_hear(world, &returned->base, 0);
    assert_int_equal(item_open(world, INVOICE_1), 0);
    assert_int_equal(item_open(world, INVOICE_2), 5000);
    assert_int_equal(money_left(world, PAYMENT_1), 0);
    assert_journal(world, 0, "J9: 1100 D 5000, 1190 C 5000, 1190 D 15000, 1000 C 15000");
    returned = return_new(world, PAYMENT_1, 45000, "R-2");
    world_hear(world, &returned->base, 0);
    assert_int_equal(item_open(world, INVOICE_1), 30000);
    assert_int_equal(item_open(world, INVOICE_2), 20000);
    assert_ties(world);
}

static void test_return_before_payment_waits(void **state)
{
    struct world *world = *state;
    Payments__PaymentReturned *returned = return_new(world, PAYMENT_1, 100, "R-1");
    world_decide(world, &returned->base, 0, false);
    assert_int_equal(world->verdict, VERDICT_WAIT);
    assert_int_equal(world->awaited.kind, KIND_MATCH);
    Reconciliation__ReturnReceipt command = RECONCILIATION__RETURN_RECEIPT__INIT;
    command.payment_id = PAYMENT_1;
    command.account_id = ACCOUNT;
    command.entity_id = ENTITY;
    command.amount = eur(world, 100);
    command.return_reference = "R-1";
    command.value_date = date_of(world, "2026-03-30");
    world_decide(world, &command.base, 0, false);
    assert_int_equal(world->verdict, VERDICT_WAIT);
    assert_int_equal(world->awaited.kind, KIND_MONEY);
}

static void test_return_from_suspense(void **state)
{
    struct world *world = *state;
    hear_payment(world, payment_new(world, PAYMENT_1, 50000));
    Payments__PaymentReturned *returned = return_new(world, PAYMENT_1, 20000, "R-1");
    world_hear(world, &returned->base, 0);
    assert_journal(world, 0, "J7: 2300 D 20000, 1000 C 20000");
    assert_int_equal(match_of(world, PAYMENT_1)->suspended->minor, 30000);
    assert_int_equal(match_of(world, PAYMENT_1)->status, MATCH_STATUS_SUSPENSE);
    world->n_events = 0;
    world_decide(world, &returned->base, 0, false);
    assert_int_equal(world->n_events, 0);
    returned = return_new(world, PAYMENT_1, 30001, "R-2");
    world_decide(world, &returned->base, 0, false);
    assert_refused_with(world, "RETURN_EXCEEDS_PAYMENT");
    returned = return_new(world, PAYMENT_1, 30000, "R-3");
    world_hear(world, &returned->base, 0);
    assert_int_equal(match_of(world, PAYMENT_1)->status, MATCH_STATUS_RETURNED);
    hear_account(world, ACCOUNT, "C-1");
    Reconciliation__IdentifyPayer command = RECONCILIATION__IDENTIFY_PAYER__INIT;
    command.payment_id = PAYMENT_1;
    command.account_id = ACCOUNT;
    world_command(world, &command.base);
    assert_refused_with(world, "NOT_IN_SUSPENSE");
    assert_ties(world);
}

/* What was applied within the same batch was not loaded: the work waits for an item that is there,
 * so it runs again. */
static void test_return_of_what_was_just_applied(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    hear_invoice(world, INVOICE_1, "INV2026000001", 30000, "2026-04-14");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 30000);
    payment->account_id = ACCOUNT;
    hear_payment(world, payment);
    const struct handler *handler =
        model_handler(&reconciliation_model, "billing.reconciliation.v1.ReturnReceipt");
    Reconciliation__ReturnReceipt command = RECONCILIATION__RETURN_RECEIPT__INIT;
    command.payment_id = PAYMENT_1;
    command.account_id = ACCOUNT;
    command.entity_id = ENTITY;
    command.amount = eur(world, 30000);
    command.return_reference = "R-1";
    command.value_date = date_of(world, "2026-03-30");
    struct declaring declaring = {.arena = &world->arena};
    handler->declare(&declaring, &command.base); /* and no second round */
    world->declaring = &declaring;
    struct deciding deciding = {
        .arena = &world->arena,
        .source = {world, facts_state, facts_look_up, facts_series, facts_zone},
        .cause_entity_id = "",
        .entity_id = ""};
    handler->decide(&deciding, &command.base);
    assert_int_equal(deciding.verdict, VERDICT_WAIT);
    assert_int_equal(deciding.awaited.kind, KIND_ITEM);
}

/* ---- people ---- */

static Reconciliation__ApplyPayment *apply_new(struct world *world, const char *payment,
                                               const char *item, int64_t amount)
{
    Reconciliation__ApplyPayment *command =
        arena_new(&world->arena, Reconciliation__ApplyPayment, RECONCILIATION__APPLY_PAYMENT__INIT);
    command->account_id = ACCOUNT;
    command->payment_id = payment;
    command->item_id = item;
    command->request_id = REQUEST;
    if (amount)
        command->amount = eur(world, amount);
    return command;
}

/* 500.00 on account by its number only, and two debts. */
static void money_and_debts(struct world *world)
{
    hear_account(world, ACCOUNT, "C00042");
    hear_invoice(world, INVOICE_1, "INV2026000001", 30000, "2026-04-14");
    hear_invoice(world, INVOICE_2, "INV2026000002", 40000, "2026-04-20");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 50000);
    ADD_TEXT(world, payment->remittance, references_in_text, "C00042");
    hear_payment(world, payment);
    assert_int_equal(money_left(world, PAYMENT_1), 50000);
}

static void test_apply_and_take_back(void **state)
{
    struct world *world = *state;
    money_and_debts(world);
    world_command(world, &apply_new(world, PAYMENT_1, INVOICE_2, 25000)->base);
    const Reconciliation__PaymentApplied *applied =
        FOUND(world, PaymentApplied, payment_applied, 0);
    assert_int_equal(applied->rule, MATCH_RULE_PERSON);
    assert_int_equal(item_open(world, INVOICE_2), 15000);
    assert_int_equal(money_left(world, PAYMENT_1), 25000);
    assert_journal(world, 0, "J5: 1190 D 25000, 1100 C 25000");
    assert_int_equal(world->events[0].posting_days, day("2026-07-01"));
    const char *application_id = applied->application_id;
    world_command(world, &apply_new(world, PAYMENT_1, INVOICE_2, 100)->base);
    assert_refused_with(world, "REQUEST_REPEATED");

    Reconciliation__UnapplyPayment back = RECONCILIATION__UNAPPLY_PAYMENT__INIT;
    back.account_id = ACCOUNT;
    back.payment_id = PAYMENT_1;
    back.item_id = INVOICE_2;
    back.application_id = application_id;
    back.reason = "wrong item";
    world_command(world, &back.base);
    assert_int_equal(item_open(world, INVOICE_2), 40000);
    assert_int_equal(money_left(world, PAYMENT_1), 50000);
    assert_journal(world, 0, "J5: 1100 D 25000, 1190 C 25000");
    assert_true(FOUND(world, JournalPosted, journal_posted, 0)->reversal);
    assert_string_equal(FOUND(world, ApplicationReversed, application_reversed, 0)->reason,
                        "UNAPPLIED");
    assert_ties(world);
    world_command(world, &back.base);
    assert_refused_with(world, "APPLICATION_REVERSED");
    back.application_id = REQUEST;
    world_command(world, &back.base);
    assert_refused_with(world, "APPLICATION_NOT_FOUND");
    back.item_id = INVOICE_3;
    world_command(world, &back.base);
    assert_refused_with(world, "ITEM_NOT_FOUND");
}

static void test_apply_as_much_as_possible(void **state)
{
    struct world *world = *state;
    money_and_debts(world);
    world_command(world, &apply_new(world, PAYMENT_1, INVOICE_1, 0)->base);
    assert_int_equal(item_open(world, INVOICE_1), 0);
    assert_int_equal(money_left(world, PAYMENT_1), 20000);
}

static void assert_apply_refused(struct world *world, Reconciliation__ApplyPayment *command,
                                 const char *code)
{
    world_command(world, &command->base);
    assert_refused_with(world, code);
    assert_int_equal(world->n_events, 0);
}

static void test_apply_refusals(void **state)
{
    struct world *world = *state;
    money_and_debts(world);
    assert_apply_refused(world, apply_new(world, PAYMENT_1, INVOICE_1, 30001),
                         "AMOUNT_EXCEEDS_OPEN");
    assert_apply_refused(world, apply_new(world, PAYMENT_1, INVOICE_1, -1), "AMOUNT_NOT_POSITIVE");
    assert_apply_refused(world, apply_new(world, PAYMENT_2, INVOICE_1, 1), "MONEY_NOT_FOUND");
    assert_apply_refused(world, apply_new(world, PAYMENT_1, INVOICE_3, 1), "ITEM_NOT_FOUND");
    Reconciliation__ApplyPayment *command = apply_new(world, PAYMENT_1, INVOICE_1, 1);
    command->account_id = ACCOUNT_2;
    assert_apply_refused(world, command, "ACCOUNT_NOT_FOUND");
    hear_account(world, ACCOUNT_2, "C00043");
    assert_apply_refused(world, command, "MONEY_NOT_FOUND");
    command = apply_new(world, PAYMENT_1, INVOICE_1, 1);
    command->amount->currency = "USD";
    assert_apply_refused(world, command, "CURRENCY_MISMATCH");
    command = apply_new(world, PAYMENT_1, INVOICE_1, 1);
    command->request_id = "not an id";
    assert_apply_refused(world, command, "ID_MALFORMED");
    world_command(world, &apply_new(world, PAYMENT_1, INVOICE_1, 0)->base);
    command = apply_new(world, PAYMENT_1, INVOICE_1, 1);
    assert_apply_refused(world, command, "ITEM_NOT_OPEN");
    assert_apply_refused(world, apply_new(world, PAYMENT_1, INVOICE_2, 20001),
                         "AMOUNT_EXCEEDS_MONEY");
    world_command(world, &apply_new(world, PAYMENT_1, INVOICE_2, 0)->base);
    command = apply_new(world, PAYMENT_1, INVOICE_2, 1);
    command->request_id = REQUEST_2;
    assert_apply_refused(world, command, "MONEY_USED_UP");
    assert_ties(world);
}

static void test_apply_all_money(void **state)
{
    struct world *world = *state;
    money_and_debts(world);
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_2, 30000);
    payment->value_date = date_of(world, "2026-03-20");
    ADD_TEXT(world, payment->remittance, references_in_text, "C00042");
    hear_payment(world, payment);
    Reconciliation__ApplyMoneyOnAccount command = RECONCILIATION__APPLY_MONEY_ON_ACCOUNT__INIT;
    command.account_id = ACCOUNT;
    command.request_id = REQUEST;
    world_command(world, &command.base);
    /* The older money first, to the older debt. */
    const Reconciliation__PaymentApplied *first = FOUND(world, PaymentApplied, payment_applied, 0);
    assert_string_equal(first->payment_id, PAYMENT_2);
    assert_string_equal(first->item_id, INVOICE_1);
    assert_int_equal(item_open(world, INVOICE_1), 0);
    assert_int_equal(item_open(world, INVOICE_2), 0);
    assert_int_equal(money_left(world, PAYMENT_1), 10000);
    assert_journal(world, 0, "J5: 1190 D 70000, 1100 C 70000");
    assert_ties(world);
    world_command(world, &command.base);
    assert_refused_with(world, "REQUEST_REPEATED");
    command.request_id = REQUEST_2;
    world_command(world, &command.base);
    assert_refused_with(world, "NOTHING_TO_APPLY");
}

/* An application is not older than the debt: money in advance is applied on the day of the invoice.
 */
static void test_posting_date_of_advance_payment(void **state)
{
    struct world *world = *state;
    hear_account(world, ACCOUNT, "C-1");
    hear_invoice(world, INVOICE_1, "INV2026000001", 30000, "2026-04-14");
    Payments__PaymentReceived *payment = payment_new(world, PAYMENT_1, 30000);
    payment->value_date = date_of(world, "2026-03-01");
    payment->account_id = ACCOUNT;
    hear_payment(world, payment);
    for (size_t i = 0; i < world->n_events; i++) {
        bool application =
            world->events[i].event->descriptor == &reconciliation__payment_applied__descriptor;
        bool receipt =
            world->events[i].event->descriptor == &reconciliation__money_on_account__descriptor;
        if (application)
            assert_int_equal(world->events[i].posting_days, day("2026-03-15"));
        if (receipt)
            assert_int_equal(world->events[i].posting_days, day("2026-03-01"));
    }
    assert_int_equal(item_open(world, INVOICE_1), 0);
}

#define WORLD_TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_oldest_due_first_without_disputed),
        WORLD_TEST(test_disputed_part_and_designation),
        WORLD_TEST(test_return_reinstates_j9),
        WORLD_TEST(test_partial_return),
        WORLD_TEST(test_return_before_payment_waits),
        WORLD_TEST(test_return_from_suspense),
        WORLD_TEST(test_return_of_what_was_just_applied),
        WORLD_TEST(test_apply_and_take_back),
        WORLD_TEST(test_apply_as_much_as_possible),
        WORLD_TEST(test_apply_refusals),
        WORLD_TEST(test_apply_all_money),
        WORLD_TEST(test_posting_date_of_advance_payment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
