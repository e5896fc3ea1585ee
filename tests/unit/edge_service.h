/* SPDX-License-Identifier: Apache-2.0
 * A small service for the tests of the edge: customers (personal data), accounts (a legal entity),
 * tokens, and a list of things in two orders. */
#pragma once
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "billing/invoicing/v1/customer.pb-c.h"
#include "common/service/access.h"
#include "common/service/access_domain.h"
#include "common/service/listing.h"

enum { KIND_CUSTOMER = 1, KIND_ACCOUNT = 2, SHARDS = 4 };

static const char bootstrap_token[] = "bootstrap-0123456789abcdef0123456789abcdef";
static const char vault_key[] = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
static const char entity_one[] = "aaaaaaaa-0000-8000-8000-000000000001";
static const char entity_two[] = "aaaaaaaa-0000-8000-8000-000000000002";

/* ---- the domain ---- */

static const struct refusal customer_exists = {"CUSTOMER_EXISTS", "CUS-1", "there is one already",
                                               409};
static const struct refusal country_unknown = {"COUNTRY_UNKNOWN", "CUS-1",
                                               "use a country of ISO 3166", 422};

static void customer_registered(struct arena *arena, Invoicing__CustomerState *state,
                                const Invoicing__CustomerRegistered *event)
{
    (void)arena;
    state->customer_id = event->customer_id;
    state->kind = event->kind;
    state->name = event->name;
    state->email = event->email;
    state->country = event->country;
    state->name_version = 1;
}

static void customer_renamed(struct arena *arena, Invoicing__CustomerState *state,
                             const Invoicing__CustomerRenamed *event)
{
    (void)arena;
    state->name = event->name;
    state->name_version = event->name_version;
}

static void account_opened(struct arena *arena, Invoicing__AccountState *state,
                           const Invoicing__AccountOpened *event)
{
    (void)arena;
    state->account_id = event->account_id;
    state->entity_id = event->entity_id;
    state->currency = event->currency;
}

EVOLVER(customer_registered, Invoicing__CustomerState, Invoicing__CustomerRegistered)
EVOLVER(customer_renamed, Invoicing__CustomerState, Invoicing__CustomerRenamed)
EVOLVER(account_opened, Invoicing__AccountState, Invoicing__AccountOpened)

static void register_declare(struct declaring *declaring,
                             const Invoicing__RegisterCustomer *command)
{
    declare_key(declaring, command->customer_id);
    declare_stream(declaring, KIND_CUSTOMER, command->customer_id);
}

static void register_decide(struct deciding *deciding, const Invoicing__RegisterCustomer *command)
{
    if (deciding_state(deciding, KIND_CUSTOMER, command->customer_id)) {
        deciding_refuse(deciding, &customer_exists, "customer_id", NULL);
        return;
    }
    if (!strcmp(command->country, "XX")) {
        deciding_refuse(deciding, &country_unknown, "country", "there is no country %s",
                        command->country);
        return;
    }
    Invoicing__CustomerRegistered *event = arena_new(deciding->arena, Invoicing__CustomerRegistered,
                                                     INVOICING__CUSTOMER_REGISTERED__INIT);
    event->customer_id = command->customer_id;
    event->kind = command->kind;
    event->name = command->name;
    event->email = command->email;
    event->country = command->country;
    deciding_emit(deciding, KIND_CUSTOMER, command->customer_id, &event->base);
}

static void rename_declare(struct declaring *declaring, const Invoicing__RenameCustomer *command)
{
    declare_key(declaring, command->customer_id);
    declare_stream(declaring, KIND_CUSTOMER, command->customer_id);
}

static void rename_decide(struct deciding *deciding, const Invoicing__RenameCustomer *command)
{
    static const struct refusal unknown = {"CUSTOMER_UNKNOWN", "CUS-1", "register it first", 404};
    const Invoicing__CustomerState *state =
        deciding_state(deciding, KIND_CUSTOMER, command->customer_id);
    if (!state) {
        deciding_refuse(deciding, &unknown, "customer_id", NULL);
        return;
    }
    Invoicing__CustomerRenamed *event =
        arena_new(deciding->arena, Invoicing__CustomerRenamed, INVOICING__CUSTOMER_RENAMED__INIT);
    event->customer_id = command->customer_id;
    event->name = command->name;
    event->name_version = state->name_version + 1;
    deciding_emit(deciding, KIND_CUSTOMER, command->customer_id, &event->base);
}

static void open_declare(struct declaring *declaring, const Invoicing__OpenAccount *command)
{
    declare_key(declaring, command->account_id);
    declare_stream(declaring, KIND_ACCOUNT, command->account_id);
}

static void open_decide(struct deciding *deciding, const Invoicing__OpenAccount *command)
{
    Invoicing__AccountOpened *event =
        arena_new(deciding->arena, Invoicing__AccountOpened, INVOICING__ACCOUNT_OPENED__INIT);
    event->account_id = command->account_id;
    event->entity_id = command->entity_id;
    event->currency = command->currency;
    deciding_books(deciding, command->entity_id, 20000, 0);
    deciding_emit(deciding, KIND_ACCOUNT, command->account_id, &event->base);
}

HANDLER(register, Invoicing__RegisterCustomer)
HANDLER(rename, Invoicing__RenameCustomer)
HANDLER(open, Invoicing__OpenAccount)

static const struct evolution customer_evolutions[] = {
    {&invoicing__customer_registered__descriptor, customer_registered_any, "it is known"},
    {&invoicing__customer_renamed__descriptor, customer_renamed_any, "it has another name"},
};
static const struct evolution account_evolutions[] = {
    {&invoicing__account_opened__descriptor, account_opened_any, "it may be billed"},
};
static const struct stream_kind kinds[] = {
    {.code = KIND_CUSTOMER,
     .name = "customer",
     .state = &invoicing__customer_state__descriptor,
     .evolutions = customer_evolutions,
     .n_evolutions = 2,
     .fold_version = 1},
    {.code = KIND_ACCOUNT,
     .name = "account",
     .state = &invoicing__account_state__descriptor,
     .evolutions = account_evolutions,
     .n_evolutions = 1,
     .fold_version = 1},
    ACCESS_TOKEN_STREAM,
};
static const char *const register_required[] = {"customer_id", "kind", "name", NULL};
static const struct handler handlers[] = {
    {.message = &invoicing__register_customer__descriptor,
     .declare = register_declare_any,
     .decide = register_decide_any,
     .required = register_required},
    {.message = &invoicing__rename_customer__descriptor,
     .declare = rename_declare_any,
     .decide = rename_decide_any},
    {.message = &invoicing__open_account__descriptor,
     .declare = open_declare_any,
     .decide = open_decide_any},
    ACCESS_TOKEN_HANDLERS,
};
static const struct table *const tables[] = {&access_token_table};
static const char *const topics_in[] = {"billing.payments.events"};

/* ---- the routes ---- */

static bool is_organisation(const ProtobufCMessage *state)
{
    return ((const Invoicing__CustomerState *)state)->kind == CUSTOMER_KIND_ORGANISATION;
}

static const struct api_act customer_acts[] = {{"rename", API_ROLE(BILLER), NULL},
                                               {"audit", API_ROLE(AUDITOR), NULL},
                                               {"dissolve", 0, is_organisation},
                                               {0}};
static pthread_mutex_t prepared_mutex = PTHREAD_MUTEX_INITIALIZER;
static char prepared_name[128]; /* what `prepare` read before it was sealed */

static enum error register_prepare(struct api_call *call, ProtobufCMessage *message)
{
    const Invoicing__RegisterCustomer *command = (const Invoicing__RegisterCustomer *)message;
    const char *name = api_plain(call, command->name);
    pthread_mutex_lock(&prepared_mutex);
    snprintf(prepared_name, sizeof prepared_name, "%s", name ? name : "");
    pthread_mutex_unlock(&prepared_mutex);
    if (strcmp(command->country, "ZZ"))
        return OK;
    call->status = 422;
    call->code = "COUNTRY_CLOSED";
    return problem_set(&call->problem, ERR_UNSUPPORTED, "country", "CUS-1", "not at the edge");
}

static const struct api_action register_action = {
    .kind = API_COMMAND, .id_field = "customer_id", .prepare = register_prepare};
static const struct api_action rename_action = {
    .kind = API_COMMAND, .stream_kind = KIND_CUSTOMER, .id_parameter = "customer_id"};
static const struct api_action customer_action = {.kind = API_STATE,
                                                  .stream_kind = KIND_CUSTOMER,
                                                  .id_parameter = "customer_id",
                                                  .acts = customer_acts};
static const struct api_action open_action = {.kind = API_COMMAND, .id_field = "account_id"};
static const struct api_action account_action = {
    .kind = API_STATE, .stream_kind = KIND_ACCOUNT, .id_parameter = "account_id"};

static const struct listing_column thing_columns[] = {
    {"thing_id", "t.id", COLUMN_UUID, LISTING_PLAIN, NULL, false, false},
    {"entity_id", "t.entity", COLUMN_UUID, LISTING_PLAIN, NULL, false, false},
    {"due_date", "t.due", COLUMN_DATE, LISTING_PLAIN, NULL, false, false},
    {"open_amount", "t.open", COLUMN_INT64, LISTING_MONEY, "t.currency", false, false},
    {"person_name", "t.name", COLUMN_BYTES, LISTING_SEALED, NULL, false, false},
    {"note", "t.note", COLUMN_TEXT, LISTING_PLAIN, NULL, false, false},
    {"is_open", "t.open > 0", COLUMN_BOOL, LISTING_PLAIN, NULL, false, true},
    {"seen_at", "t.seen", COLUMN_TIME, LISTING_PLAIN, NULL, false, false},
    {"position", "t.position", COLUMN_INT64, LISTING_PLAIN, NULL, false, false},
    {"rank", "t.rank", COLUMN_INT16, LISTING_PLAIN, NULL, false, false},
};
static const struct listing_filter thing_filters[] = {
    {"entity_id", "t.entity = $", COLUMN_UUID}, {"due_before", "t.due < $", COLUMN_DATE},
    {"note", "t.note = $", COLUMN_TEXT},        {"is_open", "(t.open > 0) = $", COLUMN_BOOL},
    {"rank_from", "t.rank >= $", COLUMN_INT16}, {"seen_from", "t.seen >= $", COLUMN_TIME},
    {"open_from", "t.open >= $", COLUMN_INT64},
};
#define THINGS(name_, ...)                                                                         \
    {                                                                                              \
        .name = name_, .source = "thing t", .columns = thing_columns,                              \
        .n_columns = sizeof thing_columns / sizeof *thing_columns, .filters = thing_filters,       \
        .n_filters = sizeof thing_filters / sizeof *thing_filters, .sort = {__VA_ARGS__},          \
        .entity_expression = "t.entity", .where = "NOT t.hidden"                                   \
    }
static const struct listing things_mixed = THINGS("things", "due_date", "-rank", "thing_id");
static const struct listing things_down = THINGS("things_down", "-note", "-thing_id");
static const struct api_action mixed_action = {.kind = API_LIST, .listing = &things_mixed};
static const struct api_action down_action = {.kind = API_LIST, .listing = &things_down};

static const struct route_parameter customer_parameters[] = {
    {.name = "customer_id", .kind = PARAMETER_UUID, .text = "The customer."}, {0}};
static const struct route_parameter account_parameters[] = {
    {.name = "account_id", .kind = PARAMETER_UUID, .text = "The account."}, {0}};
static const struct route_parameter thing_parameters[] = {
    {.name = "entity_id", .kind = PARAMETER_UUID, .text = "x"},
    {.name = "due_before", .kind = PARAMETER_DATE, .text = "x"},
    {.name = "note", .kind = PARAMETER_TEXT, .text = "x"},
    {.name = "is_open", .kind = PARAMETER_BOOLEAN, .text = "x"},
    {.name = "rank_from", .kind = PARAMETER_INTEGER, .text = "x"},
    {.name = "seen_from", .kind = PARAMETER_INSTANT, .text = "x"},
    {.name = "open_from", .kind = PARAMETER_INTEGER, .text = "x"},
    {.name = "format", .kind = PARAMETER_CHOICE, .choices = "json|csv", .text = "x"},
    {0}};

static const struct route routes[] = {
    {HTTP_POST, "/v1/customers", "Registers", "test", API_ROLE(BILLER),
     &invoicing__register_customer__descriptor, &invoicing__customer_state__descriptor,
     ROUTE_IDEMPOTENCY_KEY | ROUTE_CREATES, .action = (void *)&register_action},
    {HTTP_GET, "/v1/customers/{customer_id}", "Shows", "test", API_READERS, NULL,
     &invoicing__customer_state__descriptor, ROUTE_ETAG | ROUTE_AFTER,
     .parameters = customer_parameters, .action = (void *)&customer_action},
    {HTTP_POST, "/v1/customers/{customer_id}/rename", "Renames", "test", API_ROLE(BILLER),
     &invoicing__rename_customer__descriptor, &invoicing__customer_state__descriptor,
     ROUTE_IDEMPOTENCY_KEY | ROUTE_IF_MATCH, .parameters = customer_parameters,
     .action = (void *)&rename_action},
    {HTTP_POST, "/v1/accounts", "Opens", "test", API_ROLE(BILLER),
     &invoicing__open_account__descriptor, &invoicing__account_state__descriptor,
     ROUTE_IDEMPOTENCY_KEY | ROUTE_CREATES, .action = (void *)&open_action},
    {HTTP_GET, "/v1/accounts/{account_id}", "Shows", "test", API_READERS, NULL,
     &invoicing__account_state__descriptor, ROUTE_ETAG, .parameters = account_parameters,
     .action = (void *)&account_action},
    {HTTP_GET, "/v1/things", "Lists", "test", API_READERS, NULL, NULL, ROUTE_LIST | ROUTE_AFTER,
     .parameters = thing_parameters, .produces = "application/json, text/csv",
     .action = (void *)&mixed_action},
    {HTTP_GET, "/v1/things-down", "Lists", "test", API_READERS, NULL, NULL, ROUTE_LIST,
     .parameters = thing_parameters, .produces = "application/json, text/csv",
     .action = (void *)&down_action},
};

/* A customer, as clients write it. */
static const __attribute__((unused)) char anna[] =
    "{\"kind\":\"CUSTOMER_KIND_PERSON\",\"name\":\"Anna \\u00c5ngstr\\u00f6m\","
    "\"email\":\"anna@example.org\",\"country\":\"SE\"}";
