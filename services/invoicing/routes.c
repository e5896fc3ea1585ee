/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/routes.h"

#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/invoicing/v1/invoice.pb-c.h"
#include "common/service/api.h"
#include "services/invoicing/domain/kinds.h"
#include "services/invoicing/lists.h"
#include "services/invoicing/prepare.h"

/* Who may, by SOD-1. Machines that bill through the API hold the role `service`. */
enum {
    SETS_UP = API_ROLE(CONTROLLER) | API_ROLE(OPERATOR),
    KEEPS_FILES =
        API_ROLE(BILLER) | API_ROLE(CREDIT_MANAGER) | API_ROLE(AR_MANAGER) | API_ROLE(SERVICE),
    BILLS = API_ROLE(BILLER) | API_ROLE(SERVICE),
};

/* ---- acts on what is shown ---- */

static bool invoice_is_issued(const ProtobufCMessage *state)
{
    return ((const Invoicing__InvoiceState *)state)->status == INVOICE_STATUS_ISSUED;
}

static bool invoice_has_credit_left(const ProtobufCMessage *message)
{
    const Invoicing__InvoiceState *invoice = (const Invoicing__InvoiceState *)message;
    const Common__Money *gross = invoice->document->totals->gross;
    const Common__Money *credited = invoice->credited_total;
    return invoice_is_issued(message) &&
           (!credited || credited->minor < gross->minor); /* raw: both are of one currency */
}

static bool account_has_charges(const ProtobufCMessage *state)
{
    return ((const Invoicing__AccountState *)state)->n_charges > 0;
}

static const struct api_act entity_acts[] = {
    {"change", SETS_UP, NULL}, {"start_bill_run", BILLS, NULL}, {0}};
static const struct api_act customer_acts[] = {{"rename", KEEPS_FILES, NULL},
                                               {"change_address", KEEPS_FILES, NULL},
                                               {"open_account", KEEPS_FILES, NULL},
                                               {0}};
static const struct api_act account_acts[] = {{"change_terms", KEEPS_FILES, NULL},
                                              {"set_charge", KEEPS_FILES, NULL},
                                              {"end_charge", KEEPS_FILES, account_has_charges},
                                              {"issue_invoice", BILLS, NULL},
                                              {0}};
static const struct api_act invoice_acts[] = {
    {"credit", BILLS, invoice_has_credit_left}, {"cancel", BILLS, invoice_is_issued}, {0}};

/* ---- actions ---- */

#define COMMAND(name, ...) static const struct api_action name = {.kind = API_COMMAND, __VA_ARGS__};
#define STATE(name, kind_code, parameter, act_table)                                               \
    static const struct api_action name = {.kind = API_STATE,                                      \
                                           .stream_kind = kind_code,                               \
                                           .id_parameter = parameter,                              \
                                           .acts = act_table};
#define LIST(name, list) static const struct api_action name = {.kind = API_LIST, .listing = &list};

COMMAND(entity_register, .prepare = prepare_register_entity)
COMMAND(entity_change, .prepare = prepare_change_entity, .stream_kind = KIND_LEGAL_ENTITY,
        .id_parameter = "entity_id")
STATE(entity_show, KIND_LEGAL_ENTITY, "entity_id", entity_acts)
LIST(entity_list, legal_entity_list)

COMMAND(customer_register, .id_field = "customer_id")
COMMAND(customer_change, .stream_kind = KIND_CUSTOMER, .id_parameter = "customer_id")
STATE(customer_show, KIND_CUSTOMER, "customer_id", customer_acts)
LIST(customers, customer_list)

COMMAND(account_open, .id_field = "account_id")
COMMAND(account_change, .stream_kind = KIND_ACCOUNT, .id_parameter = "account_id")
COMMAND(account_charge, .stream_kind = KIND_ACCOUNT, .id_parameter = "account_id",
        .prepare = prepare_account_charge)
STATE(account_show, KIND_ACCOUNT, "account_id", account_acts)
LIST(accounts, account_list)

COMMAND(invoice_issue, .id_field = "invoice_id", .prepare = prepare_issue_invoice)
COMMAND(invoice_credit, .id_field = "credit_note_id", .stream_kind = KIND_INVOICE,
        .id_parameter = "invoice_id", .prepare = prepare_credit_note)
COMMAND(invoice_cancel, .id_field = "credit_note_id", .stream_kind = KIND_INVOICE,
        .id_parameter = "invoice_id", .prepare = prepare_cancel_invoice)
STATE(invoice_show, KIND_INVOICE, "invoice_id", invoice_acts)
LIST(invoices, invoice_list)
STATE(credit_note_show, KIND_CREDIT_NOTE, "credit_note_id", NULL)
LIST(credit_notes, credit_note_list)

COMMAND(bill_run_start, .id_field = "bill_run_id")
STATE(bill_run_show, KIND_BILL_RUN, "bill_run_id", NULL)
LIST(bill_runs, bill_run_list)
LIST(bill_run_shards, bill_run_shard_list)
LIST(bill_run_skips, bill_run_skip_list)

/* ---- parameters ---- */

#define ID(name_, text_)                                                                           \
    {                                                                                              \
        .name = name_, .kind = PARAMETER_UUID, .text = text_                                       \
    }
#define FILTER(name_, kind_, text_)                                                                \
    {                                                                                              \
        .name = name_, .kind = kind_, .text = text_                                                \
    }
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }

static const struct route_parameter entity_path[] = {ID("entity_id", "the legal entity"), END};
static const struct route_parameter entity_query[] = {
    FILTER("country", PARAMETER_TEXT, "ISO 3166-1 alpha-2"), END};
static const struct route_parameter customer_path[] = {ID("customer_id", "the customer"), END};
static const struct route_parameter customer_query[] = {
    FILTER("country", PARAMETER_TEXT, "ISO 3166-1 alpha-2"),
    FILTER("vat_id", PARAMETER_TEXT, "VAT id, exactly"),
    {.name = "kind",
     .kind = PARAMETER_CHOICE,
     .choices = "organisation|person",
     .text = "what the customer is"},
    END};
static const struct route_parameter account_path[] = {ID("account_id", "the account"), END};
static const struct route_parameter charge_path[] = {
    ID("account_id", "the account"), ID("charge_id", "the recurring charge; chosen by you"), END};
static const struct route_parameter account_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("customer_id", PARAMETER_UUID, "of this customer"),
    FILTER("account_number", PARAMETER_TEXT, "with this number, exactly"),
    FILTER("currency", PARAMETER_CURRENCY, "in this currency"),
    FILTER("cycle_code", PARAMETER_TEXT, "billed in this cycle"),
    FILTER("segment", PARAMETER_TEXT, "of this dunning segment"),
    END};
static const struct route_parameter invoice_path[] = {ID("invoice_id", "the invoice"), END};
static const struct route_parameter invoice_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("account_id", PARAMETER_UUID, "of this account"),
    FILTER("customer_id", PARAMETER_UUID, "of this customer"),
    FILTER("bill_run_id", PARAMETER_UUID, "made by this bill run"),
    FILTER("number", PARAMETER_TEXT, "with this number, exactly"),
    FILTER("currency", PARAMETER_CURRENCY, "in this currency"),
    {.name = "status",
     .kind = PARAMETER_CHOICE,
     .choices = "issued|cancelled",
     .text = "in this state"},
    FILTER("issued_from", PARAMETER_DATE, "issued on this day or later"),
    FILTER("issued_to", PARAMETER_DATE, "issued on this day or earlier"),
    FILTER("due_to", PARAMETER_DATE, "due on this day or earlier"),
    END};
static const struct route_parameter credit_note_path[] = {ID("credit_note_id", "the credit note"),
                                                          END};
static const struct route_parameter credit_note_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("account_id", PARAMETER_UUID, "of this account"),
    FILTER("invoice_id", PARAMETER_UUID, "of this invoice"),
    FILTER("number", PARAMETER_TEXT, "with this number, exactly"),
    FILTER("issued_from", PARAMETER_DATE, "issued on this day or later"),
    FILTER("issued_to", PARAMETER_DATE, "issued on this day or earlier"),
    END};
static const struct route_parameter bill_run_path[] = {ID("bill_run_id", "the bill run"), END};
static const struct route_parameter bill_run_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("cycle_code", PARAMETER_TEXT, "of this cycle"),
    {.name = "status",
     .kind = PARAMETER_CHOICE,
     .choices = "started|proved|blocked",
     .text = "in this state"},
    END};
static const struct route_parameter skip_query[] = {
    ID("bill_run_id", "the bill run"), FILTER("reason", PARAMETER_TEXT, "for this reason"),
    FILTER("exception", PARAMETER_BOOLEAN, "true: those that somebody must look at"), END};

/* ---- the table ---- */

enum {
    CREATE = ROUTE_IDEMPOTENCY_KEY | ROUTE_CREATES,
    CHANGE = ROUTE_IDEMPOTENCY_KEY | ROUTE_ETAG | ROUTE_IF_MATCH,
    SHOW = ROUTE_ETAG | ROUTE_AFTER,
    SHOW_LIST = ROUTE_LIST | ROUTE_AFTER,
};

#define DOES(method_, path_, tag_, summary_, roles_, flags_, request_, response_, parameters_,     \
             action_)                                                                              \
    {                                                                                              \
        .method = method_, .path = path_, .tag = tag_, .summary = summary_, .roles = roles_,       \
        .flags = flags_, .request = &invoicing__##request_##__descriptor,                          \
        .response = &invoicing__##response_##__descriptor, .parameters = parameters_,              \
        .action = (void *)&action_                                                                 \
    }
#define SHOWS(path_, tag_, summary_, response_, parameters_, action_)                              \
    {                                                                                              \
        .method = HTTP_GET, .path = path_, .tag = tag_, .summary = summary_, .roles = API_READERS, \
        .flags = SHOW, .response = &invoicing__##response_##__descriptor,                          \
        .parameters = parameters_, .action = (void *)&action_                                      \
    }
#define LISTS(path_, tag_, summary_, parameters_, action_)                                         \
    {                                                                                              \
        .method = HTTP_GET, .path = path_, .tag = tag_, .summary = summary_, .roles = API_READERS, \
        .flags = SHOW_LIST, .parameters = parameters_, .action = (void *)&action_                  \
    }

const struct route invoicing_routes[INVOICING_ROUTES] = {
    DOES(HTTP_POST, "/v1/legal-entities", "legal entities", "Register a legal entity", SETS_UP,
         CREATE, register_legal_entity, legal_entity_state, NULL, entity_register),
    LISTS("/v1/legal-entities", "legal entities", "Legal entities by name", entity_query,
          entity_list),
    SHOWS("/v1/legal-entities/{entity_id}", "legal entities", "A legal entity", legal_entity_state,
          entity_path, entity_show),
    DOES(HTTP_PUT, "/v1/legal-entities/{entity_id}", "legal entities",
         "Change name, address, VAT id, accounts or number prefix", SETS_UP, CHANGE,
         change_legal_entity, legal_entity_state, entity_path, entity_change),

    DOES(HTTP_POST, "/v1/customers", "customers", "Register a customer", KEEPS_FILES, CREATE,
         register_customer, customer_state, NULL, customer_register),
    LISTS("/v1/customers", "customers", "Customers", customer_query, customers),
    SHOWS("/v1/customers/{customer_id}", "customers", "A customer", customer_state, customer_path,
          customer_show),
    DOES(HTTP_POST, "/v1/customers/{customer_id}/rename", "customers",
         "A new name, with evidence; issued documents keep theirs", KEEPS_FILES, CHANGE,
         rename_customer, customer_state, customer_path, customer_change),
    DOES(HTTP_PUT, "/v1/customers/{customer_id}/address", "customers",
         "A new address; issued documents keep theirs", KEEPS_FILES, CHANGE,
         change_customer_address, customer_state, customer_path, customer_change),

    DOES(HTTP_POST, "/v1/accounts", "accounts", "Open an account", KEEPS_FILES, CREATE,
         open_account, account_state, NULL, account_open),
    LISTS("/v1/accounts", "accounts", "Accounts by number", account_query, accounts),
    SHOWS("/v1/accounts/{account_id}", "accounts", "An account with its charges and cycles",
          account_state, account_path, account_show),
    DOES(HTTP_PUT, "/v1/accounts/{account_id}/terms", "accounts",
         "Change payment terms and billing cycle", KEEPS_FILES, CHANGE, change_account_terms,
         account_state, account_path, account_change),
    DOES(HTTP_PUT, "/v1/accounts/{account_id}/charges/{charge_id}", "accounts",
         "Set a recurring charge", KEEPS_FILES, CHANGE, set_recurring_charge, account_state,
         charge_path, account_charge),
    DOES(HTTP_POST, "/v1/accounts/{account_id}/charges/{charge_id}/end", "accounts",
         "End a recurring charge", KEEPS_FILES, CHANGE, end_recurring_charge, account_state,
         charge_path, account_change),

    DOES(HTTP_POST, "/v1/invoices", "invoices", "Issue an invoice", BILLS, CREATE, issue_invoice,
         invoice_state, NULL, invoice_issue),
    LISTS("/v1/invoices", "invoices", "Invoices, newest first", invoice_query, invoices),
    SHOWS("/v1/invoices/{invoice_id}", "invoices", "An invoice and what was credited",
          invoice_state, invoice_path, invoice_show),
    DOES(HTTP_POST, "/v1/invoices/{invoice_id}/credit-notes", "credit notes",
         "Credit an invoice, by tax group or all that is left", BILLS, CREATE | ROUTE_IF_MATCH,
         issue_credit_note, credit_note_state, invoice_path, invoice_credit),
    DOES(HTTP_POST, "/v1/invoices/{invoice_id}/cancel", "invoices",
         "Cancel an invoice: credit all that is left", BILLS, CHANGE, issue_credit_note,
         invoice_state, invoice_path, invoice_cancel),
    LISTS("/v1/credit-notes", "credit notes", "Credit notes, newest first", credit_note_query,
          credit_notes),
    SHOWS("/v1/credit-notes/{credit_note_id}", "credit notes", "A credit note", credit_note_state,
          credit_note_path, credit_note_show),

    DOES(HTTP_POST, "/v1/bill-runs", "bill runs", "Bill all accounts of a cycle", BILLS,
         ROUTE_IDEMPOTENCY_KEY | ROUTE_ACCEPTED, start_bill_run, bill_run_state, NULL,
         bill_run_start),
    LISTS("/v1/bill-runs", "bill runs", "Bill runs, newest first", bill_run_query, bill_runs),
    SHOWS("/v1/bill-runs/{bill_run_id}", "bill runs", "A bill run and its proof", bill_run_state,
          bill_run_path, bill_run_show),
    LISTS("/v1/bill-runs/{bill_run_id}/progress", "bill runs", "How far each shard is",
          bill_run_path, bill_run_shards),
    LISTS("/v1/bill-runs/{bill_run_id}/skipped", "bill runs", "Accounts not billed, and why",
          skip_query, bill_run_skips),
    LISTS("/v1/invoices/{invoice_id}/credit-notes", "credit notes", "Credit notes of an invoice",
          invoice_path, credit_notes),
};
