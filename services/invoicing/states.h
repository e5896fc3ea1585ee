/* SPDX-License-Identifier: Apache-2.0
 * States: the state machines of invoicing as Mermaid, for `print-states`. */
#pragma once
#include <stdio.h>

void invoicing_print_states(FILE *out);
