/* SPDX-License-Identifier: Apache-2.0 */
#include "common/observe/metrics.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const int64_t metric_buckets_seconds[] = {500,     1000,     2500,     5000,   10000,   25000,
                                          50000,   100000,   250000,   500000, 1000000, 2500000,
                                          5000000, 10000000, 30000000, 0};
const int64_t metric_buckets_count[] = {1,   2,   5,    10,   20,   50,    100,
                                        200, 500, 1000, 2000, 5000, 10000, 0};

/* One metric's numbers: for each label combination one cell, or for a histogram its buckets, +Inf
 * and the sum. */
struct metric {
    const struct metric_kind *kind;
    size_t firsts, seconds, width, buckets;
    atomic_int_fast64_t *cells;
};

struct metric_set {
    struct metric_set *next;
    size_t count;
    struct metric metrics[];
};

struct metrics {
    pthread_mutex_t mutex;
    struct metric_set *sets, **last;
};

struct metrics *metrics_new(void)
{
    struct metrics *metrics = calloc(1, sizeof *metrics);
    if (!metrics)
        abort();
    pthread_mutex_init(&metrics->mutex, NULL);
    metrics->last = &metrics->sets;
    return metrics;
}

void metrics_free(struct metrics *metrics)
{
    if (!metrics)
        return;
    while (metrics->sets) {
        struct metric_set *set = metrics->sets;
        metrics->sets = set->next;
        for (size_t i = 0; i < set->count; i++)
            free(set->metrics[i].cells);
        free(set);
    }
    pthread_mutex_destroy(&metrics->mutex);
    free(metrics);
}

static void assert_name(const struct metrics *metrics, const struct metric_kind *kind)
{
    const char *name = kind->name;
    assert(name && name[0] && !(name[0] >= '0' && name[0] <= '9'));
    assert(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(name));
    assert(kind->help && !strchr(kind->help, '\n'));
    size_t size = strlen(name);
    bool is_total = size > 6 && strcmp(name + size - 6, "_total") == 0;
    assert(is_total == (kind->type == METRIC_COUNTER));
    for (const struct metric_set *set = metrics->sets; set; set = set->next)
        for (size_t i = 0; i < set->count; i++)
            assert(strcmp(set->metrics[i].kind->name, name) != 0);
}

static size_t label_count(const struct metric_label *label)
{
    size_t count = 0;
    if (!label->name)
        return 1;
    while (label->values[count])
        count++;
    assert(count > 0 && count <= METRIC_LABEL_VALUES_MAX);
    return count;
}

static void metric_init(struct metric *metric, const struct metric_kind *kind)
{
    assert(kind->labels[0].name || !kind->labels[1].name);
    assert((kind->type == METRIC_HISTOGRAM) == (kind->buckets != NULL));
    metric->kind = kind;
    metric->firsts = label_count(&kind->labels[0]);
    metric->seconds = label_count(&kind->labels[1]);
    metric->width = 1;
    if (kind->buckets) {
        while (kind->buckets[metric->buckets]) {
            assert(metric->buckets == 0 ||
                   kind->buckets[metric->buckets] > kind->buckets[metric->buckets - 1]);
            metric->buckets++;
        }
        assert(metric->buckets > 0 && metric->buckets <= METRIC_BUCKETS_MAX);
        metric->width = metric->buckets + 2;
    }
    metric->cells = calloc(metric->firsts * metric->seconds * metric->width, sizeof *metric->cells);
    if (!metric->cells)
        abort();
}

struct metric_set *metrics_register(struct metrics *metrics, const struct metric_kind *kinds,
                                    size_t count)
{
    struct metric_set *set = calloc(1, sizeof *set + count * sizeof set->metrics[0]);
    if (!set)
        abort();
    pthread_mutex_lock(&metrics->mutex);
    *metrics->last = set;
    metrics->last = &set->next;
    for (size_t i = 0; i < count; i++) {
        assert_name(metrics, &kinds[i]);
        metric_init(&set->metrics[i], &kinds[i]);
        set->count++;
    }
    pthread_mutex_unlock(&metrics->mutex);
    return set;
}

static atomic_int_fast64_t *cell(const struct metric_set *set, size_t metric, size_t first,
                                 size_t second)
{
    assert(metric < set->count);
    const struct metric *one = &set->metrics[metric];
    assert(first < one->firsts && second < one->seconds);
    return &one->cells[(first * one->seconds + second) * one->width];
}

void metric_add(struct metric_set *set, size_t metric, size_t first, size_t second, int64_t value)
{
    assert(set->metrics[metric].kind->type == METRIC_GAUGE || value >= 0);
    atomic_fetch_add_explicit(cell(set, metric, first, second), value, memory_order_relaxed);
}

void metric_set_value(struct metric_set *set, size_t metric, size_t first, size_t second,
                      int64_t value)
{
    assert(set->metrics[metric].kind->type == METRIC_GAUGE);
    atomic_store_explicit(cell(set, metric, first, second), value, memory_order_relaxed);
}

void metric_observe(struct metric_set *set, size_t metric, size_t first, size_t second, int64_t raw)
{
    atomic_int_fast64_t *cells = cell(set, metric, first, second);
    const struct metric *one = &set->metrics[metric];
    assert(one->kind->type == METRIC_HISTOGRAM);
    size_t bucket = 0;
    while (bucket < one->buckets && raw > one->kind->buckets[bucket])
        bucket++;
    atomic_fetch_add_explicit(&cells[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&cells[one->buckets + 1], raw, memory_order_relaxed);
}

int64_t metric_value(const struct metric_set *set, size_t metric, size_t first, size_t second)
{
    return atomic_load_explicit(cell(set, metric, first, second), memory_order_relaxed);
}

/* raw / scale in decimal, exactly: 1250 at 1000000 is 0.00125. */
static void number_write(FILE *out, int64_t raw, int64_t scale)
{
    uint64_t size = raw < 0 ? 0 - (uint64_t)raw : (uint64_t)raw,
             unit = (uint64_t)(scale ? scale : 1);
    fprintf(out, "%s%" PRIu64, raw < 0 ? "-" : "", size / unit);
    uint64_t rest = size % unit;
    if (rest)
        fputc('.', out);
    while (rest) {
        unit /= 10;
        fputc((int)('0' + rest / unit), out);
        rest %= unit;
    }
}

/* {label="value",…,le="0.5"}; `le_raw` NULL: none. */
static void labels_write(FILE *out, const struct metric *metric, size_t first, size_t second,
                         const char *le)
{
    const size_t at[METRIC_LABELS_MAX] = {first, second};
    const char *separator = "{";
    for (size_t i = 0; i < METRIC_LABELS_MAX; i++) {
        const struct metric_label *label = &metric->kind->labels[i];
        if (!label->name)
            continue;
        fprintf(out, "%s%s=\"", separator, label->name);
        for (const char *value = label->values[at[i]]; *value; value++) {
            if (*value == '"' || *value == '\\')
                fputc('\\', out);
            if (*value == '\n')
                fputs("\\n", out);
            else
                fputc(*value, out);
        }
        fputc('"', out);
        separator = ",";
    }
    if (le)
        fprintf(out, "%sle=\"%s\"", separator, le);
    if (le || *separator == ',')
        fputc('}', out);
}

static void histogram_write(FILE *out, const struct metric *metric, size_t first, size_t second)
{
    const struct metric_kind *kind = metric->kind;
    atomic_int_fast64_t *cells = &metric->cells[(first * metric->seconds + second) * metric->width];
    int64_t count = 0;
    for (size_t i = 0; i <= metric->buckets; i++) {
        char *le = NULL;
        size_t size;
        FILE *bound = open_memstream(&le, &size);
        if (!bound)
            abort();
        if (i < metric->buckets)
            number_write(bound, kind->buckets[i], kind->scale);
        else
            fputs("+Inf", bound);
        fclose(bound);
        count += atomic_load_explicit(&cells[i], memory_order_relaxed);
        fprintf(out, "%s_bucket", kind->name);
        labels_write(out, metric, first, second, le);
        fprintf(out, " %" PRId64 "\n", count);
        free(le);
    }
    fprintf(out, "%s_sum", kind->name);
    labels_write(out, metric, first, second, NULL);
    fputc(' ', out);
    number_write(out, atomic_load_explicit(&cells[metric->buckets + 1], memory_order_relaxed),
                 kind->scale);
    fprintf(out, "\n%s_count", kind->name);
    labels_write(out, metric, first, second, NULL);
    /* The same sum as +Inf, so that the two never disagree within one scrape. */
    fprintf(out, " %" PRId64 "\n", count);
}

static void metric_write(FILE *out, const struct metric *metric)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    const struct metric_kind *kind = metric->kind;
    fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", kind->name, kind->help, kind->name,
            types[kind->type]);
    for (size_t first = 0; first < metric->firsts; first++) {
        for (size_t second = 0; second < metric->seconds; second++) {
            if (kind->type == METRIC_HISTOGRAM) {
                histogram_write(out, metric, first, second);
                continue;
            }
            size_t at = first * metric->seconds + second;
            int64_t value = kind->read
                                ? kind->read(first, second, kind->context)
                                : atomic_load_explicit(&metric->cells[at], memory_order_relaxed);
            fputs(kind->name, out);
            labels_write(out, metric, first, second, NULL);
            fputc(' ', out);
            number_write(out, value, kind->scale);
            fputc('\n', out);
        }
    }
}

char *metrics_write(struct metrics *metrics, size_t *size)
{
    char *text;
    FILE *out = open_memstream(&text, size);
    if (!out)
        abort();
    pthread_mutex_lock(&metrics->mutex);
    for (const struct metric_set *set = metrics->sets; set; set = set->next)
        for (size_t i = 0; i < set->count; i++)
            metric_write(out, &set->metrics[i]);
    pthread_mutex_unlock(&metrics->mutex);
    if (fclose(out) != 0)
        abort();
    return text;
}
