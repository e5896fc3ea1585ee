/* SPDX-License-Identifier: Apache-2.0
 * Routes: the HTTP of payments. */
#pragma once
#include "common/http/router.h"

enum { PAYMENTS_ROUTES = 18 };
extern const struct route payments_routes[PAYMENTS_ROUTES];
