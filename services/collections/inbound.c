/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/inbound.h"

#include "billing/invoicing/v1/customer.pb-c.h"
#include "common/service/access_domain.h"
#include "services/collections/domain/debt_case.h"

#define FACT(name, Type)                                                                           \
    void collections_inbound_##name##_declare(struct declaring *declaring,                         \
                                              const ProtobufCMessage *event)                       \
    {                                                                                              \
        debt_case_##name##_declare(declaring, (const Type *)event);                                \
    }                                                                                              \
    void collections_inbound_##name##_declare_more(struct declaring *declaring,                    \
                                                   const ProtobufCMessage *event)                  \
    {                                                                                              \
        debt_case_##name##_declare_more(declaring, (const Type *)event);                           \
    }                                                                                              \
    void collections_inbound_##name##_decide(struct deciding *deciding,                            \
                                             const ProtobufCMessage *event)                        \
    {                                                                                              \
        debt_case_##name##_decide(deciding, (const Type *)event);                                  \
    }
DEBT_CASE_FACTS(FACT)
#undef FACT

const char *const collections_inbound_opened_required[] = {
    "account_id", "item_id", "entity_id", "amount.currency", "due_date", NULL};
const char *const collections_inbound_applied_required[] = {
    "account_id", "item_id", "entity_id", "open_after.currency", "due_date", NULL};
const char *const collections_inbound_settled_required[] = {"account_id", "item_id", "entity_id",
                                                            NULL};

const ProtobufCMessageDescriptor *const collections_inbound_heard[INBOUND_HEARD] = {
    &invoicing__legal_entity_registered__descriptor,
    &invoicing__legal_entity_changed__descriptor,
    ACCESS_TOKEN_HEARD,
};

#define INVOICING(name) "billing.invoicing.v1." name
#define RECONCILIATION(name) "billing.reconciliation.v1." name

const char *const collections_inbound_ignored[INBOUND_IGNORED] = {
    "billing.common.v1.",
    INVOICING("CustomerRegistered"),
    INVOICING("CustomerRenamed"),
    INVOICING("CustomerAddressChanged"),
    INVOICING("AccountOpened"),
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
    RECONCILIATION("MoneyOnAccount"),
    RECONCILIATION("MoneyUsed"),
    RECONCILIATION("MoneyReturned"),
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
