/* SPDX-License-Identifier: Apache-2.0
 * Payment: money that arrived, and what of it went back (handbook PAY-1, PAY-2, PAY-10). Its id
 * derives from its natural key, so the same receipt meets its own stream however often it is told.
 */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/decision.h"

/* What the personal data of a payment is called when it is sealed; the subject is the payment's id,
 * since the payer is not known here. */
#define PAYMENT_SEALED_NAME "payer_name"
#define PAYMENT_SEALED_ACCOUNT "payer_account"
#define PAYMENT_SEALED_TEXT "text"

/* A receipt that a cashier records: unique per legal entity, method and source reference. */
void payment_record_declare(struct declaring *declaring, const Payments__RecordPayment *command);
void payment_record_decide(struct deciding *deciding, const Payments__RecordPayment *command);

/* Limits on what the payer said, and whose sealed data it is. `field` is the path of the
 * remittance; NULL passes. */
bool payment_remittance_check(struct deciding *deciding, const char *field,
                              const Payments__Remittance *remittance, const char *payment_id);

void payment_evolve_received(struct arena *arena, Payments__PaymentState *state,
                             const Payments__PaymentReceived *event);
void payment_evolve_returned(struct arena *arena, Payments__PaymentState *state,
                             const Payments__PaymentReturned *event);
