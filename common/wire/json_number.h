/* SPDX-License-Identifier: Apache-2.0
 * JSON number: from its text, exactly. 1e3 and 1.0 are whole numbers, 1.5 is not, and nothing
 * passes through floating point on its way to an integer (handbook GEN-1). */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/error.h"

/* Length of the number at the start of the text (RFC 8259 grammar), or 0 if there is none. */
size_t json_number_length(const char *text, size_t size);

/* The whole text must be one number. ERR_MALFORMED: not a number, or not a whole one; ERR_RANGE. */
MUST_USE enum error json_number_int64(const char *text, size_t size, int64_t min, int64_t max,
                                      int64_t *number);
MUST_USE enum error json_number_uint64(const char *text, size_t size, uint64_t max,
                                       uint64_t *number);

/* The only floating point in the house: the contracts of billing have none, the mapping does. */
enum { JSON_FLOATING_TEXT_SIZE = 40 };
MUST_USE enum error json_number_double(struct arena *arena, const char *text, size_t size,
                                       double *number);
MUST_USE enum error json_number_float(struct arena *arena, const char *text, size_t size,
                                      float *number);
/* The shortest text that reads back as the same number; NaN and infinities in quotes. */
void json_number_print_double(char text[JSON_FLOATING_TEXT_SIZE], double number);
void json_number_print_float(char text[JSON_FLOATING_TEXT_SIZE], float number);
