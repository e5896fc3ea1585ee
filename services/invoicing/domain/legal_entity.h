/* SPDX-License-Identifier: Apache-2.0
 * Legal entity: who sells, in whose books and numbers everything stands (CUS-1, INV-17). */
#pragma once
#include "billing/invoicing/v1/customer.pb-c.h"
#include "common/base/decision.h"

void legal_entity_register_declare(struct declaring *declaring,
                                   const Invoicing__RegisterLegalEntity *command);
void legal_entity_register_decide(struct deciding *deciding,
                                  const Invoicing__RegisterLegalEntity *command);
/* Country, currency, zone and fiscal year are fixed: numbers and books stand on them. */
void legal_entity_change_declare(struct declaring *declaring,
                                 const Invoicing__ChangeLegalEntity *command);
void legal_entity_change_decide(struct deciding *deciding,
                                const Invoicing__ChangeLegalEntity *command);

void legal_entity_evolve_registered(struct arena *arena, Invoicing__LegalEntityState *state,
                                    const Invoicing__LegalEntityRegistered *event);
void legal_entity_evolve_changed(struct arena *arena, Invoicing__LegalEntityState *state,
                                 const Invoicing__LegalEntityChanged *event);
