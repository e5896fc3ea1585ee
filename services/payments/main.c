/* SPDX-License-Identifier: Apache-2.0
 * duebook-payments: what money arrived, left or bounced. */
#include "common/service/service.h"
#include "services/payments/jobs.h"
#include "services/payments/model.h"
#include "services/payments/routes.h"
#include "services/payments/states.h"

extern const struct migrations payments_migrations;

int main(int argc, char **argv)
{
    const struct service service = {
        .model = &payments_model,
        .routes = payments_routes,
        .n_routes = PAYMENTS_ROUTES,
        .jobs = payments_jobs,
        .n_jobs = PAYMENTS_JOBS,
        .migrations = &payments_migrations,
        .title = "Duebook payments",
        .default_port = 8102,
        .print_states = payments_print_states,
    };
    return service_main(&service, argc, argv);
}
