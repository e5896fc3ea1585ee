/* SPDX-License-Identifier: Apache-2.0
 * duebook-collections: what to do about debt that is late. */
#include "common/service/service.h"
#include "services/collections/jobs.h"
#include "services/collections/model.h"
#include "services/collections/routes.h"
#include "services/collections/states.h"

extern const struct migrations collections_migrations;

int main(int argc, char **argv)
{
    const struct service service = {
        .model = &collections_model,
        .routes = collections_routes,
        .n_routes = COLLECTIONS_ROUTES,
        .jobs = collections_jobs,
        .n_jobs = COLLECTIONS_JOBS,
        .migrations = &collections_migrations,
        .title = "Duebook collections",
        .default_port = 8104,
        .print_states = collections_print_states,
    };
    return service_main(&service, argc, argv);
}
