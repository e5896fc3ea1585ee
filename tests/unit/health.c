/* SPDX-License-Identifier: Apache-2.0
 * common/observe/health: which component decides which answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/observe/health.h"

static struct health health;

static void expect(enum health_question question, bool up, const char *word)
{
    char *document;
    bool got = health_answer(&health, question, &document);
    if (got != up || !strstr(document, word))
        fail_msg("expected %d and '%s', came %d: %s", up, word, got, document);
    free(document);
}

static void questions_ask_their_components(void **state)
{
    (void)state;
    health_init(&health);
    expect(HEALTH_LIVE, true, "{\"status\":\"up\",\"components\":{}}");
    size_t loop = health_add(&health, "loop", HEALTH_LIVE, 50);
    size_t database = health_add(&health, "database", HEALTH_READY, 0);
    size_t outbox = health_add(&health, "outbox", 0, 0);
    expect(HEALTH_READY, false, "\"status\":\"starting\"");
    health_beat(&health, loop);
    health_set(&health, database, HEALTH_UP, "schema %d", 7);
    health_set(&health, outbox, HEALTH_DEGRADED, "%d rows, \"old\"", 12);
    expect(HEALTH_LIVE, true, "\"loop\":{\"status\":\"up\",\"since\":\"2");
    expect(HEALTH_READY, true, "\"database\":{\"status\":\"up\",\"reason\":\"schema 7\"");
    expect(HEALTH_ALL, true, "{\"status\":\"degraded\"");
    expect(HEALTH_ALL, true, "\"reason\":\"12 rows, \\\"old\\\"\"");
    health_set(&health, database, HEALTH_DOWN, "does not answer");
    expect(HEALTH_READY, false, "{\"status\":\"down\"");
    expect(HEALTH_LIVE, true, "{\"status\":\"up\"");
    /* A loop that no longer turns. */
    usleep(80000);
    expect(HEALTH_LIVE, false, "does not turn any more");
    health_beat(&health, loop);
    expect(HEALTH_LIVE, true, "\"loop\"");
    health_fini(&health);
}

static void since_moves_only_with_the_state(void **state)
{
    (void)state;
    health_init(&health);
    size_t one = health_add(&health, "one", HEALTH_READY, 0);
    health_set(&health, one, HEALTH_DOWN, "a");
    int64_t since = health.components[one].since_us;
    usleep(2000);
    health_set(&health, one, HEALTH_DOWN, "b");
    assert_int_equal(health.components[one].since_us, since);
    health_set(&health, one, HEALTH_UP, "%s", "");
    assert_true(health.components[one].since_us > since);
    health_fini(&health);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_ask_their_components),
        cmocka_unit_test(since_moves_only_with_the_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
