/* SPDX-License-Identifier: Apache-2.0
 * duebook-invoicing: what is owed, by whom, and when it falls due. */
#include "common/service/service.h"
#include "services/invoicing/jobs.h"
#include "services/invoicing/model.h"
#include "services/invoicing/routes.h"
#include "services/invoicing/states.h"

extern const struct migrations invoicing_migrations;

int main(int argc, char **argv)
{
    const struct service service = {
        .model = &invoicing_model,
        .routes = invoicing_routes,
        .n_routes = INVOICING_ROUTES,
        .jobs = invoicing_jobs,
        .n_jobs = INVOICING_JOBS,
        .migrations = &invoicing_migrations,
        .title = "Duebook invoicing",
        .default_port = 8101,
        .print_states = invoicing_print_states,
    };
    return service_main(&service, argc, argv);
}
