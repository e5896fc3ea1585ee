/* SPDX-License-Identifier: Apache-2.0
 * Command: one act of billctl. The table in command.c is the tool: names, usage and help all come
 * from it. */
#pragma once
#include "deploy/billctl/tool.h"

struct command {
    const char *name; /* one or two words: "prove", "park list" */
    const char *usage;
    const char *summary; /* one line for the list of commands */
    const char *help;    /* more, for `billctl help NAME` */
    int (*run)(struct tool *tool, struct arguments *arguments);
};

/* Finds the command by the first words and runs it. Answers the exit status. */
int commands_run(struct tool *tool, int argc, char **argv);

int topics_apply_command(struct tool *tool, struct arguments *arguments);
int topics_verify_command(struct tool *tool, struct arguments *arguments);
int decode_topic_command(struct tool *tool, struct arguments *arguments);
int decode_event_command(struct tool *tool, struct arguments *arguments);
int decode_hex_command(struct tool *tool, struct arguments *arguments);
int tail_command(struct tool *tool, struct arguments *arguments);
int clock_show_command(struct tool *tool, struct arguments *arguments);
int clock_set_command(struct tool *tool, struct arguments *arguments);
int token_issue_command(struct tool *tool, struct arguments *arguments);
int token_revoke_command(struct tool *tool, struct arguments *arguments);
int token_list_command(struct tool *tool, struct arguments *arguments);
int park_list_command(struct tool *tool, struct arguments *arguments);
int park_show_command(struct tool *tool, struct arguments *arguments);
int park_redrive_command(struct tool *tool, struct arguments *arguments);
int park_discard_command(struct tool *tool, struct arguments *arguments);
int status_command(struct tool *tool, struct arguments *arguments);
int events_command(struct tool *tool, struct arguments *arguments);
int openapi_command(struct tool *tool, struct arguments *arguments);
int import_statement_command(struct tool *tool, struct arguments *arguments);
int republish_command(struct tool *tool, struct arguments *arguments);
int prove_command(struct tool *tool, struct arguments *arguments);
int adopt_command(struct tool *tool, struct arguments *arguments);
int explain_command(struct tool *tool, struct arguments *arguments);
