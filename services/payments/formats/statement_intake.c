/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/statement_intake.h"

struct intake {
    const struct statement_intake_events *events;
    struct statement_check check;
    struct problem *problem;
};

static enum error on_statement(void *context, const struct statement_header *header)
{
    struct intake *intake = context;
    statement_check_begin(&intake->check);
    return intake->events->statement ? intake->events->statement(intake->events->context, header)
                                     : OK;
}

static enum error on_entry(void *context, const struct statement_header *header,
                           const struct statement_entry *entry)
{
    struct intake *intake = context;
    struct statement_split split;
    enum error error =
        statement_check_entry(&intake->check, header, entry, &split, intake->problem);
    if (error != OK || !intake->events->entry)
        return error;
    return intake->events->entry(intake->events->context, header, entry, &split);
}

static enum error on_end(void *context, const struct statement_header *header)
{
    struct intake *intake = context;
    struct statement_verdict verdict;
    enum error error = statement_check_end(&intake->check, header, &verdict, intake->problem);
    if (error != OK || !intake->events->statement_end)
        return error;
    return intake->events->statement_end(intake->events->context, header, &intake->check.facts,
                                         &verdict);
}

enum error statement_intake(const struct statement_source *source,
                            const struct statement_intake_events *events,
                            struct statement_reading *reading, struct problem *problem)
{
    struct intake intake = {.events = events, .problem = problem};
    return statement_read(source,
                          &(struct statement_events){&intake, on_statement, on_entry, on_end},
                          reading, problem);
}
