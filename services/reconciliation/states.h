/* SPDX-License-Identifier: Apache-2.0
 * States: the state machines of reconciliation as Mermaid, for `print-states`. */
#pragma once
#include <stdio.h>

void reconciliation_print_states(FILE *out);
