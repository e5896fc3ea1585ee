/* SPDX-License-Identifier: Apache-2.0
 * Runner: plays the stories of all services that this build has.
 * usage: stories [--accept] FILE… */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "story_play.h"

/* STORY_SERVICES names each service that is linked: X(invoicing) X(payments) … */
#define X(name) extern const struct service_model name##_model;
STORY_SERVICES
#undef X

enum { ARENA_BYTES = 256 << 20 };

static const struct service_model *service_find(const char *name)
{
    static const struct service_model *const models[] = {
#define X(name) &name##_model,
        STORY_SERVICES
#undef X
            NULL};
    for (size_t i = 0; models[i]; i++)
        if (!strcmp(models[i]->name, name))
            return models[i];
    return NULL;
}

enum outcome { PASSED, FAILED, SKIPPED };

static enum outcome fail(const char *path, const char *what)
{
    printf("%s: %s\n  alone: tests/stories/run %s\n", path, what, path);
    return FAILED;
}

static enum outcome tell_difference(const struct story *story, const struct story_item *item,
                                    struct arena *arena, const char *came)
{
    printf("%s:%d: %s\n-- expected\n%s-- came\n%s-- alone: tests/stories/run %s   (--accept writes "
           "what came)\n",
           story->path, item->number, story->title, story_tidy(arena, item->expected), came,
           story->path);
    return FAILED;
}

/* What stays of an answer that is right in its own words; else what came. */
static const char *accepted(const struct story_item *item, const char *came)
{
    return story_matches(item->expected, came) ? item->expected : came;
}

static enum outcome write_story(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file))
        return fail(path, "cannot be written");
    return PASSED;
}

static const char *with_answer(struct arena *arena, const struct story *story, size_t at,
                               const char *text, const char *answer)
{
    text = arena_text(arena, "%s%s", text, story_tidy(arena, answer));
    bool last = at + 1 == story->n_items;
    bool spaced =
        !last && story->items[at + 1].kind == STORY_NOTE && story->items[at + 1].raw[0] == '\n';
    return last || spaced ? text : arena_text(arena, "%s\n", text);
}

static enum outcome play_story(const struct story *story, struct arena *arena, bool accept)
{
    const struct service_model *model = service_find(story->service);
    if (!model) {
        printf("SKIP: %s: this build has no service %s\n", story->path, story->service);
        return SKIPPED;
    }
    struct story_stage *stage = story_stage_new(model, arena);
    enum outcome outcome = PASSED;
    const char *came = "", *text = "";
    char why[512];
    for (size_t i = 0; i < story->n_items && outcome == PASSED; i++) {
        const struct story_item *item = &story->items[i];
        if (!story_play(stage, item, &came, why, sizeof why))
            outcome = fail(story->path, why);
        text = arena_text(arena, "%s%s", text, item->raw);
        if (!item->answered || outcome != PASSED)
            continue;
        if (!accept && !story_matches(item->expected, came))
            outcome = tell_difference(story, item, arena, came);
        text = with_answer(arena, story, i, text, accepted(item, came));
        came = "";
    }
    story_stage_free(stage);
    return accept && outcome == PASSED ? write_story(story->path, text) : outcome;
}

int main(int argc, char **argv)
{
    size_t counts[3] = {0};
    bool accept = argc > 1 && !strcmp(argv[1], "--accept");
    struct arena arena;
    arena_init(&arena, ARENA_BYTES);
    for (int i = 1 + accept; i < argc; i++) {
        struct story story;
        char why[256];
        arena_reset(&arena);
        if (story_read(&story, &arena, argv[i], why, sizeof why))
            counts[play_story(&story, &arena, accept)]++;
        else
            counts[fail(argv[i], why)]++;
    }
    arena_fini(&arena);
    printf("%zu passed, %zu failed, %zu skipped\n", counts[PASSED], counts[FAILED],
           counts[SKIPPED]);
    return counts[FAILED] ? 1 : 0;
}
