# PAY-2: a source reference is one receipt per legal entity and method; the second one names the first
service payments
now 2026-03-31T12:00:00Z

when RecordPayment
    entity_id de
    amount EUR 50.00
    value_date 2026-03-31
    method PAYMENT_METHOD_CHEQUE
    source_reference 4711
then PaymentReceived payment/#1
    payment_id #1
    entity_id de
    amount EUR 50.00
    value_date 2026-03-31
    booking_date 2026-03-31
    method PAYMENT_METHOD_CHEQUE
    natural_key manual|{de}|CHEQUE|4711

when RecordPayment
    entity_id de
    amount EUR 50.00
    value_date 2026-03-31
    method PAYMENT_METHOD_CHEQUE
    source_reference 4711
refused DUPLICATE_RECEIPT source_reference

when RecordPayment
    entity_id de
    amount EUR 50.00
    value_date 2026-03-31
    method PAYMENT_METHOD_CASH
    source_reference 4711
then PaymentReceived payment/#2
    payment_id #2
    entity_id de
    amount EUR 50.00
    value_date 2026-03-31
    booking_date 2026-03-31
    method PAYMENT_METHOD_CASH
    natural_key manual|{de}|CASH|4711

when RecordPayment
    entity_id fr
    amount EUR 50.00
    value_date 2026-03-31
    method PAYMENT_METHOD_CHEQUE
    source_reference 4711
then PaymentReceived payment/#3
    payment_id #3
    entity_id fr
    amount EUR 50.00
    value_date 2026-03-31
    booking_date 2026-03-31
    method PAYMENT_METHOD_CHEQUE
    natural_key manual|{fr}|CHEQUE|4711
