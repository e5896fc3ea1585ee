/* SPDX-License-Identifier: Apache-2.0
 * common/observe/metrics: the exposition, byte for byte, and adding from many threads. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/observe/metrics.h"

enum { REQUESTS, LAG, LATENCY, PULLED, METRICS };

static int64_t pulled(size_t first, size_t second, void *context)
{
    (void)second;
    return *(const int *)context + (int64_t)first;
}

static const char *const methods[] = {"GET", "POST", NULL};
static const char *const classes[] = {"2xx", "a\"b\\c", NULL};
static const int64_t bounds[] = {500, 1000000, 0};
static int answer = 42;

static const struct metric_kind kinds[METRICS] = {
    [REQUESTS] = {METRIC_COUNTER, "http_requests_total", "Requests.",
                  .labels = {{"method", methods}, {"code", classes}}},
    [LAG] = {METRIC_GAUGE, "billing_consumer_lag_seconds", "Lag.", .scale = 1000},
    [LATENCY] = {METRIC_HISTOGRAM, "http_server_request_duration_seconds", "Time.",
                 .buckets = bounds, .scale = 1000000},
    [PULLED] = {METRIC_GAUGE, "pulled", "Asked for.", .labels = {{"m", methods}}, .read = pulled,
                .context = &answer},
};

static void the_exposition(void **state)
{
    (void)state;
    struct metrics *metrics = metrics_new();
    struct metric_set *set = metrics_register(metrics, kinds, METRICS);
    metric_add(set, REQUESTS, 1, 0, 3);
    metric_add(set, REQUESTS, 0, 1, 1);
    metric_set_value(set, LAG, 0, 0, -1250);
    metric_observe(set, LATENCY, 0, 0, 500);
    metric_observe(set, LATENCY, 0, 0, 501);
    metric_observe(set, LATENCY, 0, 0, 2000001);
    size_t size;
    char *text = metrics_write(metrics, &size);
    assert_string_equal(text, "# HELP http_requests_total Requests.\n"
                              "# TYPE http_requests_total counter\n"
                              "http_requests_total{method=\"GET\",code=\"2xx\"} 0\n"
                              "http_requests_total{method=\"GET\",code=\"a\\\"b\\\\c\"} 1\n"
                              "http_requests_total{method=\"POST\",code=\"2xx\"} 3\n"
                              "http_requests_total{method=\"POST\",code=\"a\\\"b\\\\c\"} 0\n"
                              "# HELP billing_consumer_lag_seconds Lag.\n"
                              "# TYPE billing_consumer_lag_seconds gauge\n"
                              "billing_consumer_lag_seconds -1.25\n"
                              "# HELP http_server_request_duration_seconds Time.\n"
                              "# TYPE http_server_request_duration_seconds histogram\n"
                              "http_server_request_duration_seconds_bucket{le=\"0.0005\"} 1\n"
                              "http_server_request_duration_seconds_bucket{le=\"1\"} 2\n"
                              "http_server_request_duration_seconds_bucket{le=\"+Inf\"} 3\n"
                              "http_server_request_duration_seconds_sum 2.001002\n"
                              "http_server_request_duration_seconds_count 3\n"
                              "# HELP pulled Asked for.\n"
                              "# TYPE pulled gauge\n"
                              "pulled{m=\"GET\"} 42\n"
                              "pulled{m=\"POST\"} 43\n");
    assert_int_equal(size, strlen(text));
    free(text);
    metrics_free(metrics);
}

static struct metric_set *shared;

static void *add_many(void *context)
{
    (void)context;
    for (int i = 0; i < 100000; i++) {
        metric_add(shared, REQUESTS, 0, 0, 1);
        metric_observe(shared, LATENCY, 0, 0, i);
    }
    return NULL;
}

static void threads_lose_nothing(void **state)
{
    (void)state;
    struct metrics *metrics = metrics_new();
    shared = metrics_register(metrics, kinds, METRICS);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, add_many, NULL);
    size_t size;
    free(metrics_write(metrics, &size));
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    assert_int_equal(metric_value(shared, REQUESTS, 0, 0), 400000);
    char *text = metrics_write(metrics, &size);
    assert_non_null(strstr(text, "duration_seconds_count 400000\n"));
    free(text);
    metrics_free(metrics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_exposition),
        cmocka_unit_test(threads_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
