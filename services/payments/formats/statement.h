/* SPDX-License-Identifier: Apache-2.0
 * Statement: what a bank says happened on one account, in one form for every file format (handbook
 * REC-7). Readers fill it, the check proves it, the service turns it into messages.
 *
 * Memory: texts and lists live in the reader's arenas. What hangs on a header is valid until its
 * statement ends, what hangs on an entry until the callback that showed it returns. NULL text: the
 * file does not say. Texts are valid UTF-8 without surrounding blanks and hold personal data: they
 * never go into a log or a problem.
 *
 * Amounts are what the file writes, without a sign of their own; the side says where the money
 * went. A reversal indicator does not turn the side around: ISO 20022 gives the side of the booking
 * itself, and the indicator only says that this booking takes back an earlier one. Real statements
 * prove it: with the side taken as written their balances add up, turned around they do not. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/money/calendar.h"
#include "common/money/money.h"

enum statement_side { SIDE_ABSENT, SIDE_CREDIT, SIDE_DEBIT };

/* ABSENT counts as booked: a statement of booked entries lists it, and the balances prove or refute
 * it. OTHER is a code that we do not know (its text is kept) and counts as not booked. */
enum statement_status {
    STATUS_ABSENT,
    STATUS_BOOKED,
    STATUS_PENDING,
    STATUS_INFORMATION,
    STATUS_FUTURE,
    STATUS_OTHER
};

struct statement_amount {
    bool present;
    struct money money;
};

struct statement_date {
    bool present;
    struct date
        date; /* as the bank writes it; a time of day and a zone are dropped (GEN-5: civil dates) */
};

struct statement_time {
    bool present;
    bool zoned; /* false: the file names no zone, and instant_us takes the text as UTC */
    struct date date;
    int64_t instant_us; /* since 1970-01-01T00:00:00Z */
};

struct statement_number {
    bool present;
    uint64_t value;
};

/* A list grows by doubling, so that a batch of n details costs n and not n squared. */
#define STATEMENT_LIST(Type)                                                                       \
    struct {                                                                                       \
        size_t count, capacity;                                                                    \
        Type **items;                                                                              \
    }

struct statement_texts {
    size_t count, capacity;
    const char **items;
};

/* Bank transaction code: ISO's domain, family and sub-family (PMNT, RCDT, ESCT) and the bank's own.
 */
struct statement_code {
    const char *domain, *family, *subfamily;
    const char *proprietary, *issuer;
};

struct statement_address {
    const char *department, *street, *building, *post_box, *post_code, *town, *subdivision,
        *country;
    struct statement_texts lines;
};

/* A person or company, the account and the agent (bank) that belong to it. */
struct statement_party {
    const char *name;
    struct statement_address *address; /* NULL: none */
    const char *country_of_residence;
    const char *organisation_id, *private_id, *lei;
    const char *id_scheme, *id_issuer; /* of whichever id was given first */
    const char *iban, *other_id, *other_scheme;
    const char *account_name, *account_currency;
    const char *proxy_id, *proxy_type;
    const char *bic, *agent_name, *agent_member_id;
};

struct statement_exchange {
    const char *source, *target, *unit; /* currency codes as written */
    const char *rate;                   /* decimal as written */
    const char *contract;
    struct statement_time quoted;
};

/* An amount and the exchange that produced it. */
struct statement_converted {
    struct statement_amount amount;
    struct statement_exchange *exchange; /* NULL: none */
};

struct statement_amounts {
    struct statement_converted instructed, transaction, counter_value, announced;
};

struct statement_charge {
    struct statement_amount total; /* of the group, when it has one */
    struct statement_amount amount;
    enum statement_side side;
    bool included; /* already in the entry's amount */
    const char *type, *bearer, *rate, *agent_bic, *agent_name;
    STATEMENT_LIST(struct statement_charge) records; /* versions 3 and later nest them */
};
typedef STATEMENT_LIST(struct statement_charge) statement_charges;

struct statement_typed_amount {
    const char *type;
    struct statement_amount amount;
};

struct statement_adjustment {
    struct statement_amount amount;
    enum statement_side side;
    const char *reason, *information;
};

struct statement_document {
    const char *type, *type_proprietary, *issuer; /* CINV commercial invoice, CREN credit note … */
    const char *number;
    struct statement_date date;
};

/* Structured remittance: what the payer says that he pays (PAY-8). */
struct statement_structured {
    const char *creditor_reference, *creditor_reference_type, *creditor_reference_issuer;
    STATEMENT_LIST(struct statement_document) documents;
    struct statement_date document_date;
    struct statement_amount due, credit_note, remitted;
    STATEMENT_LIST(struct statement_typed_amount) discounts;
    STATEMENT_LIST(struct statement_typed_amount) taxes;
    STATEMENT_LIST(struct statement_typed_amount) amounts; /* versions 12 and later name the type */
    STATEMENT_LIST(struct statement_adjustment) adjustments;
    struct statement_party *invoicer, *invoicee;
    struct statement_texts additional;
};

/* Why an earlier payment came back (PAY-10). */
struct statement_return {
    const char *reason;             /* ISO code: AC04, MD06 … */
    const char *reason_proprietary; /* the bank's own: R02 … */
    struct statement_party *originator;
    struct statement_code original_code;
    struct statement_texts additional;
};

struct statement_reference {
    const char *type, *reference;
};

struct statement_references {
    const char *message_id, *servicer_ref, *payment_information_id, *instruction_id, *end_to_end_id,
        *transaction_id;
    const char *uetr, *mandate_id, *cheque_number, *clearing_ref, *owner_transaction_id,
        *servicer_transaction_id;
    const char *processing_id, *return_id;
    STATEMENT_LIST(struct statement_reference) proprietary;
};

/* One payment inside an entry. */
struct statement_detail {
    uint32_t index; /* from 1 */
    uint64_t line;  /* in the file */
    struct statement_references references;
    struct statement_amount amount;
    enum statement_side side; /* ABSENT: that of the entry */
    struct statement_amounts amounts;
    statement_charges charges;
    struct statement_code code;
    struct statement_party *debtor, *creditor, *ultimate_debtor, *ultimate_creditor,
        *initiator; /* NULL: unnamed */
    const char *purpose, *local_instrument;
    struct statement_texts unstructured;
    STATEMENT_LIST(struct statement_structured) structured;
    struct statement_time accepted, transacted;
    struct statement_date settled;
    struct statement_return *returned; /* NULL: not a return */
    const char *information;
};

struct statement_batch {
    const char *message_id, *payment_information_id;
    struct statement_number count;
    struct statement_amount total;
    enum statement_side side;
};

struct statement_entry {
    uint32_t ordinal; /* in its statement, from 1; equal in every delivery of the same file */
    uint64_t line;
    const char *reference;    /* NtryRef. Not unique: Swiss banks write the customer's number into
                                 every entry */
    const char *servicer_ref; /* AcctSvcrRef */
    struct statement_amount amount; /* always present */
    enum statement_side side;       /* never ABSENT */
    bool reversal;
    enum statement_status status;
    const char *status_code; /* as written */
    struct statement_date booked, value;
    struct statement_code code;
    struct statement_amounts amounts;
    statement_charges charges;
    STATEMENT_LIST(struct statement_batch) batches;
    STATEMENT_LIST(struct statement_detail) details;
    const char *information;
    uint32_t
        unreadable; /* noted amounts, times and dates that could not be read and were left out */
};

/* Codes: OPBD opening, CLBD closing, PRCD previous closing, ITBD interim; …AV the same for
 * available funds; FWAV … */
struct statement_balance {
    const char *code, *proprietary, *subtype;
    struct statement_amount amount;
    enum statement_side side;
    struct statement_date date;
    uint64_t line;
};

struct statement_account {
    const char *iban, *other_id, *other_scheme;
    const char *name, *type;
    struct currency currency; /* all zero: the file does not say */
    struct statement_party *owner;
    const char *servicer_bic, *servicer_name, *servicer_member_id;
};

struct statement_total {
    struct statement_number count;
    const char *sum; /* decimal as written; the format gives it no currency */
};

struct statement_page {
    struct statement_number number;
    bool last; /* true unless the file says otherwise */
};

/* The message that carries the statements: one per file. */
struct statement_message {
    const char *id;
    struct statement_time created;
    struct statement_page page;
    const char *information;
};

struct statement_header {
    const struct statement_message *message;
    uint32_t ordinal; /* in the file, from 1 */
    uint64_t line;
    const char *id;
    struct statement_number electronic_sequence, legal_sequence;
    struct statement_page page;
    struct statement_time created, from, to;
    const char *copy; /* CODU, COPY, DUPL; NULL for an original */
    struct statement_account account;
    STATEMENT_LIST(struct statement_balance) balances;
    struct statement_total all, credits, debits;
    const char *information;
    uint32_t unreadable;
};

/* True for BOOKED and for ABSENT. */
bool statement_entry_is_booked(const struct statement_entry *entry);

/* A booking that takes an earlier payment back: the detail gives a return reason, the entry is
 * marked as reversal, or the bank transaction code says unpaid, returned or recalled. `detail` may
 * be NULL. */
bool statement_entry_is_return(const struct statement_entry *entry,
                               const struct statement_detail *detail);

/* IBAN if the file names one, else the other id; NULL if neither. */
const char *statement_account_id(const struct statement_account *account);

/* Money in is positive, money out negative. A minus sign in the file always means money out, on
 * either side: those who write one repeat the side with it (the check holds such a statement for a
 * person to decide). */
MUST_USE enum error statement_amount_signed(struct money *signed_amount, struct money amount,
                                            enum statement_side side, struct problem *problem);
