/* SPDX-License-Identifier: Apache-2.0
 * Bank account: an IBAN (ISO 13616): country structure, then ISO 7064 mod 97. An IBAN is personal
 * data: log and show only the masked form. */
#pragma once
#include <stdbool.h>

#include "common/base/error.h"

enum { BANK_ACCOUNT_TEXT_SIZE = 35, BANK_ACCOUNT_GROUPED_SIZE = 43, BANK_ACCOUNT_MASKED_SIZE = 15 };

/* Normalised: capital letters and digits only. By value. */
struct bank_account {
    char iban[BANK_ACCOUNT_TEXT_SIZE];
};

/* Spaces anywhere and small letters are accepted and normalised away; all else must be exactly of
 * the country's structure. ERR_MALFORMED; the problem never repeats the account. */
MUST_USE enum error bank_account_parse(struct bank_account *account, const char *text,
                                       struct problem *problem);
bool bank_account_equal(const struct bank_account *left, const struct bank_account *right);

/* "DE89 3704 0044 0532 0130 00" */
void bank_account_format(char text[BANK_ACCOUNT_GROUPED_SIZE], const struct bank_account *account);
/* "DE** **** 3000": country and the last four, of one length for all countries. */
void bank_account_mask(char text[BANK_ACCOUNT_MASKED_SIZE], const struct bank_account *account);

/* "DE". */
void bank_account_country(char country[3], const struct bank_account *account);
/* The country takes part in SEPA. */
bool bank_account_in_sepa(const struct bank_account *account);
