/* SPDX-License-Identifier: Apache-2.0
 * Kinds: the streams and indexes of invoicing by number. Both are stored, so a number is never
 * given to another one. */
#pragma once

enum invoicing_kind {
    KIND_LEGAL_ENTITY = 1,
    KIND_CUSTOMER = 2,
    KIND_ACCOUNT = 3,
    KIND_INVOICE = 4,
    KIND_CREDIT_NOTE = 5,
    KIND_BILL_RUN = 6,
};

enum invoicing_index {
    INDEX_ACCOUNT_NUMBER,    /* ACCOUNT_NUMBER/entity_id -> account; a claim (CUS-1) */
    INDEX_SOURCE_REFERENCE,  /* account_id/source_reference -> invoice; a claim (INV-26) */
    INDEX_CUSTOMER_ACCOUNTS, /* customer_id -> accounts */
};

/* Classes of number series (INV-17); they stand in the numbers too. */
#define SERIES_INVOICE "INV"
#define SERIES_CREDIT_NOTE "CN"
