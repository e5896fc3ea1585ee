/* SPDX-License-Identifier: Apache-2.0
 * Story message: from the lines of a given or a when to the message that they describe. */
#pragma once
#include "common/eventlog/model.h"
#include "story.h"
#include "story_names.h"

/* What stands beside a message in its record. */
struct story_told {
    const char *entity_id, *key; /* "" and NULL: unknown */
    int32_t posting_days;
};

/* By its short or full name: what the model handles or hears; NULL if it does neither. */
const ProtobufCMessageDescriptor *story_type_find(const struct service_model *model,
                                                  const char *name);
/* NULL: a line is wrong, and `why` says which. */
ProtobufCMessage *story_message_read(struct story_names *names, int64_t now_us,
                                     const struct story_item *item,
                                     const ProtobufCMessageDescriptor *descriptor,
                                     struct story_told *told, char *why, size_t size);

/* A text that is not empty; NULL: none of that name. */
const char *story_text_field(const ProtobufCMessage *message, const char *name);
bool story_is_id(const char *text);
/* The first field that holds an id, also in messages inside; NULL: none. */
const char *story_first_id(const ProtobufCMessage *message);
/* Fills `why`; returns false. */
bool story_complain(char *why, size_t size, int number, const char *text, const char *detail);
