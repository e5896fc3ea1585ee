/* SPDX-License-Identifier: Apache-2.0
 * REP-1: the aging as of a date, as known at a time: the handbook's vector on both bases, through
 * the feed, the tables and HTTP; what comes later changes nothing; a cell is the sum of its items.
 */
#include "reporting_fixture.h"

extern const struct migrations reporting_aging_migrations, vault_migrations;

static Common__Money *money(struct fixture *fixture, const char *text)
{
    struct money amount;
    assert_ok(money_parse(&amount, text, NULL));
    return money_to_message(&fixture->messages, amount);
}

static Common__Date *date(struct fixture *fixture, const char *text)
{
    return date_to_message(&fixture->messages, (struct date){day(text)});
}

/* 36 characters that end with the letter of the vector. */
static const char *id_of(const char *letter)
{
    static char ids[8][UUID_TEXT_SIZE];
    static int next;
    char *id = ids[next = (next + 1) % 8];
    uuid_format(id, uuid_derive_text("test", letter, NULL));
    return id;
}

static void entity(struct fixture *fixture, const char *entity_id, const char *zone)
{
    Invoicing__LegalEntity entity = INVOICING__LEGAL_ENTITY__INIT;
    Invoicing__LegalEntityRegistered event = INVOICING__LEGAL_ENTITY_REGISTERED__INIT;
    entity.entity_id = entity_id;
    entity.name = "Test";
    entity.zone = zone;
    event.entity = &entity;
    tell(fixture, &fixture->invoicing, entity_id, "2026-01-01", "2026-01-01T08:00:00Z",
         &event.base);
}

static void account(struct fixture *fixture, const char *account_id, const char *number)
{
    Invoicing__AccountOpened event = INVOICING__ACCOUNT_OPENED__INIT;
    event.account_id = account_id;
    event.entity_id = ENTITY;
    event.customer_id = id_of("customer");
    event.account_number = number;
    event.currency = "EUR";
    tell(fixture, &fixture->invoicing, account_id, "2026-01-01", "2026-01-01T09:00:00Z",
         &event.base);
}

static void opened(struct fixture *fixture, const char *letter, const char *amount,
                   const char *issued, const char *due)
{
    char recorded[32];
    Reconciliation__ItemOpened event = RECONCILIATION__ITEM_OPENED__INIT;
    event.item_id = id_of(letter);
    event.account_id = ACCOUNT;
    event.entity_id = ENTITY;
    event.kind = ITEM_KIND_INVOICE;
    event.document_number = letter;
    event.amount = money(fixture, amount);
    event.issue_date = date(fixture, issued);
    event.due_date = date(fixture, due);
    snprintf(recorded, sizeof recorded, "%sT10:00:00Z", issued);
    tell(fixture, &fixture->reconciliation, ACCOUNT, issued, recorded, &event.base);
}

static void placed(struct fixture *fixture, const char *letter, const char *amount, bool credit,
                   const char *posted, const char *recorded)
{
    Reconciliation__MoneyOnAccount event = RECONCILIATION__MONEY_ON_ACCOUNT__INIT;
    event.money_id = id_of(letter);
    event.account_id = ACCOUNT;
    event.entity_id = ENTITY;
    event.amount = money(fixture, amount);
    event.value_date = date(fixture, posted);
    event.credit = credit;
    tell(fixture, &fixture->reconciliation, ACCOUNT, posted, recorded, &event.base);
}

/* A payment is applied: from the account's money to the item. */
static void applied(struct fixture *fixture, const char *letter, const char *money_letter,
                    const char *amount, const char *posted, const char *recorded)
{
    Reconciliation__PaymentApplied event = RECONCILIATION__PAYMENT_APPLIED__INIT;
    Reconciliation__MoneyUsed used = RECONCILIATION__MONEY_USED__INIT;
    event.payment_id = used.money_id = id_of(money_letter);
    event.item_id = used.item_id = id_of(letter);
    event.account_id = used.account_id = ACCOUNT;
    event.entity_id = used.entity_id = ENTITY;
    event.amount = used.amount = money(fixture, amount);
    tell(fixture, &fixture->reconciliation, ACCOUNT, posted, recorded, &event.base);
    used.amount = money(fixture, amount);
    tell(fixture, &fixture->reconciliation, ACCOUNT, posted, recorded, &used.base);
}

/* And back: the payment was returned. */
static void returned(struct fixture *fixture, const char *letter, const char *money_letter,
                     const char *amount, const char *posted, const char *recorded)
{
    Reconciliation__ApplicationReversed event = RECONCILIATION__APPLICATION_REVERSED__INIT;
    Reconciliation__MoneyUsed used = RECONCILIATION__MONEY_USED__INIT;
    Reconciliation__MoneyReturned gone = RECONCILIATION__MONEY_RETURNED__INIT;
    event.item_id = id_of(letter);
    used.money_id = gone.money_id = id_of(money_letter);
    event.account_id = used.account_id = gone.account_id = ACCOUNT;
    event.entity_id = used.entity_id = gone.entity_id = ENTITY;
    event.amount = money(fixture, amount);
    tell(fixture, &fixture->reconciliation, ACCOUNT, posted, recorded, &event.base);
    used.amount = money(fixture, amount);
    used.amount->minor = -used.amount->minor;
    tell(fixture, &fixture->reconciliation, ACCOUNT, posted, recorded, &used.base);
    gone.amount = money(fixture, amount);
    tell(fixture, &fixture->reconciliation, ACCOUNT, posted, recorded, &gone.base);
}

static int setup(void **state)
{
    struct fixture *fixture = *state = fixture_new(&reporting_aging_migrations, &vault_migrations);
    if (!fixture->has_database)
        return 0;
    fixture->now_us = instant("2026-06-30T20:00:00Z");
    entity(fixture, ENTITY, "Europe/Berlin");
    account(fixture, ACCOUNT, "A-1");
    opened(fixture, "F", "EUR 150.00", "2026-01-05", "2026-02-04");
    opened(fixture, "E", "EUR 200.00", "2026-03-10", "2026-04-09");
    opened(fixture, "D", "EUR 300.00", "2026-04-15", "2026-05-15");
    opened(fixture, "C", "EUR 400.00", "2026-05-20", "2026-06-19");
    opened(fixture, "B", "EUR 250.00", "2026-05-31", "2026-06-30");
    opened(fixture, "A", "EUR 1000.00", "2026-06-10", "2026-07-10");
    placed(fixture, "note", "EUR 50.00", true, "2026-06-15", "2026-06-15T10:00:00Z");
    placed(fixture, "pay", "EUR 80.00", false, "2026-06-16", "2026-06-16T10:00:00Z");
    return 0;
}

static int teardown(void **state)
{
    fixture_free(*state);
    return 0;
}

#define AGING "/v1/aging?entity_id=" ENTITY "&as_of=2026-06-30"
#define EUR(amount) "{\"currency\":\"EUR\",\"amount\":\"" amount "\"}"

static const char vector_by_due[] =
    "\"currency\":\"EUR\",\"buckets\":[" EUR("1250.00") "," EUR("400.00") "," EUR("300.00") "," EUR("200.00") "," EUR(
        "150.00") "],\"credits\":" EUR("-50.00") ",\"unapplied\":" EUR("-80.00") ",\"total\":" EUR("2170.00");
static const char vector_by_issue[] =
    "\"currency\":\"EUR\",\"buckets\":[" EUR("1250.00") "," EUR("400.00") "," EUR("300.00") "," EUR("350.00") "," EUR(
        "0.00") "],\"credits\":" EUR("-50.00") ",\"unapplied\":" EUR("-80.00") ",\"total\":" EUR("2"
                                                                                                 "1"
                                                                                                 "7"
                                                                                                 "0"
                                                                                                 "."
                                                                                                 "0"
                                                                                                 "0");

static void test_vector_by_due_date(void **state)
{
    NEEDS_DATABASE();
    ANSWER answer = get(fixture, AGING);
    expect(&answer, 200, vector_by_due);
    expect(&answer, 200, "\"accountNumber\":\"A-1\"");
    expect(&answer, 200, "\"asOf\":\"2026-06-30\"");
    expect(&answer, 200, "\"basis\":\"AGING_BASIS_DUE_DATE\"");
    expect(&answer, 200, "\"rowCount\":\"1\"");
    expect(&answer, 200, "\"movementCount\":\"8\"");
    expect(&answer, 200, "\"feed\":\"/billing/reconciliation\"");
    ANSWER entity_only = get(fixture, AGING "&by=entity");
    expect(&entity_only, 200, vector_by_due);
    expect(&entity_only, 200, "\"accountId\":\"\"");
}

static void test_vector_by_issue_date(void **state)
{
    NEEDS_DATABASE();
    ANSWER answer = get(fixture, AGING "&basis=invoice_date&by=account");
    expect(&answer, 200, vector_by_issue);
    ANSWER entity_only = get(fixture, AGING "&basis=invoice_date&by=entity");
    expect(&entity_only, 200, vector_by_issue);
}

static void test_csv(void **state)
{
    NEEDS_DATABASE();
    ANSWER answer = get(fixture, AGING "&format=csv&known_at=2026-06-30T12:00:00Z");
    expect(&answer, 200, "Content-Disposition: attachment; filename=\"aging.csv\"");
    expect(&answer, 200,
           "entity_id,as_of,known_at,basis,provisional,account_id,account_number,currency,current,"
           "1_30,31_60,61_90,over_90,credits,unapplied,total,rows,movements,watermark\r\n");
    expect(&answer, 200,
           ENTITY ",2026-06-30,2026-06-30T12:00:00.000000Z,DUE_DATE,true," ACCOUNT
                  ",A-1,EUR,1250.00,400.00,300.00,200.00,150.00,-50.00,-80.00,2170.00,,,\r\n");
    expect(&answer, 200,
           ",TOTAL,EUR,1250.00,400.00,300.00,200.00,150.00,-50.00,-80.00,2170.00,1,8,");
    ANSWER by_issue = get(fixture, AGING "&format=csv&basis=invoice_date");
    expect(&by_issue, 200, "currency,0_30,31_60,61_90,over_90,credits,unapplied,total");
    expect(&by_issue, 200, ",EUR,1250.00,400.00,300.00,350.00,-50.00,-80.00,2170.00,,,");
}

static void test_cells(void **state)
{
    NEEDS_DATABASE();
#define ITEMS "/v1/items?account_id=" ACCOUNT "&as_of=2026-06-30"
    ANSWER all = get(fixture, ITEMS);
    expect(&all, 200, "\"total\":\"8\"");
    expect(&all, 200, "\"totals\":[" EUR("2170.00") "]");
    ANSWER current = get(fixture, ITEMS "&bucket=current");
    expect(&current, 200, "\"totals\":[" EUR("1250.00") "]");
    expect(&current, 200, "\"total\":\"2\"");
    expect(&current, 200, "\"documentNumber\":\"A\"");
    ANSWER old = get(fixture, ITEMS "&bucket=over_90&basis=invoice_date");
    expect(&old, 200, "\"totals\":[" EUR("350.00") "]");
    ANSWER credits = get(fixture, ITEMS "&bucket=credits");
    expect(&credits, 200, "\"kind\":\"CREDIT\"");
    expect(&credits, 200, "\"open\":" EUR("-50.00"));
    ANSWER wrong = get(fixture, ITEMS "&bucket=current&basis=invoice_date");
    expect(&wrong, 400, "\"field\":\"bucket\"");
}

static void test_cells_by_page(void **state)
{
    NEEDS_DATABASE();
    char path[512] = ITEMS "&page_size=3", seen[8][64];
    size_t n = 0;
    for (int page = 0; page < 3; page++) {
        ANSWER answer = get(fixture, path);
        expect(&answer, 200, "\"total\":\"8\"");
        const char *at = answer.body;
        while ((at = strstr(at, "\"itemId\":\""))) {
            at += strlen("\"itemId\":\"");
            assert_true(n < 8);
            snprintf(seen[n++], sizeof *seen, "%.36s", at);
        }
        at = strstr(answer.body, "\"nextPageToken\":\"");
        assert_non_null(at);
        at += strlen("\"nextPageToken\":\"");
        snprintf(path, sizeof path, ITEMS "&page_size=3&page_token=%.*s", (int)strcspn(at, "\""),
                 at);
        if (page == 2)
            assert_int_equal(*at, '"');
    }
    assert_int_equal(n, 8);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(seen[i], seen[j]);
    ANSWER wrong = get(fixture, ITEMS "&page_token=abc");
    expect(&wrong, 400, "\"field\":\"page_token\"");
}

static void test_refused(void **state)
{
    NEEDS_DATABASE();
    ANSWER unknown = get(fixture, "/v1/aging?entity_id=" OTHER_ENTITY);
    expect(&unknown, 404, "\"field\":\"entity_id\"");
    ANSWER missing = get(fixture, "/v1/aging");
    expect(&missing, 400, "\"field\":\"entity_id\"");
    ANSWER malformed = get(fixture, "/v1/aging?entity_id=" ENTITY "&as_of=2026-02-30");
    expect(&malformed, 400, "\"field\":\"as_of\"");
    ANSWER no_account = get(fixture, "/v1/items?account_id=" ENTITY);
    expect(&no_account, 404, "\"field\":\"account_id\"");
    ANSWER none = get(fixture, AGING "&currency=USD&format=csv");
    expect(&none, 200, ",TOTAL,,,,,,,,,,0,0,");
}

/* GEN-6: a receipt posted 06-28, returned 07-03: as of 06-30 the item shows paid, as of 07-03 open.
 * A payment posted 07-01 does not change 06-30, and what is recorded after T does not change 'as
 * known at T'. */
static void test_later_facts_change_nothing(void **state)
{
    NEEDS_DATABASE();
#define FINAL AGING "&known_at=2026-06-30T18:00:00Z"
    ANSWER before = get(fixture, FINAL);
    expect(&before, 200, "\"provisional\":true");
    feeds_complete(fixture, "2026-06-30T18:00:00Z");
    ANSWER not_past = get(fixture, FINAL);
    expect(&not_past, 200, "\"provisional\":true");
    feeds_complete(fixture, "2026-06-30T18:00:01Z");
    ANSWER final = get(fixture, FINAL);
    expect(&final, 200, "\"provisional\":false");
    expect(&final, 200, vector_by_due);
    ANSWER final_csv = get(fixture, FINAL "&format=csv");

    placed(fixture, "late", "EUR 400.00", false, "2026-07-01", "2026-07-01T09:00:00Z");
    applied(fixture, "C", "late", "EUR 400.00", "2026-07-01", "2026-07-01T09:00:01Z");
    placed(fixture, "back", "EUR 150.00", false, "2026-06-28", "2026-07-01T09:00:02Z");
    applied(fixture, "F", "back", "EUR 150.00", "2026-06-28", "2026-07-01T09:00:03Z");
    returned(fixture, "F", "back", "EUR 150.00", "2026-07-03", "2026-07-03T09:00:00Z");
    account(fixture, id_of("another"), "A-2");

    ANSWER again = get(fixture, FINAL);
    assert_string_equal(final.body, again.body);
    ANSWER again_csv = get(fixture, FINAL "&format=csv");
    assert_string_equal(final_csv.body, again_csv.body);

    /* Known now, as of 06-30: C is open (paid 07-01), F paid (posted 06-28). */
    fixture->now_us = instant("2026-07-03T20:00:00Z");
    ANSWER known_now = get(fixture, AGING);
    expect(&known_now, 200, EUR("400.00") "," EUR("300.00") "," EUR("200.00") "," EUR("0.00"));
    expect(&known_now, 200, "\"unapplied\":" EUR("-80.00") ",\"total\":" EUR("2020.00"));
    /* As of 07-03: C paid, F open again. */
    ANSWER as_of_now = get(fixture, "/v1/aging?entity_id=" ENTITY "&as_of=2026-07-03");
    expect(&as_of_now, 200, "\"total\":" EUR("1770.00"));
    /* Today in Berlin is 07-03. */
    ANSWER today = get(fixture, "/v1/aging?entity_id=" ENTITY);
    expect(&today, 200, "\"asOf\":\"2026-07-03\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vector_by_due_date),
        cmocka_unit_test(test_vector_by_issue_date),
        cmocka_unit_test(test_csv),
        cmocka_unit_test(test_cells),
        cmocka_unit_test(test_cells_by_page),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_later_facts_change_nothing),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
