/* SPDX-License-Identifier: Apache-2.0
 * What the job and the routes of collections read. */
#include "services/collections/store.h"

static const struct statement zones_read = {
    .name = "entity_zones_read",
    .sql = "SELECT entity_id, zone FROM legal_entity ORDER BY entity_id"};

static const struct statement zone_read = {
    .name = "entity_zone_read", .sql = "SELECT zone FROM legal_entity WHERE entity_id = $1::uuid"};

/* By key: each page is a short range of the index collection_case_turn. */
static const struct statement due_read = {
    .name = "due_accounts_read",
    .sql = "SELECT account_id, evaluate_from FROM collection_case "
           "WHERE entity_id = $1::uuid AND evaluate_from <= $2::date "
           "AND (evaluate_from, account_id) > ($3::date, $4::uuid) "
           "ORDER BY evaluate_from, account_id LIMIT $5::int8"};

enum error collections_zones_read(struct database *database, struct arena *arena,
                                  struct entity_zone **entities, size_t *count,
                                  struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &zones_read, NULL, &rows, problem);
    if (error)
        return error;
    *count = (size_t)rows_count(&rows);
    *entities = arena_get(arena, (*count + 1) * sizeof **entities);
    if (!*entities)
        return problem_set(problem, ERR_TOO_LARGE, "", NULL, "too many legal entities");
    for (size_t i = 0; i < *count; i++)
        (*entities)[i] = (struct entity_zone){rows_uuid(&rows, (int32_t)i, 0),
                                              rows_text_copy(&rows, (int32_t)i, 1, arena)};
    return OK;
}

enum error collections_zone_read(struct database *database, struct arena *arena,
                                 const char *entity_id, const char **zone, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    struct uuid entity;
    enum error error = uuid_parse(&entity, entity_id, problem);
    if (error)
        return error;
    parameters_uuid(&parameters, entity);
    error = database_query(database, &zone_read, &parameters, &rows, problem);
    if (error)
        return error;
    if (!rows_count(&rows))
        return problem_set(problem, ERR_NOT_FOUND, "entity_id", NULL,
                           "there is no legal entity with this id, or it has not arrived here yet");
    *zone = rows_text_copy(&rows, 0, 0, arena);
    return OK;
}

enum error due_accounts_read(struct database *database, struct arena *arena, struct uuid entity,
                             int32_t as_of_days, const struct due_account *after, size_t max,
                             struct due_account **accounts, size_t *count, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_uuid(&parameters, entity);
    parameters_date(&parameters, as_of_days);
    parameters_date(&parameters, after ? after->evaluate_from_days : INT32_MIN);
    parameters_uuid(&parameters, after ? after->account : (struct uuid){{0}});
    parameters_int64(&parameters, (int64_t)max);
    enum error error = database_query(database, &due_read, &parameters, &rows, problem);
    if (error)
        return error;
    *count = (size_t)rows_count(&rows);
    *accounts = arena_get(arena, (*count + 1) * sizeof **accounts);
    if (!*accounts)
        return problem_set(problem, ERR_TOO_LARGE, "", NULL, "the page does not fit");
    for (size_t i = 0; i < *count; i++)
        (*accounts)[i] =
            (struct due_account){rows_uuid(&rows, (int32_t)i, 0), rows_date(&rows, (int32_t)i, 1)};
    return OK;
}
