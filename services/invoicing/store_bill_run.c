/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/store_bill_run.h"

#include "common/money/calendar.h"

static const struct statement open_statement = {
    .name = "bill_run_open",
    .sql = "SELECT r.bill_run_id, r.entity_id, r.cycle_code, r.cycle_key, r.period_start, "
           "r.period_end, r.issue_date, r.started_at FROM bill_run r "
           "WHERE NOT EXISTS (SELECT FROM bill_run_outcome o WHERE o.bill_run_id = r.bill_run_id) "
           "ORDER BY r.started_at, r.bill_run_id LIMIT 1",
};

static const struct statement page_statement = {
    .name = "bill_run_page",
    .sql = "SELECT s.shard::int4, b.account_id, b.customer_id "
           "FROM generate_series(0, $1::int4 - 1) AS s(shard) "
           "LEFT JOIN bill_run_progress p ON p.bill_run_id = $2::uuid AND p.shard = s.shard "
           "CROSS JOIN LATERAL ("
           "SELECT a.account_id, a.customer_id FROM account_billing a "
           "WHERE a.entity_id = $3::uuid AND a.cycle_code = $4::text AND a.shard = s.shard "
           "AND a.account_id > coalesce(p.last_account_id, '00000000-0000-0000-0000-000000000000') "
           "ORDER BY a.account_id LIMIT $5::int4) AS b "
           "WHERE NOT coalesce(p.done, false) ORDER BY s.shard, b.account_id",
};

static const struct statement missing_statement = {
    .name = "bill_run_missing",
    .sql = "SELECT b.account_id, b.customer_id FROM account_billing b "
           "WHERE b.entity_id = $2::uuid AND b.cycle_code = $3::text "
           "AND NOT EXISTS (SELECT FROM invoice i "
           "WHERE i.bill_run_id = $1::uuid AND i.account_id = b.account_id) "
           "AND NOT EXISTS (SELECT FROM bill_run_skip s "
           "WHERE s.bill_run_id = $1::uuid AND s.account_id = b.account_id) "
           "ORDER BY b.account_id LIMIT $4::int4",
};

static const struct statement accounts_statement = {
    .name = "bill_run_accounts",
    .sql = "SELECT count(*)::int8 FROM ("
           "SELECT b.account_id FROM account_billing b "
           "JOIN account a ON a.account_id = b.account_id WHERE b.entity_id = $2::uuid "
           "AND b.cycle_code = $3::text AND a.opened_at <= $4::timestamptz "
           "UNION SELECT account_id FROM invoice WHERE bill_run_id = $1::uuid "
           "UNION SELECT account_id FROM bill_run_skip WHERE bill_run_id = $1::uuid) AS u",
};

static const struct statement counts_statement = {
    .name = "bill_run_counts",
    .sql = "SELECT coalesce(sum(billed), 0)::int8, coalesce(sum(skipped), 0)::int8, "
           "coalesce(sum(exceptions), 0)::int8 FROM bill_run_count WHERE bill_run_id = $1::uuid",
};

static const struct statement totals_statement = {
    .name = "bill_run_totals",
    .sql = "SELECT currency, count(*)::int8, sum(net)::int8, sum(tax)::int8, sum(gross)::int8 "
           "FROM invoice WHERE bill_run_id = $1::uuid GROUP BY currency ORDER BY currency",
};

static struct uuid id_of(const char *text)
{
    struct uuid uuid = {{0}};
    return uuid_parse(&uuid, text, NULL) == OK ? uuid : (struct uuid){{0}};
}

static const char *id_text(struct arena *arena, struct uuid uuid)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, uuid);
    return arena_copy_text(arena, text);
}

static Common__Date *row_date_of(struct arena *arena, const struct rows *rows, int32_t column)
{
    return date_to_message(arena, (struct date){rows_date(rows, 0, column)});
}

enum error bill_run_open(struct database *database, struct arena *arena,
                         Invoicing__BillRunStarted **run, int64_t *started_us,
                         struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    *run = NULL;
    enum error error = database_query(database, &open_statement, NULL, &rows, problem);
    if (error || !rows_count(&rows))
        return error;
    Invoicing__BillRunStarted *open =
        arena_new(arena, Invoicing__BillRunStarted, INVOICING__BILL_RUN_STARTED__INIT);
    open->bill_run_id = id_text(arena, rows_uuid(&rows, 0, 0));
    open->entity_id = id_text(arena, rows_uuid(&rows, 0, 1));
    open->cycle_code = rows_text_copy(&rows, 0, 2, arena);
    open->cycle_key = rows_text_copy(&rows, 0, 3, arena);
    open->period_start = row_date_of(arena, &rows, 4);
    open->period_end = row_date_of(arena, &rows, 5);
    open->issue_date = row_date_of(arena, &rows, 6);
    *started_us = rows_timestamp(&rows, 0, 7);
    *run = open;
    return OK;
}

enum error bill_run_page(struct database *database, struct arena *arena,
                         const Invoicing__BillRunStarted *run, int32_t shards,
                         struct bill_run_account **accounts, size_t *count, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_int32(&parameters, shards);
    parameters_uuid(&parameters, id_of(run->bill_run_id));
    parameters_uuid(&parameters, id_of(run->entity_id));
    parameters_text(&parameters, run->cycle_code);
    parameters_int32(&parameters, BILL_RUN_BATCH);
    *count = 0;
    enum error error = database_query(database, &page_statement, &parameters, &rows, problem);
    if (error)
        return error;
    size_t found = (size_t)rows_count(&rows), of_shard = 0;
    *accounts = arena_get(arena, found * sizeof **accounts);
    for (size_t i = 0; i < found; i++) {
        struct bill_run_account *account = &(*accounts)[i];
        *account = (struct bill_run_account){.shard = rows_int32(&rows, (int32_t)i, 0),
                                             .account = rows_uuid(&rows, (int32_t)i, 1),
                                             .customer = rows_uuid(&rows, (int32_t)i, 2)};
        of_shard = i && account[-1].shard == account->shard ? of_shard + 1 : 1;
        bool ends = i + 1 == found || rows_int32(&rows, (int32_t)i + 1, 0) != account->shard;
        account->last = ends && of_shard < BILL_RUN_BATCH;
    }
    *count = found;
    return OK;
}

enum error bill_run_missing(struct database *database, struct arena *arena,
                            const Invoicing__BillRunStarted *run,
                            struct bill_run_account **accounts, size_t *count,
                            struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    PARAMETERS_AUTO struct parameters parameters = {0};
    parameters_uuid(&parameters, id_of(run->bill_run_id));
    parameters_uuid(&parameters, id_of(run->entity_id));
    parameters_text(&parameters, run->cycle_code);
    parameters_int32(&parameters, BILL_RUN_BATCH);
    *count = 0;
    enum error error = database_query(database, &missing_statement, &parameters, &rows, problem);
    if (error)
        return error;
    *count = (size_t)rows_count(&rows);
    *accounts = arena_get(arena, *count * sizeof **accounts);
    for (size_t i = 0; i < *count; i++)
        (*accounts)[i] = (struct bill_run_account){.shard = -1,
                                                   .account = rows_uuid(&rows, (int32_t)i, 0),
                                                   .customer = rows_uuid(&rows, (int32_t)i, 1)};
    return OK;
}

static Common__Money *amount_of(struct arena *arena, const char *currency, int64_t minor)
{
    Common__Money *money = arena_new(arena, Common__Money, COMMON__MONEY__INIT);
    money->currency = currency;
    money->minor = minor; /* raw: as it stands in the table beside its currency */
    return money;
}

static enum error totals_read(struct database *database, struct arena *arena,
                              const struct parameters *run_only,
                              Invoicing__CompleteBillRun *figures, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &totals_statement, run_only, &rows, problem);
    if (error)
        return error;
    figures->n_totals = (size_t)rows_count(&rows);
    figures->totals = arena_get(arena, figures->n_totals * sizeof *figures->totals);
    for (int32_t row = 0; row < rows_count(&rows); row++) {
        Invoicing__RunTotal *total =
            arena_new(arena, Invoicing__RunTotal, INVOICING__RUN_TOTAL__INIT);
        total->currency = rows_text_copy(&rows, row, 0, arena);
        total->invoices = (uint32_t)rows_int64(&rows, row, 1);
        total->net = amount_of(arena, total->currency, rows_int64(&rows, row, 2));
        total->tax = amount_of(arena, total->currency, rows_int64(&rows, row, 3));
        total->gross = amount_of(arena, total->currency, rows_int64(&rows, row, 4));
        figures->totals[row] = total;
    }
    return OK;
}

static enum error counts_read(struct database *database, const struct parameters *run_only,
                              Invoicing__CompleteBillRun *figures, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &counts_statement, run_only, &rows, problem);
    if (error)
        return error;
    figures->billed = (uint32_t)rows_int64(&rows, 0, 0);
    figures->skipped = (uint32_t)rows_int64(&rows, 0, 1);
    figures->exceptions = (uint32_t)rows_int64(&rows, 0, 2);
    return OK;
}

enum error bill_run_figures(struct database *database, struct arena *arena,
                            const Invoicing__BillRunStarted *run, int64_t started_us,
                            Invoicing__CompleteBillRun *figures, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    PARAMETERS_AUTO struct parameters run_only = {0}, cycle = {0};
    parameters_uuid(&run_only, id_of(run->bill_run_id));
    parameters_uuid(&cycle, id_of(run->bill_run_id));
    parameters_uuid(&cycle, id_of(run->entity_id));
    parameters_text(&cycle, run->cycle_code);
    parameters_timestamp(&cycle, started_us);
    *figures = (Invoicing__CompleteBillRun)INVOICING__COMPLETE_BILL_RUN__INIT;
    figures->bill_run_id = run->bill_run_id;
    enum error error = database_query(database, &accounts_statement, &cycle, &rows, problem);
    if (error)
        return error;
    figures->accounts = (uint32_t)rows_int64(&rows, 0, 0);
    error = counts_read(database, &run_only, figures, problem);
    return error ? error : totals_read(database, arena, &run_only, figures, problem);
}
