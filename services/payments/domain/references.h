/* SPDX-License-Identifier: Apache-2.0
 * References: what in the words of a payer looks like one of our numbers. Found before the text is
 * sealed, because matching needs them and they say nothing about a person (architecture.md,
 * sections 4 and 7; handbook REC-1, REC-3).
 *
 * A token is a run of letters and digits, with '-', '.', '/' and '_' inside it, of 4 to 32
 * characters and at least one digit, in capitals. One with such a joiner is also given without it
 * and in its parts between slashes: people write INV-2026-000042, INV2026000042 and
 * INV-2026-000042/C-1001. Bank account numbers of people (valid IBANs) are left out. `RF`
 * references (ISO 11649) are found also in groups with blanks. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "common/base/arena.h"

enum { REFERENCES_MAX = 64, REFERENCE_CHARACTERS_MIN = 4, REFERENCE_CHARACTERS_MAX = 32 };

/* Texts in the arena, each once, in the order in which they were found. Starts as {.arena = …}. */
struct references {
    struct arena *arena;
    char *texts[REFERENCES_MAX];
    size_t n;
};

/* Adds a text as it stands, blanks dropped and in capitals, unless it is known, empty, too
 * long or not of visible ASCII characters. */
void references_add(struct references *references, const char *text);
/* Adds the tokens of a text, and its RF references to `creditor` (may be NULL). */
void references_scan(struct references *references, struct references *creditor, const char *text);
bool references_has(const struct references *references, const char *text);
