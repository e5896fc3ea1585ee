/* SPDX-License-Identifier: Apache-2.0
 * Natural key: what makes a receipt, a statement, a bank account one and the same however often it
 * comes (handbook PAY-2, REC-7). Ids derive from it, so uniqueness needs no index and holds across
 * shards: the second one meets the first one's stream. Texts live in the arena. */
#pragma once
#include "common/base/arena.h"

/* The key of a receipt that a cashier records: "manual|<entity>|CHEQUE|<reference>"; blanks around
 * the reference are dropped and its letters are capital. `method` is a value of PaymentMethod. */
char *natural_key_manual(struct arena *arena, const char *entity_id, int method,
                         const char *source_reference);
/* "CHEQUE"; NULL for a value that the contract does not have. */
const char *natural_key_method(int method);

/* Ids, 36 characters. */
char *payment_id_of(struct arena *arena, const char *natural_key);
char *bank_movement_id_of(struct arena *arena, const char *natural_key);
char *statement_id_of(struct arena *arena, const char *natural_key);

/* Without blanks and in capitals, as statements write it in their keys; NULL: not 1 to 34 visible
 * ASCII characters. */
char *account_number_normal(struct arena *arena, const char *account_number);
/* Of a normalised number; "" if there is none. */
const char *bank_account_id_of(struct arena *arena, const char *account_number);
