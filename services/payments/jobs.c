/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/jobs.h"

#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/log.h"
#include "common/base/time.h"
#include "services/payments/posting.h"
#include "services/payments/store_file.h"
#include "services/payments/store_import.h"

enum {
    POSTING_PERIOD_MS = 500,
    POSTING_SLICE_S = 20, /* below the job's lease */
    TIDY_PERIOD_MS = 600000,
};

/* ---- posting the rows of statements ---- */

static int64_t recorded(const struct pending_statement *statement)
{
    return statement->payments + statement->returns + statement->movements;
}

/* Statements whose rows are all recorded; `duplicates`: what is missing in the others was recorded
 * before, under other statements. The rest moves to the front of the list. */
static enum error statements_complete(struct job_call *call, struct pending_statement *statements,
                                      size_t *n, bool duplicates, struct problem *problem)
{
    struct job_command *commands = arena_zero(call->arena, (*n + 1) * sizeof *commands);
    size_t n_commands = 0, left = 0;
    if (!commands)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "too many statements");
    for (size_t i = 0; i < *n; i++) {
        const struct pending_statement *statement = &statements[i];
        if (recorded(statement) < statement->rows && !duplicates) {
            statements[left++] = *statement;
            continue;
        }
        Payments__CompleteStatement *complete =
            arena_new(call->arena, Payments__CompleteStatement, PAYMENTS__COMPLETE_STATEMENT__INIT);
        complete->statement_id = statement->statement_id;
        complete->bank_account_id = statement->bank_account_id;
        complete->payments = (uint32_t)statement->payments;
        complete->returns = (uint32_t)statement->returns;
        complete->movements = (uint32_t)statement->movements;
        if (statement->rows > recorded(statement))
            complete->duplicates = (uint32_t)(statement->rows - recorded(statement));
        commands[n_commands++] = (struct job_command){.message = &complete->base,
                                                      .decision_domain = "complete-statement",
                                                      .decision_key = statement->statement_id};
    }
    *n = left;
    enum error error =
        n_commands ? job_submit(call, commands, n_commands, NULL, NULL, problem) : OK;
    for (size_t i = 0; i < n_commands && error == OK; i++)
        if (commands[i].result != WORK_APPLIED && commands[i].result != WORK_REFUSED)
            error = problem_set(problem, ERR_AGAIN, "", "", "statement %s: %s",
                                commands[i].decision_key, work_result_name(commands[i].result));
    return error;
}

static int64_t missing(const struct pending_statement *statements, size_t n)
{
    int64_t rows = 0;
    for (size_t i = 0; i < n; i++)
        rows += statements[i].rows - recorded(&statements[i]);
    return rows;
}

/* Completes what is complete. The statements that are left, and how many rows may be under way to
 * them: returns that were handed over to their originals, or are put aside. These are counted
 * first: what arrives meanwhile is then counted twice and never not at all. */
static enum error statements_left(struct job_call *call, const char *import_id,
                                  struct pending_statement **statements, size_t *n,
                                  int64_t *under_way, struct problem *problem)
{
    enum error error = entries_under_way(call->database, payments__ingest_entry__descriptor.name,
                                         under_way, problem);
    if (error == OK)
        error = statements_pending(call->database, call->arena, import_id, statements, n, problem);
    return error == OK ? statements_complete(call, *statements, n, false, problem) : error;
}

/* Every row was asked and nothing is under way, but some rows are not recorded: asks all of them
 * once more, whatever the progress says; what is still missing then is recorded already. */
static enum error statements_settle(struct job_call *call, const char *import_id,
                                    struct pending_statement *statements, size_t n,
                                    struct problem *problem)
{
    bool whole = false;
    int64_t under_way = 0;
    struct posting_options options = {
        .import_id = import_id, .statements = statements, .n = n, .verify = true};
    enum error error = posting_run(call, &options, &whole, problem);
    if (error == OK && whole)
        error = statements_left(call, import_id, &statements, &n, &under_way, problem);
    if (error != OK || !whole || under_way || !n)
        return error;
    log_line(LOG_INFO, "rows of statements were recorded before", LOG_TEXT("import", import_id),
             LOG_INT("rows", missing(statements, n)));
    return statements_complete(call, statements, &n, true, problem);
}

static enum error import_post(struct job_call *call, const char *import_id, int64_t deadline_us,
                              bool *again, struct problem *problem)
{
    struct pending_statement *statements;
    size_t n;
    bool whole = false;
    int64_t under_way = 0;
    enum error error = statements_left(call, import_id, &statements, &n, &under_way, problem);
    if (error != OK || !n || missing(statements, n) <= under_way)
        return error;
    struct posting_options options = {
        .import_id = import_id, .statements = statements, .n = n, .deadline_us = deadline_us};
    error = posting_run(call, &options, &whole, problem);
    if (error != OK)
        return error;
    if (!whole) {
        *again = true;
        return OK;
    }
    error = statements_left(call, import_id, &statements, &n, &under_way, problem);
    if (error != OK || !n || under_way)
        return error;
    return statements_settle(call, import_id, statements, n, problem);
}

/* One that cannot go on does not hold up the others. */
static enum error post_statements(struct job_call *call, bool *again, struct problem *problem)
{
    const char *import_ids[PENDING_IMPORTS_MAX];
    size_t n = 0;
    int64_t deadline_us = monotonic_us() + POSTING_SLICE_S * SECOND_US;
    enum error first = imports_pending(call->database, call->arena, import_ids, &n, problem);
    for (size_t i = 0; i < n; i++) {
        struct problem found = {0};
        struct arena_mark mark = arena_mark(call->arena);
        enum error error = import_post(call, import_ids[i], deadline_us, again, &found);
        arena_rewind(call->arena, mark);
        if (error != OK && first == OK) {
            first = error;
            *problem = found;
        }
        if (monotonic_us() > deadline_us) {
            *again = *again || i + 1 < n;
            break;
        }
    }
    return first;
}

/* ---- tidying up ---- */

static enum error tidy(struct job_call *call, bool *again, struct problem *problem)
{
    int64_t pieces = 0;
    *again = false;
    enum error error = kept_file_sweep(call->database, &pieces, problem);
    if (error == OK && pieces)
        log_line(LOG_INFO, "removed files whose import was never recorded",
                 LOG_INT("pieces", pieces));
    return error;
}

const struct job payments_jobs[PAYMENTS_JOBS] = {
    {.name = "post_statements", .period_ms = POSTING_PERIOD_MS, .run = post_statements},
    {.name = "tidy", .period_ms = TIDY_PERIOD_MS, .run = tidy},
};
