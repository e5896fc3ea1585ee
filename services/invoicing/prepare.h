/* SPDX-License-Identifier: Apache-2.0
 * Prepare: what the edge completes in a command before it is decided, because streams and series
 * must be declared before any lock is held: whose account it is, whose invoice. It holds no lock
 * itself, so decide checks all of it again. */
#pragma once
#include "common/service/api.h"

enum error prepare_register_entity(struct api_call *call, ProtobufCMessage *command);
enum error prepare_change_entity(struct api_call *call, ProtobufCMessage *command);
enum error prepare_account_charge(struct api_call *call, ProtobufCMessage *command);
enum error prepare_issue_invoice(struct api_call *call, ProtobufCMessage *command);
enum error prepare_credit_note(struct api_call *call, ProtobufCMessage *command);
enum error prepare_cancel_invoice(struct api_call *call, ProtobufCMessage *command);
