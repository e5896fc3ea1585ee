/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/listing.h"

#include <assert.h>
#include <stdio.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/http/headers.h"
#include "common/money/money.h"
#include "common/service/listing_inside.h"

/* ---- values ---- */

const char *listing_amount(struct arena *arena, int64_t amount_minor, const char *code)
{
    struct currency currency;
    char text[MONEY_TEXT_SIZE];
    if (!code || currency_parse(&currency, code, NULL))
        return arena_text(arena, "%lld", (long long)amount_minor);
    money_format_amount(text, money_of(amount_minor, currency));
    return arena_copy_text(arena, text);
}

static const char *date_text(struct arena *arena, int32_t days)
{
    int64_t year;
    int month, day;
    civil_from_days(days, &year, &month, &day);
    return arena_text(arena, "%04lld-%02d-%02d", (long long)year, month, day);
}

static const char *time_text(struct arena *arena, int64_t us)
{
    char text[INSTANT_TEXT_SIZE];
    if (us < INSTANT_MIN_US || us > INSTANT_MAX_US)
        return us < 0 ? "-infinity" : "infinity";
    instant_format(text, us);
    return arena_copy_text(arena, text);
}

static const char *bytes_text(struct arena *arena, struct bytes bytes)
{
    size_t size = BASE64_TEXT_SIZE(bytes.size);
    char *text = arena_get(arena, size);
    if (text)
        base64_encode(text, size, bytes, BASE64_STANDARD);
    return text;
}

const char *listing_text(struct arena *arena, const struct rows *rows, int32_t row, size_t place,
                         enum column_type type)
{
    int32_t column = (int32_t)place;
    char uuid[UUID_TEXT_SIZE];
    if (rows_is_null(rows, row, column))
        return NULL;
    switch (type) {
    case COLUMN_INT16:
        return arena_text(arena, "%d", rows_int16(rows, row, column));
    case COLUMN_INT32:
        return arena_text(arena, "%d", rows_int32(rows, row, column));
    case COLUMN_INT64:
        return arena_text(arena, "%lld", (long long)rows_int64(rows, row, column));
    case COLUMN_BOOL:
        return rows_bool(rows, row, column) ? "true" : "false";
    case COLUMN_TEXT:
        return rows_text(rows, row, column);
    case COLUMN_BYTES:
        return bytes_text(arena, rows_bytes(rows, row, column));
    case COLUMN_UUID:
        uuid_format(uuid, rows_uuid(rows, row, column));
        return arena_copy_text(arena, uuid);
    case COLUMN_DATE:
        return date_text(arena, rows_date(rows, row, column));
    case COLUMN_TIME:
        return time_text(arena, rows_timestamp(rows, row, column));
    }
    return NULL;
}

static bool is_bare(enum column_type type)
{
    return type == COLUMN_INT16 || type == COLUMN_INT32 || type == COLUMN_BOOL;
}

enum error listing_open(struct edge_call *call, const struct listing_plan *plan,
                        const struct rows *rows, const char ***texts)
{
    struct arena *arena = call->call.arena;
    const struct listing *listing = plan->listing;
    size_t n = (size_t)rows_count(rows) * listing->n_columns, filled = 0;
    const Common__Sealed **sealed = arena_zero(arena, (n + 1) * sizeof *sealed);
    *texts = arena_zero(arena, (n + 1) * sizeof **texts);
    if (!sealed || !*texts)
        return ERR_TOO_LARGE;
    for (size_t i = 0; i < n && call->reveals; i++) {
        size_t column = i % listing->n_columns;
        int32_t row = (int32_t)(i / listing->n_columns);
        if (listing->columns[column].form != LISTING_SEALED ||
            rows_is_null(rows, row, (int32_t)plan->place[column]))
            continue;
        struct bytes packed = rows_bytes(rows, row, (int32_t)plan->place[column]);
        sealed[i] = arena_unpack(arena, &common__sealed__descriptor, packed.data, packed.size);
        filled += sealed[i] != NULL;
    }
    return filled ? personal_data_open(call->edge->options.personal_data, arena, sealed, n, *texts,
                                       NULL, &call->call.problem)
                  : OK;
}

/* ---- JSON ---- */

static void name_put(struct arena_buffer *out, const char *name)
{
    arena_buffer_put_character(out, '"');
    for (; *name; name++)
        if (*name != '_')
            arena_buffer_put_character(out, *name);
        else if (name[1])
            arena_buffer_put_character(out, character_upper(*++name));
    arena_buffer_put_text(out, "\":");
}

static void money_put(struct arena_buffer *out, const struct rows *rows, int32_t row, size_t place)
{
    const char *currency = rows_text(rows, row, (int32_t)place + 1);
    const char *amount =
        listing_amount(out->arena, rows_int64(rows, row, (int32_t)place), currency);
    arena_buffer_put_text(out, "{\"currency\":");
    arena_buffer_put_quoted(out, currency ? currency : "", currency ? strlen(currency) : 0);
    arena_buffer_format(out, ",\"amount\":\"%s\"}", amount ? amount : "");
}

static void cell_put(struct edge_call *call, struct arena_buffer *out,
                     const struct listing_plan *plan, const struct rows *rows, int32_t row,
                     size_t i, const char *opened)
{
    const struct listing_column *column = &plan->listing->columns[i];
    size_t place = plan->place[i];
    if (rows_is_null(rows, row, (int32_t)place)) {
        arena_buffer_put_text(out, "null");
        return;
    }
    const char *text = opened;
    switch (column->form) {
    case LISTING_MONEY:
        money_put(out, rows, row, place);
        return;
    case LISTING_SEALED:
        if (call->reveals) {
            text = opened ? opened : "[erased]";
            arena_buffer_put_quoted(out, text, strlen(text));
            return;
        }
        text = bytes_text(out->arena, rows_bytes(rows, row, (int32_t)place));
        arena_buffer_format(out, "{\"sealed\":\"%s\"}", text ? text : "");
        return;
    case LISTING_PLAIN:
        text = listing_text(out->arena, rows, row, place, column->type);
        if (!text)
            out->failed = true; /* the arena is full */
        else if (is_bare(column->type))
            arena_buffer_put_text(out, text);
        else
            arena_buffer_put_quoted(out, text, strlen(text));
        return;
    }
    assert(0 && "no such form");
}

static enum error rows_put(struct edge_call *call, struct arena_buffer *out,
                           const struct listing_plan *plan, const struct rows *rows, int32_t count)
{
    const char **texts;
    const struct listing *listing = plan->listing;
    enum error error = listing_open(call, plan, rows, &texts);
    if (error)
        return error;
    arena_buffer_put_text(out, "{\"rows\":[");
    for (int32_t row = 0; row < count; row++) {
        arena_buffer_put_text(out, row ? ",{" : "{");
        bool first = true;
        for (size_t i = 0; i < listing->n_columns; i++) {
            if (listing->columns[i].csv_only)
                continue;
            if (!first)
                arena_buffer_put_character(out, ',');
            first = false;
            name_put(out, listing->columns[i].json_name);
            cell_put(call, out, plan, rows, row, i, texts[(size_t)row * listing->n_columns + i]);
        }
        arena_buffer_put_character(out, '}');
    }
    arena_buffer_put_character(out, ']');
    return OK;
}

/* ---- asking ---- */

enum error listing_page(struct edge_call *call, const struct listing_plan *plan,
                        const struct listing_place *place, int64_t max, struct rows *rows)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    enum error error = listing_bind(call, plan, &parameters);
    if (error)
        return error;
    if (place)
        listing_bind_place(plan, place, &parameters);
    parameters_int64(&parameters, max);
    return database_query(call->call.database,
                          &plan->statements[place ? LISTING_AFTER : LISTING_FIRST], &parameters,
                          rows, &call->call.problem);
}

static enum error ask(struct edge_call *call, const struct listing_plan *plan,
                      enum listing_statement which, struct rows *rows)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    enum error error = listing_bind(call, plan, &parameters);
    return error ? error
                 : database_query(call->call.database, &plan->statements[which], &parameters, rows,
                                  &call->call.problem);
}

static enum error token_put(struct edge_call *call, struct arena_buffer *out, const char *member,
                            const struct listing_plan *plan, const struct rows *rows, int32_t row,
                            size_t first_place)
{
    struct listing_place place;
    enum error error =
        listing_place_read(plan, rows, row, first_place, &place, &call->call.problem);
    if (error)
        return error;
    const char *token = listing_token_write(out->arena, plan, &place);
    if (!token)
        return problem_set(&call->call.problem, ERR_INTERNAL, plan->listing->name, NULL,
                           "listing: a sort value is too long for a page token");
    arena_buffer_format(out, "\"%s\":\"%s\"", member, token);
    return OK;
}

static enum error bookmarks_put(struct edge_call *call, struct arena_buffer *out,
                                const struct listing_plan *plan, int64_t total, bool first_page)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = OK;
    arena_buffer_put_text(out, ",\"bookmarks\":[");
    if (first_page && total > LISTING_BOOKMARK_ROWS && total <= LISTING_BOOKMARKED_MAX)
        error = ask(call, plan, LISTING_MARKS, &rows);
    int32_t count = !error && rows.result ? rows_count(&rows) : 0;
    for (int32_t row = 0; row < count && !error; row++) {
        int64_t number = rows_int64(&rows, row, 0);
        if (number >= total)
            break; /* nothing stands behind it */
        arena_buffer_format(out, "%s{\"row\":%lld,", row ? "," : "", (long long)number);
        error = token_put(call, out, "page_token", plan, &rows, row, 1);
        arena_buffer_put_character(out, '}');
    }
    arena_buffer_put_text(out, "]}");
    return error;
}

static enum error listing_json(struct edge_call *call, const struct listing_plan *plan)
{
    struct api_call *api = &call->call;
    struct arena_buffer out = {.arena = api->arena};
    struct http_page page;
    struct listing_place place;
    ROWS_AUTO struct rows rows = {0}, totals = {0};
    enum error error = http_page_parse(api->exchange, &page, &api->problem);
    if (!error && page.token)
        error = listing_token_read(api->arena, plan, page.token, &place, &api->problem);
    if (!error)
        error = listing_page(call, plan, page.token ? &place : NULL, (int64_t)page.size + 1, &rows);
    if (!error)
        error = ask(call, plan, LISTING_TOTAL, &totals);
    if (error)
        return error;
    bool more = rows_count(&rows) > (int32_t)page.size;
    int32_t count = more ? (int32_t)page.size : rows_count(&rows);
    int64_t total = rows_int64(&totals, 0, 0);
    error = rows_put(call, &out, plan, &rows, count);
    if (error)
        return error;
    arena_buffer_format(&out, ",\"total\":%lld", (long long)total);
    if (more) {
        arena_buffer_put_text(&out, ",");
        error = token_put(call, &out, "next_page_token", plan, &rows, count - 1, SIZE_MAX);
    }
    if (!error)
        error = bookmarks_put(call, &out, plan, total, !page.token);
    if (!error && out.failed)
        error = problem_set(&api->problem, ERR_TOO_LARGE, "page_size", NULL, "ask for fewer rows");
    if (!error)
        api_answer_json(api, 200, out.data, out.size);
    return error;
}

static bool wants_csv(const struct http_exchange *exchange)
{
    const char *format = http_exchange_query(exchange, "format");
    const char *accept = http_exchange_header(exchange, "accept");
    if (format)
        return !strcmp(format, "csv");
    return accept && strstr(accept, "text/csv") && http_accepts(exchange, "text/csv");
}

enum error listing_run(struct edge_call *call)
{
    const struct listing_plan *plan =
        listing_plan_of(call->edge, edge_action(call->call.route)->listing);
    assert(plan);
    return wants_csv(call->call.exchange) ? listing_csv(call, plan) : listing_json(call, plan);
}
