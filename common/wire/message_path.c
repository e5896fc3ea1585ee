/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/message_path.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/base/text.h"

static void add_key(struct text_buffer *out, const char *key)
{
    text_buffer_add(out, "[\"");
    for (; *key; key++)
        text_buffer_add_character(out, *key >= 0x20 && *key < 0x7F ? *key : '?');
    text_buffer_add(out, "\"]");
}

static void add_path(struct text_buffer *out, const struct message_path *path)
{
    if (!path)
        return;
    add_path(out, path->parent);
    if (path->parent)
        text_buffer_add_character(out, '.');
    for (const char *name = path->name; *name; name++)
        text_buffer_add_character(out, *name >= 0x20 && *name < 0x7F ? *name : '?');
    switch (path->kind) {
    case MESSAGE_PATH_FIELD:
        break;
    case MESSAGE_PATH_ELEMENT:
        text_buffer_add_format(out, "[%zu]", path->index);
        break;
    case MESSAGE_PATH_KEY:
        add_key(out, path->key);
        break;
    }
}

void message_path_print(const struct message_path *path, char *out, size_t size)
{
    struct text_buffer text = text_buffer_on(out, size);
    add_path(&text, path);
}

enum error message_path_problem(struct problem *problem, enum error error,
                                const struct message_path *path, const char *rule,
                                const char *format, ...)
{
    if (!problem)
        return error;
    char field[sizeof problem->field], detail[sizeof problem->detail];
    message_path_print(path, field, sizeof field);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    return problem_set(problem, error, field, rule, "%s", detail);
}
