/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"

enum { ERROR_SIZE = 256 };

void kafka_error_clear(rd_kafka_error_t **error)
{
    if (*error)
        rd_kafka_error_destroy(*error);
    *error = NULL;
}

void kafka_partitions_clear(rd_kafka_topic_partition_list_t **partitions)
{
    if (*partitions)
        rd_kafka_topic_partition_list_destroy(*partitions);
    *partitions = NULL;
}

const char *number_text(char text[NUMBER_SIZE], int32_t value, int32_t if_zero)
{
    snprintf(text, NUMBER_SIZE, "%d", value ? value : if_zero);
    return text;
}

/* librdkafka counts like syslog: 3 is an error, 4 a warning, 6 information. Nothing that it says is
 * an error for us, since it goes on by itself; what matters comes as an answer or an incoming. */
static void on_log(const rd_kafka_t *client, int level, const char *facility, const char *text)
{
    log_line(level <= 4   ? LOG_WARN
             : level <= 6 ? LOG_INFO
                          : LOG_DEBUG,
             "kafka client", LOG_TEXT("client", client ? rd_kafka_name(client) : NULL),
             LOG_TEXT("about", facility), LOG_TEXT("hint", text));
}

static void configuration_clear(rd_kafka_conf_t **configuration)
{
    if (*configuration)
        rd_kafka_conf_destroy(*configuration);
}

static void text_free(char **text)
{
    free(*text);
}

static bool property_set(rd_kafka_conf_t *configuration, const char *name, const char *value,
                         struct problem *problem)
{
    char why[ERROR_SIZE];
    if (rd_kafka_conf_set(configuration, name, value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return true;
    /* The value may be a password: only the name is told. */
    problem_set(problem, ERR_CONFIG, "kafka", NULL,
                "the property %s of the Kafka client is refused", name);
    return false;
}

static bool properties_set(rd_kafka_conf_t *configuration, const char *text,
                           struct problem *problem)
{
    __attribute__((cleanup(text_free))) char *copy = strdup(text ? text : "");
    char *rest = NULL;
    for (char *item = strtok_r(copy, ";\n", &rest); item; item = strtok_r(NULL, ";\n", &rest)) {
        item += strspn(item, " \t\r");
        char *equals = strchr(item, '=');
        if (!*item)
            continue;
        if (!equals) {
            problem_set(problem, ERR_CONFIG, "kafka", NULL,
                        "a property of the Kafka client has no '='");
            return false;
        }
        *equals = 0;
        if (!property_set(configuration, item, equals + 1, problem))
            return false;
    }
    return true;
}

rd_kafka_conf_t *client_configure(const struct broker_settings *settings,
                                  const struct property *properties, size_t n,
                                  struct problem *problem)
{
    if (!settings->bootstrap || !*settings->bootstrap) {
        problem_set(problem, ERR_CONFIG, "kafka", NULL, "no bootstrap servers are set");
        return NULL;
    }
    const struct property ours[] = {
        {"bootstrap.servers", settings->bootstrap},
        {"client.id", settings->client_id ? settings->client_id : "duebook"},
        {"log.queue", "true"}, /* logs come in our own thread, when it polls */
        {"socket.keepalive.enable", "true"},
        {"reconnect.backoff.max.ms", "2000"},
        {"topic.metadata.refresh.interval.ms", "60000"},
    };
    __attribute__((cleanup(configuration_clear))) rd_kafka_conf_t *configuration =
        rd_kafka_conf_new();
    rd_kafka_conf_set_log_cb(configuration, on_log);
    if (!properties_set(configuration, settings->properties, problem))
        return NULL;
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
        if (!property_set(configuration, ours[i].name, ours[i].value, problem))
            return NULL;
    for (size_t i = 0; i < n; i++)
        if (!property_set(configuration, properties[i].name, properties[i].value, problem))
            return NULL;
    rd_kafka_conf_t *made = configuration;
    configuration = NULL;
    return made;
}

rd_kafka_t *client_new(rd_kafka_type_t type, rd_kafka_conf_t *configuration,
                       struct problem *problem)
{
    char why[ERROR_SIZE] = "";
    rd_kafka_t *client = rd_kafka_new(type, configuration, why, sizeof why);
    if (!client) {
        rd_kafka_conf_destroy(configuration);
        problem_set(problem, ERR_CONFIG, "kafka", NULL, "the Kafka client cannot be made: %.200s",
                    why);
        return NULL;
    }
    rd_kafka_set_log_queue(client, NULL);
    return client;
}

void client_on_error(rd_kafka_t *client, int code, const char *reason, void *opaque)
{
    (void)client;
    struct trouble *trouble = opaque;
    trouble->pending = true;
    trouble->fatal = trouble->fatal || code == RD_KAFKA_RESP_ERR__FATAL;
    snprintf(trouble->text, sizeof trouble->text, "%s", reason);
}

enum error client_error(rd_kafka_resp_err_t code, const char *what, struct problem *problem)
{
    return problem_set(problem, ERR_BROKER_AWAY, "kafka", NULL, "%s: %s", what,
                       rd_kafka_err2str(code));
}
