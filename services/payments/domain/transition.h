/* SPDX-License-Identifier: Apache-2.0
 * Transition: one row of a state machine, with its reason. The tables decide what may happen and
 * are what `print-states` draws. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct transition {
    int from;
    const char *event;
    int to;
    const char *why;
};

struct state_machine {
    const char *name;
    const char *const *states; /* names by number; 0 is "not there yet" */
    size_t n_states;
    const struct transition *transitions;
    size_t n_transitions;
};

extern const struct state_machine payment_machine, statement_machine;

/* Whether the event may happen in this state. */
bool state_machine_allows(const struct state_machine *machine, int from, const char *event);
