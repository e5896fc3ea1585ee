/* SPDX-License-Identifier: Apache-2.0
 * Topics: the five of them, created where they are absent and checked where they are not: shard s
 * is partition s for ever, so a topic with another number of partitions is no mistake that a
 * program may mend. */
#include <stdio.h>
#include <unistd.h>

#include "common/bus/broker.h"
#include "deploy/billctl/command.h"
#include "deploy/billctl/kafka.h"
#include "deploy/billctl/services.h"

enum { TIMEOUT_MS = 30000, ATTEMPTS = 50, PAUSE_US = 200000 };

static enum error connect_broker(struct tool *tool, struct broker **broker, struct problem *problem)
{
    struct broker_settings settings;
    enum error error = kafka_settings(tool, &settings, problem);
    if (error == OK)
        error = broker_open(broker, &settings, problem);
    if (error == OK)
        error = broker_check(*broker, TIMEOUT_MS, problem);
    return error;
}

static enum error begin(struct tool *tool, struct arguments *arguments, struct broker **broker,
                        int32_t *shards, struct problem *problem)
{
    enum error error = arguments_end(arguments, problem);
    if (error == OK)
        error = tool_shards(tool, shards, problem);
    return error == OK ? connect_broker(tool, broker, problem) : error;
}

/* Brokers learn of a new topic one after the other. */
static enum error check_patiently(struct broker *broker, const char *topic, int32_t shards,
                                  struct problem *problem)
{
    for (int attempt = 0;; attempt++) {
        enum error error = broker_topic_check(broker, topic, shards, TIMEOUT_MS, problem);
        if (error == OK || attempt >= ATTEMPTS)
            return error;
        usleep(PAUSE_US);
    }
}

int topics_apply_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    BROKER_AUTO struct broker *broker = NULL;
    int32_t shards;
    const char *topics[SERVICES];
    for (size_t i = 0; i < SERVICES; i++)
        topics[i] = known_services[i].topic;
    enum error error = begin(tool, arguments, &broker, &shards, &problem);
    if (error == OK)
        error = broker_topics_ensure(broker, topics, SERVICES, shards, TIMEOUT_MS, &problem);
    for (size_t i = 0; i < SERVICES && error == OK; i++)
        error = check_patiently(broker, topics[i], shards, &problem);
    if (error != OK)
        return tool_fail("topics", &problem);
    printf("%d topics of %d partitions are there\n", SERVICES, shards);
    return STATUS_OK;
}

int topics_verify_command(struct tool *tool, struct arguments *arguments)
{
    struct problem problem = {0};
    BROKER_AUTO struct broker *broker = NULL;
    int32_t shards;
    int status = STATUS_OK;
    enum error error = begin(tool, arguments, &broker, &shards, &problem);
    if (error != OK)
        return tool_fail("topics", &problem);
    for (size_t i = 0; i < SERVICES; i++) {
        struct topic_description topic = {0};
        error =
            broker_topic_describe(broker, known_services[i].topic, &topic, TIMEOUT_MS, &problem);
        if (error != OK)
            return tool_fail("topics", &problem);
        bool good = topic.exists && topic.partitions == shards && !topic.leaderless;
        printf("%-32s %3d partitions %2d replicas  %s\n", known_services[i].topic, topic.partitions,
               topic.replicas,
               good               ? "ok"
               : !topic.exists    ? "ABSENT: billctl topics apply"
               : topic.leaderless ? "WITHOUT A LEADER"
                                  : "WRONG NUMBER OF PARTITIONS");
        if (!good)
            status = STATUS_BROKEN;
    }
    return status;
}
