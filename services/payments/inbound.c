/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/inbound.h"

#include "common/service/access.h"
#include "common/service/access_domain.h"
#include "services/payments/domain/own_account.h"
#include "services/payments/store.h"

const char *const inbound_topics[INBOUND_TOPICS] = {"billing.invoicing.events"};
const char *const inbound_entity_required[] = {"entity.entity_id", NULL};

void inbound_entity_registered_declare(struct declaring *declaring, const ProtobufCMessage *message)
{
    own_account_entity_registered_declare(declaring,
                                          (const Invoicing__LegalEntityRegistered *)message);
}

void inbound_entity_registered_decide(struct deciding *deciding, const ProtobufCMessage *message)
{
    own_account_entity_registered_decide(deciding,
                                         (const Invoicing__LegalEntityRegistered *)message);
}

void inbound_entity_changed_declare(struct declaring *declaring, const ProtobufCMessage *message)
{
    own_account_entity_changed_declare(declaring, (const Invoicing__LegalEntityChanged *)message);
}

void inbound_entity_changed_decide(struct deciding *deciding, const ProtobufCMessage *message)
{
    own_account_entity_changed_decide(deciding, (const Invoicing__LegalEntityChanged *)message);
}

const ProtobufCMessageDescriptor *const inbound_heard[INBOUND_HEARD] = {ACCESS_TOKEN_HEARD};

/* Invoices and customers say nothing about money that arrived. */
const char *const inbound_ignored[INBOUND_IGNORED] = {"billing.invoicing.v1."};

void inbound_project_event(struct projecting *projecting, const struct record *record,
                           const ProtobufCMessage *event)
{
    payments_project_event(projecting, record, event);
    access_project_event(projecting, record, event);
}
