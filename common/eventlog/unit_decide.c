/* SPDX-License-Identifier: Apache-2.0
 * Deciding one work: gives the handler its facts, takes its answer, and applies it to the states, series and indexes of
 * the unit, so that the next work sees it. */
#include <assert.h>
#include <stdio.h>

#include "billing/common/v1/house.pb-c.h"
#include "common/base/zone.h"
#include "common/eventlog/unit_inside.h"

static const ProtobufCMessage *facts_state(void *self, struct stream_ref ref, int64_t *version)
{
    struct unit *unit = self;
    struct unit_stream *stream = unit_stream(unit, ref.kind, ref.id);
    if (version)
        *version = stream && stream->loaded ? stream->version : 0;
    return stream && stream->loaded && stream->version ? stream->state : NULL;
}

static size_t facts_look_up(void *self, int index, const char *key, const struct stream_ref **refs)
{
    struct unit_look_up *look_up = unit_look_up(self, index, key);
    *refs = look_up->refs;
    return look_up->loaded ? look_up->n : 0;
}

static struct series_fact facts_series(void *self, const char *entity_id, const char *document_class, int32_t year)
{
    return unit_series_fact(self, entity_id, document_class, year, NULL);
}

static int32_t facts_zone_offset_s(void *self, const char *zone, int64_t instant_us)
{
    (void)self;
    const struct zone *found = zone_find(zone);
    return found ? zone_offset_s(found, instant_us) : 0;
}

struct facts_source unit_facts(struct unit *unit)
{
    return (struct facts_source){unit, facts_state, facts_look_up, facts_series, facts_zone_offset_s};
}

/* Year 0 stands for the declaration: it makes the entry that open locks by (entity, class). */
struct series_fact unit_series_fact(struct unit *unit, const char *entity_id, const char *document_class,
                                    int32_t year, struct unit_series **series)
{
    struct uuid entity;
    struct series_fact nothing = {.next = 1, .last_issue_days = INT32_MIN};
    if (uuid_parse(&entity, entity_id, NULL) != OK)
        return nothing;
    for (size_t i = 0; i < unit->n_series; i++) {
        struct unit_series *known = unit->series[i];
        if (known->year == year && uuid_equal(known->entity, entity) &&
            !strcmp(known->document_class, document_class)) {
            if (series)
                *series = known;
            return (struct series_fact){known->next, known->last_issue_days};
        }
    }
    if (!series)
        return nothing;
    UNIT_GROW(unit, series);
    struct unit_series *made = arena_zero(unit->arena, sizeof *made);
    *made = (struct unit_series){.entity = entity,
                                 .document_class = document_class,
                                 .year = year,
                                 .asked = year == 0,
                                 .next = 1,
                                 .last_issue_days = INT32_MIN};
    unit->series[unit->n_series++] = made;
    *series = made;
    return nothing;
}

static void take_numbers(struct unit *unit, const struct deciding *deciding)
{
    for (size_t i = 0; i < deciding->n_numbers; i++) {
        const struct taken_number *taken = &deciding->numbers[i];
        struct unit_series *series;
        unit_series_fact(unit, taken->entity_id, taken->document_class, taken->year, &series);
        series->next = taken->number + 1;
        series->last_issue_days = taken->issue_days;
        series->dirty = true;
    }
}

static struct deciding facts_for(struct unit *unit, const struct work *work, char decision_id[UUID_TEXT_SIZE],
                                 char entity_id[UUID_TEXT_SIZE])
{
    uuid_format(decision_id, work->decision_id);
    uuid_format(entity_id, work->record.entity_id);
    return (struct deciding){
        .arena = unit->arena,
        .source = unit_facts(unit),
        .now_us = unit->now_us,
        .actor = work->actor ? work->actor : "",
        .decision_id = decision_id,
        .cause = work->cause,
        .cause_entity_id = entity_id,
        .cause_posting_days = work->record.posting_days,
        .cause_occurred_us = work->record.occurred_us,
        .entity_id = entity_id,
        .posting_days = work->record.posting_days,
        .occurred_us = work->record.occurred_us ? work->record.occurred_us : unit->now_us,
    };
}

static enum error write_handover(struct unit *unit, struct work *work, const struct deciding *deciding, size_t index,
                                 struct appending *appending, struct problem *problem)
{
    const struct handing_over *handing = &deciding->handings[index];
    char number[24];
    snprintf(number, sizeof number, "%zu", index);
    struct uuid id = uuid_derive_text("handover", deciding->decision_id, number, NULL);
    char text[UUID_TEXT_SIZE];
    uuid_format(text, id);
    size_t size;
    uint8_t *payload = arena_pack(unit->arena, handing->command, &size);
    Common__HandedOver event = COMMON__HANDED_OVER__INIT;
    event.handover_id = text;
    event.target_key = handing->key;
    event.type = handing->command->descriptor->name;
    event.command = (ProtobufCBinaryData){size, payload};
    unit_stream(unit, KIND_HANDOVER, text)->loaded = true;
    struct emission emission = {.stream = {KIND_HANDOVER, arena_copy_text(unit->arena, text)},
                                .event = &event.base,
                                .entity_id = deciding->entity_id,
                                .posting_days = deciding->posting_days,
                                .occurred_us = deciding->occurred_us};
    enum error error = unit_append(unit, appending, &emission, problem);
    if (error != OK)
        return error;
    struct uuid entity = {{0}};
    if (deciding->entity_id && uuid_parse(&entity, deciding->entity_id, NULL) != OK)
        entity = (struct uuid){{0}};
    UNIT_GROW(unit, handovers);
    unit->handovers[unit->n_handovers++] = (struct unit_handover){
        .id = id,
        .target_shard = shard_of_key(handing->key, unit->shards),
        .source_shard = work->shard,
        .source_position = unit->heads[work->shard].position,
        .index = (int32_t)index,
        .type = handing->command->descriptor->name,
        .key = arena_copy_text(unit->arena, handing->key),
        .actor = work->actor ? work->actor : "",
        .command_key = work->command_key ? work->command_key : "",
        .traceparent = work->traceparent,
        .payload = payload,
        .payload_size = size,
        .hops = (uint8_t)(work->record.hops + 1),
        .entity = entity,
        .cause = {unit->model->topic_out, work->shard, unit->heads[work->shard].position},
        .occurred_us = deciding->occurred_us,
        .posting_days = deciding->posting_days,
    };
    return OK;
}

static bool kept_origin(const struct work *work)
{
    return work->origin == WORK_HANDOVER || work->origin == WORK_WAITING || work->origin == WORK_REDRIVEN;
}

static enum error apply(struct unit *unit, struct work *work, const struct deciding *deciding, struct problem *problem)
{
    size_t events = deciding->n_emissions + deciding->n_handings + (kept_origin(work) ? 1 : 0);
    if (events > UINT16_MAX)
        return problem_set(problem, ERR_TOO_LARGE, "", "", "%zu events in one decision", events);
    struct appending appending = {.work = work, .count = (uint16_t)events};
    for (size_t i = 0; i < deciding->n_emissions; i++) {
        enum error error = unit_append(unit, &appending, &deciding->emissions[i], problem);
        if (error != OK)
            return error;
    }
    for (size_t i = 0; i < deciding->n_handings; i++) {
        enum error error = write_handover(unit, work, deciding, i, &appending, problem);
        if (error != OK)
            return error;
    }
    take_numbers(unit, deciding);
    return OK;
}

static void answer(struct unit *unit, struct work *work, struct stream_ref subject)
{
    if (work->origin != WORK_COMMAND || !unit->answer)
        return;
    int64_t version = 0;
    const ProtobufCMessage *state = subject.id ? facts_state(unit, subject, &version) : NULL;
    work->position = unit->heads[work->shard].position;
    unit->answer(unit->answer_context, unit, work, subject, version, state);
}

static enum error refuse(struct unit *unit, struct work *work, const struct deciding *deciding,
                         struct problem *problem)
{
    work->refusal = deciding->refusal;
    snprintf(work->refusal_code, sizeof work->refusal_code, "%s", deciding->refusal->code);
    /* The words of the refusal, for the answer; its class is not an error's. */
    snprintf(work->problem.field, sizeof work->problem.field, "%s", deciding->field);
    snprintf(work->problem.rule, sizeof work->problem.rule, "%s", deciding->refusal->rule);
    snprintf(work->problem.detail, sizeof work->problem.detail, "%s",
             *deciding->detail ? deciding->detail : deciding->refusal->text);
    work->result = WORK_REFUSED;
    answer(unit, work, (struct stream_ref){0});
    return kept_origin(work) ? unit_release_kept(unit, work, "REFUSED", deciding->refusal->code, problem) : OK;
}

static bool expectation_holds(struct unit *unit, struct work *work)
{
    if (!work->expected.id)
        return true;
    int64_t version;
    facts_state(unit, work->expected, &version);
    return version == work->expected_version;
}

enum error unit_decide(struct unit *unit, struct work *work, struct problem *problem)
{
    static const struct refusal changed = {"precondition_failed", "RFC 9110 13.1.1",
                                           "the object has changed since it was read; read it again", 412};
    static const struct refusal early = {"predecessor_missing", "architecture 5",
                                         "what this command refers to has not arrived in this service yet", 409};
    char decision_id[UUID_TEXT_SIZE], entity_id[UUID_TEXT_SIZE];
    struct deciding deciding = facts_for(unit, work, decision_id, entity_id);
    if (!expectation_holds(unit, work))
        deciding_refuse(&deciding, &changed, "If-Match", NULL);
    else
        work->handler->decide(&deciding, work->message);
    if (deciding.verdict == VERDICT_WAIT && work->origin == WORK_COMMAND)
        deciding_refuse(&deciding, &early, "", NULL);

    switch (deciding.verdict) {
    case VERDICT_REFUSED:
        return refuse(unit, work, &deciding, problem);
    case VERDICT_WAIT:
        work->result = WORK_WAITS;
        return unit_keep_waiting(unit, work, deciding.awaited, problem);
    case VERDICT_DECIDED:
        break;
    }
    enum error error = apply(unit, work, &deciding, problem);
    if (error != OK)
        return error;
    work->result = WORK_APPLIED;
    answer(unit, work, deciding.subject);
    return kept_origin(work) ? unit_release_kept(unit, work, "APPLIED", "", problem) : OK;
}
