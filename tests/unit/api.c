/* SPDX-License-Identifier: Apache-2.0
 * The API as a client meets it: tokens and roles, commands and their receipts, personal data,
 * reads. Against a real PostgreSQL and a real HTTP server (edge_fixture.h). */
#include "edge_fixture.h"

extern const struct migrations api_migrations, vault_migrations;

static int setup(void **state)
{
    *state = fixture_new(&api_migrations, &vault_migrations);
    return 0;
}

static int teardown(void **state)
{
    fixture_free(*state);
    return 0;
}

/* ---- commands ---- */

static void test_command(void **state)
{
    NEEDS_DATABASE();
    ANSWER first = ASK("POST", "/v1/customers", bootstrap_token, "a1", .body = anna);
    expect(&first, 201, "Duebook-Position: test_api/");
    expect(&first, 201, "ETag: \"1\"");
    expect(&first, 201, "\"name\":\"Anna Ångström\"");
    expect(&first, 201, "\"acts\":[\"rename\",\"audit\"]");
    assert_string_equal(prepared_name, "Anna Ångström");
    char id[64], path[128], location[160];
    member(&first, "\"customerId\":\"", id, sizeof id);
    snprintf(location, sizeof location, "Location: /v1/customers/%s\r\n", id);
    expect(&first, 201, location);
    /* The same again, written differently: the stored answer. */
    ANSWER again = ASK("POST", "/v1/customers", bootstrap_token, "a1",
                       .body = "{ \"country\": \"SE\", \"email\":\"anna@example.org\", "
                               "\"name\":\"Anna Ångström\", \"kind\": 2 }");
    expect(&again, 201, "Idempotency-Replayed: true");
    expect(&again, 201, location);
    assert_string_equal(first.body, again.body);
    ANSWER conflict = ASK("POST", "/v1/customers", bootstrap_token, "a1",
                          .body = "{\"kind\":2,\"name\":\"Bert\"}");
    expect(&conflict, 422, "\"code\":\"IDEMPOTENCY_CONFLICT\"");
    snprintf(path, sizeof path, "/v1/customers/%s", id);
    ANSWER read = ASK("GET", path, bootstrap_token);
    expect(&read, 200, "\"name\":\"Anna Ångström\"");
    expect(&read, 200, "ETag: \"1\"");
    ANSWER unchanged = ASK("GET", path, bootstrap_token, .headers = "If-None-Match: \"1\"\r\n");
    expect(&unchanged, 304, "ETag: \"1\"");
}

static void test_command_is_refused(void **state)
{
    NEEDS_DATABASE();
    static const char body[] = "{\"kind\":2,\"name\":\"Bert\",\"country\":\"XX\"}";
    for (int i = 0; i < 2; i++) {
        ANSWER refused = ASK("POST", "/v1/customers", bootstrap_token, "r1", .body = body);
        expect(&refused, 422, "\"code\":\"COUNTRY_UNKNOWN\"");
        expect(&refused, 422, "\"field\":\"country\"");
        expect(&refused, 422, "\"rule\":\"CUS-1\"");
        expect(&refused, 422, "there is no country XX");
        expect(&refused, 422, "Content-Type: application/problem+json");
        if (i)
            expect(&refused, 422, "Idempotency-Replayed: true");
    }
    ANSWER edge = ASK("POST", "/v1/customers", bootstrap_token, "r2",
                      .body = "{\"kind\":2,\"name\":\"Bert\",\"country\":\"ZZ\"}");
    expect(&edge, 422, "\"code\":\"COUNTRY_CLOSED\"");
}

static void test_bad_requests(void **state)
{
    NEEDS_DATABASE();
    static const struct {
        const char *key, *body;
        int status;
        const char *word;
    } cases[] = {
        {NULL, "{}", 400, "idempotency_key_missing"},
        {"b1", "{\"kind\":", 400, "\"code\":\"malformed\""},
        {"b2", "{\"kind\":2,\"name\":\"x\",\"colour\":\"red\"}", 400, "\"field\":\"colour\""},
        {"b3", "{\"kind\":\"CUSTOMER_KIND_GHOST\",\"name\":\"x\"}", 400, "\"field\":\"kind\""},
        {"b4", "{\"kind\":2}", 400, "\"field\":\"name\""},
        {"b5", "", 400, "\"code\":\"field_missing\""},
        {"b6", "{\"kind\":2,\"name\":\"x\",\"customerId\":\"me\"}", 400,
         "\"field\":\"customer_id\""},
        /* Somebody else's sealed datum would be shown as one's own. */
        {"b7", "{\"kind\":2,\"name\":{\"sealed\":\"CgFh\"}}", 400, "\"field\":\"name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ANSWER answer =
            ASK("POST", "/v1/customers", bootstrap_token, cases[i].key, .body = cases[i].body);
        expect(&answer, cases[i].status, cases[i].word);
    }
    ANSWER path =
        ASK("POST", "/v1/customers/11111111-2222-8333-8444-555555555555/rename", bootstrap_token,
            "b8", .body = "{\"customerId\":\"21111111-2222-8333-8444-555555555555\"}");
    expect(&path, 400, "\"field\":\"customer_id\"");
    ANSWER unknown =
        ASK("GET", "/v1/customers/11111111-2222-8333-8444-555555555555", bootstrap_token);
    expect(&unknown, 404, "there is no customer with this id");
}

static void test_if_match(void **state)
{
    NEEDS_DATABASE();
    char id[64], path[128];
    ANSWER made = ASK("POST", "/v1/customers", bootstrap_token, "m1", .body = anna);
    snprintf(path, sizeof path, "/v1/customers/%s/rename",
             member(&made, "\"customerId\":\"", id, sizeof id));
    ANSWER renamed =
        ASK("POST", path, bootstrap_token, "m2", "If-Match: \"1\"\r\n", "{\"name\":\"Anna B.\"}");
    expect(&renamed, 200, "ETag: \"2\"");
    expect(&renamed, 200, "\"name\":\"Anna B.\"");
    ANSWER late =
        ASK("POST", path, bootstrap_token, "m3", "If-Match: \"1\"\r\n", "{\"name\":\"Anna C.\"}");
    expect(&late, 412, "\"field\":\"If-Match\"");
    ANSWER weak =
        ASK("POST", path, bootstrap_token, "m4", "If-Match: W/\"2\"\r\n", "{\"name\":\"Anna C.\"}");
    expect(&weak, 400, NULL);
    ANSWER any = ASK("POST", path, bootstrap_token, "m5", .body = "{\"name\":\"Anna C.\"}");
    expect(&any, 200, "ETag: \"3\"");
}

static void test_personal_data(void **state)
{
    NEEDS_DATABASE();
    char operator[ACCESS_TOKEN_TEXT_MAX], id[64], path[128], events[160];
    token_for(fixture, "OPERATOR", "", operator, sizeof operator);
    ANSWER made = ASK("POST", "/v1/customers", bootstrap_token, "p1", .body = anna);
    snprintf(path, sizeof path, "/v1/customers/%s",
             member(&made, "\"customerId\":\"", id, sizeof id));
    /* Who may not read it gets it sealed. */
    ANSWER sealed = ASK("GET", path, operator);
    expect(&sealed, 200, "\"name\":{\"sealed\":\"");
    expect_not(&sealed, "Anna");
    /* Neither events nor receipts nor any other table hold the text (COL-20). */
    static const struct statement count = {
        .name = "count_plain",
        .sql =
            "SELECT (SELECT count(*) FROM event WHERE position('ngstr'::bytea IN payload) > 0) + "
            "(SELECT count(*) FROM command_receipt WHERE position('ngstr'::bytea IN body) > 0) + "
            "(SELECT count(*) FROM stream WHERE position('ngstr'::bytea IN state) > 0)"};
    ROWS_AUTO struct rows rows = {0};
    struct problem problem = {0};
    assert_ok(database_query(fixture->owner, &count, NULL, &rows, &problem));
    assert_int_equal(rows_int64(&rows, 0, 0), 0);
    snprintf(events, sizeof events, "/v1/streams/customer/%s/events", id);
    ANSWER explained = ASK("GET", events, bootstrap_token);
    expect(&explained, 200, "Anna Ångström");
    ANSWER for_operator = ASK("GET", events, operator);
    expect_not(&for_operator, "Anna");
    /* Erased: state, events and the replayed answer say so, and go on working (COL-21). */
    assert_ok(personal_data_destroy(fixture->personal_data, id, &problem));
    ANSWER erased = ASK("GET", path, bootstrap_token);
    expect(&erased, 200, "\"name\":\"[erased]\"");
    ANSWER replayed = ASK("POST", "/v1/customers", bootstrap_token, "p1", .body = anna);
    expect(&replayed, 201, "Idempotency-Replayed: true");
    expect(&replayed, 201, "\"name\":\"[erased]\"");
    char rename[160];
    snprintf(rename, sizeof rename, "/v1/customers/%s/rename", id);
    ANSWER refused = ASK("POST", rename, bootstrap_token, "p2", .body = "{\"name\":\"Anna\"}");
    expect(&refused, 409, "\"code\":\"subject_erased\"");
}

static void test_keys_are_confirmed(void **state)
{
    NEEDS_DATABASE();
    char id[64];
    ANSWER made = ASK("POST", "/v1/customers", bootstrap_token, "q1", .body = anna);
    member(&made, "\"customerId\":\"", id, sizeof id);
    static const struct statement status = {
        .name = "key_status",
        .sql = "SELECT status FROM vault.subject_key WHERE subject_id = $1::uuid"};
    PARAMETERS_AUTO struct parameters parameters = {0};
    struct uuid uuid;
    assert_ok(uuid_parse(&uuid, id, NULL));
    parameters_uuid(&parameters, uuid);
    ROWS_AUTO struct rows rows = {0};
    assert_ok(database_query(fixture->owner, &status, &parameters, &rows, NULL));
    assert_string_equal(rows_text(&rows, 0, 0), "CONFIRMED");
}

static void test_trouble(void **state)
{
    NEEDS_DATABASE();
    static const struct {
        enum work_result result;
        int status;
        const char *word;
    } cases[] = {{WORK_DEFERRED, 503, "Retry-After: 1"},
                 {WORK_HELD, 409, "\"code\":\"HELD\""},
                 {WORK_FAILED, 500, "\"code\":\"internal\""},
                 {WORK_CONFLICT, 422, "IDEMPOTENCY_CONFLICT"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture->forced = cases[i].result;
        ANSWER answer = ASK("POST", "/v1/customers", bootstrap_token, "t1", .body = anna);
        expect(&answer, cases[i].status, cases[i].word);
    }
    fixture->forced = WORK_OPEN;
    fixture->busy = true;
    ANSWER busy = ASK("POST", "/v1/customers", bootstrap_token, "t2", .body = anna);
    expect(&busy, 429, "Retry-After: 1");
    fixture->busy = false;
    /* A connection that died while nobody used it is not the caller's concern. */
    ANSWER before = ASK("GET", "/v1/things", bootstrap_token);
    expect(&before, 200, NULL);
    fixture_run(fixture, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                         "WHERE application_name IN ('duebook edge', 'duebook vault')");
    for (int i = 0; i < 4; i++) {
        ANSWER after = ASK("GET", "/v1/things", bootstrap_token);
        expect(&after, 200, NULL);
    }
    ANSWER made = ASK("POST", "/v1/customers", bootstrap_token, "t3", .body = anna);
    expect(&made, 201, NULL);
}

static void test_full_queue(void **state)
{
    NEEDS_DATABASE();
    enum { N = 8 };
    fixture_unserve(fixture);
    metrics_free(fixture->metrics);
    fixture->metrics = metrics_new();
    fixture_serve(fixture, 1, 2);
    pthread_mutex_lock(&fixture->worker); /* the one thread stops inside its first command */
    int clients[N], refused = 0, made = 0;
    char keys[N][16];
    for (int i = 0; i < N; i++) {
        snprintf(keys[i], sizeof keys[i], "f%d", i);
        clients[i] = client_send(
            fixture, ASKING("POST", "/v1/customers", bootstrap_token, keys[i], .body = anna));
        usleep(20000);
    }
    ANSWER live = ASK("GET", "/livez");
    expect(&live, 200, "up"); /* health speaks while all threads are busy */
    pthread_mutex_unlock(&fixture->worker);
    for (int i = 0; i < N; i++) {
        ANSWER answer = client_read(clients[i]);
        if (answer.status == 429)
            expect(&answer, 429, "Retry-After: 1");
        refused += answer.status == 429;
        made += answer.status == 201;
    }
    assert_int_equal(refused + made, N);
    assert_int_equal(made, 2);
    ANSWER metrics = ASK("GET", "/metrics");
    expect(&metrics, 200, "duebook_edge_requests_refused_total 6");
}

/* ---- many at once ---- */

enum { CLIENTS = 6, ASKS = 20 };

struct crowd {
    struct fixture *fixture;
    int number, failures;
};

static void *crowd_run(void *context)
{
    struct crowd *crowd = context;
    struct fixture *fixture = crowd->fixture;
    for (int i = 0; i < ASKS; i++) {
        char key[32], id[64], path[128];
        snprintf(key, sizeof key, "crowd-%d-%d", crowd->number / 2, i); /* two ask for the same */
        ANSWER made = ASK("POST", "/v1/customers", bootstrap_token, key, .body = anna);
        crowd->failures += made.status != 201;
        if (made.status != 201)
            continue;
        snprintf(path, sizeof path, "/v1/customers/%s",
                 member(&made, "\"customerId\":\"", id, sizeof id));
        ANSWER read = ASK("GET", path, bootstrap_token);
        crowd->failures += read.status != 200 || !strstr(read.body, "Ångström");
        ANSWER list = ASK("GET", "/v1/tokens", bootstrap_token);
        crowd->failures += list.status != 200;
    }
    return NULL;
}

static void test_crowd(void **state)
{
    NEEDS_DATABASE();
    pthread_t threads[CLIENTS];
    struct crowd crowds[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        crowds[i] = (struct crowd){fixture, i, 0};
        pthread_create(&threads[i], NULL, crowd_run, &crowds[i]);
    }
    for (int i = 0; i < CLIENTS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(crowds[i].failures, 0);
    }
}

/* ---- what every service answers ---- */

static void test_standard_routes(void **state)
{
    NEEDS_DATABASE();
    ANSWER ready = ASK("GET", "/readyz");
    expect(&ready, 200, "\"status\"");
    ANSWER openapi = ASK("GET", "/openapi.json");
    expect(&openapi, 200, "\"/v1/tokens/{token_id}\"");
    expect(&openapi, 200, "/v1/parked/{parked_id}/redrive");
    ANSWER feeds = ASK("GET", "/v1/feeds", bootstrap_token);
    expect(&feeds, 200, "\"topic\":\"billing.payments.events\",\"partitions\":4");
    expect(&feeds, 200, "\"own\":[{\"shard\":0");
    ANSWER parked = ASK("GET", "/v1/parked", bootstrap_token);
    expect(&parked, 200, "{\"rows\":[],\"total\":0");
    ANSWER none = ASK("GET", "/v1/parked/11111111-2222-8333-8444-555555555555", bootstrap_token);
    expect(&none, 404, "\"field\":\"parked_id\"");
    ANSWER no_event = ASK("GET", "/v1/events/0/99999", bootstrap_token);
    expect(&no_event, 404, NULL);
    ANSWER no_kind = ASK("GET", "/v1/streams/ghost/11111111-2222-8333-8444-555555555555/events",
                         bootstrap_token);
    expect(&no_kind, 404, "\"field\":\"kind\"");
}

static void test_clock(void **state)
{
    NEEDS_DATABASE();
    ANSWER now = ASK("GET", "/v1/clock", bootstrap_token);
    expect(&now, 200, "\"mayBeSet\":true");
    ANSWER set =
        ASK("POST", "/v1/clock", bootstrap_token, .body = "{\"now\":\"2090-01-01T00:00:00Z\"}");
    expect(&set, 200, "\"now\":\"2090-01-01T00:00:0");
    assert_int_equal(fixture->clock_changes, 1);
    ANSWER back =
        ASK("POST", "/v1/clock", bootstrap_token, .body = "{\"now\":\"2089-12-31T00:00:00Z\"}");
    expect(&back, 409, "CLOCK_BACKWARDS");
    ANSWER none = ASK("POST", "/v1/clock", bootstrap_token, .body = "{}");
    expect(&none, 400, "\"field\":\"now\"");
    fixture_run(fixture, "UPDATE clock_offset SET offset_us = 0");
}

static void test_after(void **state)
{
    NEEDS_DATABASE();
    fixture_run(fixture, "UPDATE inbox SET position = 10 WHERE topic = 'billing.payments.events'");
    ANSWER there = ASK("GET", "/v1/things", bootstrap_token,
                       .headers = "Duebook-After: payments/1/10, invoicing/3/5\r\n");
    expect(&there, 200, NULL);
    expect_not(&there, "Duebook-Stale");
    ANSWER stale =
        ASK("GET", "/v1/things", bootstrap_token, .headers = "Duebook-After: payments/1/11\r\n");
    expect(&stale, 200, "Duebook-Stale: true");
    int client = client_send(fixture, ASKING("GET", "/v1/things", bootstrap_token,
                                             .headers = "Duebook-After: payments/2/12\r\n"));
    usleep(100000);
    ANSWER meanwhile = ASK("GET", "/v1/things", bootstrap_token); /* waiting holds no thread */
    expect(&meanwhile, 200, NULL);
    fixture_run(fixture, "UPDATE inbox SET position = 12 WHERE topic = 'billing.payments.events'");
    ANSWER waited = client_read(client);
    expect(&waited, 200, NULL);
    expect_not(&waited, "Duebook-Stale");
    static const char *const wrong[] = {"payments",      "payments/1",    "payments/x/1",
                                        "payments/99/1", "payments/1/-1", ",",
                                        "payments/1/1,"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char header[96];
        snprintf(header, sizeof header, "Duebook-After: %s\r\n", wrong[i]);
        ANSWER malformed = ASK("GET", "/v1/things", bootstrap_token, .headers = header);
        expect(&malformed, 400, "\"field\":\"Duebook-After\"");
    }
}

static void test_routes_are_checked(void **state)
{
    NEEDS_DATABASE();
    static const struct api_action orphan = {.kind = API_COMMAND};
    const struct route wrong[] = {{HTTP_POST, "/v1/orphans", "x", "x", 0,
                                   &invoicing__set_recurring_charge__descriptor, NULL,
                                   ROUTE_IDEMPOTENCY_KEY, .action = (void *)&orphan}};
    struct service service = fixture->service;
    service.routes = wrong;
    service.n_routes = 1;
    struct edge *edge;
    struct problem problem = {0};
    struct edge_options options = {.service = &service,
                                   .shards = SHARDS,
                                   .conninfo = "",
                                   .personal_data = fixture->personal_data,
                                   .health = &fixture->health};
    assert_refused(edge_new(&edge, &options, &problem), ERR_CONFIG);
    assert_string_equal(problem.field, "/v1/orphans");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_command),
        cmocka_unit_test(test_command_is_refused),
        cmocka_unit_test(test_bad_requests),
        cmocka_unit_test(test_if_match),
        cmocka_unit_test(test_personal_data),
        cmocka_unit_test(test_keys_are_confirmed),
        cmocka_unit_test(test_crowd),
        cmocka_unit_test(test_trouble),
        cmocka_unit_test(test_full_queue),
        cmocka_unit_test(test_standard_routes),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_after),
        cmocka_unit_test(test_routes_are_checked),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
