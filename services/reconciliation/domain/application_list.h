/* SPDX-License-Identifier: Apache-2.0
 * Application list: which money settled which debt, as both the item and the money remember it. A
 * part that was taken back lowers the amount; the whole marks it reversed. */
#pragma once
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "services/reconciliation/domain/amount.h"

/* `other_id`: for an item the money's id; for money the item's. */
Reconciliation__Application *application_list_new(struct arena *arena, const char *application_id,
                                                  const char *other_id, struct money amount,
                                                  bool credit);
/* NULL: none of this id. */
Reconciliation__Application *application_list_find(Reconciliation__Application *const *applications,
                                                   size_t n, const char *application_id);
void application_list_reverse(struct arena *arena, Reconciliation__Application *application,
                              struct money amount);
