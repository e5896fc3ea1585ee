/* SPDX-License-Identifier: Apache-2.0
 * Message text: lines of path and value, there and back; fields set by path. */
#include "wire_fixture.h"

static const char *print(struct arena *arena, const ProtobufCMessage *message, unsigned indent)
{
    struct arena_buffer out = {.arena = arena};
    message_print(&out, message, indent);
    assert_false(out.failed);
    return arena_buffer_text(&out);
}

/* Reads printed lines into an empty message. */
static ProtobufCMessage *read_lines(struct arena *arena, const char *lines)
{
    ProtobufCMessage *message = message_new(arena, EVERYTHING);
    struct problem problem = {0};
    char *copy = arena_copy_text(arena, lines), *rest = copy;
    for (char *line; (line = strsep(&rest, "\n"));) {
        const char *value;
        line += strspn(line, " ");
        if (!*line)
            continue;
        size_t size = message_line_split(line, &value);
        line[size] = 0;
        fixture_ok(message_read_line(arena, message, line, value, &problem), &problem);
    }
    return message;
}

static void check_both_ways(struct arena *arena, const char *json, const char *lines)
{
    Everything__Everything *message = everything_read(arena, json, NULL);
    assert_string_equal(print(arena, &message->base, 0), lines);
    assert_true(message_equal(read_lines(arena, lines), &message->base));
}

static void values_stand_on_lines_of_their_own(void **state)
{
    struct arena *arena = *state;
    check_both_ways(arena, "{}", "");
    check_both_ways(
        arena,
        "{\"money\":{\"currency\":\"EUR\",\"amount\":\"145.99\"},\"date\":\"2026-02-14\","
        "\"decimal\":\"-0.50\","
        "\"lines\":[{\"net\":{\"currency\":\"EUR\",\"amount\":\"82.10\"}},{}]}",
        "money EUR 145.99\ndecimal -0.50\ndate 2026-02-14\nlines[0].net EUR 82.10\nlines[1] {}\n");
    check_both_ways(
        arena,
        "{\"int32Value\":-5,\"uint64Value\":\"18446744073709551615\",\"boolValue\":true,\"color\":"
        "\"COLOR_BLUE\","
        "\"bytesValue\":\"AQI=\",\"doubleValue\":0.1,\"chosenInt32\":0}",
        "int32_value -5\nuint64_value 18446744073709551615\ndouble_value 0.1\nbool_value true\n"
        "bytes_value AQI=\ncolor COLOR_BLUE\nchosen_int32 0\n");
    check_both_ways(
        arena,
        "{\"leaf\":{},\"leafList\":[{},{\"name\":\"x\"}],\"time\":\"2026-01-31T12:00:00.5Z\","
        "\"duration\":\"1.5s\",\"wrappedInt64\":\"0\",\"floatList\":[\"NaN\",0]}",
        "leaf {}\nfloat_list[0] \"NaN\"\nfloat_list[1] 0\nleaf_list[0] {}\nleaf_list[1].name x\n"
        "time 2026-01-31T12:00:00.500Z\nduration 1.500s\nwrapped_int64 {}\n");
}

static void text_is_quoted_when_it_must(void **state)
{
    struct arena *arena = *state;
    check_both_ways(arena,
                    "{\"stringList\":[\"Müller & Söhne\",\"\",\" a\",\"a "
                    "\",\"\\\"q\\\"\",\"a\\nb\",\"{}\",\"a \\\" b\"]}",
                    "string_list[0] Müller & Söhne\nstring_list[1] \"\"\nstring_list[2] \" "
                    "a\"\nstring_list[3] \"a \"\n"
                    "string_list[4] \"\\\"q\\\"\"\nstring_list[5] \"a\\nb\"\nstring_list[6] "
                    "{}\nstring_list[7] a \" b\n");
    check_both_ways(
        arena,
        "{\"textByText\":{\"a b\":\"x y\",\"\\\"]\":\"\"},\"numberByInt32\":{\"-5\":\"0\"},"
        "\"boolByBool\":{\"true\":false},\"leafByText\":{\"k\":{\"number\":\"1\"},\"e\":{}},"
        "\"bytesList\":[\"\"]}",
        "bytes_list[0] \"\"\ntext_by_text[\"\\\"]\"] \"\"\ntext_by_text[\"a b\"] x "
        "y\nleaf_by_text[\"e\"] {}\n"
        "leaf_by_text[\"k\"].number 1\nnumber_by_int32[-5] 0\nbool_by_bool[true] false\n");
    assert_string_equal(
        print(arena, &everything_read(arena, "{\"leaf\":{\"name\":\"x\"}}", NULL)->base, 4),
        "    leaf.name x\n");
}

static void sealed_data_stays_sealed(void **state)
{
    struct arena *arena = *state;
    check_both_ways(arena, "{\"sealed\":{\"sealed\":\"EAMiAQAqAkFC\"}}",
                    "sealed sealed:EAMiAQAqAkFC\n");
    struct problem problem = {0};
    ProtobufCMessage *message = message_new(arena, EVERYTHING);
    assert_refused(message_read_line(arena, message, "sealed", "Jane", &problem), ERR_MALFORMED);
    assert_non_null(strstr(problem.detail, "must be sealed"));
    assert_ok(message_read_line(arena, message, "sealed.kind", "name", &problem));
    assert_string_equal(((Everything__Everything *)message)->sealed->kind, "name");
}

/* An unknown currency has no text, so its fields are shown. */
static void what_has_no_text_shows_its_fields(void **state)
{
    struct arena *arena = *state;
    Everything__Everything message = EVERYTHING__EVERYTHING__INIT;
    Common__Money money = COMMON__MONEY__INIT;
    money.currency = "???";
    money.minor = 7;
    message.money = &money;
    assert_string_equal(print(arena, &message.base, 0), "money.currency ?\?\?\nmoney.minor 7\n");
    assert_true(
        message_equal(read_lines(arena, "money.currency ?\?\?\nmoney.minor 7\n"), &message.base));
}

static void lines_that_do_not_fit(void **state)
{
    struct arena *arena = *state;
    static const struct {
        const char *path, *value;
        enum error error;
    } wrong[] = {
        {"", "1", ERR_MALFORMED},
        {"nothing", "1", ERR_MALFORMED},
        {"int32Value", "1", ERR_MALFORMED},
        {"int32_value", "x", ERR_MALFORMED},
        {"int32_value", "2147483648", ERR_RANGE},
        {"uint32_value", "-1", ERR_MALFORMED},
        {"bool_value", "1", ERR_MALFORMED},
        {"color", "COLOR_GREEN", ERR_MALFORMED},
        {"leaf", "x", ERR_MALFORMED},
        {"leaf.name.x", "x", ERR_MALFORMED},
        {"leaf.", "x", ERR_MALFORMED},
        {"leaf[0]", "x", ERR_MALFORMED},
        {"string_list", "x", ERR_MALFORMED},
        {"string_list[1]", "x", ERR_RANGE},
        {"string_list[x]", "x", ERR_MALFORMED},
        {"string_list[", "x", ERR_MALFORMED},
        {"string_list[0", "x", ERR_MALFORMED},
        {"string_list[99999999999999999999]", "x", ERR_MALFORMED},
        {"text_by_text[\"a", "x", ERR_MALFORMED},
        {"text_by_text[a", "x", ERR_MALFORMED},
        {"number_by_int32[x]", "1", ERR_MALFORMED},
        {"money", "EUR 1.2", ERR_MALFORMED},
        {"date", "2026-02-30", ERR_RANGE},
        {"string_value", "\"a", ERR_MALFORMED},
        {"string_value", "\"a\" b", ERR_MALFORMED},
        {"string_value", "\xff", ERR_MALFORMED},
        {"bytes_value", "?", ERR_MALFORMED},
        {"double_value", "1e400", ERR_RANGE},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct problem problem = {0};
        ProtobufCMessage *message = message_new(arena, EVERYTHING);
        enum error error =
            message_read_line(arena, message, wrong[i].path, wrong[i].value, &problem);
        if (error != wrong[i].error || strcmp(problem.field, wrong[i].path) != 0 ||
            !*problem.detail)
            fail_msg("%s %s: expected %s, came %s at '%s': %s", wrong[i].path, wrong[i].value,
                     error_code(wrong[i].error), error_code(error), problem.field, problem.detail);
    }
}

static void path_parameters_are_taken_as_they_stand(void **state)
{
    struct arena *arena = *state;
    ProtobufCMessage *base = message_new(arena, EVERYTHING);
    Everything__Everything *message = (Everything__Everything *)base;
    assert_ok(message_set_text(arena, base, "string_value", "\"quoted\"", NULL));
    assert_ok(message_set_text(arena, base, "leaf.number", "-7", NULL));
    assert_ok(message_set_text(arena, base, "date", "2026-01-31", NULL));
    assert_ok(message_set_text(arena, base, "chosen_string", "", NULL));
    assert_ok(message_set_text(arena, base, "chosen_leaf.name", "n", NULL));
    assert_string_equal(message->string_value, "\"quoted\"");
    assert_int_equal(message->leaf->number, -7);
    assert_int_equal(message->date->days, 20484);
    assert_int_equal(message->choice_case, EVERYTHING__EVERYTHING__CHOICE_CHOSEN_LEAF);
    assert_string_equal(message->chosen_leaf->name, "n");
    assert_ptr_equal(message_field(EVERYTHING, "leaf")->descriptor, &everything__leaf__descriptor);
    assert_null(message_field(EVERYTHING, "lea"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        wire_test(values_stand_on_lines_of_their_own),
        wire_test(text_is_quoted_when_it_must),
        wire_test(sealed_data_stays_sealed),
        wire_test(what_has_no_text_shows_its_fields),
        wire_test(lines_that_do_not_fit),
        wire_test(path_parameters_are_taken_as_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
