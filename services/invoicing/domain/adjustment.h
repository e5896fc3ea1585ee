/* SPDX-License-Identifier: Apache-2.0
 * Adjustment: an allowance or a charge, on a line (BG-27, BG-28) or on the document (BG-20, BG-21).
 * Its amount is given, or is a percentage of a base; then amount, percentage and base all stand on
 * the document (INV-1, INV-6). */
#pragma once
#include "services/invoicing/domain/tax.h"

/* The adjustment as it will stand on the document. `left`: what it may take a percentage of at most
 * (INV-6: successive percentages compound); NULL: no such bound. */
bool adjustment_compute(Invoicing__Adjustment **computed, const Invoicing__Adjustment *request,
                        struct currency currency, const struct money *left, struct money *amount,
                        const struct place *place, struct fault *fault);
/* What it adds to the net: negative for an allowance. */
bool adjustment_effect(struct money *effect, const Invoicing__Adjustment *adjustment,
                       struct money amount, const struct place *place, struct fault *fault);
