# REC-1 level 8: the account's number names the payer and no debt
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
when PaymentReceived
    payment_id pay-1
    entity_id de
    amount EUR 123.45
    value_date 2026-03-25
    booking_date 2026-03-25
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key pay-1
    statement_id st-1
    bank_account_id bank-1
    remittance.creditor_references[0] RF71C00042
then MatchMade match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    level 8
    rule MATCH_RULE_NONE
    account_id acc-1
    amount EUR 123.45
    policy_version 1
then PayerIdentified match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 123.45
    rule MATCH_RULE_NONE
handed over PlaceReceipt
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 123.45
    value_date 2026-03-25
    rule MATCH_RULE_NONE
    from_statement true
    bank_account_id bank-1
then MoneyOnAccount money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    amount EUR 123.45
    value_date 2026-03-25
then JournalPosted journal/#1
    @posting_date 2026-03-25
    journal_id #1
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J4
    lines[0].ledger_account 1000
    lines[0].debit_minor 12345
    lines[1].ledger_account 1190
    lines[1].credit_minor 12345
    document_id pay-1
    account_id acc-1
    bank_account_id bank-1
