/* SPDX-License-Identifier: Apache-2.0
 * Check: whether scalar fields of a command are what they claim to be. Each returns true when all
 * is well, or sets the fault with the field's path. Text is UTF-8 without NUL already
 * (common/wire); here its length and its form count. */
#pragma once
#include "billing/common/v1/scalar.pb-c.h"
#include "common/base/text.h"
#include "common/money/calendar.h"
#include "common/money/decimal.h"
#include "common/money/money.h"
#include "services/invoicing/domain/fault.h"

enum {
    NAME_BYTES_MAX = 200,
    ADDRESS_BYTES_MAX = 500,
    REFERENCE_BYTES_MAX = 100,
    REASON_BYTES_MAX = 500,
    NOTE_BYTES_MAX = 2000,
    ACCOUNT_NUMBER_BYTES_MAX = 32,
    CODE_BYTES_MAX = 32,
};

/* At most bytes_max bytes of visible text; TEXT_LINES allows line breaks. Empty passes. */
bool check_text(struct fault *fault, const struct place *place, const char *name, const char *text,
                size_t bytes_max, enum text_rule rule);
/* The same, and not empty. */
bool check_text_given(struct fault *fault, const struct place *place, const char *name,
                      const char *text, size_t bytes_max, enum text_rule rule);
/* 1 to CODE_BYTES_MAX capital letters, digits, '-', '_', '.': charge and cycle codes, segments. */
bool check_code(struct fault *fault, const struct place *place, const char *name, const char *text);
bool check_id(struct fault *fault, const struct place *place, const char *name, const char *id);
bool check_country(struct fault *fault, const struct place *place, const char *name,
                   const char *country);
/* Empty passes. */
bool check_vat_id(struct fault *fault, const struct place *place, const char *name,
                  const char *vat_id);
bool check_currency(struct fault *fault, const struct place *place, const char *name,
                    const char *code, struct currency *currency);
/* Given, and of the years 1900 to 2999. */
bool check_date(struct fault *fault, const struct place *place, const char *name,
                const Common__Date *message, struct date *date);
/* Both given, start before end. */
bool check_period(struct fault *fault, const struct place *place, const Common__Date *start,
                  const Common__Date *end);
/* Given, scale at most 6. */
bool check_decimal(struct fault *fault, const struct place *place, const char *name,
                   const Common__Decimal *message, struct decimal *decimal);
/* Given, in `currency`. */
bool check_money(struct fault *fault, const struct place *place, const char *name,
                 const Common__Money *message, struct currency currency, struct money *money);
/* Given, about `subject_id`, of this kind. */
bool check_sealed(struct fault *fault, const char *name, const Common__Sealed *sealed,
                  const char *subject_id);
/* `error` of a money operation: anything but OK is AMOUNT_OUT_OF_RANGE. */
bool check_amount(struct fault *fault, const struct place *place, const char *name,
                  enum error error);
