# PAY-10: a return whose original nobody knows is a movement that names it
service payments
now 2026-03-31T12:00:00Z

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:R#1
    amount EUR -10.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
    return_reason_code AC04
    return_reference RET-1
    original_references[0] E2E-1
then BankMovementRecorded bank_movement/#1
    @posting_date 2026-03-30
    movement_id #1
    entity_id de
    bank_account_id ba-1
    statement_id stmt-1
    amount EUR -10.00
    booking_date 2026-03-30
    natural_key DE89370400440532013000|STMT-1|e:R#1
    transaction_code PMNT/RCDT/ESCT
    unmatched_return_reference E2E-1
    return_reason_code AC04

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:R#1
    amount EUR -10.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
    return_reason_code AC04
    return_reference RET-1
    original_references[0] E2E-1
refused DUPLICATE_RETURN natural_key
