/* SPDX-License-Identifier: Apache-2.0
 * Listing: a list that people scroll, as data: one SQL source, columns with their JSON names, filters, a stable sort.
 * Answers {"rows": [...], "total": n, "next_page_token": "...", "bookmarks": [{"row": 1000, "page_token": "..."}]}:
 * pages by key, never by offset; a bookmark each 1,000 rows lets a scrollbar jump (architecture.md, section 10). */
#pragma once
#include "common/eventlog/model.h"
#include "common/service/api.h"

enum listing_form {
    LISTING_PLAIN, /* by the column's type: text, number, date, time, uuid, boolean; bytes as base64 */
    LISTING_MONEY, /* INT64 minor units, shown with the currency of `currency_column` */
    LISTING_SEALED /* BYTES: a packed Common.Sealed, shown as text to callers who may read it */
};

struct listing_column {
    const char *json_name;  /* snake_case as in the contracts; shown in lowerCamelCase like all JSON */
    const char *expression; /* SQL over the source */
    enum column_type type;
    enum listing_form form;
    const char *currency_expression; /* LISTING_MONEY */
    bool csv_only, json_only;
};

struct listing_filter {
    const char *parameter; /* query parameter of the route (declared in its table) */
    const char *condition; /* SQL with one $: "i.entity_id = $", "due_date <= $" */
    enum column_type type;
};

struct listing {
    const char *name;
    const char *source; /* SQL of FROM: "open_item i" */
    const struct listing_column *columns;
    size_t n_columns;
    const struct listing_filter *filters;
    size_t n_filters;
    /* Names of columns that together are unique; the last page's values are the page token. `-` first: descending. */
    const char *sort[4];
    const char *entity_expression; /* limits rows to the caller's legal entities; NULL: not scoped */
    /* Column with the stream id and its acts, NULL: none. */
    const char *where; /* always added; NULL: none */
};
