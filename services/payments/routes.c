/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/routes.h"

#include "billing/payments/v1/payment.pb-c.h"
#include "common/service/api.h"
#include "services/payments/domain/kinds.h"
#include "services/payments/import.h"
#include "services/payments/lists.h"
#include "services/payments/prepare.h"

/* Who may, by SOD-1. Who brings a statement does not accept what is held of it (SOD-2, checked by
 * person). */
enum {
    SETS_UP = API_ROLE(CONTROLLER) | API_ROLE(ACCOUNTANT) | API_ROLE(OPERATOR),
    POSTS = API_ROLE(CASHIER) | API_ROLE(SERVICE),
    IMPORTS = API_ROLE(CASHIER) | API_ROLE(ACCOUNTANT) | API_ROLE(SERVICE),
    ACCEPTS = API_ROLE(ACCOUNTANT) | API_ROLE(CONTROLLER),
};

/* ---- acts on what is shown ---- */

static bool statement_is_held(const ProtobufCMessage *state)
{
    return ((const Payments__StatementState *)state)->status == STATEMENT_STATUS_HELD;
}

static const struct api_act statement_acts[] = {{"accept", ACCEPTS, statement_is_held}, {0}};

/* ---- actions ---- */

#define STATE(name, kind_code, parameter, act_table)                                               \
    static struct api_action name = {.kind = API_STATE,                                            \
                                     .stream_kind = kind_code,                                     \
                                     .id_parameter = parameter,                                    \
                                     .acts = act_table};
#define LIST(name, list) static struct api_action name = {.kind = API_LIST, .listing = &list};

static struct api_action payment_record = {
    .kind = API_COMMAND, .id_field = "payment_id", .prepare = prepare_record_payment};
STATE(payment_show, KIND_PAYMENT, "payment_id", NULL)
LIST(payments, payment_list)
LIST(returns, payment_return_list)
STATE(movement_show, KIND_BANK_MOVEMENT, "movement_id", NULL)
LIST(movements, bank_movement_list)

static struct api_action account_register = {.kind = API_COMMAND};
STATE(account_show, KIND_BANK_ACCOUNT, "bank_account_id", NULL)
LIST(accounts, bank_account_list)
LIST(balances, bank_balance_list)

static struct api_action statement_import = {.kind = API_FUNCTION, .run = import_run};
static struct api_action statement_accept = {.kind = API_COMMAND,
                                             .stream_kind = KIND_STATEMENT,
                                             .id_parameter = "statement_id",
                                             .acts = statement_acts,
                                             .prepare = prepare_accept_statement};
STATE(statement_show, KIND_STATEMENT, "statement_id", statement_acts)
LIST(statements, statement_list)
LIST(statement_rows, statement_row_list)
LIST(statement_reasons, statement_reason_list)

STATE(import_show, KIND_IMPORT, "import_id", NULL)
LIST(imports, import_list)

/* ---- parameters ---- */

#define ID(name_, text_)                                                                           \
    {                                                                                              \
        .name = name_, .kind = PARAMETER_UUID, .text = text_                                       \
    }
#define FILTER(name_, kind_, text_)                                                                \
    {                                                                                              \
        .name = name_, .kind = kind_, .text = text_                                                \
    }
#define CHOICE(name_, choices_, text_)                                                             \
    {                                                                                              \
        .name = name_, .kind = PARAMETER_CHOICE, .choices = choices_, .text = text_                \
    }
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }

static const struct route_parameter payment_path[] = {ID("payment_id", "the payment"), END};
static const struct route_parameter payment_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("account_id", PARAMETER_UUID, "recorded for this account"),
    FILTER("statement_id", PARAMETER_UUID, "from this bank statement"),
    FILTER("bank_account_id", PARAMETER_UUID, "on this bank account"),
    FILTER("currency", PARAMETER_CURRENCY, "in this currency"),
    CHOICE("status", "received|partly_returned|returned", "in this state"),
    CHOICE("method", "bank_transfer|cash|cheque|card|direct_debit|other", "paid this way"),
    FILTER("end_to_end_id", PARAMETER_TEXT, "with this end-to-end id, exactly"),
    FILTER("value_from", PARAMETER_DATE, "valued on this day or later"),
    FILTER("value_to", PARAMETER_DATE, "valued on this day or earlier"),
    END};
static const struct route_parameter return_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("payment_id", PARAMETER_UUID, "of this payment"),
    FILTER("reason_code", PARAMETER_TEXT, "for this reason: AC04, R01"),
    FILTER("value_from", PARAMETER_DATE, "valued on this day or later"),
    FILTER("value_to", PARAMETER_DATE, "valued on this day or earlier"),
    END};
static const struct route_parameter movement_path[] = {ID("movement_id", "the movement"), END};
static const struct route_parameter movement_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("bank_account_id", PARAMETER_UUID, "on this bank account"),
    FILTER("statement_id", PARAMETER_UUID, "from this bank statement"),
    FILTER("unmatched_return", PARAMETER_BOOLEAN, "true: returns whose original is not known"),
    FILTER("booked_from", PARAMETER_DATE, "booked on this day or later"),
    FILTER("booked_to", PARAMETER_DATE, "booked on this day or earlier"),
    END};
static const struct route_parameter account_path[] = {ID("bank_account_id", "the bank account"),
                                                      END};
static const struct route_parameter account_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("account_number", PARAMETER_TEXT, "with this number"), END};
static const struct route_parameter balance_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("currency", PARAMETER_CURRENCY, "in this currency"), END};
static const struct route_parameter statement_path[] = {ID("statement_id", "the statement"), END};
static const struct route_parameter statement_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("bank_account_id", PARAMETER_UUID, "of this bank account"),
    FILTER("import_id", PARAMETER_UUID, "from this file"),
    CHOICE("status", "held|ingested|posted", "in this state"),
    FILTER("reason", PARAMETER_TEXT, "held for this reason: OPENING_DIFFERS"),
    FILTER("closing_from", PARAMETER_DATE, "closing on this day or later"),
    FILTER("closing_to", PARAMETER_DATE, "closing on this day or earlier"),
    END};
static const struct route_parameter row_query[] = {
    ID("statement_id", "the statement"),
    CHOICE("became", "payment|return|movement", "what became of the row"), END};
static const struct route_parameter import_path[] = {ID("import_id", "the import"), END};
static const struct route_parameter import_query[] = {
    CHOICE("verdict", "read|refused|not_read_yet", "with this verdict"),
    FILTER("sha256", PARAMETER_TEXT, "of the file with this SHA-256, in hex"),
    FILTER("recorded_from", PARAMETER_INSTANT, "brought at this instant or later"),
    FILTER("recorded_to", PARAMETER_INSTANT, "brought at this instant or earlier"), END};

/* ---- the table ---- */

enum {
    CREATE = ROUTE_IDEMPOTENCY_KEY | ROUTE_CREATES,
    CHANGE = ROUTE_IDEMPOTENCY_KEY | ROUTE_ETAG | ROUTE_IF_MATCH,
    SHOW = ROUTE_ETAG | ROUTE_AFTER,
    SHOW_LIST = ROUTE_LIST | ROUTE_AFTER,
    TAKE_FILE = ROUTE_IDEMPOTENCY_KEY | ROUTE_STREAMS_BODY | ROUTE_ACCEPTED,
};

#define DOES(method_, path_, tag_, summary_, roles_, flags_, request_, response_, parameters_,     \
             action_)                                                                              \
    {                                                                                              \
        .method = method_, .path = path_, .tag = tag_, .summary = summary_, .roles = roles_,       \
        .flags = flags_, .request = &payments__##request_##__descriptor,                           \
        .response = &payments__##response_##__descriptor, .parameters = parameters_,               \
        .action = (void *)&action_                                                                 \
    }
#define SHOWS(path_, tag_, summary_, response_, parameters_, action_)                              \
    {                                                                                              \
        .method = HTTP_GET, .path = path_, .tag = tag_, .summary = summary_, .roles = API_READERS, \
        .flags = SHOW, .response = &payments__##response_##__descriptor,                           \
        .parameters = parameters_, .action = (void *)&action_                                      \
    }
#define LISTS(path_, tag_, summary_, parameters_, action_)                                         \
    {                                                                                              \
        .method = HTTP_GET, .path = path_, .tag = tag_, .summary = summary_, .roles = API_READERS, \
        .flags = SHOW_LIST, .parameters = parameters_, .action = (void *)&action_                  \
    }

const struct route payments_routes[PAYMENTS_ROUTES] = {
    DOES(HTTP_POST, "/v1/payments", "payments", "Record a receipt by hand", POSTS, CREATE,
         record_payment, payment_state, NULL, payment_record),
    LISTS("/v1/payments", "payments", "Payments, newest first", payment_query, payments),
    SHOWS("/v1/payments/{payment_id}", "payments", "A payment and what went back", payment_state,
          payment_path, payment_show),
    LISTS("/v1/payment-returns", "payments", "Returns, newest first", return_query, returns),

    LISTS("/v1/bank-movements", "bank", "What the bank booked besides receipts, newest first",
          movement_query, movements),
    SHOWS("/v1/bank-movements/{movement_id}", "bank", "A movement of the bank", bank_movement_state,
          movement_path, movement_show),
    DOES(HTTP_POST, "/v1/bank-accounts", "bank", "Register a bank account of a legal entity",
         SETS_UP, CREATE, register_bank_account, bank_account_state, NULL, account_register),
    LISTS("/v1/bank-accounts", "bank", "Bank accounts by number", account_query, accounts),
    SHOWS("/v1/bank-accounts/{bank_account_id}", "bank",
          "A bank account and how far its statements have come", bank_account_state, account_path,
          account_show),
    LISTS("/v1/bank-balances", "bank", "Last closing balance of each account and currency",
          balance_query, balances),

    {.method = HTTP_POST,
     .path = "/v1/bank-statements",
     .tag = "statements",
     .summary =
         "Bring a bank's file (camt.053); its statements are judged, their rows posted later",
     .roles = IMPORTS,
     .flags = TAKE_FILE,
     .body_bytes_max = IMPORT_FILE_BYTES_MAX,
     .response = &payments__import_outcome__descriptor,
     .consumes = "any",
     .action = &statement_import},
    LISTS("/v1/bank-statements", "statements", "Statements, newest first", statement_query,
          statements),
    SHOWS("/v1/bank-statements/{statement_id}", "statements", "A statement and why it is held",
          statement_state, statement_path, statement_show),
    DOES(HTTP_POST, "/v1/bank-statements/{statement_id}/accept", "statements",
         "Accept a held statement as it is: another person than who brought it", ACCEPTS, CHANGE,
         accept_statement, statement_state, statement_path, statement_accept),
    LISTS("/v1/bank-statements/{statement_id}/rows", "statements",
          "What became of each row of a statement", row_query, statement_rows),
    LISTS("/v1/bank-statements/{statement_id}/reasons", "statements", "Why a statement is held",
          statement_path, statement_reasons),

    LISTS("/v1/imports", "imports", "Files that were brought, newest first", import_query, imports),
    SHOWS("/v1/imports/{import_id}", "imports", "A file and its verdict", import_state, import_path,
          import_show),
};
