/* SPDX-License-Identifier: Apache-2.0
 * Stage: how far the demand for a debt has come, as a table (COL-2). The decisions may only take
 * what stands in it, and `print-states` draws it. Agency, court and write-off come after
 * FINAL_NOTICE and are people's decisions. */
#pragma once
#include <stdbool.h>

#include "billing/collections/v1/collections.pb-c.h"

struct case_stage_transition {
    Collections__Stage from; /* UNSPECIFIED: there is no case yet */
    const char *event;
    Collections__Stage to;
    const char *why;
};

const struct case_stage_transition *case_stage_transitions(size_t *count);
/* "CURRENT"; "?" for a number that is no stage. */
const char *case_stage_name(Collections__Stage stage);
bool case_stage_allows(Collections__Stage from, const char *event, Collections__Stage to);
