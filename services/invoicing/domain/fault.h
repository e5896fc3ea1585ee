/* SPDX-License-Identifier: Apache-2.0
 * Fault: why content cannot be accepted, found deep inside a document and told with the path of its
 * field. Checks return true when all is well, so that they chain with &&; the first fault stays. */
#pragma once
#include "services/invoicing/domain/refusals.h"

/* A place in a message: "lines[2].adjustments[0]" is built only when something is wrong there. */
struct place {
    const struct place *parent; /* NULL: the message itself */
    const char *name;
    int index; /* -1: not an element */
};

static inline struct place place_of(const struct place *parent, const char *name)
{
    return (struct place){parent, name, -1};
}

static inline struct place place_at(const struct place *parent, const char *name, size_t index)
{
    return (struct place){parent, name, (int)index};
}

struct fault {
    struct arena *arena;
    const struct refusal *refusal; /* NULL: none */
    const char *field, *detail;
};

static inline struct fault fault_none(struct arena *arena)
{
    return (struct fault){.arena = arena, .field = "", .detail = ""};
}

/* Always false. `name` is the field inside `place` (both may be NULL); `detail` is printf-like or
 * NULL. */
bool fault_set(struct fault *fault, const struct refusal *refusal, const struct place *place,
               const char *name, const char *detail, ...) __attribute__((format(__printf__, 5, 6)));

/* Refuses the decision with the fault. */
void fault_refuse(const struct fault *fault, struct deciding *deciding);
