/* SPDX-License-Identifier: Apache-2.0
 * Error: every number has a class, a code of its own and a sentence; a problem is filled whole or
 * not at all. */
#include "check.h"

static void codes_are_unique(void **state)
{
    (void)state;
    for (enum error error = OK; error <= ERR_INTERNAL; error++) {
        assert_non_null(error_text(error));
        assert_non_null(error_class_name(error_class(error)));
        for (enum error other = OK; other < error; other++)
            assert_string_not_equal(error_code(error), error_code(other));
    }
    assert_int_equal(error_class(OK), CLASS_NONE);
    assert_int_equal(error_class(ERR_AGAIN), CLASS_RETRY);
    assert_int_equal(error_class(ERR_MALFORMED), CLASS_POISON);
    assert_int_equal(error_class(ERR_INTERNAL), CLASS_FATAL);
}

static void a_problem_says_where_and_why(void **state)
{
    (void)state;
    struct problem problem;
    assert_refused(problem_set(&problem, ERR_RANGE, "lines[2].quantity", "GEN-2", "at most %d", 6),
                   ERR_RANGE);
    assert_int_equal(problem.error, ERR_RANGE);
    assert_string_equal(problem.field, "lines[2].quantity");
    assert_string_equal(problem.rule, "GEN-2");
    assert_string_equal(problem.detail, "at most 6");
    assert_refused(problem_set(NULL, ERR_AGAIN, NULL, NULL, "x"), ERR_AGAIN);
    char text[1000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    assert_refused(problem_set(&problem, ERR_RANGE, text, text, "%s", text), ERR_RANGE);
    assert_int_equal(strlen(problem.field), sizeof problem.field - 1);
    assert_int_equal(strlen(problem.detail), sizeof problem.detail - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(codes_are_unique),
                                       cmocka_unit_test(a_problem_says_where_and_why)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
