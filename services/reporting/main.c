/* SPDX-License-Identifier: Apache-2.0
 * duebook-reporting: the read model of all other services; it decides nothing about money. */
#include "common/service/service.h"
#include "services/reporting/model.h"
#include "services/reporting/routes.h"

extern const struct migrations reporting_migrations;

int main(int argc, char **argv)
{
    const struct service service = {
        .model = &reporting_model,
        .routes = reporting_routes,
        .n_routes = REPORTING_ROUTES,
        .migrations = &reporting_migrations,
        .title = "Duebook reporting",
        .default_port = 8105,
    };
    return service_main(&service, argc, argv);
}
