/* SPDX-License-Identifier: Apache-2.0
 * The one place that says in which column of a report an item stands (enum report_column): money in
 * its own, debts by days after the date of the basis: none, 1-30, 31-60, 61-90, over 90; by issue
 * date 0-30, 31-60, 61-90, over 90 (REP-1). Parameters: $2 as of, $4 by issue date; alias: i is
 * table item. */
#pragma once

#define REPORT_COLUMN_SQL                                                                          \
    "CASE WHEN i.kind = 4 THEN 6 WHEN i.kind = 5 THEN 5 "                                          \
    "WHEN $4::bool THEN width_bucket($2::date - i.issue_date, ARRAY[31, 61, 91]) "                 \
    "ELSE width_bucket($2::date - coalesce(i.due_date, i.issue_date), ARRAY[1, 31, 61, 91]) END"
