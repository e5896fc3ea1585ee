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
int command_run(struct tool *tool, int argc, char **argv);

int topics_apply_run(struct tool *tool, struct arguments *arguments);
int topics_verify_run(struct tool *tool, struct arguments *arguments);
int decode_topic_run(struct tool *tool, struct arguments *arguments);
int decode_event_run(struct tool *tool, struct arguments *arguments);
int decode_hex_run(struct tool *tool, struct arguments *arguments);
int tail_run(struct tool *tool, struct arguments *arguments);
int clock_show_run(struct tool *tool, struct arguments *arguments);
int clock_set_run(struct tool *tool, struct arguments *arguments);
int token_issue_run(struct tool *tool, struct arguments *arguments);
int token_revoke_run(struct tool *tool, struct arguments *arguments);
int token_list_run(struct tool *tool, struct arguments *arguments);
int park_list_run(struct tool *tool, struct arguments *arguments);
int park_show_run(struct tool *tool, struct arguments *arguments);
int park_redrive_run(struct tool *tool, struct arguments *arguments);
int park_discard_run(struct tool *tool, struct arguments *arguments);
int status_run(struct tool *tool, struct arguments *arguments);
int openapi_run(struct tool *tool, struct arguments *arguments);
int import_statement_run(struct tool *tool, struct arguments *arguments);
int republish_run(struct tool *tool, struct arguments *arguments);
int prove_run(struct tool *tool, struct arguments *arguments);
int adopt_run(struct tool *tool, struct arguments *arguments);
int explain_run(struct tool *tool, struct arguments *arguments);
