/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/domain/references.h"

#include <string.h>

#include "common/base/text.h"
#include "common/identity/bank_account.h"
#include "common/identity/creditor_reference.h"

enum { RF_CHARACTERS_MAX = 25, RF_GROUP_CHARACTERS = 4, STRUCTURED_CHARACTERS_MAX = 35 };

bool references_has(const struct references *references, const char *text)
{
    for (size_t i = 0; i < references->n; i++)
        if (text_equal(references->texts[i], text))
            return true;
    return false;
}

static void keep(struct references *references, const char *text)
{
    if (references->n == REFERENCES_MAX || references_has(references, text))
        return;
    references->texts[references->n++] = arena_copy_text(references->arena, text);
}

void references_add(struct references *references, const char *text)
{
    char normal[STRUCTURED_CHARACTERS_MAX + 1];
    size_t length = 0;
    for (; *text; text++) {
        if ((unsigned char)*text <= ' ')
            continue;
        if ((unsigned char)*text > '~' || length == STRUCTURED_CHARACTERS_MAX)
            return;
        normal[length++] = character_upper(*text);
    }
    normal[length] = '\0';
    if (length > 0)
        keep(references, normal);
}

static bool is_alphanumeric(char character)
{
    return character_is_letter(character) || character_is_digit(character);
}

static bool is_joiner(char character)
{
    return character == '-' || character == '.' || character == '/' || character == '_';
}

/* ---- tokens ---- */

static void keep_token(struct references *references, const char *start, size_t length)
{
    char token[REFERENCE_CHARACTERS_MAX + 1];
    bool digit = false;
    if (length < REFERENCE_CHARACTERS_MIN || length > REFERENCE_CHARACTERS_MAX)
        return;
    for (size_t i = 0; i < length; i++) {
        token[i] = character_upper(start[i]);
        digit |= character_is_digit(start[i]);
    }
    token[length] = '\0';
    struct bank_account account;
    if (digit && bank_account_parse(&account, token, NULL) != OK)
        keep(references, token);
}

static void keep_without_joiners(struct references *references, const char *start, size_t length)
{
    char compact[REFERENCE_CHARACTERS_MAX];
    size_t kept = 0;
    for (size_t i = 0; i < length; i++) {
        if (is_joiner(start[i]))
            continue;
        if (kept == sizeof compact)
            return;
        compact[kept++] = start[i];
    }
    keep_token(references, compact, kept);
}

static void keep_run(struct references *references, const char *start, size_t length)
{
    keep_token(references, start, length);
    if (memchr(start, '/', length)) {
        for (size_t from = 0; from < length;) {
            const char *slash = memchr(start + from, '/', length - from);
            size_t end = slash ? (size_t)(slash - start) : length;
            keep_token(references, start + from, end - from);
            keep_without_joiners(references, start + from, end - from);
            from = end + 1;
        }
        return;
    }
    keep_without_joiners(references, start, length);
}

/* Letters and digits from `start` on, with joiners between them only. */
static size_t run_length(const char *start)
{
    size_t length = 0;
    while (is_alphanumeric(start[length]) ||
           (length > 0 && is_joiner(start[length]) && is_alphanumeric(start[length + 1])))
        length++;
    return length;
}

/* ---- RF references ---- */

/* In groups of four with single blanks between, as people print them; the last group may be
 * shorter. The longest valid one counts, since what follows is seldom part of it. */
static void keep_creditor_reference(struct references *creditor, const char *start)
{
    char text[RF_CHARACTERS_MAX + 1];
    size_t length = 0;
    struct creditor_reference found = {{0}};
    for (const char *at = start;;) {
        size_t group = 0;
        while (is_alphanumeric(at[group]))
            group++;
        if (group == 0 || length + group > RF_CHARACTERS_MAX)
            break;
        memcpy(text + length, at, group);
        length += group;
        text[length] = '\0';
        struct creditor_reference parsed;
        if (creditor_reference_parse(&parsed, text, NULL) == OK)
            found = parsed;
        if (group != RF_GROUP_CHARACTERS || at[group] != ' ')
            break;
        at += group + 1;
    }
    if (found.text[0])
        keep(creditor, found.text);
}

void references_scan(struct references *references, struct references *creditor, const char *text)
{
    while (*text) {
        if (!is_alphanumeric(*text)) {
            text++;
            continue;
        }
        size_t length = run_length(text);
        if (creditor && character_upper(text[0]) == 'R' && character_upper(text[1]) == 'F')
            keep_creditor_reference(creditor, text);
        keep_run(references, text, length);
        text += length;
    }
}
