/* SPDX-License-Identifier: Apache-2.0
 * Tables: what people query of collections. Every row follows from events. */
#pragma once
#include "common/eventlog/model.h"

extern const struct table legal_entity_table, collection_case_table, case_overdue_table, case_item_table,
    dunning_step_table, dunning_policy_table, evaluation_table;
