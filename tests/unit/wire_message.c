/* SPDX-License-Identifier: Apache-2.0
 * Message: every limit, told apart from what is malformed, with the path; required paths; copies.
 */
#include "wire_fixture.h"

static const uint8_t *pack(struct arena *arena, const char *json, size_t *size)
{
    return arena_pack(arena, &everything_read(arena, json, NULL)->base, size);
}

static void unpack_refused(struct arena *arena, const void *bytes, size_t size,
                           const struct message_rules *rules, enum error expected,
                           const char *field, const char *detail)
{
    struct problem problem = {0};
    ProtobufCMessage *message = (void *)1;
    enum error error = message_unpack(arena, EVERYTHING, bytes, size, rules, &message, &problem);
    bool good =
        error == expected && strcmp(problem.field, field) == 0 && strstr(problem.detail, detail);
    if (!good)
        print_error("expected %s at '%s': …%s…\n    came %s at '%s': %s\n", error_code(expected),
                    field, detail, error_code(error), problem.field, problem.detail);
    assert_true(good);
}

#define MALFORMED(bytes, field, detail)                                                            \
    unpack_refused(*state, bytes, sizeof(bytes) - 1, NULL, ERR_MALFORMED, field, detail)

static void what_was_packed_is_unpacked(void **state)
{
    struct arena *arena = *state;
    const char *json =
        "{\"int32Value\":-1,\"leafList\":[{\"name\":\"a\"},{}],\"looseList\":[1,2],\"sint64List\":["
        "\"-1\"],"
        "\"doubleList\":[1.5,2],\"colorList\":[\"COLOR_FAR\",\"COLOR_NEGATIVE\"],\"farAway\":\"x\","
        "\"textByText\":{\"a\":\"b\"},\"chosenLeaf\":{\"number\":\"5\"},\"bytesValue\":\"AAH/\"}";
    Everything__Everything *message = everything_read(arena, json, NULL);
    size_t size;
    const uint8_t *bytes = arena_pack(arena, &message->base, &size);
    struct problem problem = {0};
    ProtobufCMessage *again;
    fixture_ok(message_unpack(arena, EVERYTHING, bytes, size, NULL, &again, &problem), &problem);
    assert_true(message_equal(&message->base, again));
    /* Cut anywhere, it is malformed or another message, but never read beyond its end. */
    for (size_t cut = 0; cut < size; cut++) {
        uint8_t *part = malloc(cut + !cut);
        memcpy(part, bytes, cut);
        enum error error = message_unpack(arena, EVERYTHING, part, cut, NULL, &again, &problem);
        assert_true(error == OK || error == ERR_MALFORMED);
        free(part);
    }
    fixture_ok(message_unpack(arena, EVERYTHING, "", 0, NULL, &again, &problem), &problem);
}

static void bytes_that_are_no_message(void **state)
{
    MALFORMED("\x08", "int32_value", "cut short or too long");
    MALFORMED("\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "int32_value", "too long");
    MALFORMED("\x00", "", "field number");
    MALFORMED("\xff\xff\xff\xff\xff\xff", "", "field number");
    MALFORMED("\x0b", "int32_value", "groups");
    MALFORMED("\x9b\x7d", "", "groups");
    MALFORMED("\x0d\x01\x02\x03\x04", "int32_value", "wire type");
    MALFORMED("\x3d\x01\x02\x03", "fixed32_value", "cut short");
    MALFORMED("\x72\x05\x61", "string_value", "beyond the end");
    MALFORMED("\x72\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "string_value", "beyond the end");
    MALFORMED("\x72\x02\xc3\x28", "string_value", "UTF-8");
    MALFORMED("\x72\x02\x61\x00", "string_value", "NUL");
    MALFORMED("\x8a\x01\x03\x0a\x01\xff", "leaf.name", "UTF-8");
    MALFORMED("\xaa\x01\x01\x80", "int32_list[0]", "cut short");
    MALFORMED("\xda\x01\x03\x01\x02\x03", "fixed32_list[0]", "cut short");
    unpack_refused(*state, "\x80\x01\x63", 3, NULL, ERR_RANGE, "color", "99 is no value");
    unpack_refused(*state, "\xa2\x02\x02\x01\x63", 5, NULL, ERR_RANGE, "color_list[1]",
                   "99 is no value");
    unpack_refused(*state, "\xaa\x02\x00\xaa\x02\x02\x1a\x00\xaa\x02\x03\x1a\x01\x02", 14, NULL,
                   ERR_RANGE, "leaf_list[2].colors[0]", "2 is no value");
}

static void limits_are_data(void **state)
{
    struct arena *arena = *state;
    struct message_rules rules = {.elements_max = 3};
    size_t size;
    const uint8_t *bytes =
        pack(arena, "{\"int32List\":[1,2,3],\"stringList\":[\"\",\"\",\"\"]}", &size);
    ProtobufCMessage *message;
    assert_ok(message_unpack(arena, EVERYTHING, bytes, size, &rules, &message, NULL));
    rules.bytes_max = size - 1;
    unpack_refused(arena, bytes, size, &rules, ERR_TOO_LARGE, "", "at most 14 are read");
    rules = (struct message_rules){.elements_max = 2};
    unpack_refused(arena, bytes, size, &rules, ERR_TOO_LARGE, "int32_list[2]",
                   "more than 2 elements");
    rules = (struct message_rules){.elements_max = 3, .elements_total_max = 5};
    unpack_refused(arena, bytes, size, &rules, ERR_TOO_LARGE, "string_list[2]",
                   "in the whole message");
    /* Doubles are counted without a look at each. */
    bytes = pack(arena, "{\"doubleList\":[1,2,3,4]}", &size);
    unpack_refused(arena, bytes, size, &rules, ERR_TOO_LARGE, "double_list[0]",
                   "more than 3 elements");
    /* Unknown fields and repeats of a singular one are memory too. */
    rules = (struct message_rules){.elements_max = 3, .elements_total_max = 3};
    unpack_refused(arena, "\xd0\x7d\x01\xd0\x7d\x01\xd0\x7d\x01\xd0\x7d\x01", 12, &rules,
                   ERR_TOO_LARGE, "", "whole");
    unpack_refused(arena, "\x08\x01\x08\x01\x08\x01\x08\x01\x08\x01", 10, &rules, ERR_TOO_LARGE,
                   "int32_value", "whole");
    assert_ok(message_unpack(arena, EVERYTHING, "\x08\x01\x08\x02", 4, &rules, &message, NULL));
    assert_int_equal(((Everything__Everything *)message)->int32_value, 2);
}

static void empty_lines_are_not_worth_their_memory(void **state)
{
    struct arena *arena = *state;
    size_t size = 200000;
    uint8_t *bytes = malloc(size);
    for (size_t i = 0; i + 2 < size; i += 3)
        memcpy(bytes + i, "\xaa\x02", 3);
    unpack_refused(arena, bytes, size - 2, NULL, ERR_TOO_LARGE, "leaf_list[10000]",
                   "more than 10000 elements");
    free(bytes);
}

static void depth_is_limited(void **state)
{
    struct arena *arena = *state;
    uint8_t bytes[200];
    struct problem problem = {0};
    ProtobufCMessage *message;
    size_t size = 0;
    for (unsigned depth = 1; depth < 60; depth++) {
        /* One more Nest.inner around what there is. */
        memmove(bytes + 2, bytes, size);
        bytes[0] = 0x0a;
        bytes[1] = (uint8_t)size;
        size += 2;
        enum error error = message_unpack(arena, &everything__nest__descriptor, bytes, size, NULL,
                                          &message, &problem);
        assert_int_equal(error, depth < MESSAGE_DEPTH_MAX ? OK : ERR_TOO_LARGE);
    }
    assert_non_null(strstr(problem.field, "inner.inner.inner"));
    assert_non_null(strstr(problem.detail, "deeper than 32"));
}

static void a_full_arena_is_not_malformed(void **state)
{
    struct arena *arena = *state;
    size_t size;
    const uint8_t *bytes = pack(
        arena, "{\"leafList\":[{\"name\":\"a\"},{\"colors\":[1,7]}],\"textByText\":{\"a\":\"b\"}}",
        &size);
    for (size_t room = 1; room < 6000; room += 16) {
        struct arena small;
        struct problem problem = {0};
        ProtobufCMessage *message;
        jmp_buf never;
        arena_init(&small, room);
        if (setjmp(never))
            fail_msg("longjmp out of message_unpack");
        small.on_exhausted = &never;
        enum error error =
            message_unpack(&small, EVERYTHING, bytes, size, NULL, &message, &problem);
        assert_true(error == OK || error == ERR_TOO_LARGE);
        assert_ptr_equal(small.on_exhausted, &never);
        if (error == OK) {
            small.on_exhausted = NULL;
            arena_reset(&small);
            assert_null(message_copy(&(struct arena){0}, message));
        }
        arena_fini(&small);
    }
}

static void missing(struct arena *arena, const char *json, const char *path, const char *field)
{
    const char *const required[] = {path, NULL};
    struct message_rules rules = {.required = required};
    struct problem problem = {0};
    ProtobufCMessage *message;
    size_t size;
    fixture_ok(message_rules_check(EVERYTHING, &rules, &problem), &problem);
    const uint8_t *bytes = pack(arena, json, &size);
    enum error error = message_unpack(arena, EVERYTHING, bytes, size, &rules, &message, &problem);
    if (error != (field ? ERR_MISSING : OK) || (field && strcmp(problem.field, field) != 0))
        print_error("%s requires %s\n    expected '%s', came %s '%s'\n", json, path,
                    field ? field : "nothing missing", error_code(error), problem.field);
    assert_int_equal(error, field ? ERR_MISSING : OK);
    if (field)
        assert_string_equal(problem.field, field);
}

static void required_paths(void **state)
{
    struct arena *arena = *state;
#define EUR "{\"currency\":\"EUR\",\"amount\":\"0.00\"}"
    missing(arena, "{}", "leaf", "leaf");
    missing(arena, "{\"leaf\":{}}", "leaf", NULL);
    missing(arena, "{\"leaf\":{}}", "leaf.name", "leaf.name");
    missing(arena, "{}", "leaf.name", "leaf.name");
    missing(arena, "{}", "leaf?.name", NULL);
    missing(arena, "{\"leaf\":{}}", "leaf?.name", "leaf.name");
    missing(arena, "{\"leaf\":{\"name\":\"x\"}}", "leaf?.name", NULL);
    missing(arena, "{}", "lines", "lines");
    missing(arena, "{}", "lines[].net", NULL);
    missing(arena, "{\"lines\":[{\"net\":" EUR "},{}]}", "lines[].net", "lines[1].net");
    missing(arena, "{\"lines\":[{\"net\":" EUR "}]}", "lines[].net.currency", NULL);
    missing(arena, "{\"stringList\":[\"a\",\"\"]}", "string_list[]", "string_list[1]");
    missing(arena, "{\"stringList\":[\"\"]}", "string_list", NULL);
    missing(arena, "{}", "string_value", "string_value");
    missing(arena, "{}", "bytes_value", "bytes_value");
    missing(arena, "{}", "color", "color");
    missing(arena, "{\"color\":1}", "color", NULL);
    missing(arena, "{\"chosenInt32\":0}", "chosen_int32", NULL);
    missing(arena, "{\"chosenInt32\":0}", "chosen_string", "chosen_string");
    missing(arena, "{\"chosenString\":\"\"}", "chosen_string", "chosen_string");
    missing(arena, "{}", "chosen_int32|chosen_leaf", "chosen_int32|chosen_leaf");
    missing(arena, "{\"chosenLeaf\":{}}", "chosen_int32|chosen_leaf", NULL);
    missing(arena, "{\"leafByText\":{\"a\":{}}}", "leaf_by_text[].value.name",
            "leaf_by_text[0].value.name");
#undef EUR
}

static void wrong_rules_are_found_at_start(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "nothing",        "leaf.nothing",     "leaf_list.name", "leaf[].name",
        "string_value.x", "int32_value",      "leaf?",          "",
        "leaf.",          "leaf|lines[].net", "int32_list[]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *const required[] = {wrong[i], NULL};
        struct message_rules rules = {.required = required};
        struct problem problem = {0};
        if (message_rules_check(EVERYTHING, &rules, &problem) != ERR_INTERNAL)
            fail_msg("%s was taken for a path", wrong[i]);
        assert_string_equal(problem.field, wrong[i]);
    }
    assert_ok(message_rules_check(EVERYTHING, NULL, NULL));
}

static void a_copy_is_its_own(void **state)
{
    struct arena *arena = *state;
    struct arena other;
    const char *json = "{\"leaf\":{\"name\":\"a\",\"colors\":[1]},\"stringList\":[\"x\",\"\"],"
                       "\"bytesValue\":\"AQ==\","
                       "\"textByText\":{\"a\":\"b\",\"c\":\"\"},\"chosenString\":\"\",\"lines\":[{}"
                       ",{\"text\":\"t\"}],"
                       "\"int64List\":[\"5\"],\"doubleValue\":\"NaN\"}";
    Everything__Everything *message = everything_read(arena, json, NULL);
    arena_init(&other, FIXTURE_BYTES);
    Everything__Everything *copy = message_copy(&other, &message->base);
    assert_true(message_equal(&message->base, &copy->base));
    const char *written = arena_copy_text(&other, everything_write(arena, message, NULL));
    memset(arena->base, 0xAA, arena->used);
    assert_string_equal(everything_write(&other, copy, NULL), written);
    arena_fini(&other);
    assert_null(message_copy(arena, NULL));
}

static void unknown_fields_are_kept(void **state)
{
    struct arena *arena = *state;
    ProtobufCMessage *message, *none;
    assert_ok(message_unpack(arena, EVERYTHING, "\x08\x01\xd0\x7d\x05", 5, NULL, &message, NULL));
    assert_ok(message_unpack(arena, EVERYTHING, "\x08\x01", 2, NULL, &none, NULL));
    ProtobufCMessage *copy = message_copy(arena, message);
    assert_true(message_equal(message, copy));
    assert_ptr_not_equal(copy->unknown_fields, message->unknown_fields);
    assert_false(message_equal(message, none));
    size_t size;
    assert_memory_equal(arena_pack(arena, copy, &size), "\x08\x01\xd0\x7d\x05", 5);
}

static void equality_looks_at_everything(void **state)
{
    struct arena *arena = *state;
    static const char *const different[] = {"{}",
                                            "{\"int32Value\":1}",
                                            "{\"int32Value\":2}",
                                            "{\"stringValue\":\"a\"}",
                                            "{\"leaf\":{}}",
                                            "{\"leaf\":{\"number\":1}}",
                                            "{\"chosenInt32\":0}",
                                            "{\"chosenBool\":false}",
                                            "{\"int32List\":[1]}",
                                            "{\"int32List\":[1,2]}",
                                            "{\"bytesValue\":\"AQ==\"}",
                                            "{\"bytesValue\":\"Ag==\"}",
                                            "{\"textByText\":{\"a\":\"1\"}}",
                                            "{\"textByText\":{\"a\":\"2\"}}",
                                            "{\"textByText\":{\"b\":\"1\"}}",
                                            "{\"leafByText\":{\"a\":{}}}",
                                            "{\"leafByText\":{\"a\":{\"name\":\"x\"}}}"};
    for (size_t i = 0; i < sizeof different / sizeof *different; i++)
        for (size_t k = 0; k < sizeof different / sizeof *different; k++)
            assert_int_equal(message_equal(&everything_read(arena, different[i], NULL)->base,
                                           &everything_read(arena, different[k], NULL)->base),
                             i == k);
    Everything__Everything *left =
        everything_read(arena, "{\"textByText\":{\"a\":\"1\",\"b\":\"2\"}}", NULL);
    Everything__Everything *right =
        everything_read(arena, "{\"textByText\":{\"b\":\"2\",\"a\":\"1\"}}", NULL);
    assert_true(message_equal(&left->base, &right->base));
    left->string_value = NULL;
    assert_true(message_equal(&left->base, &right->base));
    assert_false(message_equal(&left->base, NULL));
    assert_true(message_equal(NULL, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        wire_test(what_was_packed_is_unpacked),
        wire_test(bytes_that_are_no_message),
        wire_test(limits_are_data),
        wire_test(empty_lines_are_not_worth_their_memory),
        wire_test(depth_is_limited),
        wire_test(a_full_arena_is_not_malformed),
        wire_test(required_paths),
        wire_test(wrong_rules_are_found_at_start),
        wire_test(a_copy_is_its_own),
        wire_test(unknown_fields_are_kept),
        wire_test(equality_looks_at_everything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
