/* SPDX-License-Identifier: Apache-2.0
 * Event registry: from the full name of a type, as it travels in ce_type, to its descriptor.
 * Whoever needs one names the types it knows; there is no global list, so that a service knows
 * exactly what it handles. */
#pragma once
#include "common/base/arena.h"

struct event_registry {
    const ProtobufCMessageDescriptor **types; /* sorted by name, owned by the arena */
    size_t count;
};

/* `types` is copied into the arena. A type named twice is one. False: the arena is full. */
bool event_registry_init(struct event_registry *registry, struct arena *arena,
                         const ProtobufCMessageDescriptor *const *types, size_t count);

/* By full name ("billing.invoicing.v1.InvoiceIssued"); NULL if unknown. */
const ProtobufCMessageDescriptor *event_registry_find(const struct event_registry *registry,
                                                      const char *name);
/* By a slice of text, as a header of Kafka gives it. */
const ProtobufCMessageDescriptor *event_registry_find_slice(const struct event_registry *registry,
                                                            const char *name, size_t size);
