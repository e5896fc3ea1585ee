/* SPDX-License-Identifier: Apache-2.0
 * Tool: what every command of billctl is given: settings read when they are first asked for, its
 * arguments, and the one place that turns an error into a sentence and an exit status. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/error.h"

enum exit_status {
    STATUS_OK = 0,
    STATUS_BROKEN = 1,      /* a proof is broken, or the service refused */
    STATUS_USAGE = 2,       /* wrong arguments or settings */
    STATUS_UNREACHABLE = 3, /* a service, PostgreSQL or Kafka does not answer */
};

struct tool {
    struct arena arena; /* settings and small texts; never reset */
};

/* What follows the command's name. Options are taken out by name; what is left are the operands. */
struct arguments {
    char **items;
    int count;
};

/* Text of a setting from the environment or its _FILE; NULL if it is not given. ERR_CONFIG: the
 * file cannot be read, or both are given. */
MUST_USE enum error tool_setting(struct tool *tool, const char *name, const char **text,
                                 struct problem *problem);
/* The same, and ERR_CONFIG if it is not given. */
MUST_USE enum error tool_setting_required(struct tool *tool, const char *name, const char **text,
                                          struct problem *problem);
/* BILLING_SHARDS, 12 if it is not given. */
MUST_USE enum error tool_shards(struct tool *tool, int32_t *shards, struct problem *problem);

/* Prints `billctl: what: detail` to stderr; answers the exit status for the error. */
int tool_fail(const char *what, const struct problem *problem);

/* True if `name` was there; it is taken out. */
bool arguments_flag(struct arguments *arguments, const char *name);
/* The value after `name` (or in `name=value`), taken out; NULL if absent. ERR_CONFIG: the value is
 * missing. */
MUST_USE enum error arguments_option(struct arguments *arguments, const char *name,
                                     const char **value, struct problem *problem);
/* A number option within bounds; `value` is left alone if absent. */
MUST_USE enum error arguments_number(struct arguments *arguments, const char *name, int64_t min,
                                     int64_t max, int64_t *value, struct problem *problem);
/* The next operand, taken out; NULL at the end. */
const char *arguments_next(struct arguments *arguments);
/* OK if nothing is left; else ERR_CONFIG naming what is too much. */
MUST_USE enum error arguments_end(const struct arguments *arguments, struct problem *problem);

/* "48,231" into `text` (at least 32 bytes); answers it. */
const char *count_text(char text[32], int64_t count);
