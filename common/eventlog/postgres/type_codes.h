/* SPDX-License-Identifier: Apache-2.0
 * Type codes: the small integers that stand for event types in the table `event`. The table event_type gives a name its
 * code once and for ever; each connection reads it at its start. */
#pragma once
#include "common/database/connection.h"
#include "common/eventlog/model.h"

struct type_code {
    int16_t code;
    const ProtobufCMessageDescriptor *descriptor; /* NULL: a type that this program no longer knows */
    char *name;
};

struct type_codes {
    struct type_code *items;
    size_t n;
};

/* Names that are missing are added. */
MUST_USE enum error type_codes_load(struct type_codes *codes, struct database *database,
                                    const struct service_model *model, struct problem *problem);
/* Only reads; for readers without the right to write. */
MUST_USE enum error type_codes_read(struct type_codes *codes, struct database *database,
                                    const struct service_model *model, struct problem *problem);
void type_codes_fini(struct type_codes *codes);
/* -1: unknown. */
int16_t type_code_of(const struct type_codes *codes, const ProtobufCMessageDescriptor *descriptor);
const struct type_code *type_code_find(const struct type_codes *codes, int16_t code);
