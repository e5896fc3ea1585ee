/* SPDX-License-Identifier: Apache-2.0
 * Wire fixture: an arena for each test, and Everything from and to JSON in one line. */
#pragma once
#include "billing/everything/v1/everything.pb-c.h"
#include "check.h"
#include "common/wire/json.h"
#include "common/wire/message.h"

#define EVERYTHING (&everything__everything__descriptor)

enum { FIXTURE_BYTES = 16 << 20 };

static inline int fixture_start(void **state)
{
    static struct arena arena;
    arena_init(&arena, FIXTURE_BYTES);
    *state = &arena;
    return 0;
}

static inline int fixture_stop(void **state)
{
    arena_fini(*state);
    return 0;
}

#define wire_test(name) cmocka_unit_test_setup_teardown(name, fixture_start, fixture_stop)

/* Prints the problem where a test expected none. */
static inline void fixture_ok(enum error error, const struct problem *problem)
{
    if (error != OK)
        print_error("refused at '%s': %s\n", problem->field, problem->detail);
    assert_int_equal(error, OK);
}

static inline Everything__Everything *everything_read(struct arena *arena, const char *json,
                                                      const struct json_options *options)
{
    struct problem problem = {0};
    ProtobufCMessage *message;
    fixture_ok(json_read(arena, EVERYTHING, json, strlen(json), options, &message, &problem),
               &problem);
    return (Everything__Everything *)message;
}

static inline const char *everything_write(struct arena *arena,
                                           const Everything__Everything *message,
                                           const struct json_options *options)
{
    struct arena_buffer out = {.arena = arena};
    assert_int_equal(json_write(&out, &message->base, options), OK);
    return arena_buffer_text(&out);
}
