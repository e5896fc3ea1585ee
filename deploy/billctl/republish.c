/* SPDX-License-Identifier: Apache-2.0
 * Republish: sets the relay's cursor back, and fences whoever holds its lease, so that the next
 * holder starts there. The relay does the publishing: nothing else may. */
#include <stdio.h>
#include <string.h>

#include "common/base/text.h"
#include "common/database/statement.h"
#include "deploy/billctl/command.h"
#include "deploy/billctl/kafka.h"
#include "deploy/billctl/services.h"

enum { TIMEOUT_MS = 20000 };

static const struct statement set_cursor = {
    "republish_cursor",
    "UPDATE relay SET position = $2::int8, kafka_offset = $3::int8, moved_at = clock_timestamp() "
    "WHERE shard = $1::int2 AND position > $2::int8 RETURNING shard",
    false,
};
/* The lease is taken away first: the holder's next saving of its cursor then finds itself fenced.
 */
static const struct statement fence = {
    "republish_fence",
    "INSERT INTO lease AS l (name, owner, epoch, until) VALUES ($1::text, 'billctl republish', 1, "
    "'-infinity') "
    "ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, epoch = l.epoch + 1, until = "
    "excluded.until",
    false,
};

/* `offset`: the reading back begins behind what the topic holds now, since the old copies must not
 * count. */
static enum error set_back(struct database *database, int32_t shard, int64_t from, int64_t offset,
                           bool *moved, struct problem *problem)
{
    char lease[32];
    snprintf(lease, sizeof lease, "relay/%d", shard);
    PARAMETERS_AUTO struct parameters name = {0}, cursor = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_text(&name, lease);
    parameters_int16(&cursor, (int16_t)shard);
    parameters_int64(&cursor, from - 1);
    parameters_int64(&cursor, offset);
    enum error error = database_begin(database, problem);
    if (error == OK)
        error = database_query(database, &fence, &name, NULL, problem);
    if (error == OK)
        error = database_query(database, &set_cursor, &cursor, &rows, problem);
    *moved = error == OK && rows_count(&rows) == 1;
    if (error == OK)
        error = database_commit(database, problem);
    if (error != OK)
        database_rollback(database);
    return error;
}

int republish_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    const struct known_service *service = NULL;
    DATABASE_AUTO struct database *database = NULL;
    READER_AUTO struct reader *reader = NULL;
    int64_t from = 0, only = -1;
    int32_t shards = 0;
    enum error error = arguments_number(arguments, "--from", 1, INT64_MAX, &from, &problem);
    if (error == OK)
        error = known_service_find(arguments_next(arguments), &service, &problem);
    if (error == OK)
        error = tool_shards(tool, &shards, &problem);
    const char *shard = arguments_next(arguments);
    if (error == OK &&
        (!from || !shard ||
         (strcmp(shard, "all") != 0 && text_parse_int64(&only, shard, 0, shards - 1, NULL) != OK)))
        error = problem_set(&problem, ERR_CONFIG, "", "",
                            "a shard (or all) and --from POSITION are needed");
    if (error == OK)
        error = arguments_end(arguments, &problem);
    if (error == OK)
        error = known_service_write(tool, service, &database, &problem);
    if (error == OK)
        error = kafka_reader(tool, &reader, &problem);
    for (int32_t i = 0; i < shards && error == OK; i++) {
        int64_t low = 0, high = 0;
        bool moved = false;
        if (only >= 0 && only != i)
            continue;
        error = reader_watermarks(reader, service->topic, i, &low, &high, TIMEOUT_MS, &problem);
        if (error == OK)
            error = set_back(database, i, from, high - 1, &moved, &problem);
        if (error == OK)
            printf("%s shard %d: %s\n", service->name, i,
                   moved ? "the relay publishes again"
                         : "the cursor stands before that position already");
    }
    return error == OK ? STATUS_OK : tool_fail("republish", &problem);
}
