/* SPDX-License-Identifier: Apache-2.0
 * Bills: recurring charges and proration (INV-13), one bill per account and cycle (INV-14), the
 * proof (REP-11). */
#include "invoicing_world.h"

#define SECOND_RUN_ID "77777777-7777-8777-8777-777777777777"

static void set_charge(struct world *world, int nth, int64_t price_minor, const char *start,
                       const char *end)
{
    Invoicing__SetRecurringCharge command = INVOICING__SET_RECURRING_CHARGE__INIT;
    Invoicing__RecurringCharge *charge =
        arena_new(&world->arena, Invoicing__RecurringCharge, INVOICING__RECURRING_CHARGE__INIT);
    charge->charge_id = arena_text(&world->arena, "88888888-8888-8888-8888-%012d", nth);
    charge->charge_code = "BASE";
    charge->description = "Base fee";
    charge->quantity = number(world, 1, 0);
    charge->unit_code = "MON";
    charge->price = number(world, price_minor, 2);
    arena_append(&world->arena, charge->n_taxes, charge->taxes, vat(world, 200000));
    charge->start = day(world, start);
    charge->end = end ? day(world, end) : NULL;
    command.account_id = ACCOUNT_ID;
    command.charge = charge;
    WORLD_DO(world, account_charge, &command);
    ASSERT_DECIDED(world);
}

static Invoicing__BillAccount bill_command(struct world *world, const char *run_id,
                                           const char *start, const char *end)
{
    Invoicing__BillAccount command = INVOICING__BILL_ACCOUNT__INIT;
    command.account_id = ACCOUNT_ID;
    command.customer_id = CUSTOMER_ID;
    command.entity_id = ENTITY_ID;
    command.bill_run_id = run_id;
    command.period_start = day(world, start);
    command.period_end = day(world, end);
    command.cycle_key =
        bill_cycle_key(&world->arena, "MONTHLY-01", (struct date){command.period_start->days},
                       (struct date){command.period_end->days});
    return command;
}

static void assert_skipped(struct world *world, const char *reason)
{
    const Invoicing__AccountSkipped *skipped =
        emitted(world, &invoicing__account_skipped__descriptor);
    ASSERT_DECIDED(world);
    if (!skipped)
        fail_msg("expected AccountSkipped for %s, came %zu other events", reason,
                 world->deciding.n_emissions);
    assert_string_equal(skipped->reason, reason);
    assert_int_equal(world->deciding.n_emissions, 1);
    assert_int_equal(world->deciding.n_numbers, 0);
}

static const Invoicing__InvoiceIssued *assert_billed(struct world *world)
{
    ASSERT_DECIDED(world);
    const Invoicing__InvoiceIssued *issued = emitted(world, &invoicing__invoice_issued__descriptor);
    const Invoicing__AccountBilled *billed = emitted(world, &invoicing__account_billed__descriptor);
    if (!issued || !billed)
        fail_msg("expected a bill, came %zu events", world->deciding.n_emissions);
    assert_string_equal(billed->invoice_id, issued->invoice_id);
    return issued;
}

static void whole_period_is_billed(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-02-01");
    set_charge(world, 1, 3100, "2025-12-01", NULL);
    set_charge(world, 2, 1000, "2026-02-01", NULL); /* starts after the period */
    Invoicing__BillAccount command = bill_command(world, BILL_RUN_ID, "2026-01-01", "2026-02-01");
    WORLD_DO(world, bill_account, &command);
    const Invoicing__InvoiceIssued *issued = assert_billed(world);
    assert_int_equal(issued->n_lines, 1);
    assert_money(issued->lines[0]->net, "EUR 31.00");
    assert_string_equal(issued->lines[0]->unit_code, "MON");
    assert_string_equal(issued->lines[0]->charge_code, "BASE");
    assert_money(issued->totals->payable, "EUR 37.20");
    assert_day(issued->period_start, "2026-01-01");
    assert_day(issued->period_end, "2026-02-01");
    assert_string_equal(issued->bill_run_id, BILL_RUN_ID);
    assert_string_equal(issued->cycle_key, "MONTHLY-01/2026-01-01/2026-02-01");
    assert_string_equal(issued->invoice_id,
                        bill_invoice_id(&world->arena, ACCOUNT_ID, issued->cycle_key));
    const Invoicing__AccountState *account = world_has(world, KIND_ACCOUNT, ACCOUNT_ID);
    assert_day(account->billed_until, "2026-02-01");
    world_free(world);
}

static void assert_prorated(int64_t price_minor, const char *from, const char *to,
                            const char *start, const char *end, const char *expected)
{
    struct world *world = world_with_account("2026-03-31");
    set_charge(world, 1, price_minor, from, to);
    Invoicing__BillAccount command = bill_command(world, BILL_RUN_ID, start, end);
    WORLD_DO(world, bill_account, &command);
    const Invoicing__InvoiceIssued *issued = assert_billed(world);
    assert_money(issued->lines[0]->net, expected);
    assert_string_equal(issued->lines[0]->unit_code, "DAY");
    world_free(world);
}

/* INV-13, INV-14 */
static void part_of_a_period_is_prorated(void **state)
{
    (void)state;
    assert_prorated(10000, "2025-06-01", "2026-01-11", "2026-01-01", "2026-02-01", "EUR 32.26");
    assert_prorated(16000, "2026-01-11", NULL, "2026-01-01", "2026-02-01", "EUR 108.39");
    assert_prorated(2999, "2026-02-15", NULL, "2026-02-01", "2026-03-01", "EUR 15.00");
    assert_prorated(3100, "2026-01-16", NULL, "2026-01-01", "2026-02-01", "EUR 16.00");
}

static void the_same_bill_or_nothing(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-02-01");
    set_charge(world, 1, 3100, "2025-12-01", NULL);
    Invoicing__BillAccount command = bill_command(world, BILL_RUN_ID, "2026-01-01", "2026-02-01");
    WORLD_DO(world, bill_account, &command);
    assert_billed(world);
    for (int i = 0; i < 3; i++) { /* a job that was killed asks again */
        WORLD_DO(world, bill_account, &command);
        ASSERT_DECIDED(world);
        assert_int_equal(world->deciding.n_emissions, 0);
        assert_int_equal(world->deciding.n_numbers, 0);
    }
    command.bill_run_id = SECOND_RUN_ID;
    WORLD_DO(world, bill_account, &command);
    assert_skipped(world, "ALREADY_BILLED_BY_ANOTHER_RUN");
    WORLD_DO(world, bill_account, &command);
    assert_int_equal(world->deciding.n_emissions, 0);
    world_free(world);
}

static void a_skipped_cycle_may_be_billed_later(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-02-01");
    Invoicing__BillAccount command = bill_command(world, BILL_RUN_ID, "2026-01-01", "2026-02-01");
    WORLD_DO(world, bill_account, &command);
    assert_skipped(world, "NO_CHARGES");
    assert_false(bill_reason_is_exception("NO_CHARGES"));
    WORLD_DO(world, bill_account, &command);
    assert_int_equal(world->deciding.n_emissions, 0);
    set_charge(world, 1, 3100, "2025-12-01", NULL);
    command.bill_run_id = SECOND_RUN_ID;
    WORLD_DO(world, bill_account, &command);
    assert_billed(world);
    world_free(world);
}

static void days_are_never_billed_twice(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-03-31");
    set_charge(world, 1, 3100, "2025-12-01", NULL);
    Invoicing__BillAccount february = bill_command(world, BILL_RUN_ID, "2026-02-01", "2026-03-01");
    WORLD_DO(world, bill_account, &february);
    assert_billed(world);
    Invoicing__BillAccount quarter = bill_command(world, SECOND_RUN_ID, "2026-01-01", "2026-04-01");
    WORLD_DO(world, bill_account, &quarter);
    assert_skipped(world, "PERIOD_OVERLAPS");
    assert_true(bill_reason_is_exception("PERIOD_OVERLAPS"));
    /* A month that was left out may follow later. */
    Invoicing__BillAccount january = bill_command(world, SECOND_RUN_ID, "2026-01-01", "2026-02-01");
    WORLD_DO(world, bill_account, &january);
    assert_billed(world);
    world_free(world);
}

/* What the state no longer remembers is not billed on a guess. */
static void cycles_beyond_memory_are_exceptions(void **state)
{
    (void)state;
    struct world *world = world_with_account("2030-01-01");
    set_charge(world, 1, 100, "2020-01-01", NULL);
    struct date anchor, start, end;
    assert_int_equal(date_parse(&anchor, "2024-01-01", NULL), OK);
    for (int month = 0; month < ACCOUNT_CYCLES_MAX + 2; month++) {
        char first[DATE_TEXT_SIZE], after[DATE_TEXT_SIZE];
        assert_int_equal(date_add_months(&start, anchor, month, NULL), OK);
        assert_int_equal(date_add_months(&end, anchor, month + 1, NULL), OK);
        date_format(first, start);
        date_format(after, end);
        Invoicing__BillAccount command = bill_command(world, BILL_RUN_ID, first, after);
        WORLD_DO(world, bill_account, &command);
        assert_billed(world);
    }
    const Invoicing__AccountState *account = world_has(world, KIND_ACCOUNT, ACCOUNT_ID);
    assert_int_equal(account->n_cycles, ACCOUNT_CYCLES_MAX);
    Invoicing__BillAccount old = bill_command(world, SECOND_RUN_ID, "2024-01-01", "2024-02-01");
    WORLD_DO(world, bill_account, &old);
    assert_skipped(world, "CYCLE_TOO_OLD");
    world_free(world);
}

/* What stands in the way of one account is recorded and takes no number. */
static void exceptions_are_recorded(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-02-01");
    set_charge(world, 1, 3100, "2025-12-01", NULL);
    world_series_of(world, ENTITY_ID, SERIES_INVOICE, 2026)->fact.last_issue_days =
        day(world, "2026-02-01")->days;
    Invoicing__BillAccount command = bill_command(world, BILL_RUN_ID, "2026-01-01", "2026-02-01");
    command.issue_date = day(world, "2026-01-31");
    WORLD_DO(world, bill_account, &command);
    assert_skipped(world, "ISSUE_DATE_PASSED");
    command.customer_id = ENTITY_ID;
    WORLD_DO(world, bill_account, &command);
    ASSERT_REFUSED(world, ACCOUNT_MISMATCH, "customer_id");
    world_free(world);
}

static void charge_that_ends(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-02-01");
    set_charge(world, 1, 3100, "2025-12-01", NULL);
    Invoicing__EndRecurringCharge end = INVOICING__END_RECURRING_CHARGE__INIT;
    end.account_id = ACCOUNT_ID;
    end.charge_id = "88888888-8888-8888-8888-000000000001";
    end.end = day(world, "2026-01-11");
    WORLD_DO(world, account_end_charge, &end);
    ASSERT_DECIDED(world);
    Invoicing__BillAccount command = bill_command(world, BILL_RUN_ID, "2026-01-01", "2026-02-01");
    WORLD_DO(world, bill_account, &command);
    const Invoicing__InvoiceIssued *issued = assert_billed(world);
    assert_money(issued->lines[0]->net, "EUR 10.00");
    assert_string_equal(issued->lines[0]->description, "Base fee (10 of 31 days)");
    end.charge_id = "88888888-8888-8888-8888-000000000002";
    WORLD_DO(world, account_end_charge, &end);
    ASSERT_REFUSED(world, CHARGE_NOT_FOUND, "charge_id");
    end.charge_id = "88888888-8888-8888-8888-000000000001";
    end.end = day(world, "2025-11-30");
    WORLD_DO(world, account_end_charge, &end);
    ASSERT_REFUSED(world, PERIOD_MALFORMED, "end");
    world_free(world);
}

/* ---- runs ---- */

static Invoicing__StartBillRun run_command(struct world *world)
{
    Invoicing__StartBillRun command = INVOICING__START_BILL_RUN__INIT;
    command.bill_run_id = BILL_RUN_ID;
    command.entity_id = ENTITY_ID;
    command.cycle_code = "MONTHLY-01";
    command.period_start = day(world, "2026-01-01");
    command.period_end = day(world, "2026-02-01");
    return command;
}

static void complete(struct world *world, uint32_t accounts, uint32_t billed, uint32_t skipped,
                     uint32_t exceptions, uint32_t invoices, int64_t gross_minor)
{
    Invoicing__CompleteBillRun command = INVOICING__COMPLETE_BILL_RUN__INIT;
    Invoicing__RunTotal *total =
        arena_new(&world->arena, Invoicing__RunTotal, INVOICING__RUN_TOTAL__INIT);
    total->currency = "EUR";
    total->invoices = invoices;
    total->net = eur(world, 1000000);
    total->tax = eur(world, 200000);
    total->gross = eur(world, gross_minor);
    command.bill_run_id = BILL_RUN_ID;
    command.accounts = accounts;
    command.billed = billed;
    command.skipped = skipped;
    command.exceptions = exceptions;
    arena_append(&world->arena, command.n_totals, command.totals, total);
    WORLD_DO(world, bill_run_complete, &command);
}

/* REP-11: 1250 = 1236 + 9 + 5 passes; 1250 against 1236 + 9 + 4 misses one account. */
static void runs_are_proved_or_blocked(void **state)
{
    (void)state;
    static const struct {
        uint32_t exceptions, invoices;
        int64_t gross_minor;
        Invoicing__BillRunStatus status;
        const char *reason;
    } cases[] = {
        {5, 1236, 1200000, BILL_RUN_STATUS_PROVED, ""},
        {4, 1236, 1200000, BILL_RUN_STATUS_BLOCKED,
         "1250 accounts in the cycle, but 1236 billed + 9 skipped + 4 exceptions = 1249: 1 "
         "missing"},
        {5, 1235, 1200000, BILL_RUN_STATUS_BLOCKED, "1236 accounts billed, but 1235 invoices"},
        {5, 1236, 1200001, BILL_RUN_STATUS_BLOCKED,
         "totals[0].gross: the totals of the run contradict each other"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world *world = world_with_account("2026-02-01");
        Invoicing__StartBillRun start = run_command(world);
        WORLD_DO(world, bill_run_start, &start);
        ASSERT_DECIDED(world);
        complete(world, 1250, 1236, 9, cases[i].exceptions, cases[i].invoices,
                 cases[i].gross_minor);
        ASSERT_DECIDED(world);
        const Invoicing__BillRunState *run = world_has(world, KIND_BILL_RUN, BILL_RUN_ID);
        assert_int_equal(run->status, cases[i].status);
        assert_string_equal(run->blocked_reason, cases[i].reason);
        complete(world, 1250, 1236, 9, 5, 1236, 1200000);
        ASSERT_REFUSED(world, BILL_RUN_NOT_STARTED, "bill_run_id");
        world_free(world);
    }
}

static void runs_that_are_refused(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-02-01");
    Invoicing__StartBillRun command = run_command(world);
    command.cycle_code = "monthly";
    WORLD_DO(world, bill_run_start, &command);
    ASSERT_REFUSED(world, TEXT_MALFORMED, "cycle_code");
    command = run_command(world);
    command.period_end = command.period_start;
    WORLD_DO(world, bill_run_start, &command);
    ASSERT_REFUSED(world, PERIOD_MALFORMED, "period_end");
    command.period_end = day(world, "2027-02-01");
    WORLD_DO(world, bill_run_start, &command);
    ASSERT_REFUSED(world, PERIOD_TOO_LONG, "period_end");
    command = run_command(world);
    command.issue_date = day(world, "2026-02-02");
    WORLD_DO(world, bill_run_start, &command);
    ASSERT_REFUSED(world, ISSUE_DATE_IN_FUTURE, "issue_date");
    world_series_of(world, ENTITY_ID, SERIES_INVOICE, 2026)->fact.last_issue_days =
        day(world, "2026-02-01")->days;
    command.issue_date = day(world, "2026-01-31");
    WORLD_DO(world, bill_run_start, &command);
    ASSERT_REFUSED(world, ISSUE_DATE_PASSED, "issue_date");
    command.issue_date = NULL;
    command.entity_id = CUSTOMER_ID;
    WORLD_DO(world, bill_run_start, &command);
    ASSERT_REFUSED(world, ENTITY_NOT_FOUND, "entity_id");
    command.entity_id = ENTITY_ID;
    WORLD_DO(world, bill_run_start, &command);
    ASSERT_DECIDED(world);
    const Invoicing__BillRunStarted *started =
        emitted(world, &invoicing__bill_run_started__descriptor);
    assert_day(started->issue_date, "2026-02-01");
    WORLD_DO(world, bill_run_start, &command);
    ASSERT_REFUSED(world, BILL_RUN_EXISTS, "bill_run_id");
    world_free(world);
}

static void cycle_keys_name_their_period(void **state)
{
    (void)state;
    struct world *world = world_new("2026-01-01");
    struct date start, end;
    assert_true(bill_cycle_period("MONTHLY-01/2026-01-01/2026-02-01", &start, &end));
    assert_int_equal(end.days - start.days, 31);
    static const char *const bad[] = {"", "MONTHLY-01", "2026-01-01/2026-02-01",
                                      "MONTHLY-01/2026-01-01/2026-02-30",
                                      "MONTHLY-01/2026-01-01 2026-02-01"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(bill_cycle_period(bad[i], &start, &end));
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_period_is_billed),
        cmocka_unit_test(part_of_a_period_is_prorated),
        cmocka_unit_test(the_same_bill_or_nothing),
        cmocka_unit_test(a_skipped_cycle_may_be_billed_later),
        cmocka_unit_test(days_are_never_billed_twice),
        cmocka_unit_test(cycles_beyond_memory_are_exceptions),
        cmocka_unit_test(exceptions_are_recorded),
        cmocka_unit_test(charge_that_ends),
        cmocka_unit_test(runs_are_proved_or_blocked),
        cmocka_unit_test(runs_that_are_refused),
        cmocka_unit_test(cycle_keys_name_their_period),
    };
    return cmocka_run_group_tests_name("invoicing_bill", tests, NULL, NULL);
}
