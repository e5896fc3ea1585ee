/* SPDX-License-Identifier: Apache-2.0
 * Store of the tie-out: the sums that it reads are kept with each event, and everything is read at
 * one instant. */
#pragma once
#include "common/database/connection.h"
#include "common/eventlog/model.h"
#include "services/reconciliation/domain/tie_out_check.h"

/* Sums of the four paths for one event, of ours or of another service. */
void tie_out_project_event(struct projecting *projecting, const struct record *record,
                           const ProtobufCMessage *event);

/* Reads all paths and what is under way in one transaction of one snapshot, and checks them; when
 * something differs, what names it is read in the same snapshot. Nothing is written. */
MUST_USE enum error tie_out_read(struct database *database, struct arena *arena,
                                 struct tie_out_report *report, struct problem *problem);

/* Reading costs with the number of open items: false while the last record is younger than 10 s for
 * each half a million of them. */
MUST_USE enum error tie_out_due(struct database *database, int64_t now_us, bool *due,
                                struct problem *problem);
/* False: the last record says the same of every entity and currency. */
MUST_USE enum error tie_out_is_news(struct database *database, const struct tie_out_report *report,
                                    bool *news, struct problem *problem);
