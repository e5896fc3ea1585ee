/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/store_items.h"

#include "common/money/money.h"
#include "services/reporting/store_sql.h"
#include "services/reporting/tables.h"

/* $1 entity, $2 as of, $3 known at, $4 by issue date, $5 currency or null, $6 account, $7 column or
 * null. */
#define CELL                                                                                       \
    "WITH cell AS (SELECT c.* FROM (SELECT i.item_id, i.kind, i.currency, i.document_number, "     \
    "i.issue_date, i.due_date, i.amount, sum(m.delta)::int8 AS open, " REPORT_COLUMN_SQL           \
    " AS cell, CASE WHEN $4::bool THEN i.issue_date "                                              \
    "ELSE coalesce(i.due_date, i.issue_date) END AS aged "                                         \
    "FROM movement m JOIN item i ON i.item_id = m.item_id "                                        \
    "WHERE m.entity_id = $1::uuid AND m.account_id = $6::uuid AND m.posting_date <= $2::date "     \
    "AND m.recorded_at <= $3::timestamptz AND ($5::text IS NULL OR i.currency = $5::text) "        \
    "GROUP BY i.item_id HAVING sum(m.delta) <> 0) c WHERE $7::int4 IS NULL OR c.cell = $7::int4) "

static const struct statement page_read = {
    .name = "cell_page_read",
    .sql = CELL "SELECT item_id, kind, currency, document_number, issue_date, due_date, amount, "
                "open, cell, aged FROM cell WHERE (aged, item_id) > ($8::date, $9::uuid) "
                "ORDER BY aged, item_id LIMIT $10::int8"};

static const struct statement totals_read = {
    .name = "cell_totals_read",
    .sql = CELL "SELECT currency, count(*), sum(open)::int8 FROM cell GROUP BY currency "
                "ORDER BY currency"};

static const struct statement marks_read = {
    .name = "cell_marks_read",
    .sql = CELL "SELECT aged, item_id FROM (SELECT aged, item_id, row_number() OVER "
                "(ORDER BY aged, item_id) AS number FROM cell) n WHERE number % 1000 = 0 "
                "ORDER BY number LIMIT 10000"};

static const struct statement account_read = {
    .name = "reported_account_read",
    .sql = "SELECT entity_id, account_number FROM account WHERE account_id = $1::uuid"};

static void cell_bind(const struct cell_question *cell, struct parameters *parameters)
{
    const struct question *question = cell->question;
    parameters_uuid(parameters, question->entity);
    parameters_date(parameters, question->as_of_days);
    parameters_timestamp(parameters, question->known_at_us);
    parameters_bool(parameters, question->basis == AGING_BASIS_INVOICE_DATE);
    parameters_text(parameters, *question->currency ? question->currency : NULL);
    parameters_uuid(parameters, cell->account);
    if (cell->column < 0)
        parameters_null(parameters, SQL_INT32);
    else
        parameters_int32(parameters, cell->column);
}

enum error cell_page_read(struct database *database, const struct cell_question *cell,
                          const struct cell_place *after, int64_t max, struct rows *rows,
                          struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    cell_bind(cell, &parameters);
    parameters_date(&parameters, after ? after->days : INT32_MIN);
    parameters_uuid(&parameters, after ? after->item : (struct uuid){{0}});
    parameters_int64(&parameters, max);
    return database_query(database, &page_read, &parameters, rows, problem);
}

static const char *kind_name(int16_t kind)
{
    static const char *const names[] = {
        [REPORTED_INVOICE] = "INVOICE", [REPORTED_DEBIT_NOTE] = "DEBIT_NOTE",
        [REPORTED_FEE] = "FEE",         [REPORTED_PAYMENT] = "PAYMENT",
        [REPORTED_CREDIT] = "CREDIT",
    };
    const size_t count = sizeof names / sizeof *names;
    return kind > 0 && (size_t)kind < count ? names[kind] : "";
}

static Common__Date *date_message(struct arena *arena, const struct rows *rows, int32_t row,
                                  int32_t column)
{
    if (rows_is_null(rows, row, column))
        return NULL;
    Common__Date *date = arena_new(arena, Common__Date, COMMON__DATE__INIT);
    if (date)
        date->days = rows_date(rows, row, column);
    return date;
}

/* An amount in the currency of column 2; NULL: the arena is full. */
static Common__Money *amount_message(struct arena *arena, const struct rows *rows, int32_t row,
                                     int32_t column)
{
    Common__Money *money = arena_new(arena, Common__Money, COMMON__MONEY__INIT);
    if (!money)
        return NULL;
    money->currency = rows_text(rows, row, 2);
    money->minor = rows_int64(rows, row, column); /* raw: as it is stored beside its currency */
    return money;
}

Reporting__OpenItemRow *open_item_at(struct arena *arena, const struct rows *rows, int32_t row,
                                     const struct question *question, struct cell_place *place)
{
    char id[UUID_TEXT_SIZE];
    Reporting__OpenItemRow *item =
        arena_new(arena, Reporting__OpenItemRow, REPORTING__OPEN_ITEM_ROW__INIT);
    *place = (struct cell_place){rows_date(rows, row, 9), rows_uuid(rows, row, 0)};
    if (!item)
        return NULL;
    uuid_format(id, place->item);
    int64_t days = (int64_t)question->as_of_days - place->days;
    item->item_id = arena_copy_text(arena, id);
    item->kind = kind_name(rows_int16(rows, row, 1));
    item->document_number = rows_text(rows, row, 3);
    item->issue_date = date_message(arena, rows, row, 4);
    item->due_date = date_message(arena, rows, row, 5);
    item->amount = amount_message(arena, rows, row, 6);
    item->open = amount_message(arena, rows, row, 7);
    item->bucket =
        report_column_name(question->basis, (enum report_column)rows_int32(rows, row, 8));
    item->days = days > 0 ? (uint32_t)days : 0;
    return arena->exhausted ? NULL : item;
}

enum error cell_totals_read(struct database *database, struct arena *arena,
                            const struct cell_question *cell, uint64_t *count,
                            Common__Money ***totals, size_t *n_totals, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    cell_bind(cell, &parameters);
    enum error error = database_query(database, &totals_read, &parameters, &rows, problem);
    if (error)
        return error;
    *n_totals = (size_t)rows_count(&rows);
    *count = 0;
    *totals = arena_get(arena, (*n_totals + 1) * sizeof **totals);
    for (size_t i = 0; *totals && i < *n_totals; i++) {
        Common__Money *total = arena_new(arena, Common__Money, COMMON__MONEY__INIT);
        if (!total)
            return problem_set(problem, ERR_TOO_LARGE, "", NULL, "the totals do not fit");
        total->currency = rows_text_copy(&rows, (int32_t)i, 0, arena);
        total->minor = rows_int64(&rows, (int32_t)i, 2); /* raw: summed per currency */
        *count += (uint64_t)rows_int64(&rows, (int32_t)i, 1);
        (*totals)[i] = total;
    }
    return *totals ? OK : ERR_TOO_LARGE;
}

enum error cell_marks_read(struct database *database, struct arena *arena,
                           const struct cell_question *cell, struct cell_place **places,
                           size_t *count, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    cell_bind(cell, &parameters);
    enum error error = database_query(database, &marks_read, &parameters, &rows, problem);
    if (error)
        return error;
    *count = (size_t)rows_count(&rows);
    *places = arena_get(arena, (*count + 1) * sizeof **places);
    if (!*places)
        return problem_set(problem, ERR_TOO_LARGE, "", NULL, "the bookmarks do not fit");
    for (size_t i = 0; i < *count; i++)
        (*places)[i] =
            (struct cell_place){rows_date(&rows, (int32_t)i, 0), rows_uuid(&rows, (int32_t)i, 1)};
    return OK;
}

enum error reported_account_read(struct database *database, struct arena *arena,
                                 struct uuid account, const char **entity_id, const char **number,
                                 struct problem *problem)
{
    char id[UUID_TEXT_SIZE];
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_uuid(&parameters, account);
    enum error error = database_query(database, &account_read, &parameters, &rows, problem);
    if (error)
        return error;
    if (!rows_count(&rows))
        return problem_set(problem, ERR_NOT_FOUND, "account_id", NULL,
                           "there is no account with this id, or it has not arrived here yet");
    uuid_format(id, rows_uuid(&rows, 0, 0));
    *entity_id = arena_copy_text(arena, id);
    *number = rows_text_copy(&rows, 0, 1, arena);
    return *entity_id && *number ? OK : ERR_TOO_LARGE;
}
