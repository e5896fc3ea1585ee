/* SPDX-License-Identifier: Apache-2.0
 * Jobs: the evaluation of all accounts of a legal entity when its business date advances. */
#pragma once
#include "common/service/service.h"

enum { COLLECTIONS_JOBS = 1 };
extern const struct job collections_jobs[COLLECTIONS_JOBS];
