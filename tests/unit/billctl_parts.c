/* SPDX-License-Identifier: Apache-2.0
 * The parts of billctl that need no house: numbers of documents (INV-17), arguments, counts, the
 * list of services. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "deploy/billctl/numbers.h"
#include "deploy/billctl/services.h"
#include "deploy/billctl/tool.h"

static void numbers_are_read_from_their_end(void **state)
{
    static const struct {
        const char *number, *class;
        int32_t year;
        int64_t count;
    } good[] = {
        {"INV20260000001", "INV", 2026, 1},
        {"ACMEINV20269999999", "INV", 2026, 9999999},
        {"ACMEINV202610000000", "INV", 2026, 10000000}, /* the eighth digit */
        {"INVINV20260000007", "INV", 2026, 7},          /* a prefix like the class */
        {"A1CN20250000012", "CN", 2025, 12},
    };
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int32_t year = 0;
        int64_t count = 0;
        assert_true(number_parse(good[i].number, good[i].class, &year, &count));
        assert_int_equal(year, good[i].year);
        assert_int_equal(count, good[i].count);
    }
}

static void what_is_no_number_is_refused(void **state)
{
    static const char *const bad[] = {"",
                                      "INV",
                                      "INV2026",
                                      "INV2026000001",
                                      "INV2026000000x",
                                      "CN20260000001",
                                      "INV2026 0000001",
                                      "INV20260000000000000000001"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int32_t year;
        int64_t count;
        assert_false(number_parse(bad[i], "INV", &year, &count));
    }
}

static void options_are_taken_out(void **state)
{
    char a[] = "invoicing", b[] = "--from", c[] = "17", d[] = "--count=5", e[] = "all",
         f[] = "--wait";
    char *items[] = {a, b, c, d, e, f};
    struct arguments arguments = {items, 6};
    struct problem problem = {0};
    int64_t from = 0, count = 0, other = 9;
    (void)state;
    assert_int_equal(arguments_number(&arguments, "--from", 1, 100, &from, &problem), OK);
    assert_int_equal(arguments_number(&arguments, "--count", 1, 100, &count, &problem), OK);
    assert_int_equal(arguments_number(&arguments, "--other", 1, 100, &other, &problem), OK);
    assert_true(arguments_flag(&arguments, "--wait"));
    assert_false(arguments_flag(&arguments, "--wait"));
    assert_int_equal(from, 17);
    assert_int_equal(count, 5);
    assert_int_equal(other, 9);
    assert_string_equal(arguments_next(&arguments), "invoicing");
    assert_int_equal(arguments_end(&arguments, &problem), ERR_CONFIG);
    assert_string_equal(problem.field, "all");
    assert_string_equal(arguments_next(&arguments), "all");
    assert_null(arguments_next(&arguments));
    assert_int_equal(arguments_end(&arguments, &problem), OK);
}

static void options_without_value_or_out_of_range_are_refused(void **state)
{
    char a[] = "--from", b[] = "--count", c[] = "0";
    char *items[] = {b, c, a};
    struct arguments arguments = {items, 3};
    struct problem problem = {0};
    int64_t number = 0;
    (void)state;
    assert_int_equal(arguments_number(&arguments, "--from", 1, 100, &number, &problem), ERR_CONFIG);
    assert_int_equal(arguments_number(&arguments, "--count", 1, 100, &number, &problem),
                     ERR_CONFIG);
}

static void counts_have_commas(void **state)
{
    char text[32];
    (void)state;
    assert_string_equal(count_text(text, 0), "0");
    assert_string_equal(count_text(text, 999), "999");
    assert_string_equal(count_text(text, 1000), "1,000");
    assert_string_equal(count_text(text, 48231), "48,231");
    assert_string_equal(count_text(text, INT64_C(-1234567)), "-1,234,567");
}

static void services_have_one_name_for_topic_and_feed(void **state)
{
    (void)state;
    for (size_t i = 0; i < SERVICES; i++) {
        const struct known_service *service = &known_services[i];
        assert_ptr_equal(known_service_named(service->name), service);
        assert_ptr_equal(known_service_of_topic(service->topic), service);
        if (!service->model)
            continue;
        assert_string_equal(service->model->name, service->name);
        assert_string_equal(service->model->topic_out, service->topic);
        assert_string_equal(service->model->feed_id, service->feed_id);
    }
    assert_null(known_service_named("ledger"));
    assert_null(known_service_of_topic("billing.ledger.events"));
    assert_non_null(known_type("billing.common.v1.FeedTick"));
    assert_non_null(known_type("billing.common.v1.MessageParked"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_read_from_their_end),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(options_are_taken_out),
        cmocka_unit_test(options_without_value_or_out_of_range_are_refused),
        cmocka_unit_test(counts_have_commas),
        cmocka_unit_test(services_have_one_name_for_topic_and_feed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
