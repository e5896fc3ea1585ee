/* SPDX-License-Identifier: Apache-2.0
 * Jobs: the tie-out, at most every 10 s (architecture, section 4). */
#pragma once
#include "common/service/service.h"

enum { RECONCILIATION_JOBS = 1 };
extern const struct job reconciliation_jobs[RECONCILIATION_JOBS];
