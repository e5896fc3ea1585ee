/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/store_import.h"

static const struct statement find_request = {
    .name = "import_of_request",
    .sql = "SELECT import_id FROM import WHERE request_id = $1::uuid ORDER BY recorded_at LIMIT 1"};

static const struct statement find_imports = {
    .name = "imports_pending",
    .sql = "SELECT DISTINCT import_id FROM statement WHERE status = 2 AND import_id IS NOT NULL "
           "ORDER BY import_id LIMIT $1::int8"};

static const struct statement find_statements = {
    .name = "statements_pending",
    .sql = "SELECT s.statement_id, s.bank_account_id, s.entity_id, s.ordinal, s.rows::int8, "
           "s.return_rows::int8, "
           "(SELECT count(*) FROM payment p WHERE p.statement_id = s.statement_id), "
           "(SELECT count(*) FROM payment_return r WHERE r.statement_id = s.statement_id), "
           "(SELECT count(*) FROM bank_movement m WHERE m.statement_id = s.statement_id), "
           "coalesce(CASE WHEN s.closing_date BETWEEN '1900-01-01' AND '2999-12-31' THEN "
           "s.closing_date END, "
           "i.recorded_at::date) "
           "FROM statement s JOIN import i ON i.import_id = s.import_id WHERE s.import_id = "
           "$1::uuid AND s.status = 2 "
           "AND s.bank_account_id IS NOT NULL AND s.entity_id IS NOT NULL ORDER BY s.ordinal LIMIT "
           "$2::int8"};

static const struct statement find_progress = {
    .name = "import_progress",
    .sql = "SELECT s.ordinal, p.pass, p.shard, p.step FROM statement s "
           "JOIN import_progress p ON p.statement_id = s.statement_id "
           "WHERE s.import_id = $1::uuid AND s.status = 2 ORDER BY s.ordinal"};

static const struct statement count_under_way = {
    .name = "entries_under_way",
    .sql = "SELECT (SELECT count(*) FROM handover WHERE type = $1::text) + "
           "(SELECT count(*) FROM waiting WHERE type = $1::text) + "
           "(SELECT count(*) FROM parked WHERE type = $1::text)"};

static const char *uuid_copy(struct arena *arena, const struct rows *rows, int32_t row,
                             int32_t column)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, rows_uuid(rows, row, column));
    return arena_copy_text(arena, text);
}

enum error import_of_request(struct database *database, struct arena *arena, struct uuid request_id,
                             const char **import_id, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_uuid(&parameters, request_id);
    enum error error = database_query(database, &find_request, &parameters, &rows, problem);
    *import_id = error == OK && rows_count(&rows) ? uuid_copy(arena, &rows, 0, 0) : "";
    return error;
}

enum error imports_pending(struct database *database, struct arena *arena, const char **import_ids,
                           size_t *n, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_int64(&parameters, PENDING_IMPORTS_MAX);
    enum error error = database_query(database, &find_imports, &parameters, &rows, problem);
    *n = 0;
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++)
        import_ids[(*n)++] = uuid_copy(arena, &rows, row, 0);
    return error;
}

static struct pending_statement *statement_at(struct pending_statement *statements, size_t n,
                                              uint32_t ordinal)
{
    for (size_t i = 0; i < n; i++)
        if (statements[i].ordinal == ordinal)
            return &statements[i];
    return NULL;
}

static enum error progress_read(struct database *database, const struct parameters *parameters,
                                struct pending_statement *statements, size_t n,
                                struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &find_progress, parameters, &rows, problem);
    struct pending_statement *statement = NULL;
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        uint32_t ordinal = (uint32_t)rows_int32(&rows, row, 0);
        int16_t pass = rows_int16(&rows, row, 1), shard = rows_int16(&rows, row, 2);
        if (!statement || statement->ordinal != ordinal)
            statement = statement_at(statements, n, ordinal);
        if (statement && pass >= 0 && pass < IMPORT_PASSES && shard >= 0 && shard < SHARDS_MAX)
            statement->steps[pass][shard] = rows_int64(&rows, row, 3);
    }
    return error;
}

enum error statements_pending(struct database *database, struct arena *arena, const char *import_id,
                              struct pending_statement **statements, size_t *n,
                              struct problem *problem)
{
    struct uuid id;
    PARAMETERS_AUTO struct parameters parameters = {0}, limited = {0};
    ROWS_AUTO struct rows rows = {0};
    *n = 0;
    enum error error = uuid_parse(&id, import_id, problem);
    parameters_uuid(&parameters, id);
    parameters_uuid(&limited, id);
    parameters_int64(&limited, PENDING_STATEMENTS_MAX);
    if (error == OK)
        error = database_query(database, &find_statements, &limited, &rows, problem);
    if (error != OK)
        return error;
    *statements = arena_zero(arena, (size_t)(rows_count(&rows) + 1) * sizeof **statements);
    if (!*statements)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "too many statements in one file");
    for (int32_t row = 0; row < rows_count(&rows); row++) {
        struct pending_statement *statement = &(*statements)[(*n)++];
        statement->statement_id = uuid_copy(arena, &rows, row, 0);
        statement->bank_account_id = uuid_copy(arena, &rows, row, 1);
        statement->entity_id = uuid_copy(arena, &rows, row, 2);
        statement->ordinal = (uint32_t)rows_int32(&rows, row, 3);
        statement->rows = rows_int64(&rows, row, 4);
        statement->return_rows = rows_int64(&rows, row, 5);
        statement->payments = rows_int64(&rows, row, 6);
        statement->returns = rows_int64(&rows, row, 7);
        statement->movements = rows_int64(&rows, row, 8);
        statement->closing_days = rows_date(&rows, row, 9);
    }
    return progress_read(database, &parameters, *statements, *n, problem);
}

enum error entries_under_way(struct database *database, const char *type, int64_t *under_way,
                             struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_text(&parameters, type);
    enum error error = database_query(database, &count_under_way, &parameters, &rows, problem);
    *under_way = error == OK ? rows_int64(&rows, 0, 0) : 0;
    return error;
}
