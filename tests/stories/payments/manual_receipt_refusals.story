# PAY-1: what is not a receipt is refused with the field at fault
service payments
now 2026-03-31T12:00:00Z

when RecordPayment
    entity_id de
    amount EUR 0.00
    value_date 2026-03-31
    method PAYMENT_METHOD_CHEQUE
    source_reference 4711
refused AMOUNT_NOT_POSITIVE amount

when RecordPayment
    entity_id de
    amount EUR -1.00
    value_date 2026-03-31
    method PAYMENT_METHOD_CHEQUE
    source_reference 4711
refused AMOUNT_NOT_POSITIVE amount

when RecordPayment
    entity_id de
    amount EUR 50.00
    value_date 2026-04-02
    method PAYMENT_METHOD_CHEQUE
    source_reference 4711
refused VALUE_DATE_IN_FUTURE value_date

when RecordPayment
    entity_id de
    amount EUR 50.00
    value_date 2026-03-31
    method PAYMENT_METHOD_UNSPECIFIED
    source_reference 4711
refused ENUM_REQUIRED method

when RecordPayment
    entity_id de
    amount EUR 50.00
    value_date 2026-03-31
    method PAYMENT_METHOD_CHEQUE
    source_reference 4711
    payment_id somebody
refused ID_NOT_DERIVED payment_id

when RecordPayment
    entity_id de
    amount EUR 50.00
    value_date 2026-03-31
    method PAYMENT_METHOD_CHEQUE
    source_reference 4711
    at_risk_until_us -1
refused INSTANT_OUT_OF_RANGE at_risk_until_us
