/* SPDX-License-Identifier: Apache-2.0
 * Entry command: one payment of a bank file as the command that decides on it, and the personal
 * data that must be sealed into it first. References are found in the words of the payer before
 * they are sealed. */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/arena.h"
#include "common/eventlog/personal_data.h"
#include "services/payments/formats/statement_split.h"

enum { ENTRY_SEALINGS_MAX = 3 };

/* Whose rows they are. Borrowed. */
struct entry_owner {
    const char *statement_id, *bank_account_id, *entity_id;
    struct date closing; /* stands in for the booking date of a row that has none */
};

struct entry_command {
    Payments__IngestEntry *command;
    struct sealing sealings[ENTRY_SEALINGS_MAX]; /* name, account and text of the payer */
    size_t n_sealings;
};

/* All in the arena. *made is false for a part of zero: it moves no money and becomes nothing.
 * ERR_RANGE. */
MUST_USE enum error entry_command_make(struct arena *arena, const struct entry_owner *owner,
                                       const struct statement_header *header,
                                       const struct statement_entry *entry,
                                       const struct statement_part *part, struct entry_command *out,
                                       bool *made, struct problem *problem);
