/* SPDX-License-Identifier: Apache-2.0
 * JSON tool: our side of the comparison with Google's implementation. Reads records from standard
 * input and answers each on standard output, both as a 4-byte big-endian length and the bytes: a
 * packed message is answered by its JSON, JSON by the packed message. What is refused is answered
 * by the length 0xFFFFFFFF and then the code of the error as a record.
 *
 * usage: json_tool to-json|from-json|canonical [ours] [defaults] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "billing/everything/v1/everything.pb-c.h"
#include "common/wire/json.h"
#include "common/wire/message.h"

enum { ARENA_BYTES = 64 << 20, RECORD_BYTES_MAX = 8 << 20 };

static bool record_read(uint8_t *bytes, uint32_t *size)
{
    uint8_t length[4];
    if (fread(length, 1, 4, stdin) != 4)
        return false;
    *size = (uint32_t)length[0] << 24 | (uint32_t)length[1] << 16 | (uint32_t)length[2] << 8 |
            length[3];
    if (*size > RECORD_BYTES_MAX || fread(bytes, 1, *size, stdin) != *size) {
        fputs("a record is cut short\n", stderr);
        exit(2);
    }
    return true;
}

static void length_write(uint32_t size)
{
    const uint8_t length[] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8),
                              (uint8_t)size};
    fwrite(length, 1, sizeof length, stdout);
}

static void record_write(const void *bytes, size_t size)
{
    length_write((uint32_t)size);
    fwrite(bytes, 1, size, stdout);
}

static void refusal_write(enum error error, const struct problem *problem)
{
    char text[512];
    snprintf(text, sizeof text, "%s: %s: %s", error_code(error), problem->field, problem->detail);
    length_write(UINT32_MAX);
    record_write(text, strlen(text));
}

static const struct message_rules rules = {.bytes_max = RECORD_BYTES_MAX, .elements_max = 100000};

static void answer(struct arena *arena, const char *mode, const struct json_options *options,
                   const uint8_t *bytes, uint32_t size)
{
    const ProtobufCMessageDescriptor *type = &everything__everything__descriptor;
    struct problem problem = {0};
    ProtobufCMessage *message;
    enum error error;
    if (strcmp(mode, "to-json") == 0) {
        struct arena_buffer out = {.arena = arena};
        error = message_unpack(arena, type, bytes, size, &rules, &message, &problem);
        if (error == OK)
            error = json_write(&out, message, options);
        if (error == OK)
            record_write(out.data, out.size);
    } else if (strcmp(mode, "canonical") == 0) {
        const char *canonical;
        size_t canonical_size;
        error = json_canonical(arena, type, (const char *)bytes, size, options, &canonical,
                               &canonical_size, &problem);
        if (error == OK)
            record_write(canonical, canonical_size);
    } else {
        size_t packed_size;
        error = json_read(arena, type, (const char *)bytes, size, options, &message, &problem);
        if (error == OK) {
            const uint8_t *packed = arena_pack(arena, message, &packed_size);
            record_write(packed, packed_size);
        }
    }
    if (error != OK)
        refusal_write(error, &problem);
}

int main(int argc, char **argv)
{
    struct json_options options = {.plain = true, .bytes_max = RECORD_BYTES_MAX};
    struct arena arena;
    uint32_t size;
    if (argc < 2) {
        fputs("usage: json_tool to-json|from-json|canonical [ours] [defaults]\n", stderr);
        return 2;
    }
    for (int i = 2; i < argc; i++) {
        options.plain &= strcmp(argv[i], "ours") != 0;
        options.emit_defaults |= strcmp(argv[i], "defaults") == 0;
    }
    uint8_t *bytes = malloc(RECORD_BYTES_MAX);
    arena_init(&arena, ARENA_BYTES);
    while (record_read(bytes, &size)) {
        arena_reset(&arena);
        answer(&arena, argv[1], &options, bytes, size);
    }
    arena_fini(&arena);
    free(bytes);
    return 0;
}
