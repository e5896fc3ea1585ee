/* SPDX-License-Identifier: Apache-2.0
 * Refusals: every way in which reconciliation says no: stable code, rule, remedy, HTTP status (409:
 * its state forbids it, 422: its content, 404: it is not there). */
#pragma once
#include "common/base/decision.h"

/* clang-format off */
#define RECONCILIATION_REFUSALS(X) \
    /* things that are not there */ \
    X(ACCOUNT_NOT_FOUND, 404, "CUS-1", "there is no account with this id here; it may not have arrived yet") \
    X(ITEM_NOT_FOUND, 404, "REC-8", "the account has no item with this id") \
    X(MONEY_NOT_FOUND, 404, "PAY-1", "the account has no money with this payment's or credit note's id") \
    X(PAYMENT_NOT_FOUND, 404, "REC-6", "there is no payment with this id here; it may not have arrived yet") \
    X(APPLICATION_NOT_FOUND, 404, "PAY-3", "this money has no such application to this item") \
    /* state */ \
    X(ITEM_NOT_OPEN, 409, "GEN-9", "nothing is open on the item; apply the money to another one") \
    X(MONEY_USED_UP, 409, "GEN-9", "nothing is left of this money; take an application of it back first") \
    X(AMOUNT_EXCEEDS_OPEN, 409, "GEN-9", "more would be applied than is open; give at most the open amount") \
    X(AMOUNT_EXCEEDS_MONEY, 409, "GEN-9", "more would be applied than is left of this money") \
    X(APPLICATION_REVERSED, 409, "PAY-10", "the application was taken back before") \
    X(REQUEST_REPEATED, 409, "GEN-8", "this request was carried out before; ask again under a new request_id") \
    X(NOTHING_TO_APPLY, 409, "PAY-3", "the account has no money left, or no open item that is not disputed") \
    X(NOT_IN_SUSPENSE, 409, "REC-6", "the payer is known or the money went back; only money in suspense is identified") \
    X(MOVEMENT_NOT_A_RECEIPT, 409, "REC-6", "this is a bank movement and no receipt; no payer can be named for it") \
    X(RETURN_EXCEEDS_PAYMENT, 409, "PAY-10", "returns of a payment never exceed it") \
    X(TIE_OUT_EXISTS, 409, "REC-8", "a tie-out with this id was recorded before") \
    /* content */ \
    X(FIELD_REQUIRED, 422, "GEN-7", "the field must be given") \
    X(ID_MALFORMED, 422, "GEN-7", "an id is a UUID of 36 lower-case characters") \
    X(TEXT_TOO_LONG, 422, "GEN-7", "the text is too long; shorten it") \
    X(AMOUNT_NOT_POSITIVE, 422, "GEN-1", "the amount is positive, of a known currency") \
    X(AMOUNT_MALFORMED, 422, "GEN-1", "the amount is missing, negative or of another currency than its document") \
    X(DATE_MALFORMED, 422, "GEN-5", "the date is missing or outside the calendar") \
    X(CURRENCY_MISMATCH, 409, "GEN-1", "money and debt have different currencies; they never settle each other") \
    X(ENTITY_MISMATCH, 409, "REC-1", "payment and account belong to different legal entities") \
    X(ACCOUNT_MISMATCH, 409, "CUS-1", "the document belongs to another legal entity or currency than its account") \
    X(TOTALS_INCONSISTENT, 422, "GEN-9", "net, tax, prepaid, rounding and payable do not add up: no journal can hold them")
/* clang-format on */

/* REFUSAL(ITEM_NOT_FOUND). The services may be linked into one program, so the objects carry the
 * service's name. */
#define REFUSAL(name) (&reconciliation_refusal_##name)

#define X(name, status, rule, text) extern const struct refusal reconciliation_refusal_##name;
RECONCILIATION_REFUSALS(X)
#undef X
