# REC-2: the reference of one customer, the number of another
service reconciliation
given AccountRecognised account/acc-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    account_number C00042
    currency EUR
    segment STANDARD
given AccountRecognised account/acc-2
    account_id acc-2
    customer_id cus-1
    entity_id de
    account_number C00043
    currency EUR
    segment STANDARD
given ItemOpened item/inv-1
    item_id inv-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV2026000001
    amount EUR 500.00
    issue_date 2026-03-15
    due_date 2026-04-14
    creditor_reference RF94INV2026000001
    account_number C00042
    segment STANDARD
given ItemOpened item/inv-3
    item_id inv-3
    account_id acc-2
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV2026000003
    amount EUR 500.00
    issue_date 2026-03-15
    due_date 2026-04-14
    creditor_reference RF40INV2026000003
    account_number C00042
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
    remittance.creditor_references[0] RF94INV2026000001
    remittance.references_in_text[0] INV2026000003
then MatchAmbiguous match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    level 2
    candidates[0].item_id inv-1
    candidates[0].account_id acc-1
    candidates[0].document_number INV2026000001
    candidates[0].open EUR 500.00
    candidates[1].item_id inv-3
    candidates[1].account_id acc-2
    candidates[1].document_number INV2026000003
    candidates[1].open EUR 500.00
    amount EUR 500.00
    reason CONFLICTING_EVIDENCE
then SentToSuspense match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    amount EUR 500.00
    opened 2026-03-25
    reason CONFLICTING_EVIDENCE
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
