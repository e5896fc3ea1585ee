# money in suspense goes back to the bank; no payer can be named then
service reconciliation
given AccountRecognised account/acc-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    account_number C00042
    currency EUR
    segment STANDARD
when PaymentReceived
    payment_id pay-1
    entity_id de
    amount EUR 500.00
    value_date 2026-03-25
    booking_date 2026-03-25
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key pay-1
    statement_id st-1
    bank_account_id bank-1
then SentToSuspense match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    amount EUR 500.00
    opened 2026-03-25
    reason NO_MATCH
    value_date 2026-03-25
    from_statement true
then JournalPosted journal/#1
    @posting_date 2026-03-25
    journal_id #1
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J7
    lines[0].ledger_account 1000
    lines[0].debit_minor 50000
    lines[1].ledger_account 2300
    lines[1].credit_minor 50000
    document_id pay-1
    bank_account_id bank-1

when PaymentReturned
    payment_id pay-1
    entity_id de
    amount EUR 500.00
    reason_code AM04
    return_reference R-1
    value_date 2026-03-30
    statement_id st-2
    bank_account_id bank-1
then SuspenseReturned match/pay-1
    @posting_date 2026-03-30
    payment_id pay-1
    entity_id de
    amount EUR 500.00
    return_reference R-1
    left_after EUR 0.00
then JournalPosted journal/#2
    @posting_date 2026-03-30
    journal_id #2
    entity_id de
    currency EUR
    posting_date 2026-03-30
    template J7
    lines[0].ledger_account 2300
    lines[0].debit_minor 50000
    lines[1].ledger_account 1000
    lines[1].credit_minor 50000
    document_id pay-1
    reversal true
    bank_account_id bank-1

when IdentifyPayer
    payment_id pay-1
    account_id acc-1
refused NOT_IN_SUSPENSE payment_id
