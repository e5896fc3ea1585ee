/* SPDX-License-Identifier: Apache-2.0
 * Kinds: the streams and indexes of payments by number. Both are stored, so a number is never given
 * to another one. */
#pragma once

enum payments_kind {
    KIND_PAYMENT = 1,
    KIND_STATEMENT = 2,
    KIND_BANK_ACCOUNT = 3,
    KIND_BANK_MOVEMENT = 4,
    KIND_IMPORT = 5,
};

/* Natural keys need no index: the ids of payments, statements, bank accounts and imports derive
 * from them (natural_key.h). */
enum payments_index {
    INDEX_PAYMENT_REFERENCE, /* entity_id/reference -> payments: finds the original of a return
                                (PAY-10) */
};
