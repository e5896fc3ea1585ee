/* SPDX-License-Identifier: Apache-2.0
 * Tables: what people query of collections. Every row follows from events. */
#pragma once
#include "common/eventlog/model.h"

extern const struct table collections_legal_entity_table, collections_case_table,
    collections_case_overdue_table, collections_case_item_table, collections_dunning_step_table,
    collections_dunning_policy_table, collections_evaluation_table;
