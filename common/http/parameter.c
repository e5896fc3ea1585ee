/* SPDX-License-Identifier: Apache-2.0
 * Parameter: the form of each kind of query and path parameter, as the rooms below read it;
 * declared in router.h, beside the table that names them. */
#include <string.h>

#include "common/base/text.h"
#include "common/base/time.h"
#include "common/http/router.h"
#include "common/identity/uuid.h"
#include "common/money/calendar.h"
#include "common/money/currency.h"

static bool is_choice(const char *value, const char *choices)
{
    size_t size = strlen(value);
    for (const char *at = choices; *at;) {
        size_t choice = strcspn(at, "|");
        if (choice == size && memcmp(at, value, size) == 0)
            return true;
        at += choice + (at[choice] == '|');
    }
    return false;
}

/* NULL, or what the value must be. */
static const char *remedy_for(const struct route_parameter *parameter, const char *value)
{
    int64_t number;
    struct date date;
    struct uuid uuid;
    struct currency currency;
    switch (parameter->kind) {
    case PARAMETER_TEXT:
        return *value && strlen(value) <= 512 ? NULL : "must have 1 to 512 bytes";
    case PARAMETER_INTEGER:
        return text_parse_int64(&number, value, INT64_MIN, INT64_MAX, NULL)
                   ? "must be a whole number of 64 bits"
                   : NULL;
    case PARAMETER_BOOLEAN:
        return is_choice(value, "true|false") ? NULL : "must be true or false";
    case PARAMETER_DATE:
        return date_parse(&date, value, NULL) ? "must be a date such as 2026-01-31" : NULL;
    case PARAMETER_INSTANT:
        return instant_parse(&number, value, NULL) ? "must be a time such as 2026-01-31T12:00:00Z"
                                                   : NULL;
    case PARAMETER_UUID:
        return uuid_parse(&uuid, value, NULL) ? "must be a UUID in lower case" : NULL;
    case PARAMETER_CURRENCY:
        return currency_parse(&currency, value, NULL) ? "must be a currency such as EUR" : NULL;
    case PARAMETER_CHOICE:
        return is_choice(value, parameter->choices) ? NULL : parameter->choices;
    }
    return "must be of a kind that exists";
}

enum error route_parameter_check(const struct route_parameter *parameter, const char *value,
                                 struct problem *problem)
{
    const char *remedy = remedy_for(parameter, value);
    if (!remedy)
        return OK;
    return problem_set(problem, ERR_MALFORMED, parameter->name, NULL, "%s%s",
                       parameter->kind == PARAMETER_CHOICE ? "must be one of " : "", remedy);
}
