/* SPDX-License-Identifier: Apache-2.0
 * Check: whether scalar fields of a command are what they claim to be. Each returns true when all
 * is well, or refuses the command with the field's path. Text is UTF-8 without NUL already
 * (common/wire); here length and form count. */
#pragma once
#include "billing/common/v1/scalar.pb-c.h"
#include "common/base/decision.h"
#include "common/base/text.h"
#include "common/money/money.h"

enum {
    CHECK_REFERENCE_BYTES_MAX = 100,
    CHECK_REASON_BYTES_MAX = 500,
    CHECK_REFERENCES_MAX = 64,
    CHECK_DETAIL_BYTES_MAX = 300,
};

bool check_id(struct deciding *deciding, const char *field, const char *id);
/* One line of at most bytes_max bytes; empty passes. */
bool check_text(struct deciding *deciding, const char *field, const char *text, size_t bytes_max);
bool check_text_given(struct deciding *deciding, const char *field, const char *text,
                      size_t bytes_max);
/* At most CHECK_REFERENCES_MAX texts of at most CHECK_REFERENCE_BYTES_MAX bytes. */
bool check_texts(struct deciding *deciding, const char *field, char *const *texts, size_t n);
/* Given, in a known currency; any sign. */
bool check_money(struct deciding *deciding, const char *field, const Common__Money *message,
                 struct money *money);
/* Given, and of the years 1900 to 2999. */
bool check_date(struct deciding *deciding, const char *field, const Common__Date *message);
/* Absent, or about `subject_id` and of this kind. */
bool check_sealed(struct deciding *deciding, const char *field, const Common__Sealed *sealed,
                  const char *subject_id, const char *kind);
