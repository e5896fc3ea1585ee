/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/routes.h"

#include "billing/reporting/v1/reporting.pb-c.h"
#include "common/service/api.h"
#include "services/reporting/aging.h"
#include "services/reporting/lists.h"
#include "services/reporting/open_items.h"

static const struct api_action aging = {.kind = API_FUNCTION, .run = aging_run};
static const struct api_action open_items = {.kind = API_FUNCTION, .run = open_items_run};
static const struct api_action accounts = {.kind = API_LIST, .listing = &reporting_account_list};

#define PARAMETER(name_, kind_, text_)                                                             \
    {                                                                                              \
        .name = name_, .kind = kind_, .text = text_                                                \
    }
#define CHOICE(name_, choices_, text_)                                                             \
    {                                                                                              \
        .name = name_, .kind = PARAMETER_CHOICE, .choices = choices_, .text = text_                \
    }
#define ASKED                                                                                      \
    PARAMETER("as_of", PARAMETER_DATE, "counts what was posted by this day; today if left out"),   \
        PARAMETER("known_at", PARAMETER_INSTANT,                                                   \
                  "counts what was recorded by this time; now if left out"),                       \
        CHOICE("basis", "due_date|invoice_date", "due_date if left out"),                          \
        PARAMETER("currency", PARAMETER_CURRENCY, "of this currency alone")
#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }

static const struct route_parameter aging_query[] = {
    {.name = "entity_id", .kind = PARAMETER_UUID, .required = true, .text = "the legal entity"},
    ASKED,
    CHOICE("by", "account|entity", "a row per account, or one for all; account if left out"),
    CHOICE("format", "json|csv", "json if left out"),
    END};
static const struct route_parameter item_query[] = {
    {.name = "account_id", .kind = PARAMETER_UUID, .required = true, .text = "the account"},
    ASKED,
    CHOICE("bucket", "current|1_30|0_30|31_60|61_90|over_90|credits|unapplied",
           "one cell of the account's row in the aging"),
    END};
static const struct route_parameter account_query[] = {
    PARAMETER("entity_id", PARAMETER_UUID, "of this legal entity"),
    PARAMETER("account_number", PARAMETER_TEXT, "with this number, exactly"),
    PARAMETER("customer_id", PARAMETER_UUID, "of this customer"),
    PARAMETER("segment", PARAMETER_TEXT, "of this segment"),
    CHOICE("format", "json|csv", "csv: all rows, as a file"),
    END};

const struct route reporting_routes[REPORTING_ROUTES] = {
    {.method = HTTP_GET,
     .path = "/v1/aging",
     .tag = "reports",
     .summary = "What is owed by age, as of a date, as known at a time",
     .roles = API_READERS,
     .flags = ROUTE_AFTER,
     .response = &reporting__aging_report__descriptor,
     .parameters = aging_query,
     .produces = "application/json, text/csv",
     .action = (void *)&aging},
    {.method = HTTP_GET,
     .path = "/v1/items",
     .tag = "reports",
     .summary = "Items of an account that were open as of a date, as known at a time",
     .roles = API_READERS,
     .flags = ROUTE_LIST | ROUTE_AFTER,
     .response = &reporting__open_items__descriptor,
     .parameters = item_query,
     .action = (void *)&open_items},
    {.method = HTTP_GET,
     .path = "/v1/accounts",
     .tag = "reports",
     .summary = "Accounts by number",
     .roles = API_READERS,
     .flags = ROUTE_LIST | ROUTE_AFTER,
     .parameters = account_query,
     .produces = "application/json, text/csv",
     .action = (void *)&accounts},
};
