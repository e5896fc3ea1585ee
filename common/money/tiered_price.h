/* SPDX-License-Identifier: Apache-2.0
 * Tiered price: usage of a whole period rated by tiers, then rounded once (handbook INV-7). */
#pragma once
#include "common/money/money.h"

enum tier_mode {
    TIERS_GRADUATED, /* each unit at the price of its own tier */
    TIERS_VOLUME,    /* all units at the price of the tier that the quantity reaches */
};

struct tier {
    struct decimal
        up_to; /* inclusive upper bound, ascending; not read in the last tier, which has none */
    struct decimal price; /* per unit */
};

/* `quantity` is the aggregate of the period and not negative. ERR_RANGE for no tiers or bounds that
 * do not ascend. */
MUST_USE enum error tiered_price(struct money *price, struct decimal quantity,
                                 const struct tier *tiers, size_t count, enum tier_mode mode,
                                 struct currency currency, enum rounding rounding,
                                 struct problem *problem);
