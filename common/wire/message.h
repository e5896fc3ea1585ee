/* SPDX-License-Identifier: Apache-2.0
 * Message: protobuf bytes from strangers into an arena, behind limits that are data. The bytes are
 * walked with the descriptor BEFORE anything is allocated, because 200 KB of empty lines became
 * 17 MiB of structs (architecture.md, section 6), and because protobuf-c checks neither UTF-8 nor
 * enum values and cuts text at a NUL. */
#pragma once
#include "common/base/arena.h"
#include "common/base/error.h"
#include "common/wire/message_copy.h"
#include "common/wire/message_field.h"
#include "common/wire/message_rules.h"
#include "common/wire/message_text.h"

/* Unpacks `size` bytes into the arena. On OK *message is the message, owned by the arena (never
 * free it). Errors, with the path at fault in `problem->field`:
 *   ERR_TOO_LARGE  a limit, or the arena is full (the neighbours in a batch may have filled it: try
 *                  alone before parking); never longjmps
 *   ERR_MALFORMED  not protobuf, not this type, text that is not UTF-8 or holds a NUL
 *   ERR_RANGE      an enum value that this program does not know
 *   ERR_MISSING    a required path */
MUST_USE enum error message_unpack(struct arena *arena,
                                   const ProtobufCMessageDescriptor *descriptor, const void *bytes,
                                   size_t size, const struct message_rules *rules,
                                   ProtobufCMessage **message, struct problem *problem);

/* Only the walk over the bytes: everything of message_unpack but the required paths. `arena` is for
 * counters and is left as it was. */
MUST_USE enum error message_check_bytes(struct arena *arena,
                                        const ProtobufCMessageDescriptor *descriptor,
                                        const void *bytes, size_t size,
                                        const struct message_rules *rules, struct problem *problem);
