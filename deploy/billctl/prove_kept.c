/* SPDX-License-Identifier: Apache-2.0
 * Proof of what is put aside: handovers under way, waiting and parked works are exactly those whose
 * events say so and that no later event ended. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/common/v1/house.pb-c.h"
#include "common/database/statement.h"
#include "common/eventlog/memory/memory_map.h"
#include "deploy/billctl/prove_inside.h"

/* One work: begun +1, ended -1. Shards are read one after the other, so an end may be met before
 * its beginning. */
struct kept_work {
    int balance;
    int32_t shard;
    int64_t position;
    char key[UUID_TEXT_SIZE];
    char *place; /* of a parked message: where it came from; NULL otherwise */
};

enum kept_sort { KEPT_HANDOVER, KEPT_WAITING, KEPT_PARKED, KEPT_SORTS };

struct kept_ids {
    struct memory_map works[KEPT_SORTS]; /* 16 bytes -> struct kept_work */
    struct memory_map parked_places;     /* "topic/partition/position" -> itself */
    int64_t begun[KEPT_SORTS];
};

static void work_free(void *value)
{
    struct kept_work *work = value;
    free(work->place);
    free(work);
}

struct kept_ids *kept_ids_new(void)
{
    struct kept_ids *kept = calloc(1, sizeof *kept);
    assert(kept);
    return kept;
}

void kept_ids_free(struct kept_ids *kept)
{
    if (!kept)
        return;
    for (size_t i = 0; i < KEPT_SORTS; i++)
        memory_map_fini(&kept->works[i], work_free);
    memory_map_fini(&kept->parked_places, free);
    free(kept);
}

static char *place_text(const char *topic, int32_t partition, int64_t position)
{
    char *text = NULL;
    int length = asprintf(&text, "%s/%d/%lld", topic, partition, (long long)position);
    assert(length > 0);
    return text;
}

/* NULL: the id is no id. A work whose balance is zero again is forgotten. */
static void change(struct kept_ids *kept, enum kept_sort sort, const char *id, int by,
                   const struct record *record, const char *key, const char *place)
{
    struct uuid uuid;
    if (uuid_parse(&uuid, id, NULL) != OK)
        return;
    struct kept_work *work = memory_map_get(&kept->works[sort], uuid.b, sizeof uuid.b);
    if (!work) {
        work = calloc(1, sizeof *work);
        assert(work);
        memory_map_put(&kept->works[sort], uuid.b, sizeof uuid.b, work);
    }
    work->balance += by;
    if (by > 0) {
        kept->begun[sort]++;
        work->shard = record->shard;
        work->position = record->position;
        snprintf(work->key, sizeof work->key, "%s", key);
        work->place = place ? strdup(place) : NULL;
    }
    if (work->balance == 0) {
        memory_map_take(&kept->works[sort], uuid.b, sizeof uuid.b);
        work_free(work);
    }
}

static void see_parked(struct kept_ids *kept, const struct record *record,
                       const Common__MessageParked *event)
{
    char *place = NULL;
    if (!strcmp(event->origin, "message")) {
        place = place_text(event->topic, (int32_t)event->partition, event->position);
        free(memory_map_put(&kept->parked_places, place, strlen(place), strdup(place)));
    }
    change(kept, KEPT_PARKED, event->parked_id, 1, record, event->held_key, place);
    free(place);
}

/* Redriven: processed and projected after all. Its parking stands earlier in the same shard. */
static void see_redriven(struct kept_ids *kept, const struct record *record,
                         const Common__MessageRedriven *event)
{
    struct uuid uuid;
    if (uuid_parse(&uuid, event->parked_id, NULL) != OK)
        return;
    const struct kept_work *work = memory_map_get(&kept->works[KEPT_PARKED], uuid.b, sizeof uuid.b);
    if (work && work->place)
        free(memory_map_take(&kept->parked_places, work->place, strlen(work->place)));
    change(kept, KEPT_PARKED, event->parked_id, -1, record, "", NULL);
}

void kept_ids_see(struct kept_ids *kept, const struct record *record,
                  const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *type = message->descriptor;
    if (type == &common__handed_over__descriptor) {
        const Common__HandedOver *event = (const Common__HandedOver *)message;
        change(kept, KEPT_HANDOVER, event->handover_id, 1, record, event->target_key, NULL);
    } else if (type == &common__handover_taken__descriptor) {
        change(kept, KEPT_HANDOVER, ((const Common__HandoverTaken *)message)->handover_id, -1,
               record, "", NULL);
    } else if (type == &common__message_waits__descriptor) {
        const Common__MessageWaits *event = (const Common__MessageWaits *)message;
        change(kept, KEPT_WAITING, event->waiting_id, 1, record, event->key, NULL);
    } else if (type == &common__message_resumed__descriptor) {
        change(kept, KEPT_WAITING, ((const Common__MessageResumed *)message)->waiting_id, -1,
               record, "", NULL);
    } else if (type == &common__message_parked__descriptor) {
        see_parked(kept, record, (const Common__MessageParked *)message);
    } else if (type == &common__message_redriven__descriptor) {
        see_redriven(kept, record, (const Common__MessageRedriven *)message);
    } else if (type == &common__message_discarded__descriptor) {
        change(kept, KEPT_PARKED, ((const Common__MessageDiscarded *)message)->parked_id, -1,
               record, "", NULL);
    }
}

bool kept_ids_parked(const struct kept_ids *kept, const char *topic, int32_t partition,
                     int64_t position)
{
    if (!kept->parked_places.n_live)
        return false;
    char *place = place_text(topic, partition, position);
    bool found = memory_map_get(&kept->parked_places, place, strlen(place)) != NULL;
    free(place);
    return found;
}

/* ---- against the tables ---- */

static const struct {
    const char *name;
    struct statement rows;
} sorts[KEPT_SORTS] = {
    {"handover",
     {"prove_handovers", "SELECT id, key, source_shard, source_position FROM handover ORDER BY id",
      false}},
    {"waiting",
     {"prove_waiting", "SELECT id, key, shard, 0::int8 FROM waiting ORDER BY id", false}},
    {"parked", {"prove_parked", "SELECT id, key, shard, 0::int8 FROM parked ORDER BY id", false}},
};

static void check_row(struct proof *proof, enum kept_sort sort, const struct rows *rows,
                      int32_t row, const struct kept_work *work)
{
    char id[UUID_TEXT_SIZE];
    uuid_format(id, rows_uuid(rows, row, 0));
    if (!work || work->balance != 1)
        proof_break(proof, "%s %s is stored, but no event says that it is under way",
                    sorts[sort].name, id);
    else if (strcmp(work->key, rows_text(rows, row, 1)) != 0 ||
             work->shard != rows_int16(rows, row, 2) ||
             (sort == KEPT_HANDOVER && work->position != rows_int64(rows, row, 3)))
        proof_break(proof, "%s %s: its row differs from event %d/%lld", sorts[sort].name, id,
                    work->shard, (long long)work->position);
}

static enum error check_sort(struct proving *proving, enum kept_sort sort, struct proof *proof,
                             int64_t *count, struct problem *problem)
{
    struct memory_map *works = &proving->kept->works[sort];
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(proving->database, &sorts[sort].rows, NULL, &rows, problem);
    if (error != OK)
        return error;
    *count = rows_count(&rows);
    for (int32_t row = 0; row < rows_count(&rows); row++) {
        struct uuid id = rows_uuid(&rows, row, 0);
        struct kept_work *work = memory_map_take(works, id.b, sizeof id.b);
        check_row(proof, sort, &rows, row, work);
        if (work)
            work_free(work);
    }
    memory_map_each(works, i)
    {
        const struct kept_work *work = works->items[i]->value;
        struct uuid id;
        char text[UUID_TEXT_SIZE];
        memcpy(id.b, works->items[i]->key, sizeof id.b);
        uuid_format(text, id);
        if (work->balance > 0)
            proof_break(proof, "%s %s is under way since %d/%lld and stands in no row",
                        sorts[sort].name, text, work->shard, (long long)work->position);
        else
            proof_break(proof, "%s %s was ended, but never begun", sorts[sort].name, text);
    }
    return OK;
}

static const struct statement count_parked = {
    "prove_parked_counts", "SELECT shard, count(*) FROM parked GROUP BY shard", false};

static enum error check_heads(struct proving *proving, struct proof *proof, struct problem *problem)
{
    int64_t counts[SHARDS_MAX] = {0};
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(proving->database, &count_parked, NULL, &rows, problem);
    if (error != OK)
        return error;
    for (int32_t row = 0; row < rows_count(&rows); row++)
        counts[rows_int16(&rows, row, 0)] = rows_int64(&rows, row, 1);
    for (int32_t shard = 0; shard < proving->shards; shard++)
        if (proving->heads[shard].parked != counts[shard])
            proof_break(proof, "shard %d: the head counts %d parked, the table holds %lld", shard,
                        proving->heads[shard].parked, (long long)counts[shard]);
    return OK;
}

enum error prove_kept(struct proving *proving, struct problem *problem)
{
    struct proof proof = {.name = "put aside", .service = proving->service->name};
    int64_t counts[KEPT_SORTS];
    for (enum kept_sort sort = 0; sort < KEPT_SORTS; sort++) {
        enum error error = check_sort(proving, sort, &proof, &counts[sort], problem);
        if (error != OK)
            return error;
    }
    enum error error = check_heads(proving, &proof, problem);
    if (error != OK)
        return error;
    if (!proof_print(&proof, "%lld handovers under way (of %lld), %lld waiting, %lld parked",
                     (long long)counts[KEPT_HANDOVER],
                     (long long)proving->kept->begun[KEPT_HANDOVER],
                     (long long)counts[KEPT_WAITING], (long long)counts[KEPT_PARKED]))
        proving->broken = true;
    return OK;
}
