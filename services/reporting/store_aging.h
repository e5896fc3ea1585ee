/* SPDX-License-Identifier: Apache-2.0
 * The SQL of the aging (REP-1). An open amount is the sum of its movements, so a bucket is the sum
 * of the movements of its items: no row per item needs to be made. */
#pragma once
#include "common/database/statement.h"
#include "services/reporting/question.h"

/* So many movements are summed in one statement. Accounts are spread over all of the tables, so a
 * page reads nearly as much as the whole: few large pages, each still far below statement_timeout.
 */
enum { AGING_PAGE_MOVEMENTS = 1000000 };

struct aging_amounts {
    struct uuid account; /* nil: all of the legal entity */
    const char *account_number, *currency;
    int64_t columns_minor[REPORT_COLUMNS];
    int64_t movements;
};

/* The last account of the page that begins after `after` (nil: the first page); *last_page: there
 * is no bound. */
MUST_USE enum error aging_page_end(struct database *database, const struct question *question,
                                   struct uuid after, struct uuid *end, bool *last_page,
                                   struct problem *problem);
/* By account, currency and column, in that order. */
MUST_USE enum error aging_page_read(struct database *database, const struct question *question,
                                    struct uuid after, const struct uuid *end, struct rows *rows,
                                    struct problem *problem);
/* By currency and column. */
MUST_USE enum error aging_entity_read(struct database *database, const struct question *question,
                                      struct rows *rows, struct problem *problem);
/* Gathers the columns of one account and currency from *row on, and moves *row behind them; false:
 * there are no more. Texts are borrowed from `rows`. */
bool aging_amounts_next(const struct rows *rows, int32_t *row, struct aging_amounts *amounts);

/* The last movement of each shard that was recorded by then, in the report's watermark. */
MUST_USE enum error watermark_read(struct database *database, struct arena *arena,
                                   int64_t known_at_us, int32_t shards,
                                   Reporting__Watermark ***watermarks, size_t *count,
                                   struct problem *problem);
/* IANA name. ERR_NOT_FOUND: no such legal entity has arrived. */
MUST_USE enum error report_zone_read(struct database *database, struct arena *arena,
                                     struct uuid entity, const char **zone,
                                     struct problem *problem);
