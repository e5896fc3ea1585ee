/* SPDX-License-Identifier: Apache-2.0
 * Question: what every report is asked: of which legal entity, as of which date, as known at which
 * time, by which basis (REP-1). Also whether the answer can still change. */
#pragma once
#include "billing/reporting/v1/reporting.pb-c.h"
#include "common/service/api.h"

struct question {
    struct uuid entity;
    const char *entity_id;
    int32_t as_of_days;
    int64_t known_at_us;
    Reporting__AgingBasis basis;
    const char *currency; /* "": all */
    /* Asked before anything is read: what was complete then cannot change any more. */
    bool provisional;
};

/* The columns of an aging. By issue date the first bucket is 0-30 and there are four. */
enum report_column {
    COLUMN_BUCKET_0,
    COLUMN_BUCKET_1,
    COLUMN_BUCKET_2,
    COLUMN_BUCKET_3,
    COLUMN_BUCKET_4,
    COLUMN_CREDITS,
    COLUMN_UNAPPLIED,
    REPORT_COLUMNS
};
enum { REPORT_BUCKETS = 5 };
/* "1_30"; NULL: the basis has no such column. */
const char *report_column_name(Reporting__AgingBasis basis, enum report_column column);

/* From the query parameters entity_id (else `entity_id`), as_of, known_at, basis and currency.
 * Refuses, with status and field, an unknown legal entity and one that the caller may not see. */
MUST_USE enum error question_read(struct api_call *call, const char *entity_id,
                                  struct question *question);

/* format=csv, or Accept: text/csv without a format. */
bool question_wants_csv(const struct api_call *call);
