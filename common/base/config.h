/* SPDX-License-Identifier: Apache-2.0
 * Configuration: one table says name, kind, bounds, default and meaning of every setting; reading,
 * checking and the page of documentation all come from it. Every setting is read from the variable
 * of its name or from the file named by <NAME>_FILE (one trailing newline is dropped); both at once
 * is an error. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/arena.h"
#include "common/base/error.h"

enum setting_kind {
    SETTING_TEXT,    /* const char * */
    SETTING_INTEGER, /* int64_t within min..max */
    SETTING_BOOLEAN, /* bool: 1, true, yes, on or 0, false, no, off */
    SETTING_SECRET,  /* const char *, never printed */
    SETTING_LIST,    /* struct setting_list: parts between commas, blanks around them dropped */
};

struct setting_list {
    const char **items;
    size_t count;
};

struct setting {
    const char *name; /* "BILLING_DATABASE" */
    enum setting_kind kind;
    bool required; /* then `initial` is NULL */
    const char
        *initial; /* the default, as one would write it; NULL: none (NULL, 0, false, empty list) */
    int64_t min, max; /* SETTING_INTEGER; both 0: any */
    const char *text; /* what it does, one sentence for the documentation */
    size_t offset;    /* of the member in the group's target: offsetof(struct x, y) */
};

/* Settings that belong together, and the structure that receives them. */
struct setting_group {
    const char *title;
    const struct setting *settings;
    size_t count;
    void *target; /* not needed by config_explain */
};

enum {
    CONFIG_PROBLEMS_MAX = 32,
    CONFIG_UNKNOWN_MAX = 32,
    CONFIG_NAME_SIZE = 64,
    CONFIG_FILE_SIZE_MAX = 65536
};

/* Everything that is wrong at once, so that nobody starts five times to find five mistakes. */
struct config_report {
    size_t problem_count; /* counts on beyond the array */
    struct problem
        problems[CONFIG_PROBLEMS_MAX]; /* field is the variable, detail the rule and the remedy */
    size_t unknown_count;
    char unknown[CONFIG_UNKNOWN_MAX]
                [CONFIG_NAME_SIZE]; /* BILLING_… variables that no group names: warn of them */
};

/* Reads all groups from `environment` ("NAME=value", NULL at the end: usually `environ`). Values
 * live in `arena`, which must outlive the targets and have 128 KiB to spare. After OK targets are
 * written whole, with defaults where nothing is given; after ERR_CONFIG they are not to be used. An
 * empty variable counts as not given. */
MUST_USE enum error config_read(const struct setting_group *groups, size_t count,
                                char *const *environment, struct arena *arena,
                                struct config_report *report);

/* The settings as a Markdown page: one table per group. Depends on the table alone, so the page can
 * be golden. */
void config_explain(FILE *file, const struct setting_group *groups, size_t count);
/* What is in force, one NAME=value a line; secrets as (set) or (not set). */
void config_print(FILE *file, const struct setting_group *groups, size_t count);
