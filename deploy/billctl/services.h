/* SPDX-License-Identifier: Apache-2.0
 * Services: the five of them, as the tool knows them: name, model, where they answer, where their
 * tables are. */
#pragma once
#include "common/database/connection.h"
#include "common/eventlog/model.h"
#include "deploy/billctl/tool.h"

enum { SERVICES = 5 };

struct known_service {
    const char *name, *topic, *feed_id;
    const struct service_model *model;
    const char *url_setting, *database_setting, *url_default;
};

extern const struct known_service known_services[SERVICES];

/* NULL: there is none of this name. */
const struct known_service *known_service_named(const char *name);
const struct known_service *known_service_of_topic(const char *topic);
/* ERR_CONFIG naming the five. */
MUST_USE enum error known_service_find(const char *name, const struct known_service **service,
                                       struct problem *problem);
/* The address without a slash at the end. */
MUST_USE enum error known_service_url(struct tool *tool, const struct known_service *service,
                                      const char **url, struct problem *problem);
/* A connection for reading, with the service's schema; no statement time-out: proofs read whole
 * tables. */
MUST_USE enum error known_service_read(struct tool *tool, const struct known_service *service,
                                       struct database **database, struct problem *problem);
/* The same with the service's own role. */
MUST_USE enum error known_service_write(struct tool *tool, const struct known_service *service,
                                        struct database **database, struct problem *problem);
/* Descriptor of any event of any service; NULL: unknown. */
const ProtobufCMessageDescriptor *known_type(const char *type);
