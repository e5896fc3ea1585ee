/* SPDX-License-Identifier: Apache-2.0
 * Listing, inside: the SQL of a list (listing_sql.c), its page tokens (listing_token.c) and what is
 * answered (listing.c, listing_csv.c). Private to this room.
 *
 * A list has four statements, made once from its description, whose filters are switched off by
 * NULL: the server plans each call with the values it is given (plan_cache_mode of the edge's
 * connections), so a filter that is off costs nothing and the number of statements does not grow
 * with what callers combine. */
#pragma once
#include "common/service/edge_inside.h"
#include "common/service/listing.h"

enum {
    LISTING_COLUMNS_MAX = 48,
    LISTING_SORT_MAX = 4,
    LISTING_BOOKMARK_ROWS = 1000,
    /* Numbering more rows takes longer than a reader may; such a list is to be filtered first. */
    LISTING_BOOKMARKED_MAX = 2000000,
    LISTING_TOKEN_BYTES = 360, /* 480 characters of base64url; the server takes 512 */
    LISTING_CSV_PAGE = 2000,
};

enum listing_statement {
    LISTING_FIRST,
    LISTING_AFTER,
    LISTING_TOTAL,
    LISTING_MARKS,
    LISTING_STATEMENTS
};

struct listing_sort {
    size_t column; /* of the listing */
    bool descending;
};

struct listing_plan {
    const struct listing *listing;
    struct listing_sort sort[LISTING_SORT_MAX];
    size_t n_sort;
    size_t place[LISTING_COLUMNS_MAX]; /* of a column's value in a row; its currency stands behind
                                          it */
    struct statement statements[LISTING_STATEMENTS];
    char *texts[2 * LISTING_STATEMENTS];
};

/* ERR_CONFIG: the listing cannot be. `number` makes the statements' names unique. */
MUST_USE enum error listing_plan_make(struct listing_plan *plan, const struct listing *listing,
                                      size_t number, struct problem *problem);
void listing_plan_free(struct listing_plan *plan);
const struct listing_plan *listing_plan_of(const struct edge *edge, const struct listing *listing);

/* The value of a sort column. */
struct listing_value {
    enum column_type type;
    int64_t number; /* integers, days, microseconds, 0 or 1 */
    const char *text;
    struct uuid uuid;
};
struct listing_place {
    struct listing_value values[LISTING_SORT_MAX];
};

/* Scope and filters of the request, as $1, $2, … of every statement of the plan. */
MUST_USE enum error listing_bind(struct edge_call *call, const struct listing_plan *plan,
                                 struct parameters *parameters);
void listing_bind_place(const struct listing_plan *plan, const struct listing_place *place,
                        struct parameters *parameters);

/* Reads the place of a row whose first sort column stands in `first_place`, or at the columns of a
 * page (SIZE_MAX). */
MUST_USE enum error listing_place_read(const struct listing_plan *plan, const struct rows *rows,
                                       int32_t row, size_t first_place, struct listing_place *place,
                                       struct problem *problem);
/* NULL: a value is too long for a token. */
const char *listing_token_write(struct arena *arena, const struct listing_plan *plan,
                                const struct listing_place *place);
MUST_USE enum error listing_token_read(struct arena *arena, const struct listing_plan *plan,
                                       const char *token, struct listing_place *place,
                                       struct problem *problem);

/* One page of rows after `place` (NULL: from the start), at most `max`. */
MUST_USE enum error listing_page(struct edge_call *call, const struct listing_plan *plan,
                                 const struct listing_place *place, int64_t max, struct rows *rows);
/* Texts of the sealed columns of a page, row by row: one per column; NULL where it was erased,
 * absent or is not shown. */
MUST_USE enum error listing_open(struct edge_call *call, const struct listing_plan *plan,
                                 const struct rows *rows, const char ***texts);
/* Text of a plain value in the arena; NULL for SQL's NULL. */
const char *listing_text(struct arena *arena, const struct rows *rows, int32_t row, size_t place,
                         enum column_type type);
/* "1234.56" of minor units; the plain number if the currency is unknown. */
const char *listing_amount(struct arena *arena, int64_t amount_minor, const char *currency);

enum error listing_csv(struct edge_call *call, const struct listing_plan *plan);
