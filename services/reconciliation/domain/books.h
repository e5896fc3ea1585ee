/* SPDX-License-Identifier: Apache-2.0
 * Books: under which legal entity and posting date what follows is recorded (GEN-6), and what
 * "today" is for commands of people. */
#pragma once
#include "common/money/calendar.h"
#include "services/reconciliation/domain/refusals.h"

/* The occurrence is that of the message behind the decision, if there is one. */
void books_open(struct deciding *deciding, const char *entity_id, struct date posting);
/* In UTC: reconciliation does not know the entity's zone, and an application has no document of its
 * own. */
struct date books_today(const struct deciding *deciding);
/* True if the text is an id; else the decision is refused for the field. */
bool books_check_id(struct deciding *deciding, const char *field, const char *id);
