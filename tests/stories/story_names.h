/* SPDX-License-Identifier: Apache-2.0
 * Story names: a person reads `inv-7`, the services see a UUID. Words become UUIDs that derive from
 * them; UUIDs that a service derived itself are shown as #1, #2 … in the order of their appearance,
 * and may be named so afterwards. */
#pragma once
#include "common/base/arena.h"
#include "common/identity/uuid.h"

struct story_names {
    struct arena *arena;
    struct story_name *known;
    size_t n, max, n_unnamed;
};

/* The id behind a word: "inv-7", "#2" or a UUID itself; remembered. NULL: no such number. */
const char *story_id(struct story_names *names, const char *word);
/* The value of a field as it is written in a story, with words in place of ids. */
const char *story_value_read(struct story_names *names, const char *path, const char *value);
/* A printed text with ids replaced: a value that is an id by its word, an id inside a value by
 * {word}. */
const char *story_text_print(struct story_names *names, const char *text);
