/* SPDX-License-Identifier: Apache-2.0
 * Standard routes: what every service answers alike. Health and metrics on the loop thread, since
 * they must speak while PostgreSQL is silent; what was put aside, how far the feeds are, the test
 * clock, and the events behind a state. */
#pragma once
#include "common/http/router.h"

extern const struct route standard_routes[];
extern const size_t standard_routes_count;
