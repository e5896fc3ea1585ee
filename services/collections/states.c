/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/states.h"

#include "services/collections/domain/stage.h"

void collections_print_states(FILE *out)
{
    size_t count;
    const struct case_stage_transition *transitions = case_stage_transitions(&count);
    fputs("%% case\nstateDiagram-v2\n", out);
    for (size_t i = 0; i < count; i++) {
        const char *from = transitions[i].from ? case_stage_name(transitions[i].from) : "[*]";
        fprintf(out, "    %s --> %s: %s\n    %%%% %s\n", from, case_stage_name(transitions[i].to),
                transitions[i].event, transitions[i].why);
    }
}
