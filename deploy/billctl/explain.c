/* SPDX-License-Identifier: Apache-2.0
 * placeholder while being written */
#include "deploy/billctl/command.h"
int explain_command(struct tool *tool, struct arguments *arguments)
{
    (void)tool;
    (void)arguments;
    return STATUS_USAGE;
}
