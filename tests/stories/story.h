/* SPDX-License-Identifier: Apache-2.0
 * Story: given events, when a command or a foreign event comes, then events or a refusal.
 *
 *     # title
 *     service invoicing
 *     now 2026-02-01T10:00:00Z            the clock from here on
 *     as clerk-1                          who asks from here on
 *     given AccountOpened account/acc-1   an own event (the stream may be left out), or a foreign
 * one account_id acc-1
 *         @posting_date 2026-01-31        of its record; also @entity_id
 *     when IssueInvoice                   several in a row are answered together
 *         invoice_id inv-7
 *     then InvoiceIssued invoice/inv-7    every event, in order, with every field;
 *         number DE-INV-2026-000001
 *         ...                             unless a line says that there may be more
 *     refused code field | failed code field | parked code field | waits account/acc-9 |
 *     handed over PlaceReceipt | nothing | ignored
 *
 * Values are those of message_text.h, ids are words (story_names.h). */
#pragma once
#include "common/base/arena.h"

enum story_item_kind { STORY_NOTE, STORY_SERVICE, STORY_NOW, STORY_AS, STORY_GIVEN, STORY_WHEN };

struct story_line {
    const char *path, *value;
    int number; /* in the file, from 1 */
};

struct story_item {
    enum story_item_kind kind;
    const char *raw;               /* its lines as they stand in the file */
    const char *argument, *stream; /* type or value; stream "kind/id" or NULL */
    struct story_line *lines;
    size_t n_lines;
    int number;
    bool answered;        /* last `when` of a group: what is expected follows */
    const char *expected; /* "" if nothing stands there */
};

struct story {
    const char *path, *title, *service;
    struct story_item *items;
    size_t n_items;
};

/* False: the file cannot be read, or a line is not of the form; `why` says it. */
bool story_read(struct story *story, struct arena *arena, const char *path, char *why, size_t size);
/* Whether what came is what was expected, blocks with `...` by the lines that they name. */
bool story_matches(const char *expected, const char *came);
/* The text of an answer as it stands in files: no blank lines, fields indented by four. */
const char *story_tidy(struct arena *arena, const char *text);
