/* SPDX-License-Identifier: Apache-2.0
 * Import: a file that somebody brought, and what was said of it: read, refused whole with line and
 * path, or not read yet (handbook REC-7). Its id derives from the file's SHA-256, so the same file
 * is the same import. */
#pragma once
#include "billing/payments/v1/payment.pb-c.h"
#include "common/base/decision.h"

void import_record_declare(struct declaring *declaring, const Payments__RecordImport *command);
void import_record_decide(struct deciding *deciding, const Payments__RecordImport *command);

void import_evolve_recorded(struct arena *arena, Payments__ImportState *state,
                            const Payments__ImportRecorded *event);
