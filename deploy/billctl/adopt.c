/* SPDX-License-Identifier: Apache-2.0
 * placeholder while being written */
#include "deploy/billctl/command.h"
int adopt_command(struct tool *tool, struct arguments *arguments)
{
    (void)tool;
    (void)arguments;
    return STATUS_USAGE;
}
