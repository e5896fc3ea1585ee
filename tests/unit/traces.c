/* SPDX-License-Identifier: Apache-2.0
 * common/service/traces: a sampled trace is found by its event or handover with a span of its own,
 * and forgotten in time; what is not sampled or is no traceparent is not kept at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/service/traces.h"

#define SAMPLED "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
#define NOT_SAMPLED "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"

static void keep_event(struct traces *traces, int32_t shard, int64_t position,
                       const char *traceparent)
{
    struct unit_event event = {.record = {.shard = shard, .position = position},
                               .traceparent = traceparent};
    struct unit *unit = calloc(1, sizeof *unit);
    assert_non_null(unit);
    unit->events = &event;
    unit->n_events = 1;
    traces_keep(traces, unit);
    free(unit);
}

static void events_have_spans_of_one_trace(void **state)
{
    (void)state;
    struct traces *traces = traces_new();
    char first[TRACE_TEXT_SIZE], second[TRACE_TEXT_SIZE], none[TRACE_TEXT_SIZE];
    assert_false(traces_any(traces));
    keep_event(traces, 3, 7, NULL);
    keep_event(traces, 3, 7, "nonsense");
    keep_event(traces, 3, 7, NOT_SAMPLED);
    assert_false(traces_any(traces));
    keep_event(traces, 3, 7, SAMPLED);
    keep_event(traces, 4, 7, SAMPLED);
    assert_true(traces_any(traces));
    assert_non_null(traces_of_event(traces, 3, 7, first));
    assert_non_null(traces_of_event(traces, 4, 7, second));
    assert_null(traces_of_event(traces, 3, 8, none));
    assert_memory_equal(first, SAMPLED, 36);
    assert_memory_equal(second, SAMPLED, 36);
    assert_string_not_equal(first, SAMPLED);
    assert_string_not_equal(first, second);
    traces_free(traces);
}

static void handovers_go_on_in_their_trace(void **state)
{
    (void)state;
    struct traces *traces = traces_new();
    char text[TRACE_TEXT_SIZE];
    struct unit_handover handovers[] = {{.id = {{1}}, .traceparent = SAMPLED},
                                        {.id = {{2}}, .traceparent = SAMPLED, .taken = true}};
    struct unit *unit = calloc(1, sizeof *unit);
    assert_non_null(unit);
    unit->handovers = handovers;
    unit->n_handovers = 2;
    traces_keep(traces, unit);
    free(unit);
    assert_string_equal(traces_of_handover(traces, handovers[0].id, text), SAMPLED);
    assert_null(traces_of_handover(traces, handovers[1].id, text));
    traces_free(traces);
}

static void the_oldest_is_forgotten(void **state)
{
    (void)state;
    struct traces *traces = traces_new();
    char text[TRACE_TEXT_SIZE];
    for (int64_t position = 1; position <= 2000; position++)
        keep_event(traces, 0, position, SAMPLED);
    assert_null(traces_of_event(traces, 0, 1, text));
    assert_non_null(traces_of_event(traces, 0, 2000, text));
    traces_free(traces);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_have_spans_of_one_trace),
        cmocka_unit_test(handovers_go_on_in_their_trace),
        cmocka_unit_test(the_oldest_is_forgotten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
