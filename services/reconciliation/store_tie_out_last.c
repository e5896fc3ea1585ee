/* SPDX-License-Identifier: Apache-2.0
 * What the last record of the tie-out says: whether it is time for another, and whether that one
 * would say anything new. */
#include "common/database/statement.h"
#include "services/reconciliation/store_tie_out.h"

enum { PERIOD_US = 10000000, ITEMS_PER_PERIOD = 500000 };

static const struct statement read_age = {
    .name = "tie_out_age",
    .sql = "SELECT coalesce(max(recorded_at), '-infinity'), "
           "(SELECT greatest(reltuples, 0)::int8 FROM pg_class WHERE oid = 'open_item'::regclass) "
           "FROM tie_out",
};
static const struct statement read_last = {
    .name = "tie_out_last",
    .sql = "SELECT entity_id, currency, incoming_minor, items_minor, journal_minor, "
           "under_way_items_minor, "
           "under_way_journal_minor, bank_minor, bank_journal_minor, bank_accounts_pending, breaks "
           "FROM tie_out "
           "WHERE tie_out_id = (SELECT tie_out_id FROM tie_out ORDER BY recorded_at DESC, "
           "tie_out_id LIMIT 1)",
};

enum error tie_out_due(struct database *database, int64_t now_us, bool *due,
                       struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    *due = false;
    enum error error = database_query(database, &read_age, NULL, &rows, problem);
    if (error != OK || rows_count(&rows) != 1)
        return error;
    int64_t last_us = rows_timestamp(&rows, 0, 0);
    int64_t periods = rows_int64(&rows, 0, 1) / ITEMS_PER_PERIOD;
    *due = last_us == INT64_MIN || periods == 0 || now_us - last_us >= periods * PERIOD_US;
    return OK;
}

static bool row_says(const struct rows *rows, int32_t row, const Reconciliation__TieOut *result)
{
    char entity[UUID_TEXT_SIZE];
    uuid_format(entity, rows_uuid(rows, row, 0));
    return !strcmp(entity, result->entity_id) &&
           !strcmp(rows_text(rows, row, 1), result->currency) &&
           rows_int64(rows, row, 2) == result->incoming_minor &&
           rows_int64(rows, row, 3) == result->items_minor &&
           rows_int64(rows, row, 4) == result->journal_minor &&
           rows_int64(rows, row, 5) == result->under_way_items_minor &&
           rows_int64(rows, row, 6) == result->under_way_journal_minor &&
           rows_int64(rows, row, 7) == result->bank_minor &&
           rows_int64(rows, row, 8) == result->bank_journal_minor &&
           rows_int32(rows, row, 9) == (int32_t)result->bank_accounts_pending;
}

/* The codes of the breaks, one a line, as the row keeps them. */
static bool breaks_same(const char *kept, const Reconciliation__TieOut *result)
{
    for (size_t i = 0; i < result->n_breaks; i++) {
        size_t length = strlen(result->breaks[i]);
        if (i && *kept++ != '\n')
            return false;
        if (strncmp(kept, result->breaks[i], length) != 0)
            return false;
        kept += length;
    }
    return *kept == '\0';
}

enum error tie_out_is_news(struct database *database, const struct tie_out_report *report,
                           bool *news, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    *news = true;
    enum error error = database_query(database, &read_last, NULL, &rows, problem);
    if (error != OK || (size_t)rows_count(&rows) != report->n_results)
        return error;
    size_t same = 0;
    for (size_t i = 0; i < report->n_results; i++)
        for (int32_t row = 0; row < rows_count(&rows); row++)
            same += row_says(&rows, row, report->results[i]) &&
                    breaks_same(rows_text(&rows, row, 10), report->results[i]);
    *news = same != report->n_results;
    return OK;
}
