# PAY-10: a partial return takes unused money first, then the latest application
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
    amount EUR 200.00
    issue_date 2026-03-15
    due_date 2026-04-20
    creditor_reference RF67INV2026000002
    account_number C00042
    segment STANDARD
when PaymentReceived
    payment_id pay-1
    entity_id de
    amount EUR 600.00
    value_date 2026-03-25
    booking_date 2026-03-25
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key pay-1
    statement_id st-1
    bank_account_id bank-1
    account_id acc-1
then MatchMade match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    level 8
    rule MATCH_RULE_NONE
    account_id acc-1
    amount EUR 600.00
    policy_version 1
then PayerIdentified match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 600.00
    rule MATCH_RULE_NONE
handed over PlaceReceipt
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 600.00
    value_date 2026-03-25
    rule MATCH_RULE_NONE
    apply_by_policy true
    from_statement true
    bank_account_id bank-1
then MoneyOnAccount money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    amount EUR 600.00
    value_date 2026-03-25
then JournalPosted journal/#1
    @posting_date 2026-03-25
    journal_id #1
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J4
    lines[0].ledger_account 1000
    lines[0].debit_minor 60000
    lines[1].ledger_account 1190
    lines[1].credit_minor 60000
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
    amount EUR 300.00
    rule MATCH_RULE_OLDEST_DUE_FIRST
    open_after EUR 0.00
    due_date 2026-04-14
then MoneyUsed money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #2
    item_id inv-1
    amount EUR 300.00
    left_after EUR 300.00
then ItemSettled item/inv-1
    @posting_date 2026-03-25
    item_id inv-1
    account_id acc-1
    entity_id de
then PaymentApplied item/inv-2
    @posting_date 2026-03-25
    application_id #3
    payment_id pay-1
    item_id inv-2
    account_id acc-1
    entity_id de
    amount EUR 200.00
    rule MATCH_RULE_OLDEST_DUE_FIRST
    open_after EUR 0.00
    due_date 2026-04-20
then MoneyUsed money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #3
    item_id inv-2
    amount EUR 200.00
    left_after EUR 100.00
then ItemSettled item/inv-2
    @posting_date 2026-03-25
    item_id inv-2
    account_id acc-1
    entity_id de
then JournalPosted journal/#4
    @posting_date 2026-03-25
    journal_id #4
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J5
    lines[0].ledger_account 1190
    lines[0].debit_minor 50000
    lines[1].ledger_account 1100
    lines[1].credit_minor 50000
    document_id pay-1
    account_id acc-1

when PaymentReturned
    payment_id pay-1
    entity_id de
    amount EUR 150.00
    reason_code AM04
    return_reference R-1
    value_date 2026-03-30
    statement_id st-2
    bank_account_id bank-1
handed over ReturnReceipt
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 150.00
    return_reference R-1
    value_date 2026-03-30
    from_statement true
    bank_account_id bank-1
then ApplicationReversed item/inv-2
    @posting_date 2026-03-30
    application_id #3
    payment_id pay-1
    item_id inv-2
    account_id acc-1
    entity_id de
    amount EUR 50.00
    reason RETURNED
    open_after EUR 50.00
    due_date 2026-04-20
then MoneyUsed money/pay-1
    @posting_date 2026-03-30
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #3
    item_id inv-2
    amount EUR -50.00
    left_after EUR 150.00
then MoneyReturned money/pay-1
    @posting_date 2026-03-30
    money_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 150.00
    return_reference R-1
    left_after EUR 0.00
then JournalPosted journal/#5
    @posting_date 2026-03-30
    journal_id #5
    entity_id de
    currency EUR
    posting_date 2026-03-30
    template J9
    lines[0].ledger_account 1100
    lines[0].debit_minor 5000
    lines[1].ledger_account 1190
    lines[1].credit_minor 5000
    lines[2].ledger_account 1190
    lines[2].debit_minor 15000
    lines[3].ledger_account 1000
    lines[3].credit_minor 15000
    document_id pay-1
    account_id acc-1
    reversal true
    bank_account_id bank-1
