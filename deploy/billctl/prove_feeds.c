/* SPDX-License-Identifier: Apache-2.0
 * Proof of the feeds: what others heard of us and we of them are places in the logs with the very
 * hashes; what stands in the topics is the log. A topic is read whole and judged as any consumer
 * does; since both histories link, the same hash at the last position proves every record before
 * it. */
#include <stdio.h>
#include <string.h>

#include "common/database/statement.h"
#include "deploy/billctl/kafka.h"
#include "deploy/billctl/prove_inside.h"

enum { SILENCE_MS = 20000 };

static const struct statement read_hash = {
    "prove_hash",
    "SELECT e.envelope, h.position FROM shard_head h LEFT JOIN event e ON e.shard = h.shard AND "
    "e.position = $2::int8 "
    "WHERE h.shard = $1::int2",
    false,
};

/* Hash of the producer's event at a position and its head now. *found false: it has no such event.
 */
static enum error log_hash(struct database *database, const struct known_service *producer,
                           int32_t shard, int64_t position, struct record_hash *hash, int64_t *head,
                           bool *found, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_int16(&parameters, (int16_t)shard);
    parameters_int64(&parameters, position);
    enum error error = database_query(database, &read_hash, &parameters, &rows, problem);
    *found = false;
    *head = 0;
    if (error != OK || !rows_count(&rows))
        return error;
    *head = rows_int64(&rows, 0, 1);
    struct bytes envelope = rows_bytes(&rows, 0, 0);
    if (position == 0) {
        *hash = feed_origin(producer->feed_id);
        *found = true;
    } else if (envelope.size > HASH_BYTES) {
        memcpy(hash->b, envelope.data + envelope.size - HASH_BYTES, HASH_BYTES);
        *found = true;
    }
    return OK;
}

static enum error check_place(struct proof *proof, struct database *database,
                              const struct proved_place *place, struct problem *problem)
{
    struct record_hash hash;
    int64_t head;
    bool found;
    enum error error = log_hash(database, place->producer, place->partition, place->place.position,
                                &hash, &head, &found, problem);
    if (error != OK)
        return error;
    const char *topic = place->producer->topic;
    if (!found)
        proof_break(proof, "inbox %s/%d: applied up to %lld, the producer's log ends at %lld",
                    topic, place->partition, (long long)place->place.position, (long long)head);
    else if (!record_hash_equal(&hash, &place->place.hash))
        proof_break(
            proof,
            "inbox %s/%d: position %lld was applied with another hash than its producer's log has",
            topic, place->partition, (long long)place->place.position);
    return OK;
}

static enum error check_producer(struct proving *proving, const struct known_service *producer,
                                 struct proof *proof, int64_t *applied, struct problem *problem)
{
    DATABASE_AUTO struct database *database = NULL;
    enum error error = known_service_read(proving->tool, producer, &database, problem);
    for (size_t i = 0; i < proving->n_places && error == OK; i++) {
        if (proving->places[i].producer != producer)
            continue;
        *applied += proving->places[i].place.position;
        error = check_place(proof, database, &proving->places[i], problem);
    }
    return error;
}

enum error prove_places(struct proving *proving, struct problem *problem)
{
    struct proof proof = {.name = "inbox", .service = proving->service->name};
    struct proof relay = {.name = "relay", .service = proving->service->name};
    int64_t applied = 0, behind = 0;
    char text[32];
    for (size_t i = 0; i < proving->model->n_topics_in; i++) {
        const struct known_service *producer = known_service_of_topic(proving->model->topics_in[i]);
        enum error error =
            producer ? check_producer(proving, producer, &proof, &applied, problem) : OK;
        if (error != OK)
            return error;
    }
    if (proving->n_places != proving->model->n_topics_in * (size_t)proving->shards)
        proof_break(&proof, "%zu places, but %zu topics of %d partitions", proving->n_places,
                    proving->model->n_topics_in, proving->shards);
    for (int32_t shard = 0; shard < proving->shards; shard++) {
        const struct proved_head *head = &proving->heads[shard];
        behind += head->position - head->cursor;
        if (head->cursor > head->position)
            proof_break(&relay, "shard %d: published up to %lld, the log ends at %lld", shard,
                        (long long)head->cursor, (long long)head->position);
    }
    bool good = proof_print(&proof, "%zu partitions, %s events applied, as their producers' logs",
                            proving->n_places, count_text(text, applied));
    if (!proof_print(&relay, "%s events not published and read back yet",
                     count_text(text, behind)) ||
        !good)
        proving->broken = true;
    return OK;
}

/* ---- the topic ---- */

struct topic_walk {
    struct proving *proving;
    struct proof proof;
    struct feed_place place;
    int64_t records, repeated, ticks, foreign;
    bool stopped;
};

static void judge_record(struct topic_walk *walk, const struct incoming *incoming)
{
    enum feed_verdict verdict = strcmp(incoming->feed_id, walk->proving->service->feed_id)
                                    ? FEED_FORK
                                    : feed_judge(&walk->place, &incoming->record);
    switch (verdict) {
    case FEED_NEXT:
        feed_apply(&walk->place, &incoming->record, incoming->offset);
        walk->records++;
        return;
    case FEED_DUPLICATE:
    case FEED_OLD_EPOCH:
    case FEED_AHEAD:
        walk->repeated++;
        return;
    case FEED_FORK:
        proof_break(&walk->proof, "%s/%d offset %lld: position %lld does not follow position %lld",
                    incoming->topic, incoming->partition, (long long)incoming->offset,
                    (long long)incoming->record.position, (long long)walk->place.position);
        walk->stopped = true;
        return;
    }
}

static bool visit(void *context, const struct incoming *incoming)
{
    struct topic_walk *walk = context;
    if (incoming->kind == INCOMING_RECORD) {
        judge_record(walk, incoming);
    } else if (incoming->kind == INCOMING_TICK) {
        enum tick_verdict verdict = feed_tick_judge(&walk->place, &incoming->tick);
        walk->ticks++;
        if (verdict == TICK_COUNTS)
            feed_tick_apply(&walk->place, &incoming->tick);
        else if (verdict == TICK_FORK)
            proof_break(&walk->proof,
                        "%s/%d offset %lld: a tick shows position %lld with another hash",
                        incoming->topic, incoming->partition, (long long)incoming->offset,
                        (long long)incoming->tick.position);
    } else if (incoming->kind == INCOMING_MALFORMED) {
        walk->foreign++;
    } else if (incoming->kind == INCOMING_FOREIGN) {
        walk->foreign++;
    }
    return !walk->stopped;
}

static enum error check_partition(struct topic_walk *walk, struct reader *reader,
                                  struct database *database, int32_t shard, struct problem *problem)
{
    const struct known_service *service = walk->proving->service;
    int64_t cursor = walk->proving->heads[shard].cursor, head;
    struct record_hash hash;
    bool found;
    walk->place = feed_start(service->feed_id);
    walk->stopped = false;
    enum error error = reader_scan(reader, service->topic, shard, OFFSET_BEGINNING, -1, SILENCE_MS,
                                   visit, walk, problem);
    /* The log is asked after the topic was read: it may only have grown. */
    if (error == OK)
        error =
            log_hash(database, service, shard, walk->place.position, &hash, &head, &found, problem);
    if (error != OK || walk->stopped)
        return error;
    if (!found)
        proof_break(&walk->proof, "%s/%d holds position %lld, the log ends at %lld: billctl adopt",
                    service->topic, shard, (long long)walk->place.position, (long long)head);
    else if (!record_hash_equal(&hash, &walk->place.hash))
        proof_break(&walk->proof, "%s/%d: position %lld has another hash than the log",
                    service->topic, shard, (long long)walk->place.position);
    if (walk->place.position < cursor)
        proof_break(&walk->proof,
                    "%s/%d ends at position %lld, but %lld was read back: its tail is lost",
                    service->topic, shard, (long long)walk->place.position, (long long)cursor);
    return OK;
}

enum error prove_topic(struct proving *proving, struct problem *problem)
{
    struct topic_walk walk = {.proving = proving,
                              .proof = {.name = "topic", .service = proving->service->name}};
    const char *kafka;
    READER_AUTO struct reader *reader = NULL;
    DATABASE_AUTO struct database *database = NULL;
    enum error error = tool_setting(proving->tool, "BILLING_KAFKA", &kafka, problem);
    if (error != OK || !kafka)
        return error;
    error = kafka_reader(proving->tool, &reader, problem);
    if (error == OK)
        error = known_service_read(proving->tool, proving->service, &database, problem);
    for (int32_t shard = 0; shard < proving->shards && error == OK; shard++)
        error = check_partition(&walk, reader, database, shard, problem);
    if (error != OK)
        return error;
    char one[32], two[32];
    if (!proof_print(&walk.proof, "%s records as in the log, %s repeated, %lld ticks, %lld foreign",
                     count_text(one, walk.records), count_text(two, walk.repeated),
                     (long long)walk.ticks, (long long)walk.foreign))
        proving->broken = true;
    return OK;
}
