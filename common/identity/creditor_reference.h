/* SPDX-License-Identifier: Apache-2.0
 * Creditor reference: RF, two check digits and 1 to 21 letters or digits (ISO 11649, ISO 7064;
 * handbook REC-3). What a payer copies, a machine can trust. */
#pragma once
#include "common/base/error.h"

enum { CREDITOR_REFERENCE_TEXT_SIZE = 26, CREDITOR_REFERENCE_GROUPED_SIZE = 32 };

/* Normalised: no spaces, capital letters. By value. */
struct creditor_reference {
    char text[CREDITOR_REFERENCE_TEXT_SIZE];
};

/* Spaces anywhere and small letters are accepted and normalised away. ERR_MALFORMED. */
MUST_USE enum error creditor_reference_parse(struct creditor_reference *reference, const char *text,
                                             struct problem *problem);
/* From our own 1 to 21 letters and digits ("INV20260000042"), spaces dropped, capitals made.
 * ERR_MALFORMED. */
MUST_USE enum error creditor_reference_make(struct creditor_reference *reference, const char *own,
                                            struct problem *problem);
/* In groups of four: "RF18 5390 0754 7034". */
void creditor_reference_format(char text[CREDITOR_REFERENCE_GROUPED_SIZE],
                               const struct creditor_reference *reference);
