/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/states.h"

#include "services/payments/domain/transition.h"

static void machine_print(FILE *out, const struct state_machine *machine)
{
    fprintf(out, "%%%% %s\nstateDiagram-v2\n", machine->name);
    for (size_t i = 0; i < machine->n_transitions; i++) {
        const struct transition *transition = &machine->transitions[i];
        const char *from = transition->from ? machine->states[transition->from] : "[*]";
        fprintf(out, "    %s --> %s: %s\n    %%%% %s\n", from, machine->states[transition->to],
                transition->event, transition->why);
    }
}

void payments_print_states(FILE *out)
{
    machine_print(out, &payment_machine);
    fputs("\n", out);
    machine_print(out, &statement_machine);
}
