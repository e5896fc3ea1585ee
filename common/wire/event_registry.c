/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/event_registry.h"

#include <stdlib.h>

static int name_order(const void *left, const void *right)
{
    const ProtobufCMessageDescriptor *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

bool event_registry_init(struct event_registry *registry, struct arena *arena,
                         const ProtobufCMessageDescriptor *const *types, size_t count)
{
    *registry = (struct event_registry){.types = (const ProtobufCMessageDescriptor **)arena_copy(
                                            arena, types, count * sizeof *types)};
    if (!registry->types)
        return false;
    if (count)
        qsort(registry->types, count, sizeof *registry->types, name_order);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || strcmp(registry->types[i]->name, registry->types[i - 1]->name) != 0)
            registry->types[registry->count++] = registry->types[i];
    return true;
}

const ProtobufCMessageDescriptor *event_registry_find_slice(const struct event_registry *registry,
                                                            const char *name, size_t size)
{
    size_t low = 0, high = registry->count;
    if (strnlen(name, size) != size)
        return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const ProtobufCMessageDescriptor *type = registry->types[middle];
        int order = strncmp(type->name, name, size);
        if (order == 0 && type->name[size] == 0)
            return type;
        if (order < 0)
            low = middle + 1;
        else
            high = middle; /* a longer name sorts behind its own beginning */
    }
    return NULL;
}

const ProtobufCMessageDescriptor *event_registry_find(const struct event_registry *registry,
                                                      const char *name)
{
    return event_registry_find_slice(registry, name, strlen(name));
}
