# GEN-9: totals that no journal can hold are refused
service reconciliation
given AccountRecognised account/acc-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    account_number C00042
    currency EUR
    segment STANDARD
when InvoiceIssued
    invoice_id inv-1
    account_id acc-1
    customer_id cus-1
    entity_id de
    number INV2026000001
    type_code 380
    issue_date 2026-03-15
    due_date 2026-04-14
    currency EUR
    creditor_reference RF94INV2026000001
    totals.net EUR 1000.00
    totals.tax EUR 200.00
    totals.gross EUR 1200.00
    totals.payable EUR 1199.99
refused TOTALS_INCONSISTENT totals
