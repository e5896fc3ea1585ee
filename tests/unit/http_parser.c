/* SPDX-License-Identifier: Apache-2.0
 * common/http/parser alone: heads, framing and chunks as bytes, without sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/http/parser.h"

static const struct http_scan_limits limits = {
    .head_bytes_max = 4096, .target_bytes_max = 1024, .headers_max = 20};

struct parsed {
    struct http_head head;
    struct http_pair headers[HTTP_HEADERS_MAX];
    char text[8192], room[8192];
};

/* Scans byte by byte, so that every resumption is taken, then parses. */
static http_refusal parse(struct parsed *parsed, const char *request)
{
    size_t size = strlen(request);
    struct http_scan scan = {0};
    memcpy(parsed->text, request, size + 1);
    for (size_t i = 1; i <= size && !scan.complete; i++) {
        http_refusal refusal = http_head_scan(&scan, parsed->text, i, &limits);
        if (refusal)
            return refusal;
    }
    assert_true(scan.complete);
    assert_int_equal(scan.at, size);
    parsed->head = (struct http_head){.headers = parsed->headers};
    return http_head_parse(&parsed->head, parsed->text, size, parsed->room);
}

static void a_head_is_taken_apart(void **state)
{
    (void)state;
    struct parsed p;
    assert_null(parse(
        &p, "POST /a/b?c=d HTTP/1.1\r\nHOST: x\r\nContent-Length: 17\r\nX-Y:\t a b \t\r\nEmpty:\r\n"
            "Accept: a\r\naccept: b\r\nACCEPT: c\r\nConnection: keep-alive, Close\r\n"
            "Expect: 100-Continue\r\n\r\n"));
    assert_int_equal(p.head.method, HTTP_POST);
    assert_string_equal(p.head.target, "/a/b?c=d");
    assert_int_equal(p.head.content_length, 17);
    assert_int_equal(p.head.header_count, 7);
    assert_string_equal(http_head_get(&p.head, "x-y"), "a b");
    assert_string_equal(http_head_get(&p.head, "empty"), "");
    assert_string_equal(http_head_get(&p.head, "accept"), "a, b, c");
    assert_null(http_head_get(&p.head, "X-Y"));
    assert_true(p.head.closes && p.head.expects_continue && !p.head.chunked);
}

static void old_clients_close(void **state)
{
    (void)state;
    struct parsed p;
    assert_null(parse(&p, "GET / HTTP/1.0\r\n\r\n"));
    assert_true(p.head.closes);
    assert_null(parse(&p, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    assert_false(p.head.closes);
    assert_string_equal(parse(&p, "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")->code,
                        "malformed_request");
}

static void every_method_is_known_by_its_name(void **state)
{
    (void)state;
    for (int i = HTTP_GET; i <= HTTP_OPTIONS; i++) {
        struct parsed p;
        char request[100];
        snprintf(request, sizeof request, "%s / HTTP/1.1\r\nHost: a\r\n\r\n", http_method_name((enum http_method)i));
        assert_null(parse(&p, request));
        assert_int_equal(p.head.method, i);
    }
    struct parsed p;
    assert_int_equal(parse(&p, "get / HTTP/1.1\r\nHost: a\r\n\r\n")->status, 501);
}

struct body {
    char bytes[256];
    size_t size;
};

static http_refusal chunks_read(const char *text, size_t step, struct body *body)
{
    struct http_chunks chunks = {0};
    size_t size = strlen(text), at = 0;
    body->size = 0;
    while (at < size && chunks.state != CHUNK_END) {
        size_t used, data_size, part = size - at < step ? size - at : step;
        const char *data;
        http_refusal refusal = http_chunks_take(&chunks, text + at, part, &used, &data, &data_size);
        if (refusal)
            return refusal;
        assert_true(used > 0 && used <= part && data_size <= used);
        memcpy(body->bytes + body->size, data, data_size);
        body->size += data_size;
        at += used;
    }
    if (chunks.state != CHUNK_END || at != size)
        fail_msg("'%s' in steps of %zu: ended at %zu of %zu", text, step, at, size);
    return NULL;
}

static void chunks_read_alike_in_any_steps(void **state)
{
    (void)state;
    static const char text[] =
        "5\r\nhello\r\n1;ext=\"q\"\r\n \r\n0005\r\nworld\r\n00\r\nT: x\r\nU: y\r\n\r\n";
    for (size_t step = 1; step <= sizeof text; step++) {
        struct body body;
        assert_null(chunks_read(text, step, &body));
        assert_int_equal(body.size, 11);
        assert_memory_equal(body.bytes, "hello world", 11);
    }
    struct body body;
    assert_null(chunks_read("0\r\n\r\n", 3, &body));
    assert_int_equal(body.size, 0);
}

static void malformed_chunks_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "\r\n",        ";a\r\n",    "g\r\n",          "1 \r\na\r\n",     "1\na\r\n",
        "1\r\nab\r\n", "1\r\na\rx", "0\r\n x: y\r\n", "0\r\na\r\rb\r\n", "1;\x01\r\n",
        " 1\r\na\r\n", "1\t;a\r\n", "0\r\n\r\r\n",    "+1\r\na\r\n",     "1000000000000000\r\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct body body;
        http_refusal refusal = chunks_read(texts[i], 1, &body);
        if (!refusal)
            fail_msg("'%s' was accepted", texts[i]);
        assert_int_equal(refusal->status, 400);
    }
    char long_line[600];
    snprintf(long_line, sizeof long_line, "1;%0500d\r\n", 1);
    struct body body;
    assert_non_null(chunks_read(long_line, 7, &body));
}

static void percent_and_utf8(void **state)
{
    (void)state;
    char room[64];
    assert_true(http_percent_decode(room, "a%20b+c", 7, false));
    assert_string_equal(room, "a b+c");
    assert_true(http_percent_decode(room, "a%2Bb+c", 7, true));
    assert_string_equal(room, "a+b c");
    assert_true(http_percent_decode(room, "%E2%82%AC", 9, false));
    assert_string_equal(room, "€");
    static const char *const bad[] = {"%",   "%2",          "%zz",       "%00",          "%1f",
                                      "%7F", "%C0%80",      "%ED%A0%80", "%F4%90%80%80", "%E2%82",
                                      "%80", "%F0%80%80%80"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (http_percent_decode(room, bad[i], strlen(bad[i]), true))
            fail_msg("'%s' was accepted", bad[i]);
    assert_false(http_percent_decode(room, "%20", 2, true));
    assert_false(http_percent_decode(room, "%C2%85", 6, true)); /* a control character too */
    assert_true(http_is_token("x-y") && !http_is_token("") && !http_is_token("a b") &&
                !http_is_token("a:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_head_is_taken_apart),
        cmocka_unit_test(old_clients_close),
        cmocka_unit_test(every_method_is_known_by_its_name),
        cmocka_unit_test(chunks_read_alike_in_any_steps),
        cmocka_unit_test(malformed_chunks_are_refused),
        cmocka_unit_test(percent_and_utf8),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
