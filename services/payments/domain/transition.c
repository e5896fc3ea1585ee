/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/transition.h"

#include "common/base/text.h"

bool state_machine_allows(const struct state_machine *machine, int from, const char *event)
{
    for (size_t i = 0; i < machine->n_transitions; i++)
        if (machine->transitions[i].from == from &&
            text_equal(machine->transitions[i].event, event))
            return true;
    return false;
}
