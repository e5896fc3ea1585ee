/* SPDX-License-Identifier: Apache-2.0
 * Uuid: 16 bytes that name one thing for ever (RFC 9562). Pure: whoever wants a new one brings
 * instant and randomness, and ids of a command are derived, so that a retry meets the same ones. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/error.h"

struct uuid {
    uint8_t b[16];
};

enum { UUID_TEXT_SIZE = 37, UUID_RANDOM_SIZE = 10 };

/* Exactly 36 characters 8-4-4-4-12, lowercase hex: one id has one text, since texts are Kafka keys.
 * ERR_MALFORMED. */
MUST_USE enum error uuid_parse(struct uuid *uuid, const char *text, struct problem *problem);
void uuid_format(char text[UUID_TEXT_SIZE], struct uuid uuid);

/* In the order of the bytes, which is that of the texts. -1, 0 or 1. */
int uuid_compare(struct uuid left, struct uuid right);
bool uuid_equal(struct uuid left, struct uuid right);
bool uuid_is_nil(struct uuid uuid);

/* Version 7: milliseconds of the instant (not before 1970), then 74 of the 80 random bits. */
struct uuid uuid_make(int64_t instant_us, const uint8_t random_bytes[UUID_RANDOM_SIZE]);

/* Version 8: the first 122 bits of SHA-256 over the domain and the parts, each preceded by its
 * length as 4 bytes, big end first, so that ("ab","c") and ("a","bc") differ. The domain says what
 * is named: "payment". */
struct uuid uuid_derive(const char *domain, const struct bytes *parts, size_t count);
/* The same for texts, closed by NULL: uuid_derive_text("payment", account, reference, NULL). */
struct uuid uuid_derive_text(const char *domain, ...) __attribute__((sentinel));
