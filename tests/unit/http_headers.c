/* SPDX-License-Identifier: Apache-2.0
 * common/http/headers and problem: conditions, keys, tokens, pages and media types; and the problem
 * document. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "common/http/headers.h"
#include "common/http/problem.h"

static struct problem problem;

static struct http_exchange with(const char *name, const char *value)
{
    struct http_exchange exchange = {0};
    exchange.headers[0] = (struct http_pair){name, value};
    exchange.header_count = value != NULL;
    return exchange;
}

static void conditions(void **state)
{
    (void)state;
    static const struct {
        const char *value, *etag;
        enum http_match match, none_match;
    } cases[] = {
        {NULL, "7", HTTP_MATCH_ABSENT, HTTP_MATCH_ABSENT},
        {"\"7\"", "7", HTTP_MATCH_YES, HTTP_MATCH_YES},
        {"\"8\"", "7", HTTP_MATCH_NO, HTTP_MATCH_NO},
        {"\"8\" , \"7\"", "7", HTTP_MATCH_YES, HTTP_MATCH_YES},
        {"W/\"7\"", "7", HTTP_MATCH_NO, HTTP_MATCH_YES},
        {"*", "7", HTTP_MATCH_YES, HTTP_MATCH_YES},
        {"*", NULL, HTTP_MATCH_NO, HTTP_MATCH_NO},
        {"\"7\"", NULL, HTTP_MATCH_NO, HTTP_MATCH_NO},
        {"7", "7", HTTP_MATCH_MALFORMED, HTTP_MATCH_MALFORMED},
        {"\"7", "7", HTTP_MATCH_MALFORMED, HTTP_MATCH_MALFORMED},
        {"\"7\" \"8\"", "7", HTTP_MATCH_MALFORMED, HTTP_MATCH_MALFORMED},
        {"\"7\", x", "7", HTTP_MATCH_MALFORMED, HTTP_MATCH_MALFORMED},
        {"\"a b\"", "7", HTTP_MATCH_MALFORMED, HTTP_MATCH_MALFORMED},
        {"", "7", HTTP_MATCH_MALFORMED, HTTP_MATCH_MALFORMED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_exchange match = with("if-match", cases[i].value),
                             none = with("if-none-match", cases[i].value);
        int got = (int)http_if_match(&match, cases[i].etag),
            got_none = (int)http_if_none_match(&none, cases[i].etag);
        if (got != (int)cases[i].match || got_none != (int)cases[i].none_match)
            fail_msg("'%s' on '%s': expected %d %d, came %d %d", cases[i].value, cases[i].etag,
                     cases[i].match, cases[i].none_match, got, got_none);
    }
    int64_t version;
    struct http_exchange exchange = with("if-match", "\"42\"");
    assert_int_equal(http_if_match_version(&exchange, &version, &problem), OK);
    assert_int_equal(version, 42);
    exchange = with("if-match", "*");
    assert_int_equal(http_if_match_version(&exchange, &version, &problem), ERR_MISSING);
    static const char *const bad[] = {"42",    "\"42", "W/\"42\"", "\"4\", \"5\"",
                                      "\"x\"", "\"\"", "\"-1\""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        exchange = with("if-match", bad[i]);
        assert_int_equal(http_if_match_version(&exchange, &version, &problem), ERR_MALFORMED);
    }
    char etag[80];
    http_etag_write(etag, "42");
    assert_string_equal(etag, "\"42\"");
}

static void keys_and_tokens(void **state)
{
    (void)state;
    const char *out = NULL;
    char longest[140];
    memset(longest, 'k', sizeof longest);
    longest[128] = 0;
    struct http_exchange exchange = with("idempotency-key", longest);
    assert_int_equal(http_idempotency_key(&exchange, &out, &problem), OK);
    assert_ptr_equal(out, longest);
    longest[128] = 'k';
    longest[129] = 0;
    assert_int_equal(http_idempotency_key(&exchange, &out, &problem), ERR_MALFORMED);
    exchange = with("idempotency-key", "");
    assert_int_equal(http_idempotency_key(&exchange, &out, &problem), ERR_MALFORMED);
    exchange = with("idempotency-key", "schl\xC3\xBCssel");
    assert_int_equal(http_idempotency_key(&exchange, &out, &problem), ERR_MALFORMED);
    exchange = with("idempotency-key", NULL);
    assert_int_equal(http_idempotency_key(&exchange, &out, &problem), ERR_MISSING);
    assert_string_equal(problem.field, "Idempotency-Key");

    exchange = with("authorization", "bearer  db_live.a-b_c~+/==");
    assert_int_equal(http_bearer_token(&exchange, &out, &problem), OK);
    assert_string_equal(out, "db_live.a-b_c~+/==");
    exchange = with("authorization", NULL);
    assert_int_equal(http_bearer_token(&exchange, &out, &problem), ERR_NOT_FOUND);
    static const char *const bad[] = {"Basic abc",  "Bearer",     "Bearer ",
                                      "Bearer a b", "Bearer a=b", "Bearer ="};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        exchange = with("authorization", bad[i]);
        if (http_bearer_token(&exchange, &out, &problem) != ERR_MALFORMED)
            fail_msg("'%s' was accepted", bad[i]);
    }
}

static void media_types(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        bool is_json, accepts;
    } cases[] = {
        {"application/json", true, true},
        {"Application/JSON; charset=utf-8", true, true},
        {"application/json;charset=\"UTF-8\"", true, true},
        {"application/json; charset=latin1", false, true},
        {"application/jsonx", false, false},
        {"text/plain", false, false},
        {"*/*", false, true},
        {"application/*", false, true},
        {"text/html, */*;q=0.1", false, true},
        {"*/*, application/json;q=0", false, false},
        {"application/json ; q=0.000, */*", false, false},
        {"application/json;q=0.001", false, true},
        {"application/*;q=0, */*", false, false},
        {"text/*", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_exchange type = with("content-type", cases[i].value),
                             accept = with("accept", cases[i].value);
        if (http_content_type_is(&type, "application/json") != cases[i].is_json)
            fail_msg("Content-Type '%s': expected %d", cases[i].value, cases[i].is_json);
        if (http_accepts(&accept, "application/json") != cases[i].accepts)
            fail_msg("Accept '%s': expected %d", cases[i].value, cases[i].accepts);
    }
    struct http_exchange none = with("accept", NULL);
    assert_true(http_accepts(&none, "text/csv"));
    assert_false(http_content_type_is(&none, "text/csv"));
}

static void pages(void **state)
{
    (void)state;
    struct http_exchange exchange = {0};
    struct http_page page;
    assert_int_equal(http_page_parse(&exchange, &page, &problem), OK);
    assert_int_equal(page.size, 50);
    assert_null(page.token);
    static const struct {
        const char *name, *value;
        enum error error;
    } cases[] = {
        {"page_size", "1", OK},
        {"page_size", "1000", OK},
        {"page_size", "0", ERR_MALFORMED},
        {"page_size", "1001", ERR_MALFORMED},
        {"page_size", "-1", ERR_MALFORMED},
        {"page_size", "", ERR_MALFORMED},
        {"page_size", "5x", ERR_MALFORMED},
        {"page_size", "99999999999", ERR_MALFORMED},
        {"page_token", "AZaz09-_", OK},
        {"page_token", "", ERR_MALFORMED},
        {"page_token", "a=", ERR_MALFORMED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        exchange.query[0] = (struct http_pair){cases[i].name, cases[i].value};
        exchange.query_count = 1;
        if (http_page_parse(&exchange, &page, &problem) != cases[i].error)
            fail_msg("%s=%s: expected %s", cases[i].name, cases[i].value,
                     error_code(cases[i].error));
    }
}

static void the_problem_document(void **state)
{
    (void)state;
    const struct http_problem refused = {.status = 422,
                                         .code = "credit_exceeds_invoice",
                                         .detail = "only EUR 5.00 is left; \"quoted\" €",
                                         .field = "lines[0].amount",
                                         .rule = "INV-16"};
    char *text = http_problem_document(&refused, "/v1/x", "r", "");
    json_t *document = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(document);
    assert_string_equal(json_string_value(json_object_get(document, "type")),
                        "urn:duebook:problem:credit_exceeds_invoice");
    assert_string_equal(json_string_value(json_object_get(document, "title")),
                        "Unprocessable Content");
    assert_int_equal(json_integer_value(json_object_get(document, "status")), 422);
    assert_string_equal(json_string_value(json_object_get(document, "detail")), refused.detail);
    assert_string_equal(json_string_value(json_object_get(document, "instance")), "/v1/x");
    assert_string_equal(json_string_value(json_object_get(document, "field")), refused.field);
    assert_string_equal(json_string_value(json_object_get(document, "rule")), "INV-16");
    assert_null(json_object_get(document, "trace_id"));
    json_decref(document);
    free(text);
#define X(name, class, code, text)                                                                 \
    assert_true(http_status_of_error(name) >= 200 && http_status_of_error(name) < 600);
    ERRORS(X)
#undef X
    assert_int_equal(http_status_of_error(ERR_DATABASE_AWAY), 503);
    assert_int_equal(http_status_of_error(ERR_MISSING), 400);
    assert_int_equal(http_status_of_error(ERR_BUSY), 429);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conditions),           cmocka_unit_test(keys_and_tokens),
        cmocka_unit_test(media_types),          cmocka_unit_test(pages),
        cmocka_unit_test(the_problem_document),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
