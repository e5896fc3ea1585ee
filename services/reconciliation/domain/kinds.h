/* SPDX-License-Identifier: Apache-2.0
 * Kinds: the streams and indexes of reconciliation by number, and the ledger accounts that it posts
 * to. Kinds and indexes are stored, so a number is never given to another one. */
#pragma once

enum reconciliation_kind {
    KIND_ACCOUNT = 1,
    KIND_ITEM = 2,  /* id: the invoice's; shard: its account's */
    KIND_MONEY = 3, /* id: the payment's or credit note's; shard: its account's */
    KIND_MATCH = 4, /* id: the payment's or bank movement's; shard: its own */
    KIND_JOURNAL =
        5, /* id: derived from document and purpose; shard: the account's or the payment's */
    KIND_TIE_OUT = 6,
};

enum reconciliation_index {
    INDEX_REFERENCE, /* entity_id/REFERENCE (reference.h) -> item: document number and RF reference
                      */
    INDEX_ACCOUNT_NUMBER, /* entity_id/REFERENCE -> account */
    INDEX_OPEN_ITEMS,     /* account_id -> items with an open amount */
    INDEX_OPEN_MONEY,     /* account_id -> money that is not used up */
};

/* Handbook 1.6; those that this service posts to. */
enum ledger_account {
    LEDGER_BANK = 1000,
    LEDGER_CLEARING = 1010,
    LEDGER_RECEIVABLE = 1100,
    LEDGER_DEDUCTION = 1150,
    LEDGER_UNAPPLIED = 1190,
    LEDGER_DEPOSIT = 2100,
    LEDGER_TAX = 2200,
    LEDGER_UNIDENTIFIED = 2300,
    LEDGER_REVENUE = 4000,
    LEDGER_ALLOWANCE_GIVEN = 4050,
    LEDGER_SMALL_DIFFERENCE = 6110,
};
