/* SPDX-License-Identifier: Apache-2.0 */
#include "services/payments/inbound.h"

#include "billing/invoicing/v1/customer.pb-c.h"
#include "common/service/access.h"
#include "common/service/access_domain.h"
#include "services/payments/domain/own_account.h"
#include "services/payments/store.h"

HANDLER(own_account_entity_registered, Invoicing__LegalEntityRegistered)
HANDLER(own_account_entity_changed, Invoicing__LegalEntityChanged)

static const char *const entity_required[] = {"entity.entity_id", NULL};

const char *const inbound_topics[INBOUND_TOPICS] = {"billing.invoicing.events"};

const struct handler inbound_handlers[INBOUND_HANDLERS] = {
    {.message = &invoicing__legal_entity_registered__descriptor,
     .declare = own_account_entity_registered_declare_any,
     .decide = own_account_entity_registered_decide_any,
     .required = entity_required},
    {.message = &invoicing__legal_entity_changed__descriptor,
     .declare = own_account_entity_changed_declare_any,
     .decide = own_account_entity_changed_decide_any,
     .required = entity_required},
};

const ProtobufCMessageDescriptor *const inbound_heard[INBOUND_HEARD] = {ACCESS_TOKEN_HEARD};

/* Invoices and customers say nothing about money that arrived. */
const char *const inbound_ignored[INBOUND_IGNORED] = {"billing.invoicing.v1.",
                                                      "billing.common.v1."};

void inbound_project_event(struct projecting *projecting, const struct record *record,
                           const ProtobufCMessage *event)
{
    payments_project_event(projecting, record, event);
    access_project_event(projecting, record, event);
}
