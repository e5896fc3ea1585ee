/* SPDX-License-Identifier: Apache-2.0
 * Bytes: a borrowed view of memory with its length, for what may hold a NUL. The viewed memory
 * belongs to whoever made the view and must outlive it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct bytes {
    const uint8_t *data; /* may be NULL when size is 0 */
    size_t size;
};

static inline struct bytes bytes_of(const void *data, size_t size)
{
    return (struct bytes){data, size};
}

/* Without the closing NUL. */
static inline struct bytes bytes_of_text(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

/* Like memcmp; of two that agree as far as they go the shorter comes first. */
static inline int bytes_compare(struct bytes left, struct bytes right)
{
    size_t shared = left.size < right.size ? left.size : right.size;
    int order = shared ? memcmp(left.data, right.data, shared) : 0;
    if (order != 0)
        return order < 0 ? -1 : 1;
    return (left.size > right.size) - (left.size < right.size);
}

static inline bool bytes_equal(struct bytes left, struct bytes right)
{
    return left.size == right.size && bytes_compare(left, right) == 0;
}
