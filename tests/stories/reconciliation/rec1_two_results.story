# REC-1: two results at a level post nothing; a person names the payer, and still nothing is guessed
service reconciliation
given AccountRecognised account/acc-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    account_number C00042
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
given ItemOpened item/inv-2
    item_id inv-2
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV2026000002
    amount EUR 500.00
    issue_date 2026-03-15
    due_date 2026-04-14
    creditor_reference RF67INV2026000002
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
    remittance.references_in_text[0] INV2026000001
    remittance.references_in_text[1] INV2026000002
then MatchAmbiguous match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    level 3
    candidates[0].item_id inv-1
    candidates[0].account_id acc-1
    candidates[0].document_number INV2026000001
    candidates[0].open EUR 500.00
    candidates[1].item_id inv-2
    candidates[1].account_id acc-1
    candidates[1].document_number INV2026000002
    candidates[1].open EUR 500.00
    amount EUR 500.00
    reason SEVERAL_RESULTS
then SentToSuspense match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    amount EUR 500.00
    opened 2026-03-25
    reason SEVERAL_RESULTS
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

now 2026-07-01T09:00:00Z
when IdentifyPayer
    payment_id pay-1
    account_id acc-1
    evidence letter of 1 July
then PayerIdentified match/pay-1
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 500.00
    evidence letter of 1 July
    rule MATCH_RULE_PERSON
    from_suspense true
handed over PlaceReceipt
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 500.00
    value_date 2026-03-25
    rule MATCH_RULE_PERSON
    from_suspense true
    from_statement true
then MoneyOnAccount money/pay-1
    money_id pay-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    amount EUR 500.00
    value_date 2026-03-25
then JournalPosted journal/#2
    journal_id #2
    entity_id de
    currency EUR
    posting_date 2026-07-01
    template J7
    lines[0].ledger_account 2300
    lines[0].debit_minor 50000
    lines[1].ledger_account 1190
    lines[1].credit_minor 50000
    document_id pay-1
    account_id acc-1
