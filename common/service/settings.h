/* SPDX-License-Identifier: Apache-2.0
 * Settings: what every service reads from its environment; `explain-config` prints the table as the documentation. */
#pragma once
#include "common/base/config.h"

struct service_settings {
    const char *database, *migration_database, *kafka, *kafka_properties;
    const char *http_listen, *trusted_proxy;
    const char *vault_key, *bootstrap_token;
    const char *log_level, *log_form, *instance;
    int64_t workers, edge_threads, shards, batch_max, latency_target_ms;
    bool test_clock;
};

/* The group of all services; `target` is a struct service_settings. */
struct setting_group service_setting_group(struct service_settings *target);

/* Splits "127.0.0.1:8101"; ERR_CONFIG. `host` has room for 64 bytes. */
MUST_USE enum error listen_address(const char *text, char host[64], uint16_t *port, struct problem *problem);
