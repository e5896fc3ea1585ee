/* SPDX-License-Identifier: Apache-2.0
 * Document line: BG-25 from what is asked for to what is owed. gross = round(price * quantity /
 * base quantity), each percentage rounded on its own, then added without further rounding (INV-1).
 */
#pragma once
#include "services/invoicing/domain/adjustment.h"

enum { LINE_ADJUSTMENTS_MAX = 20, LINE_ID_BYTES_MAX = 36, DESCRIPTION_BYTES_MAX = 1000 };

/* `index` numbers a line that has no id of its own. */
bool document_line_compute(Invoicing__InvoiceLine **line, const Invoicing__LineRequest *request,
                           size_t index, struct currency currency, struct money *net,
                           const struct place *place, struct fault *fault);
