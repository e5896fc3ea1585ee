# PAY-5: invoice 243.16, paid 250.00 leaves 6.84 on account
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
    amount EUR 243.16
    issue_date 2026-03-15
    due_date 2026-04-14
    creditor_reference RF94INV2026000001
    account_number C00042
    segment STANDARD
when PaymentReceived
    payment_id pay-1
    entity_id de
    amount EUR 250.00
    value_date 2026-03-25
    booking_date 2026-03-25
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key pay-1
    statement_id st-1
    bank_account_id bank-1
    remittance.references_in_text[0] RF94INV2026000001
then MatchMade match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    level 2
    rule MATCH_RULE_CREDITOR_REFERENCE
    account_id acc-1
    candidates[0].item_id inv-1
    candidates[0].account_id acc-1
    candidates[0].document_number INV2026000001
    candidates[0].open EUR 243.16
    amount EUR 250.00
    policy_version 1
then PayerIdentified match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 250.00
    rule MATCH_RULE_CREDITOR_REFERENCE
handed over PlaceReceipt
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 250.00
    value_date 2026-03-25
    rule MATCH_RULE_CREDITOR_REFERENCE
    item_ids[0] inv-1
    from_statement true
    bank_account_id bank-1
then MoneyOnAccount money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    amount EUR 250.00
    value_date 2026-03-25
then JournalPosted journal/#1
    @posting_date 2026-03-25
    journal_id #1
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J4
    lines[0].ledger_account 1000
    lines[0].debit_minor 25000
    lines[1].ledger_account 1190
    lines[1].credit_minor 25000
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
    amount EUR 243.16
    rule MATCH_RULE_CREDITOR_REFERENCE
    open_after EUR 0.00
    due_date 2026-04-14
then MoneyUsed money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #2
    item_id inv-1
    amount EUR 243.16
    left_after EUR 6.84
then ItemSettled item/inv-1
    @posting_date 2026-03-25
    item_id inv-1
    account_id acc-1
    entity_id de
then JournalPosted journal/#3
    @posting_date 2026-03-25
    journal_id #3
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J5
    lines[0].ledger_account 1190
    lines[0].debit_minor 24316
    lines[1].ledger_account 1100
    lines[1].credit_minor 24316
    document_id pay-1
    account_id acc-1
