/* SPDX-License-Identifier: Apache-2.0
 * Jobs: work of invoicing that nobody asks for: billing the accounts of open bill runs. */
#pragma once
#include "common/service/service.h"

enum { INVOICING_JOBS = 1 };
extern const struct job invoicing_jobs[INVOICING_JOBS];
