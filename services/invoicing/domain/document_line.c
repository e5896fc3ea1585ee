/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/document_line.h"

enum { UNIT_BYTES_MAX = 3 };

static bool unit_check(struct fault *fault, const struct place *place, const char *unit)
{
    size_t size = strlen(unit);
    bool fits = size >= 1 && size <= UNIT_BYTES_MAX;
    for (size_t i = 0; fits && i < size; i++)
        fits = character_is_digit(unit[i]) || (unit[i] >= 'A' && unit[i] <= 'Z');
    return fits || fault_set(fault, &REFUSAL_UNIT_MALFORMED, place, "unit_code", NULL);
}

static bool texts_check(struct fault *fault, const struct place *place,
                        const Invoicing__LineRequest *request)
{
    return check_text(fault, place, "line_id", request->line_id, LINE_ID_BYTES_MAX,
                      TEXT_NO_CONTROL) &&
           check_text_given(fault, place, "description", request->description,
                            DESCRIPTION_BYTES_MAX, TEXT_LINES) &&
           (!*request->charge_code ||
            check_code(fault, place, "charge_code", request->charge_code)) &&
           unit_check(fault, place, request->unit_code) &&
           ((!request->period_start && !request->period_end) ||
            check_period(fault, place, request->period_start, request->period_end));
}

static bool gross_compute(struct money *gross, const Invoicing__LineRequest *request,
                          struct currency currency, const struct place *place, struct fault *fault)
{
    struct decimal price, quantity, base = decimal_of(1, 0);
    if (!check_decimal(fault, place, "quantity", request->quantity, &quantity) ||
        !check_decimal(fault, place, "price", request->price, &price) ||
        (request->base_quantity &&
         !check_decimal(fault, place, "base_quantity", request->base_quantity, &base)))
        return false;
    if (decimal_sign(price) < 0)
        return fault_set(fault, &REFUSAL_PRICE_NEGATIVE, place, "price", NULL);
    if (decimal_sign(base) <= 0)
        return fault_set(fault, &REFUSAL_BASE_QUANTITY_NOT_POSITIVE, place, "base_quantity", NULL);
    return check_amount(
        fault, place, "price",
        money_multiply(gross, price, quantity, base, currency, ROUND_HALF_AWAY, NULL));
}

/* Adds allowances and charges to *net, in stated order. */
static bool adjustments_compute(Invoicing__InvoiceLine *line, const Invoicing__LineRequest *request,
                                struct money *net, const struct place *place, struct fault *fault)
{
    if (request->n_adjustments > LINE_ADJUSTMENTS_MAX)
        return fault_set(fault, &REFUSAL_TOO_MANY_ELEMENTS, place, "adjustments", "at most %d",
                         LINE_ADJUSTMENTS_MAX);
    line->n_adjustments = request->n_adjustments;
    line->adjustments = arena_get(fault->arena, request->n_adjustments * sizeof *line->adjustments);
    for (size_t i = 0; i < request->n_adjustments; i++) {
        const struct place here = place_at(place, "adjustments", i);
        const Invoicing__Adjustment *asked = request->adjustments[i];
        struct money amount, effect;
        if (asked->n_taxes)
            return fault_set(fault, &REFUSAL_FIELD_FORBIDDEN, &here, "taxes",
                             "an adjustment of a line bears the line's taxes");
        if (!adjustment_compute(&line->adjustments[i], asked, net->currency, net, &amount, &here,
                                fault) ||
            !adjustment_effect(&effect, asked, amount, &here, fault) ||
            !check_amount(fault, &here, "amount", money_add(net, *net, effect, NULL)))
            return false;
    }
    return true;
}

bool document_line_compute(Invoicing__InvoiceLine **computed, const Invoicing__LineRequest *request,
                           size_t index, struct currency currency, struct money *net,
                           const struct place *place, struct fault *fault)
{
    if (!texts_check(fault, place, request) ||
        !taxes_check(fault, place, request->taxes, request->n_taxes) ||
        !gross_compute(net, request, currency, place, fault))
        return false;
    Invoicing__InvoiceLine *line =
        arena_new(fault->arena, Invoicing__InvoiceLine, INVOICING__INVOICE_LINE__INIT);
    line->line_id =
        *request->line_id ? request->line_id : arena_text(fault->arena, "%zu", index + 1);
    line->description = request->description;
    line->quantity = request->quantity;
    line->unit_code = request->unit_code;
    line->price = request->price;
    line->base_quantity = request->base_quantity;
    line->n_taxes = request->n_taxes;
    line->taxes = request->taxes;
    line->charge_code = request->charge_code;
    line->period_start = request->period_start;
    line->period_end = request->period_end;
    if (!adjustments_compute(line, request, net, place, fault))
        return false;
    line->net = money_to_message(fault->arena, *net);
    *computed = line;
    return true;
}
