/* SPDX-License-Identifier: Apache-2.0
 * JSON from anybody: read, written and read again it is the same message, its canonical form is
 * one, and nothing else happens. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "billing/everything/v1/everything.pb-c.h"
#include "common/wire/json.h"
#include "common/wire/message.h"

enum { ARENA_BYTES = 32 << 20 };

static void demand(bool holds, const char *what, const void *bytes, size_t size)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %.*s\n", what, (int)size, (const char *)bytes);
    abort();
}

static enum error seal(void *context, struct arena *arena, const char *field, const char *text,
                       Common__Sealed *out, struct problem *problem)
{
    (void)context;
    (void)field;
    (void)problem;
    out->key_version = 1;
    out->ciphertext = (ProtobufCBinaryData){strlen(text), arena_copy(arena, text, strlen(text))};
    return out->ciphertext.data ? OK : ERR_TOO_LARGE;
}

static void check(struct arena *arena, const ProtobufCMessageDescriptor *type, const char *text,
                  size_t size, const struct json_options *options)
{
    struct problem problem = {0};
    struct arena_buffer out = {.arena = arena}, again_out = {.arena = arena};
    struct json_options back = *options;
    ProtobufCMessage *message, *again;
    enum error error = json_read(arena, type, text, size, options, &message, &problem);
    demand((error == OK) == (message != NULL), "an answer without its message", text, size);
    demand(error == OK || *problem.detail, "a refusal without a reason", text, size);
    if (error != OK)
        return;
    back.accept_sealed = true;
    demand(json_write(&out, message, options) == OK, "what was read cannot be written", text, size);
    demand(json_read(arena, type, out.data, out.size, &back, &again, &problem) == OK,
           problem.detail, out.data, out.size);
    demand(message_equal(message, again), "another message came back", out.data, out.size);
    demand(message_equal(message, message_copy(arena, message)), "the copy differs", out.data,
           out.size);
    demand(json_write(&again_out, again, options) == OK && again_out.size == out.size &&
               memcmp(again_out.data, out.data, out.size) == 0,
           "two spellings of one message", out.data, out.size);
}

static void check_canonical(struct arena *arena, const char *text, size_t size)
{
    const ProtobufCMessageDescriptor *type = &everything__everything__descriptor;
    struct problem problem = {0};
    const char *once, *twice;
    size_t once_size, twice_size;
    if (json_canonical(arena, type, text, size, NULL, &once, &once_size, &problem) != OK)
        return;
    demand(json_canonical(arena, type, once, once_size, NULL, &twice, &twice_size, &problem) ==
                   OK &&
               once_size == twice_size && memcmp(once, twice, once_size) == 0,
           "the canonical form of the canonical form differs", once, once_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct arena arena; /* made once: the address space of each run */
    static const struct json_options ours = {.seal = seal}, plain = {.plain = true, .indent = 3},
                                     defaults = {.emit_defaults = true};
    const char *text = (const char *)bytes;
    if (!arena.base)
        arena_init(&arena, ARENA_BYTES);
    if (size > 64 * 1024)
        return 0;
    check(&arena, &everything__everything__descriptor, text, size, &ours);
    arena_reset(&arena);
    check(&arena, &everything__everything__descriptor, text, size, &plain);
    arena_reset(&arena);
    check(&arena, &everything__everything__descriptor, text, size, &defaults);
    arena_reset(&arena);
    check(&arena, &everything__nest__descriptor, text, size, &ours);
    arena_reset(&arena);
    check(&arena, &common__money__descriptor, text, size, &ours);
    check_canonical(&arena, text, size);
    arena_reset(&arena);
    return 0;
}
