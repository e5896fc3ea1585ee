/* SPDX-License-Identifier: Apache-2.0
 * Credit notes: the limits of INV-16 per invoice and per tax group, the rate of the original
 * supply, cancelling. */
#include "invoicing_world.h"

static struct world *with_invoice(int64_t price_minor, Invoicing__Tax *(*bears)(struct world *))
{
    struct world *world = world_with_account("2026-01-15");
    Invoicing__IssueInvoice command = invoice_command(INVOICE_ID);
    arena_append(&world->arena, command.n_lines, command.lines,
                 line(world, number(world, 1, 0), number(world, price_minor, 2), bears(world)));
    WORLD_DO(world, invoice_issue, &command);
    ASSERT_DECIDED(world);
    return world;
}

static Invoicing__Tax *zero_rate(struct world *world)
{
    return tax(world, "VAT", TAX_CATEGORY_Z, 0);
}

static Invoicing__Tax *standard_rate(struct world *world)
{
    return vat(world, 200000);
}

static Invoicing__IssueCreditNote credit_command(struct world *world, int nth)
{
    Invoicing__IssueCreditNote command = INVOICING__ISSUE_CREDIT_NOTE__INIT;
    command.credit_note_id = arena_text(&world->arena, "55555555-5555-8555-8555-%012d", nth);
    command.invoice_id = INVOICE_ID;
    command.account_id = ACCOUNT_ID;
    command.entity_id = ENTITY_ID;
    command.reason = "price was wrong";
    return command;
}

static void ask(struct world *world, Invoicing__IssueCreditNote *command, const Invoicing__Tax *of,
                int64_t net_minor)
{
    Invoicing__CreditRequest *request =
        arena_new(&world->arena, Invoicing__CreditRequest, INVOICING__CREDIT_REQUEST__INIT);
    request->authority = of->authority;
    request->category = of->category;
    request->rate_ppm = of->rate_ppm;
    request->net = eur(world, net_minor);
    arena_append(&world->arena, command->n_groups, command->groups, request);
}

/* INV-16: 700.00 then 501.00 against 1200.00: the second is refused, and 500.00 is what may follow.
 */
static void credits_never_exceed_the_invoice(void **state)
{
    (void)state;
    struct world *world = with_invoice(120000, zero_rate);
    Invoicing__IssueCreditNote first = credit_command(world, 1);
    ask(world, &first, zero_rate(world), 70000);
    WORLD_DO(world, credit_note_issue, &first);
    ASSERT_DECIDED(world);
    Invoicing__IssueCreditNote second = credit_command(world, 2);
    ask(world, &second, zero_rate(world), 50100);
    WORLD_DO(world, credit_note_issue, &second);
    ASSERT_REFUSED(world, CREDIT_EXCEEDS_INVOICE, "groups[0].net");
    assert_int_equal(world->deciding.n_numbers, 0);
    Invoicing__IssueCreditNote third = credit_command(world, 3);
    ask(world, &third, zero_rate(world), 50000);
    WORLD_DO(world, credit_note_issue, &third);
    ASSERT_DECIDED(world);
    const Invoicing__CreditNoteIssued *issued =
        emitted(world, &invoicing__credit_note_issued__descriptor);
    assert_string_equal(issued->number, "DECN20260000002");
    assert_int_equal(issued->type_code, 381);
    assert_string_equal(issued->preceding_number, "DEINV20260000001");
    Invoicing__IssueCreditNote fourth = credit_command(world, 4);
    WORLD_DO(world, credit_note_issue, &fourth);
    ASSERT_REFUSED(world, NOTHING_LEFT_TO_CREDIT, "invoice_id");
    const Invoicing__InvoiceState *invoice = world_has(world, KIND_INVOICE, INVOICE_ID);
    assert_money(invoice->credited_total, "EUR 1200.00");
    assert_int_equal(invoice->n_credit_note_ids, 2);
    assert_int_equal(invoice->n_credited, 1);
    world_free(world);
}

/* The same with tax inside: 583.33 + 116.67 = 700.00, then 417.50 + 83.50 = 501.00. */
static void the_limit_holds_for_amounts_with_tax(void **state)
{
    (void)state;
    struct world *world = with_invoice(100000, standard_rate);
    Invoicing__IssueCreditNote first = credit_command(world, 1);
    ask(world, &first, standard_rate(world), 58333);
    WORLD_DO(world, credit_note_issue, &first);
    ASSERT_DECIDED(world);
    const Invoicing__CreditNoteIssued *issued =
        emitted(world, &invoicing__credit_note_issued__descriptor);
    assert_money(issued->totals->net, "EUR 583.33");
    assert_money(issued->totals->tax, "EUR 116.67");
    assert_money(issued->totals->gross, "EUR 700.00");
    Invoicing__IssueCreditNote second = credit_command(world, 2);
    ask(world, &second, standard_rate(world), 41750);
    WORLD_DO(world, credit_note_issue, &second);
    ASSERT_REFUSED(world, CREDIT_EXCEEDS_INVOICE, "groups[0].net");
    /* Everything that is left, to the cent: rounding of the first part is taken back in the last.
     */
    Invoicing__IssueCreditNote rest = credit_command(world, 3);
    WORLD_DO(world, credit_note_issue, &rest);
    ASSERT_DECIDED(world);
    issued = emitted(world, &invoicing__credit_note_issued__descriptor);
    assert_money(issued->totals->net, "EUR 416.67");
    assert_money(issued->totals->tax, "EUR 83.33");
    assert_money(issued->totals->gross, "EUR 500.00");
    world_free(world);
}

/* A credit of 1000.00 as handbook J2 books it: 100.00 + 20 % of an invoice. */
static void tax_at_the_rate_of_the_original_supply(void **state)
{
    (void)state;
    struct world *world = with_invoice(100000, standard_rate);
    Invoicing__IssueCreditNote command = credit_command(world, 1);
    ask(world, &command, standard_rate(world), 10000);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_DECIDED(world);
    const Invoicing__CreditNoteIssued *issued =
        emitted(world, &invoicing__credit_note_issued__descriptor);
    assert_money(issued->totals->gross, "EUR 120.00");
    Invoicing__IssueCreditNote today = credit_command(world, 2);
    ask(world, &today, vat(world, 190000), 10000);
    WORLD_DO(world, credit_note_issue, &today);
    ASSERT_REFUSED(world, CREDIT_GROUP_NOT_FOUND, "groups[0].rate_ppm");
    world_free(world);
}

static void limits_hold_per_tax_group(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    Invoicing__IssueInvoice invoice = invoice_command(INVOICE_ID);
    arena_append(&world->arena, invoice.n_lines, invoice.lines,
                 line(world, number(world, 1, 0), number(world, 100000, 2), vat(world, 200000)));
    arena_append(&world->arena, invoice.n_lines, invoice.lines,
                 line(world, number(world, 1, 0), number(world, 10000, 2), vat(world, 100000)));
    WORLD_DO(world, invoice_issue, &invoice);
    ASSERT_DECIDED(world);
    Invoicing__IssueCreditNote command = credit_command(world, 1);
    ask(world, &command, vat(world, 100000), 10001); /* far below the invoice, above the group */
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, CREDIT_EXCEEDS_INVOICE, "groups[0].net");
    command = credit_command(world, 1);
    ask(world, &command, vat(world, 100000), 10000);
    ask(world, &command, vat(world, 200000), 50000);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_DECIDED(world);
    const Invoicing__CreditNoteIssued *issued =
        emitted(world, &invoicing__credit_note_issued__descriptor);
    assert_int_equal(issued->n_tax_lines, 2);
    assert_money(issued->totals->net, "EUR 600.00");
    assert_money(issued->totals->tax, "EUR 110.00");
    command = credit_command(world, 2);
    ask(world, &command, vat(world, 200000), 100);
    ask(world, &command, vat(world, 200000), 100);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, CREDIT_GROUP_TWICE, "groups[1].authority");
    command = credit_command(world, 2);
    ask(world, &command, vat(world, 200000), 0);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, CREDIT_NOT_POSITIVE, "groups[0].net");
    world_free(world);
}

/* State and county on the same lines: naming one credits both; a tax that several kinds of lines
 * share is ambiguous. */
static void several_taxes_on_the_credited_lines(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    Invoicing__Tax *state_tax = tax(world, "US-CA", TAX_CATEGORY_S, 60000);
    Invoicing__Tax *county = tax(world, "US-CA-LA", TAX_CATEGORY_S, 10000);
    Invoicing__IssueInvoice invoice = invoice_command(INVOICE_ID);
    Invoicing__LineRequest *both =
        line(world, number(world, 1, 0), number(world, 10000, 2), state_tax);
    arena_append(&world->arena, both->n_taxes, both->taxes, county);
    arena_append(&world->arena, invoice.n_lines, invoice.lines, both);
    arena_append(&world->arena, invoice.n_lines, invoice.lines,
                 line(world, number(world, 1, 0), number(world, 5000, 2), state_tax));
    WORLD_DO(world, invoice_issue, &invoice);
    ASSERT_DECIDED(world);
    Invoicing__IssueCreditNote command = credit_command(world, 1);
    ask(world, &command, county, 4000);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_DECIDED(world);
    const Invoicing__CreditNoteIssued *issued =
        emitted(world, &invoicing__credit_note_issued__descriptor);
    assert_int_equal(issued->n_tax_lines, 2);
    assert_money(issued->totals->net, "EUR 40.00");
    assert_money(issued->totals->tax, "EUR 2.80");
    command = credit_command(world, 2);
    ask(world, &command, state_tax, 1000);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, CREDIT_GROUP_AMBIGUOUS, "groups[0].authority");
    command = credit_command(world, 2);
    ask(world, &command, county, 6001);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, CREDIT_EXCEEDS_INVOICE, "groups[0].net");
    command = credit_command(world, 2);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_DECIDED(world);
    issued = emitted(world, &invoicing__credit_note_issued__descriptor);
    assert_money(issued->totals->net, "EUR 110.00");
    assert_money(issued->totals->gross, "EUR 117.20");
    const Invoicing__InvoiceState *kept = world_has(world, KIND_INVOICE, INVOICE_ID);
    assert_money(kept->credited_total, "EUR 160.00");
    world_free(world);
}

/* Parts of 0.33 at 20 % round up one by one; together they never take back more tax than was
 * billed. */
static void rounding_of_parts_does_not_exceed_the_tax(void **state)
{
    (void)state;
    struct world *world = with_invoice(99, standard_rate);
    const Invoicing__InvoiceState *invoice = world_has(world, KIND_INVOICE, INVOICE_ID);
    assert_money(invoice->document->totals->tax, "EUR 0.20");
    for (int i = 0; i < 33; i++) {
        Invoicing__IssueCreditNote command = credit_command(world, i);
        ask(world, &command, standard_rate(world), 3); /* 0.006 of tax: 0.01 */
        WORLD_DO(world, credit_note_issue, &command);
        ASSERT_DECIDED(world);
    }
    invoice = world_has(world, KIND_INVOICE, INVOICE_ID);
    assert_money(invoice->credited[0]->taxable_amount, "EUR 0.99");
    assert_money(invoice->credited[0]->tax, "EUR 0.20");
    assert_money(invoice->credited_total, "EUR 1.19");
    world_free(world);
}

static void cancelling_credits_everything(void **state)
{
    (void)state;
    struct world *world = with_invoice(100000, standard_rate);
    Invoicing__IssueCreditNote command = credit_command(world, 1);
    command.cancel = true;
    ask(world, &command, standard_rate(world), 100);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, CANCEL_CREDITS_EVERYTHING, "groups");
    command.n_groups = 0;
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_DECIDED(world);
    assert_int_equal(world->deciding.n_emissions, 3);
    const Invoicing__InvoiceCancelled *cancelled =
        emitted(world, &invoicing__invoice_cancelled__descriptor);
    assert_string_equal(cancelled->credit_note_id, command.credit_note_id);
    const Invoicing__InvoiceState *invoice = world_has(world, KIND_INVOICE, INVOICE_ID);
    assert_int_equal(invoice->status, INVOICE_STATUS_CANCELLED);
    assert_money(invoice->credited_total, "EUR 1200.00");
    assert_int_equal(world->deciding.subject.kind, KIND_INVOICE);
    command = credit_command(world, 2);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, INVOICE_CANCELLED, "invoice_id");
    world_free(world);
}

static void cancelling_what_is_credited_needs_no_document(void **state)
{
    (void)state;
    struct world *world = with_invoice(100000, standard_rate);
    Invoicing__IssueCreditNote credit = credit_command(world, 1);
    WORLD_DO(world, credit_note_issue, &credit);
    ASSERT_DECIDED(world);
    Invoicing__IssueCreditNote cancel = credit_command(world, 2);
    cancel.cancel = true;
    WORLD_DO(world, credit_note_issue, &cancel);
    ASSERT_DECIDED(world);
    assert_int_equal(world->deciding.n_emissions, 1);
    assert_int_equal(world->deciding.n_numbers, 0);
    const Invoicing__InvoiceCancelled *cancelled =
        emitted(world, &invoicing__invoice_cancelled__descriptor);
    assert_string_equal(cancelled->credit_note_id, credit.credit_note_id);
    world_free(world);
}

static void commands_that_are_refused(void **state)
{
    (void)state;
    struct world *world = with_invoice(100000, standard_rate);
    Invoicing__IssueCreditNote command = credit_command(world, 1);
    command.invoice_id = CUSTOMER_ID;
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, INVOICE_NOT_FOUND, "invoice_id");
    command = credit_command(world, 1);
    command.account_id = CUSTOMER_ID;
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, ACCOUNT_MISMATCH, "account_id");
    command = credit_command(world, 1);
    command.reason = "";
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, FIELD_REQUIRED, "reason");
    command = credit_command(world, 1);
    command.issue_date = day(world, "2026-01-14");
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, ISSUE_DATE_BEFORE_INVOICE, "issue_date");
    command = credit_command(world, 1);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_DECIDED(world);
    WORLD_DO(world, credit_note_issue, &command);
    ASSERT_REFUSED(world, CREDIT_NOTE_EXISTS, "credit_note_id");
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(credits_never_exceed_the_invoice),
        cmocka_unit_test(the_limit_holds_for_amounts_with_tax),
        cmocka_unit_test(tax_at_the_rate_of_the_original_supply),
        cmocka_unit_test(limits_hold_per_tax_group),
        cmocka_unit_test(several_taxes_on_the_credited_lines),
        cmocka_unit_test(rounding_of_parts_does_not_exceed_the_tax),
        cmocka_unit_test(cancelling_credits_everything),
        cmocka_unit_test(cancelling_what_is_credited_needs_no_document),
        cmocka_unit_test(commands_that_are_refused),
    };
    return cmocka_run_group_tests_name("invoicing_credit_note", tests, NULL, NULL);
}
