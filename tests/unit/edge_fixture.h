/* SPDX-License-Identifier: Apache-2.0
 * What the tests of the edge share: a small service with customers (personal data), accounts (a
 * legal entity), tokens and a list, on a real PostgreSQL (BILLING_DATABASE; skipped without it),
 * behind a real HTTP server. Commands run through the real unit of work on the edge's own thread.
 */
#pragma once
#include "check.h"
#include "edge_service.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/database/migration.h"
#include "common/eventlog/postgres/postgres_store.h"
#include "common/eventlog/postgres/read.h"
#include "common/http/server.h"
#include "common/service/answer.h"
#include "common/service/edge.h"
#include "common/wire/message.h"

/* ---- the service on its database ---- */

struct fixture {
    bool has_database;
    struct service_model model;
    struct service service;
    struct database *owner;
    struct postgres_store *store;
    struct unit *unit;
    struct arena arena;
    pthread_mutex_t worker;  /* one unit at a time */
    bool busy;               /* submit answers ERR_BUSY */
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
    char sql[160];
    snprintf(sql, sizeof sql, "DELETE FROM vault.subject_key WHERE service = '%s'", schema);
    fixture_run(fixture, sql); /* ids are derived, so erased subjects of the last run come again */
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
    int size =
        asprintf(&request,
                 "%s %s HTTP/1.1\r\nHost: test\r\nConnection: "
                 "close\r\n%s%s%s%s%s%s%sContent-Length: %zu\r\n%s\r\n%s",
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

static __attribute__((unused)) void expect_not(const struct answer *answer, const char *word)
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

/* Issues a token with one role, for one entity or "". */
static __attribute__((unused)) char *token_for(struct fixture *fixture, const char *role,
                                               const char *entity, char *token, size_t size)
{
    static int count;
    char body[512], key[32];
    snprintf(key, sizeof key, "token-%d-%s", count++, role);
    snprintf(body, sizeof body,
             "{\"principalId\":\"11111111-2222-8333-8444-%012d\",\"label\":\"%s\","
             "\"grants\":[{\"role\":\"ROLE_%s\",\"entityId\":\"%s\"}]}",
             count, role, role, entity);
    ANSWER answer = ASK("POST", "/v1/tokens", bootstrap_token, key, .body = body);
    expect(&answer, 201, "\"token\":\"bk_test_");
    return member(&answer, "\"token\":\"", token, size);
}

#define NEEDS_DATABASE()                                                                           \
    struct fixture *fixture = *state;                                                              \
    if (!fixture->has_database)                                                                    \
    skip()
