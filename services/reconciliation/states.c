/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/states.h"

#include "services/reconciliation/domain/match_states.h"

/* The state of an item is its open amount; these names say what the amount means. */
static const struct {
    const char *from, *event, *to, *why;
} item_transitions[] = {
    {"[*]", "ItemOpened", "OPEN", "the document's payable amount is owed"},
    {"[*]", "ItemOpened + ItemSettled", "SETTLED", "it was paid in advance in full (BT-115 is 0)"},
    {"OPEN", "PaymentApplied", "OPEN", "a part is paid; the due date of the rest stays (PAY-4)"},
    {"OPEN", "CreditApplied", "OPEN", "a part is taken back"},
    {"OPEN", "ItemSettled", "SETTLED", "nothing is open any more"},
    {"OPEN", "ApplicationReversed", "OPEN", "a part is owed again, with its due date (PAY-10)"},
    {"SETTLED", "ApplicationReversed", "OPEN", "owed again, as if never paid (PAY-10)"},
};

static void line_print(FILE *out, const char *from, const char *event, const char *to,
                       const char *why)
{
    fprintf(out, "    %s --> %s: %s\n    %%%% %s\n", from, to, event, why);
}

void reconciliation_print_states(FILE *out)
{
    fputs("%% match\nstateDiagram-v2\n", out);
    for (size_t i = 0; i < MATCH_TRANSITIONS; i++) {
        const struct match_transition *transition = &match_transitions[i];
        line_print(out, match_status_name(transition->from), transition->event_name,
                   match_status_name(transition->to), transition->why);
    }
    fputs("\n%% item\nstateDiagram-v2\n", out);
    for (size_t i = 0; i < sizeof item_transitions / sizeof *item_transitions; i++)
        line_print(out, item_transitions[i].from, item_transitions[i].event, item_transitions[i].to,
                   item_transitions[i].why);
}
