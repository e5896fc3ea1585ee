/* SPDX-License-Identifier: Apache-2.0
 * Aging: GET /v1/aging, what is owed by age as of a date, as known at a time (REP-1). */
#pragma once
#include "common/service/api.h"

MUST_USE enum error aging_run(struct api_call *call);
