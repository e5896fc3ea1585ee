/* SPDX-License-Identifier: Apache-2.0
 * Metrics of the loop, by the names that operators expect (reliability.md, section 5). */
#pragma once
#include "common/service/runtime.h"

void runtime_metrics_register(struct runtime *runtime);
