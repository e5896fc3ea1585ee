/* SPDX-License-Identifier: Apache-2.0
 * Proof of the streams: versions 1, 2, 3 … in one shard; stored snapshots are what a fresh fold
 * gives; look-ups and claims are what the events put and dropped. Events, snapshots and index
 * entries are read side by side in the order of their streams, so the memory needed is that of one
 * stream. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/wire/message.h"
#include "deploy/billctl/prove_inside.h"

enum { COMPACT_BYTES = 16 << 20 };

/* ---- index entries of one stream ---- */

struct entry {
    int index;
    char *key;
};

struct entries {
    struct entry *items;
    size_t n, max;
};

static void entries_put(struct entries *entries, int index, const char *key)
{
    for (size_t i = 0; i < entries->n; i++)
        if (entries->items[i].index == index && !strcmp(entries->items[i].key, key))
            return;
    if (entries->n == entries->max) {
        entries->max = entries->max ? entries->max * 2 : 16;
        entries->items = realloc(entries->items, entries->max * sizeof *entries->items);
        assert(entries->items);
    }
    char *copy = strdup(key);
    assert(copy);
    entries->items[entries->n++] = (struct entry){index, copy};
}

/* False: it was not there. */
static bool entries_drop(struct entries *entries, int index, const char *key)
{
    for (size_t i = 0; i < entries->n; i++)
        if (entries->items[i].index == index && !strcmp(entries->items[i].key, key)) {
            free(entries->items[i].key);
            entries->items[i] = entries->items[--entries->n];
            return true;
        }
    return false;
}

static void entries_clear(struct entries *entries)
{
    for (size_t i = 0; i < entries->n; i++)
        free(entries->items[i].key);
    entries->n = 0;
}

/* ---- three readings side by side ---- */

struct stream_name {
    struct uuid id;
    int kind;
};

static int name_compare(const struct stream_name *left, const struct stream_name *right)
{
    int order = uuid_compare(left->id, right->id);
    return order ? order : (left->kind > right->kind) - (left->kind < right->kind);
}

/* A reading that runs behind the events. */
struct beside {
    struct copy_out copy;
    bool more;
    struct stream_name at;
};

struct streams {
    struct proving *proving;
    struct proof versions, snapshots, indexes;
    int64_t n_streams, n_events, n_snapshots, n_entries;
    struct beside snapshot, entry;
    /* the stream at hand */
    struct stream_name name;
    char id[UUID_TEXT_SIZE];
    const struct stream_kind *kind;
    int32_t version, shard;
    int64_t last_position;
    ProtobufCMessage *state;
    struct entries entries;
    bool skipped; /* cannot be folded: told already */
};

/* Columns: stream, kind, … */
static enum error beside_next(struct beside *beside, struct problem *problem)
{
    enum error error = copy_out_next(&beside->copy, &beside->more, problem);
    if (error == OK && beside->more)
        beside->at =
            (struct stream_name){copy_out_uuid(&beside->copy, 0), copy_out_int16(&beside->copy, 1)};
    return error;
}

static void name_print(char text[120], const struct proving *proving,
                       const struct stream_name *name)
{
    char id[UUID_TEXT_SIZE];
    const struct stream_kind *kind = model_kind(proving->model, name->kind);
    uuid_format(id, name->id);
    snprintf(text, 120, "%s/%s", kind ? kind->name : "kind unknown", id);
}

/* ---- snapshots ---- */

static void compare_snapshot(struct streams *streams)
{
    struct proving *proving = streams->proving;
    const struct copy_out *copy = &streams->snapshot.copy;
    struct bytes stored = copy_out_bytes(copy, 5);
    char name[120];
    name_print(name, proving, &streams->name);
    if (copy_out_int16(copy, 4) != streams->shard)
        proof_break(&streams->snapshots, "%s: the snapshot says shard %d, its events stand in %d",
                    name, copy_out_int16(copy, 4), streams->shard);
    if (!streams->kind->state || !streams->state ||
        copy_out_int32(copy, 2) != (int32_t)streams->kind->fold_version)
        return; /* of an earlier fold: it is ignored by everybody */
    size_t size = protobuf_c_message_get_packed_size(streams->state);
    struct arena_mark mark = arena_mark(proving->arena);
    uint8_t *packed = arena_get(proving->arena, size + 1);
    bool same = packed && protobuf_c_message_pack(streams->state, packed) == size &&
                size == stored.size && (!size || !memcmp(packed, stored.data, size));
    if (!same) {
        ProtobufCMessage *read =
            arena_unpack(proving->arena, streams->kind->state, stored.data, stored.size);
        same = read && message_equal(read, streams->state);
    }
    arena_rewind(proving->arena, mark);
    if (!same)
        proof_break(&streams->snapshots,
                    "%s: the snapshot at version %d is not what its events fold to", name,
                    streams->version);
}

/* Snapshots of streams before the one at hand have no events. */
static enum error snapshots_until(struct streams *streams, const struct stream_name *name,
                                  struct problem *problem)
{
    enum error error = OK;
    while (error == OK && streams->snapshot.more &&
           (!name || name_compare(&streams->snapshot.at, name) < 0)) {
        char text[120];
        name_print(text, streams->proving, &streams->snapshot.at);
        proof_break(&streams->snapshots, "%s: a snapshot at version %d that no event explains",
                    text, copy_out_int32(&streams->snapshot.copy, 3));
        error = beside_next(&streams->snapshot, problem);
    }
    return error;
}

static enum error snapshot_reached(struct streams *streams, struct problem *problem)
{
    if (!streams->snapshot.more || name_compare(&streams->snapshot.at, &streams->name) != 0 ||
        copy_out_int32(&streams->snapshot.copy, 3) != streams->version)
        return OK;
    streams->n_snapshots++;
    compare_snapshot(streams);
    return beside_next(&streams->snapshot, problem);
}

/* ---- indexes ---- */

static void put(void *self, int index, const char *key, struct stream_ref ref)
{
    struct streams *streams = self;
    (void)ref;
    entries_put(&streams->entries, index, key);
}

static void drop(void *self, int index, const char *key, struct stream_ref ref)
{
    struct streams *streams = self;
    (void)ref;
    entries_drop(&streams->entries, index, key);
}

static void break_entry(struct streams *streams, const struct stream_name *name, int index,
                        const char *key, const char *what)
{
    char text[120];
    name_print(text, streams->proving, name);
    proof_break(&streams->indexes, "%s: %s under '%.100s' %s", text,
                index >= 0 && (size_t)index < streams->proving->model->n_indexes
                    ? streams->proving->model->indexes[index].name
                    : "an unknown index",
                key, what);
}

/* Takes the stored entries of the streams up to `name` (NULL: all) and holds those of it against
 * what its events say. */
static enum error entries_until(struct streams *streams, const struct stream_name *name,
                                struct problem *problem)
{
    enum error error = OK;
    while (error == OK && streams->entry.more &&
           (!name || name_compare(&streams->entry.at, name) <= 0)) {
        const struct copy_out *copy = &streams->entry.copy;
        struct bytes bytes = copy_out_bytes(copy, 3);
        int index = copy_out_int16(copy, 2);
        bool unique = copy_out_bool(copy, 4);
        char *key = strndup((const char *)bytes.data, bytes.size);
        assert(key);
        streams->n_entries++;
        if (!name || name_compare(&streams->entry.at, name) < 0 ||
            !entries_drop(&streams->entries, index, key))
            break_entry(streams, &streams->entry.at, index, key,
                        "is stored, but no event put it there");
        else if (streams->proving->model->indexes[index].unique != unique)
            break_entry(streams, name, index, key, "stands in the wrong table");
        free(key);
        error = beside_next(&streams->entry, problem);
    }
    for (size_t i = 0; name && error == OK && i < streams->entries.n; i++)
        break_entry(streams, name, streams->entries.items[i].index, streams->entries.items[i].key,
                    "is not stored");
    entries_clear(&streams->entries);
    return error;
}

/* ---- events ---- */

static enum error stream_end(struct streams *streams, bool rows_only, struct problem *problem)
{
    if (!streams->version || rows_only)
        return OK;
    if (streams->snapshot.more && name_compare(&streams->snapshot.at, &streams->name) == 0) {
        char text[120];
        name_print(text, streams->proving, &streams->name);
        proof_break(&streams->snapshots, "%s: a snapshot at version %d, the last event is %d", text,
                    copy_out_int32(&streams->snapshot.copy, 3), streams->version);
        enum error error = beside_next(&streams->snapshot, problem);
        if (error != OK)
            return error;
    }
    return entries_until(streams, &streams->name, problem);
}

static enum error stream_begin(struct streams *streams, const struct event_scan *scan,
                               bool rows_only, struct problem *problem)
{
    enum error error = stream_end(streams, rows_only, problem);
    streams->name = (struct stream_name){scan->stream, scan->kind};
    uuid_format(streams->id, scan->stream);
    streams->kind = model_kind(streams->proving->model, scan->kind);
    streams->version = 0;
    streams->shard = scan->record.shard;
    streams->last_position = 0;
    streams->state = NULL;
    streams->skipped = !streams->kind;
    streams->n_streams++;
    arena_reset(streams->proving->arena);
    if (error == OK && !rows_only)
        error = snapshots_until(streams, &streams->name, problem);
    return error;
}

static void check_version(struct streams *streams, const struct event_scan *scan)
{
    char name[120];
    name_print(name, streams->proving, &streams->name);
    if (streams->skipped && !streams->version)
        proof_break(&streams->versions, "%s: no stream kind %d is known", name, scan->kind);
    if (scan->version != streams->version + 1)
        proof_break(&streams->versions, "%s: version %d after %d", name, scan->version,
                    streams->version);
    if (scan->record.shard != streams->shard)
        proof_break(&streams->versions, "%s: version %d stands in shard %d, the first in %d", name,
                    scan->version, scan->record.shard, streams->shard);
    else if (scan->record.position <= streams->last_position)
        proof_break(&streams->versions, "%s: version %d stands before its predecessor", name,
                    scan->version);
    if (streams->kind && strcmp(streams->kind->name, scan->record.stream_kind) != 0)
        proof_break(&streams->versions, "%s: version %d is of a stream kind %s", name,
                    scan->version, scan->record.stream_kind);
}

/* Folding leaves old parts of the state behind; a long stream is packed and read again. */
static void compact(struct streams *streams)
{
    struct arena *arena = streams->proving->arena;
    if (arena->used < COMPACT_BYTES)
        return;
    size_t size = 0;
    uint8_t *packed = NULL;
    if (streams->state) {
        size = protobuf_c_message_get_packed_size(streams->state);
        packed = malloc(size + 1);
        assert(packed);
        protobuf_c_message_pack(streams->state, packed);
    }
    arena_reset(arena);
    if (packed)
        streams->state = arena_unpack(arena, streams->kind->state, packed, size);
    free(packed);
}

static void fold_event(struct streams *streams, const struct event_scan *scan, bool rows_only)
{
    struct proving *proving = streams->proving;
    const struct record *record = &scan->record;
    compact(streams);
    ProtobufCMessage *event =
        scan->descriptor && !streams->skipped
            ? arena_unpack(proving->arena, scan->descriptor, record->payload, record->payload_size)
            : NULL;
    if (!event) {
        if (!streams->skipped && !rows_only)
            proof_break(&streams->versions, "%s/%d/%lld: %s cannot be read", proving->service->name,
                        record->shard, (long long)record->position, record->type);
        streams->skipped = true;
        return;
    }
    model_fold(streams->kind, proving->arena, &streams->state, event);
    struct stream_ref ref = {scan->kind, streams->id};
    if (proving->model->index && scan->kind < KIND_PARKED && !rows_only) {
        struct indexing indexing = {streams, put, drop};
        proving->model->index(&indexing, ref, event, streams->state);
    }
    project_state(proving, record, ref, scan->version, streams->state);
}

static enum error take_event(struct streams *streams, const struct event_scan *scan, bool rows_only,
                             struct problem *problem)
{
    enum error error = OK;
    struct stream_name name = {scan->stream, scan->kind};
    if (!streams->version || name_compare(&name, &streams->name) != 0)
        error = stream_begin(streams, scan, rows_only, problem);
    if (!rows_only)
        check_version(streams, scan);
    fold_event(streams, scan, rows_only);
    streams->version = scan->version;
    streams->last_position = scan->record.position;
    streams->n_events++;
    return error == OK && !rows_only ? snapshot_reached(streams, problem) : error;
}

static enum error open_beside(struct streams *streams, struct database **database,
                              struct beside *beside, const char *query, struct problem *problem)
{
    enum error error = proving_connect(streams->proving, database, problem);
    if (error == OK)
        error = copy_out_begin(&beside->copy, *database, query, problem);
    return error == OK ? beside_next(beside, problem) : error;
}

static enum error read_all(struct streams *streams, bool rows_only, struct problem *problem)
{
    EVENT_SCAN_AUTO struct event_scan scan = {0};
    bool more = true;
    enum error error =
        event_scan_begin(&scan, streams->proving->service, streams->proving->database,
                         &streams->proving->types, "ORDER BY e.stream, e.kind, e.version", problem);
    while (error == OK) {
        error = event_scan_next(&scan, &more, problem);
        if (error == ERR_CORRUPT) { /* the proof of the links tells it */
            error = OK;
            continue;
        }
        if (error != OK || !more)
            break;
        error = take_event(streams, &scan, rows_only, problem);
    }
    if (error == OK)
        error = stream_end(streams, rows_only, problem);
    if (error == OK && !rows_only)
        error = snapshots_until(streams, NULL, problem);
    return error == OK && !rows_only ? entries_until(streams, NULL, problem) : error;
}

static void print(struct streams *streams)
{
    struct proving *proving = streams->proving;
    char one[32], two[32];
    bool good =
        proof_print(&streams->versions, "%s streams, %s versions",
                    count_text(one, streams->n_streams), count_text(two, streams->n_events));
    good = proof_print(&streams->snapshots, "%s stored states are the fold of their events",
                       count_text(one, streams->n_snapshots)) &&
           good;
    good = proof_print(&streams->indexes, "%s look-ups and claims follow from events",
                       count_text(one, streams->n_entries)) &&
           good;
    if (!good)
        proving->broken = true;
}

enum error prove_streams(struct proving *proving, bool rows_only, struct problem *problem)
{
    const char *name = proving->service->name;
    struct streams streams = {.proving = proving,
                              .versions = {.name = "streams", .service = name},
                              .snapshots = {.name = "states", .service = name},
                              .indexes = {.name = "indexes", .service = name}};
    DATABASE_AUTO struct database *second = NULL;
    DATABASE_AUTO struct database *third = NULL;
    enum error error = OK;
    if (!rows_only)
        error = open_beside(&streams, &second, &streams.snapshot,
                            "SELECT stream, kind, fold_version, version, shard, state FROM stream "
                            "ORDER BY stream, kind",
                            problem);
    if (error == OK && !rows_only)
        error = open_beside(&streams, &third, &streams.entry,
                            "SELECT stream, kind, index_no, key, false FROM lookup UNION ALL "
                            "SELECT stream, kind, index_no, key, true FROM claim ORDER BY 1, 2",
                            problem);
    if (error == OK)
        error = read_all(&streams, rows_only, problem);
    if (error == OK && !rows_only)
        print(&streams);
    entries_clear(&streams.entries);
    free(streams.entries.items);
    copy_out_abandon(&streams.snapshot.copy);
    copy_out_abandon(&streams.entry.copy);
    return error;
}
