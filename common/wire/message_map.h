/* SPDX-License-Identifier: Apache-2.0
 * Message map: the entries of a map field in one order, so that the same map always prints and
 * hashes alike (protobuf leaves the order open). */
#pragma once
#include "common/wire/message_field.h"

/* The entries in the order of their keys (text by bytes, numbers by value), of equal keys only the
 * last, as the wire format says. *count is set; NULL if the map is empty or the arena is full. */
ProtobufCMessage **message_map_sorted(struct arena *arena, const ProtobufCMessage *message,
                                      const ProtobufCFieldDescriptor *field, size_t *count);
