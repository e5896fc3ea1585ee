/* SPDX-License-Identifier: Apache-2.0
 * Modulo 97: the check of ISO 7064 (MOD 97-10) that IBANs and creditor references share. Used
 * inside this room. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* The remainder of `text` read with its first four characters last, digits as they are and letters
 * as A=10 … Z=35. Capital letters and digits only, at least four. */
unsigned modulo97(const char *text);

/* Copies without spaces and in capitals. False: a character that is neither letter nor digit, or no
 * room. */
bool modulo97_normalise(char *copy, size_t copy_size, const char *text);

/* In groups of four. `size` holds the text, a blank after every fourth character, and NUL. */
void modulo97_group(char *grouped, size_t size, const char *text);
