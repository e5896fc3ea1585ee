# PAY-3: no designation: oldest due first, the rest stays on account
service reconciliation
given AccountRecognised account/acc-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    account_number C00042
    currency EUR
    segment STANDARD
given ItemOpened item/inv-3
    item_id inv-3
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV2026000003
    amount EUR 400.00
    issue_date 2026-03-15
    due_date 2026-05-20
    creditor_reference RF40INV2026000003
    account_number C00042
    segment STANDARD
given ItemOpened item/inv-2
    item_id inv-2
    account_id acc-1
    customer_id cus-1
    entity_id de
    kind ITEM_KIND_INVOICE
    document_number INV2026000002
    amount EUR 250.00
    issue_date 2026-03-15
    due_date 2026-05-10
    creditor_reference RF67INV2026000002
    account_number C00042
    segment STANDARD
when PaymentReceived
    payment_id pay-1
    entity_id de
    amount EUR 700.00
    value_date 2026-03-25
    booking_date 2026-03-25
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key pay-1
    account_id acc-1
then MatchMade match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    level 8
    rule MATCH_RULE_NONE
    account_id acc-1
    amount EUR 700.00
    policy_version 1
then PayerIdentified match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 700.00
    rule MATCH_RULE_NONE
handed over PlaceReceipt
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 700.00
    value_date 2026-03-25
    rule MATCH_RULE_NONE
    apply_by_policy true
then MoneyOnAccount money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    amount EUR 700.00
    value_date 2026-03-25
then JournalPosted journal/#1
    @posting_date 2026-03-25
    journal_id #1
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J4
    lines[0].ledger_account 1010
    lines[0].debit_minor 70000
    lines[1].ledger_account 1190
    lines[1].credit_minor 70000
    document_id pay-1
    account_id acc-1
then PaymentApplied item/inv-2
    @posting_date 2026-03-25
    application_id #2
    payment_id pay-1
    item_id inv-2
    account_id acc-1
    entity_id de
    amount EUR 250.00
    rule MATCH_RULE_OLDEST_DUE_FIRST
    open_after EUR 0.00
    due_date 2026-05-10
then MoneyUsed money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #2
    item_id inv-2
    amount EUR 250.00
    left_after EUR 450.00
then ItemSettled item/inv-2
    @posting_date 2026-03-25
    item_id inv-2
    account_id acc-1
    entity_id de
then PaymentApplied item/inv-3
    @posting_date 2026-03-25
    application_id #3
    payment_id pay-1
    item_id inv-3
    account_id acc-1
    entity_id de
    amount EUR 400.00
    rule MATCH_RULE_OLDEST_DUE_FIRST
    open_after EUR 0.00
    due_date 2026-05-20
then MoneyUsed money/pay-1
    @posting_date 2026-03-25
    money_id pay-1
    account_id acc-1
    entity_id de
    application_id #3
    item_id inv-3
    amount EUR 400.00
    left_after EUR 50.00
then ItemSettled item/inv-3
    @posting_date 2026-03-25
    item_id inv-3
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
    lines[0].debit_minor 65000
    lines[1].ledger_account 1100
    lines[1].credit_minor 65000
    document_id pay-1
    account_id acc-1
