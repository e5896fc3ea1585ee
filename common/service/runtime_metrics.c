/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/runtime_metrics.h"

#include <stdlib.h>

static int64_t counter(size_t first, size_t second, void *context)
{
    (void)first;
    (void)second;
    return (int64_t)atomic_load((atomic_uint_fast64_t *)context);
}

static int64_t load(size_t first, size_t second, void *context)
{
    (void)first;
    (void)second;
    struct runtime *runtime = context;
    int64_t sum = 0;
    for (int32_t i = 0; i < runtime->n_workers; i++)
        sum += runtime->workers[i] ? (int64_t)worker_load(runtime->workers[i]) : 0;
    return sum;
}

static int64_t closed_shards(size_t first, size_t second, void *context)
{
    (void)first;
    (void)second;
    struct runtime *runtime = context;
    int64_t closed = 0;
    for (int32_t i = 0; i < runtime->shards; i++)
        closed += !atomic_load(&runtime->writable[i]);
    return closed;
}

static const struct {
    enum counter counter;
    const char *name, *help;
} counted[] = {
    {COUNT_APPLIED, "messaging_client_consumed_messages_total", "Messages applied or known and not needed."},
    {COUNT_DUPLICATES, "billing_consumer_duplicates_dropped_total", "Messages that had been applied before."},
    {COUNT_AHEAD, "billing_consumer_ahead_total", "Messages above the next of their feed; the relay repeats."},
    {COUNT_PARKED, "billing_parked_total", "Messages put aside since the start."},
    {COUNT_REFUSED, "billing_refused_total", "Decisions that were refusals."},
    {COUNT_WAITS, "billing_waits_total", "Messages that waited for a predecessor."},
    {COUNT_RETRIES, "billing_unit_retries_total", "Units of work that were rolled back and tried again."},
    {COUNT_FORKS, "billing_feed_forks_total", "Partitions stopped because they showed two histories."},
    {COUNT_UNITS, "billing_units_total", "Units of work committed."},
    {COUNT_EVENTS, "billing_events_total", "Events committed."},
    {COUNT_PUBLISHED, "messaging_client_sent_messages_total", "Events given to the producer."},
    {COUNT_READ_BACK, "billing_relay_read_back_total", "Events read back from the topic."},
    {COUNT_TICKS, "billing_ticks_total", "Ticks that were counted."},
    {COUNT_ZOMBIES_FENCED, "billing_zombie_fenced_total", "Times that a late holder found its lease gone."},
    {COUNT_STRAY, "billing_stray_messages_total", "Messages of our topics that are no records."},
};

void runtime_metrics_register(struct runtime *runtime)
{
    enum { N = sizeof counted / sizeof *counted };
    /* The table must outlive the metrics, which live as long as the process. */
    static struct metric_kind kinds[N + 2];
    for (size_t i = 0; i < N; i++)
        kinds[i] = (struct metric_kind){.type = METRIC_COUNTER,
                                        .name = counted[i].name,
                                        .help = counted[i].help,
                                        .read = counter,
                                        .context = &runtime->counters[counted[i].counter]};
    kinds[N] = (struct metric_kind){.type = METRIC_GAUGE,
                                    .name = "billing_queue_messages",
                                    .help = "Messages read from Kafka and not applied yet.",
                                    .read = load,
                                    .context = runtime};
    kinds[N + 1] = (struct metric_kind){.type = METRIC_GAUGE,
                                        .name = "billing_shards_closed",
                                        .help = "Shards that may not be written to.",
                                        .read = closed_shards,
                                        .context = runtime};
    metrics_register(runtime->metrics, kinds, N + 2);
}
