/* SPDX-License-Identifier: Apache-2.0
 * The SQL of a list: made from its description, with every value bound. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/service/listing_inside.h"

static const char *sql_name(enum column_type type)
{
    switch (type) {
    case COLUMN_INT16:
        return "int2";
    case COLUMN_INT32:
        return "int4";
    case COLUMN_INT64:
        return "int8";
    case COLUMN_BOOL:
        return "bool";
    case COLUMN_TEXT:
        return "text";
    case COLUMN_BYTES:
        return "bytea";
    case COLUMN_UUID:
        return "uuid";
    case COLUMN_DATE:
        return "date";
    case COLUMN_TIME:
        return "timestamptz";
    }
    return "text";
}

static enum sql_type sql_type(enum column_type type)
{
    switch (type) {
    case COLUMN_INT16:
        return SQL_INT16;
    case COLUMN_INT32:
        return SQL_INT32;
    case COLUMN_INT64:
        return SQL_INT64;
    case COLUMN_BOOL:
        return SQL_BOOL;
    case COLUMN_TEXT:
        return SQL_TEXT;
    case COLUMN_BYTES:
        return SQL_BYTES;
    case COLUMN_UUID:
        return SQL_UUID;
    case COLUMN_DATE:
        return SQL_DATE;
    case COLUMN_TIME:
        return SQL_TIMESTAMP;
    }
    return SQL_TEXT;
}

/* ---- making ---- */

static const struct listing_column *sort_column(const struct listing_plan *plan, size_t i)
{
    return &plan->listing->columns[plan->sort[i].column];
}

static enum error sort_make(struct listing_plan *plan, struct problem *problem)
{
    const struct listing *listing = plan->listing;
    for (size_t i = 0; i < LISTING_SORT_MAX && listing->sort[i]; i++) {
        const char *name = listing->sort[i];
        bool descending = *name == '-';
        size_t column = 0;
        while (column < listing->n_columns &&
               strcmp(listing->columns[column].json_name, name + descending))
            column++;
        if (column == listing->n_columns || listing->columns[column].type == COLUMN_BYTES)
            return problem_set(problem, ERR_CONFIG, listing->name, NULL,
                               "listing: %s cannot be sorted by", name);
        plan->sort[plan->n_sort++] = (struct listing_sort){column, descending};
    }
    return plan->n_sort ? OK
                        : problem_set(problem, ERR_CONFIG, listing->name, NULL,
                                      "listing: it has no sort, so it has no pages");
}

/* $1: every entity, $2: else these; then one for each filter; then what the statement adds. */
static void where_put(struct text_buffer *sql, const struct listing *listing)
{
    text_buffer_add(sql, " WHERE true");
    if (listing->where)
        text_buffer_add_format(sql, " AND (%s)", listing->where);
    if (listing->entity_expression)
        text_buffer_add_format(sql, " AND ($1::bool OR (%s) = ANY ($2::uuid[]))",
                               listing->entity_expression);
    else
        text_buffer_add(sql, " AND ($1::bool OR $2::uuid[] IS NOT NULL)");
    for (size_t i = 0; i < listing->n_filters; i++) {
        const struct listing_filter *filter = &listing->filters[i];
        const char *dollar = strchr(filter->condition, '$');
        assert(dollar && !strchr(dollar + 1, '$'));
        char parameter[48];
        snprintf(parameter, sizeof parameter, "$%zu::%s", i + 3, sql_name(filter->type));
        text_buffer_add_format(sql, " AND (%s IS NULL OR (%.*s%s%s))", parameter,
                               (int)(dollar - filter->condition), filter->condition, parameter,
                               dollar + 1);
    }
}

static void order_put(struct text_buffer *sql, const struct listing_plan *plan)
{
    text_buffer_add(sql, " ORDER BY ");
    for (size_t i = 0; i < plan->n_sort; i++)
        text_buffer_add_format(sql, "%s(%s)%s", i ? ", " : "", sort_column(plan, i)->expression,
                               plan->sort[i].descending ? " DESC" : "");
}

static void place_parameter(char out[32], const struct listing_plan *plan, size_t i)
{
    snprintf(out, 32, "$%zu::%s", plan->listing->n_filters + 3 + i,
             sql_name(sort_column(plan, i)->type));
}

/* All one way: a row comparison, which an index answers. Mixed: the first column bounds the range,
 * the rest is said out in full. */
static void after_put(struct text_buffer *sql, const struct listing_plan *plan)
{
    bool mixed = false;
    char parameter[32];
    for (size_t i = 1; i < plan->n_sort; i++)
        mixed |= plan->sort[i].descending != plan->sort[0].descending;
    const char *beyond = plan->sort[0].descending ? "<" : ">";
    if (!mixed) {
        text_buffer_add(sql, " AND (");
        for (size_t i = 0; i < plan->n_sort; i++)
            text_buffer_add_format(sql, "%s(%s)", i ? ", " : "", sort_column(plan, i)->expression);
        text_buffer_add_format(sql, ") %s (", beyond);
        for (size_t i = 0; i < plan->n_sort; i++) {
            place_parameter(parameter, plan, i);
            text_buffer_add_format(sql, "%s%s", i ? ", " : "", parameter);
        }
        text_buffer_add(sql, ")");
        return;
    }
    place_parameter(parameter, plan, 0);
    text_buffer_add_format(sql, " AND (%s) %s= %s AND (", sort_column(plan, 0)->expression, beyond,
                           parameter);
    for (size_t i = 0; i < plan->n_sort; i++) {
        text_buffer_add(sql, i ? " OR (" : "(");
        for (size_t j = 0; j <= i; j++) {
            place_parameter(parameter, plan, j);
            const char *sign = j < i ? "=" : plan->sort[j].descending ? "<" : ">";
            text_buffer_add_format(sql, "%s(%s) %s %s", j ? " AND " : "",
                                   sort_column(plan, j)->expression, sign, parameter);
        }
        text_buffer_add(sql, ")");
    }
    text_buffer_add(sql, ")");
}

static void columns_put(struct text_buffer *sql, struct listing_plan *plan)
{
    size_t place = 0;
    for (size_t i = 0; i < plan->listing->n_columns; i++) {
        const struct listing_column *column = &plan->listing->columns[i];
        plan->place[i] = place++;
        text_buffer_add_format(sql, "%s(%s)::%s", i ? ", " : "", column->expression,
                               sql_name(column->type));
        if (column->form == LISTING_MONEY) {
            text_buffer_add_format(sql, ", (%s)::text", column->currency_expression);
            place++;
        }
    }
}

static void page_put(struct text_buffer *sql, struct listing_plan *plan, bool after)
{
    text_buffer_add(sql, "SELECT ");
    columns_put(sql, plan);
    text_buffer_add_format(sql, " FROM %s", plan->listing->source);
    where_put(sql, plan->listing);
    if (after)
        after_put(sql, plan);
    order_put(sql, plan);
    text_buffer_add_format(sql, " LIMIT $%zu::int8",
                           plan->listing->n_filters + 3 + (after ? plan->n_sort : 0));
}

static void marks_put(struct text_buffer *sql, const struct listing_plan *plan)
{
    text_buffer_add(sql, "SELECT * FROM (SELECT row_number() OVER (");
    order_put(sql, plan);
    text_buffer_add(sql, ") AS listing_row");
    for (size_t i = 0; i < plan->n_sort; i++)
        text_buffer_add_format(sql, ", (%s)::%s", sort_column(plan, i)->expression,
                               sql_name(sort_column(plan, i)->type));
    text_buffer_add_format(sql, " FROM %s", plan->listing->source);
    where_put(sql, plan->listing);
    text_buffer_add_format(sql,
                           ") AS marks WHERE listing_row %% %d = 0 ORDER BY listing_row LIMIT %d",
                           LISTING_BOOKMARK_ROWS, LISTING_BOOKMARKED_MAX / LISTING_BOOKMARK_ROWS);
}

static void statement_put(struct text_buffer *sql, struct listing_plan *plan,
                          enum listing_statement which)
{
    switch (which) {
    case LISTING_FIRST:
        page_put(sql, plan, false);
        return;
    case LISTING_AFTER:
        page_put(sql, plan, true);
        return;
    case LISTING_TOTAL:
        text_buffer_add_format(sql, "SELECT count(*)::int8 FROM %s", plan->listing->source);
        where_put(sql, plan->listing);
        return;
    case LISTING_MARKS:
        marks_put(sql, plan);
        return;
    case LISTING_STATEMENTS:
        break;
    }
    assert(0 && "no such statement");
}

enum error listing_plan_make(struct listing_plan *plan, const struct listing *listing,
                             size_t number, struct problem *problem)
{
    enum { SQL_BYTES_MAX = 32 * 1024 };
    static const char *const names[LISTING_STATEMENTS] = {"first", "after", "total", "marks"};
    *plan = (struct listing_plan){.listing = listing};
    size_t parameters = listing->n_filters + 3 + LISTING_SORT_MAX;
    if (listing->n_columns > LISTING_COLUMNS_MAX || parameters > PARAMETERS_MAX)
        return problem_set(problem, ERR_CONFIG, listing->name, NULL,
                           "listing: too many columns or filters");
    enum error error = sort_make(plan, problem);
    for (size_t i = 0; i < LISTING_STATEMENTS && !error; i++) {
        char *memory = malloc(SQL_BYTES_MAX), name[64];
        if (!memory)
            abort();
        struct text_buffer sql = text_buffer_on(memory, SQL_BYTES_MAX);
        statement_put(&sql, plan, (enum listing_statement)i);
        snprintf(name, sizeof name, "list_%zu_%.30s_%s", number, listing->name, names[i]);
        plan->texts[2 * i] = strdup(name);
        plan->texts[2 * i + 1] = strdup(memory);
        plan->statements[i] =
            (struct statement){.name = plan->texts[2 * i], .sql = plan->texts[2 * i + 1]};
        free(memory);
        if (sql.overflowed)
            error = problem_set(problem, ERR_CONFIG, listing->name, NULL, "listing: SQL too long");
    }
    return error;
}

void listing_plan_free(struct listing_plan *plan)
{
    for (size_t i = 0; i < sizeof plan->texts / sizeof *plan->texts; i++)
        free(plan->texts[i]);
}

/* ---- binding ---- */

static const char *request_value(const struct http_exchange *exchange, const char *name)
{
    for (size_t i = 0; i < exchange->path_parameter_count; i++)
        if (!strcmp(exchange->path_parameters[i].name, name))
            return exchange->path_parameters[i].value;
    return http_exchange_query(exchange, name);
}

static enum error date_parse(int64_t *days, const char *text)
{
    int year, month, day;
    char end;
    if (strlen(text) != 10 || sscanf(text, "%4d-%2d-%2d%c", &year, &month, &day, &end) != 3 ||
        month < 1 || month > 12 || day < 1 || day > 31)
        return ERR_MALFORMED;
    *days = days_from_civil(year, month, day);
    return OK;
}

static enum error value_bind(struct parameters *parameters, enum column_type type, const char *text)
{
    int64_t number = 0;
    struct uuid uuid;
    enum error error = OK;
    switch (type) {
    case COLUMN_INT16:
        error = text_parse_int64(&number, text, INT16_MIN, INT16_MAX, NULL);
        parameters_int16(parameters, (int16_t)number);
        return error;
    case COLUMN_INT32:
        error = text_parse_int64(&number, text, INT32_MIN, INT32_MAX, NULL);
        parameters_int32(parameters, (int32_t)number);
        return error;
    case COLUMN_INT64:
        error = text_parse_int64(&number, text, INT64_MIN, INT64_MAX, NULL);
        parameters_int64(parameters, number);
        return error;
    case COLUMN_BOOL:
        parameters_bool(parameters, !strcmp(text, "true"));
        return OK;
    case COLUMN_TEXT:
    case COLUMN_BYTES:
        parameters_text(parameters, text);
        return type == COLUMN_TEXT ? OK : ERR_MALFORMED;
    case COLUMN_UUID:
        error = uuid_parse(&uuid, text, NULL);
        parameters_uuid(parameters, error ? (struct uuid){{0}} : uuid);
        return error;
    case COLUMN_DATE:
        error = date_parse(&number, text);
        parameters_date(parameters, (int32_t)number);
        return error;
    case COLUMN_TIME:
        error = instant_parse(&number, text, NULL);
        parameters_timestamp(parameters, number);
        return error;
    }
    return ERR_MALFORMED;
}

enum error listing_bind(struct edge_call *call, const struct listing_plan *plan,
                        struct parameters *parameters)
{
    const struct listing *listing = plan->listing;
    const struct api_caller *caller = &call->call.caller;
    parameters_reset(parameters);
    parameters_bool(parameters, caller->all_entities || !listing->entity_expression);
    struct array *entities = parameters_array(parameters, SQL_UUID);
    for (const char *const *entity = caller->entities; entity && *entity; entity++) {
        struct uuid uuid;
        if (!uuid_parse(&uuid, *entity, NULL))
            array_uuid(entities, uuid);
    }
    for (size_t i = 0; i < listing->n_filters; i++) {
        const struct listing_filter *filter = &listing->filters[i];
        const char *text = request_value(call->call.exchange, filter->parameter);
        if (!text)
            parameters_null(parameters, sql_type(filter->type));
        else if (value_bind(parameters, filter->type, text))
            return problem_set(&call->call.problem, ERR_MALFORMED, filter->parameter, NULL,
                               "is not a value of its kind");
    }
    return OK;
}

static void place_bind(const struct listing_value *value, struct parameters *parameters)
{
    switch (value->type) {
    case COLUMN_INT16:
        parameters_int16(parameters, (int16_t)value->number);
        return;
    case COLUMN_INT32:
        parameters_int32(parameters, (int32_t)value->number);
        return;
    case COLUMN_INT64:
        parameters_int64(parameters, value->number);
        return;
    case COLUMN_BOOL:
        parameters_bool(parameters, value->number != 0);
        return;
    case COLUMN_TEXT:
    case COLUMN_BYTES:
        parameters_text(parameters, value->text);
        return;
    case COLUMN_UUID:
        parameters_uuid(parameters, value->uuid);
        return;
    case COLUMN_DATE:
        parameters_date(parameters, (int32_t)value->number);
        return;
    case COLUMN_TIME:
        parameters_timestamp(parameters, value->number);
        return;
    }
    assert(0 && "no such type");
}

void listing_bind_place(const struct listing_plan *plan, const struct listing_place *place,
                        struct parameters *parameters)
{
    for (size_t i = 0; i < plan->n_sort; i++)
        place_bind(&place->values[i], parameters);
}
