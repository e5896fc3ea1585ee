/* SPDX-License-Identifier: Apache-2.0
 * Prepare: what the edge completes or refuses of a command before it is decided: today in the legal
 * entity's zone, and whether the feed is complete up to it. Decide has no zone and no feed. */
#pragma once
#include "common/service/api.h"

MUST_USE enum error collections_prepare_evaluate(struct api_call *call, ProtobufCMessage *command);
MUST_USE enum error collections_prepare_set_policy(struct api_call *call,
                                                   ProtobufCMessage *command);
