/* SPDX-License-Identifier: Apache-2.0
 * Recurring charge: what an account is billed with each cycle, from its start until its end. A
 * period that it covers in part costs price * days / days of the period (INV-13). */
#pragma once
#include "billing/invoicing/v1/customer.pb-c.h"
#include "services/invoicing/domain/document_line.h"

/* It can be billed in this currency; `place` is where it stands in the command. */
bool recurring_charge_check(struct fault *fault, const struct place *place,
                            const Invoicing__RecurringCharge *charge, struct currency currency);

/* The line for [start, end); NULL: the charge does not reach into the period. Part of a period is
 * billed by days: quantity
 * * days at the price for base quantity * days of the period, which is exact, so that it is rounded
 * once. */
bool recurring_charge_line(struct fault *fault, const Invoicing__RecurringCharge *charge,
                           struct date start, struct date end, Invoicing__LineRequest **line);
