# REC-1 level 3, PAY-6: the number and the amount within tolerance post, another amount is proposed
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
    amount EUR 1200.00
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
    amount EUR 100.00
    issue_date 2026-03-15
    due_date 2026-04-14
    creditor_reference RF67INV2026000002
    account_number C00042
    segment STANDARD
when PaymentReceived
    payment_id pay-1
    entity_id de
    amount EUR 1198.50
    value_date 2026-03-25
    booking_date 2026-03-25
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key pay-1
    statement_id st-1
    bank_account_id bank-1
    remittance.references_in_text[0] INV-2026-000001
then MatchMade match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    level 3
    rule MATCH_RULE_DOCUMENT_NUMBER
    account_id acc-1
    candidates[0].item_id inv-1
    candidates[0].account_id acc-1
    candidates[0].document_number INV2026000001
    candidates[0].open EUR 1200.00
    amount EUR 1198.50
    policy_version 1
then PayerIdentified match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 1198.50
    rule MATCH_RULE_DOCUMENT_NUMBER
handed over PlaceReceipt
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 1198.50
    value_date 2026-03-25
    rule MATCH_RULE_DOCUMENT_NUMBER
    item_ids[0] inv-1
    from_statement true
    bank_account_id bank-1
then MoneyOnAccount money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    amount EUR 1198.50
    value_date 2026-03-25
then JournalPosted journal/#1
    @posting_date 2026-03-25
    journal_id #1
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J4
    lines[0].ledger_account 1000
    lines[0].debit_minor 119850
    lines[1].ledger_account 1190
    lines[1].credit_minor 119850
    document_id pay-1
    account_id acc-1
    bank_account_id bank-1
then PaymentApplied item/inv-1
    @posting_date 2026-03-25
    application_id #2
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 1198.50
    rule MATCH_RULE_DOCUMENT_NUMBER
    open_after EUR 1.50
    due_date 2026-04-14
then MoneyUsed money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #2
    item_id inv-1
    amount EUR 1198.50
    left_after EUR 0.00
then JournalPosted journal/#3
    @posting_date 2026-03-25
    journal_id #3
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J5
    lines[0].ledger_account 1190
    lines[0].debit_minor 119850
    lines[1].ledger_account 1100
    lines[1].credit_minor 119850
    document_id pay-1
    account_id acc-1

when PaymentReceived
    payment_id pay-2
    entity_id de
    amount EUR 99.00
    value_date 2026-03-25
    booking_date 2026-03-25
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key pay-2
    statement_id st-1
    bank_account_id bank-1
    remittance.references_in_text[0] INV2026000002
then MatchAmbiguous match/pay-2
    @posting_date 2026-03-25
    payment_id pay-2
    entity_id de
    level 3
    candidates[0].item_id inv-2
    candidates[0].account_id acc-1
    candidates[0].document_number INV2026000002
    candidates[0].open EUR 100.00
    amount EUR 99.00
    reason AMOUNT_DIFFERS
then SentToSuspense match/pay-2
    @posting_date 2026-03-25
    payment_id pay-2
    entity_id de
    amount EUR 99.00
    opened 2026-03-25
    reason AMOUNT_DIFFERS
    value_date 2026-03-25
    from_statement true
then JournalPosted journal/#4
    @posting_date 2026-03-25
    journal_id #4
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J7
    lines[0].ledger_account 1000
    lines[0].debit_minor 9900
    lines[1].ledger_account 2300
    lines[1].credit_minor 9900
    document_id pay-2
    bank_account_id bank-1
