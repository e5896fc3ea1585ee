# J7: 500.00 of an unknown payer, identified later, then applied to the oldest debt
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
    amount EUR 300.00
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
    amount EUR 400.00
    issue_date 2026-03-15
    due_date 2026-04-20
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

now 2026-07-01T09:00:00Z
when IdentifyPayer
    payment_id pay-1
    account_id acc-1
    evidence call of 1 July
then PayerIdentified match/pay-1
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 500.00
    evidence call of 1 July
    rule MATCH_RULE_PERSON
    from_suspense true
handed over PlaceReceipt
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 500.00
    value_date 2026-03-25
    rule MATCH_RULE_PERSON
    apply_by_policy true
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
then PaymentApplied item/inv-1
    application_id #3
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 300.00
    rule MATCH_RULE_OLDEST_DUE_FIRST
    open_after EUR 0.00
    due_date 2026-04-14
then MoneyUsed money/pay-1
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #3
    item_id inv-1
    amount EUR 300.00
    left_after EUR 200.00
then ItemSettled item/inv-1
    item_id inv-1
    account_id acc-1
    entity_id de
then PaymentApplied item/inv-2
    application_id #4
    payment_id pay-1
    item_id inv-2
    account_id acc-1
    entity_id de
    amount EUR 200.00
    rule MATCH_RULE_OLDEST_DUE_FIRST
    open_after EUR 200.00
    due_date 2026-04-20
then MoneyUsed money/pay-1
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #4
    item_id inv-2
    amount EUR 200.00
    left_after EUR 0.00
then JournalPosted journal/#5
    journal_id #5
    entity_id de
    currency EUR
    posting_date 2026-07-01
    template J5
    lines[0].ledger_account 1190
    lines[0].debit_minor 50000
    lines[1].ledger_account 1100
    lines[1].credit_minor 50000
    document_id pay-1
    account_id acc-1

when IdentifyPayer
    payment_id pay-1
    account_id acc-1
refused NOT_IN_SUSPENSE payment_id
