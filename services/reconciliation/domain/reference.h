/* SPDX-License-Identifier: Apache-2.0
 * Reference: what a payer may write to name a debt or an account, brought to one form, so that
 * 'inv-2026 000042' finds INV-2026-000042. A valid creditor reference (ISO 11649) is made from the
 * document number (REC-3), so that both stand under one index key. */
#pragma once
#include "common/base/decision.h"
#include "common/identity/creditor_reference.h"

enum { REFERENCE_SIZE = 65, REFERENCE_KEY_SIZE = 37 + REFERENCE_SIZE };

/* Capital letters and digits, nothing else; false if none is left, or more than 64. */
bool reference_normalise(char reference[REFERENCE_SIZE], const char *text);
/* The same name, written differently. */
bool reference_same(const char *left, const char *right);
/* The part of a valid creditor reference that is our own number; false if it is no valid one. */
bool reference_of_creditor(char reference[REFERENCE_SIZE], struct creditor_reference *whole,
                           const char *text);
/* "<entity_id>/<reference>"; the reference is normalised. */
void reference_key(char key[REFERENCE_KEY_SIZE], const char *entity_id, const char *reference);
/* The same in the arena, from a text; NULL if it cannot be a reference. */
const char *reference_key_new(struct arena *arena, const char *entity_id, const char *text);
/* A UUID written without its dashes, as an end-to-end id of 35 characters must be; or with them. */
bool reference_as_id(char id[37], const char *text);
