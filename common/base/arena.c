/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/arena.h"

#include <assert.h>
#include <stdio.h>
#include <sys/mman.h>

enum { KEPT_BYTES = 1 << 20 };

static void *allocator_alloc(void *context, size_t size)
{
    return arena_get(context, size);
}

static void allocator_free(void *context, void *pointer)
{
    (void)context;
    (void)pointer;
}

void arena_init(struct arena *arena, size_t size_max)
{
    void *base = mmap(NULL, size_max, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert(base != MAP_FAILED);
    *arena = (struct arena){
        .base = base, .size_max = size_max, .allocator = {allocator_alloc, allocator_free, arena}};
}

void arena_fini(struct arena *arena)
{
    if (arena->base)
        munmap(arena->base, arena->size_max);
    *arena = (struct arena){0};
}

void arena_reset(struct arena *arena)
{
    arena->used = 0;
    arena->exhausted = false;
}

void arena_trim(struct arena *arena)
{
    if (arena->used_max > KEPT_BYTES && arena->size_max > KEPT_BYTES)
        madvise(arena->base + KEPT_BYTES, arena->size_max - KEPT_BYTES, MADV_DONTNEED);
    arena->used_max = 0;
    arena_reset(arena);
}

struct arena_mark arena_mark(const struct arena *arena)
{
    return (struct arena_mark){arena->used};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
    assert(mark.used <= arena->used);
    arena->used = mark.used;
    arena->exhausted = false;
}

void *arena_get(struct arena *arena, size_t size)
{
    size_t at = (arena->used + 15) & ~(size_t)15;
    if (at > arena->size_max || size > arena->size_max - at) {
        arena->exhausted = true;
        if (arena->on_exhausted)
            longjmp(*arena->on_exhausted, 1);
        return NULL;
    }
    arena->used = at + size;
    if (arena->used > arena->used_max)
        arena->used_max = arena->used;
    return arena->base + at;
}

void *arena_zero(struct arena *arena, size_t size)
{
    void *place = arena_get(arena, size);
    return place ? memset(place, 0, size) : NULL;
}

void *arena_copy(struct arena *arena, const void *bytes, size_t size)
{
    void *place = arena_get(arena, size ? size : 1);
    return place && size ? memcpy(place, bytes, size) : place;
}

char *arena_copy_text(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text) + 1);
}

char *arena_text(struct arena *arena, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    assert(length >= 0);
    char *text = arena_get(arena, (size_t)length + 1);
    if (text)
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

void **arena_grow(struct arena *arena, void **items, size_t count, void *item)
{
    void **grown = arena_get(arena, (count + 1) * sizeof *grown);
    if (!grown)
        return items;
    if (count)
        memcpy(grown, items, count * sizeof *grown);
    grown[count] = item;
    return grown;
}

void *arena_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, const void *bytes, size_t size)
{
    return protobuf_c_message_unpack(descriptor, &arena->allocator, size, bytes);
}

uint8_t *arena_pack(struct arena *arena, const ProtobufCMessage *message, size_t *size)
{
    *size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_get(arena, *size ? *size : 1);
    if (bytes)
        protobuf_c_message_pack(message, bytes);
    return bytes;
}
