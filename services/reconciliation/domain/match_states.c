/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/match_states.h"

#include <stddef.h>

#define FROM(name) MATCH_STATUS_##name
const struct match_transition match_transitions[MATCH_TRANSITIONS] = {
    {FROM(UNSPECIFIED), MATCH_SUSPENDED, FROM(SUSPENSE), "SentToSuspense",
     "nobody can be named with certainty: the money waits in 2300 (REC-1 level 8, REC-2)"},
    {FROM(UNSPECIFIED), MATCH_IDENTIFIED, FROM(IDENTIFIED), "PayerIdentified",
     "the account is known: the money is handed over to it"},
    {FROM(SUSPENSE), MATCH_IDENTIFIED, FROM(IDENTIFIED), "PayerIdentified",
     "a person named the payer (J7)"},
    {FROM(SUSPENSE), MATCH_RETURNED_PART, FROM(SUSPENSE), "SuspenseReturned",
     "the bank took a part back before anybody named the payer"},
    {FROM(SUSPENSE), MATCH_RETURNED_WHOLE, FROM(RETURNED), "SuspenseReturned",
     "the bank took all of it back; no payer can be named any more"},
    {FROM(UNSPECIFIED), MATCH_MOVED, FROM(MOVEMENT), "MovementSuspended",
     "no receivable explains the movement: it is kept with its sign (REC-6)"},
    {FROM(IDENTIFIED), MATCH_RETURNED_PART, FROM(IDENTIFIED), "PaymentReturned",
     "handed over: the account's money and debts answer for it (PAY-10)"},
};
#undef FROM

const char *match_status_name(Reconciliation__MatchStatus status)
{
    switch (status) {
    case MATCH_STATUS_UNSPECIFIED:
        return "[*]";
    case MATCH_STATUS_SUSPENSE:
        return "SUSPENSE";
    case MATCH_STATUS_IDENTIFIED:
        return "IDENTIFIED";
    case MATCH_STATUS_RETURNED:
        return "RETURNED";
    case MATCH_STATUS_MOVEMENT:
        return "MOVEMENT";
    }
    return "?";
}

bool match_transition_find(Reconciliation__MatchStatus from, enum match_event event,
                           Reconciliation__MatchStatus *to)
{
    for (size_t i = 0; i < MATCH_TRANSITIONS; i++) {
        if (match_transitions[i].from != from || match_transitions[i].event != event)
            continue;
        if (to)
            *to = match_transitions[i].to;
        return true;
    }
    return false;
}
