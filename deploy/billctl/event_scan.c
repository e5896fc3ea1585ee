/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/billctl/event_scan.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/wire/message.h"

enum { ENVELOPE_IDS = 32, HEX_SHOWN = 512 };

enum error event_scan_begin(struct event_scan *scan, const struct known_service *service,
                            struct database *database, const struct type_codes *types,
                            const char *rest, struct problem *problem)
{
    char query[1024];
    int length = snprintf(
        query, sizeof query,
        "SELECT e.shard, e.position, e.kind, e.stream, e.version, e.type, e.envelope, e.payload "
        "FROM event e %s",
        rest);
    assert(length > 0 && (size_t)length < sizeof query);
    scan->service = service;
    scan->types = types;
    return copy_out_begin(&scan->copy, database, query, problem);
}

static enum error broken(const struct event_scan *scan, const char *what, struct problem *problem)
{
    return problem_set(problem, ERR_CORRUPT, "", "", "%s shard %d position %lld: %s",
                       scan->service->name, copy_out_int16(&scan->copy, 0),
                       (long long)copy_out_int64(&scan->copy, 1), what);
}

enum error event_scan_next(struct event_scan *scan, bool *more, struct problem *problem)
{
    enum error error = copy_out_next(&scan->copy, more, problem);
    if (error != OK || !*more)
        return error;
    const struct type_code *code = type_code_find(scan->types, copy_out_int16(&scan->copy, 5));
    struct bytes envelope = copy_out_bytes(&scan->copy, 6),
                 payload = copy_out_bytes(&scan->copy, 7);
    struct record *record = &scan->record;
    struct uuid key;
    if (!code)
        return broken(scan, "its type code stands in no table", problem);
    if (envelope.size <= ENVELOPE_IDS)
        return broken(scan, "its envelope is too short", problem);
    *record = (struct record){.feed_id = scan->service->feed_id,
                              .type = code->name,
                              .payload = payload.data,
                              .payload_size = payload.size};
    memcpy(record->event_id.b, envelope.data, sizeof record->event_id.b);
    memcpy(key.b, envelope.data + sizeof record->event_id.b, sizeof key.b);
    uuid_format(record->key, key);
    if (record_read(record, envelope.data + ENVELOPE_IDS, envelope.size - ENVELOPE_IDS,
                    scan->texts) != OK)
        return broken(scan, "its header is not of layout 1", problem);
    scan->kind = copy_out_int16(&scan->copy, 2);
    scan->stream = copy_out_uuid(&scan->copy, 3);
    scan->version = copy_out_int32(&scan->copy, 4);
    scan->descriptor = code->descriptor;
    if (record->shard != copy_out_int16(&scan->copy, 0) ||
        record->position != copy_out_int64(&scan->copy, 1) || record->version != scan->version ||
        !uuid_equal(record->stream_id, scan->stream))
        return broken(scan, "the columns are not those of its header", problem);
    return OK;
}

void event_scan_end(struct event_scan *scan)
{
    copy_out_abandon(&scan->copy);
}

/* ---- printing ---- */

static void print_hex(FILE *out, const uint8_t *bytes, size_t size, unsigned indent)
{
    size_t shown = size < HEX_SHOWN ? size : HEX_SHOWN;
    char text[HEX_TEXT_SIZE(HEX_SHOWN)];
    hex_encode(text, sizeof text, bytes_of(bytes, shown));
    fprintf(out, "%*shex %s%s (%zu bytes)\n", (int)indent, "", text, shown < size ? "…" : "", size);
}

bool payload_print(FILE *out, struct arena *arena, const char *type, const uint8_t *payload,
                   size_t size, unsigned indent)
{
    const ProtobufCMessageDescriptor *descriptor = known_type(type);
    struct arena_mark mark = arena_mark(arena);
    ProtobufCMessage *message = descriptor ? arena_unpack(arena, descriptor, payload, size) : NULL;
    if (message) {
        struct arena_buffer text = {.arena = arena};
        message_print(&text, message, indent);
        fwrite(text.data, 1, text.size, out);
    } else {
        print_hex(out, payload, size, indent);
    }
    arena_rewind(arena, mark);
    arena->exhausted = false;
    return message != NULL;
}

static void print_uuid(FILE *out, const char *name, struct uuid uuid)
{
    char text[UUID_TEXT_SIZE];
    uuid_format(text, uuid);
    if (!uuid_is_nil(uuid))
        fprintf(out, "  %-12s %s\n", name, text);
}

static void print_instant(FILE *out, const char *name, int64_t at_us)
{
    char text[INSTANT_TEXT_SIZE];
    if (at_us < INSTANT_MIN_US || at_us > INSTANT_MAX_US) {
        fprintf(out, "  %-12s %lld us\n", name, (long long)at_us);
        return;
    }
    instant_format(text, at_us);
    fprintf(out, "  %-12s %s\n", name, text);
}

static void print_text(FILE *out, const char *name, const char *text)
{
    if (text && *text)
        fprintf(out, "  %-12s %s\n", name, text);
}

void record_print(FILE *out, struct arena *arena, const char *topic, int64_t offset,
                  const struct record *record)
{
    char id[UUID_TEXT_SIZE], hash[HEX_TEXT_SIZE(HASH_BYTES)];
    int64_t year;
    int month, day;
    civil_from_days(record->posting_days, &year, &month, &day);
    uuid_format(id, record->stream_id);
    hex_encode(hash, sizeof hash, bytes_of(record->hash.b, HASH_BYTES));
    fprintf(out, "%s %s/%d/%lld", record->type, topic, record->shard, (long long)record->position);
    if (offset >= 0)
        fprintf(out, " offset %lld", (long long)offset);
    fprintf(out, "\n  %-12s %s/%s version %lld\n", "stream", record->stream_kind, id,
            (long long)record->version);
    print_text(out, "key", record->key);
    print_uuid(out, "event", record->event_id);
    print_uuid(out, "entity", record->entity_id);
    fprintf(out, "  %-12s %04lld-%02d-%02d\n", "posting date", (long long)year, month, day);
    print_instant(out, "occurred", record->occurred_us);
    print_instant(out, "recorded", record->recorded_us);
    print_text(out, "actor", record->actor);
    if (*record->cause_topic)
        fprintf(out, "  %-12s %s/%d/%lld\n", "cause", record->cause_topic, record->cause_partition,
                (long long)record->cause_position);
    print_text(out, "command key", record->command_key);
    print_uuid(out, "unit", record->unit_id);
    fprintf(out, "  %-12s %u of %u, hops %u, epoch %u\n", "in unit", record->unit_index + 1u,
            record->unit_count, record->hops, record->epoch);
    fprintf(out, "  %-12s %s\n  %-12s %zu bytes\n", "hash", hash, "payload", record->payload_size);
    payload_print(out, arena, record->type, record->payload, record->payload_size, 4);
}
