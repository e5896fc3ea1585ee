/* SPDX-License-Identifier: Apache-2.0
 * Natural keys: the same receipt has one id however it is written, another one has another (PAY-2).
 */
#include "services/payments/domain/natural_key.h"

#include <stdarg.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>
#include <string.h>

#include "billing/payments/v1/payment.pb-c.h"
#include "common/identity/uuid.h"

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena, 1 << 20);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_fini(&arena);
    return 0;
}

static void manual_receipts(void **state)
{
    (void)state;
    const char *key = natural_key_manual(&arena, "e-1", PAYMENT_METHOD_CHEQUE, " ab-17 ");
    assert_string_equal(key, "manual|e-1|CHEQUE|AB-17");
    assert_string_equal(key, natural_key_manual(&arena, "e-1", PAYMENT_METHOD_CHEQUE, "AB-17"));
    assert_string_not_equal(key, natural_key_manual(&arena, "e-1", PAYMENT_METHOD_CASH, "AB-17"));
    assert_string_not_equal(key, natural_key_manual(&arena, "e-2", PAYMENT_METHOD_CHEQUE, "AB-17"));
    assert_null(natural_key_method(PAYMENT_METHOD_UNSPECIFIED));
    assert_null(natural_key_method(99));
}

static void ids_follow(void **state)
{
    (void)state;
    const char *key = "DE89370400440532013000|STMT-1|e:52198201#3";
    char expected[UUID_TEXT_SIZE];
    uuid_format(expected, uuid_derive_text("payment", key, NULL));
    assert_string_equal(payment_id_of(&arena, key), expected);
    assert_string_not_equal(payment_id_of(&arena, key), bank_movement_id_of(&arena, key));
    assert_string_not_equal(payment_id_of(&arena, key),
                            payment_id_of(&arena, "DE89370400440532013000|STMT-1|e:52198201#4"));
}

static void account_numbers(void **state)
{
    (void)state;
    const char *number = account_number_normal(&arena, "de89 3704 0044 0532 0130 00");
    assert_string_equal(number, "DE89370400440532013000");
    assert_string_equal(bank_account_id_of(&arena, number),
                        bank_account_id_of(&arena, "DE89370400440532013000"));
    assert_string_equal(bank_account_id_of(&arena, ""), "");
    assert_string_equal(account_number_normal(&arena, "12-345/6"), "12-345/6");
    assert_null(account_number_normal(&arena, ""));
    assert_null(account_number_normal(&arena, "   "));
    assert_null(account_number_normal(&arena, "A\tB"));
    assert_null(account_number_normal(&arena, "K\xc3\xb6ln"));
    assert_null(account_number_normal(&arena, "12345678901234567890123456789012345"));
    assert_non_null(account_number_normal(&arena, "1234567890123456789012345678901234"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(manual_receipts, begin, end),
        cmocka_unit_test_setup_teardown(ids_follow, begin, end),
        cmocka_unit_test_setup_teardown(account_numbers, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
