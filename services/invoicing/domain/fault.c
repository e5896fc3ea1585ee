/* SPDX-License-Identifier: Apache-2.0 */
#include "services/invoicing/domain/fault.h"

#include <assert.h>
#include <stdarg.h>

#include "common/base/text.h"

enum { DETAIL_SIZE = 200, PATH_SIZE = 128 };

static void place_add(struct text_buffer *path, const struct place *place)
{
    if (!place)
        return;
    place_add(path, place->parent);
    if (path->length)
        text_buffer_add_character(path, '.');
    text_buffer_add(path, place->name);
    if (place->index >= 0) {
        text_buffer_add_character(path, '[');
        text_buffer_add_int64(path, place->index);
        text_buffer_add_character(path, ']');
    }
}

bool fault_set(struct fault *fault, const struct refusal *refusal, const struct place *place,
               const char *name, const char *detail, ...)
{
    if (fault->refusal)
        return false;
    char memory[PATH_SIZE], text[DETAIL_SIZE];
    struct text_buffer path = text_buffer_on(memory, sizeof memory);
    place_add(&path, place);
    if (name) {
        if (path.length)
            text_buffer_add_character(&path, '.');
        text_buffer_add(&path, name);
    }
    fault->refusal = refusal;
    fault->field = arena_copy_text(fault->arena, memory);
    fault->detail = "";
    if (!detail)
        return false;
    struct text_buffer sentence = text_buffer_on(text, sizeof text);
    va_list arguments;
    va_start(arguments, detail);
    text_buffer_add_arguments(&sentence, detail, arguments);
    va_end(arguments);
    fault->detail = arena_copy_text(fault->arena, text);
    return false;
}

void fault_refuse(const struct fault *fault, struct deciding *deciding)
{
    assert(fault->refusal);
    deciding_refuse(deciding, fault->refusal, fault->field, "%s", fault->detail);
}
