/* SPDX-License-Identifier: Apache-2.0
 * States: the state machines of payments as Mermaid, for `print-states`. */
#pragma once
#include <stdio.h>

void payments_print_states(FILE *out);
