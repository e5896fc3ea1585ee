/* SPDX-License-Identifier: Apache-2.0 */
#include "deploy/billctl/numbers.h"

#include <stdlib.h>
#include <string.h>

#include "billing/invoicing/v1/invoice.pb-c.h"

enum { YEAR_DIGITS = 4, COUNT_DIGITS_MIN = 7, COUNT_DIGITS_MAX = 18 };

bool number_parse(const char *number, const char *class, int32_t *year, int64_t *count)
{
    size_t length = strlen(class);
    for (const char *at = number; (at = strstr(at, class)); at++) {
        const char *digits = at + length;
        size_t size = strlen(digits);
        if (size < YEAR_DIGITS + COUNT_DIGITS_MIN || size > YEAR_DIGITS + COUNT_DIGITS_MAX ||
            strspn(digits, "0123456789") != size)
            continue;
        char text[YEAR_DIGITS + 1] = "";
        memcpy(text, digits, YEAR_DIGITS);
        *year = (int32_t)strtol(text, NULL, 10);
        *count = strtoll(digits + YEAR_DIGITS, NULL, 10);
        return true;
    }
    return false;
}

bool number_given(const ProtobufCMessage *event, struct given_number *given)
{
    if (event->descriptor == &invoicing__invoice_issued__descriptor) {
        const Invoicing__InvoiceIssued *issued = (const Invoicing__InvoiceIssued *)event;
        *given = (struct given_number){issued->entity_id, "INV", issued->number,
                                       issued->issue_date ? issued->issue_date->days : INT32_MIN};
        return true;
    }
    if (event->descriptor == &invoicing__credit_note_issued__descriptor) {
        const Invoicing__CreditNoteIssued *issued = (const Invoicing__CreditNoteIssued *)event;
        *given = (struct given_number){issued->entity_id, "CN", issued->number,
                                       issued->issue_date ? issued->issue_date->days : INT32_MIN};
        return true;
    }
    return false;
}
