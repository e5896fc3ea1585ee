/* SPDX-License-Identifier: Apache-2.0 */
#include "story.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/base/text.h"
#include "common/wire/message_text.h"

static const char *const answers[] = {"then ",  "refused", "failed",  "parked",
                                      "waits ", "handed ", "nothing", "ignored"};

static bool is_answer(const char *line)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (text_starts_with(line, answers[i]))
            return true;
    return false;
}

static const struct {
    const char *word;
    enum story_item_kind kind;
} verbs[] = {{"service ", STORY_SERVICE},
             {"now ", STORY_NOW},
             {"as ", STORY_AS},
             {"given ", STORY_GIVEN},
             {"when ", STORY_WHEN}};

struct reading {
    struct story *story;
    struct arena *arena;
    size_t max;
    bool in_answer;
    char *why;
    size_t why_size;
};

static const char *joined(struct arena *arena, const char *left, const char *line)
{
    return arena_text(arena, "%s%s\n", left, line);
}

static struct story_item *last_item(const struct story *story)
{
    return story->n_items ? &story->items[story->n_items - 1] : NULL;
}

static struct story_item *add_item(struct reading *reading, enum story_item_kind kind, int number)
{
    struct story *story = reading->story;
    if (story->n_items == reading->max) {
        size_t max = reading->max ? reading->max * 2 : 32;
        struct story_item *items = arena_get(reading->arena, max * sizeof *items);
        if (story->n_items)
            memcpy(items, story->items, story->n_items * sizeof *items);
        story->items = items;
        reading->max = max;
    }
    struct story_item *item = &story->items[story->n_items++];
    *item = (struct story_item){.kind = kind, .raw = "", .expected = "", .number = number};
    return item;
}

static bool complain(struct reading *reading, int number, const char *text)
{
    snprintf(reading->why, reading->why_size, "line %d: %s", number, text);
    return false;
}

static bool read_field(struct reading *reading, char *line, int number)
{
    struct story_item *item = last_item(reading->story);
    if (!item || (item->kind != STORY_GIVEN && item->kind != STORY_WHEN))
        return complain(reading, number, "a field belongs to a given or a when");
    char *at = line + strspn(line, " ");
    const char *value;
    size_t length = message_line_split(at, &value);
    value += strspn(value, " ");
    struct story_line *lines = arena_get(reading->arena, (item->n_lines + 1) * sizeof *lines);
    if (item->n_lines)
        memcpy(lines, item->lines, item->n_lines * sizeof *lines);
    lines[item->n_lines++] =
        (struct story_line){arena_text(reading->arena, "%.*s", (int)length, at),
                            arena_copy_text(reading->arena, value), number};
    item->lines = lines;
    item->raw = joined(reading->arena, item->raw, line);
    return true;
}

static bool read_verb(struct reading *reading, char *line, int number)
{
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (!text_starts_with(line, verbs[i].word))
            continue;
        struct story_item *item = add_item(reading, verbs[i].kind, number);
        item->raw = joined(reading->arena, "", line);
        char *argument = arena_copy_text(reading->arena, line + strlen(verbs[i].word));
        char *space = strchr(argument, ' ');
        if (space) {
            *space = 0;
            item->stream = space + 1 + strspn(space + 1, " ");
        }
        item->argument = argument;
        if (item->kind == STORY_SERVICE)
            reading->story->service = argument;
        return true;
    }
    return complain(reading, number, "begin with service, now, as, given, when or an answer");
}

static bool read_answer(struct reading *reading, const char *line, int number)
{
    struct story_item *item = last_item(reading->story);
    while (item && item->kind == STORY_NOTE && item > reading->story->items)
        item--;
    if (!item || item->kind != STORY_WHEN)
        return complain(reading, number, "an answer follows a when");
    item->answered = true;
    item->expected = joined(reading->arena, item->expected, line);
    return true;
}

static bool read_line(struct reading *reading, char *line, int number)
{
    bool blank = !line[strspn(line, " ")];
    if (*line == '#' || blank) {
        if (*line == '#' && !reading->story->title)
            reading->story->title =
                arena_copy_text(reading->arena, line + 1 + strspn(line + 1, " "));
        if (reading->in_answer && blank)
            return true;
        reading->in_answer = reading->in_answer && blank;
        struct story_item *note = add_item(reading, STORY_NOTE, number);
        note->raw = joined(reading->arena, "", blank ? "" : line);
        return true;
    }
    if (is_answer(line) || (reading->in_answer && *line == ' ')) {
        reading->in_answer = true;
        return read_answer(reading, line, number);
    }
    reading->in_answer = false;
    return *line == ' ' ? read_field(reading, line, number) : read_verb(reading, line, number);
}

/* Whens in a row with one answer at their end are answered together; without any, each is. */
static void find_groups(struct story *story)
{
    size_t first = 0; /* of the whens in a row that have no answer yet */
    for (size_t i = 0; i <= story->n_items; i++) {
        const struct story_item *item = i < story->n_items ? &story->items[i] : NULL;
        bool in_row =
            item && (item->kind == STORY_NOTE || (item->kind == STORY_WHEN && !item->answered));
        if (in_row)
            continue;
        bool together = item && item->kind == STORY_WHEN;
        for (size_t at = first; !together && at < i; at++)
            story->items[at].answered =
                story->items[at].answered || story->items[at].kind == STORY_WHEN;
        first = i + 1;
    }
}

bool story_read(struct story *story, struct arena *arena, const char *path, char *why, size_t size)
{
    *story = (struct story){.path = path};
    FILE *file = fopen(path, "r");
    if (!file) {
        snprintf(why, size, "cannot be opened");
        return false;
    }
    struct reading reading = {.story = story, .arena = arena, .why = why, .why_size = size};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    bool fine = true;
    for (int number = 1; fine && (length = getline(&line, &capacity, file)) > 0; number++) {
        while (length && (line[length - 1] == '\n' || line[length - 1] == ' '))
            line[--length] = 0;
        fine = read_line(&reading, line, number);
    }
    free(line);
    fclose(file);
    if (fine && !story->service)
        fine = complain(&reading, 1, "a story says which service it is about");
    if (fine && !story->title)
        fine = complain(&reading, 1, "a story begins with # and what it proves");
    find_groups(story);
    return fine;
}

/* ---- comparing ---- */

/* One line without its indentation and with single spaces after the first word. */
struct cursor {
    const char *at;
    char line[4096];
    bool is_field, over;
};

static void next_line(struct cursor *cursor)
{
    for (;;) {
        cursor->over = !*cursor->at;
        if (cursor->over)
            return;
        size_t length = strcspn(cursor->at, "\n");
        const char *start = cursor->at;
        cursor->at += length + (cursor->at[length] == '\n');
        cursor->is_field = *start == ' ' || *start == '\t';
        size_t indent = strspn(start, " \t");
        if (indent >= length)
            continue;
        size_t n = 0;
        for (size_t i = indent; i < length && n + 1 < sizeof cursor->line; i++)
            if (start[i] != ' ' || (i + 1 < length && start[i + 1] != ' '))
                cursor->line[n++] = start[i];
        cursor->line[n] = 0;
        return;
    }
}

static bool same_head(const char *expected, const char *came)
{
    size_t length = strlen(expected);
    bool words = text_starts_with(expected, "then ") && !strchr(expected + 5, ' ');
    return !strcmp(expected, came) ||
           (words && !strncmp(expected, came, length) && came[length] == ' ');
}

bool story_matches(const char *expected, const char *came)
{
    struct cursor left = {.at = expected}, right = {.at = came};
    next_line(&left);
    next_line(&right);
    while (!left.over && !right.over) {
        if (left.is_field || right.is_field || !same_head(left.line, right.line))
            return false;
        next_line(&left);
        next_line(&right);
        bool open = false; /* a line `...` was read: lines that are not named may stand between */
        for (struct cursor ahead = left; !ahead.over && ahead.is_field; next_line(&ahead))
            open = open || !strcmp(ahead.line, "...");
        while (!left.over && left.is_field) {
            if (!strcmp(left.line, "...")) {
                next_line(&left);
                continue;
            }
            while (open && !right.over && right.is_field && strcmp(left.line, right.line))
                next_line(&right);
            if (right.over || !right.is_field || strcmp(left.line, right.line))
                return false;
            next_line(&left);
            next_line(&right);
        }
        while (open && !right.over && right.is_field)
            next_line(&right);
        if (!right.over && right.is_field)
            return false;
    }
    return left.over && right.over;
}

const char *story_tidy(struct arena *arena, const char *text)
{
    const char *tidy = "";
    struct cursor cursor = {.at = text};
    for (next_line(&cursor); !cursor.over; next_line(&cursor))
        tidy = arena_text(arena, "%s%s%s\n", tidy, cursor.is_field ? "    " : "", cursor.line);
    return tidy;
}
