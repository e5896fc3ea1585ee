/* SPDX-License-Identifier: Apache-2.0
 * Terms: when an invoice falls due (handbook INV-9). */
#pragma once
#include "common/money/business_day.h"

enum terms_kind {
    TERMS_NET,      /* issue + days */
    TERMS_EOM_PLUS, /* last day of the issue month + days */
    TERMS_NET_EOM,  /* last day of the month that holds issue + days */
    TERMS_PROX, /* day `day` of the next month, at most its last; issued after `cutoff_day`: of the
                   month after */
};

struct payment_terms {
    enum terms_kind kind;
    int32_t days;       /* 0 to 3660; not PROX */
    int32_t day;        /* 1 to 31; PROX only */
    int32_t cutoff_day; /* 1 to 31, 0: none; PROX only */
    enum day_roll roll; /* policy default ROLL_NONE */
};

enum { TERMS_TEXT_SIZE = 32, TERMS_DAYS_MAX = 3660 };

/* ERR_RANGE for terms outside the bounds above. */
MUST_USE enum error terms_check(const struct payment_terms *terms, struct problem *problem);
MUST_USE enum error terms_due_date(struct date *due, const struct payment_terms *terms,
                                   struct date issue, const struct holiday_list *holidays,
                                   struct problem *problem);
/* Not on the due date; from the next day. */
bool terms_overdue(struct date due, struct date today);

/* "NET 30", "EOM+30", "NET 30 EOM", "PROX 10", "PROX 10 CUTOFF 25"; the roll is not part of the
 * text. */
MUST_USE enum error terms_parse(struct payment_terms *terms, const char *text,
                                struct problem *problem);
void terms_format(char text[TERMS_TEXT_SIZE], const struct payment_terms *terms);
