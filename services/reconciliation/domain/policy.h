/* SPDX-License-Identifier: Apache-2.0
 * Policy: what the handbook marks as policy in matching, with its version, which every match
 * records (REC-2). */
#pragma once
#include <stdint.h>

struct match_policy {
    uint32_t version;
    int64_t tolerance_units;    /* PAY-6: absolute limit in whole units of the currency */
    int64_t tolerance_rate_ppm; /* PAY-6: limit as a part of the document's amount */
    uint32_t candidates_max;    /* kept with a match or proposal */
};

static const struct match_policy match_policy_default = {
    .version = 1,
    .tolerance_units = 5,
    .tolerance_rate_ppm = 5000,
    .candidates_max = 20,
};
