/* SPDX-License-Identifier: Apache-2.0 */
#include "common/eventlog/postgres/type_codes.h"

#include <stdlib.h>

#include "billing/common/v1/house.pb-c.h"
#include "common/database/statement.h"
#include "common/eventlog/house.h"

static const struct statement insert_names = {
    "event_type_insert",
    "INSERT INTO event_type (code, name) "
    "SELECT (SELECT coalesce(max(code), 0) FROM event_type) + row_number() OVER (ORDER BY n.name), n.name "
    "FROM (SELECT DISTINCT unnest($1::text[]) AS name) n WHERE NOT EXISTS (SELECT FROM event_type t WHERE t.name = n.name)",
    true,
};
static const struct statement select_names = {"event_type_select", "SELECT code, name FROM event_type ORDER BY code",
                                              false};

static void add_kind(struct array *names, const struct stream_kind *kind)
{
    for (size_t i = 0; i < kind->n_evolutions; i++)
        array_text(names, kind->evolutions[i].event->name);
}

static enum error insert_missing(struct database *database, const struct service_model *model, struct problem *problem)
{
    PARAMETERS_AUTO struct parameters parameters = {0};
    struct array *names = parameters_array(&parameters, SQL_TEXT);
    for (size_t i = 0; i < model->n_kinds; i++)
        add_kind(names, &model->kinds[i]);
    size_t n_house;
    const struct stream_kind *house = house_kinds(&n_house);
    for (size_t i = 0; i < n_house; i++)
        add_kind(names, &house[i]);
    array_text(names, common__epoch_adopted__descriptor.name);
    ROWS_AUTO struct rows rows = {0};
    enum error error = ERR_AGAIN;
    /* Two processes that start together race for the same codes; the loser finds them written. */
    for (int attempt = 0; attempt < 10 && error == ERR_AGAIN; attempt++) {
        rows_clear(&rows);
        error = database_query(database, &insert_names, &parameters, &rows, problem);
    }
    return error;
}

enum error type_codes_read(struct type_codes *codes, struct database *database, const struct service_model *model,
                           struct problem *problem)
{
    ROWS_AUTO struct rows rows = {0};
    enum error error = database_query(database, &select_names, NULL, &rows, problem);
    if (error != OK)
        return error;
    type_codes_fini(codes);
    codes->n = (size_t)rows_count(&rows);
    codes->items = calloc(codes->n + 1, sizeof *codes->items);
    for (size_t i = 0; i < codes->n; i++) {
        struct type_code *item = &codes->items[i];
        item->code = rows_int16(&rows, (int32_t)i, 0);
        item->name = strdup(rows_text(&rows, (int32_t)i, 1));
        item->descriptor = model_descriptor(model, item->name);
    }
    return OK;
}

enum error type_codes_load(struct type_codes *codes, struct database *database, const struct service_model *model,
                           struct problem *problem)
{
    enum error error = insert_missing(database, model, problem);
    return error == OK ? type_codes_read(codes, database, model, problem) : error;
}

void type_codes_fini(struct type_codes *codes)
{
    for (size_t i = 0; i < codes->n; i++)
        free(codes->items[i].name);
    free(codes->items);
    *codes = (struct type_codes){0};
}

int16_t type_code_of(const struct type_codes *codes, const ProtobufCMessageDescriptor *descriptor)
{
    for (size_t i = 0; i < codes->n; i++)
        if (codes->items[i].descriptor == descriptor)
            return codes->items[i].code;
    return -1;
}

const struct type_code *type_code_find(const struct type_codes *codes, int16_t code)
{
    /* Codes run 1, 2, 3 …, so the place is nearly always code - 1. */
    if (code >= 1 && (size_t)code <= codes->n && codes->items[code - 1].code == code)
        return &codes->items[code - 1];
    for (size_t i = 0; i < codes->n; i++)
        if (codes->items[i].code == code)
            return &codes->items[i];
    return NULL;
}
