/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/model.h"

#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "common/service/access.h"
#include "common/service/access_domain.h"
#include "services/invoicing/domain/account.h"
#include "services/invoicing/domain/bill.h"
#include "services/invoicing/domain/bill_run.h"
#include "services/invoicing/domain/credit_note.h"
#include "services/invoicing/domain/customer.h"
#include "services/invoicing/domain/invoice.h"
#include "services/invoicing/domain/kinds.h"
#include "services/invoicing/domain/legal_entity.h"
#include "services/invoicing/store.h"
#include "services/invoicing/tables.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- streams ---- */

EVOLVER(legal_entity_evolve_registered, Invoicing__LegalEntityState,
        Invoicing__LegalEntityRegistered)
EVOLVER(legal_entity_evolve_changed, Invoicing__LegalEntityState, Invoicing__LegalEntityChanged)
EVOLVER(customer_evolve_registered, Invoicing__CustomerState, Invoicing__CustomerRegistered)
EVOLVER(customer_evolve_renamed, Invoicing__CustomerState, Invoicing__CustomerRenamed)
EVOLVER(customer_evolve_address, Invoicing__CustomerState, Invoicing__CustomerAddressChanged)
EVOLVER(account_evolve_opened, Invoicing__AccountState, Invoicing__AccountOpened)
EVOLVER(account_evolve_terms, Invoicing__AccountState, Invoicing__AccountTermsChanged)
EVOLVER(account_evolve_charge, Invoicing__AccountState, Invoicing__RecurringChargeSet)
EVOLVER(account_evolve_end_charge, Invoicing__AccountState, Invoicing__RecurringChargeEnded)
EVOLVER(account_evolve_billed, Invoicing__AccountState, Invoicing__AccountBilled)
EVOLVER(account_evolve_skipped, Invoicing__AccountState, Invoicing__AccountSkipped)
EVOLVER(invoice_evolve_issued, Invoicing__InvoiceState, Invoicing__InvoiceIssued)
EVOLVER(invoice_evolve_credited, Invoicing__InvoiceState, Invoicing__InvoiceCredited)
EVOLVER(invoice_evolve_cancelled, Invoicing__InvoiceState, Invoicing__InvoiceCancelled)
EVOLVER(credit_note_evolve_issued, Invoicing__CreditNoteState, Invoicing__CreditNoteIssued)
EVOLVER(bill_run_evolve_started, Invoicing__BillRunState, Invoicing__BillRunStarted)
EVOLVER(bill_run_evolve_proved, Invoicing__BillRunState, Invoicing__BillRunProved)
EVOLVER(bill_run_evolve_blocked, Invoicing__BillRunState, Invoicing__BillRunBlocked)

static const struct evolution legal_entity_evolutions[] = {
    {&invoicing__legal_entity_registered__descriptor, legal_entity_evolve_registered_any,
     "it may sell: books, numbers and policies are its own from now on"},
    {&invoicing__legal_entity_changed__descriptor, legal_entity_evolve_changed_any,
     "name, address, VAT id, accounts or prefix changed; issued documents keep their copy"},
};

static const struct evolution customer_evolutions[] = {
    {&invoicing__customer_registered__descriptor, customer_evolve_registered_any,
     "a person or organisation may have accounts"},
    {&invoicing__customer_renamed__descriptor, customer_evolve_renamed_any,
     "a new version of the name, with evidence (CUS-2)"},
    {&invoicing__customer_address_changed__descriptor, customer_evolve_address_any,
     "a new version of the address (CUS-2)"},
};

static const struct evolution account_evolutions[] = {
    {&invoicing__account_opened__descriptor, account_evolve_opened_any,
     "the customer can be billed by this legal entity in one currency"},
    {&invoicing__account_terms_changed__descriptor, account_evolve_terms_any,
     "later documents fall due by the new terms"},
    {&invoicing__recurring_charge_set__descriptor, account_evolve_charge_any,
     "each cycle that it covers is billed with it"},
    {&invoicing__recurring_charge_ended__descriptor, account_evolve_end_charge_any,
     "days from its end on are not billed"},
    {&invoicing__account_billed__descriptor, account_evolve_billed_any,
     "the cycle is billed; it will not be billed again (INV-14)"},
    {&invoicing__account_skipped__descriptor, account_evolve_skipped_any,
     "a run had nothing to bill or could not; a later run may (REP-11)"},
};

static const struct evolution invoice_evolutions[] = {
    {&invoicing__invoice_issued__descriptor, invoice_evolve_issued_any,
     "the customer owes the total; from here on the document is immutable (INV-16)"},
    {&invoicing__invoice_credited__descriptor, invoice_evolve_credited_any,
     "a credit note took back a part, never more than was billed in its tax group (INV-16)"},
    {&invoicing__invoice_cancelled__descriptor, invoice_evolve_cancelled_any,
     "everything is credited; the number stays used (INV-17)"},
};

static const struct evolution credit_note_evolutions[] = {
    {&invoicing__credit_note_issued__descriptor, credit_note_evolve_issued_any,
     "the customer owes so much less; written once"},
};

static const struct evolution bill_run_evolutions[] = {
    {&invoicing__bill_run_started__descriptor, bill_run_evolve_started_any,
     "the job bills each account of the cycle once, and goes on where it was killed"},
    {&invoicing__bill_run_proved__descriptor, bill_run_evolve_proved_any,
     "accounts in the cycle = billed + skipped + exceptions (REP-11)"},
    {&invoicing__bill_run_blocked__descriptor, bill_run_evolve_blocked_any,
     "an account or an amount is missing: a person must look"},
};

#define KIND(number, kind_name, state_descriptor, evolution_table)                                 \
    {                                                                                              \
        .code = number, .name = kind_name, .state = &state_descriptor,                             \
        .evolutions = evolution_table, .n_evolutions = COUNT(evolution_table), .fold_version = 1   \
    }

/* Written once and seldom asked for again. */
#define COLD_KIND(number, kind_name, state_descriptor, evolution_table)                            \
    {                                                                                              \
        .code = number, .name = kind_name, .state = &state_descriptor,                             \
        .evolutions = evolution_table, .n_evolutions = COUNT(evolution_table), .fold_version = 1,  \
        .cold = true                                                                               \
    }

static const struct stream_kind kinds[] = {
    KIND(KIND_LEGAL_ENTITY, "legal_entity", invoicing__legal_entity_state__descriptor,
         legal_entity_evolutions),
    KIND(KIND_CUSTOMER, "customer", invoicing__customer_state__descriptor, customer_evolutions),
    KIND(KIND_ACCOUNT, "account", invoicing__account_state__descriptor, account_evolutions),
    COLD_KIND(KIND_INVOICE, "invoice", invoicing__invoice_state__descriptor, invoice_evolutions),
    COLD_KIND(KIND_CREDIT_NOTE, "credit_note", invoicing__credit_note_state__descriptor,
              credit_note_evolutions),
    KIND(KIND_BILL_RUN, "bill_run", invoicing__bill_run_state__descriptor, bill_run_evolutions),
    ACCESS_TOKEN_STREAM,
};

/* ---- handlers ---- */

HANDLER(legal_entity_register, Invoicing__RegisterLegalEntity)
HANDLER(legal_entity_change, Invoicing__ChangeLegalEntity)
HANDLER(customer_register, Invoicing__RegisterCustomer)
HANDLER(customer_rename, Invoicing__RenameCustomer)
HANDLER(customer_address, Invoicing__ChangeCustomerAddress)
HANDLER(account_open, Invoicing__OpenAccount)
HANDLER(account_terms, Invoicing__ChangeAccountTerms)
HANDLER(account_charge, Invoicing__SetRecurringCharge)
HANDLER(account_end_charge, Invoicing__EndRecurringCharge)
HANDLER(invoice_issue, Invoicing__IssueInvoice)
HANDLER(credit_note_issue, Invoicing__IssueCreditNote)
HANDLER(bill_account, Invoicing__BillAccount)
HANDLER(bill_run_start, Invoicing__StartBillRun)
HANDLER(bill_run_complete, Invoicing__CompleteBillRun)

static const char *const entity_required[] = {"entity.entity_id", NULL};
static const char *const customer_required[] = {"customer_id", NULL};
static const char *const account_required[] = {"account_id", NULL};
static const char *const invoice_required[] = {"invoice_id", "account_id", "entity_id",
                                               "customer_id", NULL};
static const char *const credit_note_required[] = {"credit_note_id", "invoice_id", "account_id",
                                                   "entity_id", NULL};
static const char *const bill_required[] = {"account_id",   "bill_run_id", "cycle_key",
                                            "period_start", "period_end",  "entity_id",
                                            "customer_id",  NULL};
static const char *const bill_run_required[] = {"bill_run_id", NULL};

#define HANDLES(type, function, paths)                                                             \
    {                                                                                              \
        .message = &invoicing__##type##__descriptor, .declare = function##_declare_any,            \
        .decide = function##_decide_any, .required = paths                                         \
    }

static const struct handler handlers[] = {
    HANDLES(bill_account, bill_account, bill_required),
    HANDLES(issue_invoice, invoice_issue, invoice_required),
    HANDLES(issue_credit_note, credit_note_issue, credit_note_required),
    HANDLES(register_legal_entity, legal_entity_register, entity_required),
    HANDLES(change_legal_entity, legal_entity_change, entity_required),
    HANDLES(register_customer, customer_register, customer_required),
    HANDLES(rename_customer, customer_rename, customer_required),
    HANDLES(change_customer_address, customer_address, customer_required),
    HANDLES(open_account, account_open, account_required),
    HANDLES(change_account_terms, account_terms, account_required),
    HANDLES(set_recurring_charge, account_charge, account_required),
    HANDLES(end_recurring_charge, account_end_charge, account_required),
    HANDLES(start_bill_run, bill_run_start, bill_run_required),
    HANDLES(complete_bill_run, bill_run_complete, bill_run_required),
    ACCESS_TOKEN_HANDLERS,
};

/* ---- the service ---- */

static const struct look_up_index indexes[] = {
    [INDEX_ACCOUNT_NUMBER] = {"account_number", .unique = true},
    [INDEX_SOURCE_REFERENCE] = {"source_reference", .unique = true},
    [INDEX_CUSTOMER_ACCOUNTS] = {"customer_accounts", .unique = false},
};

static const struct table *const tables[] = {
    &legal_entity_table,      &customer_table,       &account_table,       &account_billing_table,
    &invoice_table,           &credit_note_table,    &bill_run_table,      &bill_run_outcome_table,
    &bill_run_progress_table, &bill_run_count_table, &bill_run_skip_table, &access_token_table,
};

/* Tokens are owned here, and their copy stands in a table that every service has. */
static void project_event(struct projecting *projecting, const struct record *record,
                          const ProtobufCMessage *event)
{
    invoicing_project_event(projecting, record, event);
    access_project_event(projecting, record, event);
}

const struct service_model invoicing_model = {
    .name = "invoicing",
    .feed_id = "/billing/invoicing",
    .topic_out = "billing.invoicing.events",
    .kinds = kinds,
    .n_kinds = COUNT(kinds),
    .indexes = indexes,
    .n_indexes = COUNT(indexes),
    .handlers = handlers,
    .n_handlers = COUNT(handlers),
    .tables = tables,
    .n_tables = COUNT(tables),
    .index = invoicing_index,
    .project_event = project_event,
    .project_state = invoicing_project_state,
};
