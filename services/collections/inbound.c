/* SPDX-License-Identifier: Apache-2.0 */
#include "services/collections/inbound.h"

#include "billing/invoicing/v1/customer.pb-c.h"
#include "common/service/access_domain.h"
#include "services/collections/domain/debt_case.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

HANDLER(debt_case_item_opened, Reconciliation__ItemOpened)
HANDLER_MORE(debt_case_item_opened, Reconciliation__ItemOpened)
HANDLER(debt_case_payment_applied, Reconciliation__PaymentApplied)
HANDLER_MORE(debt_case_payment_applied, Reconciliation__PaymentApplied)
HANDLER(debt_case_credit_applied, Reconciliation__CreditApplied)
HANDLER_MORE(debt_case_credit_applied, Reconciliation__CreditApplied)
HANDLER(debt_case_application_reversed, Reconciliation__ApplicationReversed)
HANDLER_MORE(debt_case_application_reversed, Reconciliation__ApplicationReversed)
HANDLER(debt_case_item_settled, Reconciliation__ItemSettled)
HANDLER_MORE(debt_case_item_settled, Reconciliation__ItemSettled)

static const char *const opened_required[] = {"account_id", "item_id", "entity_id",
                                              "amount.currency", "due_date", NULL};
static const char *const applied_required[] = {"account_id", "item_id", "entity_id",
                                               "open_after.currency", "due_date", NULL};
static const char *const settled_required[] = {"account_id", "item_id", "entity_id", NULL};

#define HEARS(type, function, paths)                                                               \
    {.message = &reconciliation__##type##__descriptor, .declare = function##_declare_any,          \
     .declare_more = function##_declare_more_any, .decide = function##_decide_any,                 \
     .required = paths}

const struct handler inbound_handlers[INBOUND_HANDLERS] = {
    HEARS(item_opened, debt_case_item_opened, opened_required),
    HEARS(payment_applied, debt_case_payment_applied, applied_required),
    HEARS(credit_applied, debt_case_credit_applied, applied_required),
    HEARS(application_reversed, debt_case_application_reversed, applied_required),
    HEARS(item_settled, debt_case_item_settled, settled_required),
};

const ProtobufCMessageDescriptor *const inbound_heard[] = {
    &invoicing__legal_entity_registered__descriptor,
    &invoicing__legal_entity_changed__descriptor,
    ACCESS_TOKEN_HEARD,
};
const size_t inbound_heard_count = COUNT(inbound_heard);

#define INVOICING(name) "billing.invoicing.v1." name
#define RECONCILIATION(name) "billing.reconciliation.v1." name

const char *const inbound_ignored[] = {
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
const size_t inbound_ignored_count = COUNT(inbound_ignored);
