/* SPDX-License-Identifier: Apache-2.0
 * Lists: what people scroll through of collections. */
#pragma once
#include "common/service/listing.h"

extern const struct listing collections_worklist, collections_case_item_list,
    collections_dunning_step_list, collections_dunning_policy_list, collections_evaluation_list;
