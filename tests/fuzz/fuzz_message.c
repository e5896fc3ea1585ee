/* SPDX-License-Identifier: Apache-2.0
 * Protobuf from anybody: behind the limits it is unpacked, copied, written as JSON and as lines,
 * and both read back to what they were. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "billing/everything/v1/everything.pb-c.h"
#include "common/wire/json.h"
#include "common/wire/message.h"

enum { ARENA_BYTES = 64 << 20 };

static void demand(bool holds, const char *what, const char *text)
{
    if (holds)
        return;
    fprintf(stderr, "%s\n%s\n", what, text);
    abort();
}

/* Reads printed lines into an empty message and prints that. */
static void check_lines(struct arena *arena, const ProtobufCMessage *message)
{
    struct arena_buffer out = {.arena = arena}, again_out = {.arena = arena};
    struct problem problem = {0};
    message_print(&out, message, 0);
    const char *text = arena_buffer_text(&out);
    char *lines = arena_copy_text(arena, text);
    ProtobufCMessage *again = message_new(arena, message->descriptor);
    for (char *line; (line = strsep(&lines, "\n"));) {
        const char *value;
        if (!*line)
            continue;
        size_t size = message_line_split(line, &value);
        line[size] = 0;
        enum error error = message_read_line(arena, again, line, value, &problem);
        if (error == ERR_TOO_LARGE || error == ERR_RANGE)
            return; /* each appended element is a copy of its list: long ones fill the arena */
        demand(error == OK, problem.detail, text);
    }
    message_print(&again_out, again, 0);
    demand(strcmp(arena_buffer_text(&again_out), text) == 0, "the lines changed", text);
}

static void check_json(struct arena *arena, const ProtobufCMessage *message,
                       const struct json_options *options)
{
    struct arena_buffer out = {.arena = arena}, again_out = {.arena = arena};
    struct problem problem = {0};
    ProtobufCMessage *again;
    if (json_write(&out, message, options) != OK)
        return; /* a mask: FieldMask has no form */
    const char *text = arena_buffer_text(&out);
    if (json_read(arena, message->descriptor, out.data, out.size, options, &again, &problem) != OK)
        return; /* a value without a form of its own is written as the message that it is, and not
                   read back */
    demand(json_write(&again_out, again, options) == OK, "what was read cannot be written", text);
    demand(strcmp(arena_buffer_text(&again_out), text) == 0, "the JSON changed", text);
}

static void check(struct arena *arena, const ProtobufCMessageDescriptor *type, const uint8_t *bytes,
                  size_t size)
{
    static const char *const required[] = {"leaf?.name", "lines[].net",
                                           "chosen_int32|chosen_leaf|string_value", NULL};
    static const struct json_options ours = {0}, plain = {.plain = true, .emit_defaults = true};
    struct message_rules rules = {.elements_max = 500};
    struct problem problem = {0};
    ProtobufCMessage *message;
    enum error error = message_unpack(arena, type, bytes, size, &rules, &message, &problem);
    demand((error == OK) == (message != NULL), "an answer without its message", problem.detail);
    demand(error == OK || *problem.detail, "a refusal without a reason", "");
    if (error != OK)
        return;
    if (type == &everything__everything__descriptor)
        demand(message_check_required(message, required, &problem) != ERR_INTERNAL, problem.detail,
               problem.field);
    demand(message_equal(message, message_copy(arena, message)), "the copy differs", "");
    check_json(arena, message, &ours);
    check_json(arena, message, &plain);
    check_lines(arena, message);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct arena arena; /* made once: the address space of each run */
    if (!arena.base)
        arena_init(&arena, ARENA_BYTES);
    check(&arena, &everything__everything__descriptor, bytes, size);
    arena_reset(&arena);
    check(&arena, &everything__nest__descriptor, bytes, size);
    arena_reset(&arena);
    return 0;
}
