/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/decision.h"

#include <assert.h>
#include <stdio.h>

/* Room for one more element of a growing array in the arena. */
static void *grown(struct arena *arena, void *items, size_t count, size_t *max, size_t size)
{
    if (count < *max)
        return items;
    size_t wanted = *max ? *max * 2 : 4;
    void *bigger = arena_get(arena, wanted * size);
    if (!bigger)
        return NULL;
    if (count)
        memcpy(bigger, items, count * size);
    *max = wanted;
    return bigger;
}

#define GROW(arena, items, count, max)                                                             \
    ((items) = grown((arena), (items), (count), &(max), sizeof *(items)))

void declare_key(struct declaring *declaring, const char *id)
{
    assert(!declaring->key);
    declaring->key = id;
}

void declare_stream(struct declaring *declaring, int kind, const char *id)
{
    if (!id || strlen(id) != 36)
        return;
    if (GROW(declaring->arena, declaring->streams, declaring->n_streams, declaring->streams_max))
        declaring->streams[declaring->n_streams++] = (struct stream_ref){kind, id};
}

static void look_up(struct declaring *declaring, struct declared_look_up wanted)
{
    if (!wanted.key || !*wanted.key)
        return;
    if (GROW(declaring->arena, declaring->look_ups, declaring->n_look_ups, declaring->look_ups_max))
        declaring->look_ups[declaring->n_look_ups++] = wanted;
}

void declare_look_up(struct declaring *declaring, int index, const char *key)
{
    look_up(declaring, (struct declared_look_up){.index = index, .key = key});
}

void declare_look_up_names(struct declaring *declaring, int index, const char *key, uint32_t count_max)
{
    look_up(declaring, (struct declared_look_up){
                           .index = index, .key = key, .count_max = count_max, .names_only = true});
}

void declare_series(struct declaring *declaring, const char *entity_id, const char *document_class)
{
    if (GROW(declaring->arena, declaring->series, declaring->n_series, declaring->series_max))
        declaring->series[declaring->n_series++] = (struct declared_series){entity_id, document_class};
}

const void *deciding_state(const struct deciding *deciding, int kind, const char *id)
{
    if (!id || !*id)
        return NULL;
    return deciding->source.state(deciding->source.self, (struct stream_ref){kind, id}, NULL);
}

size_t deciding_look_up(const struct deciding *deciding, int index, const char *key, const struct stream_ref **refs)
{
    *refs = NULL;
    return key && *key ? deciding->source.look_up(deciding->source.self, index, key, refs) : 0;
}

int32_t deciding_local_days(const struct deciding *deciding, const char *zone, int64_t instant_us)
{
    const int64_t day_us = INT64_C(86400000000);
    int64_t offset_s = deciding->source.zone_offset_s(deciding->source.self, zone, instant_us);
    int64_t local_us = instant_us + offset_s * 1000000;
    int64_t days = local_us / day_us - (local_us % day_us < 0);
    return (int32_t)days;
}

void deciding_books(struct deciding *deciding, const char *entity_id, int32_t posting_days, int64_t occurred_us)
{
    deciding->entity_id = entity_id;
    deciding->posting_days = posting_days;
    deciding->occurred_us = occurred_us ? occurred_us : deciding->now_us;
}

void deciding_emit(struct deciding *deciding, int kind, const char *id, const ProtobufCMessage *event)
{
    assert(deciding->verdict == VERDICT_DECIDED);
    GROW(deciding->arena, deciding->emissions, deciding->n_emissions, deciding->emissions_max);
    deciding->emissions[deciding->n_emissions++] = (struct emission){
        .stream = {kind, id},
        .event = event,
        .entity_id = deciding->entity_id,
        .posting_days = deciding->posting_days,
        .occurred_us = deciding->occurred_us,
    };
    if (!deciding->subject.id)
        deciding->subject = (struct stream_ref){kind, id};
}

void deciding_hand_over(struct deciding *deciding, const char *key, const ProtobufCMessage *command)
{
    GROW(deciding->arena, deciding->handings, deciding->n_handings, deciding->handings_max);
    deciding->handings[deciding->n_handings++] = (struct handing_over){key, command};
}

int64_t deciding_take_number(struct deciding *deciding, const char *entity_id, const char *document_class,
                             int32_t year, int32_t issue_days)
{
    struct series_fact fact = deciding->source.series(deciding->source.self, entity_id, document_class, year);
    for (size_t i = 0; i < deciding->n_numbers; i++) {
        const struct taken_number *taken = &deciding->numbers[i];
        if (taken->year == year && !strcmp(taken->entity_id, entity_id) &&
            !strcmp(taken->document_class, document_class))
            fact = (struct series_fact){taken->number + 1, taken->issue_days};
    }
    if (issue_days < fact.last_issue_days)
        return 0;
    GROW(deciding->arena, deciding->numbers, deciding->n_numbers, deciding->numbers_max);
    deciding->numbers[deciding->n_numbers++] =
        (struct taken_number){entity_id, document_class, year, issue_days, fact.next};
    return fact.next;
}

void deciding_refuse(struct deciding *deciding, const struct refusal *refusal, const char *field, const char *detail,
                     ...)
{
    deciding->verdict = VERDICT_REFUSED;
    deciding->refusal = refusal;
    deciding->field = field ? field : "";
    deciding->detail = "";
    deciding->n_emissions = deciding->n_handings = deciding->n_numbers = 0;
    if (!detail)
        return;
    char text[256];
    va_list arguments;
    va_start(arguments, detail);
    vsnprintf(text, sizeof text, detail, arguments);
    va_end(arguments);
    deciding->detail = arena_copy_text(deciding->arena, text);
}

void deciding_wait(struct deciding *deciding, int kind, const char *id)
{
    deciding->verdict = VERDICT_WAIT;
    deciding->awaited = (struct stream_ref){kind, id};
    deciding->n_emissions = deciding->n_handings = deciding->n_numbers = 0;
}

void deciding_answer(struct deciding *deciding, int kind, const char *id)
{
    deciding->subject = (struct stream_ref){kind, id};
}
