/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/adjustment.h"

static bool percentage_compute(const Invoicing__Adjustment *request, struct currency currency,
                               const struct money *left, struct money *amount,
                               const struct place *place, struct fault *fault)
{
    struct money base;
    if (request->percent_ppm < 0 || request->percent_ppm > TAX_RATE_PPM_MAX)
        return fault_set(fault, &REFUSAL_RATE_OUT_OF_RANGE, place, "percent_ppm", NULL);
    if (!request->percent_ppm || !request->base_amount)
        return fault_set(fault, &REFUSAL_ADJUSTMENT_INCOMPLETE, place,
                         request->base_amount ? "percent_ppm" : "base_amount",
                         "a percentage and its base are both given or both absent");
    if (!check_money(fault, place, "base_amount", request->base_amount, currency, &base))
        return false;
    if (money_sign(base) < 0)
        return fault_set(fault, &REFUSAL_ADJUSTMENT_NEGATIVE, place, "base_amount", NULL);
    if (left && !request->charge) {
        int order;
        if (!check_amount(fault, place, "base_amount", money_compare(&order, base, *left, NULL)))
            return false;
        if (order > 0)
            return fault_set(fault, &REFUSAL_ADJUSTMENT_BASE_NOT_LEFT, place, "base_amount", NULL);
    }
    return check_amount(fault, place, "amount",
                        money_percent(amount, base, request->percent_ppm, ROUND_HALF_AWAY, NULL));
}

bool adjustment_compute(Invoicing__Adjustment **computed, const Invoicing__Adjustment *request,
                        struct currency currency, const struct money *left, struct money *amount,
                        const struct place *place, struct fault *fault)
{
    struct money given;
    bool by_percentage = request->percent_ppm || request->base_amount;
    if (!*request->reason)
        return fault_set(fault, &REFUSAL_ADJUSTMENT_REASON_MISSING, place, "reason", NULL);
    if (!check_text(fault, place, "reason", request->reason, REASON_BYTES_MAX, TEXT_NO_CONTROL))
        return false;
    if (by_percentage && !percentage_compute(request, currency, left, amount, place, fault))
        return false;
    if (!by_percentage && !request->amount)
        return fault_set(fault, &REFUSAL_ADJUSTMENT_INCOMPLETE, place, "amount", NULL);
    if (request->amount && !check_money(fault, place, "amount", request->amount, currency, &given))
        return false;
    if (!by_percentage)
        *amount = given;
    else if (request->amount && !money_equal(given, *amount))
        return fault_set(fault, &REFUSAL_ADJUSTMENT_AMOUNT_DIFFERS, place, "amount", NULL);
    if (money_sign(*amount) < 0)
        return fault_set(fault, &REFUSAL_ADJUSTMENT_NEGATIVE, place, "amount", NULL);

    *computed = arena_new(fault->arena, Invoicing__Adjustment, INVOICING__ADJUSTMENT__INIT);
    (*computed)->charge = request->charge;
    (*computed)->amount = money_to_message(fault->arena, *amount);
    (*computed)->percent_ppm = request->percent_ppm;
    (*computed)->base_amount = request->base_amount;
    (*computed)->reason = request->reason;
    (*computed)->n_taxes = request->n_taxes;
    (*computed)->taxes = request->taxes;
    return true;
}

bool adjustment_effect(struct money *effect, const Invoicing__Adjustment *adjustment,
                       struct money amount, const struct place *place, struct fault *fault)
{
    *effect = amount;
    return adjustment->charge ||
           check_amount(fault, place, "amount", money_negate(effect, amount, NULL));
}
