/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/amount.h"

#include <assert.h>

#include "services/reconciliation/domain/policy.h"

/* So that thousands of them can be summed, and every one negated, without another thought. */
#define AMOUNT_MINOR_MAX INT64_C(1000000000000000)

bool amount_read(struct money *money, const Common__Money *message)
{
    return message && money_from_message(money, message, NULL) == OK &&
           money->minor <= AMOUNT_MINOR_MAX && /* raw: a bound of ours, in any currency */
           money->minor >= -AMOUNT_MINOR_MAX;  /* raw: a bound of ours, in any currency */
}

bool amount_read_of(struct money *money, const Common__Money *message, struct currency currency)
{
    *money = money_zero(currency);
    if (!message)
        return true;
    return amount_read(money, message) && currency_equal(money->currency, currency);
}

struct money amount_kept(const Common__Money *message)
{
    struct money money;
    bool known = amount_read(&money, message);
    assert(known);
    return money;
}

struct money amount_kept_of(const Common__Money *message, struct currency currency)
{
    struct money money;
    bool known = amount_read_of(&money, message, currency);
    assert(known);
    return money;
}

struct money amount_plus(struct money left, struct money right)
{
    struct money sum;
    enum error error = money_add(&sum, left, right, NULL);
    assert(error == OK);
    return sum;
}

struct money amount_minus(struct money left, struct money right)
{
    struct money difference;
    enum error error = money_sub(&difference, left, right, NULL);
    assert(error == OK);
    return difference;
}

struct money amount_negated(struct money money)
{
    return amount_minus(money_zero(money.currency), money);
}

int amount_order(struct money left, struct money right)
{
    int order;
    enum error error = money_compare(&order, left, right, NULL);
    assert(error == OK);
    return order;
}

struct money amount_smaller(struct money left, struct money right)
{
    return amount_order(left, right) <= 0 ? left : right;
}

bool amount_within_tolerance(struct money open, struct money paid, struct money document)
{
    if (!currency_equal(open.currency, paid.currency) || money_sign(open) <= 0)
        return false;
    struct money residual, part;
    if (money_sub(&residual, open, paid, NULL) != OK || money_sign(residual) < 0 ||
        money_percent(&part, document, match_policy_default.tolerance_rate_ppm, ROUND_HALF_AWAY,
                      NULL) != OK)
        return false;
    int64_t absolute = match_policy_default.tolerance_units * currency_unit_minor(open.currency);
    struct money limit = amount_smaller(money_of(absolute, open.currency), part);
    return amount_order(residual, limit) <= 0;
}

bool date_read(struct date *date, const Common__Date *message)
{
    return date_from_message(date, message, NULL) == OK;
}

struct date date_later(struct date left, struct date right)
{
    return date_compare(left, right) >= 0 ? left : right;
}
