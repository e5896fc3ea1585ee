/* SPDX-License-Identifier: Apache-2.0
 * Statement intake: reader and check together: a bank file goes in, its statements come out with a
 * verdict each (handbook REC-7). A statement's verdict is known only at its end, so a service reads
 * a file twice: once to judge it, once to post it. */
#pragma once
#include "services/payments/formats/statement_check.h"
#include "services/payments/formats/statement_reader.h"

/* As statement_events; any may be NULL. `split` has count 0 for an entry that is not booked or not
 * in the currency of the account: it is shown and stands for no payment. */
struct statement_intake_events {
    void *context;
    enum error (*statement)(void *context, const struct statement_header *header);
    enum error (*entry)(void *context, const struct statement_header *header,
                        const struct statement_entry *entry, const struct statement_split *split);
    enum error (*statement_end)(void *context, const struct statement_header *header,
                                const struct statement_facts *facts,
                                const struct statement_verdict *verdict);
};

/* OK: every statement was read, and its verdict says whether it is held. Else the file is refused,
 * and reading and problem say where and why; what callbacks saw is void. Errors as of
 * statement_read. */
MUST_USE enum error statement_intake(const struct statement_source *source,
                                     const struct statement_intake_events *events,
                                     struct statement_reading *reading, struct problem *problem);
