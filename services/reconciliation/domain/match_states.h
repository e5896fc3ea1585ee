/* SPDX-License-Identifier: Apache-2.0
 * Match states: the way of one payment from its arrival to the account that it belongs to, or back
 * to the bank. The decisions ask this table, and `print-states` prints it. */
#pragma once
#include <stdbool.h>

#include "billing/reconciliation/v1/reconciliation.pb-c.h"

enum match_event {
    MATCH_SUSPENDED,
    MATCH_IDENTIFIED,
    MATCH_RETURNED_PART,
    MATCH_RETURNED_WHOLE,
    MATCH_MOVED,
};

struct match_transition {
    Reconciliation__MatchStatus from;
    enum match_event event;
    Reconciliation__MatchStatus to;
    const char *event_name, *why;
};

enum { MATCH_TRANSITIONS = 7 };
extern const struct match_transition match_transitions[MATCH_TRANSITIONS];

const char *match_status_name(Reconciliation__MatchStatus status);
/* False: the state forbids it. `to` may be NULL. */
bool match_transition_find(Reconciliation__MatchStatus from, enum match_event event,
                           Reconciliation__MatchStatus *to);
