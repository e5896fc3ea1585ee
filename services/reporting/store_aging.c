/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/store_aging.h"

#include <assert.h>

#include "common/base/text.h"
#include "services/reporting/store_sql.h"

/* $1 entity, $2 as of, $3 known at, $4 by issue date, $5 currency or null; then what a statement
 * adds. A column is computed once per movement and grouped by: a sum per column with FILTER
 * computed it seven times. */
#define CELL_SUMS                                                                                  \
    "i.currency, " REPORT_COLUMN_SQL                                                               \
    " AS cell, sum(m.delta)::int8 AS amount, count(*) AS movements "
#define MOVED                                                                                      \
    "FROM movement m JOIN item i ON i.item_id = m.item_id "                                        \
    "WHERE m.entity_id = $1::uuid AND m.posting_date <= $2::date "                                 \
    "AND m.recorded_at <= $3::timestamptz AND ($5::text IS NULL OR i.currency = $5::text) "

static const struct statement page_end = {
    .name = "aging_page_end",
    .sql = "SELECT account_id FROM movement WHERE entity_id = $1::uuid AND account_id > $2::uuid "
           "ORDER BY account_id OFFSET $3::int8 LIMIT 1"};

/* The range stands twice, so that a page reads its own items only. An account's number counts from
 * when it was known, so that the answer stays the same. */
static const struct statement page_read = {
    .name = "aging_page_read",
    .sql = "SELECT x.account_id, coalesce(a.account_number, ''), x.currency, x.cell, x.amount, "
           "x.movements FROM (SELECT m.account_id, " CELL_SUMS MOVED
           "AND m.account_id > $6::uuid AND ($7::uuid IS NULL OR m.account_id <= $7::uuid) "
           "AND i.entity_id = $1::uuid "
           "AND i.account_id > $6::uuid AND ($7::uuid IS NULL OR i.account_id <= $7::uuid) "
           "GROUP BY m.account_id, i.currency, cell) x "
           "LEFT JOIN account a ON a.account_id = x.account_id "
           "AND a.recorded_at <= $3::timestamptz "
           "ORDER BY x.account_id, x.currency, x.cell"};

static const struct statement entity_read = {
    .name = "aging_entity_read",
    .sql = "SELECT NULL::uuid, ''::text, x.currency, x.cell, x.amount, x.movements FROM "
           "(SELECT " CELL_SUMS MOVED "GROUP BY i.currency, cell) x ORDER BY x.currency, x.cell"};

static const struct statement watermark = {
    .name = "aging_watermark",
    .sql = "SELECT s.shard, (SELECT m.position FROM movement m WHERE m.shard = s.shard "
           "AND m.recorded_at <= $2::timestamptz ORDER BY m.recorded_at DESC, m.position DESC "
           "LIMIT 1) FROM (SELECT generate_series(0, $1::int4 - 1)::int2 AS shard) s "
           "ORDER BY s.shard"};

static const struct statement zone_read = {
    .name = "report_zone_read", .sql = "SELECT zone FROM legal_entity WHERE entity_id = $1::uuid"};

static void question_bind(const struct question *question, struct parameters *parameters)
{
    parameters_uuid(parameters, question->entity);
    parameters_date(parameters, question->as_of_days);
    parameters_timestamp(parameters, question->known_at_us);
    parameters_bool(parameters, question->basis == AGING_BASIS_INVOICE_DATE);
    parameters_text(parameters, *question->currency ? question->currency : NULL);
}

enum error aging_page_end(struct database *database, const struct question *question,
                          struct uuid after, struct uuid *end, bool *last_page,
                          struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_uuid(&parameters, question->entity);
    parameters_uuid(&parameters, after);
    parameters_int64(&parameters, AGING_PAGE_MOVEMENTS);
    enum error error = database_query(database, &page_end, &parameters, &rows, problem);
    if (error)
        return error;
    *last_page = !rows_count(&rows);
    if (!*last_page)
        *end = rows_uuid(&rows, 0, 0);
    return OK;
}

enum error aging_page_read(struct database *database, const struct question *question,
                           struct uuid after, const struct uuid *end, struct rows *rows,
                           struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    question_bind(question, &parameters);
    parameters_uuid(&parameters, after);
    if (end)
        parameters_uuid(&parameters, *end);
    else
        parameters_null(&parameters, SQL_UUID);
    return database_query(database, &page_read, &parameters, rows, problem);
}

enum error aging_entity_read(struct database *database, const struct question *question,
                             struct rows *rows, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    question_bind(question, &parameters);
    return database_query(database, &entity_read, &parameters, rows, problem);
}

static struct uuid account_at(const struct rows *rows, int32_t row)
{
    return rows_is_null(rows, row, 0) ? (struct uuid){{0}} : rows_uuid(rows, row, 0);
}

bool aging_amounts_next(const struct rows *rows, int32_t *row, struct aging_amounts *amounts)
{
    if (*row >= rows_count(rows))
        return false;
    *amounts = (struct aging_amounts){
        .account = account_at(rows, *row),
        .account_number = rows_text(rows, *row, 1),
        .currency = rows_text(rows, *row, 2),
    };
    for (; *row < rows_count(rows) && uuid_equal(account_at(rows, *row), amounts->account) &&
           text_equal(rows_text(rows, *row, 2), amounts->currency);
         ++*row) {
        int32_t column = rows_int32(rows, *row, 3);
        assert(column >= 0 && column < REPORT_COLUMNS);
        amounts->columns_minor[column] = rows_int64(rows, *row, 4);
        amounts->movements += rows_int64(rows, *row, 5);
    }
    return true;
}

enum error watermark_read(struct database *database, struct arena *arena, int64_t known_at_us,
                          int32_t shards, Reporting__Watermark ***watermarks, size_t *count,
                          struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_int32(&parameters, shards);
    parameters_timestamp(&parameters, known_at_us);
    enum error error = database_query(database, &watermark, &parameters, &rows, problem);
    if (error)
        return error;
    *count = (size_t)rows_count(&rows);
    *watermarks = arena_get(arena, (*count + 1) * sizeof **watermarks);
    for (size_t i = 0; *watermarks && i < *count; i++) {
        Reporting__Watermark *mark =
            arena_new(arena, Reporting__Watermark, REPORTING__WATERMARK__INIT);
        if (!mark)
            return problem_set(problem, ERR_TOO_LARGE, "", NULL, "the watermark does not fit");
        mark->feed = "/billing/reconciliation";
        mark->shard = (uint32_t)rows_int16(&rows, (int32_t)i, 0);
        mark->position = rows_is_null(&rows, (int32_t)i, 1) ? 0 : rows_int64(&rows, (int32_t)i, 1);
        (*watermarks)[i] = mark;
    }
    return *watermarks ? OK : ERR_TOO_LARGE;
}

enum error report_zone_read(struct database *database, struct arena *arena, struct uuid entity,
                            const char **zone, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_uuid(&parameters, entity);
    enum error error = database_query(database, &zone_read, &parameters, &rows, problem);
    if (error)
        return error;
    if (!rows_count(&rows))
        return problem_set(problem, ERR_NOT_FOUND, "entity_id", NULL,
                           "there is no legal entity with this id, or it has not arrived here yet");
    *zone = rows_text_copy(&rows, 0, 0, arena);
    return *zone ? OK : ERR_TOO_LARGE;
}
