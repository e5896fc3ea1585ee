/* SPDX-License-Identifier: Apache-2.0
 * Decimal: an exact decimal number, unscaled / 10^scale, for quantities, unit prices (scale at most
 * 6) and exchange rates (scale 10). Handbook GEN-2. 1.50 and 1.5 are equal but keep their own
 * texts. */
#pragma once
#include <stdint.h>

#include "billing/common/v1/scalar.pb-c.h"
#include "common/base/arena.h"
#include "common/base/error.h"

struct decimal {
    int64_t unscaled;
    uint32_t scale; /* 0 to DECIMAL_SCALE_MAX */
};

enum { DECIMAL_SCALE_MAX = 10, DECIMAL_QUANTITY_SCALE_MAX = 6, DECIMAL_TEXT_SIZE = 24 };

static inline struct decimal decimal_of(int64_t unscaled, uint32_t scale)
{
    return (struct decimal){unscaled, scale};
}

/* "-12.345": digits, at most scale_max after the point; no '+', exponent, blank, leading zero or
 * bare point. ERR_MALFORMED, or ERR_RANGE for too many digits. */
MUST_USE enum error decimal_parse(struct decimal *decimal, const char *text, uint32_t scale_max,
                                  struct problem *problem);
/* With exactly `scale` digits after the point. */
void decimal_format(char text[DECIMAL_TEXT_SIZE], struct decimal decimal);

/* By value: 1.50 equals 1.5. -1, 0 or 1. */
int decimal_compare(struct decimal left, struct decimal right);
int decimal_sign(struct decimal decimal);
/* Same value with the smallest scale: 1.500 -> 1.5. */
struct decimal decimal_reduced(struct decimal decimal);
/* Exact, in the larger scale. ERR_RANGE if it does not fit. */
MUST_USE enum error decimal_add(struct decimal *sum, struct decimal left, struct decimal right,
                                struct problem *problem);
MUST_USE enum error decimal_sub(struct decimal *difference, struct decimal left,
                                struct decimal right, struct problem *problem);

/* ERR_MISSING for NULL, ERR_RANGE for a scale over scale_max. */
MUST_USE enum error decimal_from_message(struct decimal *decimal, const Common__Decimal *message,
                                         uint32_t scale_max, struct problem *problem);
Common__Decimal *decimal_to_message(struct arena *arena, struct decimal decimal);
