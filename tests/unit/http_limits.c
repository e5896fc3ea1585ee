/* SPDX-License-Identifier: Apache-2.0
 * common/http/server under attack: slow, many, large; and how it stops. Limits are small so that
 * the test is quick. */
#include "http_fixture.h"

static const struct http_limits quick = {
    .head_bytes_max = 2048,
    .target_bytes_max = 512,
    .headers_max = 10,
    .body_bytes_max = 200000,
    .bodies_bytes_max = 150000,
    .connections_max = 6,
    .connections_per_peer_max = 4,
    .head_ms = 150,
    .deadline_ms = 300,
    .idle_ms = 250,
    .rate_bytes_min = 1000000,
};

static int64_t now_ms(void)
{
    struct timeval now;
    gettimeofday(&now, NULL);
    return now.tv_sec * 1000 + now.tv_usec / 1000;
}

static void oversized_heads(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, &quick, NULL);
    char request[8192];
    snprintf(request, sizeof request, "GET /%0600d HTTP/1.1\r\nHost: a\r\n\r\n", 1);
    expect(&f, request, 414, "target_too_long");
    snprintf(request, sizeof request, "GET /%06000d", 1);
    expect(&f, request, 414, "target_too_long");
    snprintf(request, sizeof request, "GET /v1/things/1 HTTP/1.1\r\nHost: a\r\nX: %05000d\r\n\r\n",
             1);
    expect(&f, request, 431, "headers_too_large");
    size_t at = (size_t)snprintf(request, sizeof request, "GET /v1/things/1 HTTP/1.1\r\nHost: a\r\n");
    for (int i = 0; i < 10; i++)
        at += (size_t)snprintf(request + at, sizeof request - at, "X-%d: 1\r\n", i);
    snprintf(request + at, sizeof request - at, "\r\n");
    expect(&f, request, 431, "too_many_headers");
    fixture_end(&f);
}

static void slow_clients_meet_a_deadline(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, &quick, NULL);
    /* A byte now and then must not keep a head open. */
    int client = client_open(&f);
    int64_t begun = now_ms();
    const char *request =
        "GET /v1/things/1 HTTP/1.1\r\nHost: a\r\nX: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    for (int i = 0; i < 40 && now_ms() - begun < 400; i++) {
        send(client, request + i, 1, MSG_NOSIGNAL);
        usleep(20000);
    }
    char *answer = client_read_all(client);
    assert_non_null(strstr(answer, "HTTP/1.1 408"));
    free(answer);
    close(client);
    /* Nor a body. */
    client = client_open(&f);
    begun = now_ms();
    client_say(client, "POST /v1/notes HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    for (int i = 0; i < 40 && now_ms() - begun < 600; i++) {
        send(client, "a", 1, MSG_NOSIGNAL);
        usleep(20000);
    }
    answer = client_read_all(client);
    assert_non_null(strstr(answer, "HTTP/1.1 408"));
    free(answer);
    close(client);
    assert_int_equal(http_server_counters(f.server)->requests_late_total, 2);
    /* One that says nothing is closed without a word. */
    client = client_open(&f);
    answer = client_read_all(client);
    assert_string_equal(answer, "");
    free(answer);
    close(client);
    fixture_end(&f);
}

static void work_that_takes_too_long_is_answered_503(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, &quick, NULL);
    fixture_hold(&f, true);
    expect(&f, "GET /v1/things/1 HTTP/1.1\r\nHost: a\r\n\r\n", 503, "\"code\":\"timeout\"");
    fixture_hold(&f, false);
    for (int i = 0; i < 500 && http_server_counters(f.server)->exchanges_open; i++)
        usleep(10000);
    assert_int_equal(http_server_counters(f.server)->answers_dropped_total, 1);
    fixture_end(&f);
}

static void a_reader_that_does_not_read_is_closed(void **state)
{
    (void)state;
    struct http_limits limits = quick;
    limits.rate_bytes_min = 1 << 30;
    struct fixture f;
    fixture_start(&f, &limits, NULL);
    int client = client_open(&f);
    client_say(client, "GET /v1/big HTTP/1.1\r\nHost: a\r\n\r\n");
    for (int i = 0; i < 300 && (i < 20 || http_server_counters(f.server)->connections_open); i++)
        usleep(10000);
    assert_int_equal(http_server_counters(f.server)->connections_open, 0);
    assert_int_equal(http_server_counters(f.server)->exchanges_open, 0);
    close(client);
    fixture_end(&f);
}

static void connections_are_counted(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, &quick, NULL);
    int clients[4];
    for (int i = 0; i < 4; i++)
        clients[i] = client_open(&f);
    expect(&f, "", 429, "too many connections from one address");
    for (int i = 0; i < 4; i++)
        close(clients[i]);
    fixture_end(&f);
    /* A trusted proxy has no cap of its own, but the whole has. */
    fixture_start(&f, &quick, "127.0.0.1");
    int more[6];
    for (int i = 0; i < 6; i++)
        more[i] = client_open(&f);
    expect(&f, "", 503, "all connections are in use");
    for (int i = 0; i < 6; i++)
        close(more[i]);
    for (int i = 0; i < 500 && http_server_counters(f.server)->connections_open; i++)
        usleep(1000);
    expect(&f,
           "GET /v1/things/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
           "X-Forwarded-For: 1.2.3.4, 2001:db8::7\r\n\r\n",
           200, "peer=2001:db8::7");
    expect(&f,
           "GET /v1/things/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: "
           "evil\r\n\r\n",
           200, "peer=127.0.0.1");
    fixture_end(&f);
    fixture_start(&f, &quick, NULL);
    expect(&f,
           "GET /v1/things/1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Forwarded-For: "
           "1.2.3.4\r\n\r\n",
           200, "peer=127.0.0.1");
    fixture_end(&f);
}

static void bodies_in_memory_have_one_budget(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, &quick, NULL);
    fixture_hold(&f, true);
    char *request = malloc(200200);
    size_t head = (size_t)snprintf(
        request, 200200, "POST /v1/notes HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
    memset(request + head, 'a', 100000);
    int first = client_open(&f);
    client_send(first, request, head + 100000);
    fixture_wait_queued(&f, 1);
    char *answer = ask_bytes(&f, request, head + 100000);
    assert_non_null(strstr(answer, "HTTP/1.1 503"));
    assert_non_null(strstr(answer, "too many bodies"));
    free(answer);
    close(first);
    fixture_hold(&f, false);
    for (int i = 0; i < 500 && http_server_counters(f.server)->exchanges_open; i++)
        usleep(10000);
    assert_int_equal(http_server_counters(f.server)->bodies_bytes, 0);
    free(request);
    fixture_end(&f);
}

static void stopping_finishes_what_was_begun(void **state)
{
    (void)state;
    struct http_limits limits = quick;
    limits.deadline_ms = 5000;
    struct fixture f;
    fixture_start(&f, &limits, NULL);
    fixture_hold(&f, true);
    int idle = client_open(&f), busy = client_open(&f);
    client_say(busy, "GET /v1/things/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    fixture_wait_queued(&f, 1);
    http_server_stop(f.server, 3000);
    char *nothing = client_read_all(idle);
    assert_string_equal(nothing, "");
    fixture_hold(&f, false);
    char *answer = client_read_all(busy);
    assert_non_null(strstr(answer, "Connection: close"));
    assert_non_null(strstr(answer, "GET /v1/things/1"));
    int64_t begun = now_ms();
    close(idle);
    close(busy);
    fixture_end(&f);
    assert_true(now_ms() - begun < 2500);
    free(nothing);
    free(answer);
}

static void stopping_does_not_wait_for_ever(void **state)
{
    (void)state;
    struct http_limits limits = quick;
    limits.deadline_ms = 60000;
    struct fixture f;
    fixture_start(&f, &limits, NULL);
    fixture_hold(&f, true);
    int client = client_open(&f);
    client_say(client, "GET /v1/things/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    fixture_wait_queued(&f, 1);
    int64_t begun = now_ms();
    fixture_end(&f); /* 500 ms of grace; the late answer is dropped */
    assert_true(now_ms() - begun < 5000);
    close(client);
}

static void an_address_that_cannot_be_had_is_told(void **state)
{
    (void)state;
    struct fixture f;
    fixture_start(&f, NULL, NULL);
    struct http_options options = {
        .host = "127.0.0.1", .port = f.port, .on_request = fixture_on_request};
    struct http_server *server;
    struct problem problem;
    assert_int_equal(http_server_new(&server, &options, &problem), ERR_CONFIG);
    assert_non_null(strstr(problem.detail, "cannot listen on 127.0.0.1"));
    options.host = "localhost";
    assert_int_equal(http_server_new(&server, &options, &problem), ERR_CONFIG);
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(oversized_heads),
        cmocka_unit_test(slow_clients_meet_a_deadline),
        cmocka_unit_test(work_that_takes_too_long_is_answered_503),
        cmocka_unit_test(a_reader_that_does_not_read_is_closed),
        cmocka_unit_test(connections_are_counted),
        cmocka_unit_test(bodies_in_memory_have_one_budget),
        cmocka_unit_test(stopping_finishes_what_was_begun),
        cmocka_unit_test(stopping_does_not_wait_for_ever),
        cmocka_unit_test(an_address_that_cannot_be_had_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
