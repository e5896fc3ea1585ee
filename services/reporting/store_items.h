/* SPDX-License-Identifier: Apache-2.0
 * The SQL behind one cell of the aging: an account's items that were open as of a date, as known at
 * a time. */
#pragma once
#include "common/database/statement.h"
#include "services/reporting/question.h"

struct cell_question {
    const struct question *question;
    struct uuid account;
    int32_t column; /* enum report_column; -1: all */
};

/* Where a page ended: rows are sorted by the date of the basis, then by id. */
struct cell_place {
    int32_t days;
    struct uuid item;
};

/* `after` NULL: from the first. The columns are those of open_item_at. */
MUST_USE enum error cell_page_read(struct database *database, const struct cell_question *cell,
                                   const struct cell_place *after, int64_t max, struct rows *rows,
                                   struct problem *problem);
/* The row with its place; texts are borrowed from `rows`, messages are in the arena. NULL: the
 * arena is full. */
Reporting__OpenItemRow *open_item_at(struct arena *arena, const struct rows *rows, int32_t row,
                                     const struct question *question, struct cell_place *place);

/* Of all rows: how many, and what they come to per currency. */
MUST_USE enum error cell_totals_read(struct database *database, struct arena *arena,
                                     const struct cell_question *cell, uint64_t *count,
                                     Common__Money ***totals, size_t *n_totals,
                                     struct problem *problem);
enum { BOOKMARK_ROWS = 1000 };
/* The place of each thousandth row. */
MUST_USE enum error cell_marks_read(struct database *database, struct arena *arena,
                                    const struct cell_question *cell, struct cell_place **places,
                                    size_t *count, struct problem *problem);

/* ERR_NOT_FOUND: the account has not arrived. Texts are in the arena. */
MUST_USE enum error reported_account_read(struct database *database, struct arena *arena,
                                          struct uuid account, const char **entity_id,
                                          const char **number, struct problem *problem);
