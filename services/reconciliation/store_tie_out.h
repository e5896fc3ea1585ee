/* SPDX-License-Identifier: Apache-2.0
 * Store of the tie-out: the sums that it reads are kept with each event, and everything is read at one instant. */
#pragma once
#include "common/database/connection.h"
#include "common/eventlog/model.h"
#include "services/reconciliation/domain/tie_out_check.h"

/* Sums of the four paths for one event, of ours or of another service. */
void tie_out_project_event(struct projecting *projecting, const struct record *record,
                           const ProtobufCMessage *event);

/* Reads all paths and what is under way in one transaction of one snapshot, and checks them; when something differs,
 * what names it is read in the same snapshot. Nothing is written. */
MUST_USE enum error tie_out_read(struct database *database, struct arena *arena,
                                 struct tie_out_report *report, struct problem *problem);

struct tie_out_last {
    bool any, broken;
    int64_t recorded_us;
    int64_t changes;     /* rows that the results would differ in */
    int64_t items_about; /* open items, as the planner estimates them */
};
