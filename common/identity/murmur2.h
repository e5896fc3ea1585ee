/* SPDX-License-Identifier: Apache-2.0
 * Murmur2: Kafka's hash of a key, so that our shard of an id is the partition which any Kafka
 * client of the Java family would choose (librdkafka calls that partitioner "murmur2"). Not for
 * security. */
#pragma once
#include <stdint.h>

#include "common/base/bytes.h"

uint32_t murmur2(struct bytes bytes);
/* Java's toPositive(murmur2(key)) % partitions. */
int32_t murmur2_partition(const char *key, int32_t partitions);
