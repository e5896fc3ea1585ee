/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reconciliation/inbound.h"

#include "common/service/access_domain.h"
#include "services/reconciliation/domain/application.h"
#include "services/reconciliation/domain/credit_note.h"
#include "services/reconciliation/domain/known_account.h"
#include "services/reconciliation/domain/open_item.h"
#include "services/reconciliation/domain/payment_match.h"
#include "services/reconciliation/domain/payment_return.h"
#include "services/reconciliation/domain/receipt.h"
#include "services/reconciliation/domain/tie_out.h"

HANDLER(known_account, Invoicing__AccountOpened)
HANDLER(open_item, Invoicing__InvoiceIssued)
HANDLER(credit_note, Invoicing__CreditNoteIssued)
HANDLER(payment_match, Payments__PaymentReceived)
HANDLER(payment_return, Payments__PaymentReturned)
HANDLER(bank_movement, Payments__BankMovementRecorded)
HANDLER(receipt_place, Reconciliation__PlaceReceipt)
HANDLER(receipt_return, Reconciliation__ReturnReceipt)
HANDLER_MORE(receipt_return, Reconciliation__ReturnReceipt)
HANDLER(payment_identify, Reconciliation__IdentifyPayer)
HANDLER(application_apply, Reconciliation__ApplyPayment)
HANDLER(application_unapply, Reconciliation__UnapplyPayment)
HANDLER(application_apply_all, Reconciliation__ApplyMoneyOnAccount)
HANDLER(tie_out_record, Reconciliation__RecordTieOut)

#define HANDLES(area, type, function, ...)                                                         \
    {                                                                                              \
        .message = &area##__##type##__descriptor, .declare = function##_declare_any,               \
        .decide = function##_decide_any, .required = function##_required, __VA_ARGS__              \
    }

/* The hot ones first: they are found by name. */
const struct handler reconciliation_handlers[RECONCILIATION_HANDLERS] = {
    HANDLES(invoicing, invoice_issued, open_item),
    HANDLES(payments, payment_received, payment_match),
    HANDLES(reconciliation, place_receipt, receipt_place),
    HANDLES(invoicing, credit_note_issued, credit_note),
    HANDLES(payments, payment_returned, payment_return),
    HANDLES(reconciliation, return_receipt, receipt_return,
            .declare_more = receipt_return_declare_more_any),
    HANDLES(payments, bank_movement_recorded, bank_movement),
    HANDLES(invoicing, account_opened, known_account),
    HANDLES(reconciliation, identify_payer, payment_identify),
    HANDLES(reconciliation, apply_payment, application_apply),
    HANDLES(reconciliation, unapply_payment, application_unapply),
    HANDLES(reconciliation, apply_money_on_account, application_apply_all),
    HANDLES(reconciliation, record_tie_out, tie_out_record),
};

const ProtobufCMessageDescriptor *const reconciliation_heard[RECONCILIATION_HEARD] = {
    &payments__statement_ingested__descriptor,
    &payments__statement_accepted__descriptor,
    &payments__statement_posted__descriptor,
    ACCESS_TOKEN_HEARD,
};

#define INVOICING(name) "billing.invoicing.v1." name
#define PAYMENTS(name) "billing.payments.v1." name

const char *const reconciliation_ignored[RECONCILIATION_IGNORED] = {
    "billing.common.v1.",
    INVOICING("LegalEntityRegistered"),
    INVOICING("LegalEntityChanged"),
    INVOICING("CustomerRegistered"),
    INVOICING("CustomerRenamed"),
    INVOICING("CustomerAddressChanged"),
    INVOICING("AccountTermsChanged"),
    INVOICING("RecurringChargeSet"),
    INVOICING("RecurringChargeEnded"),
    /* The credit note that goes with it says it all. */
    INVOICING("InvoiceCancelled"),
    INVOICING("InvoiceCredited"),
    INVOICING("AccountBilled"),
    INVOICING("AccountSkipped"),
    INVOICING("BillRunStarted"),
    INVOICING("BillRunProved"),
    INVOICING("BillRunBlocked"),
    PAYMENTS("BankAccountRegistered"),
    PAYMENTS("BankAccountAdvanced"),
    /* Nothing of a held statement counts until it is accepted (REC-7). */
    PAYMENTS("StatementHeld"),
    PAYMENTS("ImportRecorded"),
};
