/* SPDX-License-Identifier: Apache-2.0
 * Adopt: a database that was restored from a backup knows less than its topic. The published events
 * are taken back into the log as they are, everything that follows from them is rebuilt, and the
 * next epoch begins, so that what a forgotten process of the old one still publishes is dropped by
 * every consumer (architecture.md, section 3). */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"
#include "common/database/statement.h"
#include "deploy/billctl/adopt_inside.h"
#include "deploy/billctl/command.h"
#ifdef BILLCTL_HAS_INVOICING
#include "services/invoicing/routes.h"
#endif
#ifdef BILLCTL_HAS_PAYMENTS
#include "services/payments/routes.h"
#endif
#ifdef BILLCTL_HAS_RECONCILIATION
#include "services/reconciliation/routes.h"
#endif
#ifdef BILLCTL_HAS_COLLECTIONS
#include "services/collections/routes.h"
#endif
#ifdef BILLCTL_HAS_REPORTING
#include "services/reporting/routes.h"
#endif

enum { ARENA_BYTES = 1 << 30 };

size_t known_routes(const struct known_service *service, const struct route **routes)
{
    static const struct {
        const char *name;
        const struct route *routes;
        size_t n;
    } all[] = {
#ifdef BILLCTL_HAS_INVOICING
        {"invoicing", invoicing_routes, INVOICING_ROUTES},
#endif
#ifdef BILLCTL_HAS_PAYMENTS
        {"payments", payments_routes, PAYMENTS_ROUTES},
#endif
#ifdef BILLCTL_HAS_RECONCILIATION
        {"reconciliation", reconciliation_routes, RECONCILIATION_ROUTES},
#endif
#ifdef BILLCTL_HAS_COLLECTIONS
        {"collections", collections_routes, COLLECTIONS_ROUTES},
#endif
#ifdef BILLCTL_HAS_REPORTING
        {"reporting", reporting_routes, REPORTING_ROUTES},
#endif
        {NULL, NULL, 0},
    };
    for (size_t i = 0; all[i].name; i++)
        if (!strcmp(all[i].name, service->name)) {
            *routes = all[i].routes;
            return all[i].n;
        }
    *routes = NULL;
    return 0;
}

/* ---- leases: the service must not run ---- */

static const struct statement held_leases = {
    "adopt_held",
    "SELECT name, owner FROM lease WHERE until > clock_timestamp() AND owner <> 'billctl adopt' "
    "ORDER BY name LIMIT 1",
    false,
};
static const struct statement take_leases = {
    "adopt_take",
    "INSERT INTO lease AS l (name, owner, epoch, until) SELECT 'relay/' || s, 'billctl adopt', 1, "
    "clock_timestamp() + interval '1 hour' FROM unnest($1::int2[]) s "
    "ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, epoch = l.epoch + 1, until = "
    "excluded.until",
    false,
};
static const struct statement give_leases = {
    "adopt_give", "UPDATE lease SET until = '-infinity' WHERE owner = 'billctl adopt'", false};

static enum error leases_take(struct adopting *adopting, struct problem *problem)
{
    struct database *database = postgres_store_database(adopting->store);
    ROWS_AUTO struct rows rows = {0};
    PARAMETERS_AUTO struct parameters parameters = {0};
    enum error error = database_query(database, &held_leases, NULL, &rows, problem);
    if (error == OK && rows_count(&rows))
        return problem_set(
            problem, ERR_UNSUPPORTED, "", "",
            "%s is running: %s holds the lease %s; stop all its processes, wait 10 seconds",
            adopting->service->name, rows_text(&rows, 0, 1), rows_text(&rows, 0, 0));
    struct array *shards = parameters_array(&parameters, SQL_INT16);
    for (int32_t shard = 0; shard < adopting->shards; shard++)
        array_int16(shards, (int16_t)shard);
    return error == OK ? database_query(database, &take_leases, &parameters, NULL, problem) : error;
}

/* ---- heads ---- */

static const struct statement read_heads = {
    "adopt_heads",
    "SELECT shard, position, hash, epoch, recorded_at FROM shard_head ORDER BY shard", false};

static enum error heads_read(struct adopting *adopting, struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error =
        database_query(postgres_store_database(adopting->store), &read_heads, NULL, &rows, problem);
    for (int32_t row = 0; error == OK && row < rows_count(&rows); row++) {
        struct adopt_source *source = &adopting->sources[rows_int16(&rows, row, 0)];
        int64_t recorded_us = rows_timestamp(&rows, row, 4);
        source->shard = rows_int16(&rows, row, 0);
        source->head = (struct feed_place){.position = rows_int64(&rows, row, 1),
                                           .epoch = (uint32_t)rows_int32(&rows, row, 3),
                                           .offset = -1,
                                           .complete_us = recorded_us > 0 ? recorded_us - 1 : 0};
        memcpy(source->head.hash.b, rows_bytes(&rows, row, 2).data, HASH_BYTES);
    }
    return error;
}

/* ---- the records ---- */

static struct adopt_source *earliest(struct adopting *adopting)
{
    struct adopt_source *found = NULL;
    for (int32_t i = 0; i < adopting->shards; i++) {
        struct adopt_source *source = &adopting->sources[i];
        if (source->pending &&
            (!found || source->pending->record.recorded_us < found->pending->record.recorded_us))
            found = source;
    }
    return found;
}

static void batch_free(struct incoming **batch, size_t *n)
{
    for (size_t i = 0; i < *n; i++)
        incoming_free(batch[i]);
    *n = 0;
}

/* All shards together in the order of recording: what was handed over is written before it is
 * taken. */
static enum error records_take(struct adopting *adopting, struct problem *problem)
{
    struct incoming *batch[ADOPT_BATCH];
    size_t n = 0;
    enum error error = OK;
    for (int32_t i = 0; i < adopting->shards && error == OK; i++)
        if (adopting->sources[i].wanted)
            error = adopt_source_open(adopting, &adopting->sources[i], problem);
    while (error == OK) {
        struct adopt_source *source = earliest(adopting);
        if (source) {
            source->torn =
                source->pending->record.unit_index + 1 < source->pending->record.unit_count;
            if (source->torn)
                snprintf(source->torn_at, sizeof source->torn_at, "%s",
                         source->pending->record.type);
            batch[n++] = source->pending;
            error = adopt_source_next(adopting, source, problem);
        }
        if (error == OK && n && (n == ADOPT_BATCH || !source)) {
            error = adopt_batch(adopting, batch, n, problem);
            batch_free(batch, &n);
        }
        if (!source)
            break;
    }
    batch_free(batch, &n);
    for (int32_t i = 0; i < adopting->shards; i++)
        adopt_source_close(&adopting->sources[i]);
    return error;
}

static enum error looks(struct adopting *adopting, struct problem *problem)
{
    for (int32_t i = 0; i < adopting->shards; i++) {
        struct adopt_source *source = &adopting->sources[i];
        if (!source->wanted)
            continue;
        enum error error = adopt_look(adopting, source, problem);
        if (error != OK)
            return error;
        printf("%s shard %d: the log ends at %lld, the topic shows %lld\n", adopting->service->name,
               i, (long long)source->head.position, (long long)source->place.position);
    }
    return OK;
}

static enum error ticks(struct adopting *adopting, struct problem *problem)
{
    for (int32_t i = 0; i < adopting->shards; i++) {
        enum error error =
            adopting->sources[i].wanted ? adopt_tick(adopting, &adopting->sources[i], problem) : OK;
        if (error != OK)
            return error;
    }
    return OK;
}

/* ---- the end ---- */

static const struct statement raise_epoch = {
    "adopt_epoch",
    "UPDATE shard_head SET epoch = $3::int4 WHERE shard = $1::int2 AND position = $2::int8 "
    "RETURNING shard",
    false,
};
static const struct statement set_cursor = {
    "adopt_cursor",
    "UPDATE relay SET position = $2::int8, kafka_offset = $3::int8, moved_at = clock_timestamp() "
    "WHERE shard = $1::int2 AND $3::int8 >= 0",
    false,
};

static enum error finish_shard(struct database *database, const struct adopt_source *source,
                               struct problem *problem)
{
    PARAMETERS_AUTO struct parameters head = {0};
    PARAMETERS_AUTO struct parameters cursor = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_int16(&head, (int16_t)source->shard);
    parameters_int64(&head, source->place.position);
    parameters_int32(&head, (int32_t)source->epoch_max + 1);
    parameters_int16(&cursor, (int16_t)source->shard);
    parameters_int64(&cursor, source->place.position);
    parameters_int64(&cursor, source->last_offset);
    enum error error = database_query(database, &set_cursor, &cursor, NULL, problem);
    if (error == OK)
        error = database_query(database, &raise_epoch, &head, &rows, problem);
    if (error == OK && rows_count(&rows) != 1)
        return problem_set(problem, ERR_AGAIN, "", "",
                           "shard %d: the head moved meanwhile: is the service running?",
                           source->shard);
    return error;
}

static enum error finish(struct adopting *adopting, struct problem *problem)
{
    struct database *database = postgres_store_database(adopting->store);
    enum error error = database_begin(database, problem);
    for (int32_t i = 0; i < adopting->shards && error == OK; i++)
        if (adopting->sources[i].wanted)
            error = finish_shard(database, &adopting->sources[i], problem);
    if (error == OK)
        error = database_commit(database, problem);
    if (error != OK)
        database_rollback(database);
    return error;
}

static void report(const struct adopting *adopting)
{
    int torn = 0;
    for (int32_t i = 0; i < adopting->shards; i++) {
        const struct adopt_source *source = &adopting->sources[i];
        if (!source->wanted || !source->torn)
            continue;
        torn++;
        printf("  torn: the last decision of shard %d was published in part, up to %s at position "
               "%lld; what should "
               "follow must be done by a person\n",
               i, source->torn_at, (long long)source->place.position);
    }
    if (adopting->cut)
        printf("  %lld parked messages are longer than their event holds; discard them or repeat "
               "their cause\n",
               (long long)adopting->cut);
    char events[32], receipts[32];
    printf("%s: %s events taken back, %s receipts, %d torn decisions; prove it, then start the "
           "service\n",
           adopting->service->name, count_text(events, adopting->adopted),
           count_text(receipts, adopting->receipts), torn);
}

static enum error adopt(struct adopting *adopting, struct problem *problem)
{
    enum error error = leases_take(adopting, problem);
    if (error != OK)
        return error;
    error = heads_read(adopting, problem);
    if (error == OK)
        error = looks(adopting, problem);
    if (error == OK)
        error = ticks(adopting, problem);
    if (error == OK)
        error = records_take(adopting, problem);
    if (error == OK)
        error = adopt_inbox(adopting, problem);
    if (error == OK)
        error = finish(adopting, problem);
    struct database *database = postgres_store_database(adopting->store);
    struct problem ignored; /* the leases also end by themselves */
    if (database_is_open(database))
        (void)!database_query(database, &give_leases, NULL, NULL, &ignored);
    return error;
}

static enum error adopt_open(struct adopting *adopting, struct problem *problem)
{
    const char *conninfo;
    enum error error =
        tool_setting(adopting->tool, adopting->service->database_setting, &conninfo, problem);
    if (error == OK && !conninfo)
        error = tool_setting_required(adopting->tool, "BILLING_DATABASE", &conninfo, problem);
    struct postgres_store_options options = {.model = adopting->model,
                                             .database = {.conninfo = conninfo,
                                                          .schema = adopting->service->name,
                                                          .application_name = "billctl adopt",
                                                          .statement_timeout_ms = -1,
                                                          .idle_in_transaction_ms = -1,
                                                          .lock_timeout_ms = 10000},
                                             .shards = adopting->shards,
                                             .kept_bytes_max = 256 << 20};
    if (error == OK)
        error = postgres_store_new(&adopting->store, &options, problem);
    if (error == OK)
        adopting->door = postgres_store_door(adopting->store);
    return error;
}

static enum error adopt_arguments(struct adopting *adopting, struct arguments *arguments,
                                  struct problem *problem)
{
    int64_t only = -1;
    enum error error = known_service_find(arguments_next(arguments), &adopting->service, problem);
    if (error == OK)
        error = tool_shards(adopting->tool, &adopting->shards, problem);
    if (error != OK)
        return error;
    const char *shard = arguments_next(arguments);
    if (!shard || (strcmp(shard, "all") != 0 &&
                   text_parse_int64(&only, shard, 0, adopting->shards - 1, NULL) != OK))
        return problem_set(problem, ERR_CONFIG, "SHARD", "", "a shard, or all");
    for (int32_t i = 0; i < adopting->shards; i++)
        adopting->sources[i].wanted = only < 0 || only == i;
    adopting->model = adopting->service->model;
    if (!adopting->model)
        return problem_set(problem, ERR_CONFIG, adopting->service->name, "",
                           "is not in this program");
    return arguments_end(arguments, problem);
}

int adopt_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    struct adopting *adopting = calloc(1, sizeof *adopting);
    struct unit *unit = calloc(1, sizeof *unit);
    assert(adopting && unit);
    adopting->tool = tool;
    adopting->unit = unit;
    arena_init(&adopting->arena, ARENA_BYTES);
    enum error error = adopt_arguments(adopting, arguments, &problem);
    if (error == OK)
        error = adopt_open(adopting, &problem);
    if (error == OK)
        error = adopt(adopting, &problem);
    if (error == OK)
        report(adopting);
    memory_map_fini(&adopting->handovers, free);
    postgres_store_free(adopting->store);
    arena_fini(&adopting->arena);
    free(unit);
    free(adopting);
    return error == OK ? STATUS_OK : tool_fail("adopt", &problem);
}
