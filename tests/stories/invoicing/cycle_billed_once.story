# INV-14: a run that asks again gets nothing, another run finds the cycle billed
service invoicing
now 2026-02-01T12:00:00Z

given LegalEntityRegistered legal_entity/seller
    entity.entity_id seller
    entity.name Duebook GmbH
    entity.country DE
    entity.vat_id DE136695976
    entity.address Unter den Linden 1, 10117 Berlin
    entity.currency EUR
    entity.zone Europe/Berlin
    entity.fiscal_year_start_month 1
    entity.tax_rounding TAX_ROUNDING_DOCUMENT
    entity.ibans[0] DE89370400440532013000
given CustomerRegistered customer/buyer
    customer_id buyer
    kind CUSTOMER_KIND_ORGANISATION
    country FR
    vat_id FR40303265045
given AccountOpened account/acc-1
    account_id acc-1
    customer_id buyer
    entity_id seller
    account_number A-1001
    currency EUR
    cycle_code MONTHLY-01
    terms.kind TERMS_KIND_NET
    terms.days 30
    segment STANDARD

given RecurringChargeSet account/acc-1
    account_id acc-1
    charge.charge_id charge-1
    charge.charge_code BASE
    charge.description Base fee
    charge.quantity 1
    charge.unit_code MON
    charge.price 31.00
    charge.taxes[0].authority VAT
    charge.taxes[0].category TAX_CATEGORY_S
    charge.taxes[0].rate_ppm 200000
    charge.start 2025-06-01

when BillAccount
    account_id acc-1
    customer_id buyer
    entity_id seller
    bill_run_id run-1
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    period_start 2026-01-01
    period_end 2026-02-01
then InvoiceIssued invoice/#1
    number INV20260000001
    issue_date 2026-02-01
    due_date 2026-03-03
    lines[0].description Base fee
    lines[0].quantity 1
    lines[0].unit_code MON
    lines[0].net EUR 31.00
    tax_lines[0].rate_ppm 200000
    tax_lines[0].taxable_amount EUR 31.00
    tax_lines[0].amount EUR 6.20
    totals.net EUR 31.00
    totals.tax EUR 6.20
    totals.gross EUR 37.20
    totals.payable EUR 37.20
    creditor_reference RF80INV20260000001
    period_start 2026-01-01
    period_end 2026-02-01
    bill_run_id run-1
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    ...
then AccountBilled account/acc-1
    account_id acc-1
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    invoice_id #1
    bill_run_id run-1
    period_end 2026-02-01

when BillAccount
    account_id acc-1
    customer_id buyer
    entity_id seller
    bill_run_id run-1
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    period_start 2026-01-01
    period_end 2026-02-01
nothing

when BillAccount
    account_id acc-1
    customer_id buyer
    entity_id seller
    bill_run_id run-2
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    period_start 2026-01-01
    period_end 2026-02-01
then AccountSkipped account/acc-1
    account_id acc-1
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    bill_run_id run-2
    reason ALREADY_BILLED_BY_ANOTHER_RUN

when BillAccount
    account_id acc-1
    customer_id buyer
    entity_id seller
    bill_run_id run-2
    cycle_key MONTHLY-01/2026-01-01/2026-02-01
    period_start 2026-01-01
    period_end 2026-02-01
nothing
