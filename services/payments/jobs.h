/* SPDX-License-Identifier: Apache-2.0
 * Jobs: work of payments that nobody asks for: posting the rows of statements, and tidying up after
 * what died. */
#pragma once
#include "common/service/service.h"

enum { PAYMENTS_JOBS = 2 };
extern const struct job payments_jobs[PAYMENTS_JOBS];
