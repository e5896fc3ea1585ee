/* SPDX-License-Identifier: Apache-2.0
 * Prove report: one line per proof with its counts, and below it the first places where it is
 * broken. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { BREAKS_SHOWN = 10, BREAK_TEXT_MAX = 500 };

/* One proof of one service. Starts as {.name = …, .service = …}. */
struct proof {
    const char *name, *service;
    int64_t breaks;
    char first[BREAKS_SHOWN][BREAK_TEXT_MAX];
};

/* Remembers the first breaks and counts all. */
void proof_break(struct proof *proof, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Prints the line, counts as the format says, then the breaks. True: it holds. */
bool proof_print(const struct proof *proof, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
