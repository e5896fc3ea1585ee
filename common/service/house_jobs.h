/* SPDX-License-Identifier: Apache-2.0
 * House jobs: what every service clears away. */
#pragma once
#include "common/service/service.h"

enum { HOUSE_JOBS = 2 };
extern const struct job house_jobs[HOUSE_JOBS];
