/* SPDX-License-Identifier: Apache-2.0
 * common/observe/trace: W3C Trace Context, with the standard's own example. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/observe/trace.h"

static void the_standards_example(void **state)
{
    (void)state;
    const char *text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    struct trace trace;
    char out[TRACE_TEXT_SIZE], trace_id[33], span_id[17];
    assert_int_equal(trace_parse(&trace, text, NULL), OK);
    assert_true(trace.sampled && trace_is_set(&trace));
    trace_write(&trace, out);
    assert_string_equal(out, text);
    trace_id_write(&trace, trace_id);
    trace_span_id_write(&trace, span_id);
    assert_string_equal(trace_id, "4bf92f3577b34da6a3ce929d0e0e4736");
    assert_string_equal(span_id, "00f067aa0ba902b7");
    struct trace child = trace_child(&trace);
    assert_memory_equal(child.trace_id, trace.trace_id, 16);
    assert_memory_not_equal(child.span_id, trace.span_id, 8);
    assert_true(child.sampled);
}

static void other_forms(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum error error;
    } cases[] = {
        {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00", OK},
        {"01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", OK},
        {"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-comes", OK},
        {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-ff", OK},
        {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", ERR_MALFORMED},
        {"cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x", ERR_MALFORMED},
        {"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", ERR_MALFORMED},
        {"00-00000000000000000000000000000000-00f067aa0ba902b7-01", ERR_MALFORMED},
        {"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", ERR_MALFORMED},
        {"00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", ERR_MALFORMED},
        {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", ERR_MALFORMED},
        {"00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01", ERR_MALFORMED},
        {"", ERR_MALFORMED},
        {NULL, ERR_MISSING},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct trace trace;
        enum error error = trace_parse(&trace, cases[i].text, NULL);
        if (error != cases[i].error)
            fail_msg("'%s': expected %s, came %s", cases[i].text, error_code(cases[i].error),
                     error_code(error));
        assert_int_equal(trace_is_set(&trace), error == OK);
    }
}

static void new_ones_differ(void **state)
{
    (void)state;
    struct trace a = trace_new(false), b = trace_new(false);
    assert_memory_not_equal(a.trace_id, b.trace_id, 16);
    assert_true(trace_is_set(&a) && !a.sampled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_standards_example),
        cmocka_unit_test(other_forms),
        cmocka_unit_test(new_ones_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
