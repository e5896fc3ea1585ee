/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/domain/reference.h"

#include "common/base/text.h"
#include "common/identity/uuid.h"

bool reference_normalise(char reference[REFERENCE_SIZE], const char *text)
{
    size_t length = 0;
    for (; *text; text++) {
        if (!character_is_letter(*text) && !character_is_digit(*text))
            continue;
        if (length == REFERENCE_SIZE - 1)
            return false;
        reference[length++] = character_upper(*text);
    }
    reference[length] = '\0';
    return length > 0;
}

bool reference_same(const char *left, const char *right)
{
    char one[REFERENCE_SIZE], other[REFERENCE_SIZE];
    return reference_normalise(one, left) && reference_normalise(other, right) &&
           text_equal(one, other);
}

bool reference_of_creditor(char reference[REFERENCE_SIZE], struct creditor_reference *whole,
                           const char *text)
{
    return creditor_reference_parse(whole, text, NULL) == OK &&
           reference_normalise(reference, whole->text + 4);
}

void reference_key(char key[REFERENCE_KEY_SIZE], const char *entity_id, const char *reference)
{
    struct text_buffer buffer = text_buffer_on(key, REFERENCE_KEY_SIZE);
    text_buffer_add(&buffer, entity_id);
    text_buffer_add_character(&buffer, '/');
    text_buffer_add(&buffer, reference);
}

const char *reference_key_new(struct arena *arena, const char *entity_id, const char *text)
{
    char reference[REFERENCE_SIZE], key[REFERENCE_KEY_SIZE];
    if (!reference_normalise(reference, text))
        return NULL;
    reference_key(key, entity_id, reference);
    return arena_copy_text(arena, key);
}

bool reference_as_id(char id[37], const char *text)
{
    struct uuid uuid;
    char hex[33], reference[REFERENCE_SIZE];
    if (!reference_normalise(reference, text) || strlen(reference) != 32)
        return false;
    for (size_t i = 0; i <= 32; i++)
        hex[i] = character_lower(reference[i]);
    struct text_buffer buffer = text_buffer_on(id, 37);
    static const size_t ends[] = {8, 12, 16, 20, 32};
    for (size_t part = 0, from = 0; part < 5; from = ends[part++]) {
        if (part)
            text_buffer_add_character(&buffer, '-');
        text_buffer_add_bytes(&buffer, hex + from, ends[part] - from);
    }
    return uuid_parse(&uuid, id, NULL) == OK;
}
