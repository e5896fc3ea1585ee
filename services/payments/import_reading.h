/* SPDX-License-Identifier: Apache-2.0
 * Import reading: the first reading of a bank file, which judges it whole before anything counts
 * (handbook REC-7): a file that is refused, one that is not read yet, or statements with what the
 * file itself says against them. */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/arena.h"
#include "common/base/error.h"
#include "services/payments/formats/statement_source.h"

enum { IMPORT_STATEMENTS_MAX = 2000 };

struct import_reading {
    /* Verdict, format, counts, and of a refused file code, path, line and sentence; in the arena.
     */
    Payments__RecordImport *record;
    Payments__IngestStatement **statements;
    size_t n, max;
};

/* OK: judged, whatever the verdict. ERR_AGAIN: the source could not be read. ERR_TOO_LARGE: the
 * arena is full. */
MUST_USE enum error import_read(struct arena *arena, const struct statement_source *source,
                                const char *import_id, const char *imported_by,
                                struct import_reading *reading, struct problem *problem);
