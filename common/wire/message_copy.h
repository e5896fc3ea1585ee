/* SPDX-License-Identifier: Apache-2.0
 * Message copy: a message of its own, and whether two are the same. `*copy = *message` shares
 * everything that is pointed at and carries unknown fields along, so evolve would change the state
 * that it must leave alone. */
#pragma once
#include <stdbool.h>

#include "common/base/arena.h"

/* Deep, unknown fields included; NULL if the arena is full or `message` is NULL. Nothing is shared
 * with the original but constants. */
void *message_copy(struct arena *arena, const ProtobufCMessage *message);

/* Same type and same content: an absent text equals an empty one, an absent value of a map entry
 * its default, maps are compared in any order, numbers by their bits (NaN equals itself, -0.0 is
 * not 0.0), unknown fields count. NULL equals only NULL. */
bool message_equal(const ProtobufCMessage *left, const ProtobufCMessage *right);
