/* SPDX-License-Identifier: Apache-2.0
 * What the tests of the edge share: a small service with customers (personal data), accounts (a legal entity), tokens and
 * a list, on a real PostgreSQL (BILLING_DATABASE; skipped without it), behind a real HTTP server. Commands run through
 * the real unit of work on the edge's own thread. */
#pragma once
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "billing/invoicing/v1/customer.pb-c.h"
#include "common/database/migration.h"
#include "common/eventlog/postgres/postgres_store.h"
#include "common/eventlog/postgres/read.h"
#include "common/http/server.h"
#include "common/service/access.h"
#include "common/service/access_domain.h"
#include "common/service/answer.h"
#include "common/service/edge.h"
#include "common/service/listing.h"
#include "common/wire/message.h"

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

static void register_declare(struct declaring *declaring, const Invoicing__RegisterCustomer *command)
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
    Invoicing__CustomerRegistered *event = arena_new(
        deciding->arena, Invoicing__CustomerRegistered, INVOICING__CUSTOMER_REGISTERED__INIT);
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
static char prepared_name[128]; /* what `prepare` read before it was sealed */

static enum error register_prepare(struct api_call *call, ProtobufCMessage *message)
{
    const Invoicing__RegisterCustomer *command = (const Invoicing__RegisterCustomer *)message;
    const char *name = api_plain(call, command->name);
    snprintf(prepared_name, sizeof prepared_name, "%s", name ? name : "");
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
    {"entity_id", "t.entity = $", COLUMN_UUID},   {"due_before", "t.due < $", COLUMN_DATE},
    {"note", "t.note = $", COLUMN_TEXT},          {"is_open", "(t.open > 0) = $", COLUMN_BOOL},
    {"rank_from", "t.rank >= $", COLUMN_INT16},   {"seen_from", "t.seen >= $", COLUMN_TIME},
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

/* ---- the service on its database ---- */

struct fixture {
    bool has_database;
    struct service_model model;
    struct service service;
    struct database *owner;
    struct postgres_store *store;
    struct unit *unit;
    struct arena arena;
    pthread_mutex_t worker; /* one unit at a time */
    bool busy;              /* submit answers ERR_BUSY */
    enum work_result forced; /* not WORK_OPEN: works end so, undecided */
    struct personal_data *personal_data;
    struct health health;
    struct metrics *metrics;
    struct edge *edge;
    struct http_server *http;
    pthread_t loop;
    int64_t now_us;
    int clock_changes;
};

static void project_event(struct projecting *projecting, const struct record *record,
                          const ProtobufCMessage *event)
{
    access_project_event(projecting, record, event);
}

static void fixture_run(struct fixture *fixture, const char *sql)
{
    struct problem problem = {0};
    if (database_run(fixture->owner, sql, &problem))
        fail_msg("%s: %s", sql, problem.detail);
}

static enum error submit(void *self, struct work *work, void (*done)(struct work *work),
                         struct problem *problem)
{
    struct fixture *fixture = self;
    if (fixture->busy)
        return problem_set(problem, ERR_BUSY, "", NULL, "the queue is full");
    pthread_mutex_lock(&fixture->worker);
    struct store store = postgres_store_door(fixture->store);
    struct unit_options options = {
        .model = &fixture->model, .shards = SHARDS, .blocking = true, .answer = answer_make};
    struct problem why = {0};
    if (fixture->forced != WORK_OPEN) {
        work->result = fixture->forced;
        done(work);
    } else {
        enum error error =
            unit_run(fixture->unit, &fixture->arena, &options, &store, &work, 1, &why);
        if (error) {
            work->result = WORK_FAILED;
            work->problem = why;
        }
        done(work);
    }
    pthread_mutex_unlock(&fixture->worker);
    return OK;
}

static enum error submit_all(void *self, struct job_command *commands, size_t n,
                             struct problem *problem)
{
    (void)self;
    (void)commands;
    (void)n;
    return problem_set(problem, ERR_UNSUPPORTED, "", NULL, "not in this test");
}

static int64_t now_us(void *self)
{
    return ((struct fixture *)self)->now_us;
}

static enum error state_read(void *self, struct database *database, struct arena *arena, int kind,
                             const char *id, ProtobufCMessage **state, int64_t *version,
                             struct problem *problem)
{
    return postgres_state(database, &((struct fixture *)self)->model, arena, kind, id, state,
                          version, problem);
}

static enum error look_up(void *self, struct database *database, struct arena *arena, int index,
                          const char *key, struct stream_ref *refs, size_t max, size_t *n,
                          struct problem *problem)
{
    return postgres_look_up(database, &((struct fixture *)self)->model, arena, index, key, refs,
                            max, n, problem);
}

static void clock_changed(void *self)
{
    ((struct fixture *)self)->clock_changes++;
}

static void *loop_run(void *server)
{
    http_server_run(server);
    return NULL;
}

static struct database *owner_open(const char *schema)
{
    struct database *database;
    struct problem problem = {0};
    struct database_options options = {.conninfo = getenv("BILLING_DATABASE"), .schema = schema};
    if (database_open(&database, &options, &problem))
        fail_msg("open: %s", problem.detail);
    return database;
}

static void migrate(const struct migrations *migrations, const char *schema, bool fresh)
{
    struct database *database = owner_open(schema);
    struct problem problem = {0};
    char sql[128];
    snprintf(sql, sizeof sql, "DROP SCHEMA IF EXISTS %s CASCADE", schema);
    if (fresh && database_run(database, sql, &problem))
        fail_msg("%s", problem.detail);
    struct migration_options options = {.schema = schema};
    if (migration_run(database, migrations, &options, NULL, &problem))
        fail_msg("migrate %s: %s %s", schema, problem.field, problem.detail);
    database_close(database);
}

static void fixture_serve(struct fixture *fixture, int32_t threads, int32_t queue_max)
{
    struct problem problem = {0};
    struct edge_options options = {
        .service = &fixture->service,
        .backend = {fixture, submit, submit_all, now_us, state_read, look_up},
        .conninfo = getenv("BILLING_DATABASE"),
        .threads = threads,
        .queue_max = queue_max,
        .shards = SHARDS,
        .bootstrap_token = bootstrap_token,
        .personal_data = fixture->personal_data,
        .health = &fixture->health,
        .metrics = fixture->metrics,
        .test_clock = true,
        .clock_changed = clock_changed,
    };
    if (edge_new(&fixture->edge, &options, &problem))
        fail_msg("edge: %s %s", problem.field, problem.detail);
    struct http_options http = {.router = edge_router(fixture->edge),
                                .on_request = edge_on_request,
                                .on_head = edge_on_head,
                                .context = fixture->edge};
    if (http_server_new(&fixture->http, &http, &problem))
        fail_msg("http: %s", problem.detail);
    pthread_create(&fixture->loop, NULL, loop_run, fixture->http);
}

static void fixture_unserve(struct fixture *fixture)
{
    edge_stop(fixture->edge);
    http_server_stop(fixture->http, 2000);
    pthread_join(fixture->loop, NULL);
    edge_free(fixture->edge);
    http_server_free(fixture->http);
}

static struct fixture *fixture_new(const struct migrations *service_migrations,
                                   const struct migrations *vault)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    if (!getenv("BILLING_DATABASE"))
        return fixture;
    fixture->has_database = true;
    const char *schema = program_invocation_short_name;
    migrate(vault, "vault", false);
    migrate(service_migrations, schema, true);
    fixture->model = (struct service_model){
        .name = schema,
        .feed_id = "/billing/test",
        .topic_out = "billing.test.events",
        .topics_in = topics_in,
        .n_topics_in = 1,
        .kinds = kinds,
        .n_kinds = sizeof kinds / sizeof *kinds,
        .handlers = handlers,
        .n_handlers = sizeof handlers / sizeof *handlers,
        .tables = tables,
        .n_tables = 1,
        .project_event = project_event,
    };
    fixture->service = (struct service){.model = &fixture->model,
                                        .routes = routes,
                                        .n_routes = sizeof routes / sizeof *routes,
                                        .title = "Test"};
    fixture->owner = owner_open(schema);
    fixture_run(fixture,
                "CREATE TABLE thing(id uuid PRIMARY KEY, entity uuid NOT NULL, due date NOT NULL,"
                "open int8, currency text NOT NULL, name bytea, note text NOT NULL,"
                "seen timestamptz, position int8 NOT NULL, rank int2 NOT NULL,"
                "hidden bool NOT NULL DEFAULT false)");
    struct problem problem = {0};
    struct postgres_store_options store = {
        .model = &fixture->model,
        .database = {.conninfo = getenv("BILLING_DATABASE"), .schema = schema},
        .shards = SHARDS,
    };
    if (postgres_store_new(&fixture->store, &store, &problem))
        fail_msg("store: %s", problem.detail);
    struct personal_data_options personal = {
        .conninfo = getenv("BILLING_DATABASE"), .service = schema, .key_hex = vault_key};
    assert_ok(personal_data_new(&fixture->personal_data, &personal, &problem));
    fixture->unit = calloc(1, sizeof *fixture->unit);
    arena_init(&fixture->arena, 16 << 20);
    pthread_mutex_init(&fixture->worker, NULL);
    health_init(&fixture->health);
    fixture->metrics = metrics_new();
    fixture->now_us = INT64_C(1767225600000000); /* 2026-01-01 */
    fixture_serve(fixture, 2, 0);
    return fixture;
}

static void fixture_free(struct fixture *fixture)
{
    if (fixture->has_database) {
        fixture_unserve(fixture);
        postgres_store_free(fixture->store);
        personal_data_free(fixture->personal_data);
        database_close(fixture->owner);
        arena_fini(&fixture->arena);
        health_fini(&fixture->health);
        metrics_free(fixture->metrics);
        pthread_mutex_destroy(&fixture->worker);
        free(fixture->unit);
    }
    free(fixture);
}

/* ---- a client ---- */

struct answer {
    int status;
    char *text, *body; /* whole; body points into it */
};

struct asking {
    const char *method, *path, *token, *key, *headers, *body;
    bool whole; /* a designated last member: what stands before it may be left out */
};

static int client_send(struct fixture *fixture, const struct asking *asking)
{
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(http_server_port(fixture->http))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(client, (struct sockaddr *)&address, sizeof address))
        fail_msg("cannot connect");
    char *request;
    const char *body = asking->body ? asking->body : "";
    int size = asprintf(
        &request,
        "%s %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n%s%s%s%s%s%s%sContent-Length: %zu\r\n%s\r\n%s",
        asking->method, asking->path, asking->token ? "Authorization: Bearer " : "",
        asking->token ? asking->token : "", asking->token ? "\r\n" : "",
        asking->key ? "Idempotency-Key: " : "", asking->key ? asking->key : "",
        asking->key ? "\r\n" : "", asking->headers ? asking->headers : "", strlen(body),
        asking->body ? "Content-Type: application/json\r\n" : "", body);
    if (send(client, request, (size_t)size, MSG_NOSIGNAL) != size)
        fail_msg("cannot send");
    free(request);
    return client;
}

static struct answer client_read(int client)
{
    size_t size = 0, room = 65536;
    char *text = malloc(room);
    for (ssize_t got; (got = recv(client, text + size, room - size - 1, 0)) > 0;) {
        size += (size_t)got;
        if (room - size < 32768)
            text = realloc(text, room *= 2);
    }
    text[size] = 0;
    close(client);
    struct answer answer = {.text = text};
    char *end = strstr(text, "\r\n\r\n");
    answer.body = end ? end + 4 : text + size;
    sscanf(text, "HTTP/1.1 %d", &answer.status);
    return answer;
}

static struct answer ask(struct fixture *fixture, const struct asking *asking)
{
    return client_read(client_send(fixture, asking));
}
#define ASKING(method_, path_, ...)                                                                \
    &(struct asking)                                                                               \
    {                                                                                              \
        .method = method_, .path = path_, ##__VA_ARGS__, .whole = true                             \
    }
#define ASK(...) ask(fixture, ASKING(__VA_ARGS__))

static void answer_free(struct answer *answer)
{
    free(answer->text);
}
#define ANSWER __attribute__((cleanup(answer_free))) struct answer

static void expect(const struct answer *answer, int status, const char *word)
{
    if (answer->status != status || (word && !strstr(answer->text, word)))
        fail_msg("expected %d and `%s`, came:\n%.1500s", status, word ? word : "", answer->text);
}

static void expect_not(const struct answer *answer, const char *word)
{
    if (strstr(answer->text, word))
        fail_msg("not expected `%s`, came:\n%.1500s", word, answer->text);
}

/* A text member of the body, or a header with its ": "; copied into `out`. */
static char *member(const struct answer *answer, const char *before, char *out, size_t size)
{
    const char *at = strstr(answer->text, before);
    if (!at)
        fail_msg("no `%s` in:\n%.1500s", before, answer->text);
    at += strlen(before);
    snprintf(out, size, "%.*s", (int)strcspn(at, "\"\r\n,"), at);
    return out;
}

#define NEEDS_DATABASE()                                                                           \
    struct fixture *fixture = *state;                                                              \
    if (!fixture->has_database)                                                                    \
    skip()
