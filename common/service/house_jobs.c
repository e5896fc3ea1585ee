/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/house_jobs.h"

#include "common/base/log.h"
#include "common/service/runtime.h"

/* Keys of persons whose stream was never born, because its command was refused or its process died (COL-20). */
static enum error sweep_keys(struct job_call *call, bool *again, struct problem *problem)
{
    const struct runtime *runtime = call->service;
    size_t confirmed, forgotten;
    *again = false;
    enum error error =
        personal_data_sweep(runtime->personal_data, call->database, &confirmed, &forgotten, problem);
    if (error == OK && forgotten)
        log_line(LOG_INFO, "keys of persons who never became known were destroyed", LOG_INT("count", forgotten));
    return error;
}

/* A receipt answers a repeated request for 30 days; whoever asks later with the same key is told so by the stream that
 * exists. Deleted in small steps, so that no lock lasts. */
static const struct statement old_receipts = {
    .name = "house_old_receipts",
    .sql = "DELETE FROM command_receipt WHERE id IN (SELECT id FROM command_receipt "
           "WHERE recorded_at < clock_timestamp() - interval '30 days' ORDER BY recorded_at LIMIT 1000)",
};

static enum error forget_receipts(struct job_call *call, bool *again, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(call->database, &old_receipts, NULL, &rows, problem);
    *again = error == OK && rows_affected(&rows) == 1000;
    return error;
}

const struct job house_jobs[HOUSE_JOBS] = {
    {.name = "sweep_keys", .period_ms = 10 * 60 * 1000, .run = sweep_keys},
    {.name = "forget_receipts", .period_ms = 60 * 60 * 1000, .run = forget_receipts},
};
