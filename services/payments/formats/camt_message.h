/* SPDX-License-Identifier: Apache-2.0
 * camt message: tells by its outermost elements which ISO 20022 message a file holds. The container
 * element decides; the namespace only adds the version, since some banks leave it out. */
#pragma once
#include <stdbool.h>

#include "services/payments/formats/statement_reader.h"

/* Keeps "camt.053.001.08" of "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"; what has no such end
 * leaves `kept` as it was. `uri` may be NULL. */
void camt_namespace_keep(char kept[STATEMENT_FORMAT_SIZE], const char *uri);

/* False: not a container of ours. Else `format` receives what the message is, and *is_read whether
 * we read it: a camt.053 of a version up to 001.14, or of none. */
bool camt_container_recognise(const char *element, const char kept[STATEMENT_FORMAT_SIZE],
                              char format[STATEMENT_FORMAT_SIZE], bool *is_read);
