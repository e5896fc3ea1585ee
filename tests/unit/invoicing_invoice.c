/* SPDX-License-Identifier: Apache-2.0
 * Invoices: issue, numbers without gaps (INV-17), due dates (INV-9), duplicates (INV-26), the
 * copies that stay (CUS-2). */
#include "invoicing_world.h"

static Invoicing__IssueInvoice plain(struct world *world, const char *invoice_id)
{
    Invoicing__IssueInvoice command = invoice_command(invoice_id);
    arena_append(&world->arena, command.n_lines, command.lines,
                 line(world, number(world, 1, 0), number(world, 100000, 2), vat(world, 200000)));
    return command;
}

static const char *id_of(struct world *world, int nth)
{
    return arena_text(&world->arena, "44444444-4444-8444-8444-%012d", nth);
}

static void issued_with_number_dates_and_copies(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    Invoicing__IssueInvoice command = plain(world, INVOICE_ID);
    command.source_reference = "order-1";
    WORLD_DO(world, invoice_issue, &command);
    ASSERT_DECIDED(world);

    const Invoicing__InvoiceIssued *issued = emitted(world, &invoicing__invoice_issued__descriptor);
    assert_string_equal(issued->number, "DEINV20260000001");
    assert_int_equal(issued->type_code, 380);
    assert_day(issued->issue_date, "2026-01-15");
    assert_day(issued->due_date, "2026-02-14");
    assert_money(issued->totals->payable, "EUR 1200.00");
    assert_string_equal(issued->seller->iban, "DE89370400440532013000");
    assert_string_equal(issued->buyer->vat_id, "FR40303265045");
    assert_string_equal(issued->buyer->name->subject_id, CUSTOMER_ID);
    assert_string_equal(issued->buyer_reference, "buyer 7");
    assert_string_equal(issued->account_number, "A-1001");
    assert_true(text_starts_with(issued->creditor_reference, "RF"));
    assert_string_equal(issued->creditor_reference + 4, "DEINV20260000001");
    assert_int_equal(world->deciding.emissions[0].posting_days, issued->issue_date->days);
    assert_string_equal(world->deciding.emissions[0].entity_id, ENTITY_ID);
    const Invoicing__InvoiceState *kept = world_has(world, KIND_INVOICE, INVOICE_ID);
    assert_int_equal(kept->status, INVOICE_STATUS_ISSUED);
    assert_string_equal(kept->entity_id, ENTITY_ID);
    world_free(world);
}

/* REC-3: INV20260000042 has the reference RF40INV20260000042. */
static void creditor_reference_of_the_handbook(void **state)
{
    (void)state;
    struct world *world = world_new("2026-01-15");
    Invoicing__LegalEntity *entity = entity_of(world);
    entity->number_prefix = "";
    world_register_entity(world, entity);
    Invoicing__RegisterCustomer customer = customer_of(world);
    WORLD_DO(world, customer_register, &customer);
    Invoicing__OpenAccount account = account_of(world);
    WORLD_DO(world, account_open, &account);
    world_series_of(world, ENTITY_ID, SERIES_INVOICE, 2026)->fact.next = 42;
    Invoicing__IssueInvoice command = plain(world, INVOICE_ID);
    WORLD_DO(world, invoice_issue, &command);
    ASSERT_DECIDED(world);
    const Invoicing__InvoiceIssued *issued = emitted(world, &invoicing__invoice_issued__descriptor);
    assert_string_equal(issued->number, "INV20260000042");
    assert_string_equal(issued->creditor_reference, "RF40INV20260000042");
    world_free(world);
}

/* INV-17: 50 issues of which 10 are refused at the last moment give exactly the numbers 1 to 40. */
static void refusals_leave_no_gap(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    int documents = 0;
    for (int i = 0; i < 50; i++) {
        Invoicing__IssueInvoice command = plain(world, id_of(world, i));
        if (i % 5 == 4)
            command.issue_date = day(world, "2026-01-16"); /* tomorrow: refused */
        WORLD_DO(world, invoice_issue, &command);
        if (i % 5 == 4) {
            ASSERT_REFUSED(world, ISSUE_DATE_IN_FUTURE, "issue_date");
            continue;
        }
        ASSERT_DECIDED(world);
        const Invoicing__InvoiceIssued *issued =
            emitted(world, &invoicing__invoice_issued__descriptor);
        char expected[32];
        snprintf(expected, sizeof expected, "DEINV2026%07d", ++documents);
        assert_string_equal(issued->number, expected);
    }
    assert_int_equal(documents, 40);
    assert_int_equal(world_series_of(world, ENTITY_ID, SERIES_INVOICE, 2026)->fact.next, 41);
    world_free(world);
}

static void issue_dates_never_go_back(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    Invoicing__IssueInvoice today = plain(world, id_of(world, 1));
    WORLD_DO(world, invoice_issue, &today);
    ASSERT_DECIDED(world);
    Invoicing__IssueInvoice earlier = plain(world, id_of(world, 2));
    earlier.issue_date = day(world, "2026-01-14");
    WORLD_DO(world, invoice_issue, &earlier);
    ASSERT_REFUSED(world, ISSUE_DATE_PASSED, "issue_date");
    assert_int_equal(world->deciding.n_numbers, 0);
    world_free(world);
}

/* "Today" is the legal entity's: 23:30 UTC on 15 January is the 16th in Berlin (GEN-5). */
static void today_is_taken_in_the_zone_of_the_entity(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    world->now_us = noon("2026-01-15") + INT64_C(41400000000);
    Invoicing__IssueInvoice command = plain(world, INVOICE_ID);
    WORLD_DO(world, invoice_issue, &command);
    ASSERT_DECIDED(world);
    const Invoicing__InvoiceIssued *issued = emitted(world, &invoicing__invoice_issued__descriptor);
    assert_day(issued->issue_date, "2026-01-16");
    world_free(world);
}

/* A fiscal year that starts in April is named after the year in which it starts, and numbers begin
 * again. */
static void series_run_per_fiscal_year(void **state)
{
    (void)state;
    struct world *world = world_new("2026-03-31");
    Invoicing__LegalEntity *entity = entity_of(world);
    entity->fiscal_year_start_month = 4;
    world_register_entity(world, entity);
    Invoicing__RegisterCustomer customer = customer_of(world);
    WORLD_DO(world, customer_register, &customer);
    Invoicing__OpenAccount account = account_of(world);
    WORLD_DO(world, account_open, &account);
    static const char *const days[] = {"2026-03-31", "2026-03-31", "2026-04-01"};
    static const char *const numbers[] = {"DEINV20250000001", "DEINV20250000002",
                                          "DEINV20260000001"};
    for (int i = 0; i < 3; i++) {
        world->now_us = noon(days[i]);
        Invoicing__IssueInvoice command = plain(world, id_of(world, i));
        WORLD_DO(world, invoice_issue, &command);
        ASSERT_DECIDED(world);
        const Invoicing__InvoiceIssued *issued =
            emitted(world, &invoicing__invoice_issued__descriptor);
        assert_string_equal(issued->number, numbers[i]);
    }
    world_free(world);
}

/* INV-9 */
static void due_dates_of_the_handbook(void **state)
{
    (void)state;
    static const struct {
        const char *issue;
        Invoicing__TermsKind kind;
        uint32_t days, cutoff;
        Invoicing__BusinessDayRoll roll;
        const char *due;
    } cases[] = {
        {"2026-01-15", TERMS_KIND_NET, 30, 0, BUSINESS_DAY_ROLL_NONE, "2026-02-14"},
        {"2026-01-15", TERMS_KIND_NET, 30, 0, BUSINESS_DAY_ROLL_FOLLOWING, "2026-02-16"},
        {"2026-01-15", TERMS_KIND_END_OF_MONTH_PLUS, 30, 0, BUSINESS_DAY_ROLL_UNSPECIFIED,
         "2026-03-02"},
        {"2026-01-15", TERMS_KIND_NET_END_OF_MONTH, 30, 0, BUSINESS_DAY_ROLL_NONE, "2026-02-28"},
        {"2026-03-15", TERMS_KIND_PROXIMO, 10, 0, BUSINESS_DAY_ROLL_NONE, "2026-04-10"},
        {"2026-03-27", TERMS_KIND_PROXIMO, 10, 25, BUSINESS_DAY_ROLL_NONE, "2026-05-10"},
    };
    struct world *world = world_with_account("2026-01-15");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        world->now_us = noon(cases[i].issue);
        Invoicing__IssueInvoice command = plain(world, id_of(world, (int)i));
        command.terms = net_days(world, cases[i].days);
        command.terms->kind = cases[i].kind;
        command.terms->cutoff_day = cases[i].cutoff;
        command.terms->roll = cases[i].roll;
        WORLD_DO(world, invoice_issue, &command);
        ASSERT_DECIDED(world);
        const Invoicing__InvoiceIssued *issued =
            emitted(world, &invoicing__invoice_issued__descriptor);
        assert_day(issued->due_date, cases[i].due);
    }
    world_free(world);
}

static void commands_that_are_refused(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    Invoicing__IssueInvoice first = plain(world, INVOICE_ID);
    first.source_reference = "order-1";
    WORLD_DO(world, invoice_issue, &first);
    ASSERT_DECIDED(world);

    WORLD_DO(world, invoice_issue, &first);
    ASSERT_REFUSED(world, INVOICE_EXISTS, "invoice_id");
    Invoicing__IssueInvoice again = plain(world, id_of(world, 2));
    again.source_reference = "order-1";
    WORLD_DO(world, invoice_issue, &again);
    ASSERT_REFUSED(world, DUPLICATE_SOURCE_REFERENCE, "source_reference");
    Invoicing__IssueInvoice other = plain(world, id_of(world, 2));
    other.account_id = id_of(world, 9);
    WORLD_DO(world, invoice_issue, &other);
    ASSERT_REFUSED(world, ACCOUNT_NOT_FOUND, "account_id");
    other = plain(world, id_of(world, 2));
    other.entity_id = CUSTOMER_ID;
    WORLD_DO(world, invoice_issue, &other);
    ASSERT_REFUSED(world, ACCOUNT_MISMATCH, "entity_id");
    other = plain(world, id_of(world, 2));
    other.customer_id = ENTITY_ID;
    WORLD_DO(world, invoice_issue, &other);
    ASSERT_REFUSED(world, ACCOUNT_MISMATCH, "customer_id");
    other = plain(world, "not-an-id");
    WORLD_DO(world, invoice_issue, &other);
    ASSERT_REFUSED(world, ID_MALFORMED, "invoice_id");
    other = plain(world, id_of(world, 2));
    other.terms = net_days(world, 366);
    WORLD_DO(world, invoice_issue, &other);
    ASSERT_REFUSED(world, TERMS_OUT_OF_RANGE, "terms.days");
    other.terms->kind = (Invoicing__TermsKind)99;
    WORLD_DO(world, invoice_issue, &other);
    ASSERT_REFUSED(world, ENUM_REQUIRED, "terms.kind");
    other = invoice_command(id_of(world, 2));
    WORLD_DO(world, invoice_issue, &other);
    ASSERT_REFUSED(world, NO_LINES, "lines");
    other = plain(world, id_of(world, 2));
    other.lines[0]->taxes[0] = tax(world, "VAT", TAX_CATEGORY_AE, 0);
    other.lines[0]->taxes[0]->exemption_reason = "reverse charge";
    WORLD_DO(world, invoice_issue, &other);
    ASSERT_DECIDED(world);
    world_free(world);
}

/* A document that no event could carry is refused before it exists. */
static void document_too_large(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    Invoicing__IssueInvoice command = invoice_command(INVOICE_ID);
    char description[DESCRIPTION_BYTES_MAX + 1];
    memset(description, 'x', DESCRIPTION_BYTES_MAX);
    description[DESCRIPTION_BYTES_MAX] = 0;
    for (int i = 0; i < 900; i++) {
        Invoicing__LineRequest *asked =
            line(world, number(world, 1, 0), number(world, 1, 2), vat(world, 200000));
        asked->description = description;
        arena_append(&world->arena, command.n_lines, command.lines, asked);
    }
    WORLD_DO(world, invoice_issue, &command);
    ASSERT_REFUSED(world, DOCUMENT_TOO_LARGE, "lines");
    assert_int_equal(world->deciding.n_numbers, 0);
    command.n_lines = 300;
    WORLD_DO(world, invoice_issue, &command);
    ASSERT_DECIDED(world);
    world_free(world);
}

/* CUS-2: what was issued keeps its copy. */
static void issued_documents_keep_the_old_name(void **state)
{
    (void)state;
    struct world *world = world_with_account("2026-01-15");
    Invoicing__IssueInvoice command = plain(world, INVOICE_ID);
    WORLD_DO(world, invoice_issue, &command);
    ASSERT_DECIDED(world);
    Invoicing__RenameCustomer rename = INVOICING__RENAME_CUSTOMER__INIT;
    rename.customer_id = CUSTOMER_ID;
    rename.name = sealed(world, CUSTOMER_ID, "name");
    rename.name->key_version = 2;
    rename.evidence_reference = "register extract 7";
    WORLD_DO(world, customer_rename, &rename);
    ASSERT_DECIDED(world);
    const Invoicing__InvoiceState *kept = world_has(world, KIND_INVOICE, INVOICE_ID);
    assert_int_equal(kept->document->buyer->name->key_version, 1);
    const Invoicing__CustomerState *customer = world_has(world, KIND_CUSTOMER, CUSTOMER_ID);
    assert_int_equal(customer->name_version, 2);
    assert_int_equal(customer->name->key_version, 2);
    world_free(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(issued_with_number_dates_and_copies),
        cmocka_unit_test(creditor_reference_of_the_handbook),
        cmocka_unit_test(refusals_leave_no_gap),
        cmocka_unit_test(issue_dates_never_go_back),
        cmocka_unit_test(today_is_taken_in_the_zone_of_the_entity),
        cmocka_unit_test(series_run_per_fiscal_year),
        cmocka_unit_test(due_dates_of_the_handbook),
        cmocka_unit_test(commands_that_are_refused),
        cmocka_unit_test(document_too_large),
        cmocka_unit_test(issued_documents_keep_the_old_name),
    };
    return cmocka_run_group_tests_name("invoicing_invoice", tests, NULL, NULL);
}
