/* SPDX-License-Identifier: Apache-2.0
 * Story play: one service, its real model and the real unit of work on a store in memory with one
 * shard. What is handed over is taken at once; house events show only as what they mean. */
#pragma once
#include "common/eventlog/memory/memory_store.h"
#include "story.h"
#include "story_names.h"

struct story_stage;

struct story_stage *story_stage_new(const struct service_model *model, struct arena *arena);
void story_stage_free(struct story_stage *stage);
/* Plays one item. A `when` adds what came to *answer (in the arena). False: the story itself is
 * wrong, and `why` says where. */
bool story_play(struct story_stage *stage, const struct story_item *item, const char **answer,
                char *why, size_t size);
