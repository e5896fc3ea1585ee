/* SPDX-License-Identifier: Apache-2.0
 * Base64 as the proto3 JSON mapping reads it: standard or URL alphabet, with or without padding
 * (common/base reads exactly one form, this accepts what clients send). */
#pragma once
#include <stdbool.h>

#include "common/base/arena.h"

/* Into the arena. False: not base64, or the arena is full (arena->exhausted tells). */
bool base64_parse(struct arena *arena, const char *text, size_t size, ProtobufCBinaryData *bytes);
