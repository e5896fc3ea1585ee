/* SPDX-License-Identifier: Apache-2.0
 * Ticks: position and hash of the idle shards are read under their heads' lock and the time in the next statement, so
 * that no event with an earlier time can follow; then the lock is let go. A shard with a writer is not idle. */
#include "common/base/time.h"
#include "common/service/relay_inside.h"

static const struct statement lock_heads = {
    "tick_heads",
    "SELECT shard, position, hash, epoch FROM shard_head WHERE shard = ANY($1::int2[]) "
    "ORDER BY shard FOR UPDATE SKIP LOCKED",
    false,
};
static const struct statement read_time = {
    "tick_time", "SELECT clock_timestamp(), offset_us FROM clock_offset", false};

static bool due(const struct relay_shard *shard, int64_t now_us)
{
    return shard->lease.held && shard->tick_at_us <= now_us && shard->sent == shard->head.position;
}

static void wait_longer(struct relay_shard *shard, int64_t now_us)
{
    if (shard->tick_wait_us < SECOND_US)
        shard->tick_wait_us = SECOND_US;
    shard->tick_at_us = now_us + shard->tick_wait_us;
    shard->tick_wait_us = shard->tick_wait_us >= 16 * SECOND_US ? 30 * SECOND_US : shard->tick_wait_us * 2;
}

static enum error read_idle(struct relay *relay, const int16_t *shards, size_t n, struct rows *heads,
                            struct rows *times, struct problem *problem)
{
    struct database *database = postgres_store_database(relay->store);
    PARAMETERS_AUTO struct parameters parameters = {0};
    struct array *wanted = parameters_array(&parameters, SQL_INT16);
    for (size_t i = 0; i < n; i++)
        array_int16(wanted, shards[i]);
    enum error error = database_begin(database, problem);
    if (error == OK)
        error = database_query(database, &lock_heads, &parameters, heads, problem);
    if (error == OK)
        error = database_query(database, &read_time, NULL, times, problem);
    if (database_is_open(database))
        database_rollback(database);
    return error;
}

enum error relay_send_ticks(struct relay *relay, struct problem *problem)
{
    int16_t shards[SHARDS_MAX];
    size_t n = 0;
    int64_t now_us = monotonic_us();
    for (int32_t i = 0; i < relay->runtime->shards; i++)
        /* A closed shard knows less than its topic: its tick would be a lie that stands there for ever. */
        if (atomic_load(&relay->runtime->writable[i]) && due(&relay->shards[i], now_us))
            shards[n++] = (int16_t)i;
    if (!n)
        return OK;
    ROWS_AUTO struct rows heads = {0};
    ROWS_AUTO struct rows times = {0};
    enum error error = read_idle(relay, shards, n, &heads, &times, problem);
    if (error != OK || rows_count(&times) != 1)
        return error;
    atomic_store(&relay->runtime->clock_offset_us, rows_int64(&times, 0, 1));
    int64_t time_us = rows_timestamp(&times, 0, 0) + rows_int64(&times, 0, 1);
    for (int32_t row = 0; row < rows_count(&heads) && error == OK; row++) {
        struct relay_shard *shard = &relay->shards[rows_int16(&heads, row, 0)];
        if (rows_int64(&heads, row, 1) != shard->sent)
            continue; /* an event came meanwhile: it says more than a tick */
        struct feed_tick tick = {.epoch = (uint32_t)rows_int32(&heads, row, 3),
                                 .shard = shard->shard,
                                 .position = shard->sent,
                                 .time_us = time_us};
        memcpy(tick.hash.b, rows_bytes(&heads, row, 2).data, HASH_BYTES);
        error = publisher_tick(relay->publisher, relay->runtime->service->model->feed_id, &tick, problem);
        if (error == ERR_BUSY)
            return OK;
        wait_longer(shard, now_us);
    }
    return error;
}
