/* SPDX-License-Identifier: Apache-2.0
 * Statement split: which payments an entry stands for (handbook REC-7: batch entries are split by
 * their details and sum(details) = entry). Pure. */
#pragma once
#include "services/payments/formats/statement.h"

enum statement_split_form {
    SPLIT_WHOLE, /* one part: no detail, one detail, or several of which none names an amount in the
                    currency */
    SPLIT_GROSS, /* the details' amounts sum to the entry */
    SPLIT_NET,   /* they do once each one's own charges are taken off */
    SPLIT_BROKEN, /* they do not: the statement is held; one part, the whole entry */
};

enum statement_split_source { SPLIT_FIRST_NAMED, SPLIT_TRANSACTION, SPLIT_COUNTER_VALUE };

/* By value; borrows the entry. */
struct statement_split {
    const struct statement_entry *entry;
    struct money booked; /* the entry in the account's currency, as written */
    enum statement_split_form form;
    enum statement_split_source source; /* of the details' amounts */
    size_t count;                       /* of parts, at least 1 */
    bool has_difference;
    struct money difference; /* BROKEN: entry less the sum of its details */
};

/* One payment, its amount and side. */
struct statement_part {
    const struct statement_detail
        *detail;    /* NULL: the entry has none, or the part stands for several */
    uint32_t index; /* of the detail if the entry is split, else 0 */
    struct money amount;
    enum statement_side side;
};

/* `currency` is the account's; the entry's own amount counts if it is in it, else its transaction
 * amount or counter value, else those of its details, if all have one. ERR_NOT_FOUND: none is in
 * that currency. ERR_RANGE: a sum overflows. */
MUST_USE enum error statement_entry_split(struct statement_split *split,
                                          const struct statement_entry *entry,
                                          struct currency currency, struct problem *problem);

/* Part 0 to count - 1. */
MUST_USE enum error statement_split_part(struct statement_part *part,
                                         const struct statement_split *split, size_t at,
                                         struct problem *problem);
