/* SPDX-License-Identifier: Apache-2.0
 * JSON, refused: each with the field, a reason, and never with the value. And our reader against
 * jansson: what one takes for JSON, the other does too. */
#include <jansson.h>

#include "wire_fixture.h"

static void refused(struct arena *arena, const char *text, size_t size, enum error expected,
                    const char *field, const char *detail)
{
    struct problem problem = {0};
    ProtobufCMessage *message = (void *)1;
    enum error error = json_read(arena, EVERYTHING, text, size, NULL, &message, &problem);
    bool good = error == expected && strcmp(problem.field, field) == 0 &&
                strstr(problem.detail, detail) && !message;
    if (!good)
        print_error("%s\n    expected %s at '%s': …%s…\n    came %s at '%s': %s\n", text,
                    error_code(expected), field, detail, error_code(error), problem.field,
                    problem.detail);
    assert_true(good);
}

#define REFUSED(text, error, field, detail)                                                        \
    refused(*state, text, sizeof(text) - 1, error, field, detail)

static void text_that_is_not_json(void **state)
{
    REFUSED("", ERR_MALFORMED, "", "line 1, column 1: a JSON object must stand here");
    REFUSED("{", ERR_MALFORMED, "", "a string in double quotes must stand here");
    REFUSED("{\"leaf\":{\"name\":\"x\"}", ERR_MALFORMED, "", "is a } missing?");
    REFUSED("{\"int32List\":[1,2", ERR_MALFORMED, "int32_list[2]", "is a ] missing?");
    REFUSED("{\"int32List\":[1 2]}", ERR_MALFORMED, "int32_list[1]",
            "a comma or ] must stand here");
    REFUSED("{\"int32List\":[1,]}", ERR_MALFORMED, "int32_list[1]", "a comma stands before");
    REFUSED("{\"leaf\":{},}", ERR_MALFORMED, "", "a comma stands before");
    REFUSED("{\n \"leaf\" {}}", ERR_MALFORMED, "", "line 2, column 9: a colon");
    REFUSED("{leaf:{}}", ERR_MALFORMED, "", "double quotes");
    REFUSED("{'leaf':{}}", ERR_MALFORMED, "", "double quotes");
    REFUSED("{} {}", ERR_MALFORMED, "", "behind the end of the document");
    REFUSED("{}\0", ERR_MALFORMED, "", "behind the end of the document");
    REFUSED("\xef\xbb\xbf{}", ERR_MALFORMED, "", "must stand here");
    REFUSED("{\"boolValue\":tru}", ERR_MALFORMED, "bool_value", "a value must stand here");
    REFUSED("{\"boolValue\":truex}", ERR_MALFORMED, "bool_value", "a value must stand here");
    REFUSED("{\"int32Value\":01}", ERR_MALFORMED, "int32_value", "not a number of JSON");
    REFUSED("{\"int32Value\":+1}", ERR_MALFORMED, "int32_value", "whole number");
    REFUSED("{\"int32Value\":1.}", ERR_MALFORMED, "int32_value", "not a number of JSON");
    REFUSED("{\"int32Value\":0x10}", ERR_MALFORMED, "int32_value", "not a number of JSON");
    REFUSED("{\"doubleValue\":NaN}", ERR_MALFORMED, "double_value", "\"NaN\"");
    REFUSED("[]", ERR_MALFORMED, "", "write an object in { }");
    REFUSED("null", ERR_MALFORMED, "", "write an object in { }");
}

static void strings_that_are_not_text(void **state)
{
    REFUSED("{\"stringValue\":\"a\\u0000b\"}", ERR_MALFORMED, "string_value", "\\u0000");
    REFUSED("{\"stringValue\":\"a\0b\"}", ERR_MALFORMED, "string_value", "control characters");
    REFUSED("{\"stringValue\":\"a\nb\"}", ERR_MALFORMED, "string_value", "control characters");
    REFUSED("{\"stringValue\":\"\xff\"}", ERR_MALFORMED, "string_value", "not UTF-8");
    REFUSED("{\"stringValue\":\"\xed\xa0\x80\"}", ERR_MALFORMED, "string_value", "not UTF-8");
    REFUSED("{\"stringValue\":\"\\ud800\"}", ERR_MALFORMED, "string_value", "surrogate");
    REFUSED("{\"stringValue\":\"\\ud800\\u0041\"}", ERR_MALFORMED, "string_value", "surrogate");
    REFUSED("{\"stringValue\":\"\\udc00\"}", ERR_MALFORMED, "string_value", "surrogate");
    REFUSED("{\"stringValue\":\"\\x\"}", ERR_MALFORMED, "string_value", "no such escape");
    REFUSED("{\"stringValue\":\"\\u12g4\"}", ERR_MALFORMED, "string_value", "four hex digits");
    REFUSED("{\"stringValue\":\"abc", ERR_MALFORMED, "string_value", "inside a string");
    REFUSED("{\"stringValue\":\"abc\\", ERR_MALFORMED, "string_value", "inside a string");
    REFUSED("{\"stringValue\":\"abc\\\"", ERR_MALFORMED, "string_value", "inside a string");
    REFUSED("{\"stringValue\":5}", ERR_MALFORMED, "string_value", "write text in double quotes");
}

static void fields_that_do_not_fit(void **state)
{
    REFUSED("{\"surprise\":1}", ERR_MALFORMED, "surprise", "no such field");
    REFUSED("{\"leaf\":{\"surprise\":1}}", ERR_MALFORMED, "leaf.surprise", "no such field");
    REFUSED("{\"sur\\u0001\xc3\xa9\":1}", ERR_MALFORMED, "sur???", "no such field");
    REFUSED("{\"color\":1,\"color\":1}", ERR_MALFORMED, "color", "given twice");
    REFUSED("{\"int32Value\":1,\"int32_value\":1}", ERR_MALFORMED, "int32_value", "given twice");
    REFUSED("{\"color\":null,\"color\":1}", ERR_MALFORMED, "color", "given twice");
    REFUSED("{\"chosenInt32\":1,\"chosenString\":\"\"}", ERR_MALFORMED, "chosen_string",
            "same oneof");
    REFUSED("{\"boolValue\":1}", ERR_MALFORMED, "bool_value", "true or false");
    REFUSED("{\"boolValue\":\"true\"}", ERR_MALFORMED, "bool_value", "true or false");
    REFUSED("{\"color\":\"COLOR_GREEN\"}", ERR_MALFORMED, "color", "COLOR_FAR");
    REFUSED("{\"color\":99}", ERR_MALFORMED, "color", "billing.everything.v1.Color");
    REFUSED("{\"leaf\":[]}", ERR_MALFORMED, "leaf", "write an object");
    REFUSED("{\"leafList\":{}}", ERR_MALFORMED, "leaf_list", "write a list");
    REFUSED("{\"leafList\":[{},{\"number\":true}]}", ERR_MALFORMED, "leaf_list[1].number",
            "whole number");
    REFUSED("{\"leafList\":[null]}", ERR_MALFORMED, "leaf_list[0]", "null");
    REFUSED("{\"bytesValue\":\"a?\"}", ERR_MALFORMED, "bytes_value", "base64");
    REFUSED("{\"bytesValue\":\"a\"}", ERR_MALFORMED, "bytes_value", "base64");
    REFUSED("{\"bytesValue\":\"AA==AA==\"}", ERR_MALFORMED, "bytes_value", "base64");
    REFUSED("{\"textByText\":[]}", ERR_MALFORMED, "text_by_text", "write a map");
    REFUSED("{\"textByText\":{\"a\":\"\",\"a\":\"\"}}", ERR_MALFORMED, "text_by_text",
            "stands twice");
    REFUSED("{\"numberByInt32\":{\"1\":1,\"1.0\":1}}", ERR_MALFORMED, "number_by_int32",
            "stands twice");
    REFUSED("{\"numberByInt32\":{\"x\":1}}", ERR_MALFORMED, "number_by_int32[\"x\"]",
            "whole number");
    REFUSED("{\"boolByBool\":{\"1\":true}}", ERR_MALFORMED, "bool_by_bool[\"1\"]",
            "\"true\" and \"false\"");
    REFUSED("{\"leafByText\":{\"k\":{\"number\":1.5}}}", ERR_MALFORMED,
            "leaf_by_text[\"k\"].number", "whole number");
    REFUSED("{\"textByText\":{\"k\":null}}", ERR_MALFORMED, "text_by_text[\"k\"]", "null");
    REFUSED("{\"mask\":\"a,b\"}", ERR_UNSUPPORTED, "mask", "google.protobuf.FieldMask");
}

static void numbers_out_of_range(void **state)
{
    REFUSED("{\"int32Value\":2147483648}", ERR_RANGE, "int32_value", "out of the field's range");
    REFUSED("{\"int32Value\":-2147483649}", ERR_RANGE, "int32_value", "out of");
    REFUSED("{\"int32Value\":1.5}", ERR_MALFORMED, "int32_value", "whole number");
    REFUSED("{\"int32Value\":\"1.5\"}", ERR_MALFORMED, "int32_value", "whole number");
    REFUSED("{\"int32Value\":\"\"}", ERR_MALFORMED, "int32_value", "whole number");
    REFUSED("{\"int32Value\":\" 1\"}", ERR_MALFORMED, "int32_value", "whole number");
    REFUSED("{\"int32Value\":1e99999999999999999999}", ERR_RANGE, "int32_value", "out of");
    REFUSED("{\"int32Value\":1e-99999999999999999999}", ERR_MALFORMED, "int32_value",
            "whole number");
    REFUSED("{\"uint32Value\":-1}", ERR_RANGE, "uint32_value", "out of");
    REFUSED("{\"uint32Value\":4294967296}", ERR_RANGE, "uint32_value", "out of");
    REFUSED("{\"int64Value\":\"9223372036854775808\"}", ERR_RANGE, "int64_value", "out of");
    REFUSED("{\"int64Value\":-9223372036854775809}", ERR_RANGE, "int64_value", "out of");
    REFUSED("{\"uint64Value\":18446744073709551616}", ERR_RANGE, "uint64_value", "out of");
    REFUSED("{\"doubleValue\":1e400}", ERR_RANGE, "double_value", "out of");
    REFUSED("{\"floatValue\":1e39}", ERR_RANGE, "float_value", "out of");
    REFUSED("{\"time\":\"10000-01-01T00:00:00Z\"}", ERR_MALFORMED, "time", "2026-01-31T23:59:59Z");
    REFUSED("{\"time\":\"0000-12-31T00:00:00Z\"}", ERR_RANGE, "time", "no such instant");
    REFUSED("{\"time\":\"9999-12-31T23:59:59-00:01\"}", ERR_RANGE, "time", "no such instant");
    REFUSED("{\"time\":\"2026-02-29T00:00:00Z\"}", ERR_RANGE, "time", "no such instant");
    REFUSED("{\"time\":\"2026-01-01T00:00:60Z\"}", ERR_RANGE, "time", "no such instant");
    REFUSED("{\"time\":\"2026-01-01T24:00:00Z\"}", ERR_RANGE, "time", "no such instant");
    REFUSED("{\"time\":\"2026-01-01\"}", ERR_MALFORMED, "time", "instant");
    REFUSED("{\"time\":\"2026-01-01T00:00:00\"}", ERR_MALFORMED, "time", "instant");
    REFUSED("{\"time\":\"2026-01-01T00:00:00.Z\"}", ERR_MALFORMED, "time", "instant");
    REFUSED("{\"time\":\"2026-01-01T00:00:00.1234567890Z\"}", ERR_MALFORMED, "time", "instant");
    REFUSED("{\"time\":5}", ERR_MALFORMED, "time", "string");
    REFUSED("{\"duration\":\"1\"}", ERR_MALFORMED, "duration", "1.5s");
    REFUSED("{\"duration\":\"315576000001s\"}", ERR_RANGE, "duration", "315576000000");
}

/* Handbook GEN-1: EUR 1.2, EUR 1.234 and JPY 1.0 are rejected. */
static void scalars_of_ours(void **state)
{
#define MONEY(currency, amount) "{\"money\":{\"currency\":" currency ",\"amount\":" amount "}}"
    REFUSED(MONEY("\"EUR\"", "\"1.2\""), ERR_MALFORMED, "money.amount", "");
    REFUSED(MONEY("\"EUR\"", "\"1.234\""), ERR_MALFORMED, "money.amount", "");
    REFUSED(MONEY("\"JPY\"", "\"1.0\""), ERR_MALFORMED, "money.amount", "");
    REFUSED(MONEY("\"EUR\"", "1.20"), ERR_MALFORMED, "money", "both as strings");
    REFUSED(MONEY("\"XYZ\"", "\"1.20\""), ERR_MALFORMED, "money.currency", "");
    REFUSED(MONEY("\"eur\"", "\"1.20\""), ERR_MALFORMED, "money.currency", "");
    REFUSED(MONEY("\"EUR\"", "\"99999999999999999999.00\""), ERR_RANGE, "money.amount", "");
#undef MONEY
    REFUSED("{\"money\":{\"currency\":\"EUR\"}}", ERR_MALFORMED, "money", "both as strings");
    REFUSED("{\"money\":{\"currency\":\"EUR\",\"minor\":\"5\"}}", ERR_MALFORMED, "money.minor",
            "both as strings");
    REFUSED("{\"money\":{\"amount\":\"1.00\",\"amount\":\"2.00\",\"currency\":\"EUR\"}}",
            ERR_MALFORMED, "money.amount", "");
    REFUSED("{\"money\":\"EUR 5.00\"}", ERR_MALFORMED, "money", "both as strings");
    REFUSED("{\"lines\":[{},{\"quantity\":\"1e3\"}]}", ERR_MALFORMED, "lines[1].quantity", "");
    REFUSED("{\"decimal\":1.5}", ERR_MALFORMED, "decimal", "string");
    REFUSED("{\"decimal\":\"1.12345678901\"}", ERR_RANGE, "decimal", "");
    REFUSED("{\"date\":\"2026-02-30\"}", ERR_RANGE, "date", "");
    REFUSED("{\"date\":\"2026-2-3\"}", ERR_MALFORMED, "date", "");
    REFUSED("{\"date\":{\"days\":1}}", ERR_MALFORMED, "date", "string");
    REFUSED("{\"sealed\":\"Jane\"}", ERR_MALFORMED, "sealed", "personal data must be sealed");
    REFUSED("{\"sealed\":{\"sealed\":\"!\"}}", ERR_MALFORMED, "sealed", "base64");
    REFUSED("{\"sealed\":{\"sealed\":\"CgH/\"}}", ERR_MALFORMED, "sealed", "UTF-8");
    REFUSED("{\"sealed\":{\"subjectId\":\"x\"}}", ERR_MALFORMED, "sealed.subjectId",
            "{\"sealed\": base64}");
}

static void limits(void **state)
{
    struct arena *arena = *state;
    struct arena_buffer deep = {.arena = arena};
    for (int i = 0; i < 40; i++)
        arena_buffer_put_text(&deep, "{\"inner\":");
    const char *text = arena_buffer_text(&deep);
    struct problem problem;
    ProtobufCMessage *message;
    assert_refused(json_read(arena, &everything__nest__descriptor, text, strlen(text), NULL,
                             &message, &problem),
                   ERR_TOO_LARGE);
    assert_non_null(strstr(problem.detail, "deeper than 32"));
    text = "{\"stringList\":[\"\",\"\",\"\"],\"textByText\":{\"a\":\"\"}}";
    struct json_options options = {.elements_max = 4};
    assert_ok(json_read(arena, EVERYTHING, text, strlen(text), &options, &message, &problem));
    options.elements_max = 3;
    assert_refused(json_read(arena, EVERYTHING, text, strlen(text), &options, &message, &problem),
                   ERR_TOO_LARGE);
    assert_string_equal(problem.field, "text_by_text[\"\"]");
    options.bytes_max = strlen(text) - 1;
    assert_refused(json_read(arena, EVERYTHING, text, strlen(text), &options, &message, &problem),
                   ERR_TOO_LARGE);
}

/* Deterministic noise: the same documents in every run. */
static uint32_t noise(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

static void jansson_agrees_what_is_json(void **state)
{
    struct arena *arena = *state;
    static const char start[] = "{\"stringValue\":\"a\\u00e9\\n\",\"doubleList\":[1,-2.5e3,0.1,0],"
                                "\"boolList\":[true,false],"
                                "\"textByText\":{\"k\":\"v\"},\"leaf\":null}";
    static const char pieces[] = "{}[]\",:\\u01d8-+.eE tfn\n\x80\xc3\xa9";
    uint32_t seed = 7, accepted = 0;
    for (int round = 0; round < 20000; round++) {
        char text[sizeof start];
        struct problem problem = {0};
        ProtobufCMessage *message;
        memcpy(text, start, sizeof start);
        for (uint32_t i = 0, many = 1 + noise(&seed) % 2; i < many; i++)
            text[noise(&seed) % (sizeof start - 1)] = pieces[noise(&seed) % (sizeof pieces - 1)];
        arena_reset(arena);
        enum error ours =
            json_read(arena, EVERYTHING, text, sizeof start - 1, NULL, &message, &problem);
        json_t *theirs = json_loadb(text, sizeof start - 1, JSON_REJECT_DUPLICATES, NULL);
        bool syntax = ours == ERR_MALFORMED && strcmp(problem.rule, "RFC 8259") == 0;
        /* What we call malformed jansson refuses; what we accept it accepts. In between are
         * documents that are JSON but not of this type. */
        if (ours == OK && !theirs)
            fail_msg("we accept what jansson refuses: %s", text);
        if (syntax && theirs)
            fail_msg("we call malformed what jansson reads: %s\n    %s", text, problem.detail);
        accepted += ours == OK;
        json_decref(theirs);
    }
    assert_true(accepted > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        wire_test(text_that_is_not_json),
        wire_test(strings_that_are_not_text),
        wire_test(fields_that_do_not_fit),
        wire_test(numbers_out_of_range),
        wire_test(scalars_of_ours),
        wire_test(limits),
        wire_test(jansson_agrees_what_is_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
