/* SPDX-License-Identifier: Apache-2.0
 * Routes: the HTTP of invoicing, as data. Tokens have routes of their own
 * (common/service/access.h). */
#pragma once
#include "common/http/router.h"

enum { INVOICING_ROUTES = 28 };
extern const struct route invoicing_routes[INVOICING_ROUTES];
