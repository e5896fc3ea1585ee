/* SPDX-License-Identifier: Apache-2.0
 * Statement facts: what the first reading of a file found, as the command that decides on it. The
 * reader's words become the contract's; nothing is judged here beyond what the file's own check
 * said (formats/statement_check.h). */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/arena.h"
#include "services/payments/formats/statement_check.h"

/* Counted over the entries of one statement, since its end does not show them. */
struct statement_rows {
    uint32_t rows, return_rows;
};
/* ERR_RANGE as of statement_split_part. */
MUST_USE enum error statement_rows_count(struct statement_rows *rows,
                                         const struct statement_entry *entry,
                                         const struct statement_split *split,
                                         struct problem *problem);

/* The command, in the arena; NULL: exhausted. `format` is that of the file, `imported_by` who
 * brought it. */
Payments__IngestStatement *
statement_facts_command(struct arena *arena, const struct statement_header *header,
                        const struct statement_facts *facts,
                        const struct statement_verdict *verdict, const struct statement_rows *rows,
                        const char *import_id, const char *format, const char *imported_by);
