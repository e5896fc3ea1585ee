# REC-7: fees, interest and money of ours that comes back are movements, not receipts
service payments
now 2026-03-31T12:00:00Z

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:A#1
    amount EUR -30.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/MCOP/CHRG
    method PAYMENT_METHOD_BANK_TRANSFER
when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:B#2
    amount EUR 1.25
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code ACMT/MCOP/INTR
    method PAYMENT_METHOD_BANK_TRANSFER
when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:C#3
    amount EUR 9.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
    return_reason_code AC01
    return_reference RTR-1
then BankMovementRecorded bank_movement/#1
    @posting_date 2026-03-30
    movement_id #1
    entity_id de
    bank_account_id ba-1
    statement_id stmt-1
    amount EUR -30.00
    booking_date 2026-03-30
    natural_key DE89370400440532013000|STMT-1|e:A#1
    transaction_code PMNT/MCOP/CHRG
then BankMovementRecorded bank_movement/#2
    @posting_date 2026-03-30
    movement_id #2
    entity_id de
    bank_account_id ba-1
    statement_id stmt-1
    amount EUR 1.25
    booking_date 2026-03-30
    natural_key DE89370400440532013000|STMT-1|e:B#2
    transaction_code ACMT/MCOP/INTR
then BankMovementRecorded bank_movement/#3
    @posting_date 2026-03-30
    movement_id #3
    entity_id de
    bank_account_id ba-1
    statement_id stmt-1
    amount EUR 9.00
    booking_date 2026-03-30
    natural_key DE89370400440532013000|STMT-1|e:C#3
    transaction_code PMNT/RCDT/ESCT
    unmatched_return_reference RTR-1
    return_reason_code AC01

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:A#1
    amount EUR -30.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
refused DUPLICATE_MOVEMENT natural_key

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:D#4
    amount EUR 0.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
refused AMOUNT_ZERO amount
