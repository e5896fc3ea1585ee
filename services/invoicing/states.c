/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/states.h"

#include "services/invoicing/domain/transition.h"

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

void invoicing_print_states(FILE *out)
{
    machine_print(out, &invoice_machine);
    fputs("\n", out);
    machine_print(out, &bill_run_machine);
}
