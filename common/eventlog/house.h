/* SPDX-License-Identifier: Apache-2.0
 * House: the streams that every service keeps about its own work put aside, handed over or waiting. They have no state:
 * the rows of parked, handover and waiting follow from their events. */
#pragma once
#include "common/eventlog/model.h"

/* NULL if the code is no house kind's. */
const struct stream_kind *house_kind(int code);
const struct stream_kind *house_kind_named(const char *name);
const ProtobufCMessageDescriptor *house_event(const char *type);
/* All house kinds, for registries of types. */
const struct stream_kind *house_kinds(size_t *n);
