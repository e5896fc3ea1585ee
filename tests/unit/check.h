/* SPDX-License-Identifier: Apache-2.0
 * Check: what every unit test needs around cmocka. A failure prints the call, what was expected and
 * what came. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/base/error.h"

#define assert_ok(call) check_error((call), OK, #call, __FILE__, __LINE__)
#define assert_refused(call, expected) check_error((call), (expected), #call, __FILE__, __LINE__)

static inline void check_error(enum error came, enum error expected, const char *call,
                               const char *file, int line)
{
    if (came == expected)
        return;
    print_error("%s\n    expected %s, came %s\n", call, error_code(expected), error_code(came));
    _fail(file, line);
}

/* A file of the samples, which are not part of the repository: $DUEBOOK_SAMPLES, or beside the
 * repository. NULL and a note if it is absent; the test then calls skip(). */
static inline FILE *sample_open(const char *path)
{
    char place[1024];
    const char *directory = getenv("DUEBOOK_SAMPLES");
    if (directory && *directory) {
        snprintf(place, sizeof place, "%s/%s", directory, path);
    } else {
        const char *here = strstr(__FILE__, "tests/unit/");
        snprintf(place, sizeof place, "%.*s../shared/samples/%s", here ? (int)(here - __FILE__) : 0,
                 __FILE__, path);
    }
    FILE *file = fopen(place, "r");
    if (!file)
        print_message("no sample file %s: set DUEBOOK_SAMPLES; skipped\n", path);
    return file;
}
