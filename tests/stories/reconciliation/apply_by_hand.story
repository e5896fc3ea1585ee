# a person applies money, and is refused what GEN-9 forbids
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
    remittance.references_in_text[0] C00042
then MatchMade match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    level 8
    rule MATCH_RULE_NONE
    account_id acc-1
    amount EUR 500.00
    policy_version 1
then PayerIdentified match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 500.00
    rule MATCH_RULE_NONE
handed over PlaceReceipt
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 500.00
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
    amount EUR 500.00
    value_date 2026-03-25
then JournalPosted journal/#1
    @posting_date 2026-03-25
    journal_id #1
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J4
    lines[0].ledger_account 1000
    lines[0].debit_minor 50000
    lines[1].ledger_account 1190
    lines[1].credit_minor 50000
    document_id pay-1
    account_id acc-1
    bank_account_id bank-1

now 2026-07-01T09:00:00Z
when ApplyPayment
    account_id acc-1
    payment_id pay-1
    item_id inv-1
    amount EUR 300.01
    request_id req-1
refused AMOUNT_EXCEEDS_OPEN amount

when ApplyPayment
    account_id acc-1
    payment_id pay-1
    item_id inv-9
    amount EUR 1.00
    request_id req-1
refused ITEM_NOT_FOUND item_id

when ApplyPayment
    account_id acc-1
    payment_id pay-1
    item_id inv-1
    amount EUR 100.00
    request_id req-1
then PaymentApplied item/inv-1
    application_id #2
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 100.00
    rule MATCH_RULE_PERSON
    open_after EUR 200.00
    due_date 2026-04-14
then MoneyUsed money/pay-1
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #2
    item_id inv-1
    amount EUR 100.00
    left_after EUR 400.00
then JournalPosted journal/#3
    journal_id #3
    entity_id de
    currency EUR
    posting_date 2026-07-01
    template J5
    lines[0].ledger_account 1190
    lines[0].debit_minor 10000
    lines[1].ledger_account 1100
    lines[1].credit_minor 10000
    document_id pay-1
    account_id acc-1

when ApplyPayment
    account_id acc-1
    payment_id pay-1
    item_id inv-1
    amount EUR 100.00
    request_id req-1
refused REQUEST_REPEATED request_id

when ApplyMoneyOnAccount
    account_id acc-1
    request_id req-2
then PaymentApplied item/inv-1
    application_id #4
    payment_id pay-1
    item_id inv-1
    account_id acc-1
    entity_id de
    amount EUR 200.00
    rule MATCH_RULE_OLDEST_DUE_FIRST
    open_after EUR 0.00
    due_date 2026-04-14
then MoneyUsed money/pay-1
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #4
    item_id inv-1
    amount EUR 200.00
    left_after EUR 200.00
then ItemSettled item/inv-1
    item_id inv-1
    account_id acc-1
    entity_id de
then JournalPosted journal/#5
    journal_id #5
    entity_id de
    currency EUR
    posting_date 2026-07-01
    template J5
    lines[0].ledger_account 1190
    lines[0].debit_minor 20000
    lines[1].ledger_account 1100
    lines[1].credit_minor 20000
    document_id pay-1
    account_id acc-1

when ApplyMoneyOnAccount
    account_id acc-1
    request_id req-3
refused NOTHING_TO_APPLY account_id
