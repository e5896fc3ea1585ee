/* SPDX-License-Identifier: Apache-2.0 */
#include "common/identity/uuid.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include <sodium/crypto_hash_sha256.h>

static const char digits[] = "0123456789abcdef";

/* A '-' stands before the bytes 4, 6, 8 and 10. */
static bool dash_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

/* Value of a lower-case hexadecimal digit plus one; 0: none. */
static const uint8_t digit_values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
};

/* Place of each byte's first digit in the text 8-4-4-4-12. */
static const uint8_t digit_places[16] = {0,  2,  4,  6,  9,  11, 14, 16,
                                         19, 21, 24, 26, 28, 30, 32, 34};

enum error uuid_parse(struct uuid *uuid, const char *text, struct problem *problem)
{
    struct uuid read;
    bool well_formed = strnlen(text, UUID_TEXT_SIZE) == UUID_TEXT_SIZE - 1 && text[8] == '-' &&
                       text[13] == '-' && text[18] == '-' && text[23] == '-';
    for (size_t i = 0; well_formed && i < sizeof read.b; i++) {
        uint8_t high = digit_values[(uint8_t)text[digit_places[i]]];
        uint8_t low = digit_values[(uint8_t)text[digit_places[i] + 1]];
        well_formed = high && low;
        read.b[i] = (uint8_t)((uint8_t)(high - 1) << 4 | (uint8_t)(low - 1));
    }
    if (!well_formed)
        return problem_set(problem, ERR_MALFORMED, NULL, "RFC 9562",
                           "expected a uuid of 36 characters in lowercase");
    *uuid = read;
    return OK;
}

void uuid_format(char text[UUID_TEXT_SIZE], struct uuid uuid)
{
    for (size_t i = 0; i < sizeof uuid.b; i++) {
        if (dash_before(i))
            *text++ = '-';
        *text++ = digits[uuid.b[i] >> 4];
        *text++ = digits[uuid.b[i] & 15];
    }
    *text = 0;
}

int uuid_compare(struct uuid left, struct uuid right)
{
    int order = memcmp(left.b, right.b, sizeof left.b);
    return (order > 0) - (order < 0);
}

bool uuid_equal(struct uuid left, struct uuid right)
{
    return uuid_compare(left, right) == 0;
}

bool uuid_is_nil(struct uuid uuid)
{
    return uuid_equal(uuid, (struct uuid){{0}});
}

static struct uuid stamped(struct uuid uuid, unsigned version)
{
    uuid.b[6] = (uint8_t)((uuid.b[6] & 0x0Fu) | version << 4);
    uuid.b[8] = (uint8_t)((uuid.b[8] & 0x3Fu) | 0x80u);
    return uuid;
}

struct uuid uuid_make(int64_t instant_us, const uint8_t random_bytes[UUID_RANDOM_SIZE])
{
    assert(instant_us >= 0);
    uint64_t milliseconds = (uint64_t)instant_us / 1000;
    struct uuid uuid;
    for (size_t i = 0; i < 6; i++)
        uuid.b[i] = (uint8_t)(milliseconds >> (40 - 8 * i));
    memcpy(uuid.b + 6, random_bytes, UUID_RANDOM_SIZE);
    return stamped(uuid, 7);
}

static void hash_part(crypto_hash_sha256_state *state, struct bytes part)
{
    assert(part.size <= UINT32_MAX);
    uint8_t length[4];
    for (size_t i = 0; i < sizeof length; i++)
        length[i] = (uint8_t)(part.size >> (24 - 8 * i));
    crypto_hash_sha256_update(state, length, sizeof length);
    if (part.size)
        crypto_hash_sha256_update(state, part.data, part.size);
}

static struct uuid hash_finish(crypto_hash_sha256_state *state)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    struct uuid uuid;
    crypto_hash_sha256_final(state, hash);
    memcpy(uuid.b, hash, sizeof uuid.b);
    return stamped(uuid, 8);
}

struct uuid uuid_derive(const char *domain, const struct bytes *parts, size_t count)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    hash_part(&state, bytes_of_text(domain));
    for (size_t i = 0; i < count; i++)
        hash_part(&state, parts[i]);
    return hash_finish(&state);
}

struct uuid uuid_derive_text(const char *domain, ...)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    hash_part(&state, bytes_of_text(domain));
    va_list texts;
    va_start(texts, domain);
    for (const char *text = va_arg(texts, const char *); text; text = va_arg(texts, const char *))
        hash_part(&state, bytes_of_text(text));
    va_end(texts);
    return hash_finish(&state);
}
