/* SPDX-License-Identifier: Apache-2.0 */
#include "story_play.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "billing/common/v1/house.pb-c.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "common/eventlog/house.h"
#include "common/wire/message.h"
#include "story_message.h"

enum { UNIT_ARENA_BYTES = 64 << 20, KEPT_MAX = 64, TOPICS_MAX = 16 };

/* Where a foreign feed stands. */
struct story_feed {
    char service[32], topic[96], feed_id[64];
    struct feed_place place;
};

struct story_stage {
    struct service_model model; /* the service's, and a handler that seeds each own event */
    const struct service_model *real;
    struct arena *arena, unit_arena, kept_arena;
    struct story_names names;
    struct memory_store *store;
    struct memory_session *session;
    struct unit *unit;
    int64_t now_us;
    const char *actor;
    size_t n_works;
    struct story_feed feeds[TOPICS_MAX];
    size_t n_feeds;
};

/* A given event on its way into its stream: handlers are pure functions of a message, so where it
 * belongs stands beside. One story plays at a time. */
static struct {
    struct stream_ref stream;
    const char *entity_id;
    int32_t posting_days;
} seeding;

static void seed_declare(struct declaring *declaring, const ProtobufCMessage *message)
{
    (void)message;
    declare_key(declaring, seeding.stream.id);
    declare_stream(declaring, seeding.stream.kind, seeding.stream.id);
}

static void seed_decide(struct deciding *deciding, const ProtobufCMessage *message)
{
    deciding_books(deciding, seeding.entity_id, seeding.posting_days, 0);
    deciding_emit(deciding, seeding.stream.kind, seeding.stream.id, message);
}

static void add_seeders(struct story_stage *stage)
{
    const struct service_model *real = stage->real;
    size_t n = real->n_handlers;
    for (size_t k = 0; k < real->n_kinds; k++)
        n += real->kinds[k].n_evolutions;
    struct handler *handlers = arena_get(stage->arena, n * sizeof *handlers);
    if (real->n_handlers) /* a service may only hear */
        memcpy(handlers, real->handlers, real->n_handlers * sizeof *handlers);
    n = real->n_handlers;
    for (size_t k = 0; k < real->n_kinds; k++)
        for (size_t e = 0; e < real->kinds[k].n_evolutions; e++)
            handlers[n++] = (struct handler){.message = real->kinds[k].evolutions[e].event,
                                             .declare = seed_declare,
                                             .decide = seed_decide};
    stage->model = *real;
    stage->model.handlers = handlers;
    stage->model.n_handlers = n;
}

struct story_stage *story_stage_new(const struct service_model *model, struct arena *arena)
{
    struct story_stage *stage = calloc(1, sizeof *stage);
    assert(stage);
    stage->real = model;
    stage->arena = arena;
    stage->names.arena = arena;
    stage->actor = "clerk";
    arena_init(&stage->unit_arena, UNIT_ARENA_BYTES);
    arena_init(&stage->kept_arena, UNIT_ARENA_BYTES);
    add_seeders(stage);
    stage->store = memory_store_new(&stage->model, 1);
    stage->session = memory_session_new(stage->store, NULL);
    stage->unit = calloc(1, sizeof *stage->unit);
    assert(stage->unit);
    stage->now_us = days_from_civil(2026, 1, 1) * DAY_US;
    memory_store_set_time(stage->store, stage->now_us);
    return stage;
}

void story_stage_free(struct story_stage *stage)
{
    memory_store_free(stage->store);
    arena_fini(&stage->unit_arena);
    arena_fini(&stage->kept_arena);
    free(stage->unit);
    free(stage);
}

/* ---- works ---- */

/* "billing.payments.v1.X" is told by payments; tokens (billing.access) by invoicing. */
static void service_of_type(const char *type, char service[32])
{
    const char *start = type + strlen("billing.");
    snprintf(service, 32, "%.*s", (int)strcspn(start, "."), start);
    if (!strcmp(service, "access"))
        snprintf(service, 32, "invoicing");
}

static struct story_feed *feed_of(struct story_stage *stage, const char *service)
{
    for (size_t i = 0; i < stage->n_feeds; i++)
        if (!strcmp(stage->feeds[i].service, service))
            return &stage->feeds[i];
    assert(stage->n_feeds < TOPICS_MAX);
    struct story_feed *feed = &stage->feeds[stage->n_feeds++];
    snprintf(feed->service, sizeof feed->service, "%s", service);
    snprintf(feed->topic, sizeof feed->topic, "billing.%s.events", service);
    snprintf(feed->feed_id, sizeof feed->feed_id, "/billing/%s", service);
    feed->place = feed_start(feed->feed_id);
    return feed;
}

static void fill_message(struct story_stage *stage, struct work *work, struct story_feed *feed,
                         const struct story_told *told)
{
    struct record *record = &work->record;
    work->origin = WORK_MESSAGE;
    work->topic = feed->topic;
    record->feed_id = feed->feed_id;
    record->position = feed->place.position + 1;
    record->event_id = uuid_derive_text("story", feed->topic, record->type, NULL);
    record->stream_kind = "story";
    record->version = 1;
    record->posting_days = told->posting_days;
    record->occurred_us = record->recorded_us = stage->now_us;
    record->actor = record->cause_topic = record->command_key = "";
    if (*told->entity_id)
        (void)!uuid_parse(&record->entity_id, told->entity_id, NULL);
    memcpy(record->key, told->key ? told->key : "00000000-0000-8000-8000-000000000000",
           UUID_TEXT_SIZE);
    uint8_t *header = arena_get(stage->arena, FEED_HEADER_BYTES_MAX);
    enum error error = record_seal(record, &feed->place.hash, header);
    assert(error == OK);
    feed_apply(&feed->place, record, record->position);
}

static struct work *make_work(struct story_stage *stage, const ProtobufCMessage *message,
                              const struct story_told *told)
{
    char number[24], service[32];
    struct work *work = arena_zero(stage->arena, sizeof *work);
    snprintf(number, sizeof number, "%zu", ++stage->n_works);
    work->record.type = message->descriptor->name;
    work->record.payload = arena_pack(stage->arena, message, &work->record.payload_size);
    service_of_type(message->descriptor->name, service);
    if (strcmp(service, stage->real->name)) {
        fill_message(stage, work, feed_of(stage, service), told);
        return work;
    }
    work->origin = WORK_COMMAND;
    work->actor = stage->actor;
    work->decision_id = uuid_derive_text("story work", number, NULL);
    return work;
}

static enum error run(struct story_stage *stage, struct work **works, size_t n,
                      struct problem *problem)
{
    struct unit_options options = {.model = &stage->model, .shards = 1};
    struct store door = memory_session_door(stage->session);
    memory_store_set_time(stage->store, ++stage->now_us);
    return unit_run(stage->unit, &stage->unit_arena, &options, &door, works, n, problem);
}

/* ---- what came ---- */

static void add(struct story_stage *stage, const char **answer, const char *head,
                const ProtobufCMessage *message, const char *extra)
{
    struct arena_buffer out = {.arena = stage->arena};
    arena_buffer_format(&out, "%s\n%s", head, extra);
    if (message)
        message_print(&out, message, 4);
    const char *text = story_text_print(&stage->names, arena_buffer_text(&out));
    *answer = arena_text(stage->arena, "%s%s", *answer, text);
}

static void add_handover(struct story_stage *stage, const char **answer,
                         const Common__HandedOver *handed)
{
    const ProtobufCMessageDescriptor *descriptor = model_descriptor(stage->real, handed->type);
    const ProtobufCMessage *command =
        descriptor
            ? arena_unpack(stage->arena, descriptor, handed->command.data, handed->command.len)
            : NULL;
    add(stage, answer,
        arena_text(stage->arena, "handed over %s",
                   descriptor ? descriptor->short_name : handed->type),
        command, "");
}

/* House events show only as what they mean. */
static size_t add_event(struct story_stage *stage, const char **answer, const struct record *record)
{
    const struct stream_kind *kind = model_kind_named(stage->real, record->stream_kind);
    const struct evolution *evolution = model_evolution(kind, record->type);
    const ProtobufCMessage *event =
        arena_unpack(stage->arena, evolution->event, record->payload, record->payload_size);
    assert(event);
    if (record->type == common__handed_over__descriptor.name) {
        add_handover(stage, answer, (const Common__HandedOver *)event);
        return 1;
    }
    if (house_kind(kind->code))
        return 0;
    char id[UUID_TEXT_SIZE], posting[64] = "";
    uuid_format(id, record->stream_id);
    if (record->posting_days != (int32_t)(stage->now_us / DAY_US)) {
        int64_t year;
        int month, day;
        civil_from_days(record->posting_days, &year, &month, &day);
        snprintf(posting, sizeof posting, "    @posting_date %04d-%02d-%02d\n", (int)year, month,
                 day);
    }
    add(stage, answer,
        arena_text(stage->arena, "then %s %s/%s", evolution->event->short_name, kind->name, id),
        event, posting);
    return 1;
}

static void add_result(struct story_stage *stage, const char **answer, const struct work *work,
                       size_t shown)
{
    const char *word = NULL;
    const char *code = work->refusal_code, *field = work->problem.field;
    switch (work->result) {
    case WORK_REFUSED:
        word = "refused";
        break;
    case WORK_PARKED:
        word = "parked";
        code = error_code(work->problem.error);
        break;
    case WORK_FAILED:
        word = "failed";
        code = error_code(work->problem.error);
        break;
    case WORK_HELD:
        word = "failed";
        code = "key_held";
        break;
    case WORK_IGNORED:
        add(stage, answer, "ignored", NULL, "");
        return;
    case WORK_WAITS: {
        const struct unit_kept *kept = stage->unit->n_kept ? &stage->unit->kept[0] : NULL;
        const struct stream_kind *kind = kept ? model_kind(stage->real, kept->awaited_kind) : NULL;
        char id[UUID_TEXT_SIZE] = "";
        if (kept)
            uuid_format(id, kept->awaited);
        add(stage, answer, arena_text(stage->arena, "waits %s/%s", kind ? kind->name : "", id),
            NULL, "");
        return;
    }
    case WORK_APPLIED:
    case WORK_OPEN:
    case WORK_REPLAYED:
    case WORK_CONFLICT:
    case WORK_DUPLICATE:
    case WORK_AHEAD:
    case WORK_FORKED:
    case WORK_DEFERRED:
        if (!shown)
            add(stage, answer, "nothing", NULL, "");
        return;
    }
    add(stage, answer, arena_text(stage->arena, "%s %s%s%s", word, code, *field ? " " : "", field),
        NULL, "");
}

static bool run_and_tell(struct story_stage *stage, struct work *work, const char **answer,
                         char *why, size_t size, int number)
{
    struct problem problem = {0};
    int64_t before = memory_store_head(stage->store, 0).position;
    enum error error = run(stage, &work, 1, &problem);
    if (error != OK)
        return story_complain(why, size, number, error_code(error), problem.detail);
    size_t shown = 0;
    for (int64_t at = before + 1; at <= memory_store_head(stage->store, 0).position; at++)
        shown += add_event(stage, answer, memory_store_record(stage->store, 0, at));
    add_result(stage, answer, work, shown);
    return true;
}

/* What was handed over, and what waited for a stream that is born now. */
static bool run_kept(struct story_stage *stage, const char **answer, char *why, size_t size,
                     int number)
{
    bool shards[SHARDS_MAX] = {true};
    for (int round = 0; round < 100; round++) {
        struct work *works[KEPT_MAX];
        size_t n;
        arena_reset(&stage->kept_arena);
        memory_kept_handovers(stage->store, &stage->kept_arena, shards, 1, works, &n);
        if (!n)
            memory_kept_waiting(stage->store, &stage->kept_arena, shards, 1, works, &n);
        if (!n)
            return true;
        if (!run_and_tell(stage, works[0], answer, why, size, number))
            return false;
    }
    return story_complain(why, size, number, "work is handed over for ever", "");
}

/* ---- items ---- */

static bool find_stream(struct story_stage *stage, const struct story_item *item,
                        const ProtobufCMessage *message, char *why, size_t size)
{
    const struct service_model *model = stage->real;
    const struct stream_kind *kind = NULL;
    const char *id = NULL;
    if (item->stream) {
        const char *slash = strchr(item->stream, '/');
        char name[64];
        snprintf(name, sizeof name, "%.*s", slash ? (int)(slash - item->stream) : 0, item->stream);
        kind = model_kind_named(model, name);
        id = slash ? story_id(&stage->names, slash + 1) : NULL;
    }
    for (size_t i = 0; i < model->n_kinds && !kind; i++)
        if (model_evolution(&model->kinds[i], message->descriptor->name))
            kind = &model->kinds[i];
    if (!kind)
        return story_complain(why, size, item->number, "no stream of the service holds",
                              message->descriptor->short_name);
    char field[72];
    snprintf(field, sizeof field, "%s_id", kind->name);
    id = id ? id : story_text_field(message, field);
    id = story_is_id(id) ? id : story_first_id(message);
    if (!story_is_id(id))
        return story_complain(why, size, item->number, "say the stream:", "given Type kind/id");
    seeding.stream = (struct stream_ref){kind->code, id};
    return true;
}

static bool play_given(struct story_stage *stage, const struct story_item *item, char *why,
                       size_t size)
{
    const ProtobufCMessageDescriptor *descriptor = story_type_find(&stage->model, item->argument);
    if (!descriptor)
        return story_complain(why, size, item->number, "the service does not know", item->argument);
    struct story_told told;
    const ProtobufCMessage *message =
        story_message_read(&stage->names, stage->now_us, item, descriptor, &told, why, size);
    if (!message)
        return false;
    if (!story_type_find(stage->real, item->argument)) {
        if (!find_stream(stage, item, message, why, size))
            return false;
        seeding.entity_id = told.entity_id;
        seeding.posting_days = told.posting_days;
    }
    const char *answer = "";
    struct work *work = make_work(stage, message, &told);
    if (!run_and_tell(stage, work, &answer, why, size, item->number) ||
        !run_kept(stage, &answer, why, size, item->number))
        return false;
    if (work->result != WORK_APPLIED && work->result != WORK_WAITS &&
        work->result != WORK_IGNORED) {
        snprintf(why, size, "line %d: given %s: %s", item->number, item->argument, answer);
        return false;
    }
    return true;
}

static bool play_when(struct story_stage *stage, const struct story_item *item, const char **answer,
                      char *why, size_t size)
{
    const ProtobufCMessageDescriptor *descriptor = story_type_find(stage->real, item->argument);
    if (!descriptor)
        return story_complain(why, size, item->number, "the service does not handle",
                              item->argument);
    struct story_told told;
    const ProtobufCMessage *message =
        story_message_read(&stage->names, stage->now_us, item, descriptor, &told, why, size);
    if (!message)
        return false;
    return run_and_tell(stage, make_work(stage, message, &told), answer, why, size, item->number) &&
           run_kept(stage, answer, why, size, item->number);
}

bool story_play(struct story_stage *stage, const struct story_item *item, const char **answer,
                char *why, size_t size)
{
    switch (item->kind) {
    case STORY_NOTE:
    case STORY_SERVICE:
        return true;
    case STORY_NOW:
        if (instant_parse(&stage->now_us, item->argument, NULL) != OK)
            return story_complain(why, size, item->number,
                                  "an instant is 2026-02-01T10:00:00Z, not", item->argument);
        memory_store_set_time(stage->store, stage->now_us);
        return true;
    case STORY_AS:
        stage->actor = item->argument;
        return true;
    case STORY_GIVEN:
        return play_given(stage, item, why, size);
    case STORY_WHEN:
        return play_when(stage, item, answer, why, size);
    }
    return false;
}
