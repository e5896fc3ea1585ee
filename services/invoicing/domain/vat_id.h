/* SPDX-License-Identifier: Apache-2.0
 * VAT id: BT-31, BT-48. The prefix names the country that gave it (BR-CO-09; Greece writes EL,
 * Northern Ireland XI); what follows has the country's own form where the European Commission
 * publishes one. Its form is checked, not whether a register knows it. */
#pragma once
#include <stdbool.h>

bool vat_id_well_formed(const char *vat_id);
