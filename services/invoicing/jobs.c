/* SPDX-License-Identifier: Apache-2.0
 * The bill run's job: page by page through the accounts of the cycle, one unit of work per shard
 * and page, its progress in the same transaction. Killed anywhere, it goes on after the last page
 * that was committed; an account that is asked again answers nothing new. Then the proof (REP-11).
 */
#include "services/invoicing/jobs.h"

#include "common/base/log.h"
#include "common/eventlog/table_row.h"
#include "services/invoicing/store_bill_run.h"
#include "services/invoicing/tables.h"

enum { POLL_MS = 500 };

struct page {
    const Invoicing__BillRunStarted *run;
    const struct bill_run_account *accounts;
    size_t count;
};

/* The row of one shard: the last account of the page that is its own. */
static void progress_write(void *context, int32_t shard, struct projecting *projecting)
{
    const struct page *page = context;
    const struct bill_run_account *last = NULL;
    for (size_t i = 0; i < page->count; i++)
        if (page->accounts[i].shard == shard)
            last = &page->accounts[i];
    if (!last)
        return;
    row_begin(projecting, &bill_run_progress_table);
    row_uuid(projecting, page->run->bill_run_id);
    row_int(projecting, shard);
    row_uuid_bytes(projecting, &last->account);
    row_int(projecting, last->last);
    row_put(projecting);
}

static const char *id_text(struct arena *arena, struct uuid uuid)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, uuid);
    return arena_copy_text(arena, text);
}

static struct job_command bill_command(struct arena *arena, const Invoicing__BillRunStarted *run,
                                       const struct bill_run_account *account)
{
    Invoicing__BillAccount *bill =
        arena_new(arena, Invoicing__BillAccount, INVOICING__BILL_ACCOUNT__INIT);
    bill->account_id = id_text(arena, account->account);
    bill->customer_id = id_text(arena, account->customer);
    bill->bill_run_id = run->bill_run_id;
    bill->entity_id = run->entity_id;
    bill->cycle_key = run->cycle_key;
    bill->period_start = run->period_start;
    bill->period_end = run->period_end;
    bill->issue_date = run->issue_date;
    return (struct job_command){
        .message = &bill->base,
        .decision_domain = "bill_account",
        .decision_key = arena_text(arena, "%s/%s", run->bill_run_id, bill->account_id),
    };
}

/* Asks for a bill of each account of the page; *applied: how many were answered. */
static enum error page_submit(struct job_call *call, struct page *page, size_t *applied,
                              struct problem *problem)
{
    struct job_command *commands = arena_get(call->arena, page->count * sizeof *commands);
    for (size_t i = 0; i < page->count; i++)
        commands[i] = bill_command(call->arena, page->run, &page->accounts[i]);
    enum error error = job_submit(call, commands, page->count, progress_write, page, problem);
    *applied = 0;
    for (size_t i = 0; !error && i < page->count; i++) {
        bool answered = commands[i].result == WORK_APPLIED;
        *applied += answered;
        if (!answered)
            log_line(LOG_WARN, "an account could not be asked for its bill",
                     LOG_TEXT("bill_run", page->run->bill_run_id),
                     LOG_TEXT("result", work_result_name(commands[i].result)),
                     LOG_TEXT("code", commands[i].refusal_code), LOG_PROBLEM(&commands[i].problem));
    }
    return error;
}

static enum error run_complete(struct job_call *call, const Invoicing__BillRunStarted *run,
                               int64_t started_us, struct problem *problem)
{
    Invoicing__CompleteBillRun figures;
    enum error error =
        bill_run_figures(call->database, call->arena, run, started_us, &figures, problem);
    if (error)
        return error;
    struct job_command command = {
        .message = &figures.base,
        .decision_domain = "complete_bill_run",
        .decision_key = run->bill_run_id,
    };
    return job_submit(call, &command, 1, NULL, NULL, problem);
}

static enum error bill_run_step(struct job_call *call, bool *again, struct problem *problem)
{
    Invoicing__BillRunStarted *run;
    struct bill_run_account *accounts;
    int64_t started_us = 0;
    size_t count, applied;
    enum error error = bill_run_open(call->database, call->arena, &run, &started_us, problem);
    if (error || !run)
        return error;
    error =
        bill_run_page(call->database, call->arena, run, call->shards, &accounts, &count, problem);
    if (error)
        return error;
    if (count) {
        /* Nothing answered: wait for the next period instead of asking in circles. */
        error = page_submit(call, &(struct page){run, accounts, count}, &applied, problem);
        *again = !error && applied;
        return error;
    }

    /* Whoever was opened or moved into the cycle meanwhile; whoever still has no answer blocks the
     * run. */
    error = bill_run_missing(call->database, call->arena, run, &accounts, &count, problem);
    if (!error && count)
        error = page_submit(call, &(struct page){run, accounts, count}, &applied, problem);
    *again = !error && count && applied;
    if (error || *again)
        return error;
    return run_complete(call, run, started_us, problem);
}

const struct job invoicing_jobs[INVOICING_JOBS] = {
    {.name = "bill_run", .period_ms = POLL_MS, .run = bill_run_step},
};
