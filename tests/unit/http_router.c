/* SPDX-License-Identifier: Apache-2.0
 * common/http/router: which route a path finds, and which parameters are let in. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/http/router.h"

static const struct route routes[] = {
    {HTTP_GET, "/", .summary = "root"},
    {HTTP_GET, "/v1/invoices", .summary = "list", .flags = ROUTE_LIST,
     .parameters =
         (const struct route_parameter[]){{"status", PARAMETER_CHOICE, false, "x", "open|settled"},
                                          {"due", PARAMETER_DATE, true, "x", NULL},
                                          {0}}},
    {HTTP_POST, "/v1/invoices", .summary = "create"},
    {HTTP_GET, "/v1/invoices/{invoice_id}", .summary = "one",
     .parameters =
         (const struct route_parameter[]){{"invoice_id", PARAMETER_UUID, true, "x", NULL}, {0}}},
    {HTTP_GET, "/v1/invoices/search", .summary = "search"},
    {HTTP_POST, "/v1/invoices/{invoice_id}/issue", .summary = "issue"},
    {HTTP_GET, "/v1/{area}/x/{b}", .summary = "late"},
    {HTTP_GET, "/v1/a/{b}/c", .summary = "early"},
};

static struct http_exchange exchange;
static char room[2048], allow[64];
static struct problem problem;

static enum error match(enum http_method method, const char *path)
{
    struct router router = router_make(routes, sizeof routes / sizeof *routes);
    memset(&exchange, 0, sizeof exchange);
    exchange.method = method;
    return router_match(&router, &exchange, path, room, allow, &problem);
}

static void expect_route(enum http_method method, const char *path, const char *summary)
{
    enum error error = match(method, path);
    if (error || strcmp(exchange.route->summary, summary) != 0)
        fail_msg("%s: expected '%s', came %s %s", path, summary, error_code(error),
                 error ? problem.detail : exchange.route->summary);
}

static void paths_find_their_routes(void **state)
{
    (void)state;
    expect_route(HTTP_GET, "/", "root");
    expect_route(HTTP_GET, "/v1/invoices", "list");
    expect_route(HTTP_HEAD, "/v1/invoices", "list");
    expect_route(HTTP_POST, "/v1/invoices", "create");
    expect_route(HTTP_GET, "/v1/invoices/search", "search");
    expect_route(HTTP_GET, "/v1/invoices/0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000", "one");
    assert_string_equal(http_exchange_path_parameter(&exchange, "invoice_id"),
                        "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000");
    expect_route(HTTP_POST, "/v1/invoices/a%2Fb/issue", "issue");
    assert_string_equal(http_exchange_path_parameter(&exchange, "invoice_id"), "a/b");
    expect_route(HTTP_GET, "/v1/a/x/c", "early");
    expect_route(HTTP_GET, "/v1/q/x/c", "late");
}

static void what_does_not_match(void **state)
{
    (void)state;
    static const char *const nowhere[] = {
        "/v1",           "/v1/",         "/v1/invoices/",  "/v1/invoices//issue",
        "//v1/invoices", "/V1/invoices", "/v1/%69nvoices", "/v1/invoices/x/y/z"};
    for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++)
        if (match(HTTP_GET, nowhere[i]) != ERR_NOT_FOUND)
            fail_msg("'%s' was found", nowhere[i]);
    assert_int_equal(match(HTTP_DELETE, "/v1/invoices"), ERR_UNSUPPORTED);
    assert_string_equal(allow, "GET, HEAD, POST, OPTIONS");
    assert_int_equal(match(HTTP_GET, "/v1/invoices/not-a-uuid"), ERR_MALFORMED);
    assert_string_equal(problem.field, "invoice_id");
    assert_int_equal(match(HTTP_POST, "/v1/invoices/%ff/issue"), ERR_MALFORMED);
}

static enum error query(const char *text)
{
    (void)match(HTTP_GET, "/v1/invoices");
    char copy[512];
    snprintf(copy, sizeof copy, "%s", text);
    return router_query(&exchange, copy, room, &problem);
}

static void queries_are_checked(void **state)
{
    (void)state;
    assert_int_equal(query("due=2026-02-28&status=open&page_size=5"), OK);
    assert_string_equal(http_exchange_query(&exchange, "status"), "open");
    assert_string_equal(http_exchange_query(&exchange, "page_size"), "5");
    assert_null(http_exchange_query(&exchange, "page_token"));
    assert_int_equal(query("%64ue=2026-02-2%38"), OK);
    static const struct {
        const char *text, *field;
        enum error error;
    } bad[] = {
        {"", "due", ERR_MISSING},
        {"due=2026-02-29", "due", ERR_MALFORMED},
        {"due=2026-02-28&due=2026-02-28", "due", ERR_MALFORMED},
        {"due=2026-02-28&colour=red", "colour", ERR_MALFORMED},
        {"due=2026-02-28&status=", "status", ERR_MALFORMED},
        {"due=2026-02-28&status=ope", "status", ERR_MALFORMED},
        {"due=2026-02-28&status=open%7Csettled", "status", ERR_MALFORMED},
        {"due=2026-02-28&&", "", ERR_MALFORMED},
        {"due", "due", ERR_MALFORMED},
        {"due=%ff", "due", ERR_MALFORMED},
        {"due=2026-02-28&page_size&page_token&invoice_id", "invoice_id", ERR_MALFORMED},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        enum error error = query(bad[i].text);
        if (error != bad[i].error || strcmp(problem.field, bad[i].field) != 0)
            fail_msg("'%s': expected %s at '%s', came %s at '%s'", bad[i].text,
                     error_code(bad[i].error), bad[i].field, error_code(error), problem.field);
    }
}

static void kinds_of_parameters(void **state)
{
    (void)state;
    static const struct {
        enum parameter_kind kind;
        const char *value;
        bool good;
    } cases[] = {
        {PARAMETER_INTEGER, "0", true},
        {PARAMETER_INTEGER, "-9223372036854775808", true},
        {PARAMETER_INTEGER, "9223372036854775807", true},
        {PARAMETER_INTEGER, "9223372036854775808", false},
        {PARAMETER_INTEGER, "-9223372036854775809", false},
        {PARAMETER_INTEGER, "01", false},
        {PARAMETER_INTEGER, "+1", false},
        {PARAMETER_INTEGER, "1.0", false},
        {PARAMETER_INTEGER, "", false},
        {PARAMETER_INTEGER, "-", false},
        {PARAMETER_BOOLEAN, "true", true},
        {PARAMETER_BOOLEAN, "TRUE", false},
        {PARAMETER_DATE, "2024-02-29", true},
        {PARAMETER_DATE, "1900-02-29", false},
        {PARAMETER_DATE, "2000-02-29", true},
        {PARAMETER_DATE, "0000-01-01", false},
        {PARAMETER_DATE, "9999-12-31", true},
        {PARAMETER_DATE, "2026-13-01", false},
        {PARAMETER_DATE, "2026-1-1", false},
        {PARAMETER_DATE, "2026-01-01x", false},
        {PARAMETER_DATE, "2026", false},
        {PARAMETER_INSTANT, "2026-01-31T23:59:59Z", true},
        {PARAMETER_INSTANT, "2026-01-31T23:59:59.123456Z", true},
        {PARAMETER_INSTANT, "2026-01-31T23:59:59.1234567Z", false},
        {PARAMETER_INSTANT, "2026-01-31T23:59:59.Z", false},
        {PARAMETER_INSTANT, "2026-01-31T24:00:00Z", false},
        {PARAMETER_INSTANT, "2026-01-31T23:59:59+01:00", true},
        {PARAMETER_UUID, "0190aaaa-bbbb-7ccc-8ddd-eeeeffff0000", true},
        {PARAMETER_UUID, "0190AAAA-bbbb-7ccc-8ddd-eeeeffff0000", false},
        {PARAMETER_UUID, "0190aaaabbbb7ccc8dddeeeeffff0000", false},
        {PARAMETER_CURRENCY, "EUR", true},
        {PARAMETER_CURRENCY, "eur", false},
        {PARAMETER_CURRENCY, "EURO", false},
        {PARAMETER_CURRENCY, "ZZZ", false},
        {PARAMETER_TEXT, "x", true},
        {PARAMETER_TEXT, "", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct route_parameter parameter = {"p", cases[i].kind, false, "x", NULL};
        if ((route_parameter_check(&parameter, cases[i].value, NULL) == OK) != cases[i].good)
            fail_msg("kind %d, '%s': expected %s", cases[i].kind, cases[i].value,
                     cases[i].good ? "good" : "bad");
    }
}

static void expect_abort(const struct route *table, size_t count)
{
    pid_t child = fork();
    if (child == 0) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(SIGABRT, SIG_DFL);
        (void)freopen("/dev/null", "w", stderr);
        (void)router_make(table, count);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void conflicts_stop_the_start(void **state)
{
    (void)state;
    const struct route same[] = {{HTTP_GET, .path = "/a/{x}"}, {HTTP_GET, .path = "/a/{y}"}};
    expect_abort(same, 2);
    const struct route twice[] = {{HTTP_GET, .path = "/a/{x}/{x}"}};
    expect_abort(twice, 1);
    const struct route empty[] = {{HTTP_GET, .path = "/a//b"}};
    expect_abort(empty, 1);
    const struct route half[] = {{HTTP_GET, .path = "/a/{x"}};
    expect_abort(half, 1);
    const struct route head[] = {{HTTP_HEAD, .path = "/a"}};
    expect_abort(head, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_find_their_routes),  cmocka_unit_test(what_does_not_match),
        cmocka_unit_test(queries_are_checked),      cmocka_unit_test(kinds_of_parameters),
        cmocka_unit_test(conflicts_stop_the_start),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
