/* SPDX-License-Identifier: Apache-2.0
 * Client: what producers, consumers and askers of this room share: how librdkafka is configured,
 * logged and translated. Private to common/bus (it needs librdkafka's header). */
#pragma once
#include <librdkafka/rdkafka.h>

#include "common/bus/broker.h"
#include "common/bus/incoming.h"

struct property {
    const char *name, *value;
};

/* A configuration with the settings' properties first and ours after, so that ours win. NULL after
 * filling the problem: ERR_CONFIG. */
rd_kafka_conf_t *client_configure(const struct broker_settings *settings,
                                  const struct property *properties, size_t n,
                                  struct problem *problem);
/* Takes the configuration in any case. NULL after filling the problem: ERR_CONFIG. */
rd_kafka_t *client_new(rd_kafka_type_t type, rd_kafka_conf_t *configuration,
                       struct problem *problem);
/* What is fetched ahead. A partition whose queue is full is left alone for a second by librdkafka
 * 2.0.2, so the bound is a second's worth: at 16 MiB reading fell from 200,000 records/s to 65,000.
 */
enum { FETCH_KBYTES = 65536 };
/* "name" = number, for property tables. */
enum { NUMBER_SIZE = 16 };
const char *number_text(char text[NUMBER_SIZE], int32_t value, int32_t if_zero);

enum error client_error(rd_kafka_resp_err_t code, const char *what, struct problem *problem);

/* The last thing that librdkafka said about the cluster, outside of any message. */
struct trouble {
    bool pending, fatal;
    char text[RECORD_TEXTS_BYTES];
};
/* The error callback, run in the thread that polls; the client's opaque begins with a trouble. */
void client_on_error(rd_kafka_t *client, int code, const char *reason, void *opaque);

/* Takes the message. */
struct incoming *incoming_new(rd_kafka_message_t *message);
/* Takes the pending trouble as an incoming; NULL if there is none. */
struct incoming *incoming_of_trouble(struct trouble *trouble);

void kafka_error_clear(rd_kafka_error_t **error);
#define KAFKA_ERROR_AUTO __attribute__((cleanup(kafka_error_clear)))
void kafka_partitions_clear(rd_kafka_topic_partition_list_t **partitions);
#define KAFKA_PARTITIONS_AUTO __attribute__((cleanup(kafka_partitions_clear)))

/* Header names and the type of a tick (proto/billing/common/v1/house.proto). */
#define HEADER_SPECVERSION "ce_specversion"
#define HEADER_ID "ce_id"
#define HEADER_SOURCE "ce_source"
#define HEADER_TYPE "ce_type"
#define HEADER_FEED "duebook-feed"
#define HEADER_TRACEPARENT "traceparent"
#define TICK_TYPE "billing.common.v1.FeedTick"
