/* SPDX-License-Identifier: Apache-2.0
 * Preparing: everything about a work that needs no lock. What cannot be read is not an error of the batch: the work
 * keeps its problem, and is parked or failed when its turn comes. */
#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "common/eventlog/unit_inside.h"
#include "common/wire/message.h"

static void wish_for_head(struct unit *unit, struct work *work)
{
    work->shard = shard_of_key(work->key, unit->shards);
    unit->heads[work->shard].wanted = true;
}

static void register_declared(struct unit *unit, struct work *work)
{
    struct declaring *declared = &work->declaring;
    for (size_t i = 0; i < declared->n_streams; i++)
        unit_stream(unit, declared->streams[i].kind, declared->streams[i].id);
    for (size_t i = 0; i < declared->n_look_ups; i++) {
        const struct declared_look_up *wanted = &declared->look_ups[i];
        struct unit_look_up *look_up = unit_look_up(unit, wanted->index, wanted->key);
        if (look_up->loaded)
            continue;
        look_up->names_only = wanted->names_only;
        if (wanted->count_max > look_up->count_max)
            look_up->count_max = wanted->count_max;
    }
    for (size_t i = 0; i < declared->n_series; i++) {
        struct unit_series *found = NULL;
        unit_series_fact(unit, declared->series[i].entity_id, declared->series[i].document_class, 0, &found);
    }
}

/* The key of a work that cannot say its own: a message's is in its record, another work's is its decision. */
static void fall_back_key(struct work *work)
{
    if (work->origin == WORK_MESSAGE && strlen(work->record.key) == KEY_TEXT_BYTES)
        memcpy(work->key, work->record.key, UUID_TEXT_SIZE);
    else if (work->kept_key[0])
        memcpy(work->key, work->kept_key, UUID_TEXT_SIZE);
    else
        uuid_format(work->key, work->decision_id);
}

static enum error unpack(struct unit *unit, struct work *work)
{
    const char *type = work->record.type;
    work->descriptor = model_descriptor(unit->model, type);
    if (!work->descriptor) {
        if (work->origin == WORK_MESSAGE && model_ignores(unit->model, type))
            return OK;
        return problem_set(&work->problem, ERR_UNKNOWN_TYPE, "", "", "%s is neither handled nor named as ignored",
                           type);
    }
    if (work->record.hops > HOPS_MAX)
        return problem_set(&work->problem, ERR_HOPS, "", "", "hop %u of at most %d", work->record.hops, HOPS_MAX);
    work->handler = model_handler(unit->model, type);
    struct message_rules rules = {.bytes_max = RECORD_BYTES_MAX,
                                  .required = work->handler ? work->handler->required : NULL};
    return message_unpack(unit->arena, work->descriptor, work->record.payload, work->record.payload_size, &rules,
                          &work->message, &work->problem);
}

/* The ids of what a message causes derive from its place in its feed, so they are the same however often it comes. */
static void name_decision(struct unit *unit, struct work *work)
{
    char place[64];
    snprintf(place, sizeof place, "%d/%" PRId64, work->record.shard, work->record.position);
    work->decision_id = uuid_derive_text("decision", unit->model->feed_id, work->record.feed_id, place, NULL);
    work->cause = (struct cause){work->topic, work->partition, work->record.position};
    work->actor = arena_text(unit->arena, "service:%s", unit->model->name);
}

/* Its parking has an id of its own, so that reading the partition again does not park it twice. */
static void prepare_stray(struct unit *unit, struct work *work)
{
    char decision[UUID_TEXT_SIZE], id[UUID_TEXT_SIZE];
    uuid_format(decision, work->decision_id);
    uuid_format(id, uuid_derive_text("parked", decision, NULL));
    unit_stream(unit, KIND_PARKED, id);
    problem_set(&work->problem, ERR_MALFORMED, "", "", "not a message of a Duebook feed; only the relay may publish here");
}

void unit_prepare(struct unit *unit, struct work *work)
{
    struct problem known = work->problem; /* unit_park: why it will be put aside */
    work->handler = NULL;
    work->message = NULL;
    work->descriptor = NULL;
    work->refusal = NULL;
    work->refusal_code[0] = '\0';
    work->answer_status = 0;
    work->answer = NULL;
    work->answer_size = 0;
    work->declaring = (struct declaring){.arena = unit->arena};
    if (work->origin == WORK_MESSAGE)
        name_decision(unit, work);
    fall_back_key(work);
    if (work->origin == WORK_MESSAGE)
        unit_place(unit, work->topic, work->partition);
    if (work->origin == WORK_STRAY)
        prepare_stray(unit, work);
    else if (unpack(unit, work) != OK)
        work->message = NULL;
    if (known.error != OK)
        work->problem = known;
    if (work->handler && work->message) {
        work->handler->declare(&work->declaring, work->message);
        const char *key = work->declaring.key;
        struct uuid parsed;
        if (!key || uuid_parse(&parsed, key, NULL) != OK) {
            problem_set(&work->problem, ERR_MALFORMED, "", "", "the id that picks the shard is not a 36-character lower-case UUID");
        } else {
            memcpy(work->key, key, UUID_TEXT_SIZE);
            register_declared(unit, work);
        }
    }
    char id[UUID_TEXT_SIZE];
    uuid_format(id, work->kept_id);
    if (work->origin == WORK_HANDOVER)
        unit_stream(unit, KIND_HANDOVER_TAKEN, id);
    if (work->origin == WORK_WAITING)
        unit_stream(unit, KIND_WAITING, id);
    if (work->origin == WORK_REDRIVEN)
        unit_stream(unit, KIND_PARKED, id);
    if (work->handler || work->problem.error != OK || work->origin == WORK_REDRIVEN)
        wish_for_head(unit, work);
}

void unit_prepare_more(struct unit *unit, struct work *work)
{
    struct facts_source facts = unit_facts(unit);
    work->declaring.source = &facts;
    size_t streams = work->declaring.n_streams, look_ups = work->declaring.n_look_ups;
    work->handler->declare_more(&work->declaring, work->message);
    work->declaring.source = NULL;
    struct declaring later = work->declaring;
    later.streams += streams;
    later.n_streams -= streams;
    later.look_ups += look_ups;
    later.n_look_ups -= look_ups;
    later.n_series = 0; /* series are locked before states are read: they cannot be named now */
    struct declaring whole = work->declaring;
    work->declaring = later;
    register_declared(unit, work);
    work->declaring = whole;
}
