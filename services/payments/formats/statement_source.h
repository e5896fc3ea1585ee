/* SPDX-License-Identifier: Apache-2.0
 * Statement source: where the bytes of a bank file come from, in pieces, so that a file of any size
 * costs the memory of one piece. */
#pragma once
#include <stddef.h>

struct statement_source {
    /* Writes up to `size` bytes into `buffer` and returns how many; 0 at the end, -1 if reading
     * failed. */
    long (*read)(void *context, void *buffer, size_t size);
    void *context; /* borrowed */
};

/* A file descriptor that stays the caller's; it is read from where it stands. */
struct statement_source statement_source_descriptor(const int *descriptor);

/* Memory that stays the caller's. */
struct statement_memory {
    const char *bytes;
    size_t size, taken;
};
struct statement_source statement_source_memory(struct statement_memory *memory);
