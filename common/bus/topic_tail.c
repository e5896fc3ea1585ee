/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/topic_tail.h"

enum { WINDOW_FIRST = 64, WINDOW_GROWTH = 8 };

struct looking {
    struct topic_tail *tail;
    int64_t records;
};

static bool is_higher(const struct topic_mark *mark, const struct topic_mark *than)
{
    return mark->epoch != than->epoch ? mark->epoch > than->epoch : mark->position > than->position;
}

static bool look(void *context, const struct incoming *incoming)
{
    struct looking *looking = context;
    struct topic_tail *tail = looking->tail;
    if (incoming->kind == INCOMING_RECORD) {
        const struct record *record = &incoming->record;
        struct topic_mark mark = {record->epoch, record->position, record->hash, incoming->offset};
        looking->records++;
        if (!tail->has_record || mark.offset > tail->last.offset)
            tail->last = mark;
        if (!tail->has_record || is_higher(&mark, &tail->highest))
            tail->highest = mark;
        tail->has_record = true;
    } else if (incoming->kind == INCOMING_TICK) {
        const struct feed_tick *tick = &incoming->tick;
        if (!tail->has_tick || tick->epoch > tail->tick.epoch ||
            (tick->epoch == tail->tick.epoch && incoming->offset > tail->tick_offset)) {
            tail->tick = *tick;
            tail->tick_offset = incoming->offset;
        }
        tail->has_tick = true;
    } else if (incoming->kind == INCOMING_MALFORMED) {
        tail->malformed++;
    }
    return true;
}

enum error topic_tail_find(struct reader *reader, const char *topic, int32_t partition,
                           int64_t from, struct topic_tail *tail, int32_t timeout_ms,
                           struct problem *problem)
{
    *tail = (struct topic_tail){.tick_offset = -1};
    enum error error =
        reader_watermarks(reader, topic, partition, &tail->low, &tail->high, timeout_ms, problem);
    if (error)
        return error;
    struct looking looking = {.tail = tail};
    if (from >= 0) {
        tail->from = from;
        return reader_scan(reader, topic, partition, from, tail->high, timeout_ms, look, &looking,
                           problem);
    }
    int64_t end = tail->high, window = WINDOW_FIRST;
    tail->from = end;
    while (!error && end > tail->low && looking.records < TOPIC_TAIL_RECORDS) {
        int64_t start = end - window > tail->low ? end - window : tail->low;
        error =
            reader_scan(reader, topic, partition, start, end, timeout_ms, look, &looking, problem);
        tail->from = end = start;
        window *= WINDOW_GROWTH;
    }
    return error;
}
