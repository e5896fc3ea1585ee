/* SPDX-License-Identifier: Apache-2.0
 * Page token: the sort values of the last row of a page, with a mark of the list that gave it.
 * Opaque to callers and never believed: values are read strictly and bound like any other, so a
 * made-up token is only another place. */
#include <assert.h>
#include <stdio.h>

#include "common/base/text.h"
#include "common/service/listing_inside.h"

enum { TOKEN_FORM = 1, TOKEN_HEAD = 5 };

static uint32_t plan_mark(const struct listing_plan *plan)
{
    uint32_t hash = 2166136261u;
    const struct listing *listing = plan->listing;
    for (const char *at = listing->name; *at; at++)
        hash = (hash ^ (uint8_t)*at) * 16777619u;
    for (size_t i = 0; i < plan->n_sort; i++)
        for (const char *at = listing->sort[i]; *at; at++)
            hash = (hash ^ (uint8_t)*at) * 16777619u;
    return hash;
}

static enum error value_read(const struct rows *rows, int32_t row, size_t place,
                             struct listing_value *value)
{
    int32_t column = (int32_t)place;
    if (rows_is_null(rows, row, column))
        return ERR_MISSING;
    switch (value->type) {
    case COLUMN_INT16:
        value->number = rows_int16(rows, row, column);
        return OK;
    case COLUMN_INT32:
        value->number = rows_int32(rows, row, column);
        return OK;
    case COLUMN_INT64:
        value->number = rows_int64(rows, row, column);
        return OK;
    case COLUMN_BOOL:
        value->number = rows_bool(rows, row, column);
        return OK;
    case COLUMN_TEXT:
        value->text = rows_text(rows, row, column);
        return OK;
    case COLUMN_UUID:
        value->uuid = rows_uuid(rows, row, column);
        return OK;
    case COLUMN_DATE:
        value->number = rows_date(rows, row, column);
        return OK;
    case COLUMN_TIME:
        value->number = rows_timestamp(rows, row, column);
        return OK;
    case COLUMN_BYTES:
        break;
    }
    return ERR_INTERNAL;
}

enum error listing_place_read(const struct listing_plan *plan, const struct rows *rows, int32_t row,
                              size_t first_place, struct listing_place *place,
                              struct problem *problem)
{
    for (size_t i = 0; i < plan->n_sort; i++) {
        size_t column = plan->sort[i].column;
        size_t at = first_place == SIZE_MAX ? plan->place[column] : first_place + i;
        place->values[i] = (struct listing_value){.type = plan->listing->columns[column].type};
        if (value_read(rows, row, at, &place->values[i]))
            return problem_set(problem, ERR_INTERNAL, plan->listing->name, NULL,
                               "listing: %s is null, so it cannot be sorted by",
                               plan->listing->columns[column].json_name);
    }
    return OK;
}

static void value_put(struct text_buffer *out, const struct listing_value *value)
{
    char text[UUID_TEXT_SIZE];
    switch (value->type) {
    case COLUMN_TEXT:
        text_buffer_add(out, value->text);
        return;
    case COLUMN_UUID:
        uuid_format(text, value->uuid);
        text_buffer_add(out, text);
        return;
    case COLUMN_INT16:
    case COLUMN_INT32:
    case COLUMN_INT64:
    case COLUMN_BOOL:
    case COLUMN_DATE:
    case COLUMN_TIME:
        text_buffer_add_int64(out, value->number);
        return;
    case COLUMN_BYTES:
        break;
    }
    assert(0 && "no such type");
}

/* Form, mark, then each value as text with its length before it (one byte: 255 at most). */
const char *listing_token_write(struct arena *arena, const struct listing_plan *plan,
                                const struct listing_place *place)
{
    uint8_t bytes[LISTING_TOKEN_BYTES];
    uint32_t mark = plan_mark(plan);
    size_t size = 0;
    bytes[size++] = TOKEN_FORM;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes[size++] = (uint8_t)(mark >> shift);
    for (size_t i = 0; i < plan->n_sort; i++) {
        char text[256];
        struct text_buffer buffer = text_buffer_on(text, sizeof text);
        value_put(&buffer, &place->values[i]);
        if (buffer.overflowed || size + 1 + buffer.length > sizeof bytes)
            return NULL;
        bytes[size++] = (uint8_t)buffer.length;
        memcpy(bytes + size, text, buffer.length);
        size += buffer.length;
    }
    char *token = arena_get(arena, BASE64_TEXT_SIZE(sizeof bytes));
    if (token)
        base64_encode(token, BASE64_TEXT_SIZE(sizeof bytes), bytes_of(bytes, size), BASE64_URL);
    return token;
}

static enum error number_parse(struct listing_value *value, const char *text, int64_t min,
                               int64_t max)
{
    return text_parse_int64(&value->number, text, min, max, NULL);
}

static enum error value_parse(struct listing_value *value, const char *text)
{
    switch (value->type) {
    case COLUMN_INT16:
        return number_parse(value, text, INT16_MIN, INT16_MAX);
    case COLUMN_INT32:
        return number_parse(value, text, INT32_MIN, INT32_MAX);
    case COLUMN_DATE: /* what PostgreSQL can hold, beyond is ERR_RANGE at the query */
        return number_parse(value, text, -2400000, 100000000);
    case COLUMN_TIME:
        return number_parse(value, text, INT64_C(-210866803200000000),
                            INT64_C(9223371331200000000));
    case COLUMN_INT64:
        return number_parse(value, text, INT64_MIN, INT64_MAX);
    case COLUMN_BOOL:
        return number_parse(value, text, 0, 1);
    case COLUMN_TEXT:
        value->text = text;
        return utf8_valid(bytes_of_text(text), TEXT_ANY_CONTROL) ? OK : ERR_MALFORMED;
    case COLUMN_UUID:
        return uuid_parse(&value->uuid, text, NULL);
    case COLUMN_BYTES:
        break;
    }
    return ERR_MALFORMED;
}

enum error listing_token_read(struct arena *arena, const struct listing_plan *plan,
                              const char *token, struct listing_place *place,
                              struct problem *problem)
{
    enum error wrong = problem_set(problem, ERR_MALFORMED, "page_token", NULL,
                                   "page_token must be one that an earlier page of this list gave");
    uint8_t bytes[LISTING_TOKEN_BYTES];
    size_t size = 0, at = TOKEN_HEAD;
    if (base64_decode(bytes, sizeof bytes, &size, bytes_of_text(token), BASE64_URL, NULL) ||
        size < TOKEN_HEAD || bytes[0] != TOKEN_FORM)
        return wrong;
    uint32_t mark =
        (uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 8 | bytes[4];
    if (mark != plan_mark(plan))
        return wrong;
    for (size_t i = 0; i < plan->n_sort; i++) {
        size_t length = at < size ? bytes[at] : SIZE_MAX;
        if (length == SIZE_MAX || at + 1 + length > size || memchr(bytes + at + 1, 0, length))
            return wrong;
        char *text = arena_get(arena, length + 1);
        if (!text)
            return ERR_TOO_LARGE;
        memcpy(text, bytes + at + 1, length);
        text[length] = 0;
        place->values[i] =
            (struct listing_value){.type = plan->listing->columns[plan->sort[i].column].type};
        if (value_parse(&place->values[i], text))
            return wrong;
        at += 1 + length;
    }
    if (at != size)
        return wrong;
    if (problem)
        *problem = (struct problem){0};
    return OK;
}
