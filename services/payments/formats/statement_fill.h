/* SPDX-License-Identifier: Apache-2.0
 * Statement fill: puts the text of one element where its shape says. Kept apart from XML so that
 * what counts as a well-formed value can be read in one place. */
#pragma once
#include "services/payments/formats/camt_shape.h"
#include "services/payments/formats/statement.h"

/* Writes `text` (blanks trimmed, not empty) into the field of `object`; memory comes from the
 * arena. `currency_code` is that of an amount, NULL if none is known; `unreadable` counts what was
 * noted only and left out. ERR_MALFORMED, ERR_MISSING, ERR_RANGE, ERR_TOO_LARGE: *why is a sentence
 * without the value itself. */
MUST_USE enum error statement_fill(struct arena *arena, void *object,
                                   const struct shape_field *field, const char *text,
                                   const char *currency_code, uint32_t *unreadable,
                                   const char **why);

/* The object for the children of `field`: the same, another that was there, or a new one, zeroed.
 * NULL: the arena is exhausted. */
void *statement_descend(struct arena *arena, void *object, const struct shape_field *field);
