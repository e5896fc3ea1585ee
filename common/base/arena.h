/* SPDX-License-Identifier: Apache-2.0
 * Arena: memory that lives exactly as long as one batch. Bounded, so an oversized message is a refusal and never an
 * out-of-memory kill; also protobuf-c's allocator, so nothing that was unpacked needs freeing.
 *
 * When the bound is reached: if `on_exhausted` is set, control returns there by longjmp (decide and evolve hold no
 * resources, so the loop may cut them short); otherwise NULL is returned and `exhausted` tells 'too large' from
 * 'malformed', which protobuf-c reports alike. Not thread safe: one arena belongs to one thread. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <protobuf-c/protobuf-c.h>

struct arena {
    uint8_t *base;
    size_t used, size_max, used_max;
    bool exhausted;
    jmp_buf *on_exhausted; /* borrowed; NULL: arena_get returns NULL instead */
    ProtobufCAllocator allocator;
};

struct arena_mark {
    size_t used;
};

/* Reserves `size_max` bytes of address space; pages cost memory only once touched. Aborts if the kernel refuses. */
void arena_init(struct arena *arena, size_t size_max);
void arena_fini(struct arena *arena);

/* Empties the arena; its pages stay, so the next batch does not pay for them again. */
void arena_reset(struct arena *arena);
/* Empties it and gives pages beyond 1 MiB back to the kernel: for loops that have nothing to do. */
void arena_trim(struct arena *arena);

struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Uninitialised, 16-byte aligned. */
void *arena_get(struct arena *arena, size_t size);
void *arena_zero(struct arena *arena, size_t size);
void *arena_copy(struct arena *arena, const void *bytes, size_t size);
/* Text is never NULL unless the arena is exhausted; the copy ends with NUL. */
char *arena_copy_text(struct arena *arena, const char *text);
char *arena_text(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One message in the arena: arena_new(arena, Money, MONEY__INIT, .minor = 5). */
#define arena_new(arena, Type, INIT) ((Type *)arena_copy((arena), &(Type)INIT, sizeof(Type)))

/* Adds one pointer to a repeated field: protobuf-c has no append, and count and array must change together. */
#define arena_append(arena, count, array, item)                                                    \
    do {                                                                                           \
        void **grown_ = arena_grow((arena), (void **)(array), (count), (item));                    \
        (array) = (void *)grown_;                                                                  \
        (count)++;                                                                                 \
    } while (0)
void **arena_grow(struct arena *arena, void **items, size_t count, void *item);

/* Unpacks into the arena. NULL: malformed, or too large if arena->exhausted. Never free the result. */
void *arena_unpack(struct arena *arena, const ProtobufCMessageDescriptor *descriptor, const void *bytes, size_t size);
/* Packs into the arena; *size receives the length. */
uint8_t *arena_pack(struct arena *arena, const ProtobufCMessage *message, size_t *size);
