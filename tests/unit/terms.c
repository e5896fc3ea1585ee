/* SPDX-License-Identifier: Apache-2.0
 * Terms: handbook INV-9, with business days. */
#include "money_check.h"

#include "common/money/terms.h"

static struct date due_of(const char *text, enum day_roll roll, const char *issue)
{
    struct payment_terms terms;
    struct date due;
    assert_ok(terms_parse(&terms, text, NULL));
    terms.roll = roll;
    assert_ok(terms_due_date(&due, &terms, date_read(issue), NULL, NULL));
    return due;
}

static void vectors(void **state)
{
    (void)state;
    assert_date(due_of("NET 30", ROLL_NONE, "2026-01-15"), "2026-02-14");
    assert_date(due_of("NET 30", ROLL_FOLLOWING, "2026-01-15"), "2026-02-16");
    assert_date(due_of("EOM+30", ROLL_NONE, "2026-01-15"), "2026-03-02");
    assert_date(due_of("NET 30 EOM", ROLL_NONE, "2026-01-15"), "2026-02-28");
    assert_date(due_of("PROX 10", ROLL_NONE, "2026-03-15"), "2026-04-10");
    assert_date(due_of("PROX 10 CUTOFF 25", ROLL_NONE, "2026-03-27"), "2026-05-10");
}

static void edges(void **state)
{
    (void)state;
    assert_date(due_of("NET 0", ROLL_NONE, "2026-01-15"), "2026-01-15");
    assert_date(due_of("PROX 10 CUTOFF 25", ROLL_NONE, "2026-03-25"), "2026-04-10");
    assert_date(due_of("PROX 31", ROLL_NONE, "2026-01-31"), "2026-02-28");
    assert_date(due_of("PROX 31", ROLL_NONE, "2026-12-31"), "2027-01-31");
    assert_date(due_of("PROX 30 CUTOFF 1", ROLL_NONE, "2026-12-31"), "2027-02-28");
    assert_date(due_of("NET 30", ROLL_PRECEDING, "2026-01-15"), "2026-02-13");
    /* 2026-02-28 is a Saturday: following would leave the month. */
    assert_date(due_of("NET 30 EOM", ROLL_FOLLOWING, "2026-01-15"), "2026-03-02");
    assert_date(due_of("NET 30 EOM", ROLL_MODIFIED_FOLLOWING, "2026-01-15"), "2026-02-27");
    assert_date(due_of("NET 30", ROLL_MODIFIED_FOLLOWING, "2026-01-15"), "2026-02-16");
}

static void holidays_are_no_business_days(void **state)
{
    (void)state;
    const struct date days[] = {date_read("2026-12-25"), date_read("2026-12-28"),
                                date_read("2027-01-01")};
    const struct holiday_list holidays = {days, 3};
    struct date date;
    assert_ok(date_roll(&date, date_read("2026-12-25"), ROLL_FOLLOWING, &holidays, NULL));
    assert_date(date, "2026-12-29");
    assert_ok(date_roll(&date, date_read("2026-12-28"), ROLL_PRECEDING, &holidays, NULL));
    assert_date(date, "2026-12-24");
    assert_ok(date_add_business_days(&date, date_read("2026-12-24"), 1, &holidays, NULL));
    assert_date(date, "2026-12-29");
    assert_ok(date_add_business_days(&date, date_read("2026-12-29"), -1, &holidays, NULL));
    assert_date(date, "2026-12-24");
    assert_ok(date_add_business_days(&date, date_read("2026-12-31"), 1, &holidays, NULL));
    assert_date(date, "2027-01-04");
    assert_ok(date_add_business_days(&date, date_read("2026-12-26"), 0, &holidays, NULL));
    assert_date(date, "2026-12-26");
    assert_refused(date_add_business_days(&date, date_read("2026-12-26"), INT32_MIN, NULL, NULL),
                   ERR_RANGE);
    assert_refused(date_roll(&date, date_read("2026-12-26"), (enum day_roll)99, NULL, NULL),
                   ERR_RANGE);
    /* 9999-12-31 is a Friday; the first Saturday before year 1 is nowhere. */
    assert_ok(date_roll(&date, date_read("9999-12-31"), ROLL_FOLLOWING, NULL, NULL));
    static struct date all[400];
    for (int32_t i = 0; i < 400; i++)
        all[i] = (struct date){20000 + i};
    const struct holiday_list closed = {all, 400};
    assert_refused(date_roll(&date, all[0], ROLL_FOLLOWING, &closed, NULL), ERR_RANGE);
}

static void overdue_from_the_next_day(void **state)
{
    (void)state;
    assert_false(terms_overdue(date_read("2026-02-14"), date_read("2026-02-13")));
    assert_false(terms_overdue(date_read("2026-02-14"), date_read("2026-02-14")));
    assert_true(terms_overdue(date_read("2026-02-14"), date_read("2026-02-15")));
}

static void texts(void **state)
{
    (void)state;
    struct payment_terms terms;
    char text[TERMS_TEXT_SIZE];
    static const char *const good[] = {"NET 0",      "NET 3660",         "EOM+0",
                                       "EOM+30",     "PROX 1",           "PROX 31 CUTOFF 31",
                                       "NET 30 EOM", "PROX 10 CUTOFF 25"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_ok(terms_parse(&terms, good[i], NULL));
        terms_format(text, &terms);
        assert_string_equal(text, good[i]);
    }
    static const char *const malformed[] = {"",
                                            "NET",
                                            "NET ",
                                            "NET -1",
                                            "NET 030",
                                            "net 30",
                                            "NET 30 EOMX",
                                            "EOM 30",
                                            "EOM+",
                                            "PROX",
                                            "PROX x",
                                            "PROX 10 CUTOFF",
                                            "PROX 10 CUTOFF 0",
                                            "PROX CUTOFF 5",
                                            "NET 99999999999",
                                            "2/10 NET 30",
                                            "PROX 10 CUTOFF 25 CUTOFF 26"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_refused(terms_parse(&terms, malformed[i], NULL), ERR_MALFORMED);
    static const char *const outside[] = {"NET 3661", "EOM+9999", "PROX 0", "PROX 32",
                                          "PROX 10 CUTOFF 32"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_refused(terms_parse(&terms, outside[i], NULL), ERR_RANGE);
}

static void strange_terms_are_refused(void **state)
{
    (void)state;
    struct date due;
    static const struct payment_terms strange[] = {
        {.kind = (enum terms_kind)99},
        {.kind = TERMS_NET, .days = -1},
        {.kind = TERMS_NET, .days = 30, .day = 1},
        {.kind = TERMS_PROX, .day = 10, .days = 1},
        {.kind = TERMS_PROX, .day = 10, .cutoff_day = -1},
        {.kind = TERMS_NET, .roll = (enum day_roll)99}};
    for (size_t i = 0; i < sizeof strange / sizeof *strange; i++)
        assert_refused(terms_due_date(&due, &strange[i], date_read("2026-01-15"), NULL, NULL),
                       ERR_RANGE);
    struct payment_terms terms;
    assert_ok(terms_parse(&terms, "NET 30", NULL));
    assert_refused(terms_due_date(&due, &terms, date_read("9999-12-15"), NULL, NULL), ERR_RANGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(vectors),
                                       cmocka_unit_test(edges),
                                       cmocka_unit_test(holidays_are_no_business_days),
                                       cmocka_unit_test(overdue_from_the_next_day),
                                       cmocka_unit_test(texts),
                                       cmocka_unit_test(strange_terms_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
