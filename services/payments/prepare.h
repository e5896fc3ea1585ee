/* SPDX-License-Identifier: Apache-2.0
 * Prepare: what the edge completes in a command before it is decided: ids that follow from natural
 * keys, references found in words that are sealed afterwards, the key of a statement. It holds no
 * lock, so decide checks all of it again. */
#pragma once
#include "common/service/api.h"

enum error prepare_record_payment(struct api_call *call, ProtobufCMessage *command);
enum error prepare_accept_statement(struct api_call *call, ProtobufCMessage *command);
