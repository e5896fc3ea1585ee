/* SPDX-License-Identifier: Apache-2.0
 * The tie-out's job: proves the four paths and records the outcome. What is the same as the last
 * record says is not recorded again, so that an idle service writes nothing; a break is, once. */
#include "services/reconciliation/jobs.h"

#include <stdio.h>

#include "common/base/log.h"
#include "services/reconciliation/store_tie_out.h"

enum { TIE_OUT_PERIOD_MS = 10000 };

static enum error tie_out_record(struct job_call *call, const struct tie_out_report *report,
                                 struct problem *problem)
{
    char key[32], id[UUID_TEXT_SIZE];
    snprintf(key, sizeof key, "%lld", (long long)call->now_us);
    uuid_format(id, uuid_derive_text("tie_out", key, NULL));
    Reconciliation__RecordTieOut command = RECONCILIATION__RECORD_TIE_OUT__INIT;
    command.tie_out_id = id;
    command.n_results = report->n_results;
    command.results = report->results;
    command.broken = report->broken;
    struct job_command submitted = {
        .message = &command.base, .decision_domain = "record_tie_out", .decision_key = key};
    return job_submit(call, &submitted, 1, NULL, NULL, problem);
}

static void breaks_log(const struct tie_out_report *report)
{
    for (size_t i = 0; i < report->n_results; i++) {
        const Reconciliation__TieOut *result = report->results[i];
        for (size_t at = 0; at < result->n_breaks; at++)
            log_line(LOG_ERROR, "the books do not agree", LOG_TEXT("entity", result->entity_id),
                     LOG_TEXT("currency", result->currency), LOG_TEXT("break", result->breaks[at]),
                     LOG_TEXT("first", result->n_documents ? result->documents[0] : ""),
                     LOG_TEXT("hint", "GET /v1/tie-outs names what differs"));
    }
}

static enum error tie_out_step(struct job_call *call, bool *again, struct problem *problem)
{
    *again = false;
    bool due;
    enum error error = tie_out_due(call->database, call->now_us, &due, problem);
    if (error != OK || !due)
        return error;
    struct tie_out_report report;
    error = tie_out_read(call->database, call->arena, &report, problem);
    if (error != OK || !report.n_results)
        return error;
    bool news;
    error = tie_out_is_news(call->database, &report, &news, problem);
    if (error != OK || !news)
        return error;
    breaks_log(&report);
    return tie_out_record(call, &report, problem);
}

const struct job reconciliation_jobs[RECONCILIATION_JOBS] = {
    {.name = "tie_out", .period_ms = TIE_OUT_PERIOD_MS, .run = tie_out_step},
};
