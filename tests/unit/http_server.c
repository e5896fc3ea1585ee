/* SPDX-License-Identifier: Apache-2.0
 * common/http/server on raw sockets: what is answered, to whom, in which order, and what is
 * refused. */
#include "http_fixture.h"

#define HOST "Host: a\r\n"
#define CLOSE "Connection: close\r\n"

static struct fixture f;

static int start(void **state)
{
    (void)state;
    fixture_start(&f, NULL, NULL);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fixture_end(&f);
    return 0;
}

static void answers_from_another_thread(void **state)
{
    (void)state;
    char *answer = ask(&f, "GET /v1/things/a%20b?  HTTP/1.1\r\n" HOST CLOSE "\r\n");
    assert_non_null(strstr(answer, "400"));
    free(answer);
    answer = ask(&f, "GET /v1/things/a%20b HTTP/1.1\r\n" HOST CLOSE "\r\n");
    assert_non_null(strstr(answer, "HTTP/1.1 200 OK\r\nDate: "));
    assert_non_null(strstr(answer, "\r\nConnection: close\r\n"));
    assert_non_null(strstr(answer, "\r\nContent-Type: text/plain\r\n"));
    assert_non_null(strstr(answer, "\r\nRequest-Id: "));
    assert_non_null(strstr(answer, "\r\nCache-Control: no-store\r\n"));
    assert_non_null(strstr(answer, "\r\nETag: \"7\"\r\n"));
    assert_non_null(strstr(answer, "\r\n\r\nGET /v1/things/a b peer=127.0.0.1 body="));
    free(answer);
}

static void keeps_the_connection(void **state)
{
    (void)state;
    int client = client_open(&f);
    for (int i = 0; i < 50; i++) {
        client_say(client, "POST /v1/notes HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc");
        char *answer = client_read_one(client);
        assert_null(strstr(answer, "Connection: close"));
        assert_non_null(strstr(answer, "body=abc"));
        free(answer);
    }
    close(client);
}

static void pipelined_requests_are_answered_in_order(void **state)
{
    (void)state;
    int client = client_open(&f);
    char all[64 * 100] = "";
    for (int i = 0; i < 40; i++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s /v1/%s/%d HTTP/1.1\r\n" HOST "%s\r\n", "GET", "things", i,
                i == 39 ? CLOSE : "");
    client_say(client, all);
    char *answer = client_read_all(client);
    const char *at = answer;
    for (int i = 0; i < 40; i++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "GET /v1/things/%d peer", i);
        at = strstr(at, wanted);
        if (!at)
            fail_msg("answer %d is missing or out of order", i);
    }
    free(answer);
    close(client);
}

static void every_split_of_a_request_reads_alike(void **state)
{
    (void)state;
    static const char request[] = "\r\nPOST /v1/notes HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                                  "chunked\r\nConnection: close\r\n\r\n"
                                  "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n";
    for (size_t cut = 1; cut < sizeof request - 1; cut += 7) {
        int client = client_open(&f);
        int yes = 1;
        setsockopt(client, IPPROTO_TCP, 1, &yes, sizeof yes);
        client_send(client, request, cut);
        usleep(1000);
        client_send(client, request + cut, sizeof request - 1 - cut);
        char *answer = client_read_all(client);
        if (!strstr(answer, "body=abc0123456789"))
            fail_msg("cut at %zu: %s", cut, answer);
        free(answer);
        close(client);
    }
}

static void head_and_options(void **state)
{
    (void)state;
    char *answer = ask(&f, "HEAD /v1/things/x HTTP/1.1\r\n" HOST CLOSE "\r\n");
    assert_non_null(strstr(answer, "Content-Length: 38\r\n"));
    assert_string_equal(strstr(answer, "\r\n\r\n"), "\r\n\r\n");
    free(answer);
    expect(&f, "OPTIONS /v1/things/x HTTP/1.1\r\n" HOST CLOSE "\r\n", 204,
           "Allow: GET, HEAD, PUT, OPTIONS\r\n");
    expect(&f, "OPTIONS * HTTP/1.1\r\n" HOST CLOSE "\r\n", 204, "");
}

static void smuggling_is_refused(void **state)
{
    (void)state;
#define POST "POST /v1/notes HTTP/1.1\r\n" HOST
    expect(&f, POST "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
           "ambiguous_length");
    expect(&f, POST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400, "repeated_header");
    expect(&f, POST "Content-Length: 3, 3\r\n\r\nabc", 400, "content_length");
    expect(&f, POST "Content-Length: +3\r\n\r\nabc", 400, "content_length");
    expect(&f, POST "Content-Length: 0x3\r\n\r\nabc", 400, "content_length");
    expect(&f, POST "Content-Length: -1\r\n\r\n", 400, "content_length");
    expect(&f, POST "Content-Length:\r\n\r\n", 400, "content_length");
    expect(&f, POST "Content-Length: 99999999999999999999\r\n\r\n", 400, "content_length");
    expect(&f, POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501, "transfer_encoding");
    expect(&f, POST "Transfer-Encoding: identity\r\n\r\n", 501, "transfer_encoding");
    expect(&f, POST "Transfer-Encoding: xchunked\r\n\r\n", 501, "transfer_encoding");
    expect(&f, POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400,
           "repeated_header");
    expect(&f, POST "Transfer-Encoding : chunked\r\n\r\n", 400, "malformed_header");
    expect(&f, POST "Transfer-Encoding:\vchunked\r\n\r\n", 400, "control_character");
    expect(&f, "POST /v1/notes HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400,
           "transfer_encoding");
    expect(&f, POST "X: a\r\n b\r\n\r\n", 400, "folded_header");
    expect(&f, POST "X: a\n\r\n", 400, "bare_line_ending");
    expect(&f, POST "X: a\rb\r\n\r\n", 400, "bare_line_ending");
    expect(&f, "GET /v1/things/1 HTTP/1.1\nHost: a\n\n", 400, "bare_line_ending");
    expect(&f, POST "Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n", 400,
           "malformed_chunk");
    expect(&f, POST "Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n", 400,
           "malformed_chunk");
    expect(&f, POST "Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n", 400,
           "malformed_chunk");
    expect(&f, POST "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n", 400, "malformed_chunk");
    expect(&f, POST "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n", 400, "malformed_chunk");
    expect(&f, POST "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 400,
           "malformed_chunk");
    char *answer = ask_bytes(&f, "GET /v1/things/1\0 HTTP/1.1\r\nHost: a\r\n\r\n", 40);
    assert_non_null(strstr(answer, "control_character"));
    free(answer);
#undef POST
}

static void malformed_requests_are_refused(void **state)
{
    (void)state;
    expect(&f, "GET http://a/v1/things/1 HTTP/1.1\r\n" HOST "\r\n", 400, "target_form");
    expect(&f, "CONNECT a:80 HTTP/1.1\r\n" HOST "\r\n", 501, "method_unknown");
    expect(&f, "BREW /v1/things/1 HTTP/1.1\r\n" HOST "\r\n", 501, "method_unknown");
    expect(&f, "G@T /v1/things/1 HTTP/1.1\r\n" HOST "\r\n", 400, "malformed_request");
    expect(&f, "GET /v1/things/1\r\n\r\n", 400, "malformed_request");
    expect(&f, "GET  /v1/things/1 HTTP/1.1\r\n" HOST "\r\n", 400, "");
    expect(&f, "GET /v1/things/1 HTTP/2.0\r\n" HOST "\r\n", 505, "http_version");
    expect(&f, "GET /v1/things/1 HTTP/1.1\r\n\r\n", 400, "host_missing");
    expect(&f, "GET /v1/things/1 HTTP/1.1\r\n" HOST HOST "\r\n", 400, "repeated_header");
    expect(&f, "GET /v1/things/%00 HTTP/1.1\r\n" HOST "\r\n", 400, "%00");
    expect(&f, "GET /v1/things/%0a HTTP/1.1\r\n" HOST CLOSE "\r\n", 400, "malformed_target");
    expect(&f, "GET /v1/things/%zz HTTP/1.1\r\n" HOST "\r\n", 400, "malformed_target");
    expect(&f, "GET /v1/things/%c3%28 HTTP/1.1\r\n" HOST CLOSE "\r\n", 400, "malformed_target");
    expect(&f, "GET /v1/things/a#b HTTP/1.1\r\n" HOST "\r\n", 400, "malformed_target");
    expect(&f, "GET /v1/things/1 HTTP/1.1\r\n" HOST "no colon\r\n\r\n", 400, "malformed_header");
    expect(&f, "GET /v1/things/1 HTTP/1.1\r\n" HOST ": x\r\n\r\n", 400, "malformed_header");
    expect(&f, "\x16\x03\x01\x02 hello TLS\r\n\r\n", 400, "control_character");
    expect(&f, "GET /v1/things/1 HTTP/1.1\r\n" HOST "Expect: cake\r\n\r\n", 417, "expectation");
}

static void routing_is_answered_by_the_server(void **state)
{
    (void)state;
#define END " HTTP/1.1\r\n" HOST CLOSE
    expect(&f, "GET /v2/nothing" END "\r\n", 404, "\"code\":\"not_found\"");
    expect(&f, "GET /v1/things/" END "\r\n", 404, "\"instance\":\"/v1/things/\"");
    expect(&f, "DELETE /v1/things/1" END "\r\n", 405, "Allow: GET, HEAD, PUT, OPTIONS\r\n");
    expect(&f, "GET /v1/list?colour=red" END "\r\n", 400, "\"field\":\"colour\"");
    expect(&f, "GET /v1/list?page_size=1001" END "\r\n", 400, "\"field\":\"page_size\"");
    expect(&f, "GET /v1/list?page_size=1000&page_token=ab-_9" END "\r\n", 200, "GET /v1/list ");
    expect(&f, "POST /v1/things" END "\r\n", 400, "idempotency_key_missing");
    expect(&f, "POST /v1/things" END "Idempotency-Key: a b\r\n\r\n", 400,
           "idempotency_key_malformed");
    expect(&f, "POST /v1/things" END "Idempotency-Key: k\r\nContent-Length: 2\r\n\r\n{}", 415,
           "content_type");
    expect(&f,
           "POST /v1/things" END
           "Idempotency-Key: k\r\nContent-Type: application/json; charset=UTF-8\r\n"
           "Content-Length: 2\r\n\r\n{}",
           200, "body={}");
    expect(&f, "POST /v1/things" END "Idempotency-Key: k\r\nContent-Length: 1001\r\n\r\n", 413,
           "too_large");
    expect(&f, "POST /v1/notes" END "Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\na", 415,
           "content_encoding");
    expect(&f, "GET /v1/things/1" END "Content-Length: 1\r\n\r\na", 400, "body_unexpected");
    expect(&f, "GET /v1/things/1" END "Accept: image/png\r\n\r\n", 406, "not_acceptable");
    expect(&f, "PUT /v1/things/1" END "\r\n", 428, "precondition_required");
    expect(&f, "PUT /v1/things/1" END "If-Match: 7\r\n\r\n", 400, "If-Match");
    expect(&f, "PUT /v1/things/1" END "If-Match: \"7\"\r\n\r\n", 200, "PUT");
    expect(&f,
           "GET /v1/fails" END
           "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n",
           429, "\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\"");
    expect(&f, "GET /v1/fails" END "\r\n", 429, "Retry-After: 1\r\n");
    expect(&f, "GET /v1/fails" END "\r\n", 429,
           "\"field\":\"lines[2].quantity\",\"rule\":\"GEN-1\"");
    expect(&f, "POST /v1/guarded" END "Content-Length: 3000000\r\n\r\nabc", 401,
           "WWW-Authenticate: Bearer");
}

static void large_answers_and_files(void **state)
{
    (void)state;
    char *answer = ask(&f, "GET /v1/big" END "\r\n");
    assert_int_equal(strlen(strstr(answer, "\r\n\r\n") + 4), 8u << 20);
    free(answer);
    answer = ask(&f, "GET /v1/file" END "\r\n");
    const char *body = strstr(answer, "\r\n\r\n") + 4;
    assert_int_equal(strlen(body), 1000000);
    assert_memory_equal(body + 999990, "0123456789", 10);
    free(answer);
}

static void bodies_go_to_a_file(void **state)
{
    (void)state;
    const size_t size = 3 << 20;
    char *body = malloc(size);
    uint64_t sum = 0;
    for (size_t i = 0; i < size; i++)
        sum += (uint8_t)(body[i] = (char)(i * 7 + i / 4096));
    char wanted[64];
    snprintf(wanted, sizeof wanted, "size %zu sum %llu", size, (unsigned long long)sum);
    int client = client_open(&f);
    char head[200];
    snprintf(head, sizeof head, "POST /v1/upload" END "Content-Length: %zu\r\nExpect: 100-continue\r\n\r\n",
            size);
    client_say(client, head);
    char *go_on = client_read_one(client);
    assert_string_equal(go_on, "HTTP/1.1 100 Continue\r\n\r\n");
    client_send(client, body, size);
    char *answer = client_read_all(client);
    if (!strstr(answer, wanted))
        fail_msg("expected %s, came %s", wanted, answer);
    free(go_on);
    free(answer);
    close(client);
    client = client_open(&f);
    client_say(client, "POST /v1/upload" END "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t at = 0; at < size; at += 65536) {
        client_say(client, "10000\r\n");
        client_send(client, body + at, 65536);
        client_say(client, "\r\n");
    }
    client_say(client, "0\r\n\r\n");
    answer = client_read_all(client);
    if (!strstr(answer, wanted))
        fail_msg("chunked: expected %s, came %s", wanted, answer);
    free(answer);
    close(client);
    free(body);
}

static void a_chunked_body_over_its_bound_is_refused_on_the_way(void **state)
{
    (void)state;
    int client = client_open(&f);
    client_say(client,
               "POST /v1/things" END "Idempotency-Key: k\r\nContent-Type: application/json\r\n"
               "Transfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 2000; i++)
        client_say(client, "1\r\na\r\n");
    char *answer = client_read_all(client);
    assert_non_null(strstr(answer, "HTTP/1.1 413"));
    free(answer);
    close(client);
}

static void a_client_that_leaves_costs_nothing(void **state)
{
    (void)state;
    fixture_hold(&f, true);
    uint64_t dropped = http_server_counters(f.server)->answers_dropped_total;
    int clients[8];
    for (int i = 0; i < 8; i++) {
        clients[i] = client_open(&f);
        client_say(clients[i], "GET /v1/big HTTP/1.1\r\n" HOST "\r\n");
    }
    fixture_wait_queued(&f, 8);
    for (int i = 0; i < 8; i++) {
        struct linger reset = {1, 0};
        setsockopt(clients[i], SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(clients[i]);
    }
    for (int i = 0; i < 500 && http_server_counters(f.server)->connections_open; i++)
        usleep(10000);
    fixture_hold(&f, false);
    for (int i = 0; i < 500 && http_server_counters(f.server)->exchanges_open; i++)
        usleep(10000);
    assert_int_equal(http_server_counters(f.server)->exchanges_open, 0);
    assert_int_equal(http_server_counters(f.server)->answers_dropped_total - dropped, 8);
    /* A client that only stops sending still gets its answer. */
    int client = client_open(&f);
    client_say(client, "GET /v1/things/x HTTP/1.1\r\n" HOST "\r\n");
    shutdown(client, SHUT_WR);
    char *answer = client_read_all(client);
    assert_non_null(strstr(answer, "GET /v1/things/x"));
    free(answer);
    close(client);
}

static void repeated_lists_are_joined(void **state)
{
    (void)state;
    expect(&f,
           "PUT /v1/things/1" END
           "If-Match: \"1\"\r\nX: 1\r\nIf-Match: \"7\"\r\nIf-Match: \"9\"\r\n\r\n",
           200, "PUT");
}

static atomic_int ticks, posts;

static void tick(void *context)
{
    (void)context;
    ticks++;
}

static void post(void *context)
{
    (void)context;
    posts++;
}

static void start_timer(void *server)
{
    (void)http_server_timer(server, 5, tick, NULL);
}

static void timers_and_posts_run_on_the_loop(void **state)
{
    (void)state;
    http_server_post(f.server, start_timer, f.server);
    for (int i = 0; i < 100; i++)
        http_server_post(f.server, post, NULL);
    for (int i = 0; i < 500 && (ticks < 5 || posts < 100); i++)
        usleep(5000);
    assert_true(ticks >= 5);
    assert_int_equal(posts, 100);
}

struct crowd {
    int answers;
};

static void *crowd_ask(void *context)
{
    struct crowd *crowd = context;
    int client = client_open(&f);
    for (int i = 0; i < 200; i++) {
        client_say(client, "POST /v1/notes HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello");
        char *answer = client_read_one(client);
        crowd->answers += strstr(answer, "body=hello") != NULL;
        free(answer);
    }
    close(client);
    return NULL;
}

static void many_clients_at_once(void **state)
{
    (void)state;
    pthread_t threads[8];
    struct crowd crowds[8] = {0};
    for (int i = 0; i < 8; i++)
        pthread_create(&threads[i], NULL, crowd_ask, &crowds[i]);
    for (int i = 0; i < 8; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(crowds[i].answers, 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers_from_another_thread),
        cmocka_unit_test(keeps_the_connection),
        cmocka_unit_test(pipelined_requests_are_answered_in_order),
        cmocka_unit_test(every_split_of_a_request_reads_alike),
        cmocka_unit_test(head_and_options),
        cmocka_unit_test(smuggling_is_refused),
        cmocka_unit_test(malformed_requests_are_refused),
        cmocka_unit_test(routing_is_answered_by_the_server),
        cmocka_unit_test(large_answers_and_files),
        cmocka_unit_test(bodies_go_to_a_file),
        cmocka_unit_test(a_chunked_body_over_its_bound_is_refused_on_the_way),
        cmocka_unit_test(a_client_that_leaves_costs_nothing),
        cmocka_unit_test(repeated_lists_are_joined),
        cmocka_unit_test(timers_and_posts_run_on_the_loop),
        cmocka_unit_test(many_clients_at_once),
    };
    return cmocka_run_group_tests(tests, start, end);
}
