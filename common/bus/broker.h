/* SPDX-License-Identifier: Apache-2.0
 * Broker: the Kafka cluster as a whole: is it there, which one is it, are our topics there. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

/* What every client of the cluster needs. Borrowed during the call only. */
struct broker_settings {
    const char *bootstrap; /* "host:port,host:port" */
    const char *client_id; /* shown in the broker's logs and quotas; NULL: "duebook" */
    /* More properties of librdkafka, "name=value" separated by ';' or line feeds, say for TLS and
     * SASL; NULL: none. They may not change what exactness rests on (acks, idempotence, offsets).
     */
    const char *properties;
};

struct broker; /* one connection pool for questions; one thread at a time */

/* Does not connect yet. ERR_CONFIG. */
MUST_USE enum error broker_open(struct broker **broker, const struct broker_settings *settings,
                                struct problem *problem);
void broker_close(struct broker *broker);
static inline void broker_close_at_end(struct broker **broker)
{
    broker_close(*broker);
}
#define BROKER_AUTO __attribute__((cleanup(broker_close_at_end)))

/* OK if a broker answers within the time; ERR_BROKER_AWAY. */
MUST_USE enum error broker_check(struct broker *broker, int32_t timeout_ms,
                                 struct problem *problem);

enum { CLUSTER_ID_SIZE = 64 };
/* Tells a restored or other cluster from ours. */
MUST_USE enum error broker_cluster_id(struct broker *broker, char id[CLUSTER_ID_SIZE],
                                      int32_t timeout_ms, struct problem *problem);

struct topic_description {
    bool exists;
    int32_t partitions;
    int32_t replicas;   /* the least over the partitions */
    int32_t leaderless; /* partitions that nobody leads now */
};
MUST_USE enum error broker_topic_describe(struct broker *broker, const char *topic,
                                          struct topic_description *description, int32_t timeout_ms,
                                          struct problem *problem);

/* Creates what is absent: that many partitions, cleanup.policy=delete, unlimited retention,
 * replication 3 and min.insync.replicas 2 where the cluster has three brokers, else 1. A topic that
 * exists with another number of partitions is ERR_CONFIG: shard s is partition s for ever. */
MUST_USE enum error broker_topics_ensure(struct broker *broker, const char *const *topics, size_t n,
                                         int32_t partitions, int32_t timeout_ms,
                                         struct problem *problem);
/* The last part of the above for one topic, for readiness. */
MUST_USE enum error broker_topic_check(struct broker *broker, const char *topic, int32_t partitions,
                                       int32_t timeout_ms, struct problem *problem);
