/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/billctl/services.h"

#include <string.h>

#include "billing/common/v1/house.pb-c.h"
#ifdef BILLCTL_HAS_INVOICING
#include "services/invoicing/model.h"
#define INVOICING_MODEL &invoicing_model
#else
#define INVOICING_MODEL NULL
#endif
#ifdef BILLCTL_HAS_PAYMENTS
#include "services/payments/model.h"
#define PAYMENTS_MODEL &payments_model
#else
#define PAYMENTS_MODEL NULL
#endif
#ifdef BILLCTL_HAS_RECONCILIATION
#include "services/reconciliation/model.h"
#define RECONCILIATION_MODEL &reconciliation_model
#else
#define RECONCILIATION_MODEL NULL
#endif
#ifdef BILLCTL_HAS_COLLECTIONS
#include "services/collections/model.h"
#define COLLECTIONS_MODEL &collections_model
#else
#define COLLECTIONS_MODEL NULL
#endif
#ifdef BILLCTL_HAS_REPORTING
#include "services/reporting/model.h"
#define REPORTING_MODEL &reporting_model
#else
#define REPORTING_MODEL NULL
#endif

#define KNOWN(name, NAME, port)                                                                    \
    {                                                                                              \
        name, "billing." name ".events", "/billing/" name, NAME##_MODEL, "BILLING_URL_" #NAME,     \
            "BILLING_DATABASE_" #NAME, "http://127.0.0.1:" port                                    \
    }

const struct known_service known_services[SERVICES] = {
    KNOWN("invoicing", INVOICING, "8101"),           KNOWN("payments", PAYMENTS, "8102"),
    KNOWN("reconciliation", RECONCILIATION, "8103"), KNOWN("collections", COLLECTIONS, "8104"),
    KNOWN("reporting", REPORTING, "8105"),
};

const struct known_service *known_service_named(const char *name)
{
    for (size_t i = 0; i < SERVICES; i++)
        if (!strcmp(known_services[i].name, name))
            return &known_services[i];
    return NULL;
}

const struct known_service *known_service_of_topic(const char *topic)
{
    for (size_t i = 0; i < SERVICES; i++)
        if (!strcmp(known_services[i].topic, topic))
            return &known_services[i];
    return NULL;
}

enum error known_service_find(const char *name, const struct known_service **service,
                              struct problem *problem)
{
    *service = name ? known_service_named(name) : NULL;
    if (*service)
        return OK;
    return problem_set(
        problem, ERR_CONFIG, name ? name : "SERVICE", "",
        "the services are invoicing, payments, reconciliation, collections and reporting");
}

enum error known_service_url(struct tool *tool, const struct known_service *service,
                             const char **url, struct problem *problem)
{
    const char *given;
    enum error error = tool_setting(tool, service->url_setting, &given, problem);
    if (error != OK)
        return error;
    char *text = arena_copy_text(&tool->arena, given ? given : service->url_default);
    for (size_t length = strlen(text); length && text[length - 1] == '/';)
        text[--length] = '\0';
    *url = text;
    return OK;
}

static enum error open_database(const char *conninfo, const struct known_service *service,
                                struct database **database, struct problem *problem)
{
    struct database_options options = {.conninfo = conninfo,
                                       .schema = service->name,
                                       .application_name = "billctl",
                                       .statement_timeout_ms = -1,
                                       .idle_in_transaction_ms = -1,
                                       .lock_timeout_ms = 10000};
    return database_open(database, &options, problem);
}

enum error known_service_read(struct tool *tool, const struct known_service *service,
                              struct database **database, struct problem *problem)
{
    const char *conninfo;
    enum error error = tool_setting_required(tool, "BILLING_DATABASE", &conninfo, problem);
    return error == OK ? open_database(conninfo, service, database, problem) : error;
}

enum error known_service_write(struct tool *tool, const struct known_service *service,
                               struct database **database, struct problem *problem)
{
    const char *conninfo;
    enum error error = tool_setting(tool, service->database_setting, &conninfo, problem);
    if (error == OK && !conninfo)
        error = tool_setting_required(tool, "BILLING_DATABASE", &conninfo, problem);
    return error == OK ? open_database(conninfo, service, database, problem) : error;
}

const ProtobufCMessageDescriptor *known_type(const char *type)
{
    for (size_t i = 0; i < SERVICES; i++) {
        const ProtobufCMessageDescriptor *found =
            known_services[i].model ? model_descriptor(known_services[i].model, type) : NULL;
        if (found)
            return found;
    }
    return strcmp(type, common__feed_tick__descriptor.name) ? NULL : &common__feed_tick__descriptor;
}
