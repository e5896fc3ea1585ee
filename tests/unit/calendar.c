/* SPDX-License-Identifier: Apache-2.0
 * Calendar: handbook GEN-5. */
#include "money_check.h"

#include "common/base/time.h"

static void every_day_goes_there_and_back(void **state)
{
    (void)state;
    int32_t year = 1;
    int month = 1, day = 1;
    for (int32_t days = DATE_DAYS_MIN; days <= DATE_DAYS_MAX; days++) {
        struct date date = {days}, made;
        struct civil civil = date_civil(date);
        if (civil.year != year || civil.month != month || civil.day != day)
            fail_msg("day %d: expected %d-%d-%d, came %d-%d-%d", days, year, month, day, civil.year,
                     civil.month, civil.day);
        if (date_make(&made, year, month, day, NULL) != OK || made.days != days)
            fail_msg("%d-%d-%d is not day %d", year, month, day, days);
        if (++day > month_length(year, month)) {
            day = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
    assert_int_equal(year, 10000);
}

static void texts(void **state)
{
    (void)state;
    struct date date;
    assert_int_equal(date_read("1970-01-01").days, 0);
    assert_int_equal(date_read("0001-01-01").days, DATE_DAYS_MIN);
    assert_int_equal(date_read("9999-12-31").days, DATE_DAYS_MAX);
    assert_date(date_read("2024-02-29"), "2024-02-29");
    assert_date(date_read("0001-01-01"), "0001-01-01");
    static const char *const malformed[] = {"",           "2026-1-31",  "2026-01-31 ",
                                            "20260131",   "2026/01/31", "26-01-31",
                                            "2026-01-3x", "-026-01-31", "2026-01-31T"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_refused(date_parse(&date, malformed[i], NULL), ERR_MALFORMED);
    static const char *const outside[] = {"2026-02-29", "2100-02-29", "2026-04-31", "2026-13-01",
                                          "2026-00-01", "2026-01-00", "0000-01-01"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_refused(date_parse(&date, outside[i], NULL), ERR_RANGE);
}

static void months_keep_their_anchor(void **state)
{
    (void)state;
    /* GEN-5 Vector */
    static const char *const expected[] = {"2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30",
                                           "2026-05-31"};
    struct date anchor = date_read("2026-01-31"), date;
    for (int i = 0; i < 5; i++) {
        assert_ok(date_add_months(&date, anchor, i, NULL));
        assert_date(date, expected[i]);
    }
    assert_ok(date_add_months(&date, anchor, -2, NULL));
    assert_date(date, "2025-11-30");
    assert_ok(date_add_months(&date, date_read("2024-02-29"), 12, NULL));
    assert_date(date, "2025-02-28");
    assert_ok(date_add_months(&date, date_read("2024-02-29"), 48, NULL));
    assert_date(date, "2028-02-29");
    assert_ok(date_add_months(&date, date_read("2026-12-15"), 1, NULL));
    assert_date(date, "2027-01-15");
    assert_refused(date_add_months(&date, date_read("9999-12-31"), 1, NULL), ERR_RANGE);
    assert_refused(date_add_months(&date, date_read("0001-01-31"), -1, NULL), ERR_RANGE);
    assert_refused(date_add_months(&date, anchor, INT64_MAX, NULL), ERR_RANGE);
    assert_refused(date_add_months(&date, anchor, INT64_MIN, NULL), ERR_RANGE);
}

static void days_and_weekdays(void **state)
{
    (void)state;
    struct date date;
    assert_int_equal(date_weekday(date_read("1970-01-01")), THURSDAY);
    assert_int_equal(date_weekday(date_read("2026-02-14")), SATURDAY);
    assert_int_equal(date_weekday(date_read("0001-01-01")), MONDAY);
    assert_int_equal(date_weekday(date_read("2026-02-15")), SUNDAY);
    assert_date(date_month_end(date_read("2024-02-03")), "2024-02-29");
    assert_date(date_month_start(date_read("2024-02-03")), "2024-02-01");
    assert_ok(date_add_days(&date, date_read("2026-02-28"), 1, NULL));
    assert_date(date, "2026-03-01");
    assert_refused(date_add_days(&date, date_read("9999-12-31"), 1, NULL), ERR_RANGE);
    assert_refused(date_add_days(&date, date_read("9999-12-31"), INT64_MAX, NULL), ERR_RANGE);
    assert_refused(date_add_days(&date, date_read("0001-01-01"), INT64_MIN, NULL), ERR_RANGE);
    assert_int_equal(date_days_between(date_read("2026-03-31"), date_read("2026-04-15")), 15);
    assert_int_equal(date_compare(date_read("2026-03-31"), date_read("2026-04-15")), -1);
}

static void today_depends_on_the_zone(void **state)
{
    (void)state;
    int64_t instant_us;
    assert_ok(instant_parse(&instant_us, "2026-01-31T23:30:00Z", NULL));
    assert_date(date_of_instant(zone_find("UTC"), instant_us), "2026-01-31");
    assert_date(date_of_instant(zone_find("Europe/Berlin"), instant_us), "2026-02-01");
    assert_date(date_of_instant(zone_find("America/New_York"), instant_us), "2026-01-31");
    assert_date(date_of_instant(zone_find("Asia/Tokyo"), INSTANT_MAX_US), "9999-12-31");
    assert_date(date_of_instant(zone_find("America/New_York"), INSTANT_MIN_US), "0001-01-01");
    assert_date(date_of_instant(zone_find("UTC"), INT64_MAX), "9999-12-31");
    assert_date(date_of_instant(zone_find("UTC"), -1), "1969-12-31");
    const struct zone *zone = zone_find("America/Sao_Paulo");
    for (int32_t days = 17000; days < 19000; days++) {
        int64_t start_us = date_start_us(zone, (struct date){days});
        assert_int_equal(date_of_instant(zone, start_us).days, days);
        assert_int_equal(date_of_instant(zone, start_us - 1).days, days - 1);
    }
}

static void messages_carry_dates(void **state)
{
    (void)state;
    struct arena arena;
    struct date date;
    arena_init(&arena, 1 << 12);
    Common__Date *message = date_to_message(&arena, date_read("2026-01-31"));
    assert_ok(date_from_message(&date, message, NULL));
    assert_date(date, "2026-01-31");
    message->days = INT32_MAX;
    assert_refused(date_from_message(&date, message, NULL), ERR_RANGE);
    assert_refused(date_from_message(&date, NULL, NULL), ERR_MISSING);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_goes_there_and_back), cmocka_unit_test(texts),
        cmocka_unit_test(months_keep_their_anchor),      cmocka_unit_test(days_and_weekdays),
        cmocka_unit_test(today_depends_on_the_zone),     cmocka_unit_test(messages_carry_dates)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
