/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/model.h"

#include "billing/payments/v1/payment.pb-c.h"
#include "common/service/access.h"
#include "services/payments/domain/entry.h"
#include "services/payments/domain/import.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/domain/own_account.h"
#include "services/payments/domain/payment.h"
#include "services/payments/domain/statement.h"
#include "services/payments/inbound.h"
#include "services/payments/store.h"
#include "services/payments/tables.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- streams ---- */

EVOLVER(payment_evolve_received, Payments__PaymentState, Payments__PaymentReceived)
EVOLVER(payment_evolve_returned, Payments__PaymentState, Payments__PaymentReturned)
EVOLVER(statement_evolve_ingested, Payments__StatementState, Payments__StatementIngested)
EVOLVER(statement_evolve_held, Payments__StatementState, Payments__StatementHeld)
EVOLVER(statement_evolve_accepted, Payments__StatementState, Payments__StatementAccepted)
EVOLVER(statement_evolve_posted, Payments__StatementState, Payments__StatementPosted)
EVOLVER(own_account_evolve_registered, Payments__BankAccountState, Payments__BankAccountRegistered)
EVOLVER(own_account_evolve_advanced, Payments__BankAccountState, Payments__BankAccountAdvanced)
EVOLVER(entry_movement_evolve, Payments__BankMovementState, Payments__BankMovementRecorded)
EVOLVER(import_evolve_recorded, Payments__ImportState, Payments__ImportRecorded)

static const struct evolution payment_evolutions[] = {
    {&payments__payment_received__descriptor, payment_evolve_received_any,
     "money arrived; reconciliation finds out whose it is (PAY-1)"},
    {&payments__payment_returned__descriptor, payment_evolve_returned_any,
     "some or all of it went back, never more than came in (PAY-10)"},
};

static const struct evolution statement_evolutions[] = {
    {&payments__statement_ingested__descriptor, statement_evolve_ingested_any,
     "it adds up and follows the one before: its rows are posted"},
    {&payments__statement_held__descriptor, statement_evolve_held_any,
     "something does not fit: nothing is posted until a second person accepts it (REC-7)"},
    {&payments__statement_accepted__descriptor, statement_evolve_accepted_any,
     "a second person took it over as it is: its rows are posted"},
    {&payments__statement_posted__descriptor, statement_evolve_posted_any,
     "every row has become a payment, a return or a movement"},
};

static const struct evolution bank_account_evolutions[] = {
    {&payments__bank_account_registered__descriptor, own_account_evolve_registered_any,
     "its statements are a legal entity's"},
    {&payments__bank_account_advanced__descriptor, own_account_evolve_advanced_any,
     "the next statement must open where this one closed (REC-7)"},
};

static const struct evolution bank_movement_evolutions[] = {
    {&payments__bank_movement_recorded__descriptor, entry_movement_evolve_any,
     "the bank booked something that is no receipt and no return of one; written once"},
};

static const struct evolution import_evolutions[] = {
    {&payments__import_recorded__descriptor, import_evolve_recorded_any,
     "a file was brought, judged whole and kept; written once"},
};

#define KIND(number, kind_name, state_descriptor, evolution_table)                                 \
    {                                                                                              \
        .code = number, .name = kind_name, .state = &state_descriptor,                             \
        .evolutions = evolution_table, .n_evolutions = COUNT(evolution_table), .fold_version = 1   \
    }

static const struct stream_kind kinds[] = {
    KIND(KIND_PAYMENT, "payment", payments__payment_state__descriptor, payment_evolutions),
    KIND(KIND_STATEMENT, "statement", payments__statement_state__descriptor, statement_evolutions),
    KIND(KIND_BANK_ACCOUNT, "bank_account", payments__bank_account_state__descriptor,
         bank_account_evolutions),
    KIND(KIND_BANK_MOVEMENT, "bank_movement", payments__bank_movement_state__descriptor,
         bank_movement_evolutions),
    KIND(KIND_IMPORT, "import", payments__import_state__descriptor, import_evolutions),
};

/* ---- handlers ---- */

HANDLER(entry_ingest, Payments__IngestEntry)
HANDLER_MORE(entry_ingest, Payments__IngestEntry)
HANDLER(payment_record, Payments__RecordPayment)
HANDLER(statement_ingest, Payments__IngestStatement)
HANDLER(statement_accept, Payments__AcceptStatement)
HANDLER(statement_complete, Payments__CompleteStatement)
HANDLER(own_account_register, Payments__RegisterBankAccount)
HANDLER(import_record, Payments__RecordImport)

static const char *const entry_required[] = {"natural_key", "amount", NULL};
static const char *const payment_required[] = {"entity_id", "source_reference", NULL};
static const char *const ingest_required[] = {"statement.statement_id", "statement.natural_key",
                                              NULL};
static const char *const statement_required[] = {"statement_id", NULL};
static const char *const account_required[] = {"account_number", NULL};
static const char *const import_required[] = {"import_id", NULL};

#define HANDLES(type, function, paths)                                                             \
    {                                                                                              \
        .message = &payments__##type##__descriptor, .declare = function##_declare_any,             \
        .decide = function##_decide_any, .required = paths                                         \
    }

static const struct handler handlers[] = {
    {.message = &payments__ingest_entry__descriptor,
     .declare = entry_ingest_declare_any,
     .declare_more = entry_ingest_declare_more_any,
     .decide = entry_ingest_decide_any,
     .required = entry_required},
    HANDLES(record_payment, payment_record, payment_required),
    HANDLES(ingest_statement, statement_ingest, ingest_required),
    HANDLES(accept_statement, statement_accept, statement_required),
    HANDLES(complete_statement, statement_complete, statement_required),
    HANDLES(register_bank_account, own_account_register, account_required),
    HANDLES(record_import, import_record, import_required),
    INBOUND_HANDLERS,
};

/* ---- the service ---- */

static const struct look_up_index indexes[] = {
    [INDEX_PAYMENT_REFERENCE] = {"payment_reference", .unique = false},
};

static const struct table *const tables[] = {
    &payment_table,         &payment_return_table, &bank_movement_table,    &bank_account_table,
    &bank_balance_table,    &statement_table,      &statement_reason_table, &import_table,
    &import_progress_table, &access_token_table,
};

const struct service_model payments_model = {
    .name = "payments",
    .feed_id = "/billing/payments",
    .topic_out = "billing.payments.events",
    .topics_in = inbound_topics,
    .n_topics_in = INBOUND_TOPICS,
    .kinds = kinds,
    .n_kinds = COUNT(kinds),
    .indexes = indexes,
    .n_indexes = COUNT(indexes),
    .handlers = handlers,
    .n_handlers = COUNT(handlers),
    .heard = inbound_heard,
    .n_heard = INBOUND_HEARD,
    .ignored = inbound_ignored,
    .n_ignored = INBOUND_IGNORED,
    .tables = tables,
    .n_tables = COUNT(tables),
    .index = payments_index,
    .project_event = inbound_project_event,
    .project_state = payments_project_state,
};
