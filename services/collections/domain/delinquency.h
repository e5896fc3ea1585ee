/* SPDX-License-Identifier: Apache-2.0
 * Delinquency: what of an account is overdue as of a date, computed from its items alone (COL-2,
 * COL-4). Nothing is remembered, so a payment that comes back gives what would be there had it
 * never come. */
#pragma once
#include "billing/collections/v1/collections.pb-c.h"
#include "common/base/arena.h"
#include "common/money/money.h"

enum { NEVER_DAYS = INT32_MIN }; /* in place of a date: before every day */

/* NEVER_DAYS for NULL. */
int32_t debt_days_of(const Common__Date *date);
Common__Date *debt_days_message(struct arena *arena, int32_t days);

/* max(0, as_of - due). */
uint32_t debt_days_late(int32_t due_days, int32_t as_of_days);
/* Current 0, 1-30, 31-60, 61-90, over 90. */
Collections__Bucket debt_bucket(uint32_t days_past_due);
/* An amount of a contract; zero amounts may lack their currency. */
bool debt_is_zero(const Common__Money *money);

/* The oldest overdue item decides: days_past_due and bucket are its own. */
struct delinquency {
    Collections__LateItem **items; /* open after their due date, in the order of the case */
    size_t n_items;
    uint32_t days_past_due;
    Collections__Bucket bucket;
};

struct delinquency delinquency_of(struct arena *arena, Collections__CaseItem *const *items,
                                  size_t n_items, int32_t as_of_days);

/* What late items come to, one amount per currency, in the order of the first item of each.
 * ERR_RANGE, ERR_MALFORMED. */
MUST_USE enum error debt_late_totals(struct arena *arena, Collections__LateItem *const *items,
                                     size_t n_items, Common__Money ***totals, size_t *n_totals);
