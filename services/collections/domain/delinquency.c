/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/domain/delinquency.h"

#include "common/base/text.h"

int32_t debt_days_of(const Common__Date *date)
{
    return date ? date->days : NEVER_DAYS;
}

Common__Date *debt_days_message(struct arena *arena, int32_t days)
{
    Common__Date *date = arena_new(arena, Common__Date, COMMON__DATE__INIT);
    date->days = days;
    return date;
}

uint32_t debt_days_late(int32_t due_days, int32_t as_of_days)
{
    int64_t days = (int64_t)as_of_days - due_days;
    return as_of_days == NEVER_DAYS || days < 0 ? 0 : (uint32_t)days;
}

Collections__Bucket debt_bucket(uint32_t days)
{
    if (days == 0)
        return BUCKET_CURRENT;
    if (days <= 30)
        return BUCKET_1_30;
    if (days <= 60)
        return BUCKET_31_60;
    return days <= 90 ? BUCKET_61_90 : BUCKET_OVER_90;
}

bool debt_is_zero(const Common__Money *money)
{
    return !money || money->minor == 0; /* raw: zero is zero in every currency */
}

static Collections__LateItem *late_item(struct arena *arena, const Collections__CaseItem *item,
                                        uint32_t days)
{
    Collections__LateItem *late =
        arena_new(arena, Collections__LateItem, COLLECTIONS__LATE_ITEM__INIT);
    late->item_id = item->item_id;
    late->document_number = item->document_number;
    late->open = item->open;
    late->due_date = item->due_date;
    late->days_past_due = days;
    return late;
}

struct delinquency delinquency_of(struct arena *arena, Collections__CaseItem *const *items,
                                  size_t n_items, int32_t as_of_days)
{
    struct delinquency delinquency = {0};
    delinquency.items = arena_get(arena, (n_items + 1) * sizeof(Collections__LateItem *));
    for (size_t i = 0; i < n_items; i++) {
        uint32_t days = debt_days_late(debt_days_of(items[i]->due_date), as_of_days);
        if (!days || debt_is_zero(items[i]->open))
            continue;
        delinquency.items[delinquency.n_items++] = late_item(arena, items[i], days);
        if (days > delinquency.days_past_due)
            delinquency.days_past_due = days;
    }
    delinquency.bucket = debt_bucket(delinquency.days_past_due);
    return delinquency;
}

static enum error total_add(struct arena *arena, Common__Money **total, const Common__Money *amount)
{
    struct money left, right;
    enum error error = money_from_message(&left, *total, NULL);
    if (!error)
        error = money_from_message(&right, amount, NULL);
    if (!error)
        error = money_add(&left, left, right, NULL);
    if (!error)
        *total = money_to_message(arena, left);
    return error;
}

enum error debt_late_totals(struct arena *arena, Collections__LateItem *const *items,
                            size_t n_items, Common__Money ***totals, size_t *n_totals)
{
    *totals = arena_get(arena, (n_items + 1) * sizeof **totals);
    *n_totals = 0;
    for (size_t i = 0; i < n_items; i++) {
        size_t at = 0;
        while (at < *n_totals && !text_equal((*totals)[at]->currency, items[i]->open->currency))
            at++;
        if (at == *n_totals) {
            (*totals)[(*n_totals)++] = items[i]->open;
            continue;
        }
        enum error error = total_add(arena, &(*totals)[at], items[i]->open);
        if (error)
            return error;
    }
    return OK;
}
