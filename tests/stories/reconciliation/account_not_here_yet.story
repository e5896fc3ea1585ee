# a payment that names an account which has not arrived waits for it
service reconciliation
when PaymentReceived
    payment_id pay-1
    entity_id de
    amount EUR 50.00
    value_date 2026-03-25
    booking_date 2026-03-25
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key pay-1
    statement_id st-1
    bank_account_id bank-1
    account_id acc-1
waits account/acc-1

when AccountOpened
    account_id acc-1
    customer_id cus-1
    entity_id de
    account_number C00042
    currency EUR
    segment STANDARD
then AccountRecognised account/acc-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    account_number C00042
    currency EUR
    segment STANDARD
then MatchMade match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    entity_id de
    level 8
    rule MATCH_RULE_NONE
    account_id acc-1
    amount EUR 50.00
    policy_version 1
then PayerIdentified match/pay-1
    @posting_date 2026-03-25
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 50.00
    rule MATCH_RULE_NONE
handed over PlaceReceipt
    payment_id pay-1
    account_id acc-1
    entity_id de
    amount EUR 50.00
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
    amount EUR 50.00
    value_date 2026-03-25
then JournalPosted journal/#1
    @posting_date 2026-03-25
    journal_id #1
    entity_id de
    currency EUR
    posting_date 2026-03-25
    template J4
    lines[0].ledger_account 1000
    lines[0].debit_minor 5000
    lines[1].ledger_account 1190
    lines[1].credit_minor 5000
    document_id pay-1
    account_id acc-1
    bank_account_id bank-1
