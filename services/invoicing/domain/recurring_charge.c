/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/recurring_charge.h"

#define UNIT_DAY "DAY"

static Invoicing__LineRequest *line_of(struct arena *arena,
                                       const Invoicing__RecurringCharge *charge)
{
    Invoicing__LineRequest *line =
        arena_new(arena, Invoicing__LineRequest, INVOICING__LINE_REQUEST__INIT);
    line->description = charge->description;
    line->quantity = charge->quantity;
    line->unit_code = charge->unit_code;
    line->price = charge->price;
    line->base_quantity = charge->base_quantity;
    line->n_taxes = charge->n_taxes;
    line->taxes = charge->taxes;
    line->charge_code = charge->charge_code;
    return line;
}

bool recurring_charge_check(struct fault *fault, const struct place *place,
                            const Invoicing__RecurringCharge *charge, struct currency currency)
{
    struct date start, end;
    struct money net;
    Invoicing__InvoiceLine *line;
    if (!check_id(fault, place, "charge_id", charge->charge_id) ||
        !check_code(fault, place, "charge_code", charge->charge_code) ||
        !check_date(fault, place, "start", charge->start, &start) ||
        (charge->end && !check_date(fault, place, "end", charge->end, &end)))
        return false;
    if (charge->end && end.days < start.days)
        return fault_set(fault, &REFUSAL_PERIOD_MALFORMED, place, "end", NULL);
    return document_line_compute(&line, line_of(fault->arena, charge), 0, currency, &net, place,
                                 fault);
}

/* decimal * days, in the scale of the decimal. */
static bool times_days(struct fault *fault, struct arena *arena, const Common__Decimal *decimal,
                       int32_t days, Common__Decimal **product)
{
    struct decimal result = decimal_of(days, 0);
    if (decimal && (__builtin_mul_overflow(decimal->unscaled, (int64_t)days, &result.unscaled)))
        return fault_set(fault, &REFUSAL_AMOUNT_OUT_OF_RANGE, NULL, "lines", NULL);
    if (decimal)
        result.scale = decimal->scale;
    *product = decimal_to_message(arena, result);
    return true;
}

bool recurring_charge_line(struct fault *fault, const Invoicing__RecurringCharge *charge,
                           struct date start, struct date end, Invoicing__LineRequest **line)
{
    struct arena *arena = fault->arena;
    int32_t from = charge->start->days > start.days ? charge->start->days : start.days;
    int32_t to = charge->end && charge->end->days < end.days ? charge->end->days : end.days;
    *line = NULL;
    if (from >= to)
        return true;
    *line = line_of(arena, charge);
    (*line)->period_start = date_to_message(arena, (struct date){from});
    (*line)->period_end = date_to_message(arena, (struct date){to});
    int32_t days = to - from, period_days = end.days - start.days;
    if (days == period_days)
        return true;
    (*line)->unit_code = UNIT_DAY;
    (*line)->description =
        arena_text(arena, "%s (%d of %d days)", charge->description, (int)days, (int)period_days);
    return times_days(fault, arena, charge->quantity, days, &(*line)->quantity) &&
           times_days(fault, arena, charge->base_quantity, period_days, &(*line)->base_quantity);
}
