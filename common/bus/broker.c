/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/broker.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/bus/client.h"

enum { REPLICAS_WANTED = 3, WHY_SIZE = 200 };

struct broker {
    rd_kafka_t *client;
};

static void metadata_clear(const struct rd_kafka_metadata **metadata)
{
    if (*metadata)
        rd_kafka_metadata_destroy(*metadata);
}
#define METADATA_AUTO __attribute__((cleanup(metadata_clear)))

enum error broker_open(struct broker **broker, const struct broker_settings *settings,
                       struct problem *problem)
{
    *broker = NULL;
    rd_kafka_conf_t *configuration = client_configure(settings, NULL, 0, problem);
    rd_kafka_t *client =
        configuration ? client_new(RD_KAFKA_PRODUCER, configuration, problem) : NULL;
    if (!client)
        return ERR_CONFIG;
    *broker = calloc(1, sizeof **broker);
    assert(*broker);
    (*broker)->client = client;
    return OK;
}

void broker_close(struct broker *broker)
{
    if (!broker)
        return;
    rd_kafka_destroy(broker->client);
    free(broker);
}

/* `topic` NULL: the brokers only. */
static enum error metadata_get(struct broker *broker, const char *topic,
                               const struct rd_kafka_metadata **metadata, int32_t timeout_ms,
                               struct problem *problem)
{
    rd_kafka_poll(broker->client, 0); /* its logs */
    rd_kafka_topic_t *handle = topic ? rd_kafka_topic_new(broker->client, topic, NULL) : NULL;
    rd_kafka_resp_err_t code = rd_kafka_metadata(broker->client, 0, handle, metadata, timeout_ms);
    if (handle)
        rd_kafka_topic_destroy(handle);
    return code ? client_error(code, "asking the cluster", problem) : OK;
}

enum error broker_check(struct broker *broker, int32_t timeout_ms, struct problem *problem)
{
    METADATA_AUTO const struct rd_kafka_metadata *metadata = NULL;
    return metadata_get(broker, NULL, &metadata, timeout_ms, problem);
}

enum error broker_cluster_id(struct broker *broker, char id[CLUSTER_ID_SIZE], int32_t timeout_ms,
                             struct problem *problem)
{
    char *text = rd_kafka_clusterid(broker->client, timeout_ms);
    if (!text)
        return problem_set(problem, ERR_BROKER_AWAY, "kafka", NULL,
                           "no broker told its cluster's id within %d ms", timeout_ms);
    snprintf(id, CLUSTER_ID_SIZE, "%s", text);
    rd_kafka_mem_free(broker->client, text);
    return OK;
}

enum error broker_topic_describe(struct broker *broker, const char *topic,
                                 struct topic_description *description, int32_t timeout_ms,
                                 struct problem *problem)
{
    *description = (struct topic_description){0};
    METADATA_AUTO const struct rd_kafka_metadata *metadata = NULL;
    enum error error = metadata_get(broker, topic, &metadata, timeout_ms, problem);
    if (error)
        return error;
    assert(metadata->topic_cnt == 1);
    const struct rd_kafka_metadata_topic *found = &metadata->topics[0];
    if (found->err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART ||
        found->err == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC)
        return OK;
    if (found->err && found->err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE)
        return client_error(found->err, topic, problem);
    description->exists = true;
    description->partitions = found->partition_cnt;
    for (int i = 0; i < found->partition_cnt; i++) {
        const struct rd_kafka_metadata_partition *partition = &found->partitions[i];
        if (!i || partition->replica_cnt < description->replicas)
            description->replicas = partition->replica_cnt;
        description->leaderless += partition->leader < 0;
    }
    return OK;
}

static enum error count_check(const char *topic, const struct topic_description *description,
                              int32_t partitions, struct problem *problem)
{
    if (!description->exists)
        return problem_set(problem, ERR_NOT_FOUND, "kafka", NULL, "topic %s does not exist", topic);
    if (description->partitions != partitions)
        return problem_set(problem, ERR_CONFIG, "kafka", NULL,
                           "topic %s has %d partitions and the installation %d shards", topic,
                           description->partitions, partitions);
    return OK;
}

enum error broker_topic_check(struct broker *broker, const char *topic, int32_t partitions,
                              int32_t timeout_ms, struct problem *problem)
{
    struct topic_description description;
    enum error error = broker_topic_describe(broker, topic, &description, timeout_ms, problem);
    return error ? error : count_check(topic, &description, partitions, problem);
}

/* The objects of one request to create; all freed together. */
struct creation {
    rd_kafka_NewTopic_t *topic;
    rd_kafka_AdminOptions_t *options;
    rd_kafka_queue_t *queue;
    rd_kafka_event_t *event;
};

static void creation_clear(struct creation *creation)
{
    if (creation->event)
        rd_kafka_event_destroy(creation->event);
    if (creation->queue)
        rd_kafka_queue_destroy(creation->queue);
    if (creation->options)
        rd_kafka_AdminOptions_destroy(creation->options);
    if (creation->topic)
        rd_kafka_NewTopic_destroy(creation->topic);
}

static enum error creation_judge(rd_kafka_event_t *event, const char *topic,
                                 struct problem *problem)
{
    const rd_kafka_CreateTopics_result_t *result = rd_kafka_event_CreateTopics_result(event);
    if (rd_kafka_event_error(event) || !result)
        return client_error(rd_kafka_event_error(event), "creating a topic", problem);
    size_t n = 0;
    const rd_kafka_topic_result_t **answers = rd_kafka_CreateTopics_result_topics(result, &n);
    rd_kafka_resp_err_t code = n ? rd_kafka_topic_result_error(answers[0]) : 0;
    /* Somebody else may have been quicker, which is as good. */
    if (!code || code == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
        return OK;
    return client_error(code, topic, problem);
}

static enum error topic_create(struct broker *broker, const char *topic, int32_t partitions,
                               int32_t replicas, int32_t timeout_ms, struct problem *problem)
{
    char why[WHY_SIZE] = "";
    __attribute__((cleanup(creation_clear))) struct creation creation = {
        .topic = rd_kafka_NewTopic_new(topic, partitions, replicas, why, sizeof why),
        .options = rd_kafka_AdminOptions_new(broker->client, RD_KAFKA_ADMIN_OP_CREATETOPICS),
        .queue = rd_kafka_queue_new(broker->client),
    };
    if (!creation.topic)
        return problem_set(problem, ERR_CONFIG, "kafka", NULL, "topic %s: %.150s", topic, why);
    rd_kafka_NewTopic_set_config(creation.topic, "cleanup.policy", "delete");
    rd_kafka_NewTopic_set_config(creation.topic, "retention.ms", "-1");
    rd_kafka_NewTopic_set_config(creation.topic, "retention.bytes", "-1");
    rd_kafka_NewTopic_set_config(creation.topic, "min.insync.replicas",
                                 replicas >= REPLICAS_WANTED ? "2" : "1");
    if (rd_kafka_AdminOptions_set_request_timeout(creation.options, timeout_ms, why, sizeof why) ||
        rd_kafka_AdminOptions_set_operation_timeout(creation.options, timeout_ms, why, sizeof why))
        return problem_set(problem, ERR_INTERNAL, "kafka", NULL, "%.150s", why);
    rd_kafka_CreateTopics(broker->client, &creation.topic, 1, creation.options, creation.queue);
    creation.event = rd_kafka_queue_poll(creation.queue, timeout_ms + 1000);
    if (!creation.event)
        return client_error(RD_KAFKA_RESP_ERR__TIMED_OUT, "creating a topic", problem);
    return creation_judge(creation.event, topic, problem);
}

enum error broker_topics_ensure(struct broker *broker, const char *const *topics, size_t n,
                                int32_t partitions, int32_t timeout_ms, struct problem *problem)
{
    METADATA_AUTO const struct rd_kafka_metadata *metadata = NULL;
    enum error error = metadata_get(broker, NULL, &metadata, timeout_ms, problem);
    if (error)
        return error;
    int32_t replicas = metadata->broker_cnt >= REPLICAS_WANTED ? REPLICAS_WANTED : 1;
    for (size_t i = 0; i < n && !error; i++) {
        struct topic_description description;
        error = broker_topic_describe(broker, topics[i], &description, timeout_ms, problem);
        if (!error && description.exists)
            error = count_check(topics[i], &description, partitions, problem);
        else if (!error)
            error = topic_create(broker, topics[i], partitions, replicas, timeout_ms, problem);
    }
    return error;
}
