/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/statement_source.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static long descriptor_read(void *context, void *buffer, size_t size)
{
    ssize_t got;
    do
        got = read(*(const int *)context, buffer, size);
    while (got < 0 && errno == EINTR);
    return got;
}

struct statement_source statement_source_descriptor(const int *descriptor)
{
    return (struct statement_source){descriptor_read, (void *)(size_t)descriptor};
}

static long memory_read(void *context, void *buffer, size_t size)
{
    struct statement_memory *memory = context;
    size_t left = memory->size - memory->taken;
    if (size > left)
        size = left;
    if (size > 0)
        memcpy(buffer, memory->bytes + memory->taken, size);
    memory->taken += size;
    return (long)size;
}

struct statement_source statement_source_memory(struct statement_memory *memory)
{
    return (struct statement_source){memory_read, memory};
}
