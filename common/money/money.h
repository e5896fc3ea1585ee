/* SPDX-License-Identifier: Apache-2.0
 * Money: an amount in minor units of one currency, by value (handbook GEN-1). Every result is
 * checked: overflow and mixed currencies are ERR_RANGE, and then the result is not written. Never
 * floating point. `problem` may be NULL; its field stays empty, since only the caller knows the
 * path. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "billing/common/v1/scalar.pb-c.h"
#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/money/currency.h"
#include "common/money/decimal.h"
#include "common/money/ratio.h"
#include "common/money/rounding.h"

struct money {
    int64_t minor; /* EUR 12.34 is 1234 */
    struct currency currency;
};

enum { MONEY_TEXT_SIZE = 32 };

static inline struct money money_of(int64_t minor, struct currency currency)
{
    return (struct money){minor, currency};
}

static inline struct money money_zero(struct currency currency)
{
    return (struct money){0, currency};
}

MUST_USE enum error money_add(struct money *sum, struct money left, struct money right,
                              struct problem *problem);
MUST_USE enum error money_sub(struct money *difference, struct money left, struct money right,
                              struct problem *problem);
MUST_USE enum error money_negate(struct money *negated, struct money money,
                                 struct problem *problem);
/* The amount without its sign. */
MUST_USE enum error money_absolute(struct money *absolute, struct money money,
                                   struct problem *problem);
/* *order is -1, 0 or 1. */
MUST_USE enum error money_compare(int *order, struct money left, struct money right,
                                  struct problem *problem);
/* *smaller of the two. */
MUST_USE enum error money_min(struct money *smaller, struct money left, struct money right,
                              struct problem *problem);
/* All of `items`; of none, zero of `currency`. */
MUST_USE enum error money_sum(struct money *sum, const struct money *items, size_t count,
                              struct currency currency, struct problem *problem);

/* These need no second amount, so they cannot fail. */
int money_sign(struct money money);
bool money_is_zero(struct money money);
/* Same amount and same currency. */
bool money_equal(struct money left, struct money right);

/* ---- text ---- */

/* "EUR 1.20": one space, exactly the currency's decimals; EUR 1.2, EUR 1.234 and JPY 1.0 are
 * ERR_MALFORMED. */
MUST_USE enum error money_parse(struct money *money, const char *text, struct problem *problem);
/* "1.20" alone, of a known currency. */
MUST_USE enum error money_parse_amount(struct money *money, const char *amount,
                                       struct currency currency, struct problem *problem);
/* An amount as banks and files write it: fewer decimals, or more that are zero, are the same amount
 * ("1", "1.2", "1.200" are EUR); anything that the currency cannot hold exactly is ERR_RANGE. */
MUST_USE enum error money_from_decimal(struct money *money, struct decimal amount,
                                       struct currency currency, struct problem *problem);
void money_format(char text[MONEY_TEXT_SIZE], struct money money);        /* "EUR -1234.56" */
void money_format_amount(char text[MONEY_TEXT_SIZE], struct money money); /* "-1234.56" */

/* ---- messages ---- */

/* ERR_MISSING for NULL, ERR_MALFORMED for an unknown currency. */
MUST_USE enum error money_from_message(struct money *money, const Common__Money *message,
                                       struct problem *problem);
/* A message in the arena; NULL only if the arena is exhausted. */
Common__Money *money_to_message(struct arena *arena, struct money money);

/* ---- exact arithmetic, rounded once ---- */

/* round(price * quantity / base_quantity) (handbook INV-1, GEN-2). base_quantity must be positive.
 */
MUST_USE enum error money_multiply(struct money *product, struct decimal price,
                                   struct decimal quantity, struct decimal base_quantity,
                                   struct currency currency, enum rounding rounding,
                                   struct problem *problem);
/* round(base * rate); 20 % is 200000. */
MUST_USE enum error money_percent(struct money *part, struct money base, int64_t rate_ppm,
                                  enum rounding rounding, struct problem *problem);
/* round(money * numerator / denominator). */
MUST_USE enum error money_scale(struct money *scaled, struct money money, int64_t numerator,
                                int64_t denominator, enum rounding rounding,
                                struct problem *problem);
MUST_USE enum error money_divide(struct money *quotient, struct money money, int64_t divisor,
                                 enum rounding rounding, struct problem *problem);
/* A ratio counted in whole units of the currency (1/3 EUR -> EUR 0.33), and an amount as such a
 * ratio. */
MUST_USE enum error money_from_ratio(struct money *money, struct ratio units,
                                     struct currency currency, enum rounding rounding,
                                     struct problem *problem);
struct ratio money_to_ratio(struct money money);

/* A price with tax inside: net = round(gross / (1 + rate)), tax = gross - net (handbook INV-5). */
MUST_USE enum error money_net_from_gross(struct money *net, struct money *tax, struct money gross,
                                         int64_t rate_ppm, enum rounding rounding,
                                         struct problem *problem);
/* Percentages that compound in stated order: each takes its part of what the earlier ones left,
 * rounded, since each is an entry of its own on the document (handbook INV-6). discounts[count] may
 * be NULL. */
MUST_USE enum error money_discount(struct money *rest, struct money *discounts, struct money base,
                                   const int64_t *rates_ppm, size_t count, enum rounding rounding,
                                   struct problem *problem);
/* The payable in coins that exist, and the difference for BT-114: payable = amount + difference
 * (handbook INV-8). unit_minor is 5 for CHF 0.05; ties away from zero. */
MUST_USE enum error money_cash_round(struct money *payable, struct money *difference,
                                     struct money amount, int64_t unit_minor,
                                     struct problem *problem);
