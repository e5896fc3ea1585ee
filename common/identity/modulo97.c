/* SPDX-License-Identifier: Apache-2.0 */
#include "common/identity/modulo97.h"

#include <assert.h>
#include <string.h>

#include "common/base/text.h"

static unsigned fed(unsigned remainder, char character)
{
    if (character_is_digit(character))
        return (remainder * 10 + (unsigned)(character - '0')) % 97;
    unsigned value = (unsigned)(character - 'A') + 10;
    return (remainder * 100 + value) % 97;
}

unsigned modulo97(const char *text)
{
    unsigned remainder = 0;
    assert(strlen(text) >= 4);
    for (const char *at = text + 4; *at; at++)
        remainder = fed(remainder, *at);
    for (size_t i = 0; i < 4; i++)
        remainder = fed(remainder, text[i]);
    return remainder;
}

bool modulo97_normalise(char *copy, size_t copy_size, const char *text)
{
    size_t length = 0;
    for (; *text; text++) {
        if (*text == ' ')
            continue;
        if (length + 1 >= copy_size || !(character_is_digit(*text) || character_is_letter(*text)))
            return false;
        copy[length++] = character_upper(*text);
    }
    copy[length] = 0;
    return true;
}

void modulo97_group(char *grouped, size_t size, const char *text)
{
    struct text_buffer buffer = text_buffer_on(grouped, size);
    for (size_t i = 0; text[i]; i++) {
        if (i && i % 4 == 0)
            text_buffer_add_character(&buffer, ' ');
        text_buffer_add_character(&buffer, text[i]);
    }
    assert(!buffer.overflowed);
}
