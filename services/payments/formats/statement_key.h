/* SPDX-License-Identifier: Apache-2.0
 * Statement key: the natural key of a booking, (bank account, statement id, entry reference), by
 * which a redelivered entry is known again and two equal payments on one day stay two (handbook
 * PAY-2).
 *
 *   DE89370400440532013000|STMT-1|e:52198201#3        the entry's own reference (NtryRef), third
 * entry DE89370400440532013000|STMT-1|s:REF001#1          without one: the bank's reference
 * (AcctSvcrRef) DE89370400440532013000|STMT-1|-#2                 without both: the place in the
 * statement alone DE89370400440532013000|STMT-1:2|e:9#1.4           page 2; fourth detail of an
 * entry that was split
 *
 * The place is part of every key, because references are not unique: Swiss banks write the
 * customer's own number into every entry of a day, and a payment and its fee often share the bank's
 * reference. A statement id is accepted once (REC-7), so the place of an entry never changes under
 * a key that was used. Without a statement id the message's stands in with the statement's number
 * in it; such a statement is held anyway. */
#pragma once
#include "services/payments/formats/statement.h"

enum { STATEMENT_KEY_PART_MAX = 140 };

/* `part_index` is that of the part (statement_split.h), 0 for a whole entry. '|', '#', '%' and
 * blanks inside a part of the key are written %7C and so on; blanks inside the account are dropped
 * and its letters capital, since banks write one IBAN in several ways; a part longer than 140 bytes
 * is cut and ends with a hash of the whole. Lives in the arena; NULL: exhausted. */
char *statement_entry_key(struct arena *arena, const struct statement_header *header,
                          const struct statement_entry *entry, uint32_t part_index);

/* The account and the statement alone: "DE89370400440532013000|STMT-1". Duplicates of a statement
 * are found by it. */
char *statement_key(struct arena *arena, const struct statement_header *header);
