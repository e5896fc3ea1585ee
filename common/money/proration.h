/* SPDX-License-Identifier: Apache-2.0
 * Proration: the part of a cycle's price that some of its days cost: P * d / D (handbook INV-13).
 * Segments of one price are rounded cumulatively, so that they sum to the price. Periods are
 * half-open: [start, end). */
#pragma once
#include "common/money/calendar.h"
#include "common/money/money.h"

enum proration_basis {
    PRORATION_ACTUAL, /* D = days of that cycle; policy default */
    PRORATION_30, /* every month counts 30 days, its 31st none and its last February day the rest */
};

/* Days of [start, end) under the basis. Adds up over adjoining periods. Negative if end is before
 * start. */
int32_t proration_days(enum proration_basis basis, struct date start, struct date end);

/* round(price * days / cycle_days); 0 <= days, 0 < cycle_days. */
MUST_USE enum error proration_amount(struct money *amount, struct money price, int32_t days,
                                     int32_t cycle_days, enum rounding rounding,
                                     struct problem *problem);

/* One amount per segment: round(P*cum_k/D) - round(P*cum_{k-1}/D). Days of all segments may not
 * exceed cycle_days. */
MUST_USE enum error proration_segments(struct money *amounts, struct money price,
                                       const int32_t *segment_days, size_t count,
                                       int32_t cycle_days, enum rounding rounding,
                                       struct problem *problem);

/* A price that changes within a cycle which was billed in advance. */
struct price_change {
    struct money used_old;   /* what the old price costs until the change */
    struct money credit_old; /* what was billed too much: old price - used_old, positive for a
                                positive price */
    struct money charge_new; /* what the new price costs from the change on */
};

/* start <= change <= end, start < end. */
MUST_USE enum error proration_change(struct price_change *result, struct money old_price,
                                     struct money new_price, struct date start, struct date end,
                                     struct date change, enum proration_basis basis,
                                     enum rounding rounding, struct problem *problem);
