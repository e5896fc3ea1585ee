/* SPDX-License-Identifier: Apache-2.0
 * Metrics: numbers for Prometheus (text exposition 0.0.4). Each room declares its metrics as one
 * const table and keeps them for the life of the process; adding to one is a relaxed atomic, so it
 * may stand in any loop.
 *
 * Labels come from small declared sets, never from input: a metric has at most two labels and its
 * cells are allocated once, when the table is registered. An account id can therefore not become a
 * label.
 *
 *     static const struct metric_kind kinds[METRICS] = {
 *         [CONSUMED] = {METRIC_COUNTER, "messaging_client_consumed_messages_total", "Messages.",
 *                       .labels = {{"topic", topics}}},
 *         [LATENCY] = {METRIC_HISTOGRAM, "http_server_request_duration_seconds", "Time to answer.",
 *                      .buckets = metric_buckets_seconds, .scale = 1000000},
 *     };
 *     struct metric_set *set = metrics_register(metrics, kinds, METRICS);
 *     metric_add(set, CONSUMED, 3, 0, 1);        one more, for the topic at position 3
 *     metric_observe(set, LATENCY, 0, 0, 1250);  1.25 ms, since the scale says microseconds
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    METRIC_LABELS_MAX = 2,
    METRIC_LABEL_VALUES_MAX = 64,
    METRIC_BUCKETS_MAX = 24,
};

enum metric_type { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metric_label {
    const char *name;
    const char *const *values; /* ended by NULL; at most METRIC_LABEL_VALUES_MAX */
};

struct metric_kind {
    enum metric_type type;
    const char *name; /* base unit last; counters, and only they, end in _total */
    const char *help;
    struct metric_label labels[METRIC_LABELS_MAX]; /* name NULL: none */
    /* Histogram: upper bounds in raw units, rising, ended by 0; +Inf is added. */
    const int64_t *buckets;
    /* Raw units per printed unit, a power of ten; 0 is 1. 1000000: microseconds become seconds. */
    int64_t scale;
    /* NULL, or: the number lives elsewhere and is asked for at each scrape, on the scraping thread,
     * under the lock of `metrics`. Not for histograms. */
    int64_t (*read)(size_t first, size_t second, void *context);
    void *context;
};

/* 0.5 ms to 30 s in microseconds; 1 to 10,000 things. */
extern const int64_t metric_buckets_seconds[];
extern const int64_t metric_buckets_count[];

struct metrics;
struct metric_set;

struct metrics *metrics_new(void);
void metrics_free(struct metrics *metrics); /* and all sets */

/* The table is borrowed and must outlive `metrics`; names are unique over all tables and
 * well-formed (asserted). Any thread. */
struct metric_set *metrics_register(struct metrics *metrics, const struct metric_kind *kinds,
                                    size_t count);

/* `first` and `second` are positions in the label sets, 0 where there is no label; out of range is
 * our own bug (asserted). Counters only grow. Any thread, lock-free. */
void metric_add(struct metric_set *set, size_t metric, size_t first, size_t second, int64_t value);
void metric_set_value(struct metric_set *set, size_t metric, size_t first, size_t second,
                      int64_t value);
void metric_observe(struct metric_set *set, size_t metric, size_t first, size_t second,
                    int64_t raw);
int64_t metric_value(const struct metric_set *set, size_t metric, size_t first, size_t second);

/* The exposition, to be freed by the caller; *size without the final NUL. Content type:
 * METRICS_CONTENT_TYPE. */
#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"
char *metrics_write(struct metrics *metrics, size_t *size);
