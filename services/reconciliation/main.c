/* SPDX-License-Identifier: Apache-2.0
 * duebook-reconciliation: which money settles which debt, and that the books agree. */
#include "common/service/service.h"
#include "services/reconciliation/jobs.h"
#include "services/reconciliation/model.h"
#include "services/reconciliation/routes.h"
#include "services/reconciliation/states.h"

extern const struct migrations reconciliation_migrations;

int main(int argc, char **argv)
{
    const struct service service = {
        .model = &reconciliation_model,
        .routes = reconciliation_routes,
        .n_routes = RECONCILIATION_ROUTES,
        .jobs = reconciliation_jobs,
        .n_jobs = RECONCILIATION_JOBS,
        .migrations = &reconciliation_migrations,
        .title = "Duebook reconciliation",
        .default_port = 8103,
        .print_states = reconciliation_print_states,
    };
    return service_main(&service, argc, argv);
}
