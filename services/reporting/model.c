/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/model.h"

#include "billing/invoicing/v1/customer.pb-c.h"
#include "billing/reconciliation/v1/reconciliation.pb-c.h"
#include "common/service/access.h"
#include "common/service/access_domain.h"
#include "services/reporting/store.h"
#include "services/reporting/tables.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const topics_in[] = {REPORTED_TOPICS};

static const ProtobufCMessageDescriptor *const heard[] = {
    &reconciliation__item_opened__descriptor,
    &reconciliation__payment_applied__descriptor,
    &reconciliation__credit_applied__descriptor,
    &reconciliation__application_reversed__descriptor,
    &reconciliation__money_on_account__descriptor,
    &reconciliation__money_used__descriptor,
    &reconciliation__money_returned__descriptor,
    &invoicing__legal_entity_registered__descriptor,
    &invoicing__legal_entity_changed__descriptor,
    &invoicing__account_opened__descriptor,
    ACCESS_TOKEN_HEARD,
};

#define INVOICING(name) "billing.invoicing.v1." name
#define RECONCILIATION(name) "billing.reconciliation.v1." name

/* Known and not needed; a type that stands nowhere is parked, so that nobody overlooks it. */
static const char *const ignored[] = {
    "billing.common.v1.",
    INVOICING("CustomerRegistered"),
    INVOICING("CustomerRenamed"),
    INVOICING("CustomerAddressChanged"),
    INVOICING("AccountTermsChanged"),
    INVOICING("RecurringChargeSet"),
    INVOICING("RecurringChargeEnded"),
    INVOICING("AccountBilled"),
    INVOICING("AccountSkipped"),
    INVOICING("InvoiceIssued"),
    INVOICING("InvoiceCredited"),
    INVOICING("InvoiceCancelled"),
    INVOICING("CreditNoteIssued"),
    INVOICING("BillRunStarted"),
    INVOICING("BillRunProved"),
    INVOICING("BillRunBlocked"),
    RECONCILIATION("AccountRecognised"),
    RECONCILIATION("ItemSettled"),
    RECONCILIATION("MatchMade"),
    RECONCILIATION("MatchAmbiguous"),
    RECONCILIATION("SentToSuspense"),
    RECONCILIATION("PayerIdentified"),
    RECONCILIATION("SuspenseReturned"),
    RECONCILIATION("MovementSuspended"),
    RECONCILIATION("JournalPosted"),
    RECONCILIATION("TieOutProved"),
    RECONCILIATION("TieOutBroken"),
};

static const struct table *const tables[] = {
    &reporting_legal_entity_table, &reporting_account_table, &reporting_item_table,
    &reporting_movement_table,     &access_token_table,
};

static void project_event(struct projecting *projecting, const struct record *record,
                          const ProtobufCMessage *event)
{
    reporting_project_event(projecting, record, event);
    access_project_event(projecting, record, event);
}

const struct service_model reporting_model = {
    .name = "reporting",
    .feed_id = "/billing/reporting",
    .topic_out = "billing.reporting.events",
    .topics_in = topics_in,
    .n_topics_in = COUNT(topics_in),
    .heard = heard,
    .n_heard = COUNT(heard),
    .ignored = ignored,
    .n_ignored = COUNT(ignored),
    .tables = tables,
    .n_tables = COUNT(tables),
    .project_event = project_event,
};
