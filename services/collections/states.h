/* SPDX-License-Identifier: Apache-2.0
 * States: the state machine of a case as Mermaid, for `print-states`. */
#pragma once
#include <stdio.h>

void collections_print_states(FILE *out);
