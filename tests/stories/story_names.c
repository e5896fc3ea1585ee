/* SPDX-License-Identifier: Apache-2.0 */
#include "story_names.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"

struct story_name {
    const char *word, *id;
};

/* Fields that end in _id and hold a text of somebody else. */
static const char *const foreign_ids[] = {"end_to_end_id", "mandate_id", "vat_id", "line_id"};

static const char *remember(struct story_names *names, const char *word, const char *id)
{
    if (names->n == names->max) {
        size_t max = names->max ? names->max * 2 : 32;
        struct story_name *known = arena_get(names->arena, max * sizeof *known);
        if (names->n)
            memcpy(known, names->known, names->n * sizeof *known);
        names->known = known;
        names->max = max;
    }
    names->known[names->n++] = (struct story_name){word, id};
    return id;
}

const char *story_id(struct story_names *names, const char *word)
{
    for (size_t i = 0; i < names->n; i++)
        if (!strcmp(names->known[i].word, word))
            return names->known[i].id;
    struct uuid id;
    if (uuid_parse(&id, word, NULL) == OK)
        return arena_copy_text(names->arena, word);
    if (*word == '#')
        return NULL;
    char text[UUID_TEXT_SIZE];
    uuid_format(text, uuid_derive_text("story", word, NULL));
    return remember(names, arena_copy_text(names->arena, word),
                    arena_copy_text(names->arena, text));
}

static const char *story_word(struct story_names *names, const char *id)
{
    for (size_t i = 0; i < names->n; i++)
        if (!strcmp(names->known[i].id, id))
            return names->known[i].word;
    const char *word = arena_text(names->arena, "#%zu", ++names->n_unnamed);
    remember(names, word, arena_copy_text(names->arena, id));
    return word;
}

/* The last name of a path, without its index: "lines[0].charge_id" -> "charge_id". */
static bool is_id_field(const char *path)
{
    const char *last = strrchr(path, '.');
    last = last ? last + 1 : path;
    size_t length = strcspn(last, "[");
    for (size_t i = 0; i < sizeof foreign_ids / sizeof *foreign_ids; i++)
        if (strlen(foreign_ids[i]) == length && !memcmp(last, foreign_ids[i], length))
            return false;
    return (length > 3 && !memcmp(last + length - 3, "_id", 3)) ||
           (length > 4 && !memcmp(last + length - 4, "_ids", 4));
}

const char *story_value_read(struct story_names *names, const char *path, const char *value)
{
    if (is_id_field(path) && *value && *value != '"') {
        const char *id = story_id(names, value);
        return id ? id : value;
    }
    const char *open = strchr(value, '{'), *close = open ? strchr(open, '}') : NULL;
    if (!close || close == open + 1)
        return value;
    char word[128];
    snprintf(word, sizeof word, "%.*s", (int)(close - open - 1), open + 1);
    const char *id = story_id(names, word);
    if (!id)
        return value;
    return arena_text(names->arena, "%.*s%s%s", (int)(open - value), value, id,
                      story_value_read(names, "", close + 1));
}

static bool is_id_at(const char *at, char id[UUID_TEXT_SIZE])
{
    struct uuid parsed;
    if (strnlen(at, 36) < 36)
        return false;
    memcpy(id, at, 36);
    id[36] = 0;
    return uuid_parse(&parsed, id, NULL) == OK;
}

const char *story_text_print(struct story_names *names, const char *text)
{
    char *out = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&out, &size);
    for (const char *at = text; *at;) {
        char id[UUID_TEXT_SIZE];
        if (!is_id_at(at, id)) {
            fputc(*at++, stream);
            continue;
        }
        bool whole = (at == text || at[-1] == ' ' || at[-1] == '/') &&
                     (at[36] == '\n' || !at[36] || at[36] == ' ');
        fprintf(stream, whole ? "%s" : "{%s}", story_word(names, id));
        at += 36;
    }
    fclose(stream);
    const char *copy = arena_copy_text(names->arena, out);
    free(out);
    return copy;
}
