/* SPDX-License-Identifier: Apache-2.0
 * Amount: money of messages, read where it is input and trusted where it is our own state. */
#pragma once
#include "common/money/calendar.h"
#include "common/money/money.h"
#include "services/reconciliation/domain/refusals.h"

/* False: absent, of an unknown currency, or beyond 10^15 minor units. */
bool amount_read(struct money *money, const Common__Money *message);
/* The same, of this currency; absent is zero. */
bool amount_read_of(struct money *money, const Common__Money *message, struct currency currency);
/* Of our own state or event: it was checked before it was kept (asserted). Absent is zero of
 * `currency`. */
struct money amount_kept(const Common__Money *message);
struct money amount_kept_of(const Common__Money *message, struct currency currency);

/* Arithmetic on kept amounts of one document, which never leaves its bounds (asserted). */
struct money amount_plus(struct money left, struct money right);
struct money amount_minus(struct money left, struct money right);
struct money amount_negated(struct money money);
struct money amount_smaller(struct money left, struct money right);
int amount_order(struct money left, struct money right);

/* PAY-6: what remains open of `open` after `paid` is small enough to call the amounts equal. More
 * than open is not. */
bool amount_within_tolerance(struct money open, struct money paid, struct money document);

/* False: absent or outside the calendar. */
bool date_read(struct date *date, const Common__Date *message);
struct date date_later(struct date left, struct date right);
