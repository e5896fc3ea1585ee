/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/open_items.h"

#include "common/base/text.h"
#include "common/http/headers.h"
#include "services/reporting/store_items.h"

static enum error too_large(struct api_call *call)
{
    return problem_set(&call->problem, ERR_TOO_LARGE, "page_size", NULL, "ask for fewer rows");
}

/* ---- page tokens: "<days>_<item id>" ---- */

static const char *token_write(struct arena *arena, const struct cell_place *place)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(id, place->item);
    return arena_text(arena, "%d_%s", (int)place->days, id);
}

static enum error token_read(struct api_call *call, const char *token, struct cell_place *place)
{
    char days[16];
    int64_t number;
    const char *id = strchr(token, '_');
    size_t size = id ? (size_t)(id - token) : sizeof days;
    if (size < sizeof days) {
        memcpy(days, token, size);
        days[size] = 0;
        if (text_parse_int64(&number, days, INT32_MIN, INT32_MAX, NULL) == OK &&
            uuid_parse(&place->item, id + 1, NULL) == OK) {
            place->days = (int32_t)number;
            return OK;
        }
    }
    return problem_set(&call->problem, ERR_MALFORMED, "page_token", NULL,
                       "is not a token of this list");
}

/* ---- asking ---- */

static enum error bucket_read(struct api_call *call, struct cell_question *cell)
{
    const char *bucket = http_exchange_query(call->exchange, "bucket");
    cell->column = -1;
    if (!bucket)
        return OK;
    for (int32_t column = 0; column < REPORT_COLUMNS; column++) {
        const char *name = report_column_name(cell->question->basis, (enum report_column)column);
        if (name && text_equal(name, bucket))
            cell->column = column;
    }
    return cell->column >= 0 ? OK
                             : problem_set(&call->problem, ERR_MALFORMED, "bucket", "REP-1",
                                           "the basis has no such bucket");
}

static enum error rows_fill(struct api_call *call, const struct cell_question *cell,
                            const struct http_page *page, const struct rows *rows,
                            Reporting__OpenItems *answer)
{
    bool more = rows_count(rows) > (int32_t)page->size;
    int32_t count = more ? (int32_t)page->size : rows_count(rows);
    struct cell_place place = {0};
    answer->rows = arena_get(call->arena, ((size_t)count + 1) * sizeof *answer->rows);
    for (int32_t row = 0; answer->rows && row < count; row++) {
        Reporting__OpenItemRow *item = open_item_at(call->arena, rows, row, cell->question, &place);
        if (!item)
            return too_large(call);
        item->account_id = answer->account_id;
        answer->rows[answer->n_rows++] = item;
    }
    if (more)
        answer->next_page_token = token_write(call->arena, &place);
    return answer->rows && answer->next_page_token ? OK : too_large(call);
}

static enum error bookmarks_fill(struct api_call *call, const struct cell_question *cell,
                                 Reporting__OpenItems *answer)
{
    struct cell_place *places;
    size_t count;
    enum error error =
        cell_marks_read(call->database, call->arena, cell, &places, &count, &call->problem);
    if (error)
        return error;
    answer->bookmarks = arena_get(call->arena, (count + 1) * sizeof *answer->bookmarks);
    for (size_t i = 0; answer->bookmarks && i < count; i++) {
        Reporting__OpenItemBookmark *bookmark = arena_new(call->arena, Reporting__OpenItemBookmark,
                                                          REPORTING__OPEN_ITEM_BOOKMARK__INIT);
        if (!bookmark)
            return too_large(call);
        bookmark->row = (i + 1) * BOOKMARK_ROWS;
        bookmark->page_token = token_write(call->arena, &places[i]);
        if (bookmark->row < answer->total)
            answer->bookmarks[answer->n_bookmarks++] = bookmark;
    }
    return answer->bookmarks ? OK : too_large(call);
}

static enum error answer_fill(struct api_call *call, const struct cell_question *cell,
                              Reporting__OpenItems *answer)
{
    ROWS_AUTO struct rows rows = {0};
    struct http_page page;
    struct cell_place after;
    enum error error = http_page_parse(call->exchange, &page, &call->problem);
    if (!error && page.token)
        error = token_read(call, page.token, &after);
    if (!error)
        error = cell_totals_read(call->database, call->arena, cell, &answer->total, &answer->totals,
                                 &answer->n_totals, &call->problem);
    if (!error)
        error = cell_page_read(call->database, cell, page.token ? &after : NULL,
                               (int64_t)page.size + 1, &rows, &call->problem);
    if (!error)
        error = rows_fill(call, cell, &page, &rows, answer);
    if (!error && !page.token && answer->total > BOOKMARK_ROWS)
        error = bookmarks_fill(call, cell, answer);
    /* The rows' texts are borrowed from the result. */
    if (!error)
        api_answer_message(call, 200, &answer->base);
    return error;
}

enum error open_items_run(struct api_call *call)
{
    struct question question;
    struct cell_question cell = {.question = &question};
    Reporting__OpenItems answer = REPORTING__OPEN_ITEMS__INIT;
    Common__Date as_of = COMMON__DATE__INIT;
    answer.account_id = http_exchange_query(call->exchange, "account_id");
    enum error error = uuid_parse(&cell.account, answer.account_id, &call->problem);
    if (!error)
        error = reported_account_read(call->database, call->arena, cell.account, &answer.entity_id,
                                      &answer.account_number, &call->problem);
    if (!error)
        error = question_read(call, answer.entity_id, &question);
    if (!error)
        error = bucket_read(call, &cell);
    if (error)
        return error;
    as_of.days = question.as_of_days;
    answer.as_of = &as_of;
    answer.known_at_us = question.known_at_us;
    answer.basis = question.basis;
    answer.provisional = question.provisional;
    return answer_fill(call, &cell, &answer);
}
