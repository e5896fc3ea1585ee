/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/gate.h"

enum { TAIL_TIMEOUT_MS = 10000 };

const char *gate_verdict_text(enum gate_verdict verdict)
{
    switch (verdict) {
    case GATE_OPEN:
        return "the topic ends inside the log";
    case GATE_AHEAD:
        return "the topic holds events that the database has lost; run billctl adopt";
    case GATE_DIFFERENT:
        return "topic and log show different histories; compare them with billctl decode, then billctl adopt";
    }
    return "";
}

/* A mark of the topic against our log: above its end, or at a place where the hashes must agree. */
static enum gate_verdict judge_mark(const struct gate_head *head, uint32_t epoch, int64_t position,
                                    const struct record_hash *theirs, const struct record_hash *ours)
{
    if (epoch > head->epoch || position > head->position)
        return GATE_AHEAD;
    if (epoch < head->epoch)
        return GATE_OPEN; /* of an epoch that we closed ourselves */
    return ours && record_hash_equal(theirs, ours) ? GATE_OPEN : GATE_DIFFERENT;
}

enum gate_verdict gate_judge(const struct gate_head *head, const struct topic_tail *tail,
                             const struct record_hash *at_highest, const struct record_hash *at_tick)
{
    enum gate_verdict verdict = GATE_OPEN;
    if (tail->has_record)
        verdict = judge_mark(head, tail->highest.epoch, tail->highest.position, &tail->highest.hash, at_highest);
    if (verdict == GATE_OPEN && tail->has_tick)
        verdict = judge_mark(head, tail->tick.epoch, tail->tick.position, &tail->tick.hash, at_tick);
    return verdict;
}

/* Our hash at a position: the head's, the origin, or from the log. *found false: beyond the log. */
static enum error hash_at(const struct store *store, struct arena *arena, int32_t shard, const struct gate_head *head,
                          int64_t position, const char *feed_id, struct record_hash *hash, bool *found,
                          struct problem *problem)
{
    *found = position <= head->position;
    if (position == 0)
        *hash = feed_origin(feed_id);
    if (position == head->position)
        *hash = head->hash;
    if (!*found || position == 0 || position == head->position)
        return OK;
    struct record *records;
    size_t n;
    enum error error = store->feed(store->self, arena, shard, position - 1, 1, &records, &n, problem);
    *found = error == OK && n == 1;
    if (*found)
        *hash = records[0].hash;
    return error;
}

/* "billing.invoicing.events" -> "/billing/invoicing" */
static const char *feed_of(struct arena *arena, const char *topic)
{
    return arena_text(arena, "/billing/%.*s", (int)(strlen(topic) - strlen("billing.") - strlen(".events")),
                      topic + strlen("billing."));
}

enum error gate_tail(struct reader *reader, const char *topic, int32_t shard, int64_t cursor_offset,
                     struct topic_tail *tail, struct problem *problem)
{
    enum error error = topic_tail_find(reader, topic, shard, cursor_offset, tail, TAIL_TIMEOUT_MS, problem);
    if (error == ERR_NOT_FOUND || (error == OK && cursor_offset >= 0 && !tail->has_record && tail->high > 0))
        error = topic_tail_find(reader, topic, shard, -1, tail, TAIL_TIMEOUT_MS, problem);
    return error;
}

enum error gate_compare(const struct store *store, struct arena *arena, const char *topic, int32_t shard,
                        const struct gate_head *head, const struct topic_tail *tail, enum gate_verdict *verdict,
                        struct problem *problem)
{
    struct record_hash highest, tick;
    bool has_highest = false, has_tick = false;
    const char *feed_id = feed_of(arena, topic);
    enum error error = OK;
    if (tail->has_record)
        error = hash_at(store, arena, shard, head, tail->highest.position, feed_id, &highest, &has_highest, problem);
    if (error == OK && tail->has_tick)
        error = hash_at(store, arena, shard, head, tail->tick.position, feed_id, &tick, &has_tick, problem);
    if (error != OK)
        return error;
    *verdict = gate_judge(head, tail, has_highest ? &highest : NULL, has_tick ? &tick : NULL);
    return OK;
}
