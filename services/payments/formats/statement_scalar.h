/* SPDX-License-Identifier: Apache-2.0
 * Statement scalars: numbers, dates and flags as XML Schema writes them (W3C XML Schema part 2),
 * which is looser than our own texts: "+5", "05.50" and "5." are amounts, a date may carry a zone,
 * a time may lack one. Nothing is guessed: what is not of the form is false. Blanks around a value
 * are the caller's to trim. */
#pragma once
#include <stdbool.h>

#include "services/payments/formats/statement.h"

enum scalar_verdict { SCALAR_READ, SCALAR_MALFORMED, SCALAR_NOT_REPRESENTABLE };

/* xs:decimal into a currency. NOT_REPRESENTABLE: more decimals than the currency has (zeros at the
 * end do not count) or more digits than fit. `currency_code` may be NULL or unknown: then
 * NOT_REPRESENTABLE, once the number itself was found well-formed. */
enum scalar_verdict scalar_read_amount(struct money *money, const char *text,
                                       const char *currency_code);

/* xs:date or xs:dateTime: the civil date as written. False for 2026-02-30 too. */
bool scalar_read_date(struct date *date, const char *text);

/* xs:dateTime, or a date alone, which is its midnight. Digits beyond the microsecond are cut. */
bool scalar_read_time(struct statement_time *time, const char *text);

/* true, false, 1, 0 in small or capital letters. */
bool scalar_read_boolean(bool *flag, const char *text);

/* Digits; a fraction of zeros is allowed, since the format's sequence numbers are xs:decimal. */
bool scalar_read_number(uint64_t *number, const char *text);
