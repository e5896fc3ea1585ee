/* SPDX-License-Identifier: Apache-2.0
 * Kafka: the cluster that the settings name. */
#pragma once
#include "common/bus/reader.h"
#include "deploy/billctl/tool.h"

/* ERR_CONFIG without BILLING_KAFKA. The texts live as long as the tool. */
MUST_USE enum error kafka_settings(struct tool *tool, struct broker_settings *settings,
                                   struct problem *problem);
MUST_USE enum error kafka_reader(struct tool *tool, struct reader **reader,
                                 struct problem *problem);
