/* SPDX-License-Identifier: Apache-2.0
 * Open items: GET /v1/items, the items behind the cells of an account's row in the aging, as of the
 * same date and as known at the same time; their sum is the cell. */
#pragma once
#include "common/service/api.h"

MUST_USE enum error open_items_run(struct api_call *call);
