# PAY-10: a return is handed over to the payment that its reference names, recorded there once, and takes back all that came in
service payments
now 2026-03-31T12:00:00Z

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:A#1
    amount EUR 1176.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
    remittance.end_to_end_id E2E-1
then PaymentReceived payment/#1
    @posting_date 2026-03-30
    payment_id #1
    entity_id de
    amount EUR 1176.00
    value_date 2026-03-30
    booking_date 2026-03-30
    method PAYMENT_METHOD_BANK_TRANSFER
    natural_key DE89370400440532013000|STMT-1|e:A#1
    remittance.end_to_end_id E2E-1
    statement_id stmt-1
    bank_account_id ba-1

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:R#2
    amount EUR -1176.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
    return_reason_code AC04
    return_reference RET-1
    original_references[0] E2E-1
handed over IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:R#2
    amount EUR -1176.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
    return_reason_code AC04
    original_references[0] E2E-1
    return_reference RET-1
    original_payment_id #1
then PaymentReturned payment/#1
    @posting_date 2026-03-30
    payment_id #1
    entity_id de
    amount EUR 1176.00
    reason_code AC04
    return_reference RET-1
    value_date 2026-03-30
    statement_id stmt-1
    bank_account_id ba-1
    returned_total EUR 1176.00
    natural_key DE89370400440532013000|STMT-1|e:R#2

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:R#2
    amount EUR -1176.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
    return_reason_code AC04
    return_reference RET-1
    original_references[0] E2E-1
    original_payment_id dafa354c-dc37-8ada-a2ad-8598ecae2a96
refused DUPLICATE_RETURN natural_key

when IngestEntry
    statement_id stmt-1
    bank_account_id ba-1
    entity_id de
    natural_key DE89370400440532013000|STMT-1|e:R#2
    amount EUR -1176.00
    booking_date 2026-03-30
    value_date 2026-03-30
    transaction_code PMNT/RCDT/ESCT
    method PAYMENT_METHOD_BANK_TRANSFER
    return_reason_code AC04
    return_reference RET-1
    original_references[0] E2E-1
    original_payment_id dafa354c-dc37-8ada-a2ad-8598ecae2a96
refused DUPLICATE_RETURN natural_key
