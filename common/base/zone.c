/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/zone.h"

#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/base/text.h"
#include "common/base/time.h"
#include "common/base/zone_rule.h"

enum {
    ZONES_MAX = 1024,
    ZONE_NAME_SIZE = 64,
    FILE_SIZE_MAX = 65536,
    TRANSITIONS_MAX = 4096,
    TYPES_MAX = 256,
    FOOTER_SIZE = 128,
    HEADER_SIZE = 44,
};

struct zone_type {
    int32_t offset_s;
    char abbreviation[ZONE_ABBREVIATION_SIZE];
};

/* Never changed once it stands in the cache. */
struct zone {
    char name[ZONE_NAME_SIZE];
    size_t transition_count, type_count;
    int64_t *transitions_s; /* ascending */
    uint8_t *transition_types;
    struct zone_type *types; /* types[0] is in force before the first transition */
    bool has_rule;
    struct zone_rule rule; /* in force after the last transition */
};

/* The one mutable global of this room: zones are facts of the machine, read once and never given
 * back. */
static pthread_mutex_t cache_lock = PTHREAD_MUTEX_INITIALIZER;
static const struct zone *cache[ZONES_MAX];
static size_t cache_count;

static uint32_t big_endian_32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static int64_t big_endian_64(const uint8_t *at)
{
    return (int64_t)((uint64_t)big_endian_32(at) << 32 | big_endian_32(at + 4));
}

struct header {
    uint32_t utc_count, wall_count, leap_count, transition_count, type_count, character_count;
    char version;
};

static bool header_read(struct header *header, struct bytes file)
{
    if (file.size < HEADER_SIZE || memcmp(file.data, "TZif", 4) != 0)
        return false;
    const uint8_t *at = file.data + 20;
    *header = (struct header){
        .version = (char)file.data[4],
        .utc_count = big_endian_32(at),
        .wall_count = big_endian_32(at + 4),
        .leap_count = big_endian_32(at + 8),
        .transition_count = big_endian_32(at + 12),
        .type_count = big_endian_32(at + 16),
        .character_count = big_endian_32(at + 20),
    };
    return header->transition_count <= TRANSITIONS_MAX && header->type_count <= TYPES_MAX &&
           header->type_count > 0 && header->character_count <= 4096 &&
           header->leap_count <= 4096 && header->utc_count <= TYPES_MAX &&
           header->wall_count <= TYPES_MAX;
}

/* Of the data block after the header, with `width` bytes per instant. */
static size_t block_size(const struct header *header, size_t width)
{
    return header->transition_count * (width + 1) + header->type_count * 6 +
           header->character_count + header->leap_count * (width + 4) + header->wall_count +
           header->utc_count;
}

static bool transitions_read(struct zone *zone, const uint8_t *instants)
{
    const uint8_t *types = instants + 8 * zone->transition_count;
    for (size_t i = 0; i < zone->transition_count; i++) {
        zone->transitions_s[i] = big_endian_64(instants + 8 * i);
        zone->transition_types[i] = types[i];
        if (types[i] >= zone->type_count ||
            (i > 0 && zone->transitions_s[i] <= zone->transitions_s[i - 1]))
            return false;
    }
    return true;
}

static bool types_read(struct zone *zone, const uint8_t *at, size_t character_count)
{
    const uint8_t *characters = at + 6 * zone->type_count;
    for (size_t i = 0; i < zone->type_count; i++) {
        struct zone_type *type = &zone->types[i];
        type->offset_s = (int32_t)big_endian_32(at + 6 * i);
        size_t index = at[6 * i + 5];
        if (type->offset_s < -93600 || type->offset_s > 93600 || index >= character_count)
            return false;
        size_t length = strnlen((const char *)characters + index, character_count - index);
        if (length >= ZONE_ABBREVIATION_SIZE)
            return false;
        memcpy(type->abbreviation, characters + index, length);
    }
    return true;
}

/* "\n<rule>\n"; an empty rule means that the last transition holds for ever. */
static bool footer_read(struct zone *zone, struct bytes footer)
{
    if (footer.size < 2 || footer.data[0] != '\n')
        return false;
    const uint8_t *end = memchr(footer.data + 1, '\n', footer.size - 1);
    if (!end || end - footer.data > FOOTER_SIZE)
        return false;
    char text[FOOTER_SIZE] = {0};
    memcpy(text, footer.data + 1, (size_t)(end - footer.data - 1));
    zone->has_rule = text[0] != 0;
    return !zone->has_rule || zone_rule_parse(&zone->rule, text);
}

static void zone_free(struct zone *zone)
{
    if (!zone)
        return;
    free(zone->transitions_s);
    free(zone->transition_types);
    free(zone->types);
    free(zone);
}

static struct zone *zone_new(const char *name, const struct header *header)
{
    struct zone *zone = calloc(1, sizeof *zone);
    assert(zone);
    zone->transition_count = header->transition_count;
    zone->type_count = header->type_count;
    zone->transitions_s = calloc(zone->transition_count + 1, sizeof *zone->transitions_s);
    zone->transition_types = calloc(zone->transition_count + 1, sizeof *zone->transition_types);
    zone->types = calloc(zone->type_count, sizeof *zone->types);
    assert(zone->transitions_s && zone->transition_types && zone->types);
    memcpy(zone->name, name, strlen(name) + 1);
    return zone;
}

/* The second block of a version 2+ file: 64-bit instants, then the footer. NULL if it is not such a
 * file, or counts leap seconds, which our instants do not. */
static struct zone *zone_decode(const char *name, struct bytes file)
{
    struct header header;
    if (!header_read(&header, file) || header.version < '2')
        return NULL;
    size_t skipped = HEADER_SIZE + block_size(&header, 4);
    if (skipped > file.size)
        return NULL;
    struct bytes rest = bytes_of(file.data + skipped, file.size - skipped);
    if (!header_read(&header, rest) || header.leap_count != 0)
        return NULL;
    size_t size = HEADER_SIZE + block_size(&header, 8);
    if (size > rest.size)
        return NULL;
    struct zone *zone = zone_new(name, &header);
    const uint8_t *at = rest.data + HEADER_SIZE;
    if (transitions_read(zone, at) &&
        types_read(zone, at + 9 * zone->transition_count, header.character_count) &&
        footer_read(zone, bytes_of(rest.data + size, rest.size - size)))
        return zone;
    zone_free(zone);
    return NULL;
}

static struct zone *zone_load(const char *name)
{
    const char *directory = getenv("TZDIR");
    char path[512];
    int length = snprintf(path, sizeof path, "%s/%s",
                          directory && *directory ? directory : "/usr/share/zoneinfo", name);
    FILE *file = length < (int)sizeof path ? fopen(path, "rbe") : NULL;
    if (!file)
        return NULL;
    uint8_t *content = malloc(FILE_SIZE_MAX);
    assert(content);
    size_t size = fread(content, 1, FILE_SIZE_MAX, file);
    bool whole = size < FILE_SIZE_MAX && !ferror(file);
    fclose(file);
    struct zone *zone = whole ? zone_decode(name, bytes_of(content, size)) : NULL;
    free(content);
    return zone;
}

/* A name is a relative path of letters, digits and "_+-/", so that none leaves the directory. */
static bool name_is_possible(const char *name)
{
    size_t length = strlen(name);
    if (length == 0 || length >= ZONE_NAME_SIZE || name[0] == '/' ||
        text_starts_with(name, "posix/") || text_starts_with(name, "right/"))
        return false;
    for (const char *at = name; *at; at++)
        if (!character_is_letter(*at) && !character_is_digit(*at) && !strchr("_+-/", *at))
            return false;
    return true;
}

static const struct zone *cache_find(const char *name)
{
    for (size_t i = 0; i < cache_count; i++)
        if (text_equal(cache[i]->name, name))
            return cache[i];
    if (cache_count == ZONES_MAX)
        return NULL;
    const struct zone *zone = zone_load(name);
    if (zone)
        cache[cache_count++] = zone;
    return zone;
}

const struct zone *zone_find(const char *name)
{
    if (!name_is_possible(name))
        return NULL;
    pthread_mutex_lock(&cache_lock);
    const struct zone *zone = cache_find(name);
    pthread_mutex_unlock(&cache_lock);
    return zone;
}

enum error zones_load(const char *const *names, size_t count, struct problem *problem)
{
    for (size_t i = 0; i < count; i++)
        if (!zone_find(names[i]))
            return problem_set(problem, ERR_NOT_FOUND, NULL, NULL,
                               "no time zone %.64s: install tzdata or set TZDIR", names[i]);
    return OK;
}

const char *zone_name(const struct zone *zone)
{
    return zone->name;
}

static int64_t instant_floor_s(int64_t instant_us)
{
    return instant_us / SECOND_US - (instant_us % SECOND_US < 0);
}

/* The type of the table in force, or NULL where the rule speaks. */
static const struct zone_type *type_find(const struct zone *zone, int64_t instant_s)
{
    size_t low = 0,
           high =
               zone->transition_count; /* transitions before `low` are at or before the instant */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (zone->transitions_s[middle] <= instant_s)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == zone->transition_count && zone->has_rule)
        return NULL;
    return low == 0 ? &zone->types[0] : &zone->types[zone->transition_types[low - 1]];
}

int32_t zone_offset_s(const struct zone *zone, int64_t instant_us)
{
    int64_t instant_s = instant_floor_s(instant_us);
    const struct zone_type *type = type_find(zone, instant_s);
    return type ? type->offset_s : zone_rule_offset_s(&zone->rule, instant_s);
}

const char *zone_abbreviation(const struct zone *zone, int64_t instant_us)
{
    int64_t instant_s = instant_floor_s(instant_us);
    const struct zone_type *type = type_find(zone, instant_s);
    return type ? type->abbreviation : zone_rule_abbreviation(&zone->rule, instant_s);
}

int64_t zone_instant_us(const struct zone *zone, int64_t local_us)
{
    /* No zone is further than 26 hours from UTC, so a change near that local moment lies between
     * these two. */
    const int64_t reach_us = 26 * HOUR_US;
    int64_t before_us = zone_offset_s(zone, local_us - reach_us) * SECOND_US;
    int64_t after_us = zone_offset_s(zone, local_us + reach_us) * SECOND_US;
    if (zone_offset_s(zone, local_us - before_us) * SECOND_US == before_us)
        return local_us - before_us;
    if (zone_offset_s(zone, local_us - after_us) * SECOND_US == after_us)
        return local_us - after_us;
    int64_t low = local_us - after_us, high = local_us - before_us;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (zone_offset_s(zone, middle) * SECOND_US == before_us)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
