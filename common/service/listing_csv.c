/* SPDX-License-Identifier: Apache-2.0
 * A list as CSV (RFC 4180): all its rows, read page by page by key, so that no statement and no
 * memory grows with the list; gathered in a file without a name, since an answer is given whole.
 * Money is two columns, amount and currency. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/service/listing_inside.h"

static void file_close(FILE **file)
{
    if (*file)
        fclose(*file);
}

/* A text that a spreadsheet would take for a formula is told to be text by an apostrophe before it.
 * A sign before a digit is a number or a telephone, and stays. */
static bool is_formula(const char *text)
{
    if (*text == '=' || *text == '@' || *text == '\t' || *text == '\r')
        return true;
    return (*text == '+' || *text == '-') && text[1] && !(text[1] >= '0' && text[1] <= '9');
}

static void field_put(FILE *file, const char *text, bool first, bool written_by_people)
{
    if (!first)
        putc_unlocked(',', file);
    if (!text || !*text)
        return;
    bool guarded = written_by_people && is_formula(text);
    if (!guarded && !strpbrk(text, ",\"\r\n") && *text != ' ') {
        fputs(text, file);
        return;
    }
    putc_unlocked('"', file);
    if (guarded)
        putc_unlocked('\'', file);
    for (; *text; text++) {
        if (*text == '"')
            putc_unlocked('"', file);
        putc_unlocked(*text, file);
    }
    putc_unlocked('"', file);
}

static void head_put(FILE *file, const struct listing *listing)
{
    bool first = true;
    for (size_t i = 0; i < listing->n_columns; i++) {
        const struct listing_column *column = &listing->columns[i];
        if (column->json_only)
            continue;
        field_put(file, column->json_name, first, false);
        first = false;
        if (column->form == LISTING_MONEY)
            fprintf(file, ",%s_currency", column->json_name);
    }
    fputs("\r\n", file);
}

static void row_write(FILE *file, struct edge_call *call, const struct listing_plan *plan,
                      const struct rows *rows, int32_t row, const char **texts)
{
    bool first = true;
    struct arena *arena = call->call.arena;
    for (size_t i = 0; i < plan->listing->n_columns; i++) {
        const struct listing_column *column = &plan->listing->columns[i];
        int32_t place = (int32_t)plan->place[i];
        if (column->json_only)
            continue;
        bool is_null = rows_is_null(rows, row, place);
        const char *text = NULL;
        switch (column->form) {
        case LISTING_MONEY:
            text = is_null ? NULL
                           : listing_amount(arena, rows_int64(rows, row, place),
                                            rows_text(rows, row, place + 1));
            field_put(file, text, first, false);
            field_put(file, is_null ? NULL : rows_text(rows, row, place + 1), false, false);
            break;
        case LISTING_SEALED:
            text = is_null ? NULL : !call->reveals ? "[sealed]" : texts[i] ? texts[i] : "[erased]";
            field_put(file, text, first, true);
            break;
        case LISTING_PLAIN:
            text = listing_text(arena, rows, row, (size_t)place, column->type);
            field_put(file, text, first, column->type == COLUMN_TEXT);
            break;
        }
        first = false;
    }
    fputs("\r\n", file);
}

/* `place` moves to the last row; texts of sort columns live as long as `rows`, so they are copied.
 */
static enum error page_write(FILE *file, struct edge_call *call, const struct listing_plan *plan,
                             const struct rows *rows, char texts[LISTING_SORT_MAX][512],
                             struct listing_place *place)
{
    const char **opened;
    enum error error = listing_open(call, plan, rows, &opened);
    int32_t count = rows_count(rows);
    for (int32_t row = 0; row < count && !error; row++)
        row_write(file, call, plan, rows, row, opened + (size_t)row * plan->listing->n_columns);
    if (error || !count)
        return error;
    error = listing_place_read(plan, rows, count - 1, SIZE_MAX, place, &call->call.problem);
    for (size_t i = 0; i < plan->n_sort && !error; i++) {
        if (place->values[i].type != COLUMN_TEXT)
            continue;
        if (snprintf(texts[i], 512, "%s", place->values[i].text) >= 512)
            error = problem_set(&call->call.problem, ERR_INTERNAL, plan->listing->name, NULL,
                                "listing: a sort value is too long");
        place->values[i].text = texts[i];
    }
    return error;
}

static enum error pages_write(FILE *file, struct edge_call *call, const struct listing_plan *plan)
{
    struct listing_place place;
    char texts[LISTING_SORT_MAX][512];
    struct arena_mark mark = arena_mark(call->call.arena);
    for (bool first = true;; first = false) {
        ROWS_AUTO struct rows rows = {0};
        enum error error = listing_page(call, plan, first ? NULL : &place, LISTING_CSV_PAGE, &rows);
        if (!error)
            error = page_write(file, call, plan, &rows, texts, &place);
        if (error || rows_count(&rows) < LISTING_CSV_PAGE)
            return error;
        arena_rewind(call->call.arena, mark);
    }
}

enum error listing_csv(struct edge_call *call, const struct listing_plan *plan)
{
    __attribute__((cleanup(file_close))) FILE *file = tmpfile();
    struct api_call *api = &call->call;
    if (!file)
        return problem_set(&api->problem, ERR_INTERNAL, "", NULL, "no temporary file can be made");
    head_put(file, plan->listing);
    enum error error = pages_write(file, call, plan);
    if (error)
        return error;
    if (fflush(file) || ferror(file))
        return problem_set(&api->problem, ERR_INTERNAL, "", NULL, "the temporary disk is full");
    long size = ftell(file);
    int copy = dup(fileno(file));
    if (size < 0 || copy < 0)
        return problem_set(&api->problem, ERR_INTERNAL, "", NULL, "the temporary file is gone");
    char disposition[128];
    snprintf(disposition, sizeof disposition, "attachment; filename=\"%s.csv\"",
             plan->listing->name);
    struct http_pair headers[3] = {{"Content-Disposition", disposition}};
    if (call->stale)
        headers[1] = (struct http_pair){"Duebook-Stale", "true"};
    call->answered = true;
    http_exchange_answer_file(api->exchange,
                              &(struct http_answer){.status = 200,
                                                    .content_type = "text/csv; charset=utf-8",
                                                    .headers = headers},
                              copy, (size_t)size);
    return OK;
}
