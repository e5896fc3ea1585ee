/* SPDX-License-Identifier: Apache-2.0
 * Routes: the HTTP of reporting. One table is the truth about path, role, request and answer. */
#pragma once
#include "common/http/router.h"

enum { REPORTING_ROUTES = 3 };
extern const struct route reporting_routes[REPORTING_ROUTES];
