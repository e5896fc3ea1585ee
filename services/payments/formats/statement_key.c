/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/formats/statement_key.h"

#include <string.h>

#include "common/base/text.h"

enum { PART_TEXT_SIZE = 3 * STATEMENT_KEY_PART_MAX + 24 };

/* FNV-1a, 64 bit: it only keeps long references apart that share their beginning. */
static uint64_t text_hash(const char *text)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return hash;
}

static void part_add(struct text_buffer *buffer, const char *text)
{
    size_t length = strlen(text);
    size_t kept = length > STATEMENT_KEY_PART_MAX ? STATEMENT_KEY_PART_MAX : length;
    while (kept < length && kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80)
        kept--; /* never through a character */
    for (size_t i = 0; i < kept; i++) {
        unsigned char byte = (unsigned char)text[i];
        if (byte <= ' ' || byte == '|' || byte == '#' || byte == '%' || byte == 0x7F)
            text_buffer_add_format(buffer, "%%%02X", byte);
        else
            text_buffer_add_character(buffer, (char)byte);
    }
    if (kept < length)
        text_buffer_add_format(buffer, "%%~%016llx", (unsigned long long)text_hash(text));
}

static void account_add(struct text_buffer *buffer, const struct statement_account *account)
{
    const char *id = statement_account_id(account);
    char compact[STATEMENT_KEY_PART_MAX + 1];
    size_t length = 0;
    if (!id) {
        text_buffer_add(buffer, "?");
        return;
    }
    for (const char *at = id; *at && length < sizeof compact - 1; at++)
        if (*at != ' ')
            compact[length++] = character_upper(*at);
    compact[length] = '\0';
    part_add(buffer, strlen(id) < sizeof compact ? compact : id);
}

static void statement_add(struct text_buffer *buffer, const struct statement_header *header)
{
    account_add(buffer, &header->account);
    text_buffer_add_character(buffer, '|');
    if (header->id) {
        part_add(buffer, header->id);
    } else {
        text_buffer_add(buffer, "m:");
        part_add(buffer, header->message->id ? header->message->id : "?");
        text_buffer_add_format(buffer, "/%u", (unsigned)header->ordinal);
    }
    if (header->page.number.present && header->page.number.value > 1)
        text_buffer_add_format(buffer, ":%llu", (unsigned long long)header->page.number.value);
}

char *statement_key(struct arena *arena, const struct statement_header *header)
{
    char text[2 * PART_TEXT_SIZE + 64];
    struct text_buffer buffer = text_buffer_on(text, sizeof text);
    statement_add(&buffer, header);
    return arena_copy_text(arena, text);
}

char *statement_entry_key(struct arena *arena, const struct statement_header *header,
                          const struct statement_entry *entry, uint32_t part_index)
{
    char text[3 * PART_TEXT_SIZE + 128];
    struct text_buffer buffer = text_buffer_on(text, sizeof text);
    const char *reference = entry->reference ? entry->reference : entry->servicer_ref;
    statement_add(&buffer, header);
    text_buffer_add_character(&buffer, '|');
    text_buffer_add(&buffer, entry->reference ? "e:" : entry->servicer_ref ? "s:" : "-");
    if (reference)
        part_add(&buffer, reference);
    text_buffer_add_format(&buffer, "#%u", (unsigned)entry->ordinal);
    if (part_index > 0)
        text_buffer_add_format(&buffer, ".%u", (unsigned)part_index);
    return arena_copy_text(arena, text);
}
