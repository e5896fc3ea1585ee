/* SPDX-License-Identifier: Apache-2.0
 * JSON: what is written and read, with our own forms of money, decimals, dates and personal data.
 * The whole mapping is compared with Google's implementation in tests/property/json. */
#include "wire_fixture.h"

static void same_json(struct arena *arena, const char *in, const char *out)
{
    assert_string_equal(everything_write(arena, everything_read(arena, in, NULL), NULL), out);
}

static void scalars_have_their_forms(void **state)
{
    struct arena *arena = *state;
    same_json(arena, "{}", "{}");
    same_json(arena, " {\"int32Value\" : -5 , \"int64_value\":\"9223372036854775807\"} \n",
              "{\"int32Value\":-5,\"int64Value\":\"9223372036854775807\"}");
    same_json(arena, "{\"uint64Value\":18446744073709551615}",
              "{\"uint64Value\":\"18446744073709551615\"}");
    same_json(arena, "{\"int64Value\":-9223372036854775808}",
              "{\"int64Value\":\"-9223372036854775808\"}");
    same_json(arena, "{\"int32Value\":1e3,\"uint32Value\":1.0,\"int64Value\":\"1.5e1\"}",
              "{\"int32Value\":1000,\"int64Value\":\"15\",\"uint32Value\":1}");
    same_json(arena, "{\"int32Value\":2.147483647e9,\"sint32Value\":-0}",
              "{\"int32Value\":2147483647}");
    same_json(arena, "{\"boolValue\":true,\"stringValue\":\"\\u00e9\\ud83d\\ude00\\n\\u001f\\/\"}",
              "{\"boolValue\":true,\"stringValue\":\"é😀\\n\\u001f/\"}");
    same_json(arena, "{\"color\":\"COLOR_BLUE\",\"colorList\":[1,\"COLOR_NEGATIVE\",2147483647]}",
              "{\"color\":\"COLOR_BLUE\",\"colorList\":[\"COLOR_RED\",\"COLOR_NEGATIVE\",\"COLOR_"
              "FAR\"]}");
    same_json(arena, "{\"bytesValue\":\"-_8\",\"bytesList\":[\"+/8=\",\"\",\"AQI\"]}",
              "{\"bytesValue\":\"+/8=\",\"bytesList\":[\"+/8=\",\"\",\"AQI=\"]}");
    same_json(arena, "{\"doubleValue\":\"-Infinity\",\"floatList\":[\"NaN\",1.5,\"2\",0.1,-0.0]}",
              "{\"doubleValue\":\"-Infinity\",\"floatList\":[\"NaN\",1.5,2,0.1,-0.0]}");
    same_json(arena,
              "{\"leaf\":null,\"int32List\":null,\"textByText\":null,\"chosenInt32\":null,"
              "\"color\":null}",
              "{}");
}

static void names_are_read_in_both_forms(void **state)
{
    struct arena *arena = *state;
    same_json(arena,
              "{\"line_2_text\":\"a\",\"alreadyCamel\":\"b\",\"double__underscore\":\"c\","
              "\"trailing\":\"d\"}",
              "{\"line2Text\":\"a\",\"alreadyCamel\":\"b\",\"doubleUnderscore\":\"c\",\"trailing\":"
              "\"d\"}");
    same_json(arena, "{\"with3d\":\"e\",\"farAway\":\"f\",\"\\u0063olor\":1}",
              "{\"color\":\"COLOR_RED\",\"with3d\":\"e\",\"farAway\":\"f\"}");
}

static void maps_are_sorted(void **state)
{
    struct arena *arena = *state;
    same_json(arena,
              "{\"textByText\":{\"b\":\"2\",\"\":\"0\",\"a\":\"1\"},\"numberByInt32\":{\"10\":1,\"-"
              "2\":\"3\",\"9\":0}}",
              "{\"textByText\":{\"\":\"0\",\"a\":\"1\",\"b\":\"2\"},"
              "\"numberByInt32\":{\"-2\":\"3\",\"9\":\"0\",\"10\":\"1\"}}");
    same_json(arena, "{\"boolByBool\":{\"true\":false,\"false\":true},\"leafByText\":{\"x\":{}}}",
              "{\"leafByText\":{\"x\":{}},\"boolByBool\":{\"false\":true,\"true\":false}}");
    same_json(arena, "{\"doubleByUint64\":{\"18446744073709551615\":1,\"0\":2}}",
              "{\"doubleByUint64\":{\"0\":2,\"18446744073709551615\":1}}");
}

static void a_oneof_keeps_its_default(void **state)
{
    struct arena *arena = *state;
    same_json(arena, "{\"chosenInt32\":0,\"otherText\":\"\"}",
              "{\"chosenInt32\":0,\"otherText\":\"\"}");
    Everything__Everything *message =
        everything_read(arena, "{\"otherText\":\"\",\"chosenBytes\":\"\"}", NULL);
    size_t size;
    const uint8_t *packed = arena_pack(arena, &message->base, &size);
    ProtobufCMessage *again;
    assert_int_equal(message_unpack(arena, EVERYTHING, packed, size, NULL, &again, NULL), OK);
    assert_true(message_equal(&message->base, again));
    assert_int_equal(((Everything__Everything *)again)->other_case,
                     EVERYTHING__EVERYTHING__OTHER_OTHER_TEXT);
}

static void times_are_rfc_3339(void **state)
{
    struct arena *arena = *state;
    same_json(arena, "{\"time\":\"2026-01-31T23:59:59Z\"}", "{\"time\":\"2026-01-31T23:59:59Z\"}");
    same_json(arena, "{\"time\":\"2026-02-01T01:29:59.1+01:30\"}",
              "{\"time\":\"2026-01-31T23:59:59.100Z\"}");
    same_json(arena,
              "{\"timeList\":[\"0001-01-01T00:00:00Z\",\"9999-12-31T23:59:59.999999999Z\","
              "\"1969-12-31T23:59:59.000001-00:00\"]}",
              "{\"timeList\":[\"0001-01-01T00:00:00Z\",\"9999-12-31T23:59:59.999999999Z\","
              "\"1969-12-31T23:59:59.000001Z\"]}");
    same_json(arena, "{\"duration\":\"-0.5s\"}", "{\"duration\":\"-0.500s\"}");
    same_json(arena, "{\"wrappedInt64\":\"0\",\"wrappedBool\":false,\"wrappedList\":[\"\",\"a\"]}",
              "{\"wrappedInt64\":\"0\",\"wrappedBool\":false,\"wrappedList\":[\"\",\"a\"]}");
}

static void our_scalars_have_forms_of_their_own(void **state)
{
    struct arena *arena = *state;
    same_json(arena,
              "{\"money\":{\"amount\":\"145.99\",\"currency\":\"EUR\"},\"decimal\":\"12.340\","
              "\"date\":\"2026-02-14\"}",
              "{\"money\":{\"currency\":\"EUR\",\"amount\":\"145.99\"},\"decimal\":\"12.340\","
              "\"date\":\"2026-02-14\"}");
    same_json(arena,
              "{\"moneyList\":[{\"currency\":\"JPY\",\"amount\":\"-1000\"},{\"currency\":\"KWD\","
              "\"amount\":\"1.234\"}]}",
              "{\"moneyList\":[{\"currency\":\"JPY\",\"amount\":\"-1000\"},{\"currency\":\"KWD\","
              "\"amount\":\"1.234\"}]}");
    Everything__Everything *message =
        everything_read(arena,
                        "{\"money\":{\"currency\":\"KWD\",\"amount\":\"1.234\"},\"date\":\"1970-01-"
                        "02\",\"decimal\":\"-0.05\"}",
                        NULL);
    assert_int_equal(message->money->minor, 1234);
    assert_int_equal(message->date->days, 1);
    assert_int_equal(message->decimal->unscaled, -5);
    assert_int_equal(message->decimal->scale, 2);
    struct json_options plain = {.plain = true};
    assert_string_equal(everything_write(arena, message, &plain),
                        "{\"money\":{\"currency\":\"KWD\",\"minor\":\"1234\"},"
                        "\"decimal\":{\"unscaled\":\"-5\",\"scale\":2},\"date\":{\"days\":1}}");
}

/* Whatever was stored must be shown: without a form of its own it is the message that it is. */
static void what_has_no_form_is_written_plainly(void **state)
{
    struct arena *arena = *state;
    Common__Money money = COMMON__MONEY__INIT;
    Common__Date date = COMMON__DATE__INIT;
    Common__Decimal decimal = COMMON__DECIMAL__INIT;
    Everything__Everything message = EVERYTHING__EVERYTHING__INIT;
    money.currency = "???";
    money.minor = 7;
    date.days = INT32_MAX;
    decimal.unscaled = 1;
    decimal.scale = 11;
    message.money = &money;
    message.date = &date;
    message.decimal = &decimal;
    assert_string_equal(
        everything_write(arena, &message, NULL),
        "{\"money\":{\"currency\":\"?\?\?\",\"minor\":\"7\"},"
        "\"decimal\":{\"unscaled\":\"1\",\"scale\":11},\"date\":{\"days\":2147483647}}");
    message = (Everything__Everything)EVERYTHING__EVERYTHING__INIT;
    message.string_value = "bad \xff utf-8 \xed\xa0\x80.";
    assert_string_equal(
        everything_write(arena, &message, NULL),
        "{\"stringValue\":\"bad \xEF\xBF\xBD utf-8 \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD.\"}");
}

static const char *reveal(void *context, const Common__Sealed *sealed)
{
    (void)context;
    return sealed->key_version ? "Jane Doe" : NULL;
}

static enum error seal(void *context, struct arena *arena, const char *field, const char *text,
                       Common__Sealed *out, struct problem *problem)
{
    (void)context;
    out->subject_id = "00000000-0000-7000-8000-000000000001";
    out->key_version = 3;
    out->kind = arena_copy_text(arena, field);
    out->ciphertext = (ProtobufCBinaryData){strlen(text), arena_copy(arena, text, strlen(text))};
    if (!out->kind || !out->ciphertext.data)
        return ERR_TOO_LARGE;
    return *text == '!' ? problem_set(problem, ERR_AGAIN, NULL, "COL-20", "the vault is away") : OK;
}

static void personal_data_is_sealed_and_revealed(void **state)
{
    struct arena *arena = *state;
    struct json_options edge = {.seal = seal, .reveal = reveal};
    Everything__Everything *message =
        everything_read(arena, "{\"sealed\":\"Jane Doe\",\"sealedList\":[\"a\",\"b\"]}", &edge);
    assert_string_equal(message->sealed->kind, "sealed");
    assert_string_equal(message->sealed_list[1]->kind, "sealed_list[1]");
    assert_memory_equal(message->sealed->ciphertext.data, "Jane Doe", 8);
    message->sealed_list[1]->key_version = 0;
    assert_string_equal(everything_write(arena, message, &edge),
                        "{\"sealed\":\"Jane Doe\",\"sealedList\":[\"Jane Doe\",\"[erased]\"]}");
    /* Without callbacks the sealed form goes out and comes back. */
    const char *sealed = everything_write(arena, message, NULL);
    assert_non_null(strstr(sealed, "{\"sealed\":{\"sealed\":\"CiQw"));
    assert_true(message_equal(&message->base, &everything_read(arena, sealed, NULL)->base));

    struct problem problem = {0};
    ProtobufCMessage *refused;
    const char *plain = "{\"sealedList\":[\"Jane\"]}";
    assert_refused(json_read(arena, EVERYTHING, plain, strlen(plain), NULL, &refused, &problem),
                   ERR_MALFORMED);
    assert_string_equal(problem.field, "sealed_list[0]");
    assert_string_equal(problem.detail, "personal data must be sealed");
    assert_refused(json_read(arena, EVERYTHING, sealed, strlen(sealed), &edge, &refused, &problem),
                   ERR_MALFORMED);
    edge.accept_sealed = true;
    assert_ok(json_read(arena, EVERYTHING, sealed, strlen(sealed), &edge, &refused, &problem));
    const char *away = "{\"sealed\":\"!\"}";
    assert_refused(json_read(arena, EVERYTHING, away, strlen(away), &edge, &refused, &problem),
                   ERR_AGAIN);
    assert_string_equal(problem.detail, "the vault is away");
}

static void check_canonical(struct arena *arena, const char *text, const char *expected)
{
    struct json_options edge = {.seal = seal, .reveal = reveal};
    struct problem problem = {0};
    const char *bytes;
    size_t size;
    fixture_ok(
        json_canonical(arena, EVERYTHING, text, strlen(text), &edge, &bytes, &size, &problem),
        &problem);
    assert_string_equal(bytes, expected);
    assert_int_equal(size, strlen(expected));
}

static void the_canonical_form_is_one_for_all_spellings(void **state)
{
    struct arena *arena = *state;
    const char *expected =
        "{\"int32Value\":5,\"textByText\":{\"a\":\"1\",\"b\":\"2\"},"
        "\"money\":{\"currency\":\"EUR\",\"amount\":\"1.00\"},\"sealed\":\"J\\\"\"}";
    check_canonical(arena,
                    "{\"money\":{\"amount\":\"1.00\",\"currency\":\"EUR\"},\"int32_value\":5.0,"
                    "\"sealed\":\"J\\u0022\","
                    "\"textByText\":{\"b\":\"2\",\"a\":\"1\"},\"stringValue\":\"\"}",
                    expected);
    check_canonical(arena, expected, expected);
    /* Sealed data of a caller stays sealed: its bytes are no plain text. */
    check_canonical(arena, "{\"sealed\":{\"sealed\":\"EAMiAQAqAkFC\"}}",
                    "{\"sealed\":{\"sealed\":\"EAMiAQAqAkFC\"}}");
}

static void layout_and_defaults_are_options(void **state)
{
    struct arena *arena = *state;
    struct json_options pretty = {.indent = 2};
    Everything__Everything *message = everything_read(
        arena,
        "{\"leaf\":{},\"int32List\":[1,2],\"money\":{\"currency\":\"EUR\",\"amount\":\"1.00\"}}",
        NULL);
    assert_string_equal(
        everything_write(arena, message, &pretty),
        "{\n  \"leaf\": {},\n  \"int32List\": [\n    1,\n    2\n  ],\n"
        "  \"money\": {\n    \"currency\": \"EUR\",\n    \"amount\": \"1.00\"\n  }\n}");
    struct json_options defaults = {.emit_defaults = true};
    const char *text = everything_write(arena, everything_read(arena, "{}", NULL), &defaults);
    assert_non_null(strstr(text, "\"int32Value\":0,\"int64Value\":\"0\""));
    assert_non_null(strstr(text, "\"color\":\"COLOR_UNSPECIFIED\",\"int32List\":[]"));
    assert_non_null(strstr(text, "\"textByText\":{},"));
    assert_null(strstr(text, "\"leaf\":"));
    assert_null(strstr(text, "chosen"));
}

static void schemas_come_from_the_same_table(void **state)
{
    (void)state;
    assert_non_null(strstr(json_schema(&common__money__descriptor), "\"amount\""));
    assert_string_equal(json_schema(&common__date__descriptor),
                        "{\"type\":\"string\",\"format\":\"date\"}");
    assert_null(json_schema(EVERYTHING));
}

static void a_full_arena_is_too_large(void **state)
{
    struct arena *arena = *state;
    struct problem problem;
    ProtobufCMessage *message;
    const char *text = "{\"stringList\":[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\","
                       "\"b\"],\"leaf\":{\"name\":\"x\"},"
                       "\"bytesValue\":\"AAAA\",\"textByText\":{\"a\":\"b\"},\"sealed\":\"x\"}";
    Everything__Everything *whole =
        everything_read(arena, text, &(struct json_options){.seal = seal});
    jmp_buf never;
    for (volatile size_t size = 1; size < 8192; size += 24) {
        struct arena small = {0};
        arena_init(&small, size);
        if (setjmp(never))
            fail_msg("longjmp out of json_read");
        small.on_exhausted = &never;
        enum error error = json_read(&small, EVERYTHING, text, strlen(text),
                                     &(struct json_options){.seal = seal}, &message, &problem);
        assert_true(error == OK || error == ERR_TOO_LARGE);
        if (error == OK)
            assert_true(message_equal(message, &whole->base));
        arena_reset(&small);
        small.on_exhausted = NULL;
        struct arena_buffer out = {.arena = &small};
        error = json_write(&out, &whole->base, NULL);
        assert_true(error == OK || error == ERR_TOO_LARGE);
        arena_fini(&small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        wire_test(scalars_have_their_forms),
        wire_test(names_are_read_in_both_forms),
        wire_test(maps_are_sorted),
        wire_test(a_oneof_keeps_its_default),
        wire_test(times_are_rfc_3339),
        wire_test(our_scalars_have_forms_of_their_own),
        wire_test(what_has_no_form_is_written_plainly),
        wire_test(personal_data_is_sealed_and_revealed),
        wire_test(the_canonical_form_is_one_for_all_spellings),
        wire_test(layout_and_defaults_are_options),
        wire_test(schemas_come_from_the_same_table),
        wire_test(a_full_arena_is_too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
