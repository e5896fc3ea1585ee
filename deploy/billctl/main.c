/* SPDX-License-Identifier: Apache-2.0
 * billctl: what operators and auditors do to Duebook from a shell. The commands are a table in
 * command.c. */
#include <curl/curl.h>

#include "deploy/billctl/command.h"

int main(int argc, char **argv)
{
    struct tool tool;
    arena_init(&tool.arena, 8 << 20);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    int status = commands_run(&tool, argc - 1, argv + 1);
    curl_global_cleanup();
    arena_fini(&tool.arena);
    return status;
}
