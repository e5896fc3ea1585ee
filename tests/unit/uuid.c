/* SPDX-License-Identifier: Apache-2.0
 * Uuid: one text for one id, derived ids that nobody can confuse (RFC 9562). */
#include "check.h"

#include "common/identity/uuid.h"

static struct uuid uuid_read(const char *text)
{
    struct uuid uuid;
    assert_ok(uuid_parse(&uuid, text, NULL));
    return uuid;
}

#define assert_uuid(uuid_, expected_)                                                              \
    do {                                                                                           \
        char came_[UUID_TEXT_SIZE];                                                                \
        uuid_format(came_, (uuid_));                                                               \
        assert_string_equal(came_, (expected_));                                                   \
    } while (0)

static void one_id_has_one_text(void **state)
{
    (void)state;
    struct uuid uuid;
    assert_uuid(uuid_read("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"),
                "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    assert_uuid(uuid_read("00000000-0000-0000-0000-000000000000"),
                "00000000-0000-0000-0000-000000000000");
    static const char *const malformed[] = {"",
                                            "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
                                            "017f22e279b07cc398c4dc0c0c07398f",
                                            "{017f22e2-79b0-7cc3-98c4-dc0c0c0739}",
                                            "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
                                            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
                                            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
                                            "017f22e2079b0-7cc3-98c4-dc0c0c07398f",
                                            "017f22e-279b0-7cc3-98c4-dc0c0c07398f",
                                            "017f22e2-79b0-7cc3-98c4-dc0c0c07398\n"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_refused(uuid_parse(&uuid, malformed[i], NULL), ERR_MALFORMED);
}

static void order_is_that_of_the_texts(void **state)
{
    (void)state;
    struct uuid low = uuid_read("017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    struct uuid high = uuid_read("f17f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    assert_int_equal(uuid_compare(low, high), -1);
    assert_int_equal(uuid_compare(high, low), 1);
    assert_true(uuid_equal(low, low));
    assert_false(uuid_is_nil(low));
    assert_true(uuid_is_nil((struct uuid){{0}}));
}

static void version_7_begins_with_the_instant(void **state)
{
    (void)state;
    /* RFC 9562, appendix A.6: 2022-02-22T19:22:22.000Z. */
    const uint8_t random_bytes[] = {0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F};
    assert_uuid(uuid_make(INT64_C(1645557742000) * 1000 + 999, random_bytes),
                "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    const uint8_t ones[] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    assert_uuid(uuid_make(0, ones), "00000000-0000-7fff-bfff-ffffffffffff");
}

static void derived_ids_depend_on_every_part(void **state)
{
    (void)state;
    /* SHA-256 over the lengths and the parts, computed by Python's hashlib. */
    assert_uuid(uuid_derive_text("payment", "acct", "ref-1", NULL),
                "7d5849e0-9a6e-8eb7-ae1d-2b1617eaa6da");
    assert_uuid(uuid_derive("", NULL, 0), "df3f6198-04a9-8fdb-8057-192dc43dd748");
    struct bytes parts[] = {bytes_of_text("acct"), bytes_of_text("ref-1")};
    assert_true(uuid_equal(uuid_derive("payment", parts, 2),
                           uuid_derive_text("payment", "acct", "ref-1", NULL)));
    static const char *const others[][3] = {{"payments", "acct", "ref-1"},
                                            {"payment", "acctr", "ef-1"},
                                            {"payment", "acct", "ref-2"},
                                            {"payment", "", "acctref-1"},
                                            {"paymenta", "cct", "ref-1"}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_false(uuid_equal(uuid_derive("payment", parts, 2),
                                uuid_derive_text(others[i][0], others[i][1], others[i][2], NULL)));
    assert_false(uuid_equal(uuid_derive("payment", parts, 1), uuid_derive("payment", parts, 2)));
    assert_int_equal(uuid_derive("x", NULL, 0).b[6] >> 4, 8);
    assert_int_equal(uuid_derive("x", NULL, 0).b[8] >> 6, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_id_has_one_text),
                                       cmocka_unit_test(order_is_that_of_the_texts),
                                       cmocka_unit_test(version_7_begins_with_the_instant),
                                       cmocka_unit_test(derived_ids_depend_on_every_part)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
