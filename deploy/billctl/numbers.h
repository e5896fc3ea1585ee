/* SPDX-License-Identifier: Apache-2.0
 * Numbers: which place in which series a document's number is (INV-17): it ends with the class,
 * four digits of the fiscal year and at least seven of the count. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "billing/common/v1/scalar.pb-c.h"

/* False: the number is not of that class. */
bool number_parse(const char *number, const char *class, int32_t *year, int64_t *count);

/* What an event that gives a number says; false: it gives none. Texts are borrowed from the event.
 */
struct given_number {
    const char *entity_id, *class, *number;
    int32_t issue_days;
};
bool number_given(const ProtobufCMessage *event, struct given_number *given);
