/* SPDX-License-Identifier: Apache-2.0
 * What the tests of reporting share: the service's model on a real PostgreSQL (BILLING_DATABASE;
 * skipped without it), fed with the records of two feeds through the real unit of work, behind its
 * own routes and a real HTTP server. */
#pragma once
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/base/time.h"
#include "common/database/migration.h"
#include "common/eventlog/personal_data.h"
#include "common/eventlog/postgres/postgres_store.h"
#include "common/http/server.h"
#include "common/money/calendar.h"
#include "common/money/money.h"
#include "common/service/edge.h"
#include "services/reporting/model.h"
#include "services/reporting/routes.h"

enum { SHARDS = 2 };

static const char vault_key[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
static const char bootstrap_token[] = "bootstrap-token-of-the-tests-0123456789";
#define ENTITY "e0000000-0000-8000-8000-000000000001"
#define OTHER_ENTITY "e0000000-0000-8000-8000-000000000002"
#define ACCOUNT "a0000000-0000-8000-8000-000000000001"

struct feed {
    const char *topic, *feed_id;
    struct feed_place places[SHARDS];
};

struct fixture {
    bool has_database;
    struct service_model model;
    struct service service;
    struct database *owner;
    struct postgres_store *store;
    struct unit *unit;
    struct arena arena, messages;
    struct personal_data *personal_data;
    struct health health;
    struct edge *edge;
    struct http_server *http;
    pthread_t loop;
    int64_t now_us; /* the business clock that the edge sees */
    struct feed invoicing, reconciliation;
};

static enum error no_command(void *self, struct work *work, void (*done)(struct work *work),
                             struct problem *problem)
{
    (void)self;
    (void)work;
    (void)done;
    return problem_set(problem, ERR_UNSUPPORTED, "", NULL, "not in this test");
}

static enum error no_commands(void *self, struct job_command *commands, size_t n,
                              struct problem *problem)
{
    (void)self;
    (void)commands;
    (void)n;
    return problem_set(problem, ERR_UNSUPPORTED, "", NULL, "not in this test");
}

static int64_t clock_us(void *self)
{
    return ((struct fixture *)self)->now_us;
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

static void feed_open(struct feed *feed, const char *topic, const char *feed_id)
{
    *feed = (struct feed){.topic = topic, .feed_id = feed_id};
    for (int i = 0; i < SHARDS; i++)
        feed->places[i] = feed_start(feed_id);
}

static void vault_migrate(const struct migrations *migrations)
{
    struct problem problem = {0};
    struct database *database = owner_open("vault");
    struct migration_options options = {.schema = "vault"};
    if (migration_run(database, migrations, &options, NULL, &problem))
        fail_msg("migrate: %s %s", problem.field, problem.detail);
    database_close(database);
}

static void fixture_migrate(struct fixture *fixture, const struct migrations *migrations)
{
    char sql[128];
    const char *schema = fixture->model.name;
    struct problem problem = {0};
    fixture->owner = owner_open(schema);
    snprintf(sql, sizeof sql, "DROP SCHEMA IF EXISTS %s CASCADE", schema);
    assert_ok(database_run(fixture->owner, sql, &problem));
    struct migration_options options = {.schema = schema};
    if (migration_run(fixture->owner, migrations, &options, NULL, &problem))
        fail_msg("migrate: %s %s", problem.field, problem.detail);
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
}

static void fixture_serve(struct fixture *fixture)
{
    struct problem problem = {0};
    struct edge_options options = {
        .service = &fixture->service,
        .backend = {fixture, no_command, no_commands, clock_us, NULL, NULL},
        .conninfo = getenv("BILLING_DATABASE"),
        .threads = 2,
        .shards = SHARDS,
        .bootstrap_token = bootstrap_token,
        .personal_data = fixture->personal_data,
        .health = &fixture->health,
        .test_clock = true,
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

static struct fixture *fixture_new(const struct migrations *migrations,
                                   const struct migrations *vault)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    if (!getenv("BILLING_DATABASE"))
        return fixture;
    fixture->has_database = true;
    fixture->model = reporting_model;
    fixture->model.name = program_invocation_short_name;
    fixture->service = (struct service){.model = &fixture->model,
                                        .routes = reporting_routes,
                                        .n_routes = REPORTING_ROUTES,
                                        .title = "Test"};
    feed_open(&fixture->invoicing, "billing.invoicing.events", "/billing/invoicing");
    feed_open(&fixture->reconciliation, "billing.reconciliation.events", "/billing/reconciliation");
    fixture->unit = calloc(1, sizeof *fixture->unit);
    arena_init(&fixture->arena, 64 << 20);
    arena_init(&fixture->messages, 64 << 20);
    health_init(&fixture->health);
    vault_migrate(vault);
    fixture_migrate(fixture, migrations);
    fixture_serve(fixture);
    return fixture;
}

static void fixture_free(struct fixture *fixture)
{
    if (fixture->has_database) {
        edge_stop(fixture->edge);
        http_server_stop(fixture->http, 2000);
        pthread_join(fixture->loop, NULL);
        edge_free(fixture->edge);
        http_server_free(fixture->http);
        postgres_store_free(fixture->store);
        personal_data_free(fixture->personal_data);
        database_close(fixture->owner);
        arena_fini(&fixture->arena);
        arena_fini(&fixture->messages);
        health_fini(&fixture->health);
        free(fixture->unit);
    }
    free(fixture);
}

/* ---- feeding ---- */

static int32_t day(const char *text)
{
    struct date date;
    assert_ok(date_parse(&date, text, NULL));
    return date.days;
}

static int64_t instant(const char *text)
{
    int64_t us;
    assert_ok(instant_parse(&us, text, NULL));
    return us;
}

/* One event of a foreign feed, keyed by `key`, posted and recorded as told. */
static void tell(struct fixture *fixture, struct feed *feed, const char *key, const char *posted,
                 const char *recorded, const ProtobufCMessage *event)
{
    struct work work = {.origin = WORK_MESSAGE, .topic = feed->topic}, *works[] = {&work};
    struct record *record = &work.record;
    int32_t shard = shard_of_key(key, SHARDS);
    struct feed_place *place = &feed->places[shard];
    struct problem problem = {0};
    uint8_t header[FEED_HEADER_BYTES_MAX];
    work.partition = record->shard = shard;
    record->feed_id = feed->feed_id;
    record->position = place->position + 1;
    record->event_id = uuid_derive_text("test", feed->topic, recorded, key, NULL);
    record->type = event->descriptor->name;
    record->stream_kind = "test";
    record->version = 1;
    record->posting_days = day(posted);
    record->occurred_us = record->recorded_us = instant(recorded);
    record->actor = record->cause_topic = record->command_key = "";
    memcpy(record->key, key, UUID_TEXT_SIZE);
    record->payload = arena_pack(&fixture->messages, event, &record->payload_size);
    assert_ok(record_seal(record, &place->hash, header));
    feed_apply(place, record, record->position);
    struct store door = postgres_store_door(fixture->store);
    struct unit_options options = {.model = &fixture->model, .shards = SHARDS, .blocking = true};
    enum error error =
        unit_run(fixture->unit, &fixture->arena, &options, &door, works, 1, &problem);
    if (error || work.result != WORK_APPLIED)
        fail_msg("%s: %s %s %s", record->type, work_result_name(work.result), problem.detail,
                 work.problem.detail);
    arena_reset(&fixture->messages); /* the event stood there too */
}

/* As ticks of all partitions do. */
static void feeds_complete(struct fixture *fixture, const char *at)
{
    char sql[128];
    struct problem problem = {0};
    snprintf(sql, sizeof sql, "UPDATE inbox SET complete_at = '%s'", at);
    assert_ok(database_run(fixture->owner, sql, &problem));
}

/* ---- a client ---- */

struct answer {
    int status;
    char *text, *body; /* whole; body points into it */
};

static void answer_free(struct answer *answer)
{
    free(answer->text);
}
#define ANSWER __attribute__((cleanup(answer_free))) struct answer

static struct answer answer_read(int client)
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

static struct answer get(struct fixture *fixture, const char *path)
{
    int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(http_server_port(fixture->http))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(client, (struct sockaddr *)&address, sizeof address))
        fail_msg("cannot connect");
    char request[2048];
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
                        "Authorization: Bearer %s\r\n\r\n",
                        path, bootstrap_token);
    if (send(client, request, (size_t)size, MSG_NOSIGNAL) != size)
        fail_msg("cannot send");
    return answer_read(client);
}

static void expect(const struct answer *answer, int status, const char *word)
{
    if (answer->status != status || (word && !strstr(answer->text, word)))
        fail_msg("expected %d and `%s`, came:\n%.3000s", status, word ? word : "", answer->text);
}

#define NEEDS_DATABASE()                                                                           \
    struct fixture *fixture = *state;                                                              \
    if (!fixture->has_database)                                                                    \
    skip()
