/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/settings.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/text.h"

#define AT(member) .offset = offsetof(struct service_settings, member)

static const struct setting settings[] = {
    {.name = "BILLING_DATABASE", .kind = SETTING_SECRET, .required = true, AT(database),
     .text = "PostgreSQL of the service: libpq key=value text or URI, with the service's own role."},
    {.name = "BILLING_MIGRATION_DATABASE", .kind = SETTING_SECRET, AT(migration_database),
     .text = "The same database with the role that owns the tables; needed by `migrate` only."},
    {.name = "BILLING_KAFKA", .kind = SETTING_TEXT, .required = true, AT(kafka),
     .text = "Bootstrap servers of Kafka: host:port, several separated by commas."},
    {.name = "BILLING_KAFKA_PROPERTIES", .kind = SETTING_SECRET, AT(kafka_properties),
     .text = "More properties of librdkafka, name=value separated by semicolons: TLS, SASL."},
    {.name = "BILLING_HTTP_LISTEN", .kind = SETTING_TEXT, AT(http_listen),
     .text = "Address and port of the HTTP interface; default 127.0.0.1 and the service's own port."},
    {.name = "BILLING_TRUSTED_PROXY", .kind = SETTING_TEXT, .initial = "127.0.0.1", AT(trusted_proxy),
     .text = "Address of the proxy whose X-Forwarded-For is believed."},
    {.name = "BILLING_VAULT_KEY", .kind = SETTING_SECRET, .required = true, AT(vault_key),
     .text = "Key that wraps the data keys of persons: 64 hexadecimal digits, the same in all services."},
    {.name = "BILLING_BOOTSTRAP_TOKEN", .kind = SETTING_SECRET, AT(bootstrap_token),
     .text = "Token that sets an installation up; remove it once tokens for people were issued."},
    {.name = "BILLING_SHARDS", .kind = SETTING_INTEGER, .initial = "12", .min = 1, .max = 64, AT(shards),
     .text = "Shards of every service and partitions of every topic; fixed at installation."},
    {.name = "BILLING_WORKERS", .kind = SETTING_INTEGER, .initial = "2", .min = 1, .max = 64, AT(workers),
     .text = "Threads that decide and commit, each with a connection of its own."},
    {.name = "BILLING_EDGE_THREADS", .kind = SETTING_INTEGER, .initial = "2", .min = 1, .max = 32, AT(edge_threads),
     .text = "Threads that parse requests and answer queries, each with a connection of its own."},
    {.name = "BILLING_BATCH_MAX", .kind = SETTING_INTEGER, .initial = "2000", .min = 1, .max = 10000, AT(batch_max),
     .text = "Most messages and commands in one unit of work."},
    {.name = "BILLING_LATENCY_TARGET_MS", .kind = SETTING_INTEGER, .initial = "100", .min = 1, .max = 5000,
     AT(latency_target_ms), .text = "A unit of work that takes longer makes the next one smaller."},
    {.name = "BILLING_TEST_CLOCK", .kind = SETTING_BOOLEAN, .initial = "0", AT(test_clock),
     .text = "The installation is a test: its clock may be set forward."},
    {.name = "BILLING_LOG_LEVEL", .kind = SETTING_TEXT, .initial = "info", AT(log_level),
     .text = "error, warn, info or debug."},
    {.name = "BILLING_LOG_FORM", .kind = SETTING_TEXT, .initial = "text", AT(log_form), .text = "text or json."},
    {.name = "BILLING_INSTANCE", .kind = SETTING_TEXT, AT(instance),
     .text = "Name of this process in leases and logs; default: host and process id."},
};

struct setting_group service_setting_group(struct service_settings *target)
{
    return (struct setting_group){"All services", settings, sizeof settings / sizeof *settings, target};
}

enum error listen_address(const char *text, char host[64], uint16_t *port, struct problem *problem)
{
    const char *colon = strrchr(text, ':');
    char *end = NULL;
    long number = colon ? strtol(colon + 1, &end, 10) : -1;
    size_t length = colon ? (size_t)(colon - text) : 0;
    if (!colon || *end || end == colon + 1 || number < 0 || number > 65535 || length < 1 || length > 63)
        return problem_set(problem, ERR_CONFIG, "BILLING_HTTP_LISTEN", "", "write it as address:port, say 127.0.0.1:8101");
    memcpy(host, text, length);
    host[length] = '\0';
    *port = (uint16_t)number;
    return OK;
}
