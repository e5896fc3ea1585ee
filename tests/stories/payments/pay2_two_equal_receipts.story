# PAY-2: 50.00 and 50.00, same payer and day, different entry refs -> 100.00; redelivery of the first -> still 100.00
service payments
now 2026-03-31T12:00:00Z

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:A#1
    amount EUR 50.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:B#2
    amount EUR 50.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
then PaymentReceived payment/#1
    @posting_date 2026-03-30
    payment_id #1
    entity_id de
    amount EUR 50.00
    value_date 2026-03-30
    booking_date 2026-03-30
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key DE89370400440532013000|STMT-1|e:A#1
    statement_id stmt-1
    bank_account_id ba-1
then PaymentReceived payment/#2
    @posting_date 2026-03-30
    payment_id #2
    entity_id de
    amount EUR 50.00
    value_date 2026-03-30
    booking_date 2026-03-30
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key DE89370400440532013000|STMT-1|e:B#2
    statement_id stmt-1
    bank_account_id ba-1

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:A#1
    amount EUR 50.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
refused DUPLICATE_RECEIPT natural_key
