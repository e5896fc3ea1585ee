/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/routes.h"

#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/service/api.h"
#include "services/reconciliation/domain/kinds.h"
#include "services/reconciliation/lists.h"
#include "services/reconciliation/tie_out.h"

/* Who may, by SOD-1: cashiers say what money is for; taking an application back is the
 * accountant's. */
enum {
    APPLIES = API_ROLE(CASHIER) | API_ROLE(ACCOUNTANT) | API_ROLE(AR_MANAGER) | API_ROLE(SERVICE),
    TAKES_BACK = API_ROLE(ACCOUNTANT) | API_ROLE(AR_MANAGER),
    PROVES = API_ROLE(ACCOUNTANT) | API_ROLE(AR_MANAGER) | API_ROLE(CONTROLLER) |
             API_ROLE(AUDITOR) | API_ROLE(OPERATOR),
};

/* ---- acts on what is shown ---- */

static bool item_is_open(const ProtobufCMessage *state)
{
    const Reconciliation__ItemState *item = (const Reconciliation__ItemState *)(const void *)state;
    return item->open && item->open->minor > 0; /* raw: only its sign */
}

static bool applications_can_reverse(Reconciliation__Application *const *applications, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!applications[i]->reversed)
            return true;
    return false;
}

static bool item_has_applications(const ProtobufCMessage *state)
{
    const Reconciliation__ItemState *item = (const Reconciliation__ItemState *)(const void *)state;
    return applications_can_reverse(item->applications, item->n_applications);
}

static bool money_has_applications(const ProtobufCMessage *state)
{
    const Reconciliation__MoneyState *money =
        (const Reconciliation__MoneyState *)(const void *)state;
    return applications_can_reverse(money->applications, money->n_applications);
}

static bool money_is_left(const ProtobufCMessage *state)
{
    const Reconciliation__MoneyState *money =
        (const Reconciliation__MoneyState *)(const void *)state;
    return money->left && money->left->minor > 0; /* raw: only its sign */
}

static bool match_is_suspended(const ProtobufCMessage *state)
{
    return ((const Reconciliation__MatchState *)(const void *)state)->status ==
           MATCH_STATUS_SUSPENSE;
}

static const struct api_act account_acts[] = {{"apply_money", APPLIES, NULL}, {0}};
static const struct api_act item_acts[] = {
    {"apply", APPLIES, item_is_open}, {"take_back", TAKES_BACK, item_has_applications}, {0}};
static const struct api_act money_acts[] = {
    {"apply", APPLIES, money_is_left}, {"take_back", TAKES_BACK, money_has_applications}, {0}};
static const struct api_act match_acts[] = {{"identify", APPLIES, match_is_suspended}, {0}};

/* ---- actions ---- */

/* The caller asks for a proof; what it says is ours. */
static enum error prepare_tie_out(struct api_call *call, ProtobufCMessage *message)
{
    Reconciliation__RecordTieOut *command = (Reconciliation__RecordTieOut *)(void *)message;
    if (command->n_results || command->broken)
        return problem_set(&call->problem, ERR_MALFORMED, "results", "REC-8",
                           "the results are computed; leave them out");
    struct tie_out_report report;
    enum error error = tie_out_read(call->database, call->arena, &report, &call->problem);
    if (error != OK)
        return error;
    command->n_results = report.n_results;
    command->results = report.results;
    command->broken = report.broken;
    return OK;
}

#define COMMAND(name, ...) static const struct api_action name = {.kind = API_COMMAND, __VA_ARGS__};
#define STATE(name, kind_code, parameter, act_table)                                               \
    static const struct api_action name = {.kind = API_STATE,                                      \
                                           .stream_kind = kind_code,                               \
                                           .id_parameter = parameter,                              \
                                           .acts = act_table};
#define LIST(name, list)                                                                           \
    static const struct api_action name = {.kind = API_LIST, .listing = &reconciliation_##list};

STATE(account_show, KIND_ACCOUNT, "account_id", account_acts)
LIST(accounts, account_list)
COMMAND(account_apply, .id_field = "request_id", .stream_kind = KIND_ACCOUNT,
        .id_parameter = "account_id")
COMMAND(account_take_back, .stream_kind = KIND_ACCOUNT, .id_parameter = "account_id")

STATE(item_show, KIND_ITEM, "item_id", item_acts)
LIST(items, item_list)
LIST(applications, application_list)

STATE(money_show, KIND_MONEY, "money_id", money_acts)
LIST(money, money_list)

STATE(match_show, KIND_MATCH, "payment_id", match_acts)
LIST(matches, match_list)
COMMAND(match_identify, .stream_kind = KIND_MATCH, .id_parameter = "payment_id")

STATE(journal_show, KIND_JOURNAL, "journal_id", NULL)
LIST(journal_lines, journal_list)
LIST(trial_balance, ledger_list)
LIST(statements, statement_list)

COMMAND(tie_out_run, .id_field = "tie_out_id", .prepare = prepare_tie_out)
STATE(tie_out_show, KIND_TIE_OUT, "tie_out_id", NULL)
LIST(tie_outs, tie_out_list)

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

static const struct route_parameter account_path[] = {ID("account_id", "the account"), END};
static const struct route_parameter account_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("customer_id", PARAMETER_UUID, "of this customer"),
    FILTER("account_number", PARAMETER_TEXT, "with this number, exactly"), END};
static const struct route_parameter application_path[] = {
    ID("account_id", "the account"), ID("application_id", "the application"), END};
static const struct route_parameter item_path[] = {ID("item_id", "the item"), END};
static const struct route_parameter item_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("account_id", PARAMETER_UUID, "of this account"),
    FILTER("customer_id", PARAMETER_UUID, "of this customer"),
    FILTER("document_number", PARAMETER_TEXT, "with this number, exactly"),
    FILTER("currency", PARAMETER_CURRENCY, "in this currency"),
    {.name = "status",
     .kind = PARAMETER_CHOICE,
     .choices = "open|settled",
     .text = "open: something is to be paid"},
    FILTER("due_to", PARAMETER_DATE, "due on this day or earlier"),
    END};
static const struct route_parameter application_query[] = {
    FILTER("item_id", PARAMETER_UUID, "to this item"),
    FILTER("money_id", PARAMETER_UUID, "of this payment or credit note"),
    FILTER("account_id", PARAMETER_UUID, "of this account"),
    FILTER("posted_to", PARAMETER_DATE, "posted on this day or earlier"), END};
static const struct route_parameter money_path[] = {ID("money_id", "the payment or credit note"),
                                                    END};
static const struct route_parameter money_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("account_id", PARAMETER_UUID, "of this account"),
    FILTER("unused", PARAMETER_BOOLEAN, "true: something is left of it"), END};
static const struct route_parameter match_path[] = {ID("payment_id", "the payment"), END};
static const struct route_parameter match_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("account_id", PARAMETER_UUID, "that belong to this account"),
    {.name = "status",
     .kind = PARAMETER_CHOICE,
     .choices = "suspense|identified|returned|movement",
     .text = "in this state"},
    FILTER("opened_to", PARAMETER_DATE, "in suspense since this day or earlier"),
    END};
static const struct route_parameter journal_path[] = {ID("journal_id", "the journal"), END};
static const struct route_parameter journal_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("document_id", PARAMETER_UUID, "of this invoice, credit note, payment or movement"),
    FILTER("ledger_account", PARAMETER_INTEGER, "on this account of the chart"),
    FILTER("posted_from", PARAMETER_DATE, "posted on this day or later"),
    FILTER("posted_to", PARAMETER_DATE, "posted on this day or earlier"),
    END};
static const struct route_parameter ledger_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("currency", PARAMETER_CURRENCY, "in this currency"), END};
static const struct route_parameter statement_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("bank_account_id", PARAMETER_UUID, "of this bank account"), END};
static const struct route_parameter tie_out_path[] = {ID("tie_out_id", "the tie-out"), END};
static const struct route_parameter tie_out_query[] = {
    FILTER("entity_id", PARAMETER_UUID, "of this legal entity"),
    FILTER("currency", PARAMETER_CURRENCY, "in this currency"),
    FILTER("broken", PARAMETER_BOOLEAN, "true: those that found a difference"), END};

/* ---- the table ---- */

enum {
    CREATE = ROUTE_IDEMPOTENCY_KEY | ROUTE_CREATES,
    CHANGE = ROUTE_IDEMPOTENCY_KEY | ROUTE_ETAG | ROUTE_IF_MATCH,
    DO = ROUTE_IDEMPOTENCY_KEY | ROUTE_ETAG,
    SHOW = ROUTE_ETAG | ROUTE_AFTER,
    SHOW_LIST = ROUTE_LIST | ROUTE_AFTER,
};

#define DOES(path_, tag_, summary_, roles_, flags_, request_, response_, parameters_, action_)     \
    {                                                                                              \
        .method = HTTP_POST, .path = path_, .tag = tag_, .summary = summary_, .roles = roles_,     \
        .flags = flags_, .request = &reconciliation__##request_##__descriptor,                     \
        .response = &reconciliation__##response_##__descriptor, .parameters = parameters_,         \
        .action = (void *)&action_                                                                 \
    }
#define SHOWS(path_, tag_, summary_, response_, parameters_, action_)                              \
    {                                                                                              \
        .method = HTTP_GET, .path = path_, .tag = tag_, .summary = summary_, .roles = API_READERS, \
        .flags = SHOW, .response = &reconciliation__##response_##__descriptor,                     \
        .parameters = parameters_, .action = (void *)&action_                                      \
    }
#define LISTS(path_, tag_, summary_, parameters_, action_)                                         \
    {                                                                                              \
        .method = HTTP_GET, .path = path_, .tag = tag_, .summary = summary_, .roles = API_READERS, \
        .flags = SHOW_LIST, .parameters = parameters_, .action = (void *)&action_                  \
    }

const struct route reconciliation_routes[RECONCILIATION_ROUTES] = {
    LISTS("/v1/accounts", "accounts", "Accounts with what is open and what is on account",
          account_query, accounts),
    SHOWS("/v1/accounts/{account_id}", "accounts", "An account, as reconciliation knows it",
          account_known_state, account_path, account_show),
    DOES("/v1/accounts/{account_id}/apply-money", "applications",
         "Apply all money on the account, oldest due first", APPLIES, DO, apply_money_on_account,
         account_known_state, account_path, account_apply),
    DOES("/v1/accounts/{account_id}/applications", "applications",
         "Apply a payment or credit to an item", APPLIES, DO, apply_payment, item_state,
         account_path, account_apply),
    DOES("/v1/accounts/{account_id}/applications/{application_id}/reverse", "applications",
         "Take an application back", TAKES_BACK, DO, unapply_payment, item_state, application_path,
         account_take_back),

    LISTS("/v1/items", "items", "Items by due date", item_query, items),
    SHOWS("/v1/items/{item_id}", "items", "An item with everything that was applied to it",
          item_state, item_path, item_show),
    LISTS("/v1/items/{item_id}/applications", "items",
          "What was applied to an item and taken back, in order", item_path, applications),
    LISTS("/v1/applications", "applications", "Applications and reversals, in order",
          application_query, applications),

    LISTS("/v1/money", "money", "Money on account", money_query, money),
    SHOWS("/v1/money/{money_id}", "money", "Money on account and what it settled", money_state,
          money_path, money_show),
    LISTS("/v1/money/{money_id}/applications", "money", "What a payment or credit settled",
          money_path, applications),

    LISTS("/v1/payments", "payments", "Payments and movements, matched or in suspense", match_query,
          matches),
    SHOWS("/v1/payments/{payment_id}", "payments", "A payment's way, with its candidates",
          match_state, match_path, match_show),
    DOES("/v1/payments/{payment_id}/identify", "payments",
         "Name the payer of a payment in suspense", APPLIES, CHANGE, identify_payer, match_state,
         match_path, match_identify),

    LISTS("/v1/journal-lines", "journal", "Journal lines by posting date", journal_query,
          journal_lines),
    SHOWS("/v1/journals/{journal_id}", "journal", "A journal", journal_state, journal_path,
          journal_show),
    LISTS("/v1/trial-balance", "journal", "Balances of the ledger accounts", ledger_query,
          trial_balance),
    LISTS("/v1/bank-statements", "bank", "Bank statements that count, and how far they have come",
          statement_query, statements),

    DOES("/v1/tie-outs", "tie-outs", "Prove the books now", PROVES, CREATE, record_tie_out,
         tie_out_state, NULL, tie_out_run),
    LISTS("/v1/tie-outs", "tie-outs", "Tie-outs, newest first", tie_out_query, tie_outs),
    SHOWS("/v1/tie-outs/{tie_out_id}", "tie-outs", "A tie-out", tie_out_state, tie_out_path,
          tie_out_show),
};
