/* SPDX-License-Identifier: Apache-2.0
 * Routes: the HTTP of collections. One table is the truth about path, role, request and answer. */
#pragma once
#include "common/http/router.h"

enum { COLLECTIONS_ROUTES = 9 };
extern const struct route collections_routes[COLLECTIONS_ROUTES];
