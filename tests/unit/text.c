/* SPDX-License-Identifier: Apache-2.0
 * Text: strict reading, bounded writing. */
#include "check.h"

#include "common/base/text.h"

static void a_buffer_never_writes_beyond(void **state)
{
    (void)state;
    char memory[9] = "????????";
    struct text_buffer buffer = text_buffer_on(memory, 8);
    text_buffer_add(&buffer, "abc");
    text_buffer_add_int64(&buffer, -42);
    assert_string_equal(memory, "abc-42");
    assert_false(buffer.overflowed);
    text_buffer_add(&buffer, "xyz");
    assert_string_equal(memory, "abc-42x");
    assert_true(buffer.overflowed);
    text_buffer_add_format(&buffer, "%d", 12345);
    assert_true(buffer.overflowed);
    assert_int_equal(memory[8], 0);
    text_buffer_clear(&buffer);
    text_buffer_add_format(&buffer, "%s", "1234567");
    assert_false(buffer.overflowed);
    assert_string_equal(memory, "1234567");
    text_buffer_clear(&buffer);
    text_buffer_add_format(&buffer, "%s", "12345678");
    assert_true(buffer.overflowed);
    assert_string_equal(memory, "1234567");
}

static void whole_numbers_are_written(void **state)
{
    (void)state;
    char memory[64];
    struct text_buffer buffer = text_buffer_on(memory, sizeof memory);
    text_buffer_add_int64(&buffer, INT64_MIN);
    text_buffer_add_character(&buffer, ' ');
    text_buffer_add_uint64(&buffer, UINT64_MAX);
    text_buffer_add_character(&buffer, ' ');
    text_buffer_add_int64(&buffer, 0);
    assert_string_equal(memory, "-9223372036854775808 18446744073709551615 0");
}

static void whole_numbers_are_read_strictly(void **state)
{
    (void)state;
    int64_t number = 0;
    assert_ok(text_parse_int64(&number, "-9223372036854775808", INT64_MIN, INT64_MAX, NULL));
    assert_true(number == INT64_MIN);
    assert_ok(text_parse_int64(&number, "9223372036854775807", INT64_MIN, INT64_MAX, NULL));
    assert_true(number == INT64_MAX);
    static const char *const malformed[] = {"",   "-",   "+1",  " 1",  "1 ",  "01",  "-0",
                                            "1x", "0x1", "1.0", "--1", "1\n", "-01", "\xd9\xa1"};
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++)
        assert_refused(text_parse_int64(&number, malformed[i], INT64_MIN, INT64_MAX, NULL),
                       ERR_MALFORMED);
    static const char *const outside[] = {"9223372036854775808", "-9223372036854775809",
                                          "18446744073709551616", "99999999999999999999999999"};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++)
        assert_refused(text_parse_int64(&number, outside[i], INT64_MIN, INT64_MAX, NULL),
                       ERR_RANGE);
    struct problem problem;
    assert_refused(text_parse_int64(&number, "11", 1, 10, &problem), ERR_RANGE);
    assert_string_equal(problem.detail, "must be from 1 to 10");
    uint64_t large = 0;
    assert_ok(text_parse_uint64(&large, "18446744073709551615", 0, UINT64_MAX, NULL));
    assert_true(large == UINT64_MAX);
    assert_refused(text_parse_uint64(&large, "18446744073709551616", 0, UINT64_MAX, NULL),
                   ERR_RANGE);
    assert_refused(text_parse_uint64(&large, "-1", 0, UINT64_MAX, NULL), ERR_MALFORMED);
}

static void ascii_helpers_know_no_locale(void **state)
{
    (void)state;
    char text[] = "aZ09\xc3\xa4";
    text_upper(text);
    assert_string_equal(text, "AZ09\xc3\xa4");
    text_lower(text);
    assert_string_equal(text, "az09\xc3\xa4");
    assert_true(text_equal_ignoring_case("Content-Type", "content-TYPE"));
    assert_false(text_equal_ignoring_case("a", "ab"));
    assert_false(text_equal_ignoring_case("ab", "a"));
    assert_true(text_starts_with("BILLING_X", "BILLING_"));
    assert_true(text_ends_with("a.xml", ".xml"));
    assert_false(text_ends_with("l", ".xml"));
    assert_true(text_is_digits("007"));
    assert_false(text_is_digits(""));
    char copy[4];
    assert_ok(text_copy(copy, sizeof copy, "abc"));
    assert_string_equal(copy, "abc");
    assert_refused(text_copy(copy, sizeof copy, "abcd"), ERR_TOO_LARGE);
    assert_string_equal(copy, "");
    assert_true(bytes_equal(bytes_trimmed(bytes_of_text(" \t a b\r\n")), bytes_of_text("a b")));
    assert_int_equal(bytes_trimmed(bytes_of_text(" \n ")).size, 0);
}

static bool utf8(const char *text, enum text_rule rule)
{
    return utf8_valid(bytes_of_text(text), rule);
}

static void utf8_is_checked(void **state)
{
    (void)state;
    assert_true(utf8("plain, \xc3\xa4, \xe2\x82\xac, \xf0\x9f\x92\xb6, \xed\x9f\xbf, \xee\x80\x80, "
                     "\xf4\x8f\xbf\xbf",
                     TEXT_NO_CONTROL));
    static const char *const invalid[] = {"\x80",
                                          "\xc3",
                                          "\xc0\x80",
                                          "\xc1\xbf",
                                          "\xe0\x80\x80",
                                          "\xe0\x9f\xbf",
                                          "\xed\xa0\x80",
                                          "\xed\xbf\xbf",
                                          "\xe2\x82",
                                          "\xf0\x8f\xbf\xbf",
                                          "\xf4\x90\x80\x80",
                                          "\xf5\x80\x80\x80",
                                          "\xff",
                                          "\xfe",
                                          "\xe2\x28\xa1",
                                          "a\xf0\x9f\x92"};
    for (size_t i = 0; i < sizeof invalid / sizeof *invalid; i++)
        if (utf8(invalid[i], TEXT_ANY_CONTROL))
            fail_msg("text %zu is not UTF-8, yet it passed", i);
    assert_false(utf8_valid(bytes_of("a\0b", 3), TEXT_ANY_CONTROL));
    assert_true(utf8("a\nb\tc\r", TEXT_LINES));
    assert_false(utf8("a\nb", TEXT_NO_CONTROL));
    assert_false(utf8("a\x1b", TEXT_LINES));
    assert_true(utf8("a\x1b", TEXT_ANY_CONTROL));
    assert_false(utf8("a\x7f", TEXT_NO_CONTROL));
    assert_false(utf8("\xc2\x85", TEXT_NO_CONTROL));
    assert_true(utf8("\xc2\xa0", TEXT_NO_CONTROL));
    assert_int_equal(utf8_length(bytes_of_text("\xc3\xa4"
                                               "b\xf0\x9f\x92\xb6")),
                     3);
    struct problem problem;
    assert_refused(utf8_check(bytes_of_text("ab\xff"), TEXT_LINES, &problem), ERR_MALFORMED);
    assert_string_equal(problem.detail, "not UTF-8 at byte 2");
}

static void hex_goes_both_ways(void **state)
{
    (void)state;
    char text[HEX_TEXT_SIZE(4)];
    uint8_t bytes[4];
    size_t size = 0;
    hex_encode(text, sizeof text, bytes_of("\x00\x7f\xab\xff", 4));
    assert_string_equal(text, "007fabff");
    assert_ok(hex_decode(bytes, sizeof bytes, &size, bytes_of_text("007fABff"), NULL));
    assert_int_equal(size, 4);
    assert_memory_equal(bytes, "\x00\x7f\xab\xff", 4);
    assert_refused(hex_decode(bytes, sizeof bytes, &size, bytes_of_text("0"), NULL), ERR_MALFORMED);
    assert_refused(hex_decode(bytes, sizeof bytes, &size, bytes_of_text("0g"), NULL),
                   ERR_MALFORMED);
    assert_refused(hex_decode(bytes, sizeof bytes, &size, bytes_of_text("0011223344"), NULL),
                   ERR_TOO_LARGE);
}

/* RFC 4648, section 10. */
static void base64_vectors(void **state)
{
    (void)state;
    static const struct {
        const char *plain, *standard, *url;
    } vectors[] = {{"", "", ""},
                   {"f", "Zg==", "Zg"},
                   {"fo", "Zm8=", "Zm8"},
                   {"foo", "Zm9v", "Zm9v"},
                   {"foob", "Zm9vYg==", "Zm9vYg"},
                   {"fooba", "Zm9vYmE=", "Zm9vYmE"},
                   {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
                   {"\xfb\xff\xbf", "+/+/", "-_-_"}};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        char text[16];
        uint8_t bytes[8];
        size_t size = 0;
        struct bytes plain = bytes_of_text(vectors[i].plain);
        base64_encode(text, sizeof text, plain, BASE64_STANDARD);
        assert_string_equal(text, vectors[i].standard);
        assert_ok(
            base64_decode(bytes, sizeof bytes, &size, bytes_of_text(text), BASE64_STANDARD, NULL));
        assert_true(bytes_equal(bytes_of(bytes, size), plain));
        base64_encode(text, sizeof text, plain, BASE64_URL);
        assert_string_equal(text, vectors[i].url);
        assert_ok(base64_decode(bytes, sizeof bytes, &size, bytes_of_text(text), BASE64_URL, NULL));
        assert_true(bytes_equal(bytes_of(bytes, size), plain));
    }
}

static void base64_has_one_text_per_value(void **state)
{
    (void)state;
    uint8_t bytes[8];
    size_t size;
    static const char *const standard[] = {"Zg",   "Zg=",  "Zg===",  "Zh==", "Zm9=",    "=",
                                           "====", "Z===", "Zm9v\n", "Zm-_", "Zg==Zg=="};
    for (size_t i = 0; i < sizeof standard / sizeof *standard; i++)
        assert_refused(base64_decode(bytes, sizeof bytes, &size, bytes_of_text(standard[i]),
                                     BASE64_STANDARD, NULL),
                       ERR_MALFORMED);
    static const char *const url[] = {"Zg==", "Z", "Zh", "Zm9", "Zm+/", "Zm9vY"};
    for (size_t i = 0; i < sizeof url / sizeof *url; i++)
        assert_refused(
            base64_decode(bytes, sizeof bytes, &size, bytes_of_text(url[i]), BASE64_URL, NULL),
            ERR_MALFORMED);
    assert_refused(base64_decode(bytes, 2, &size, bytes_of_text("Zm9v"), BASE64_URL, NULL),
                   ERR_TOO_LARGE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_buffer_never_writes_beyond),
                                       cmocka_unit_test(whole_numbers_are_written),
                                       cmocka_unit_test(whole_numbers_are_read_strictly),
                                       cmocka_unit_test(ascii_helpers_know_no_locale),
                                       cmocka_unit_test(utf8_is_checked),
                                       cmocka_unit_test(hex_goes_both_ways),
                                       cmocka_unit_test(base64_vectors),
                                       cmocka_unit_test(base64_has_one_text_per_value)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
