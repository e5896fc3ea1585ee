/* SPDX-License-Identifier: Apache-2.0
 * Routes: the HTTP of reconciliation, as data. */
#pragma once
#include "common/http/router.h"

enum { RECONCILIATION_ROUTES = 22 };
extern const struct route reconciliation_routes[RECONCILIATION_ROUTES];
