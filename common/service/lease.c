/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/lease.h"

#include "common/database/statement.h"

static const struct statement take = {
    "lease_take",
    "INSERT INTO lease AS l (name, owner, epoch, until) "
    "VALUES ($1::text, $2::text, 1, clock_timestamp() + make_interval(secs => $3::int4)) "
    "ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until, "
    "epoch = l.epoch + CASE WHEN l.owner = excluded.owner THEN 0 ELSE 1 END "
    "WHERE l.owner = excluded.owner OR l.until < clock_timestamp() RETURNING epoch",
    true,
};
static const struct statement give_back = {
    "lease_give_back", "UPDATE lease SET until = '-infinity' WHERE name = $1::text AND owner = $2::text AND epoch = $3::int8",
    false};
static const struct statement check = {
    "lease_check",
    "SELECT 1 FROM lease WHERE name = $1::text AND owner = $2::text AND epoch = $3::int8 FOR SHARE", false};

enum error lease_take(struct database *database, const char *owner, int32_t seconds, struct lease *lease,
                      struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    parameters_text(&parameters, lease->name);
    parameters_text(&parameters, owner);
    parameters_int32(&parameters, seconds);
    lease->held = false;
    enum error error = database_query(database, &take, &parameters, &rows, problem);
    if (error == OK && rows_count(&rows) == 1) {
        lease->epoch = rows_int64(&rows, 0, 0);
        lease->held = true;
    }
    return error;
}

static void name_holder(struct parameters *parameters, const char *owner, const struct lease *lease)
{
    parameters_text(parameters, lease->name);
    parameters_text(parameters, owner);
    parameters_int64(parameters, lease->epoch);
}

void lease_give_back(struct database *database, const char *owner, const struct lease *lease)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    struct problem problem = {0};
    name_holder(&parameters, owner, lease);
    if (lease->held && database_is_open(database))
        (void)!database_query(database, &give_back, &parameters, &rows, &problem); /* it also ends by itself */
}

enum error lease_check(struct database *database, const char *owner, const struct lease *lease, bool *ours,
                       struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    ROWS_AUTO struct rows rows = {0};
    name_holder(&parameters, owner, lease);
    enum error error = database_query(database, &check, &parameters, &rows, problem);
    *ours = error == OK && rows_count(&rows) == 1;
    return error;
}
