/* SPDX-License-Identifier: Apache-2.0
 * Refusals: every way in which payments says no: stable code, rule, remedy, HTTP status (409: its
 * state forbids it, 422: its content, 404: it is not there). */
#pragma once
#include "common/base/decision.h"

/* clang-format off */
#define PAYMENTS_REFUSALS(X) \
    /* things that are not there, or there already */ \
    X(DUPLICATE_RECEIPT, 409, "PAY-2", "this receipt is recorded already; nothing was added") \
    X(DUPLICATE_MOVEMENT, 409, "PAY-2", "this row of the bank is recorded already; nothing was added") \
    X(DUPLICATE_RETURN, 409, "PAY-10", "this return is recorded already; nothing was added") \
    X(DUPLICATE_STATEMENT, 409, "REC-7", "a statement with this id was read before; nothing was added") \
    X(DUPLICATE_IMPORT, 409, "REC-7", "the same file was brought before; nothing was added") \
    X(STATEMENT_NOT_FOUND, 404, "REC-7", "there is no statement with this id") \
    X(STATEMENT_NOT_HELD, 409, "REC-7", "the statement is not held: there is nothing to accept") \
    X(STATEMENT_NOT_INGESTED, 409, "REC-7", "the statement is held or posted already") \
    X(BANK_ACCOUNT_EXISTS, 409, "REC-7", "the account number is registered already; a number belongs to one legal entity") \
    X(BANK_ACCOUNT_UNKNOWN, 409, "REC-7", "nobody registered this bank account; register it first") \
    /* people */ \
    X(ACCEPTED_BY_IMPORTER, 409, "SOD-2", "whoever brought the file cannot accept what is held of it; ask another person") \
    /* content */ \
    X(FIELD_REQUIRED, 422, "GEN-7", "the field must be given") \
    X(ID_MALFORMED, 422, "GEN-7", "an id is a UUID of 36 lower-case characters") \
    X(ID_NOT_DERIVED, 422, "PAY-2", "this id follows from the natural key; leave the field out") \
    X(TEXT_TOO_LONG, 422, "GEN-7", "the text is too long; shorten it") \
    X(TEXT_MALFORMED, 422, "GEN-7", "the text has characters that the field does not allow") \
    X(TOO_MANY_ELEMENTS, 422, "GEN-7", "there are too many elements; name fewer") \
    X(ENUM_REQUIRED, 422, "GEN-7", "choose one of the values of the contract") \
    X(SEALED_FOR_ANOTHER, 422, "COL-20", "the sealed datum is about another person or of another kind; seal it anew") \
    X(CURRENCY_UNKNOWN, 422, "GEN-1", "name an active ISO 4217 currency with a minor unit, such as EUR") \
    X(CURRENCY_MISMATCH, 422, "GEN-1", "amounts of one thing are in one currency") \
    X(AMOUNT_NOT_POSITIVE, 422, "PAY-1", "a receipt is of a positive amount; money that goes out is no receipt") \
    X(AMOUNT_ZERO, 422, "PAY-1", "a row of zero moves no money") \
    X(AMOUNT_OUT_OF_RANGE, 422, "GEN-1", "the amount does not fit") \
    X(DATE_OUT_OF_RANGE, 422, "GEN-5", "the date is outside 1900-01-01 to 2999-12-31") \
    X(VALUE_DATE_IN_FUTURE, 422, "PAY-1", "money that has not arrived is no receipt; record it on its day") \
    X(INSTANT_OUT_OF_RANGE, 422, "GEN-5", "the instant is outside the calendar; 0 means cleared") \
    X(ACCOUNT_NUMBER_MALFORMED, 422, "REC-7", "an account number has 1 to 34 letters, digits or signs, blanks apart")
/* clang-format on */

#define X(name, status, rule, text) extern const struct refusal REFUSAL_##name;
PAYMENTS_REFUSALS(X)
#undef X
