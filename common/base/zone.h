/* SPDX-License-Identifier: Apache-2.0
 * Zone: how far local clocks stand from UTC at an instant (RFC 8536, TZif version 2 or later, with
 * the footer rule for instants past its table). A zone never changes once loaded, so any thread may
 * use it, and asking it is pure: the machine's own TZ is never looked at. */
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"

struct zone;

/* "Europe/Berlin", "UTC" …; NULL for a name that is unknown or not a name. The first call for a
 * name reads $TZDIR/<name> or /usr/share/zoneinfo/<name>; later ones read memory. Borrowed for the
 * life of the process. */
const struct zone *zone_find(const char *name);

/* Loads all before the threads start, so that a missing zone is found then. ERR_NOT_FOUND names the
 * first missing. */
MUST_USE enum error zones_load(const char *const *names, size_t count, struct problem *problem);

const char *zone_name(const struct zone *zone);

/* Seconds to add to UTC to get local time: 3600 for Berlin in winter. */
int32_t zone_offset_s(const struct zone *zone, int64_t instant_us);
/* The abbreviation in force, "CEST"; for people only. */
const char *zone_abbreviation(const struct zone *zone, int64_t instant_us);

/* The instant at which clocks of the zone show `local_us` (microseconds since 1970 as if local were
 * UTC). Where clocks were put back and show it twice: the first. Where they were put forward and
 * never show it: the instant of the change, the first moment after. */
int64_t zone_instant_us(const struct zone *zone, int64_t local_us);
