/* SPDX-License-Identifier: Apache-2.0 */
#include "common/wire/base64.h"

#include "common/base/text.h"

bool base64_parse(struct arena *arena, const char *text, size_t size, ProtobufCBinaryData *bytes)
{
    size_t digits = size;
    if (size % 4 == 0)
        while (digits && size - digits < 2 && text[digits - 1] == '=')
            digits--;
    uint8_t *form = arena_get(arena, digits + 1);
    struct arena_mark mark = arena_mark(arena);
    if (!form)
        return false;
    for (size_t i = 0; i < digits; i++)
        form[i] = (uint8_t)(text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
    /* In place: a byte is written only behind the digits that it came from. */
    arena_rewind(arena, mark);
    bytes->data = form;
    return base64_decode(form, digits, &bytes->len, bytes_of(form, digits), BASE64_URL, NULL) == OK;
}
