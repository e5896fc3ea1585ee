/* SPDX-License-Identifier: Apache-2.0
 * Aging writer: the report as JSON (the contract's AgingReport) or CSV, row by row into a file
 * without a name, since a legal entity may have a million accounts; totals are summed over exactly
 * the rows that were written. */
#pragma once
#include <stdio.h>

#include "common/money/money.h"
#include "services/reporting/store_aging.h"

struct aging_totals {
    struct currency currency;
    struct money columns[REPORT_COLUMNS];
};

struct aging_writer {
    struct api_call *call;
    const struct question *question;
    bool csv, by_account;
    FILE *file; /* closed by aging_writer_fini unless it was answered */
    uint64_t rows, movements;
    struct aging_totals *totals;
    size_t n_totals, totals_max;
    Reporting__Watermark **watermarks;
    size_t n_watermarks;
};

void aging_writer_fini(struct aging_writer *writer);
#define AGING_WRITER_AUTO __attribute__((cleanup(aging_writer_fini)))

/* ERR_INTERNAL: no file. */
MUST_USE enum error aging_writer_begin(struct aging_writer *writer);
/* Leaves out rows without any amount. ERR_RANGE: a total does not fit. */
MUST_USE enum error aging_writer_row(struct aging_writer *writer,
                                     const struct aging_amounts *amounts);
/* Totals, counts and watermark; answers the call. */
MUST_USE enum error aging_writer_answer(struct aging_writer *writer);
